"""Laplace's law, graded magnitudes and directions without negative numbers keep what they are called."""

import jax
import numpy as np
import pytest
from scipy import stats

from tropism.arrays.streams import fold, stream
from tropism.core import Member, Seed
from tropism.errors import BadValue
from tropism.subjects.features import (
    Always,
    Coins,
    Gaussian,
    Graded,
    HalfNormal,
    KnownFeatures,
    Laplace,
    NonNegative,
    Orthonormal,
    Population,
)
from tropism.subjects.features.tasks._exact import exponential
from tropism.subjects.features.tasks._mixing import codes_of
from tropism.subjects.features.tasks._mixing import drawn as drawn_of
from tropism.subjects.features.truth import CHUNK, _world, sample, truth
from tropism.values import describe, rebuild

COUNT, SEED = 20_000, 5
TASK = KnownFeatures(
    width=8,
    populations=(
        Population(name="heavy", features=3, support=Always(), magnitudes=Laplace(0.5), frame=Orthonormal()),
        Population(name="graded", features=3, support=Always(), magnitudes=Graded(Laplace(), 2.0, 0.5)),
        Population(
            name="rare", features=4, support=Coins(2.0), magnitudes=Graded(HalfNormal(2.0), 1.0, 0.25),
            frame=NonNegative(),
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    return sample(TASK, SEED, COUNT)


def test_the_exponential_quantile_is_that_of_the_law():
    tails = np.array([2**32 - 1, 3 * 2**30, 2**31, 2**31 - 1, 12345678, 77, 1], np.uint32)
    np.testing.assert_allclose(exponential(tails), -np.log(tails / 2.0**32), atol=3e-5)  # straight between cells


@pytest.mark.parametrize(
    ("column", "law"),
    [(0, stats.laplace(scale=0.5 / np.sqrt(2))), (3, stats.laplace(scale=2 / np.sqrt(2))),
     (4, stats.laplace(scale=1.25 / np.sqrt(2))), (5, stats.laplace(scale=0.5 / np.sqrt(2))),
     (6, stats.halfnorm(scale=2)), (9, stats.halfnorm(scale=0.5))],
)  # fmt: skip
def test_magnitudes_follow_their_law_at_each_features_step(drawn, column, law):
    assert stats.kstest(drawn.z[drawn.on[:, column], column], law.cdf).pvalue > 1e-3


def test_codes_are_the_very_ones_that_training_would_draw(drawn):
    world = _world(TASK, Member(Seed.of(SEED)))

    def codes(seed):
        key = jax.lax.optimization_barrier(fold(stream(seed, "data"), "features", "sample", 0))
        return codes_of(drawn_of(TASK, world, key, CHUNK, noisy=False), world)[0]

    assert np.asarray(jax.jit(codes)(np.uint32(SEED))).tobytes() == drawn.z[:CHUNK].tobytes()


def test_moments_of_graded_laws_are_in_closed_form(drawn):
    told = truth(TASK, [SEED])
    # 20,000 examples: means of numbers of deviation 2 or less are within .06, and of their squares within .25.
    np.testing.assert_allclose(drawn.z.mean(axis=0), told.mean[0], atol=0.06)
    np.testing.assert_allclose((drawn.z**2).mean(axis=0), told.square[0], atol=0.25)
    plain = Gaussian(2.0, 0.5).moments(4)
    for one, other in zip(Graded(Gaussian(), 2.0, 0.5).moments(4), plain, strict=True):
        np.testing.assert_allclose(one, other)


def test_directions_without_negative_numbers_have_length_one():
    rows = truth(TASK, [SEED, 6, 7]).rows[:, 6:].astype(float)
    assert (rows >= 0).all()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=-1), 1, atol=2e-7)
    many = truth(KnownFeatures(width=200, populations=(Population(features=40, frame=NonNegative()),)), [SEED]).rows[0]
    pairs = (many @ many.T)[np.triu_indices(40, 1)]
    # Of 200 products of half-normal numbers, 2/π on average with a deviation of about .05; 780 pairs of 40 rows.
    assert abs(pairs.mean() - 2 / np.pi) < 0.03


def test_they_come_back_from_their_description():
    assert rebuild(describe(TASK)) == TASK


@pytest.mark.parametrize(
    ("make", "named"),
    [(lambda: Laplace(0.0), r"Laplace\.sd"), (lambda: Graded(Laplace(), last=-1.0), r"Graded\.last"),
     (lambda: Graded(Laplace(), first=0.0), r"Graded\.first"), (lambda: Graded(2.0), r"Graded\.law")],
)  # fmt: skip
def test_what_is_no_law_is_refused(make, named):
    with pytest.raises(BadValue, match=named):
        make()
