"""The same dictionary twice: laws of its measures, and what its tables say of networks that nobody trained."""

from dataclasses import replace

import numpy as np
import pytest

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import Member, Seed
from tropism.core.paths import shapes
from tropism.dictionaries import Dictionary
from tropism.errors import DoesNotFit
from tropism.figures.theme import render
from tropism.studies import _same_twice_tables as own_tables
from tropism.studies import load
from tropism.studies._same_twice_claims import claims
from tropism.studies._same_twice_pairs import Agreed, agreed, alike, matched_codes, mean_of_pairs, precisions
from tropism.studies._same_twice_runs import KINDS, Scale, grouped, lucks
from tropism.studies.same_dictionary_twice import QUICK, draw
from tropism.subjects.features.scores import Learned

LUCK = np.random.default_rng(1)
ROWS = LUCK.normal(size=(6, 5))


def learned(rows, codes, live=None):
    live = np.ones(len(rows), bool) if live is None else live
    return Learned(Dictionary.of(rows, signed=True), rows, codes, np.zeros((len(codes), rows.shape[1])), live)


def shuffled(rows, codes):
    order = LUCK.permutation(len(rows))
    return learned(rows[order], codes[:, order])


def test_a_dictionary_in_another_order_is_the_same_by_all_three_measures():
    codes = LUCK.exponential(size=(40, 6)) * (LUCK.random((40, 6)) < 0.5)
    found = alike([learned(ROWS, codes), shuffled(ROWS, codes), shuffled(ROWS, codes)], live=False)
    apart = ~np.eye(3, dtype=bool)
    for table in found:
        assert np.isnan(table[~apart]).all()
        np.testing.assert_allclose(table[apart], 1.0, rtol=1e-6)


def test_dead_latents_count_among_all_and_not_among_the_live():
    codes, live = LUCK.exponential(size=(40, 6)), np.arange(6) < 4
    others = [np.concatenate([ROWS[:4], LUCK.normal(size=(2, 5))]) for _ in range(2)]
    group = [learned(rows, codes * live, live) for rows in others]
    assert alike(group, live=True).directions[0, 1] == pytest.approx(1.0)
    assert alike(group, live=False).directions[0, 1] < 0.99


def test_codes_are_scored_on_examples_that_they_were_not_matched_on():
    codes = LUCK.normal(size=(400, 3))
    assert matched_codes(codes, codes[:, [2, 0, 1]]) == pytest.approx(1.0)
    swapped = codes.copy()
    swapped[1::2] = codes[1::2][:, [1, 2, 0]]  # on the second half others are the partners
    assert abs(matched_codes(codes, swapped)) < 0.3
    silent = np.concatenate([codes[:, :2], np.zeros((400, 1))], axis=1)
    assert matched_codes(silent, silent) == pytest.approx(2 / 3)
    assert np.isnan(matched_codes(codes, codes[:, :0]))


def test_what_four_in_five_have_is_stable_and_what_the_truth_has_is_true():
    codes = np.ones((2, 6))
    alone = [LUCK.normal(size=(2, 5)) * [1, 1, 0, 0, 0] for _ in range(5)]
    group = [learned(np.concatenate([ROWS[:4] * [0, 0, 1, 1, 1], each]), codes) for each in alone]
    true = np.concatenate([group[0].dictionary.atoms[:2], group[0].dictionary.atoms[4:5]])
    found = agreed(group, true)
    assert found[0].stable(0)[:4].all()
    np.testing.assert_array_equal(found[0].true, [True, True, False, False, True, False])
    fewer = agreed([*group[:3], *(learned(LUCK.normal(size=(6, 5)), codes) for _ in range(2))], true)
    assert not fewer[0].stable(0).all()
    assert found[0].stable(0, np.array([2, 1, 0, 0, 0]))[:4].all()


def test_a_dictionary_that_is_drawn_twice_is_no_witness_of_its_own_latents():
    had = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 1, 0]], bool)
    one = Agreed(had, np.ones(3, bool))
    assert one.stable(0).tolist() == [True, False, False]
    assert one.stable(0, np.array([9, 0, 1, 1])).tolist() == [True, True, False]
    assert one.stable(0, np.array([1, 1, 3, 0])).tolist() == [True, True, False]


