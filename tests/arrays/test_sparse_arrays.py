"""Sparse draws are what a coin for each feature would give, and depend on nobody else."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tropism.arrays import sparse as room
from tropism.arrays.sparse import (
    capacity_for,
    dense,
    densify,
    expected_points,
    signed,
    sparse,
    sparse_of,
)
from tropism.arrays.streams import stream
from tropism.errors import BadValue

FEATURES = 512
KEY = stream(3, "data")
MANY = 2**15


def power_law(eps, features=FEATURES):
    # Source: adamjermyn/toy_model_interpretability: exponent 1.1, clipped to 1 and not normalized again.
    falling = np.arange(1, features + 1) ** -1.1
    return np.minimum(1, features * eps * falling / falling.sum()).astype(np.float32)


@partial(jax.jit, static_argnames=("size", "features", "capacity"))
def equal(key=KEY, size=64, density=1 / 64, features=FEATURES, capacity=43):
    return sparse(key, size, density, features=features, capacity=capacity)


@partial(jax.jit, static_argnames=("size", "capacity", "head"))
def unequal(key=KEY, size=64, densities=None, capacity=48, head=8):
    densities = power_law(1 / 64) if densities is None else densities
    return sparse_of(key, size, jnp.asarray(densities, jnp.float32), capacity=capacity, head=head)


coins = jax.jit(dense, static_argnums=1, static_argnames="features")
filled = jax.jit(densify, static_argnums=1)


def same(left, right):
    for one, other in zip(left, right, strict=True):
        np.testing.assert_array_equal(one, other)


def evenly(count, probability, trials):
    """Whether counts are within five and a half standard deviations of what coins give, plus one for the rarest."""
    spread = np.sqrt(trials * probability * (1 - probability))
    return (np.abs(count - trials * probability) <= 5.5 * spread + 1).all()


BOTH = pytest.mark.parametrize("draw", [equal, unequal], ids=["equal", "unequal"])


# Laws


@BOTH
def test_the_first_slots_do_not_depend_on_how_many_there_are(draw):
    whole = draw(capacity=61)
    for capacity in (9, 16, 43):
        part = draw(capacity=capacity)
        same((part.index, part.value), (whole.index[:, :capacity], whole.value[:, :capacity]))


@BOTH
def test_the_first_samples_do_not_depend_on_how_many_there_are(draw):
    few, many = draw(size=5), draw(size=64)
    same(few[:2], (many.index[:5], many.value[:5]))


@BOTH
def test_a_draw_is_the_same_alone_and_in_company(draw):
    seeds = jnp.arange(13, dtype=jnp.uint32)
    together = jax.jit(jax.vmap(lambda seed: draw(stream(seed, "data"), size=256)))(seeds)
    alone = jax.jit(lambda seed: draw(stream(seed, "data"), size=256))
    for row in range(13):
        same(alone(seeds[row]), [each[row] for each in together])


def test_a_traced_density_gives_what_a_plain_one_gives_to_the_bit():
    densities = np.concatenate([np.geomspace(1e-6, 1, 40), [0.0, 0.5, 1 / 64]]).astype(np.float32)

    def drawn(density):
        return sparse(KEY, 32, density, features=64, capacity=64)

    together, alone = jax.jit(jax.vmap(drawn))(densities), jax.jit(drawn)
    for row, density in enumerate(densities):
        same(alone(density), [each[row] for each in together])
    for density in (1 / 64, 0.3):
        same(drawn(density), alone(density))
        same(jax.jit(lambda density=density: drawn(density))(), alone(density))  # the compiler knows the number


def test_unequal_densities_may_be_traced_and_differ_from_member_to_member():
    densities = jnp.stack([power_law(eps) for eps in (1 / 16, 1 / 64, 1 / 256)])
    together = jax.jit(jax.vmap(lambda each: unequal(densities=each, capacity=90)))(densities)
    for row in range(3):
        same(
            jax.jit(lambda row=row: unequal(densities=densities[row], capacity=90))(), [each[row] for each in together]
        )


def test_samples_slots_and_kinds_of_draw_are_independent_of_each_other():
    values = np.asarray(equal(size=2048, density=1.0, features=40, capacity=40).value)
    assert abs(stats.pearsonr(values[:, :-1].ravel(), values[:, 1:].ravel())[0]) < 5 / np.sqrt(values.size)
    assert abs(stats.pearsonr(values[:-1].ravel(), values[1:].ravel())[0]) < 5 / np.sqrt(values.size)
    assert len(np.unique(values[:, 0])) > 2040  # two samples in 2**23 values may meet
    one, other = (np.asarray(filled(each, FEATURES)) for each in (equal(), unequal(densities=np.full(512, 1 / 64))))
    assert not set(one[one > 0]) & set(other[other > 0])


# Closed forms


@pytest.mark.parametrize("kind", ["equal", "unequal", "coins"])
@pytest.mark.parametrize("density", [0.0, 1 / 64, 0.3])
def test_features_are_on_as_often_and_as_together_as_coins_fall(kind, density):
    # With replacement, a count of points would be spread wider by 1 / (1 - p), and a feature would come twice.
    features, size = 96, MANY
    if kind == "equal":
        draw = equal(size=size, density=density, features=features, capacity=90)
    elif kind == "unequal":
        draw = unequal(size=size, densities=np.full(features, density), capacity=90, head=0)
    if kind == "coins":
        made = np.asarray(coins(KEY, size, density, features=features))
    else:
        assert int(draw.overflow) == 0
        made = np.asarray(filled(draw, features))
    on = made > 0
    assert evenly(on.sum(0), density, size)
    assert evenly((on[:, :-1] & on[:, 1:]).sum(0), density**2, size)
    if density == 0:
        return
    counts = np.bincount(on.sum(1), minlength=features + 1)
    wanted = stats.binom.pmf(np.arange(features + 1), features, density) * size
    usual = wanted > 8
    seen = np.append(counts[usual], counts[~usual].sum())
    assert stats.chisquare(seen, np.append(wanted[usual], wanted[~usual].sum())).pvalue > 1e-4
    assert stats.kstest(made[on], "uniform").pvalue > 1e-4


@BOTH
def test_no_feature_stands_in_two_slots(draw):
    made = draw(size=4096)
    index = np.where(made.value > 0, made.index, -1 - np.arange(made.index.shape[1]))
    assert all(len(set(row)) == len(row) for row in index)
    assert (np.asarray(made.index) >= 0).all()
    assert (np.asarray(made.index) < FEATURES).all()


@pytest.mark.parametrize(("eps", "head"), [(1 / 64, 8), (1 / 64, 1), (1 / 64, 0), (1 / 16, 16)])
def test_a_power_law_with_clipped_densities_is_met_feature_by_feature(eps, head):
    densities = power_law(eps)
    capacity = head + capacity_for(expected_points(densities, head=head), samples=MANY)
    draw = unequal(size=MANY, densities=densities, capacity=capacity, head=head)
    assert int(draw.overflow) == 0
    made = np.asarray(filled(draw, FEATURES))
    clipped = densities == 1
    assert clipped.sum() == (5 if eps == 1 / 16 else 1)
    # A feature that is on may hold zero, once in 2**23 times.
    assert ((made[:, clipped] > 0).mean(0) > 1 - 1e-4).all()
    assert evenly((made > 0).sum(0)[~clipped], densities[~clipped], MANY)
    number = (made > 0).sum(1)
    variance = (densities * (1 - densities)).sum()
    assert abs(number.mean() - densities.sum()) < 5 * np.sqrt(variance / MANY)
    assert abs(number.var() / variance - 1) < 5 * np.sqrt(3 / MANY)


def test_rare_features_keep_their_places_and_their_frequency():
    # Among so many cells a single-precision position would leave some features out.
    densities = np.concatenate([np.full(50, 0.5), np.full(200, 2e-3), np.full(200, 0.0), np.full(50, 1e-6)])
    densities = np.random.default_rng(0).permutation(densities)
    on = np.zeros(500)
    for seed in range(4):
        draw = unequal(stream(seed, "data"), MANY, densities, capacity=90, head=0)
        assert int(draw.overflow) == 0
        on += np.asarray(filled(draw, 500) > 0).sum(0)
    assert evenly(on, densities, 4 * MANY)
    assert (on[densities == 0] == 0).all()


@pytest.mark.parametrize("density", [1e-6, 1e-4])
def test_a_rare_density_is_exact(density):
    draw = equal(size=2**20, density=density, features=100, capacity=3)
    made = np.asarray(draw.value) > 0
    assert evenly(made.sum(), density, 100 * 2**20)
    where = np.asarray(draw.index)[made]
    assert stats.kstest((where + 0.5) / 100, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("density", [0.0, 1.0])
def test_never_and_always_are_exact(density):
    draw = equal(size=4096, density=density, features=100, capacity=100)
    assert int(draw.overflow) == 0
    assert (np.asarray(draw.value) > 0).mean() == pytest.approx(density, abs=1e-5)
    if density:
        np.testing.assert_array_equal(draw.index, np.broadcast_to(np.arange(100), (4096, 100)))


# Source: the second moments of spike-and-uniform features, N eps / 3, and N (eps / 3 - eps**2 / 8) for two halves.
@pytest.mark.parametrize(("eps", "plain", "of_abs"), [(1 / 16, 10.667, 10.417), (1 / 64, 2.6667, 2.6510)])
def test_predicting_zero_costs_what_it_should(eps, plain, of_abs):
    def loss(draw):
        costs = np.square(np.asarray(filled(draw, FEATURES))).sum(1)
        return costs.mean(), costs.std() / np.sqrt(len(costs))

    capacity = capacity_for(FEATURES * eps, samples=MANY)
    found, error = loss(equal(size=MANY, density=eps, capacity=capacity))
    assert found == pytest.approx(plain, abs=5 * error)
    halves = [equal(stream(seed, "data"), MANY, eps / 2, capacity=capacity) for seed in (0, 1)]
    found, error = loss(signed(*halves))
    assert found == pytest.approx(of_abs, abs=5 * error)


def test_a_signed_draw_is_the_difference_of_its_halves():
    plus, minus = (
        equal(stream(0, "data"), density=0.3, capacity=230),
        equal(stream(1, "data"), density=0.3, capacity=230),
    )
    both = signed(plus, minus)
    np.testing.assert_array_equal(densify(both, FEATURES), densify(plus, FEATURES) - densify(minus, FEATURES))
    assert both.index.shape == (64, 460)


@pytest.mark.parametrize("draw", [equal, lambda **size: unequal(densities=np.full(FEATURES, 1 / 64), head=0, **size)])
def test_samples_that_need_more_slots_are_counted(draw):
    whole = draw(size=512, capacity=60)
    assert int(whole.overflow) == 0
    # A point that comes twice takes a slot of its own, so there the count may be a little above.
    needed = np.asarray((whole.value > 0).sum(1) > 9).sum()
    assert needed <= int(draw(size=512, capacity=9).overflow) <= needed * (1 if draw is equal else 1.2)
    assert 0 < needed < 512
    assert int(signed(draw(size=512, capacity=9), whole).overflow) == int(draw(size=512, capacity=9).overflow)


@given(st.floats(0.01, 60), st.floats(1, 1e12))
def test_a_capacity_is_safe_enough_and_hardly_more(expected, samples):
    slots = capacity_for(expected, samples=samples)
    assert samples * stats.poisson.sf(slots, expected) <= 1e-9
    assert slots == 1 or slots <= np.ceil(expected) or samples * stats.poisson.sf(slots - 2, expected) > 1e-9


def test_known_capacities():
    # Source: the tails of Poisson distributions, by SciPy's `stats.poisson.isf`.
    assert capacity_for(0, samples=1e9) == 1
    assert capacity_for(8, samples=128 * 2**15) == stats.poisson.isf(1e-9 / (128 * 2**15), 8)


def test_a_coin_may_have_a_density_for_each_feature():
    densities = power_law(1 / 16)
    on = np.asarray(coins(KEY, MANY, jnp.asarray(densities), features=FEATURES)) > 0
    assert evenly(on.sum(0), np.minimum(densities, 1 - 2**-23), MANY)


# Examples


def test_waits_are_logarithms():
    words = np.concatenate([[0, 1, 2, 2**31, 2**31 - 1, 2**31 + 1, 2**32 - 1], 2 ** np.arange(32)])
    words = np.append(words, np.random.default_rng(0).integers(0, 2**32, 10**5)).astype(np.uint32)
    wanted = -np.log(np.maximum(words, 1) / 2**32)
    np.testing.assert_allclose(room._exponential(jnp.asarray(words)), wanted, rtol=4e-7)
    densities = np.concatenate([np.geomspace(1e-8, 0.9, 99), [0.5, 0.999, 1 - 2**-24]]).astype(np.float32)
    np.testing.assert_allclose(room._rate(jnp.asarray(densities)), -np.log1p(-np.float64(densities)), rtol=4e-7)
    np.testing.assert_allclose(jax.vmap(room._reciprocal)(densities), 1 / np.float64(densities), rtol=4e-7)


def test_what_cannot_be_is_refused():
    for wrong in (lambda: equal(capacity=0), lambda: unequal(capacity=8), lambda: unequal(head=512)):
        with pytest.raises(BadValue):
            wrong()
    for expected, samples in ((-1, 10), (np.nan, 10), (8, 0), (8, np.inf)):
        with pytest.raises(BadValue):
            capacity_for(expected, samples=samples)
