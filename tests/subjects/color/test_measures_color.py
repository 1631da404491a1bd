"""The color subject's measures: laws of a table first, then closed forms, then a small ensemble."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tropism.core import Adam, Experiment
from tropism.core.ensemble import Ensemble
from tropism.core.member import members_of
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.interventions import Repel, Suppress
from tropism.interventions.mappings import Linear
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors, Redness, Vibrancy, cell_centers, cell_corners, named_colors, similarity_to
from tropism.subjects.color.measures import (
    GRAY_ERROR,
    RANDOM_ERROR,
    alignment,
    color_errors,
    colors_of,
    concept_losses,
    damage,
    direction_of_means,
    error_by_color,
    error_extremes,
    fine_cube,
    fitted,
    ground_truth,
    health,
    hex_codes,
    label_counts,
    leace,
    off_manifold,
    selectivity,
    slice_cube,
)
from tropism.subjects.color.measures.health import FOREIGN
from tropism.surgery import ablate
from tropism.terms import AngularAnchor
from tropism.training.growth import Growth

RED = (1.0, 0.0, 0.0, 0.0)
RANDOM = np.random.default_rng(0)
GRID = cell_corners(8)


@pytest.fixture(scope="module")
def grown() -> Ensemble:
    """Three networks as they begin, with the history and the snapshots of a training that never was."""
    experiment = Experiment(
        task=Colors(labels=(Redness(rate=0.5),)),
        network=Autoencoder(hidden=8, latent=4),
        terms=(AngularAnchor(site="latent", direction=RED, where="red", weight=0.1),),
        optimizer=Adam(lr=0.01),
        steps=2,
    )
    fresh = Growth(experiment, members_of(range(3))).harvest()
    looks = {"error": np.array([[0.4, 0.3]] * 3, np.float32), "anchor": np.array([[0.9, 0.8]] * 3, np.float32)}
    history = dataclasses.replace(
        fresh.history,
        validation_steps=np.array([1, 2]),
        validation=looks,
        tallies={"labels.red": np.arange(3, dtype=np.float32), "labels.any": np.arange(3, dtype=np.float32)},
    )
    turned = {path: item[::-1] for path, item in fresh.params.items()}
    return dataclasses.replace(fresh, history=history, snapshots={0: fresh.params, 1: turned})


@pytest.fixture(scope="module")
def conditions(grown) -> dict[str, Ensemble]:
    """The same networks left whole, without red's axis, and with it suppressed."""
    return {
        "whole": grown,
        "ablated": ablate(grown, "latent", dims=(0,)),
        "suppressed": grown.intervene(Suppress("latent", RED)),
    }


def broken(ensemble: Ensemble) -> Ensemble:
    """The same networks, of which the second is not finite."""
    params = {path: item.copy() for path, item in ensemble.params.items()}
    for item in params.values():
        item[1] = np.nan
    return dataclasses.replace(ensemble, params=params)


# Laws


def test_an_untouched_ensemble_has_no_added_error(grown):
    conditions = {"whole": grown, "again": grown.without_interventions()}
    assert error_by_color(conditions)["added"].abs().max() == 0
    costs = damage(conditions)
    for column in ("concept_added", "neighbors_added", "collateral_mean", "collateral_max"):
        assert costs[column].abs().max() == 0


def test_every_table_has_one_row_a_member_and_condition(conditions):
    for table in (damage(conditions), health(conditions), error_extremes(conditions, cube=slice_cube())):
        assert table.height == 9
        assert table.select("member", "condition").is_duplicated().sum() == 0
        assert table["condition"].unique(maintain_order=True).to_list() == ["whole", "ablated", "suppressed"]
    assert error_by_color(conditions).height == 9 * 17
    assert selectivity(conditions, power=2).height == 9 * 2
    assert off_manifold(conditions, levels=3).height == 9 * 17
    assert label_counts(conditions).height == concept_losses(conditions).height == 9


def test_a_measure_of_a_member_does_not_depend_on_its_company(grown):
    alone, together = color_errors(grown.select([2]), GRID)[0], color_errors(grown, GRID)[2]
    # Another number of members is another program, so single precision's rounding may differ.
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-7)


def test_colors_measured_in_blocks_are_the_same_as_alone(grown):
    many = RANDOM.random((5000, 3))
    np.testing.assert_allclose(color_errors(grown, many)[:, 4700:], color_errors(grown, many[4700:]), rtol=1e-4)


def test_a_member_that_is_not_finite_has_failed_and_nobody_else(grown):
    table = {"lost": broken(grown)}
    scores = selectivity(table, ["named"], power=2)
    assert np.isnan(scores["r2"].to_numpy()).tolist() == [False, True, False]
    assert scores["note"].to_list() == ["", "not finite", ""]
    assert health(table)["healthy"][1] is False
    assert health(table)["failed"][1] == "leak, anchor, reconstruction"
    assert error_extremes(table, cube=slice_cube())["worst"][1] == ""
    assert damage(table)["collateral_worst"][1] == ""


