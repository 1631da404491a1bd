"""Preludes: what they make of gradients, against plain NumPy, and what the engine does with them."""

from __future__ import annotations

import copy
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from probe import Lamb as ProbeLamb
from probe import assert_same_bits, grown, words
from tropism.changing import changed, has_address
from tropism.core import Adam, Member, Prelude, Seed
from tropism.core.dial import bounds_of, dials_of
from tropism.core.places import varied
from tropism.errors import BadValue, UserError
from tropism.optimizers import SGD, AdamW, BiasDecay, Clipped, Grokfast, Lamb, OrthoGrad
from tropism.parts import choices
from tropism.training.growth import Growth
from tropism.values import describe, rebuild, replaced

BOTH = (Grokfast(), OrthoGrad())
SHAPES = {"weight": (4, 3), "bias": (4,), "table": (2, 3, 2)}


def some(steps=12, seed=3):
    luck = np.random.default_rng(seed)
    params = {name: luck.standard_normal(shape) for name, shape in SHAPES.items()}
    return params, {name: luck.standard_normal((steps, *shape)) for name, shape in SHAPES.items()}


def single(tree):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), tree)


def heard(prelude, params, given):
    """What a prelude makes of gradients, step by step, with parameters that stay."""
    follow = prelude.transformation()

    def step(state, gradient):
        made, state = follow.update(gradient, state, params)
        return state, made

    return jax.lax.scan(step, follow.init(params), given)[1]


def trained(optimizer, params, given):
    """The parameters after as many steps as gradients were given."""
    follow = optimizer.following()

    def step(carry, gradient):
        params, state = carry
        moves, state = follow.update(gradient, state, params)
        return (optax.apply_updates(params, moves), state), None

    return jax.lax.scan(step, (params, follow.init(params)), given)[0][0]


def grokfast_in_numpy(given, alpha, strength):
    mean, made = given[0], []
    for g in given:
        mean = alpha * mean + (1 - alpha) * g
        made.append(g + strength * mean)
    return np.array(made)


def orthograd_in_numpy(p, g):
    left = g - (p * g).sum() / (p * p).sum() * p
    return left * np.linalg.norm(g) / np.linalg.norm(left)


