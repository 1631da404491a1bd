"""The study of geometry: expected losses, the names of shapes, and every table and figure of a tiny run."""

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tropism import train
from tropism.core import Adam, Experiment
from tropism.figures.theme import render
from tropism.networks import Tied
from tropism.running import train_members
from tropism.studies import geometry, load
from tropism.studies._geometry_few import crossings, jump
from tropism.studies._geometry_levels import beyond_course, coincidence, octahedral
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_runs import FULL, Sizes, falling, groups_of, sweeps
from tropism.studies._geometry_shapes import cosines, extra_state, five_in_a_plane, phase
from tropism.studies._geometry_uniform import dispersion, judged, plateaus
from tropism.subjects.superposition import ImportantFeatures
from tropism.subjects.superposition.figures.graphs import components
from tropism.subjects.superposition.measures import fractions, held_out_loss

TINY = Sizes(
    uniform=(12, 3, 3, 8), seeds=2, densities=(2, 1), tiny=(3, 8), cells=(2, 2), lasts=2, groups=1, levels=(4, 2)
)  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return geometry.sized("geometry", TINY)


@pytest.fixture(scope="module")
def ensembles(study):
    return {each.name: train_members(each.experiment, each.members(each.experiment)) for each in study.sweeps}


@pytest.fixture(scope="module")
def tables(study, ensembles):
    return study.measure(ensembles)


def turned(count, radius=1.0):
    angles = 2 * np.pi * np.arange(count) / count
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def grown(**task):
    task = ImportantFeatures(**task)
    network = Tied(features=task.features, hidden=2)
    return train(Experiment(task=task, network=network, optimizer=Adam(lr=0.1), steps=5, batch_size=16), range(2))


@pytest.mark.parametrize(
    "task",
    [
        {"features": 3, "density": 0.4, "ratio": 0.7, "last_density": 0.5, "last_importance": 2.0},
        {"features": 4, "density": 0.5, "sets": "correlated", "set_size": 2},
        {"features": 4, "density": 0.5, "sets": "anti-correlated", "set_size": 2},
    ],
)
def test_expected_losses_are_what_samples_come_to(task):
    ensemble = grown(**task)
    sampled = held_out_loss(ensemble, examples=40_000)
    off = expected_losses(ensemble) - sampled["loss"].to_numpy()
    assert (np.abs(off) < 5 * sampled["standard_error"].to_numpy()).all()


def test_the_expected_loss_of_nothing_is_in_closed_form():
    ensemble = grown(features=3, density=0.3, ratio=0.5)
    nothing = {path: np.zeros_like(item) for path, item in ensemble.params.items()}
    object.__setattr__(ensemble, "params", nothing)
    # Σ_i I_i p / 3, by the second moment of a uniform number; the points leave 1e-6.
    np.testing.assert_allclose(expected_losses(ensemble), 0.3 / 3 * 1.75, rtol=1e-5)


@pytest.mark.parametrize(
    ("directions", "wanted", "state"),
    [
        ([[1, 0], [0, 1], [0, 0]], "ignore-extra", "left out"),
        ([[1, 0], [0, 0.2], [0, 1]], "ignore-other", "of its own"),
        ([[1, 0], [0, 1], [0, -1]], "pair-with-extra", "superposed"),
        ([[1, 0], [-1, 0], [0, 1]], "pair-without", "of its own"),
        (turned(3), "another", "superposed"),
    ],
)
def test_phases_have_their_names(directions, wanted, state):
    assert phase(np.array(directions, float)) == wanted
    assert extra_state(np.array(directions, float)) == state


def test_shapes_of_five_have_their_names():
    cross = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [0, 0]], float)
    assert five_in_a_plane(turned(5)) == "pentagon"
    assert five_in_a_plane(cross) == "two digons"
    assert five_in_a_plane(np.zeros((5, 2))) == "another"
    np.testing.assert_allclose(cosines(cross)[4], 0)


