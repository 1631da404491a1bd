"""Closed forms of superposition: phases and capacity, against numbers that were found otherwise."""

import numpy as np
import pytest
from scipy import optimize

from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.superposition.theory import (
    best_phase,
    capacity_allocation,
    capacity_losses,
    kurtosis_of,
    linear_loss,
    pairing_boundaries,
    phase_losses,
)

MANY = 2**18


def on_and_off(density, features, *, low=0.0, seed=0):
    random = np.random.default_rng(seed)
    shape = (MANY, features)
    return np.where(random.random(shape) < density, random.uniform(low, 1, shape), 0.0)


def tied(x, weight, bias):
    return np.maximum(x @ weight.T @ weight + bias, 0)


# Laws


@pytest.mark.parametrize("features", [2, 3])
def test_swapping_which_feature_is_the_extra_one_swaps_what_is_ignored(features):
    # With importances 1 and r for two features: those of 1/r and 1, r times over.
    p, r = np.meshgrid(np.geomspace(1e-3, 1, 9), np.geomspace(0.1, 10, 7))
    ours, theirs = phase_losses(p, r, features), phase_losses(p, 1 / r, features)
    np.testing.assert_allclose(ours["ignore-extra"], r * theirs["ignore-other"])
    np.testing.assert_allclose(ours["pair-with-extra"], r * theirs["pair-with-extra"])


@pytest.mark.parametrize("features", [2, 3])
def test_the_best_phase_costs_no_more_than_any_and_leads_the_next(features):
    p, r = np.meshgrid(np.geomspace(1e-3, 1, 25), np.geomspace(0.01, 100, 26))
    losses, best = phase_losses(p, r, features), best_phase(p, r, features)
    stacked = np.stack(list(losses.values()))
    np.testing.assert_array_equal(best.loss, stacked.min(axis=0))
    for name, loss in losses.items():
        won = best.name == name
        assert won.any()
        np.testing.assert_array_equal(best.loss[won], loss[won])
        others = np.stack([other for key, other in losses.items() if key != name]).min(axis=0)
        np.testing.assert_allclose(best.lead[won], (others / loss - 1)[won], atol=1e-12)


@pytest.mark.parametrize("kurtosis", [1.0, 1.2, 2.0, 3.0, 6.0, 20.0])
@pytest.mark.parametrize("dims", [0, 1, 2, 3, 5])
def test_capacities_lie_in_the_unit_interval_and_fill_the_dimensions(kurtosis, dims):
    for values in ((1.0, 0.8, 0.5), (1.0, 1.0, 1.0), (3.0, 0.01, 2.0)):
        loss, share = capacity_allocation(values, kurtosis, dims)
        assert ((share >= 0) & (share <= 1)).all()
        assert share.sum() == pytest.approx(min(dims, 3))
        assert loss == pytest.approx(capacity_losses(np.array(values), kurtosis, share).sum())
        assert loss == pytest.approx(0 if dims >= 3 or kurtosis == 1 else loss)


@pytest.mark.parametrize("kurtosis", [1.5, 2.0, 2.9, 3.5, 6.0, 20.0])
def test_no_other_allocation_costs_less(kurtosis):
    random = np.random.default_rng(0)
    for _ in range(20):
        values = random.uniform(0.2, 1, 4)
        loss, _ = capacity_allocation(values, kurtosis, 2)
        others = random.dirichlet(np.full(4, 0.5), 4000) * 2
        others = np.concatenate([others[(others <= 1).all(axis=1)], [[1, 1, 0, 0], [0, 0, 1, 1], [0.5] * 4]])
        assert loss <= min(capacity_losses(values, kurtosis, other).sum() for other in others) + 1e-12


def test_a_feature_of_its_own_neuron_and_one_that_is_ignored_differ_by_half_the_excess_of_kurtosis():
    # Source: the marginal returns at C = 1 and at C = 0: v/u at least (κ − 1) / 2.
    for kurtosis in (4.0, 6.0, 20.0):
        apart = (kurtosis - 1) / 2
        _, below = capacity_allocation((1.0, 1 / (apart * 0.99)), kurtosis, 1)
        _, above = capacity_allocation((1.0, 1 / (apart * 1.01)), kurtosis, 1)
        assert 0 < below[1] < below[0] < 1
        np.testing.assert_allclose(above, [1, 0])


# Closed forms


@pytest.mark.parametrize("features", [2, 3])
@pytest.mark.parametrize(("density", "importance"), [(0.1, 0.5), (0.6, 1.0), (0.9, 4.0)])
def test_networks_built_by_hand_cost_what_the_phases_say(features, density, importance):
    x = on_and_off(density, features)  # the extra feature comes last
    weights = np.append(np.ones(features - 1), importance)
    eye = np.eye(features)
    left_out = {"ignore-extra": features - 1, "ignore-other": 0}
    pairs = {"pair-with-extra": (0, features - 1), "pair-without": (0, 1)}
    for name, loss in phase_losses(density, importance, features).items():
        if name in left_out:
            weight, bias = np.delete(eye, left_out[name], axis=0), eye[left_out[name]] * density / 2
        else:
            one, other = pairs[name]
            weight, bias = np.delete(eye, other, axis=0), np.zeros(features)
            weight[:, other] = -weight[:, one]
        costs = (weights * (x - tied(x, weight, bias)) ** 2).sum(axis=1)
        assert abs(costs.mean() - loss) < 4 * costs.std() / np.sqrt(MANY), name


