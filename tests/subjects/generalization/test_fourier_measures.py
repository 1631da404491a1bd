"""Frequencies: the same shares as irreps give, planted spectra, and the fingerprint of two factors."""

import numpy as np
import pytest
from planted_tables import planted

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import Cyclic, irreps
from tropism.subjects.generalization.measures import (
    embedding_shares,
    factor_shares,
    frequency_shares,
    key_frequencies,
)


@pytest.mark.parametrize("modulus", [1, 2, 7, 12, 31])
def test_frequencies_have_the_shares_of_the_irreps(modulus):
    matrix = np.random.default_rng(0).normal(size=(2, modulus, 5)).astype(np.float32)
    by_irrep = embedding_shares(matrix, irreps(Cyclic(modulus)))
    found = frequency_shares(matrix)
    assert len(found) == 2 * (modulus // 2 + 1)
    for member, irrep, share in by_irrep.select("member", "irrep", "share").rows():
        frequency = {"trivial": 0, "sign": modulus // 2}.get(irrep) if not irrep.isdigit() else int(irrep)
        row = found.filter((found["member"] == member) & (found["frequency"] == frequency))
        assert row["share"][0] == pytest.approx(share, abs=1e-12)


def test_key_frequencies_are_the_fewest_that_hold_enough():
    group = Cyclic(31)
    matrix = planted(group, {"trivial": 0.5, "4": 0.25, "9": 0.15, "2": 0.06, "7": 0.04})
    found = key_frequencies(frequency_shares(matrix[None]))
    assert found["frequencies"].to_list() == [[4, 9, 2]]  # of the moving half: .5, .8, .92
    assert found["held"][0] == pytest.approx(0.92)
    found = key_frequencies(frequency_shares(matrix[None]), holding=None, above=0.1)
    assert found["frequencies"].to_list() == [[4, 9, 2]]
    assert key_frequencies(frequency_shares(matrix[None]), holding=0.5)["frequencies"].to_list() == [[4]]
    assert key_frequencies(frequency_shares(matrix[None]), holding=None, above=0.6)["count"].to_list() == [0]


def test_what_does_not_move_has_no_key_frequencies():
    matrix = np.stack([np.ones((7, 2)), np.zeros((7, 2)), np.full((7, 2), np.nan)])
    found = key_frequencies(frequency_shares(matrix))
    assert found["frequencies"].to_list() == [[], [], []]
    assert found["held"].is_nan().all()


def test_periods_are_told_from_what_is_neither():
    p, q = 7, 11
    residues = np.arange(77)

    def wave(period):
        return np.cos(2 * np.pi * residues / period)[:, None]

    kinds = {"period_p": wave(p), "period_q": wave(q), "full": wave(77), "constant": np.ones((77, 1))}
    for kind, column in kinds.items():
        found = factor_shares(column[None], p, q)
        assert found[kind][0] == pytest.approx(1.0)
    table = np.concatenate([np.eye(p)[residues % p], np.eye(q)[residues % q]], axis=1)  # each factor's own residue
    found = factor_shares(table[None], p, q)
    assert found["full"][0] == pytest.approx(0.0, abs=1e-12)
    # One-hot residues: of |M|² = 77 · 2, 77/7 + 77/11 are constant.
    assert found["period_p"][0] == pytest.approx((1 - 1 / 7) / 2)
    assert found["period_q"][0] == pytest.approx((1 - 1 / 11) / 2)


def test_periods_of_a_table_without_structure_are_counted():
    # 76 frequencies of which 6 have period 7, 10 have period 11 and 60 neither; 77 numbers a column.
    found = factor_shares(np.random.default_rng(1).normal(size=(1, 77, 4000)), 7, 11)
    assert found["period_p"][0] == pytest.approx(6 / 77, rel=0.05)
    assert found["period_q"][0] == pytest.approx(10 / 77, rel=0.05)
    assert found["full"][0] == pytest.approx(60 / 77, rel=0.05)
    assert sum(found[name][0] for name in ("constant", "period_p", "period_q", "full")) == pytest.approx(1.0)


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(BadValue, match="common divisor"):
        factor_shares(np.ones((1, 36, 2)), 6, 6)
    with pytest.raises(DoesNotFit, match="77"):
        factor_shares(np.ones((1, 76, 2)), 7, 11)
    with pytest.raises(BadValue, match="one of the two"):
        key_frequencies(frequency_shares(np.ones((1, 5, 2))), holding=0.9, above=0.1)
    with pytest.raises(BadValue, match="one of the two"):
        key_frequencies(frequency_shares(np.ones((1, 5, 2))), holding=None)
    with pytest.raises(UnknownName, match="column"):
        key_frequencies(frequency_shares(np.ones((1, 5, 2))).drop("share"))
