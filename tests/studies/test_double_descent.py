"""Double descent: what is trained, where points lie, and where curves peak."""

from functools import partial

import numpy as np
import polars as pl
import pytest

from tropism.core.batch import Scene
from tropism.figures.theme import render
from tropism.measures import dimensionality
from tropism.running import train_members
from tropism.studies import double_descent, load
from tropism.studies._descent_claims import claims
from tropism.studies._descent_measures import _crooked, _uneven, peaks, points_of

TINY = double_descent.Sizes(
    features=30,
    density=0.1,
    points=(5, 40),
    fewer=(40,),
    long=(40,),
    shown=(5, 40),
    steps=40,
    rate=0.05,
    long_steps=80,
    seeds=(0, 1),
    fewer_seeds=(0, 1),
)


@pytest.fixture(scope="module")
def trained():
    found = {}
    for sweep in double_descent.sweeps(TINY):
        experiment = sweep.resolved(found)
        found[sweep.name] = train_members(experiment, sweep.members(experiment))
    return found


@pytest.fixture(scope="module")
def tables(trained):
    return double_descent.measure(trained, shown=TINY.shown)


def around(count, *, radius=1.0):
    angles = 2 * np.pi * np.arange(count) / count + 0.3
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


@pytest.mark.parametrize("count", [3, 5, 8, 30])
def test_points_on_a_regular_polygon_have_two_dimensions_between_them(count):
    np.testing.assert_allclose(dimensionality(around(count, radius=2.5)), 2 / count)


def test_small_features_take_a_little_of_a_pentagon():
    small = np.random.default_rng(0).normal(size=(995, 2)) * 0.02
    have = dimensionality(np.concatenate([around(5), small]))
    # Σ_j (ŵ_i · w_j)² of one of the five is 5/2 of their own, and 995 · .02² of the small ones.
    np.testing.assert_allclose(have[:5], 1 / (2.5 + 995 * 0.02**2), rtol=0.05)


def test_a_regular_pentagon_is_not_crooked_and_one_feature_beside_another_makes_it_so():
    bent = around(5)
    bent[1] = bent[0]
    small = 0.1 * around(7)
    features = np.stack([np.concatenate([each, small]) for each in (around(5), bent)])
    np.testing.assert_allclose(_crooked(features), [0, 72], atol=1e-6)


def test_points_that_coincide_in_pairs_share_dimensions_evenly_and_are_no_polygon():
    square = np.concatenate([around(4), around(4)])
    np.testing.assert_allclose(dimensionality(square), 2 / 8)
    np.testing.assert_allclose(_uneven(np.stack([around(8), square])), [0, 1], atol=1e-6)


def test_the_points_that_are_measured_are_those_that_were_learned(trained):
    ensemble = trained["two-5"]
    points = points_of(ensemble)
    output = ensemble.listen(points, apart=True)[0]
    error = ((output - points) ** 2).sum(axis=-1).mean(axis=-1)
    # The record is of the step before the last update, at which the rate is nearly zero.
    np.testing.assert_allclose(error, ensemble.history.records["error"][:, -1], rtol=1e-2)
    scene = Scene((), {"points": points[1]})
    assert (ensemble.experiment.task.draw(scene, None, 5).inputs == points[1]).all()


def test_larger_sets_of_a_seed_begin_with_its_smaller_ones(trained):
    np.testing.assert_allclose(points_of(trained["two-40"])[:, :5], points_of(trained["two-5"]), rtol=1e-6)


def test_every_network_has_a_row_and_a_shortened_run_stands_beside_its_longer_one(tables):
    networks = tables["drawn-networks"]
    assert networks.height == 2 * 2 + 2 * 2 + 2
    assert networks["decay"].unique().sort().to_list() == [0.01, 1.0]
    both = networks.filter((pl.col("points") == 40) & (pl.col("hidden") == 2))
    assert both["length"].value_counts().sort("length")["count"].to_list() == [2, 2]
    assert networks.select(pl.col("test", "train", "point_D", "weight_norm").is_finite().all()).row(0) == (True,) * 4


def curve(test, seen=(0.1, 1.0, 10.0, 100.0)):
    size = np.array([10, 100, 1000, 10000])
    names = {"member": 0, "seed": "0", "hidden": 2, "decay": 0.01, "length": "short", "points": size, "seen": seen}
    return pl.DataFrame(names | {"test": test, "weight_norm": [1.0, 9.0, 3.0, 2.0], "bias_norm": [8.0, 2.0, 3.0, 2.0]})


def test_a_bump_is_found_where_it_is_with_its_height_and_where_it_ends():
    row = peaks(curve([0.9, 4.0, 2.0, 0.5])).row(0, named=True)
    assert row["peak_points"] == 100
    assert row["bump"] == pytest.approx(4 / 0.9)
    assert row["log_peak_seen"] == pytest.approx(0)
    assert row["log_onset_seen"] == pytest.approx(1.5)  # between ten and a hundred times
    assert (row["log_weight_peak"], row["log_bias_peak"]) == pytest.approx((2, 1))


def test_a_curve_that_only_rises_has_no_bump_and_never_generalizes():
    row = peaks(curve([1.0, 1.5, 2.0, 3.0])).row(0, named=True)
    assert row["bump"] == 1
    assert np.isnan(row["log_onset_seen"])


def test_a_seed_that_never_generalizes_counts_against_the_claim_where_generalizing_sets_in():
    (claim,) = (each for each in claims(40, 40) if each.column == "log_onset_seen")
    both = [peaks(curve(test)) for test in ([0.9, 4.0, 0.9, 0.5], [1.0, 1.5, 2.0, 3.0])]
    table = pl.concat([each.with_columns(pl.lit(place, pl.Int64).alias("member")) for place, each in enumerate(both)])
    found = claim.judge({"peaks": table})
    assert (found.n, found.failed) == (2, 1)
    assert found.estimate == pytest.approx((both[0]["log_onset_seen"][0] + 2) / 2)
    assert claim.failed_as > claim.below


def test_a_network_that_failed_leaves_its_seed_without_a_peak():
    row = peaks(curve([1.0, np.nan, 2.0, 0.5])).row(0, named=True)
    assert np.isnan(row["bump"])


def test_every_claim_can_be_judged_and_every_figure_drawn_alike_twice(tables):
    for claim in claims(TINY.points[-1], TINY.long[-1]):
        assert claim.judge(tables).verdict in ("holds", "fails", "undecided")
    for figure in double_descent.draw(tables):
        assert render(figure, 30) == render(figure, 30)


def test_the_study_is_on_the_shelf_and_says_what_every_column_means(tables):
    study = load("double-descent")
    assert isinstance(study.measure, partial)
    printed = {column for name, table in tables.items() if not name.startswith("drawn-") for column in table.columns}
    assert printed <= set(study.columns or {})