def concave(lasts):
    """Least losses √x of two digons and √(.3 x) + .1 of a pentagon; a network's own loss is the tangent at its own x.

    They cross where √x (1 − √.3) = .1.
    """
    lasts = np.array(lasts)
    told = {"pentagon": np.sqrt(0.3 * lasts) + 0.1, "digons": np.sqrt(lasts)}
    table = pl.DataFrame({"member": 0, "last": lasts, **told, "pentagon_row": np.arange(len(lasts)),
                          "digons_row": 100 + np.arange(len(lasts))})  # fmt: skip

    def loss_at(row, last):
        own, inside = lasts[row % 100], 1.0 if row >= 100 else 0.3
        return np.sqrt(inside * own) + 0.1 * (row < 100) + (last - own) * inside / (2 * np.sqrt(inside * own))

    return table, loss_at


def test_curves_cross_between_bounds_that_hold_whatever_lies_between_the_densities():
    true = (1 - 0.3**0.5) ** 2 / 0.01
    widths = []
    for count in (3, 9, 33):
        row = crossings(*concave(np.linspace(0.01, 0.2, count))).row(0, named=True)
        assert row["rarer_low"] < true < row["rarer_high"]
        assert row["rarer_low"] <= row["rarer"] <= row["rarer_high"]
        assert row["rarer"] == pytest.approx(1 / row["crossing"])
        widths.append(row["rarer_high"] - row["rarer_low"])
    assert widths[0] > 4 * widths[1] > 16 * widths[2]


def test_groups_that_never_cross_have_no_jump():
    table, loss_at = concave([0.01, 0.02])
    nowhere = table.with_columns(member=pl.lit(1), pentagon=pl.Series([None, 0.1]))
    found = crossings(pl.concat([table, nowhere]), loss_at)
    assert found["crossing"].to_list() == [None, None]
    assert jump(found).row(0) == (None, None, None, 0)
    both = pl.concat([crossings(*concave([0.01, 0.2])), crossings(*concave([0.02, 0.1]))])
    row = jump(both).row(0, named=True)
    assert (row["rarer_low"], row["rarer_high"]) == (both["rarer_low"].min(), both["rarer_high"].max())
    assert row["n"] == 2


def test_losses_on_other_data_are_those_of_networks_that_were_trained_there():
    ensemble = grown(features=3, density=0.4)
    twin = grown(features=3, density=0.4, last_density=0.5)
    object.__setattr__(twin, "params", ensemble.params)
    found = expected_losses(ensemble, instead={"task.last_density": 0.5})
    np.testing.assert_allclose(found, expected_losses(twin), rtol=1e-12)
    low, middle, high = (expected_losses(ensemble, instead={"task.last_density": at}) for at in (0.2, 0.6, 1.0))
    np.testing.assert_allclose((low + high) / 2, middle, rtol=1e-6)  # linear in the density, as crossings take it


def test_restarts_are_in_groups_of_ten_or_one_of_what_is_there():
    assert groups_of(40) == [range(0, 10), range(10, 20), range(20, 30), range(30, 40)]
    assert groups_of(25) == [range(0, 10), range(10, 20)]
    assert groups_of(3) == [range(0, 3)]


def seen(*counts, fraction=3 / 8, rest=2000):
    """The fractions of some seeds: a smooth background, and so many features at one fraction."""
    rng = np.random.default_rng(5)
    parts = [np.append(rng.uniform(0, 1, rest), np.full(count, fraction)) for count in counts]
    tables = [pl.DataFrame({"dimensionality": part, "norm": 1.0}) for part in parts]
    apart = [fractions(table).select(pl.lit(member).alias("member"), pl.all()) for member, table in enumerate(tables)]
    found = judged(fractions(pl.concat(tables)), pl.concat(apart))
    return {row["fraction"]: row for row in found.to_dicts()}