# Closed forms


@pytest.mark.parametrize("power", [1, 2, 3, 2.3])
def test_damage_in_the_shape_of_similarity_has_an_r2_of_one(power):
    truth = similarity_to("red", GRID) ** power
    fit = fitted(truth, np.stack([0.3 * truth + 0.01, 1e-6 * truth, 1 - truth]))
    np.testing.assert_allclose(fit.r2, 1, atol=1e-9)
    np.testing.assert_allclose(fit.r, [1, 1, -1], atol=1e-9)


def test_r2_is_the_square_of_numpys_correlation():
    truth, errors = RANDOM.random(50), RANDOM.random((4, 50))
    wanted = [np.corrcoef(truth, one)[0, 1] for one in errors]
    np.testing.assert_allclose(fitted(truth, errors).r, wanted, atol=1e-12)


def test_errors_that_do_not_vary_have_an_r2_of_zero_and_say_so():
    fit = fitted(similarity_to("red", GRID), np.stack([np.full(512, 0.1), np.zeros(512), np.full(512, np.nan)]))
    np.testing.assert_array_equal(fit.r2, [0, 0, np.nan])
    assert fit.note == ("the errors do not vary", "the errors do not vary", "not finite")


def test_the_reference_points_are_the_errors_of_gray_and_of_a_random_color():
    red = np.array([1, 0, 0])
    assert np.mean((0.5 - red) ** 2) == pytest.approx(GRAY_ERROR)
    uniform = np.random.default_rng(1).random((200_000, 3))
    assert np.mean((uniform - red) ** 2) == pytest.approx(RANDOM_ERROR, abs=2e-3)  # of 200,000 draws


def test_ground_truth_is_likeness_to_the_anchor_or_vibrancy():
    named = named_colors()
    likeness = dict(zip(named.names, ground_truth(named.rgb), strict=True))
    assert likeness["red"] == 1
    assert likeness["cyan"] == 0
    assert ground_truth(named.rgb, against="vibrancy").tolist() == [1.0] * 12 + [0.0] * 5


def test_twelve_named_colors_do_not_resemble_red_at_all(grown):
    assert damage(grown)["bystanders"].to_list() == [12, 12, 12]  # source: the table of z0u/ex-preppy's paper


def test_colors_foreign_to_red_are_those_whose_cubed_likeness_is_below_a_hundredth():
    likeness = similarity_to("red", GRID)
    np.testing.assert_array_equal(likeness < FOREIGN, likeness**3 < 0.01)
    assert (likeness < FOREIGN).sum() == 337  # the formula of z0u/sca2; its comment says 404


def test_sets_have_the_sizes_that_the_studies_name(grown):
    sizes = {name: len(colors_of(grown, name)) for name in ("named", "trained", "held-out", "validation")}
    assert sizes == {"named": 17, "trained": 512, "held-out": 343, "validation": 351}
    np.testing.assert_array_equal(colors_of(grown, "held-out"), cell_centers(8))
    assert slice_cube().shape == (4, 8, 24)
    assert fine_cube(every=1).shape == (240, 48, 48)


def test_hex_codes_are_rounded_and_clipped():
    assert hex_codes([[1, 0, 0], [0.5, 0.5, 0.5], [2, -1, 0.999]]) == ["#ff0000", "#808080", "#ff00ff"]


# A small ensemble


def test_error_by_color_is_the_mean_square_over_channels(grown):
    table = error_by_color(grown, np.array([[1.0, 0.5, 0.0], [0.25, 0.25, 0.25]]))
    answers = grown(np.array([[1.0, 0.5, 0.0]], np.float32))
    wanted = np.mean((answers[:, 0] - [1.0, 0.5, 0.0]) ** 2, axis=-1)
    np.testing.assert_allclose(table.filter(table["color"] == "#ff8000")["mse"], wanted, rtol=1e-4)
    assert table["color"].to_list() == ["#ff8000", "#404040"] * 3


def test_error_extremes_bound_the_named_errors_of_the_same_cube(grown):
    cube = slice_cube()
    table, errors = error_extremes(grown, cube=cube), color_errors(grown, cube.colors.reshape(-1, 3))
    np.testing.assert_allclose(table["max_mse"], errors.max(-1))
    np.testing.assert_allclose(table["median_mse"], np.median(errors, -1))
    assert (table["max_mse"] >= table["mean_mse"]).all()


def test_suppression_goes_inside_the_sphere_and_repulsion_stays_on_it(grown):
    repelled = grown.intervene(Repel("latent", RED, Linear(0.0, 0.01)))
    table = off_manifold({"whole": grown, "in": grown.intervene(Suppress("latent", RED)), "on": repelled}, levels=4)
    norm = {key[0]: part["norm"].to_numpy() for key, part in table.group_by("condition")}
    np.testing.assert_allclose(norm["whole"], 1, atol=1e-5)
    np.testing.assert_allclose(norm["on"], 1, atol=1e-5)
    assert norm["in"].max() <= 1 + 1e-5
    assert norm["in"].min() < 0.999
    moved = table.filter(table["condition"] == "whole")["moved"]
    assert moved.max() == 0


