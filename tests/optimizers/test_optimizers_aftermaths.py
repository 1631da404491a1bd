"""Aftermaths: what is left of a bias, which parameters are touched, and when."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Experiment
from tropism.core.member import members_of
from tropism.core.optimizer import Moment
from tropism.errors import DoesNotFit, UnknownName
from tropism.networks import Autoencoder
from tropism.optimizers import SGD, BiasDecay, BiasFade, Cosine, UnitColumns, UnitRows
from tropism.subjects.color import Colors
from tropism.values import replaced


def parameters():
    luck = np.random.default_rng(11)
    shapes = {"encoder": {"weight": (4, 3), "bias": (4,)}, "decoder": {"weight": (3, 4), "bias": (3,)}}
    draw = lambda shape: jnp.asarray(luck.standard_normal(shape), jnp.float32)  # noqa: E731
    return jax.tree.map(draw, shapes, is_leaf=lambda leaf: isinstance(leaf, tuple))


def at(step, length, lr=0.001):
    return Moment(jnp.int32(step), length, jnp.float32(lr))


def lived(aftermath, params, length, lr=0.001):
    """The parameters after a run in which only the aftermath moves them."""
    once = lambda step, tree: aftermath.applied(tree, Moment(step, length, jnp.float32(lr)))  # noqa: E731
    return jax.lax.fori_loop(0, length, once, params)


def surviving(aftermath, length, lr):
    return float(lived(aftermath, {"bias": jnp.float32(-1.0)}, length, lr)["bias"]) / -1.0


@pytest.mark.parametrize(
    ("rate", "lr", "left"),
    # Rates and learning rates of the sweeps of adamjermyn/toy_model_interpretability, in runs as long as those of its
    # refactoring by jbloomAus, T = 2^15; what is left is (1 − rate · lr)^(T/2), worked out in double precision.
    [(0.03, 0.001, 0.612), (0.03, 0.003, 0.229), (0.03, 0.005, 0.086), (0.003, 0.03, 0.229), (0.003, 0.001, 0.952)],
)
def test_what_the_originals_decay_leaves_of_a_bias(rate, lr, left):
    found = surviving(BiasDecay(rate=rate), 2**15, lr)
    assert abs(found - left) < 5e-4  # the table has three digits
    # 16,384 roundings of single precision, 6e-8 each at most and of either sign.
    np.testing.assert_allclose(found, (1 - rate * lr) ** (2**14), rtol=5e-5)


def test_the_decay_follows_the_rate_before_its_pace_and_stops_when_it_should():
    decay, params = BiasDecay(rate=2.0, until=0.5), parameters()
    for length, acts in ((10, 5), (11, 6), (1, 1)):  # steps i < length / 2
        for step in range(length):
            after = decay.applied(params, at(step, length, lr=0.1))
            kept = 0.8 if step < acts else 1.0
            np.testing.assert_allclose(after["encoder"]["bias"], kept * params["encoder"]["bias"], rtol=1e-6)
            if step >= acts:
                np.testing.assert_array_equal(after["encoder"]["bias"], params["encoder"]["bias"])


@pytest.mark.parametrize(("until", "length", "acts"), [(1.0, 10, 10), (0.07, 100, 7), (0.1, 30, 3), (1e-3, 10, 1)])
def test_rounding_adds_no_step(until, length, acts):
    left = surviving(BiasDecay(rate=1.0, until=until), length, 0.5)
    np.testing.assert_allclose(left, 0.5**acts, rtol=1e-6)


@pytest.mark.parametrize("length", [1, 7, 256, 2**15])
@pytest.mark.parametrize("until", [0.25, 1.0])
def test_efolds_are_what_they_say_however_long_the_run_and_whatever_the_rate(length, until):
    for efolds in (0.1, 2.0):
        for lr in (0.001, 0.3):
            left = surviving(BiasFade(efolds=efolds, until=until), length, lr)
            np.testing.assert_allclose(left, np.exp(-efolds), rtol=5e-5)  # up to 32,768 roundings


def test_efolds_are_the_same_for_a_player_of_several_updates_a_step():
    params = {"bias": jnp.float32(1.0)}
    for step in range(10):
        for _ in range(3):
            params = BiasFade(efolds=1.0).applied(params, Moment(jnp.int32(step), 10, jnp.float32(0.1), updates=3))
    np.testing.assert_allclose(params["bias"], np.exp(-1.0), rtol=1e-5)


def test_fading_is_the_originals_decay_in_other_units():
    decayed = surviving(BiasDecay(rate=0.03), 2**12, 0.005)
    faded = surviving(BiasFade(efolds=0.03 * 0.005 * 2**11), 2**12, 0.005)
    np.testing.assert_allclose(decayed, faded, rtol=1e-4)  # they differ by rate · lr / 2 relative of the e-folds


@pytest.mark.parametrize("aftermath", [BiasDecay(rate=0.5), BiasFade(efolds=0.5)], ids=lambda a: type(a).__name__)
@pytest.mark.parametrize(
    ("patterns", "touched"),
    [
        (("*bias",), {"encoder.bias", "decoder.bias"}),
        (("encoder.bias",), {"encoder.bias"}),
        (("decoder.*", "encoder.weight"), {"decoder.bias", "decoder.weight", "encoder.weight"}),
    ],
)
def test_only_what_fits_a_pattern_shrinks(aftermath, patterns, touched):
    params = parameters()
    after = replaced(aftermath, patterns=patterns).applied(params, at(0, 10, lr=1.0))
    for player in params:
        for name, before in params[player].items():
            ratio = np.asarray(after[player][name] / before)
            if f"{player}.{name}" in touched:
                assert (ratio < 0.999).all()
                np.testing.assert_allclose(ratio, ratio.flat[0], rtol=1e-6)  # all of it alike
            else:
                np.testing.assert_array_equal(after[player][name], before)


def test_members_may_differ_in_how_much_fades():
    params, efolds = {"bias": jnp.ones(2)}, jnp.array([0.0, 1.0, 3.0])
    after = jax.vmap(lambda number: lived(replaced(BiasFade(), efolds=number), params, 100))(efolds)
    np.testing.assert_allclose(after["bias"][:, 0], np.exp(-efolds), rtol=1e-5)


def test_half_precision_stays_half_precision():
    params = {"bias": jnp.ones(2, jnp.bfloat16), "weight": jnp.ones((2, 2), jnp.bfloat16)}
    for aftermath in (BiasDecay(rate=0.5), BiasFade(efolds=0.5), UnitColumns(("weight",)), UnitRows()):
        after = aftermath.applied(params, at(0, 10))
        assert all(leaf.dtype == jnp.bfloat16 for leaf in jax.tree.leaves(after))


def test_parameters_that_do_not_move_are_left_out_of_it():
    params = parameters()
    params["decoder"] = {"weight": None, "bias": None}  # as the engine hands over what is not trained
    after = BiasDecay(rate=0.5).applied(params, at(0, 10))
    assert after["decoder"] == params["decoder"]


def test_rows_come_back_to_length_one_in_the_same_direction():
    params = parameters()
    after = UnitRows(("decoder.weight",)).applied(params, at(7, 10))
    before, rows = np.asarray(params["decoder"]["weight"]), np.asarray(after["decoder"]["weight"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-6)
    np.testing.assert_allclose(rows * np.linalg.norm(before, axis=1, keepdims=True), before, rtol=1e-6)
    np.testing.assert_array_equal(after["encoder"]["weight"], params["encoder"]["weight"])


def test_a_row_of_zeros_stays():
    after = UnitRows().applied({"weight": jnp.array([[0.0, 0.0], [3.0, 4.0]])}, at(0, 1))
    np.testing.assert_allclose(after["weight"], [[0.0, 0.0], [0.6, 0.8]], rtol=1e-6)


@pytest.mark.parametrize("aftermath", [BiasDecay(rate=0.1), BiasFade(efolds=1.0), UnitRows()], ids=repr)
def test_a_pattern_that_fits_nothing_is_refused(aftermath):
    with pytest.raises(UnknownName, match=rf"{type(aftermath).__name__}\.patterns.*bais.*encoder\.bias"):
        replaced(aftermath, patterns=("*bais",)).applied(parameters(), at(0, 10))


def test_a_vector_has_no_rows():
    with pytest.raises(DoesNotFit, match=r"encoder\.bias has no rows"):
        UnitRows(("encoder.*",)).applied(parameters(), at(0, 10))


def test_biases_fade_in_a_real_run():
    from tropism.training.growth import Growth

    def grown(*aftermath):
        experiment = Experiment(
            task=Colors(levels=3, validation="none"),
            network=Autoencoder(latent=2, hidden=4),
            optimizer=SGD(lr=0.0, pace=Cosine(period=8), aftermath=aftermath),
            steps=16,
            batch_size=8,
        )
        growth = Growth(experiment, members_of([0, 1]))
        list(growth.run())
        return growth.harvest().params

    still, faded = grown(), grown(BiasFade(efolds=1.5, patterns=("encoder.*bias",)))
    for path, before in still.items():
        kept = np.exp(-1.5) if path.startswith("encoder.") and path.endswith("bias") else 1.0
        np.testing.assert_allclose(faded[path], kept * np.asarray(before), rtol=1e-5)


def test_columns_come_back_to_length_one_and_a_column_of_zeros_stays():
    params = {"output": {"weight": jnp.array([[0.0, 3.0], [0.0, 4.0]]), "bias": jnp.array([2.0, 0.0])}}
    after = UnitColumns().applied(params, at(0, 1))["output"]
    np.testing.assert_allclose(after["weight"], [[0.0, 0.6], [0.0, 0.8]], atol=1e-6)
    np.testing.assert_array_equal(after["bias"], [2.0, 0.0])
    with pytest.raises(DoesNotFit, match="has no columns"):
        UnitColumns(("*bias",)).applied(params, at(0, 1))