def test_two_phases_cost_the_same_on_their_boundary():
    r = np.geomspace(0.01, 100, 41)
    for name, density in pairing_boundaries(r).items():
        losses = phase_losses(density, r, 2)
        np.testing.assert_allclose(losses["pair-with-extra"], losses[name], rtol=1e-12)
        assert (phase_losses(density * 0.99, r, 2)["pair-with-extra"] < phase_losses(density * 0.99, r, 2)[name]).all()
        assert (phase_losses(density * 1.01, r, 2)["pair-with-extra"] > phase_losses(density * 1.01, r, 2)[name]).all()


def test_all_phases_of_two_features_meet_at_importance_one_and_density_four_sevenths():
    np.testing.assert_allclose(list(phase_losses(4 / 7, 1.0, 2).values()), 16 / 147, rtol=1e-12)
    assert pairing_boundaries(1.0) == {"ignore-extra": pytest.approx(4 / 7), "ignore-other": pytest.approx(4 / 7)}


def test_with_three_features_an_important_extra_keeps_its_dimension_and_two_others_pair_below_four_sevenths():
    r = np.geomspace(1.01, 100, 21)
    assert (best_phase(4 / 7 - 1e-6, r, 3).name == "pair-without").all()
    assert (best_phase(4 / 7 + 1e-6, r, 3).name == "ignore-other").all()
    assert (best_phase(0.01, 1 / r, 3).name == np.where(1 / r > 0.0051, "pair-with-extra", "ignore-extra")).all()


@pytest.mark.parametrize(
    ("kurtosis", "loss", "share"),
    [
        # Source: direct minimization over W of three features in two quadratic neurons, values 1, .8, .5, to 4 digits
        # in loss and about .005 in capacity.
        (6.0, 1.0571, (1.0, 0.77, 0.23)),
        (20.0, 1.3920, (0.905, 0.700, 0.395)),
        (2.0, 0.25, (1.0, 1.0, 0.0)),
    ],
)
def test_capacity_goes_where_direct_minimization_put_it(kurtosis, loss, share):
    found, allocated = capacity_allocation((1.0, 0.8, 0.5), kurtosis, 2)
    assert found == pytest.approx(loss, abs=5e-5)
    np.testing.assert_allclose(allocated, share, atol=5e-3)


@pytest.mark.parametrize("kurtosis", [2.0, 6.0, 20.0])
def test_minimizing_over_weights_comes_to_the_same_loss(kurtosis):
    # The variance of xᵀAx for independent x of variance 1, A = WᵀW − diag v, is 2 |A|² + (κ − 3) Σ A_ii².
    values = np.array([1.0, 0.8, 0.5])

    def cost(flat):
        weight = flat.reshape(2, 3)
        difference = weight.T @ weight - np.diag(values)
        return 2 * (difference**2).sum() + (kurtosis - 3) * (np.diag(difference) ** 2).sum()

    random = np.random.default_rng(0)
    found = min(optimize.minimize(cost, random.normal(size=6)).fun for _ in range(12))
    assert capacity_allocation(values, kurtosis, 2)[0] == pytest.approx(found, rel=1e-6)


@pytest.mark.parametrize("density", [1.0, 0.3, 0.05])
def test_the_kurtosis_of_sparse_features_is_that_of_samples(density):
    for signed in (True, False):
        x = on_and_off(density, 4, low=-1.0 if signed else 0.0)
        sampled = ((x - x.mean()) ** 4).mean() / x.var() ** 2
        assert float(kurtosis_of(density, signed=signed)) == pytest.approx(sampled, rel=0.02)  # sampling error: 1 %


def test_a_feature_that_is_always_on_has_the_kurtosis_of_a_uniform_number():
    assert kurtosis_of(1.0) == pytest.approx(1.8)
    assert kurtosis_of(1.0, signed=False) == pytest.approx(1.8)


def test_what_cannot_be_is_refused():
    with pytest.raises(BadValue, match="features"):
        phase_losses(0.1, 1.0, 1)
    for arguments, named in (
        (((1.0, 0.0), 4.0, 1), "values"),
        (((1.0,), 0.5, 1), "kurtosis"),
        (((1.0,), 4.0, -1), "dims"),
    ):
        with pytest.raises(BadValue, match=named):
            capacity_allocation(*arguments)
    with pytest.raises(DoesNotFit, match="3 densities"):
        linear_loss(np.eye(2), np.full(3, 0.1))