def in_numpy(prelude, p, given):
    if isinstance(prelude, Grokfast):
        return grokfast_in_numpy(given, prelude.alpha, prelude.strength)
    return np.array([orthograd_in_numpy(p, g) for g in given])


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_zero_gradients_stay_zero(prelude):
    params, given = single(some()[0]), jax.tree.map(jnp.zeros_like, single(some()[1]))
    for leaf in jax.tree.leaves(heard(prelude, params, given)):
        np.testing.assert_array_equal(leaf, 0.0)


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
@pytest.mark.parametrize("scale", [2.0**-100, 2.0**-40, 2.0**60])
def test_the_scale_of_the_loss_scales_what_is_made_and_nothing_else(prelude, scale):
    # Exact losses leave gradients of 1e-30, whose squares float32 does not hold.
    params, given = single(some()[0]), single(some()[1])
    plain = heard(prelude, params, given)
    scaled = heard(prelude, params, jax.tree.map(lambda g: g * scale, given))
    for name in SHAPES:
        np.testing.assert_allclose(np.asarray(scaled[name]) / scale, plain[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_tensors_keep_out_of_each_others_gradients(prelude):
    params, given = single(some()[0]), single(some()[1])
    whole = heard(prelude, params, given)
    alone = heard(prelude, {"bias": params["bias"]}, {"bias": given["bias"]})
    np.testing.assert_allclose(whole["bias"], alone["bias"], rtol=1e-5)


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_gradients_that_are_not_finite_are_not_hidden(prelude):
    params, given = {"p": jnp.ones(3)}, {"p": jnp.array([[1.0, np.nan, 1.0]])}
    assert np.isnan(heard(prelude, params, given)["p"]).any()  # the engine marks such a member


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_half_precision_stays_half_precision_and_what_does_not_move_stays_out(prelude):
    params = {"p": jnp.ones(3, jnp.bfloat16), "still": None}
    follow = prelude.transformation()
    made, _ = follow.update({"p": jnp.arange(3, dtype=jnp.bfloat16), "still": None}, follow.init(params), params)
    assert made["p"].dtype == jnp.bfloat16
    assert made["still"] is None


@pytest.mark.parametrize("prelude", [*BOTH, Grokfast(alpha=0.8, strength=0.1)], ids=repr)
def test_several_steps_agree_with_plain_numpy_in_double_precision(prelude):
    params, given = some()
    found = heard(prelude, single(params), single(given))
    for name, p in params.items():
        np.testing.assert_allclose(found[name], in_numpy(prelude, p, given[name]), rtol=1e-5, atol=5e-6)


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_what_was_written_down_is_rebuilt_the_same(prelude):
    optimizer = AdamW(lr=0.01, gradients=(prelude,), aftermath=(BiasDecay(rate=0.1),))
    assert rebuild(describe(optimizer)) == optimizer
    assert optimizer.key() != AdamW(lr=0.01, aftermath=(BiasDecay(rate=0.1),)).key()


def test_a_gradient_that_never_changes_is_multiplied_from_the_start():
    made = heard(
        Grokfast(alpha=0.9, strength=2.0), {"p": jnp.zeros(2)}, {"p": jnp.tile(jnp.array([1.0, -3.0]), (7, 1))}
    )
    np.testing.assert_allclose(made["p"], np.tile([3.0, -9.0], (7, 1)), rtol=1e-6)


def test_a_gradient_that_flips_is_hardly_strengthened():
    flips = jnp.array([[1.0], [-1.0]] * 200)
    made = np.asarray(heard(Grokfast(alpha=0.98, strength=2.0), {"p": jnp.zeros(1)}, {"p": flips})["p"])[-2:, 0]
    # At rest the mean is ±(1 − α) / (1 + α).
    np.testing.assert_allclose(made, np.array([1.0, -1.0]) * (1 + 2.0 * 0.02 / 1.98), rtol=2e-3)  # 0.98^400 is left


def test_without_strength_gradients_pass_as_they_are():
    params, given = single(some()[0]), single(some()[1])
    for name, made in heard(Grokfast(strength=0.0), params, given).items():
        np.testing.assert_array_equal(made, given[name])


def test_what_is_left_is_at_right_angles_and_as_long_as_it_was():
    params, given = single(some()[0]), single(some()[1])
    made = heard(OrthoGrad(), params, given)
    for name, p in params.items():
        for g, left in zip(given[name], made[name], strict=True):
            np.testing.assert_allclose(np.linalg.norm(left), np.linalg.norm(g), rtol=1e-6)
            assert abs(np.vdot(left, p)) < 1e-5 * np.linalg.norm(g) * np.linalg.norm(p)
            assert np.vdot(left, g) > 0


def test_a_tensors_own_length_turns_nothing():
    params, given = single(some()[0]), single(some()[1])
    plain = heard(OrthoGrad(), params, given)
    longer = heard(OrthoGrad(), jax.tree.map(lambda p: p * 2.0**70, params), given)
    for name in SHAPES:
        np.testing.assert_array_equal(longer[name], plain[name])


def test_a_gradient_along_its_tensor_becomes_zero_and_zeros_turn_nothing():
    luck = np.random.default_rng(0)
    p = jnp.asarray(luck.standard_normal((30, 40)), jnp.float32)
    params = {"along": p, "against": p, "number": jnp.float32(3.0), "zeros": jnp.zeros(2), "empty": jnp.zeros((0, 3))}
    given = {"along": 0.7 * p, "against": -13.1 * p, "number": jnp.float32(5.0), "zeros": jnp.array([3.0, 4.0])}
    given["empty"] = jnp.zeros((0, 3))
    made, _ = OrthoGrad().transformation().update(given, optax.EmptyState(), params)
    for name in ("along", "against", "number"):
        np.testing.assert_array_equal(made[name], 0.0)
    np.testing.assert_allclose(made["zeros"], [3.0, 4.0], rtol=1e-6)


@pytest.mark.parametrize("prelude", BOTH, ids=repr)
def test_an_optimizer_follows_what_was_made_of_its_gradients(prelude):
    params, given = some()
    found = trained(SGD(lr=0.05, gradients=(prelude,)), single(params), single(given))
    for name, start in params.items():
        p, mean = start, given[name][0]
        for g in given[name]:
            if isinstance(prelude, Grokfast):
                mean = prelude.alpha * mean + (1 - prelude.alpha) * g
                p = p - 0.05 * (g + prelude.strength * mean)
            else:
                p = p - 0.05 * orthograd_in_numpy(p, g)  # of the parameters as they are by then
        np.testing.assert_allclose(found[name], p, rtol=1e-5, atol=1e-5)


def test_preludes_follow_each_other_in_their_order():
    params, given = single(some()[0]), single(some()[1])
    after = {order: trained(SGD(lr=0.05, gradients=order), params, given) for order in (BOTH, BOTH[::-1])}
    wanted = heard(OrthoGrad(), params, heard(Grokfast(), params, given))
    first = trained(SGD(lr=0.05, gradients=BOTH), params, jax.tree.map(lambda g: g[:1], given))
    for name in SHAPES:
        np.testing.assert_allclose(first[name], params[name] - 0.05 * wanted[name][0], rtol=1e-5, atol=1e-6)
    assert np.abs(after[BOTH]["weight"] - after[BOTH[::-1]]["weight"]).max() > 0.01


@pytest.mark.parametrize("optimizer", [Adam(lr=0.1), AdamW(lr=0.1), Lamb(lr=0.1), SGD(lr=0.1, momentum=0.9)], ids=repr)
def test_without_preludes_an_optimizers_state_is_its_own(optimizer):
    params = single(some()[0])
    own, all_of_it = optimizer.transformation().init(params), optimizer.following().init(params)
    assert jax.tree.structure(own) == jax.tree.structure(all_of_it)
    assert "gradients" not in describe(optimizer)


def tuned(**fields):
    return words(optimizer=SGD(lr=0.3, gradients=(Grokfast(**fields),)), steps=20)


def test_dials_of_a_prelude_are_at_its_name_and_members_may_differ_in_them():
    experiment = tuned()
    assert bounds_of(experiment.optimizer, "optimizer")["optimizer.grokfast.strength"] == (0.0, None)
    assert set(dials_of(SGD(gradients=(Grokfast(name="slow"),)), "optimizer")) >= {"optimizer.slow.alpha"}
    members = tuple(Member(Seed.of(0), (("optimizer.grokfast.strength", number),)) for number in (0.0, 2.0))
    params = grown(experiment, members).harvest().params
    plain = grown(words(optimizer=SGD(lr=0.3), steps=20), (Member(Seed.of(0)),)).harvest().params
    for path, kept in params.items():  # nothing of the mean is what no prelude leaves
        np.testing.assert_allclose(kept[0], plain[path][0], rtol=1e-4, atol=1e-6)  # 20 steps of two programs
    assert np.abs(params["into"][1] - params["into"][0]).max() > 1e-3


def test_a_run_with_preludes_goes_on_from_a_checkpoint_as_if_it_had_not_stopped():
    experiment = words(optimizer=replaced(ProbeLamb(lr=0.01), gradients=BOTH), steps=20)
    members = (Member(Seed.of(0)), Member(Seed.of(1)))
    whole = grown(experiment, members)
    first = Growth(experiment, members, chunk_steps=1, program=whole.program)
    for _ in itertools.islice(first.run(), 7):
        pass
    second = Growth(experiment, members, program=whole.program)
    second.restore(*copy.deepcopy(first.checkpoint()))
    for _ in second.run():
        pass
    assert_same_bits(second.harvest(), whole.harvest())


def test_a_prelude_is_put_there_changed_and_taken_away_by_its_name():
    plain = words(optimizer=AdamW(lr=0.01), steps=4)
    made = changed(plain, {"optimizer.gradients": "Grokfast"})
    assert made.optimizer.gradients == (Grokfast(),)
    assert changed(made, {"optimizer.grokfast.strength": 5.0}).optimizer.gradients == (Grokfast(strength=5.0),)
    assert changed(made, {"optimizer": "Lamb"}).optimizer == Lamb(lr=0.01, gradients=(Grokfast(),))
    assert changed(made, {"optimizer.gradients": ()}).key() == plain.key()
    both = changed(plain, {"optimizer.gradients": ("OrthoGrad", "Grokfast(alpha=0.8, strength=0.1)")})
    assert both.optimizer.gradients == (OrthoGrad(), Grokfast(alpha=0.8, strength=0.1))
    together = changed(plain, {"optimizer.gradients": "Grokfast", "optimizer.grokfast.strength": 5.0})
    assert together.optimizer.gradients == (Grokfast(strength=5.0),)
    assert has_address(plain, "optimizer.grokfast.strength", ["optimizer.gradients"])
    assert choices(Prelude) == ("Clipped", "Grokfast", "OrthoGrad")
    assert varied({"plain": plain, "made": made})


def test_a_prelude_that_is_not_there_is_asked_for_in_one_line():
    with pytest.raises(UserError, match=r"optimizer\.gradients=Grokfast"):
        changed(words(optimizer=AdamW(lr=0.01), steps=4), {"optimizer.grokfast.strength": 5.0})


@pytest.mark.parametrize(
    ("make", "culprit"),
    [
        (lambda: Grokfast(alpha=1.5), "Grokfast.alpha"),
        (lambda: Grokfast(alpha=-0.1), "Grokfast.alpha"),
        (lambda: Grokfast(strength=-1.0), "Grokfast.strength"),
        (lambda: Grokfast(strength=float("nan")), "Grokfast.strength"),
        (lambda: Grokfast(name="a.b"), "Grokfast.name"),
        (lambda: Grokfast(name=""), "Grokfast.name"),
        (lambda: AdamW(gradients=Grokfast()), "AdamW.gradients"),
        (lambda: AdamW(gradients=(BiasDecay(),)), "AdamW.gradients"),
        (lambda: AdamW(gradients=(Grokfast(), Grokfast(alpha=0.5))), "the name of one of AdamW.gradients"),
        (
            lambda: AdamW(gradients=(Grokfast(name="decay"),), aftermath=(BiasDecay(),)),
            "the name of one of AdamW.gradients",
        ),
        (
            lambda: AdamW(aftermath=(BiasDecay(), BiasDecay(until=0.1))),
            "the name of one of AdamW.aftermath",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(make, culprit):
    with pytest.raises(BadValue) as refusal:
        make()
    assert refusal.value.where == culprit


def test_a_clipped_gradient_points_where_it_did_and_is_no_longer_than_asked():
    params, given = some()
    lengths = np.sqrt(sum(np.square(each).sum(axis=tuple(range(1, each.ndim))) for each in given.values()))
    asked = float(np.median(lengths))
    made = heard(Clipped(length=asked), single(params), single(given))
    factors = np.minimum(1, asked / lengths)
    assert 0 < (factors < 1).sum() < len(factors)
    for name, each in given.items():
        np.testing.assert_allclose(made[name], each * factors.reshape(-1, *[1] * (each.ndim - 1)), rtol=1e-5)
    for wrong in ({"length": -1.0}, {"name": "a.b"}):
        with pytest.raises(BadValue):
            Clipped(**wrong)
