"""Recovery limits: what theory says, who gets codes back, and what is claimed of known and learned dictionaries."""

import itertools

import numpy as np
import polars as pl
import pytest
from scipy import integrate, optimize, stats

from tropism.core import Seed
from tropism.dictionaries import Dictionary
from tropism.figures.theme import as_svg
from tropism.studies import _limits_learned as learned
from tropism.studies import _limits_tables as limits
from tropism.studies import _limits_theory as theory
from tropism.studies import _limits_trials as trials
from tropism.studies import load
from tropism.studies._limits_claims import WEAKEST
from tropism.studies._limits_trials import CODERS, Known, Scale, got_back
from tropism.studies.recovery_limits import tables as tables_of

SEEDS = (Seed.of(7), Seed.of(8))
TINY = Scale(
    counts={16: (1, 2, 4, 6, 8, 14), 32: (1, 4, 12, 16, 24), 64: (1, 8, 32, 46)}, trials={16: 2, 32: 2, 64: 2},
    uneven=(10,),
    atoms=(32, 48), cells=(2, 8, 16), draws=2, learned={16: (4,), 32: (1, 3, 8)}, examples=200, asked=40,
    learners=2,
)  # fmt: skip


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def by_numpy(width, atoms, seed, count, purpose):
    """A dictionary and examples by NumPy; compiling each size would take seconds."""
    random = np.random.default_rng((seed.world, width, atoms))
    order = random.permuted(np.tile(np.arange(atoms), (count, 1)), axis=1)
    return Known(unit(random.normal(size=(atoms, width))), np.abs(random.normal(size=(count, atoms))), order)


@pytest.fixture(scope="module")
def tables():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "known", by_numpy)
        patch.setattr(learned, "known", by_numpy)
        return tables_of(SEEDS, TINY)


def test_examples_with_fewer_active_atoms_are_part_of_those_with_more_and_the_seed_alone_decides():
    found = trials.known(6, 9, SEEDS[0], 50, "trials")
    np.testing.assert_allclose(np.linalg.norm(found.atoms, axis=1), 1)
    for active in range(1, 9):
        fewer, more = found.codes(active), found.codes(active + 1)
        assert ((fewer > 0).sum(axis=1) == active).all()
        assert ((fewer == more) | (fewer == 0)).all()
    again, other = (trials.known(6, 9, seed, 50, "trials") for seed in SEEDS)
    np.testing.assert_array_equal(again.codes(3), found.codes(3))
    assert not (other.codes(3) == found.codes(3)).all(axis=1).any()
    less = found.first(5)
    assert ((less.codes(2) > 0).sum(axis=1) == 2).all()
    np.testing.assert_array_equal(np.sort(less.order, axis=1), np.tile(np.arange(5), (50, 1)))


def test_all_codes_that_coherence_vouches_for_are_got_back():
    spikes, waves = np.eye(16), np.array([[(-1) ** bin(i & j).count("1") for i in range(16)] for j in range(16)]) / 4
    atoms = np.vstack([spikes, waves])  # of coherence 1/4
    most = theory.by_coherence(0.25)
    assert most == 2  # 2 < (1 + 4) / 2 < 3
    pairs = list(itertools.combinations(range(0, 32, 3), 2))
    codes = np.zeros((len(pairs), 32))
    for row, (one, other) in enumerate(pairs):
        codes[row, [one, other]] = 1.0, 0.7
    for name in CODERS:
        assert got_back(name, atoms, codes, 2).all(), name


def test_what_is_certain_is_said_of_coherence_and_spark():
    assert [theory.by_coherence(each) for each in (0.9, 1 / 3, 0.33, 0.2, 0.19)] == [1, 1, 2, 2, 3]
    assert [theory.by_spark(width) for width in (15, 16, 32)] == [7, 8, 16]  # 2k < width + 1
    active = theory.by_rule(32, 64)
    np.testing.assert_allclose(2 * active * np.log(64 / active), 32)
    assert active < 64 / np.e