def test_a_color_of_the_reference_itself_lies_on_the_manifold(grown):
    table = off_manifold(grown, cell_corners(3), levels=3)
    assert table["distance"].max() < 1e-6


def test_health_names_what_failed(grown):
    table = health(grown, direction=(0.0, 0.0, 0.0, 1.0))
    for row in table.rows(named=True):
        failed = [name for name in ("leak", "anchor", "reconstruction") if not row[f"{name}_ok"]]
        assert row["failed"] == ", ".join(failed)
        assert row["healthy"] == (not failed)
    assert not table["reconstruction_ok"].any()  # they have learned nothing


def test_alignment_has_a_row_a_snapshot_and_one_for_the_end(grown):
    table = alignment(grown)
    assert table["step"].unique().sort().to_list() == [0, 1, 2]
    end = table.filter(table["step"] == 2)["alignment"]
    np.testing.assert_allclose(1 - end, health(grown)["anchor_loss"], atol=1e-9)
    backwards = table.filter(table["step"] == 1)["alignment"].reverse()
    np.testing.assert_allclose(end, backwards, atol=1e-9)
    assert table["alignment"].is_between(-1.000001, 1.000001).all()


def test_label_counts_and_the_last_concept_losses_stand_by_name(grown):
    counts, losses = label_counts(grown), concept_losses(grown)
    assert counts.columns == ["member", "seed", "condition", "red", "any"]
    assert counts["red"].to_list() == [0, 1, 2]
    assert losses.columns == ["member", "seed", "condition", "val_error", "val_anchor"]
    assert losses["val_anchor"].to_list() == pytest.approx([0.8] * 3)


# Directions found afterwards


def test_leace_makes_the_means_of_both_classes_equal(grown):
    reds = (GRID[:, 0] > 0.5).astype(float)
    eraser = leace(grown, reds)
    values = grown.listen(GRID.astype(np.float32), ["latent"])[1]["latent"]
    erased = eraser.apply(values)
    apart = values[:, reds == 1].mean(1) - values[:, reds == 0].mean(1)
    left = erased[:, reds == 1].mean(1) - erased[:, reds == 0].mean(1)
    assert np.linalg.norm(left, axis=-1).max() < 1e-6 * np.linalg.norm(apart, axis=-1).min()


def test_leace_erases_once_and_for_all_and_keeps_the_mean(grown):
    eraser = leace(grown, Redness())
    values = grown.listen(GRID.astype(np.float32), ["latent"])[1]["latent"].astype(float)
    once = eraser.apply(values)
    np.testing.assert_allclose(eraser.apply(once), once, atol=1e-9)
    np.testing.assert_allclose(once.mean(1), values.mean(1), atol=1e-9)


def test_leace_changes_nothing_for_a_label_that_correlates_with_nothing(grown):
    values = grown.select([0]).listen(GRID.astype(np.float32), ["latent"])[1]["latent"][0].astype(float)
    basis = np.linalg.qr(np.column_stack([np.ones(512), values]))[0]
    label = RANDOM.random(512)
    label -= basis @ (basis.T @ label)
    label = (label - label.min()) / (label.max() - label.min())
    np.testing.assert_allclose(leace(grown.select([0]), label).matrix[0], np.eye(4), atol=1e-9)


def test_the_direction_of_means_points_from_the_rest_to_the_label(grown):
    reds = (GRID[:, 0] > 0.5).astype(float)
    values = grown.listen(GRID.astype(np.float32), ["latent"])[1]["latent"]
    apart = values[:, reds == 1].mean(1) - values[:, reds == 0].mean(1)
    found = direction_of_means(grown, reds)
    np.testing.assert_allclose(found, apart / np.linalg.norm(apart, axis=-1, keepdims=True), atol=1e-5)
    assert direction_of_means(grown, Vibrancy()).shape == (3, 4)


# What is refused


def test_what_cannot_be_measured_is_refused_by_name(grown):
    with pytest.raises(UnknownName, match="Did you mean 'held-out'"):
        selectivity(grown, ["heldout"], power=2)
    with pytest.raises(UnknownName, match="condition 'cut'"):
        damage(grown, baseline="cut")
    with pytest.raises(DoesNotFit, match="different members"):
        error_by_color({"whole": grown, "part": grown.select([0])})
    with pytest.raises(DoesNotFit, match="hidden hues"):
        colors_of(grown, "hidden hues")
    with pytest.raises(BadValue, match="512 numbers"):
        leace(grown, np.ones(3))
    with pytest.raises(BadValue, match="not all the same"):
        direction_of_means(grown, np.ones(512))
