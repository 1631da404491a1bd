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
from tropism.studies._geometry_few import crossings
from tropism.studies._geometry_levels import beyond_course, coincidence, octahedral
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_runs import FULL, Sizes, falling, sweeps
from tropism.studies._geometry_shapes import cosines, extra_state, five_in_a_plane, phase
from tropism.studies._geometry_uniform import plateaus
from tropism.subjects.superposition import ImportantFeatures
from tropism.subjects.superposition.figures.graphs import components
from tropism.subjects.superposition.measures import held_out_loss

TINY = Sizes(
    uniform=(12, 3, 3, 8), seeds=2, densities=(2, 1), tiny=(3, 8), cells=(2, 2), lasts=2, groups=1, levels=(4, 2)
)  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return geometry.sized("geometry", TINY)


@pytest.fixture(scope="module")
def tables(study):
    grown = {each.name: train_members(each.experiment, each.members(each.experiment)) for each in study.sweeps}
    return study.measure(grown)


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


def test_curves_cross_where_they_cost_the_same():
    table = pl.DataFrame(
        {"member": [0, 0, 0, 1, 1], "last": [0.1, 0.2, 0.4, 0.1, 0.4], "pentagon": [3.0, 3.0, 3.0, 1.0, None],
         "digons": [1.0, 2.0, 4.0, 2.0, 1.0]}
    )  # fmt: skip
    found = crossings(table)
    assert found["crossing"].to_list() == [pytest.approx(0.2 * 2**0.5), None]  # halfway, in the logarithm
    assert found["rarer"][0] == pytest.approx(1 / (0.2 * 2**0.5))


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
