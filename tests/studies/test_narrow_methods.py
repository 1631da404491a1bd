"""Narrow methods on features that are known: what is drawn, what stands beside it by chance, and what is claimed."""

import numpy as np
import polars as pl
import pytest

from tropism.core import Seed
from tropism.core.sweep import Drawn
from tropism.dictionaries import RandomDirections
from tropism.figures.theme import as_svg
from tropism.measures import recovery, svcca
from tropism.studies import _narrow_data as data
from tropism.studies import _narrow_layers as layers
from tropism.studies import _narrow_rest as rest
from tropism.studies import _narrow_tables as narrow
from tropism.studies import load
from tropism.studies._narrow_data import Data, Regime, Scale
from tropism.studies.narrow_methods import tables as tables_of

SEEDS = (Seed.of(7), Seed.of(8))
TINY = Scale(examples=160, turns=2, shuffles=2, ranks=(4,), rounds=20)


def codes_of(regime, random, count):
    """Draws of the regime's laws by NumPy; compiling the task's own for each regime would take seconds."""
    drawn = {"Gaussian": random.normal(size=(count, 8)), "Laplace": random.laplace(size=(count, 8)) / np.sqrt(2),
             "sparse": np.abs(random.normal(size=(count, 8))) * (random.random((count, 8)) < 0.3)}  # fmt: skip
    return drawn[regime.law] * (np.linspace(*data.RAMP, 8) if regime.variances == "distinct" else 1)


def by_numpy(regime, seed, examples, length=None):
    random = np.random.default_rng((seed.world, sum(map(ord, str(regime)))))
    rows = random.normal(size=(8, 32))
    rows = np.linalg.qr(rows.T)[0].T if regime.frame == "orthonormal" else rows
    rows = np.abs(rows) if regime.frame == "non-negative" else rows
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    codes = codes_of(regime, random, 2 * examples)
    offset = np.zeros(32)
    offset[0] = data.MEANS[regime.mean] if length is None else length
    x = codes @ rows + offset + (0 if regime.frame == "non-negative" else 0.02 * random.normal(size=(2 * examples, 32)))
    return Data(x[:examples], x[examples:], codes[examples:], rows)