def test_table_and_claims_judge_fractions_alike():
    claims = [each for each in load("geometry").claims if each.table == "uniform-fractions"]
    assert len(claims) == 6
    words = {"holds": "yes", "fails": "no"}
    for counts in ((900, 900, 900), (0, 0, 0), (40, 60, 50)):
        found = seen(*counts)
        table = pl.DataFrame(list(found.values()))
        for claim in claims:
            verdict, word = claim.judge({"uniform-fractions": table}).verdict, found[claim.where[0][1]]["plateau"]
            assert words.get(verdict, word) == word
            assert (verdict == "undecided") == (word in ("undecided", "no evidence"))
    assert seen(900, 900, 900)["3/8"]["plateau"] == "yes"


def test_none_seen_where_none_was_expected_is_no_evidence():
    low = pl.DataFrame({"dimensionality": np.full(300, 0.2), "norm": 1.0})
    rows = judged(fractions(low), fractions(low).with_columns(member=0))
    assert dict(zip(rows["fraction"], rows["plateau"], strict=True))["1"] == "no evidence"
    assert rows.filter(pl.col("smooth") > 0)["ratio_high"].is_finite().all()


def test_seeds_that_differ_by_more_than_figures_do_widen_the_interval():
    assert dispersion(np.array([5.0, 5.0, 5.0])) == dispersion(np.zeros(3)) == dispersion(np.array([7.0])) == 1
    assert dispersion(np.array([0.0, 10.0, 5.0])) == 5
    calm, apart = seen(320, 320, 320)["3/8"], seen(0, 0, 960)["3/8"]
    assert calm["count"] == pytest.approx(apart["count"], rel=0.05)
    assert calm["dispersion"] < 2 < 20 < apart["dispersion"]
    assert (calm["plateau"], apart["plateau"]) == ("yes", "undecided")


def test_fewer_seeds_than_a_group_has_are_measured_and_said(study, ensembles):
    few = {
        name: ensemble.select([row for row, member in enumerate(ensemble.members) if member.seed.init < 3])
        for name, ensemble in ensembles.items()
    }
    tables = study.measure(few)
    assert all(claim.judge(tables) for claim in study.claims)
    assert tables["sets-angles"]["restarts"].to_list() == [3] * 4
    captions = {each.name: each.caption for each in study.draw(tables)}
    for name in ("phases-2", "phases-3", "pentagon-directions", "sets-directions", "sets-cosines", "intro-directions"):
        assert "3 networks" in captions[name]
    assert "each group of 3 restarts" in captions["pentagon-losses"]


def test_three_antipodal_pairs_are_an_octahedron_only_at_right_angles():
    axes = np.eye(3)
    assert octahedral(cosines(np.concatenate([axes, -axes])))
    axes[2] = [0.6, 0, 0.8]
    assert not octahedral(cosines(np.concatenate([axes, -axes])))
    assert not octahedral(cosines(np.eye(6, 3)))


def test_jumps_that_come_with_drops_beat_shifts_in_time_and_those_that_do_not_do_not():
    time = np.arange(90)
    slows = np.exp(-time / 15)
    noise = 0.01 * np.random.default_rng(0).random((2, 90))
    bumps = sum(np.exp(-((time - at) ** 2) / 4) for at in (20, 45, 70))
    share, shifted, beaten = coincidence(slows + bumps + noise[0], slows + bumps + noise[1])
    assert share > 0.7
    assert shifted == pytest.approx((90 / 10 - share) / 89, rel=1e-6) == pytest.approx(0.1, abs=0.02)  # every look once
    assert beaten == 1
    share, _, beaten = coincidence(slows + bumps + noise[0], slows + np.roll(bumps, 12) + noise[1])
    assert share < 0.1
    assert beaten < 0.95


def test_series_that_only_slow_down_have_no_jumps_in_common():
    slows = np.exp(-np.arange(90) / 15)
    np.testing.assert_array_equal(beyond_course(slows), 0)
    np.testing.assert_array_equal(beyond_course(-slows), 0)
    assert np.isnan(coincidence(slows, slows)).all()
    assert beyond_course(slows + (np.arange(90) == 40)).argmax() == 40


