"""The sparse sampler against the dense one, sample beside sample: the same distribution, and a wrong one is caught.

Each comparison gives a p-value under "both come from one distribution". The right sampler must pass all of them, and
each of several samplers that are wrong in one way must fail the comparison that is made for it.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from tropism.arrays.sparse import capacity_for, dense, densify, expected_points, signed, sparse, sparse_of
from tropism.arrays.streams import fold, stream

FEATURES, MANY = 64, 2**16
KEY = stream(11, "data")
POWER = np.minimum(1, FEATURES / 16 * np.arange(1, FEATURES + 1) ** -1.1 / 3.3).astype(np.float32)
PASS = 1e-4
"""Seven comparisons of four kinds of draw: a right sampler fails by chance with less than .003."""

FAIL = 1e-9


def counts(ours, theirs):
    """How many features are on in a sample: a two-sample chi-square, counts that are rare put together."""
    most = int(max((ours != 0).sum(1).max(), (theirs != 0).sum(1).max())) + 1
    table = np.stack([np.bincount((each != 0).sum(1), minlength=most) for each in (ours, theirs)])
    usual = table.sum(0) >= 20
    together = np.column_stack([table[:, usual], table[:, ~usual].sum(1)])
    return stats.chi2_contingency(together[:, together.sum(0) > 0]).pvalue


def features(ours, theirs):
    """How often each feature is on; features that are always on have nothing to compare."""
    on = np.stack([(each != 0).sum(0) for each in (ours, theirs)])
    return _homogeneous(on, len(ours))


def amplitudes(ours, theirs):
    """The values of features that are on: Kolmogorov and Smirnov's."""
    return stats.ks_2samp(ours[ours != 0], theirs[theirs != 0]).pvalue


def pairs(ours, theirs):
    """How often a feature and its neighbor are on together."""
    both = np.stack([((each[:, :-1] != 0) & (each[:, 1:] != 0)).sum(0) for each in (ours, theirs)])
    return _homogeneous(both, len(ours))


def values_of_pairs(ours, theirs):
    """The product of the values of features that are on together: whether they are drawn apart."""
    found = [(each[:, :-1] * each[:, 1:])[(each[:, :-1] != 0) & (each[:, 1:] != 0)] for each in (ours, theirs)]
    return stats.ks_2samp(*found).pvalue


def samples(ours, theirs):
    """How often neighboring samples have their first features on, both: whether samples are drawn apart."""
    both = np.stack([((each[:-1] != 0) & (each[1:] != 0)).sum(0) for each in (ours, theirs)])
    return _homogeneous(both, len(ours))


def signs(ours, theirs):
    """How many values are negative."""
    table = [[(each > 0).sum(), max((each < 0).sum(), 1)] for each in (ours, theirs)]
    return stats.chi2_contingency(table).pvalue


COMPARISONS = (counts, features, amplitudes, pairs, values_of_pairs, samples, signs)


def _homogeneous(events, trials):
    """Two binomial counts a column, many columns, rare ones put together: squared scores add up to a chi-square."""
    usual = events.sum(0) >= 20
    events = np.column_stack([events[:, usual], events[:, ~usual].sum(1)])
    pooled = events.sum(0) / (2 * trials)
    known = (events.sum(0) >= 20) & (pooled < 1 - 20 / trials)
    spread = 2 * trials * pooled * (1 - pooled)
    scores = (events[0] - events[1])[known] ** 2 / spread[known]
    return stats.chi2(known.sum()).sf(scores.sum())


@functools.cache
def drawn(kind, how):
    """A draw of one kind, made in one of two ways, each from a stream of its own."""
    key, size = fold(KEY, how), MANY
    density = {"equal": 1 / 16, "signed": 1 / 32, "rare": 1 / 200, "power law": jnp.asarray(POWER)}[kind]

    def coins(key):
        return dense(key, size, density, features=FEATURES)

    def indices(key):
        if kind == "power law":
            capacity = 4 + capacity_for(expected_points(POWER, head=4), samples=size)
            return sparse_of(key, size, density, capacity=capacity, head=4)
        return sparse(key, size, density, features=FEATURES, capacity=capacity_for(FEATURES * density, samples=size))

    def made(key):
        halves = [fold(key, number) for number in range(2)] if kind == "signed" else [key]
        if how == "dense":
            found = [coins(each) for each in halves]
            return found[0] - found[1] if kind == "signed" else found[0]
        found = [indices(each) for each in halves]
        return densify(signed(*found) if kind == "signed" else found[0], FEATURES)

    return np.asarray(jax.jit(made)(key))


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
@pytest.mark.parametrize("kind", ["equal", "power law", "signed", "rare"])
def test_the_sparse_sampler_draws_as_the_dense_one_does(kind, compare):
    assert compare(drawn(kind, "sparse"), drawn(kind, "dense")) > PASS


def fixed_number(right, random):
    """Always as many on as there are on average."""
    ranks = random.random(right.shape).argsort(axis=1)
    return np.where(ranks < round((right != 0).sum(1).mean()), random.random(right.shape), 0)


def with_replacement(right, random):
    """Indices drawn one by one, of which some come twice: fewer are on, and the values of those add up."""
    number = (right != 0).sum(1)
    made = np.zeros_like(right)
    rows = np.repeat(np.arange(len(right)), number)
    np.add.at(made, (rows, random.integers(right.shape[1], size=len(rows))), random.random(len(rows)))
    return made


def a_denser_start(right, random):
    """The first features on a tenth more often, the last as much less: the same number on average."""
    chance = np.linspace(1.1, 0.9, right.shape[1]) * (right != 0).mean()
    return np.where(random.random(right.shape) < chance, random.random(right.shape), 0)


def clumped(right, random):
    """A feature that is on brings the next with it in one case of ten; each is on as often as before."""
    moved = np.roll(right, 1, axis=1)
    rare = random.random(right.shape) < 0.05
    return np.where(rare, moved, right)


def one_value(right, random):
    """The values of a sample are all the same."""
    return np.where(right != 0, random.random((len(right), 1)), 0)


def square_values(right, random):
    """Values that are nearly, not quite, uniform."""
    return np.sign(right) * np.abs(right) ** 1.1


def sticky_samples(right, random):
    """One sample in twenty is that before it again."""
    again = random.random(len(right)) < 0.05
    return right[np.arange(len(right)) - again]


def one_sided(right, random):
    """Of signed features, one in twenty that should be negative is positive."""
    return np.where((right < 0) & (random.random(right.shape) < 0.05), -right, right)


@pytest.mark.parametrize(
    ("wrong", "compare", "kind"),
    [
        (fixed_number, counts, "equal"),
        (with_replacement, counts, "equal"),
        (with_replacement, amplitudes, "equal"),
        (a_denser_start, features, "equal"),
        (clumped, pairs, "equal"),
        (one_value, values_of_pairs, "equal"),
        (square_values, amplitudes, "equal"),
        (sticky_samples, samples, "equal"),
        (one_sided, signs, "signed"),
    ],
    ids=lambda item: getattr(item, "__name__", item),
)
def test_a_wrong_sampler_is_caught(wrong, compare, kind):
    right = drawn(kind, "dense")
    made = wrong(right, np.random.default_rng(0))
    # Against the sparse draw, whose samples are not those that the wrong one was made from.
    assert compare(made, drawn(kind, "sparse")) < FAIL
