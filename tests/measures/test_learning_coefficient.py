"""Local learning coefficients where they are known: d/2 at regular minima, less in valleys."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from planted import planted
from tropism.core import Batch
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import Langevin, learning_coefficients

WEIGHTS = ("hidden.weight", "output.weight")
N = 500
SQUARE = Langevin(step=2e-3, localization=0.01, burn_in=200, draws=1500)


def squared(output, batch):
    return jnp.square(output - batch.targets).sum(-1)


def wandering(ensemble, sampler, parameters=WEIGHTS, *, missed=0.0, **more):
    """Chains about networks that fit noiseless examples of their own perfectly, or have `missed` a slope."""
    inputs = np.random.default_rng(0).normal(size=(N, ensemble.network.inputs)).astype(np.float32)
    asked = np.stack([inputs] * len(ensemble))
    answers = np.asarray(ensemble(inputs))
    batch = Batch(asked, answers + missed * inputs[:, : answers.shape[-1]] if missed else answers)
    return learning_coefficients(
        ensemble, batch, error=squared, sampler=sampler, parameters=parameters, apart=True, **more
    )


def regular(members=3):
    """Linear regression of 12 parameters: 3 outputs of 4 inputs that are seen as they are."""
    out = np.random.default_rng(1).normal(size=(members, 3, 4))
    return planted(np.stack([np.eye(4)] * members), out)


@pytest.mark.parametrize("step", [2e-3, 5e-3])
def test_a_regular_minimum_has_half_its_parameters(step):
    table = wandering(regular(), replace(SQUARE, step=step), ("output.weight",)).table
    # On a quadratic of curvature H = nβh the chain's variance is 1 / (H (1 − εH/4)), H = 2N / ln N for squared errors.
    curvature = 2 * N / np.log(N)
    exact = 12 / 2 / (1 - step * curvature / 4)
    assert table["num_parameters"].to_list() == [12] * 3
    np.testing.assert_allclose(table["coefficient"], exact, rtol=0.06)  # inputs' variances are 1 within .06
    assert table["warning"].to_list() == [""] * 3


def test_a_strong_pull_lowers_the_estimate_as_it_should():
    curvature, pull = 2 * N / np.log(N), 300.0
    table = wandering(regular(), replace(SQUARE, localization=pull, step=1e-3), ("output.weight",)).table
    exact = 6 * curvature / (curvature + pull) / (1 - 1e-3 * (curvature + pull) / 4)
    np.testing.assert_allclose(table["coefficient"], exact, rtol=0.08)


def test_parameters_that_are_held_do_not_count():
    held = wandering(regular(), SQUARE, ("output.weight",)).table
    assert held["num_parameters"][0] == 12
    with pytest.raises(UnknownName, match="no parameter 'ouput"):
        wandering(regular(1), SQUARE, ("ouput.weight",))


def test_a_product_of_two_numbers_counts_as_one_parameter():
    # y = a b x about a = b = 1: the valley ab = 1 is smooth, so λ = 1/2, half of the regular d/2 = 1.
    one = np.ones((3, 1, 1))
    table = wandering(planted(one, one), Langevin(step=5e-4, localization=1.0, chains=8, draws=4000)).table
    assert table["num_parameters"][0] == 2
    np.testing.assert_allclose(table["coefficient"], 0.5, atol=0.08)
    assert table["warning"].to_list() == [""] * 3


def test_a_linear_network_of_rank_one_has_its_manifolds_dimension():
    # y = b (a · x), 3 inputs, 4 outputs, true rank 1: λ = (3 + 4 − 1) / 2 = 3, and d/2 is 3.5.
    # Source: Aoyagi and Watanabe (2005), the regular case of reduced-rank regression.
    random = np.random.default_rng(0)
    network = planted(random.normal(size=(1, 1, 3)), random.normal(size=(1, 4, 1)))
    table = wandering(network, Langevin(step=1.5e-4, localization=1.0, chains=16, burn_in=500, draws=4000)).table
    assert table["coefficient"][0] == pytest.approx(3.0, abs=0.25)


def test_a_singular_point_has_far_less_than_half_its_parameters():
    # y = b (a · x) about zero, 2 inputs, 6 outputs, true rank 0: λ = min(2, 6) / 2 = 1, and d/2 is 4.
    # Source: Aoyagi and Watanabe (2005), "Stochastic complexities of reduced rank regression".
    sampler = Langevin(step=2e-4, localization=1.0, chains=16, burn_in=4000, draws=8000)
    table = wandering(planted(np.zeros((1, 1, 2)), np.zeros((1, 6, 1))), sampler).table
    assert table["num_parameters"][0] == 8
    assert table["coefficient"][0] == pytest.approx(1.0, abs=0.2)


def test_batches_of_examples_give_the_same_estimate():
    table = wandering(regular(), replace(SQUARE, batch_size=50), ("output.weight",)).table
    exact = 6 / (1 - 2e-3 * 2 * N / np.log(N) / 4)
    np.testing.assert_allclose(table["coefficient"], exact, rtol=0.06)
    assert np.isnan(table["acceptance"].to_numpy()).all()


def test_a_step_that_is_too_large_is_told():
    large = wandering(regular(), replace(SQUARE, step=1.5e-2), ("output.weight",)).table
    assert large["warning"].to_list() == ["step"] * 3
    assert large["coefficient"].min() > 10
    beyond = wandering(regular(), replace(SQUARE, step=4e-2), ("output.weight",)).table
    assert beyond["warning"].to_list() == ["diverged"] * 3


def test_chains_that_do_not_begin_at_a_minimum_are_told():
    table = wandering(regular(), SQUARE, ("output.weight",), missed=1.0).table
    assert table["warning"].to_list() == ["minimum"] * 3
    assert table["coefficient"].max() < 0


def test_chains_that_have_not_arrived_are_told():
    table = wandering(regular(), replace(SQUARE, step=1e-6), ("output.weight",)).table
    assert table["warning"].to_list() == ["drift"] * 3
    assert table["coefficient"].max() < 3


def test_who_is_estimated_beside_a_member_does_not_matter_and_a_seed_decides():
    ensemble = regular()
    found, again = (wandering(ensemble, SQUARE, ("output.weight",)).losses for _ in range(2))
    assert found.shape == (3, 4, 1700)
    np.testing.assert_array_equal(found, again)
    order = [2, 0, 1]
    moved = wandering(ensemble.select(order), SQUARE, ("output.weight",)).losses
    np.testing.assert_array_equal(moved, found[order])
    other = wandering(ensemble, SQUARE, ("output.weight",), seed=1).losses
    assert not np.array_equal(other, found)
    assert len({row.tobytes() for row in found.reshape(12, -1)}) == 12


def test_a_member_that_diverged_has_no_coefficient():
    ensemble = regular()
    ensemble = replace(ensemble, status=replace(ensemble.status, diverged_at=np.array([-1, 3, -1])))
    batch = Batch(np.ones((3, N, 4), np.float32), np.ones((3, N, 3), np.float32))
    asked = {"error": squared, "sampler": SQUARE, "parameters": ("output.weight",), "apart": True}
    table = learning_coefficients(ensemble, batch, **asked).table
    assert table["warning"].to_list()[1] == "diverged"
    assert np.isnan(table["coefficient"].to_numpy()).tolist() == [False, True, False]


def test_the_experiments_own_error_is_the_default():
    ensemble = regular(1)
    inputs = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float32)
    batch = Batch(inputs, np.asarray(ensemble(inputs))[0])
    short = Langevin(step=2e-3, burn_in=0, draws=20)
    plain = learning_coefficients(ensemble, batch, sampler=short).losses
    same = learning_coefficients(ensemble, batch, sampler=short, error=lambda out, b: squared(out, b) / 3).losses
    np.testing.assert_allclose(plain, same, rtol=1e-4)


def test_what_cannot_be_is_refused():
    for make, named in (
        (lambda: Langevin(step=0.0), "step"),
        (lambda: Langevin(localization=-1.0), "localization"),
        (lambda: Langevin(chains=0), "chains"),
        (lambda: Langevin(draws=1), "draws"),
        (lambda: Langevin(batch_size=0), "batch_size"),
    ):
        with pytest.raises(BadValue, match=rf"^Langevin\.{named} is"):
            make()
    with pytest.raises(DoesNotFit, match="for 2 members, and there are 3"):
        learning_coefficients(regular(), Batch(np.zeros((2, 5, 4)), np.zeros((2, 5, 3))), apart=True)