def test_plateaus_are_measured_in_octaves():
    # Level at 1 for an octave, then straight down to 1/2 in one octave, then level for two.
    table = pl.DataFrame({"member": 0, "seed": "0", "rarity": [1.0, 2.0, 4.0, 16.0], "dims": [1.0, 1.0, 0.5, 0.5]})
    row = plateaus(table).row(0, named=True)
    assert row["one"] == pytest.approx(1.1, abs=0.01)
    assert row["between"] == pytest.approx(0.2, abs=0.01)
    assert row["half"] == pytest.approx(2.1, abs=0.01)
    assert row["under"] == 0


def test_what_is_joined_is_one_component():
    assert components([1, 2, 3, 5, 8], [(1, 8), (8, 3)]) == [[1, 3, 8], [2], [5]]
    pairs = np.random.default_rng(0).integers(0, 200, (140, 2))
    found = components(range(200), [(int(a), int(b)) for a, b in pairs])
    place = {feature: number for number, part in enumerate(found) for feature in part}
    assert all(place[int(a)] == place[int(b)] for a, b in pairs)
    joined = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(200, 200))
    assert len(found) == connected_components(joined, directed=False)[0]


def test_densities_fall_evenly_in_their_logarithm():
    assert falling(3, least=0.01) == (1.0, 0.1, 0.01)


def test_the_full_study_is_what_was_published():
    uniform = next(each for each in sweeps(FULL) if each.name == "uniform")
    assert (uniform.experiment.network.features, uniform.experiment.network.hidden) == (400, 30)
    assert uniform.experiment.steps == 10_000
    assert load("geometry").name == "geometry"


def test_every_claim_finds_its_rows(study, tables):
    verdicts = [claim.judge(tables) for claim in study.claims]
    assert len(verdicts) == len(study.claims)
    runs = next(each for each in verdicts if each.claim.table == "drawn-phases-runs")
    assert runs.n == 2 * 2 * 10


def test_the_best_of_a_cell_is_its_least_expected_loss(tables):
    runs, cells = tables["drawn-phases-runs"], tables["drawn-phases-cells"]
    least = runs.group_by("features", "importance", "density").agg(pl.col("loss").min())
    both = cells.join(least, on=["features", "importance", "density"], suffix="_least")
    assert both.height == cells.height == 8
    np.testing.assert_array_equal(both["loss"], both["loss_least"])


def test_tables_belong_to_sections(study, tables):
    sections = {section.name for section in study.sections}
    for name in [*tables, *(each.name for each in study.draw(tables))]:
        assert name.removeprefix("drawn-").split("-")[0] in sections


def test_the_figures_are_drawn_from_the_tables(study, tables):
    figures = study.draw(tables)
    assert len(figures) == len({each.name for each in figures}) == 11
    for figure in figures:
        assert all(render(figure, dpi=30).values())


def test_no_table_that_is_printed_pools_what_was_set(tables):
    """Tables of members are short here and in full, or their words tell settings apart; the others are summaries."""
    printed = {name for name, table in tables.items() if not name.startswith("drawn-") and "member" in table.columns}
    assert printed == {
        "uniform-plateaus", "uniform-fractions-by-seed", "pentagon-crossings", "sets-angles", "levels-jumps",
    }  # fmt: skip
    assert tables["uniform-summary"].height == tables["drawn-uniform-dimensions"]["density"].n_unique()
    assert tables["intro-summary"]["runs"].to_list() == [10] * 10
    assert tables["pentagon-summary"]["last"].to_list() == [0.2, 2.0]


def test_columns_are_told(study, tables):
    for name, table in tables.items():
        if not name.startswith("drawn-"):
            told = {each for each in table.columns if study.columns.keys() & {each, f"{name}.{each}"}}
            assert set(table.columns) - told <= {"fraction", "features", "value", "cells", "runs"}, name
