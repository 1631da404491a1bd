"""The controls: cuts of directions found after training, the readers, and networks that were never told of red."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tropism import train
from tropism.figures.theme import render
from tropism.schedules import Schedule
from tropism.studies import _controls_cuts as cuts
from tropism.studies import controls
from tropism.subjects.color import direction_of_means, leace, presets
from tropism.subjects.color.measures import colors_of
from tropism.subjects.color.measures.conditions import latents
from tropism.surgery import erase

BRIEF = Schedule.constant(160, {"lr": 0.01, "separate": 0.01})


@pytest.fixture(scope="module")
def free():
    return train(replace(controls.unanchored(), schedule=BRIEF), seeds=range(3))


@pytest.fixture(scope="module")
def tables(free):
    return controls.measure({"anchored": free, "free": free})


def test_a_network_without_an_anchor_has_the_same_rate_and_the_same_batches():
    import jax

    from tropism.core.batch import Scene

    told, untold = presets.isolated(), controls.unanchored()
    assert [term.name for term in untold.terms] == ["separate"]
    assert (untold.network, untold.batch_size, untold.length) == (told.network, told.batch_size, told.length)
    np.testing.assert_array_equal(untold.schedule.table(["lr", "separate"]), told.schedule.table(["lr", "separate"]))
    drawn = [each.task.draw(Scene(each.task.table(), ()), jax.random.key(5), 64).inputs for each in (told, untold)]
    np.testing.assert_array_equal(*drawn)


def test_a_random_direction_is_its_seeds_own(free):
    whole, some = cuts.random_directions(free), cuts.random_directions(free.select([2, 0]))
    np.testing.assert_array_equal(some, whole[[2, 0]])
    np.testing.assert_allclose(np.linalg.norm(whole, axis=-1), 1, rtol=1e-12)
    assert np.abs(whole[0] @ whole[1]) < 0.999


def test_a_decoder_that_reads_through_a_map_answers_as_though_its_latents_were_mapped(free):
    colors = colors_of(free, "held-out")[:40]
    eraser = leace(free, cuts.RED)
    edited = free.edited(cuts.ReadThrough("latent", *eraser))
    for row in range(len(free)):

        def mapped(site, value, row=row):
            return value @ eraser.matrix[row].T + eraser.offset[row] if site == "latent" else value

        wanted = free.module(row)(np.asarray(colors, np.float32), mapped)
        # Two orders of single-precision sums, outputs of order one.
        np.testing.assert_allclose(edited(colors)[row], np.clip(wanted, 0, 1), atol=3e-6)


def test_cutting_before_the_norm_is_projecting_after_it_and_normalizing_again(free):
    colors = colors_of(free, "held-out")
    directions = direction_of_means(free, cuts.RED)
    seen = latents(erase(free, "latent", directions=directions), colors, "latent")
    z = latents(free, colors, "latent")
    left = z - np.einsum("end,ed->en", z, directions)[..., None] * directions[:, None]
    clear = np.linalg.norm(left, axis=-1) > 0.05  # below that, single precision is blown up by the second norm
    assert clear.mean() > 0.9
    wanted = left / np.linalg.norm(left, axis=-1, keepdims=True)
    np.testing.assert_allclose(seen[clear], wanted[clear], atol=1e-4)


def test_after_leace_a_linear_reader_explains_nothing_and_before_it_something(free):
    named = cuts.cuts_of(free)
    assert cuts.readability(named["whole"], "latent")["explained"].min() > 0.05
    assert cuts.readability(named["LEACE, read"], "latent")["explained"].max() < 1e-9
    # As a cut it is fitted before the norm, where it holds to single precision, and the norm undoes it.
    assert cuts.readability(named["LEACE, cut"], "encoder")["explained"].max() < 1e-3
    assert cuts.readability(named["LEACE, cut"], "latent")["explained"].min() > 1e-3


def test_a_cut_removes_its_direction_and_no_other(free):
    named = cuts.cuts_of(free)
    for name, directions in {
        "axis": np.tile(np.eye(5)[0], (3, 1)),
        "random": cuts.random_directions(free),
        "means": direction_of_means(free, cuts.RED),
    }.items():
        seen = latents(named[name].ensemble, colors_of(free, "trained"), "encoder")
        along = np.abs(np.einsum("end,ed->en", seen, directions))
        assert along.max() < 1e-5 * np.abs(seen).max()
        assert np.linalg.matrix_rank(seen[0] - seen[0].mean(0), tol=1e-3) == 4


def test_ranking_tells_the_chance_that_a_reddish_color_is_put_above_another():
    red = np.array([True, True, False, False, False])
    assert cuts._ranked(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), red) == 1
    assert cuts._ranked(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), red) == 0
    assert cuts._ranked(np.full(5, 0.3) + 1e-9 * np.arange(5), red) == 0.5
    assert cuts._ranked(np.array([5.0, 1.0, 3.0, 2.0, 0.0]), red) == pytest.approx(4 / 6)


def test_a_network_that_never_learned_has_its_numbers_left_out_and_is_counted(free):
    lost = replace(free, params={path: item * (np.arange(3) != 1).reshape(3, *[1] * (item.ndim - 1))
                                 for path, item in free.params.items()})  # fmt: skip
    tables = controls.measure({"anchored": free, "free": lost})
    assert tables["learned"].filter(pl.col("network") == "free")["learned"].to_list() == [True, False, True]
    rows = tables["damage"].filter((pl.col("network") == "free") & (pl.col("cut") == "means"))
    assert rows["concept_added"].is_null().to_list() == [False, True, False]
    claim = next(each for each in controls.CLAIMS if each.column == "collateral_mean")
    verdict = claim.judge(tables)
    assert (verdict.n, verdict.failed) == (2, 1)


def test_the_same_networks_under_both_names_differ_in_nothing(tables):
    for claim in controls.CLAIMS:
        verdict = claim.judge(tables)
        assert verdict.n == 3
    sides = [tables["scores"].filter(pl.col("network") == name).drop("network") for name in ("anchored", "free")]
    assert sides[0].equals(sides[1])


def test_the_summary_has_a_row_for_each_network_and_cut(tables):
    assert tables["summary"].height == 12
    assert tables["summary"].filter(pl.col("cut") == "whole")["concept_added"].to_list() == [0, 0]


def test_the_figures_are_drawn_from_the_tables(tables):
    figures = controls.draw(tables)
    assert [figure.name for figure in figures] == ["selectivity", "red", "others"]
    assert all(render(figures[0], dpi=40).values())