@pytest.mark.parametrize("non_negative", [False, True])
@pytest.mark.parametrize(("width", "atoms"), [(16, 64), (32, 64), (27, 30)])
def test_the_limit_is_where_the_statistical_dimension_is_the_number_of_dimensions(width, atoms, non_negative):
    # Amelunxen, Lotz, McCoy and Tropp (2014): inf over τ of s (1 + τ²) + (1 − s) κ ∫ (u − τ)² φ(u) du.
    share = theory.active_in_the_limit(width, atoms, non_negative=non_negative) / atoms

    def needed(height):
        beyond = integrate.quad(lambda u: (u - height) ** 2 * stats.norm.pdf(u), height, 12)[0]
        return share * (1 + height**2) + (1 - share) * (1 if non_negative else 2) * beyond

    found = optimize.minimize_scalar(needed, bounds=(0, 8), method="bounded", options={"xatol": 1e-9}).fun
    np.testing.assert_allclose(found, width / atoms, rtol=1e-6)


def test_a_share_that_falls_crosses_a_level_between_its_neighbors_and_never_rises():
    active = np.array([2.0, 4.0, 6.0])
    assert theory.crossing(active, np.array([1.0, 0.75, 0.25]), 0.5) == 5.0
    assert theory.crossing(active, np.array([0.4, 0.9, 0.0]), 0.5) == pytest.approx(2 * 0.5 / 0.6)
    assert theory.crossing(active, np.array([0.5, 0.5, 0.0]), 0.5) == 2.0
    assert np.isnan(theory.crossing(active, np.array([1.0, 1.0, 0.6]), 0.5))


def test_only_the_right_codes_of_all_atoms_are_got_back():
    made = by_numpy(8, 12, SEEDS[0], 30, "")
    one = made.codes(1)
    assert all(got_back(name, made.atoms, one, 1).all() for name in CODERS)
    assert not got_back("basis pursuit", made.atoms, made.codes(11), 11).any()  # 11 of 12 atoms in 8 dimensions


def test_codes_of_a_learned_dictionary_are_compared_atom_by_atom_in_whatever_order():
    made = by_numpy(16, 20, SEEDS[0], 60, "")
    random = np.random.default_rng(3)
    shuffled = made.atoms[random.permutation(20)]
    for coded in learned.DECODERS.values():
        found = learned._scores(shuffled, made, 2, coded)
        assert found["matched"] == pytest.approx(1)
        assert found["same"] == found["near"] >= 0.9
        assert learned._scores(unit(random.normal(size=(20, 16))), made, 2, coded)["same"] < 0.2
    flipped = Dictionary.of(shuffled * np.where(random.random(20) < 0.5, -1, 1)[:, None])
    np.testing.assert_allclose(learned.upright(flipped, made.atoms, 1).atoms, shuffled)


def test_every_column_that_is_shown_is_told_and_every_claim_is_judged(tables):
    study = load("recovery-limits")
    assert len({each.text for each in study.claims}) == len(study.claims)
    assert len(study.measure.seeds) >= 3
    assert all(claim.judge(tables).n + claim.judge(tables).failed == 2 for claim in study.claims)
    halves = {f"{name}, {words}" for name in CODERS for words in limits.LEVELS}
    told = {key.rpartition(".")[2] for key in study.columns} | halves
    for name, table in tables.items():
        assert name.startswith("drawn-") or set(table.columns) <= told, (name, set(table.columns) - told)


def test_a_cell_of_the_phase_diagram_is_the_share_of_all_dictionaries_examples(tables):
    cells = tables["drawn-phase"]
    assert set(cells["n"]) == {TINY.draws * len(SEEDS)}
    assert len(cells) == len(TINY.atoms) * len(TINY.cells) * len(CODERS)
    few = cells.filter(pl.col("active") == 2, pl.col("atoms") == 32, pl.col("coder") == "non-negative")
    assert few["share"].to_list() == [1.0]  # two of 32 atoms in 24 dimensions, told that no code is negative


def test_figures_are_drawn_from_tables_alone_and_say_what_they_show(tables):
    drawn = load("recovery-limits").draw(tables)
    assert [each.name for each in drawn] == ["success", "learned", "phase", "magnitudes"]
    assert all(as_svg(each).startswith("<?xml") for each in drawn)


def test_the_quick_form_leaves_out_only_what_it_does_not_draw():
    whole, quick = load("recovery-limits"), load("recovery-limits-quick")
    assert set(quick.claims) < set(whole.claims)
    for claim in set(whole.claims) - set(quick.claims) - {WEAKEST}:
        asked = dict(claim.where)
        width = int(asked["size"].split()[0])
        drawn = trials.QUICK.learned if claim.table == "learned" else trials.QUICK.counts
        assert width not in drawn or asked["active"] not in drawn[width], claim.text
    assert len(quick.measure.seeds) == 2