def left_by_numpy(kind, seed, examples):
    count = 48 if "forty" in kind else 8
    made = by_numpy(Regime("oblique", "equal", "Gaussian"), seed, examples)
    random = np.random.default_rng(seed.world)
    rows = random.normal(size=(count, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    codes = np.abs(random.normal(size=(examples, count))) * (random.random((examples, count)) < 0.3)
    return rest.Left(codes @ rows + 0.01 * made.fitted, made.fitted, codes, rows, min(count, 28))


@pytest.fixture(scope="module")
def patched():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "data_of", by_numpy)
        patch.setattr(rest, "left_of", left_by_numpy)
        patch.setattr("tropism.dictionaries.rotated.REST", 0.3)  # so that turns come to rest after a few rounds
        yield patch


@pytest.fixture(scope="module")
def tables(patched):
    return tables_of(SEEDS, TINY)


def test_a_regime_is_drawn_as_it_is_called_in_two_halves_that_share_nothing():
    regime = Regime("oblique", "distinct", "Gaussian", "large")
    found = data.data_of(regime, SEEDS[0], 2000)
    np.testing.assert_allclose(np.linalg.norm(found.rows, axis=1), 1, atol=1e-6)
    # 2,000 draws: a deviation is within five times its own, σ / √4000.
    np.testing.assert_allclose(found.codes.std(axis=0), np.linspace(*data.RAMP, 8), rtol=5 / np.sqrt(4000))
    added = (found.scored - found.codes @ found.rows).mean(axis=0)
    np.testing.assert_allclose(np.linalg.norm(added), 3, atol=0.01)
    assert not {row.tobytes() for row in found.fitted} & {row.tobytes() for row in found.scored}
    other = data.data_of(regime, SEEDS[0], 2000, length=0.0)
    np.testing.assert_allclose(
        found.fitted - other.fitted, np.tile(added, (2000, 1)), atol=0.01
    )  # noise is .02 / √2000


def test_there_is_every_kind_of_data_once_and_each_is_a_task():
    kinds = list(data.regimes())
    assert len(set(kinds)) == len(kinds) == 2 * 2 * 3 * 2 + 2
    assert {each.task().populations[0].features for each in kinds} == {8}


def test_turned_directions_span_what_they_spanned_and_whitened_ones_leave_scores_of_one_variance():
    random = np.random.default_rng(0)
    x = random.normal(size=(500, 3)) @ random.normal(size=(3, 6))
    basis = narrow.whitened(x, 3)
    scores = x @ np.linalg.pinv(narrow.turn(basis, random))
    np.testing.assert_allclose(scores.T @ scores, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(scores @ scores.T @ x, x, atol=1e-9)


def test_two_layers_share_six_dimensions_and_the_same_seed_the_same_bytes():
    one, other = layers.two_layers(SEEDS[0], 4000, 1.0)
    found = svcca(one, other)
    assert len(found) == 10
    # Independent directions of 4,000 examples correlate by 1 / √4000 each, the best of four pairs by a few of these.
    assert found[5] > 0.99 > 0.2 > found[6]
    again = layers.two_layers(Seed(99, SEEDS[0].data, SEEDS[0].world), 4000, 1.0)
    np.testing.assert_array_equal((one, other), again)
    elsewhere = layers.two_layers(Seed(7, 7, 8), 4000, 1.0)[0]
    assert svcca(one, elsewhere)[0] > 0.99  # the same draws in other directions


def test_canonical_patterns_are_the_features_where_a_neighbor_keeps_each_to_another_degree():
    random = np.random.default_rng(1)
    rows = random.normal(size=(4, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    codes = random.normal(size=(20_000, 4))
    left = rest.Left(codes @ rows, codes @ rows, codes, rows, 4)
    unlike, alike = (
        rest.canonical(left.x, rest.neighbor(left, kept, SEEDS[0]), 4) for kept in (np.linspace(0.98, 0.5, 4), 0.8)
    )
    assert recovery(unlike, rows).matched > 0.99
    assert recovery(alike, rows).matched < 0.95


def test_chance_has_as_many_atoms_as_the_way_it_stands_beside(tables):
    table = tables["remaining"].filter(pl.col("kind") == "forty-eight, sparse")
    by_way = dict(table.filter(pl.col("member") == 0).select("way", "lot").iter_rows())
    assert by_way["dictionary"] != by_way["ICA"] == by_way["neighbor, alike"]
    assert set(table.filter(pl.col("way") == "dictionary")["atoms"]) == {64}


def test_every_column_that_is_shown_is_told_and_every_claim_is_judged(tables):
    study = load("narrow-methods")
    assert isinstance(study.measure, Drawn)
    assert len(study.measure.seeds) >= 5
    assert len({each.text for each in study.claims}) == len(study.claims)
    for claim in study.claims:
        assert claim.judge(tables).n == len(SEEDS)
    told = {key.rpartition(".")[2] for key in study.columns}
    shown = {"SVD", "ICA", "varimax", "varimax of loadings", "quartimax of loadings", "method", "settled"}
    for name, table in tables.items():
        assert name.startswith("drawn-") or set(table.columns) <= told | shown, name


def test_figures_are_drawn_from_tables_alone_and_say_what_they_show(tables):
    drawn = load("narrow-methods").draw(tables)
    assert [each.name for each in drawn] == ["regimes", "means", "layers", "remaining", "nested"]
    assert all(as_svg(each).startswith("<?xml") for each in drawn)
    assert all("nan" not in each.alt for each in drawn)


def test_directions_by_lot_do_not_pass_for_a_method(patched):
    lot = {name: RandomDirections(8) for name in data.methods(TINY)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "methods", lambda scale, negative: lot)
        patch.setattr(narrow, "regimes", lambda: (each for each in data.regimes() if each.frame != "non-negative"))
        long = pl.DataFrame([row for at, seed in enumerate(SEEDS) for row in narrow._regimes(at, seed, TINY)])
    found = {"methods": narrow._by_method(long)}
    claims = [each for each in load("narrow-methods").claims if each.table == "methods"]
    always = [each for each in claims if each.column in ("overlap_least", "due_least", "other_least")]
    assert len(always) == 4
    assert all(each.judge(found).verdict == "fails" for each in always)


def test_the_quick_form_asks_the_same_of_fewer_seeds_and_nothing_of_what_is_left():
    whole, quick = load("narrow-methods"), load("narrow-methods-quick")
    assert set(quick.claims) < set(whole.claims)
    assert {each.table for each in set(whole.claims) - set(quick.claims)} == {"remaining"}
    assert "remaining" not in {each.table for each in quick.claims}
    assert (len(whole.measure.seeds), len(quick.measure.seeds)) == (5, 2)


def test_without_weaker_features_nothing_is_measured_or_drawn_of_them(tables):
    assert rest.tables(SEEDS, data.QUICK) == {}
    drawn = load("narrow-methods").draw({name: table for name, table in tables.items() if name != "remaining"})
    assert [each.name for each in drawn] == ["regimes", "means", "layers", "nested"]
