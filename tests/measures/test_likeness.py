"""How alike two networks' values are: what is the same turned, what is shared, what few examples seem to share."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import (
    gram,
    linear_cka,
    linear_r2,
    neuron_matching,
    permuted,
    procrustes,
    pwcca,
    svcca,
)


def values(examples: int = 300, width: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(examples, width)) * np.arange(1, width + 1) + 3


def turned(width: int, seed: int = 0) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0]


def mean_svcca(one: np.ndarray, other: np.ndarray) -> float:
    return float(svcca(one, other, variance=1.0).mean())


SCORES = {
    "svcca": mean_svcca,
    "pwcca": pwcca,
    "cka": linear_cka,
    "procrustes": lambda one, other: procrustes(one, other, scaled=True).score,
    "neurons": neuron_matching,
    "forward": lambda one, other: linear_r2(one, other).forward,
    "backward": lambda one, other: linear_r2(one, other).backward,
}
TURNS = sorted(SCORES.keys() - {"neurons"})


@pytest.mark.parametrize("name", SCORES)
def test_values_are_their_own_like_in_any_order_of_examples_about_any_mean(name) -> None:
    x, order = values(), np.random.default_rng(1).permutation(300)
    assert SCORES[name](x, x - 7) == pytest.approx(1)
    other = values(seed=2) + x
    assert SCORES[name](x[order], other[order]) == pytest.approx(SCORES[name](x, other))
    assert SCORES[name](x, other) < 0.99


@pytest.mark.parametrize("name", TURNS)
def test_a_turn_is_no_difference_but_to_single_neurons(name) -> None:
    x = values()
    assert SCORES[name](x, x @ turned(5)) == pytest.approx(1)
    assert neuron_matching(x, x @ turned(5)) < 0.95


def test_neurons_match_in_any_order_and_sign_and_size() -> None:
    x = values()
    assert neuron_matching(x, -1e-9 * x[:, ::-1]) == pytest.approx(1)
    assert neuron_matching(x, -x, signed=True) < 0.5
    assert neuron_matching(x, x[:, [3, 1]]) == pytest.approx(1)


@pytest.mark.parametrize("name", SCORES)
def test_chance_covers_independent_values_and_not_their_own(name) -> None:
    x = values(60)
    null = permuted(SCORES[name], x, x, draws=40)
    strangers = [SCORES[name](x, values(60, seed=seed)) for seed in range(10, 30)]
    assert np.mean([null.low <= score <= null.high for score in strangers]) >= 0.75  # of twenty, 19 are expected
    assert SCORES[name](x, x) > null.high


def test_canonical_correlations_count_shared_dimensions_where_cka_weighs_variance() -> None:
    # The pilot: 6 of 10 dimensions shared, 6,000 examples; sums of 6.1 ± .2 whatever the private deviation,
    # while CKA falls from .955 over .598 to .019 as that rises from .5 over 1 to 3. Ours is of another draw.
    random = np.random.default_rng(0)
    shared, private = random.normal(size=(6000, 6)), random.normal(size=(2, 6000, 4))
    alike = []
    for spread in (0.5, 1, 3):
        one, other = (np.hstack([shared, spread * each]) @ turned(10, 1 + i) for i, each in enumerate(private))
        found = svcca(one, other)
        assert found.sum() == pytest.approx(6.1, abs=0.2)
        np.testing.assert_allclose(found[:6], 1, atol=1e-6)
        assert found[6:].max() < 0.1
        alike.append(linear_cka(one, other))
    assert alike == pytest.approx([0.96, 0.6, 0.02], abs=0.04)


def test_few_independent_examples_look_alike() -> None:
    # The pilots: a mean of .35 of 200 independent examples and .06 of 6,000; the widths are 32.
    def independent(examples: int) -> float:
        random = np.random.default_rng(3)
        return float(svcca(random.normal(size=(examples, 32)), random.normal(size=(examples, 32))).mean())

    assert independent(200) == pytest.approx(0.35, abs=0.04)
    assert independent(6000) == pytest.approx(0.06, abs=0.01)


def test_directions_of_little_variance_are_left_out() -> None:
    x = values() * [1e-3, 1e-3, 1, 1, 1]
    assert len(svcca(x, x)) == 3
    assert len(svcca(x, x, variance=1.0)) == 5
    assert len(svcca(x @ np.ones((5, 7)), x, variance=1.0)) == 1  # rounding is no direction


def test_the_weights_of_pwcca_are_the_firsts() -> None:
    # One large shared direction and one small private one: of two equal weights the mean would be one half.
    random = np.random.default_rng(4)
    shared, mine, theirs = random.normal(size=(3, 4000, 1))
    one, other = np.hstack([9 * shared, mine]), np.hstack([shared, 9 * theirs])
    assert svcca(one, other, variance=1.0).mean() == pytest.approx(0.5, abs=0.03)
    assert pwcca(one, other) == pytest.approx(0.9, abs=0.03)
    assert pwcca(other, one) == pytest.approx(0.1, abs=0.03)


def test_a_gram_and_the_widths_form_are_one_kernel_alignment() -> None:
    x, y = values(2100, 3), values(2100, 4, 1) + values(2100, 4) @ turned(4)
    assert linear_cka(x, y) == pytest.approx(float((gram(x) * gram(y)).sum()), rel=1e-9)
    assert linear_cka(x, 5 * x @ turned(3)) == pytest.approx(1)


def test_cka_of_one_dimension_each_is_their_squared_correlation() -> None:
    one, other = values(40, 2).T
    wanted = np.corrcoef(one, other)[0, 1] ** 2
    assert linear_cka(one[:, None], other[:, None]) == pytest.approx(wanted)


def test_procrustes_finds_the_turn_and_minds_the_size_unless_told_otherwise() -> None:
    x, turn = values(), turned(5, 3)
    found = procrustes(x, x @ turn.T)
    np.testing.assert_allclose(found.turn, turn, atol=1e-9)
    assert procrustes(x, 0.5 * x).score == pytest.approx(0.75)
    assert procrustes(x, 3 * x).score == pytest.approx(-3)
    assert procrustes(x, 3 * x, scaled=True).score == pytest.approx(1)
    assert procrustes(x, 0 * x).score == 0


def test_a_part_is_explained_by_the_whole_and_not_the_other_way_round() -> None:
    x = np.random.default_rng(5).normal(size=(5000, 4))
    found = linear_r2(x, x[:, :1] - 9)
    assert found.forward == pytest.approx(1)
    assert found.backward == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("name", SCORES)
def test_what_has_no_score_is_nan(name) -> None:
    x = values(9)
    broken = np.where(x == x.max(), np.nan, x)
    still = np.full((9, 5), 0.1)
    assert np.isnan(SCORES[name](x, broken))
    assert np.isnan(SCORES[name](np.where(x == x.max(), np.inf, x), x))
    assert not SCORES[name](x[:1], x[:1]) > 0
    assert not SCORES[name](still, x) > 0
    assert not SCORES[name](x, still) > 0


@pytest.mark.parametrize("name", SCORES)
def test_values_that_do_not_belong_together_are_refused(name) -> None:
    with pytest.raises(DoesNotFit, match="rows"):
        SCORES[name](values(), values(299))
    with pytest.raises(DoesNotFit, match="shape"):
        SCORES[name](values()[0], values()[0])


def test_what_is_no_share_or_of_no_one_width_is_refused() -> None:
    with pytest.raises(BadValue, match="share"):
        svcca(values(), values(), variance=99)
    with pytest.raises(DoesNotFit, match="columns"):
        procrustes(values(), values(width=4))