def test_shares_of_the_stable_that_are_true_vary_with_the_dictionaries_that_are_drawn():
    whole = Agreed(np.ones((4, 6), bool), np.arange(6) < 3)
    always = precisions([whole] * 4)
    np.testing.assert_allclose(always.stable, 0.5)
    assert np.isnan(always.others).all()
    mixed = [Agreed(np.eye(4, dtype=bool)[[own] * 4].T | (np.arange(4) < 2), np.arange(4) < 3) for own in range(4)]
    found = precisions(mixed)
    assert found.stable.estimate == pytest.approx(1.0)
    assert found.others.estimate == pytest.approx(0.5)
    assert found.gain.estimate == pytest.approx(0.5)
    odd = precisions([whole, whole, whole, Agreed(np.ones((4, 6), bool), np.zeros(6, bool))])
    assert odd.stable.estimate == pytest.approx(0.375)
    assert odd.stable.low < 0.3
    assert odd.stable.high == pytest.approx(0.5)


def test_an_interval_over_pairs_draws_dictionaries_and_none_with_itself():
    table = np.full((5, 5), 0.7)
    np.fill_diagonal(table, np.nan)
    same = mean_of_pairs([table])[0]
    np.testing.assert_allclose(same, 0.7, rtol=1e-12)
    odd = table.copy()
    odd[0, 1:] = odd[1:, 0] = 0.2  # one dictionary is unlike the rest
    first, second, apart = mean_of_pairs([table, odd])
    assert (first, second.estimate) == (same, pytest.approx(0.5))
    assert second.low < 0.35  # drawn twice or more often
    assert second.high == pytest.approx(0.7)  # not drawn at all
    assert apart.estimate == pytest.approx(-0.2)


def test_groups_share_what_they_say_and_pairs_of_them_nothing_else():
    members = [Member(seed) for seed in lucks(5, ("examples", "start", "nothing"))]
    assert len(members) == 13
    for name, rows in grouped(members).items():
        seeds = [members[row].seed for row in rows]
        assert len(seeds) == 5
        assert {each.world for each in seeds} == {42}
        assert len({each.data for each in seeds}) == (1 if name == "examples" else 5)
        assert len({each.init for each in seeds}) == (1 if name == "start" else 5)
    assert grouped([Member(Seed.of(0)), Member(Seed.of(1))]) == {}


def untrained(experiment, members):
    """Networks that nobody trained, with numbers of the right shapes."""
    luck = np.random.default_rng(int(experiment.key()[:8], 16))
    params = {path: luck.standard_normal((len(members), *shape)).astype(np.float32)
              for path, shape in shapes(experiment.network).items()}  # fmt: skip
    none = np.zeros(0, int)
    ended = Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members))
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params, history=History(none, {}, none, {}, {}),
        status=ended, member_keys=tuple(map(str, range(len(members)))), snapshots={0: params},
    )  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_tables, "ASKED", 200)
        grown = {}
        for sweep in replace(QUICK, count=2).sweeps():
            experiment = sweep.resolved({})
            grown[sweep.name] = untrained(experiment, sweep.members(experiment))
        return own_tables.tables(grown)


def test_untrained_dictionaries_are_alike_by_chance(tables):
    told = tables["stability"]
    assert told.height == 2 * 3 * 2
    assert np.abs(told["directions"] - told["directions_chance"]).max() < 0.05  # of 64 and 128 random directions
    assert (told["directions"] == told["directions_untrained"]).all()


def test_every_column_that_is_shown_or_claimed_is_there_and_told(tables):
    study = load("same-dictionary-twice-quick")
    for claim in study.claims:
        assert np.isfinite(claim.judge(tables).estimate) or claim.column == "precision", claim.text
    for what, table in tables.items():
        told = [each for each in table.columns if each in study.columns or f"{what}.{each}" in study.columns]
        assert what.startswith("drawn-") or told == table.columns, what


def test_every_figure_is_drawn(tables):
    assert all(all(render(each, dpi=20).values()) for each in draw(tables))


def test_claims_name_kinds_that_are_trained_and_the_whole_has_all_of_them():
    whole = claims(Scale())
    assert {dict(claim.where)["kind"] for claim in whole if claim.table != "contrasts"} == set(KINDS)
    assert set(claims(QUICK)) < set(whole)


def test_dictionaries_of_different_truths_are_not_compared():
    sweep = replace(QUICK.sweeps()[0], seeds=(0, 1))
    with pytest.raises(DoesNotFit, match="--world 42"):
        own_tables.tables({sweep.name: untrained(sweep.experiment, sweep.members(sweep.experiment))})
