"""Recovery: what is taught, what a cut axis can do afterwards, and when red counts as back."""

from dataclasses import replace

import jax
import numpy as np
import polars as pl
import pytest

from tropism import Dial, train
from tropism.core.batch import Scene
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.figures.theme import render
from tropism.running import train_members
from tropism.schedules import Schedule
from tropism.studies import recovery
from tropism.studies._recovery_tracks import returns
from tropism.subjects.color import Colors, RankedColors, presets, similarity_to
from tropism.subjects.color.measures.health import FOREIGN
from tropism.surgery import ablate, prune
from tropism.values import describe, rebuild

STEPS, SNAPSHOTS = 12, (0, 1, 4, 12)
BRIEF = Schedule.constant(60, {"lr": 0.01, "separate": 0.01, "anchor": 0.1, "anti-anchor": 0.05, "anti-subspace": 0.02})


@pytest.fixture(scope="module")
def trained():
    """Every sweep of the study, brief, with two seeds."""
    found = {}
    for sweep in recovery.sweeps(STEPS, SNAPSHOTS):
        if sweep.name == "isolated":
            sweep = replace(sweep, experiment=presets.isolated(BRIEF))
        sweep = replace(sweep, seeds=(0, 1))
        experiment = sweep.resolved(found)
        found[sweep.name] = train_members(experiment, sweep.members(experiment))
    return found


@pytest.fixture(scope="module")
def tables(trained):
    return recovery.measure(trained)


def drawn(task, size=512):
    return np.asarray(task.draw(Scene(task.table(), ()), jax.random.key(3), size).inputs)


def test_ranked_colors_are_the_grid_from_the_most_to_the_least_alike():
    colors = RankedColors().colors()
    np.testing.assert_array_equal(colors[0], [1, 0, 0])
    assert (np.diff(similarity_to("red", colors)) <= 1e-9).all()
    grid = Colors(levels=8).colors()
    np.testing.assert_array_equal(np.unique(colors, axis=0), np.unique(grid, axis=0))


def test_each_choice_draws_what_its_name_says():
    choices = {name: drawn(RankedColors(first=a, count=n), 4096) for name, (a, n) in recovery.CHOICES.items()}
    assert {name: len(np.unique(colors, axis=0)) for name, colors in choices.items() if "red" in name} == {
        "1 red": 1,
        "8 reds": 8,
        "64 reds": 64,
        "no red": 337,
    }
    likeness = {name: similarity_to("red", colors.astype(float)) for name, colors in choices.items()}
    assert likeness["no red"].max() < FOREIGN <= similarity_to("red", RankedColors().colors()[174])
    assert likeness["1 red"].min() == pytest.approx(1)
    assert likeness["64 reds"].min() > 0.4 > likeness["all"].min()


def test_a_dial_turned_in_training_draws_what_the_same_constant_would():
    whole = RankedColors(first=Dial(), count=Dial())
    from tropism.core.dial import with_dials

    turned = with_dials(whole, "task", {"task.first": np.float32(175), "task.count": np.float32(337)})
    np.testing.assert_array_equal(drawn(turned), drawn(RankedColors(first=175, count=337)))


def test_a_range_pushed_past_the_end_stops_at_the_last_color():
    from tropism.core.dial import with_dials

    pushed = with_dials(RankedColors(), "task", {"task.first": np.float32(600), "task.count": np.float32(4)})
    np.testing.assert_array_equal(np.unique(drawn(pushed), axis=0), RankedColors().colors()[-1:].astype(np.float32))


def test_ranked_colors_refuse_what_is_not_in_the_grid():
    with pytest.raises(DoesNotFit, match=r"from rank 500 on .* has 512"):
        RankedColors(first=500, count=64)
    with pytest.raises(BadValue, match=r"RankedColors\.count"):
        RankedColors(count=0)
    with pytest.raises(UnknownName, match="red"):
        RankedColors(concept="rde")


def test_ranked_colors_are_read_back_from_their_description():
    task = RankedColors(first=3, count=5)
    assert rebuild(describe(task)) == task


def test_an_ablated_axis_gets_no_gradient_and_pruning_learns_the_same(trained):
    ablated, pruned = trained["ablate"], trained["prune"]
    assert not ablated.params["encoder.2.weight"][:, 0].any()
    assert not ablated.params["encoder.2.bias"][:, 0].any()
    assert not ablated.params["decoder.0.weight"][:, :, 0].any()
    same = ablated.select([ablated.members.index(member) for member in pruned.members])
    colors = Colors(levels=4).colors()
    # Twelve steps of Adam from the same start; the sums run over five values here and four there.
    np.testing.assert_allclose(same(colors), pruned(colors), atol=1e-3)
    assert np.abs(same(colors) - ablate(trained["isolated"], "latent", dims=(0,))(colors)[[0, 1, 0, 1]]).max() > 1e-2


def test_a_redirected_axis_is_taken_up_again(tables):
    use = tables["axis"]
    assert use.filter(pl.col("edit") == "ablate")["axis"].max() == 0
    assert use.filter(pl.col("edit") == "redirect")["axis"].min() > 1e-3


def test_fine_tuning_begins_where_the_cut_left_off(trained):
    cut = prune(trained["isolated"], "latent", dims=(0,))
    began = trained["prune"].at(0)
    for path, item in cut.params.items():
        np.testing.assert_array_equal(began.params[path][:2], item)
    assert trained["prune"].network.latent == 4


def test_fresh_networks_are_those_that_the_source_begins_with(trained):
    whole = train(replace(presets.isolated(BRIEF), snapshots=(0,)), seeds=(0, 1)).at(0)
    for path, item in trained["fresh"].at(0).params.items():
        np.testing.assert_array_equal(item[:2], whole.params[path])


def test_red_is_back_at_the_first_step_below_a_hundredth_or_never():
    errors = {0: (0.3, 0.3), 1: (0.02, 0.2), 2: (0.009, 0.1), 4: (0.05, 0.05)}
    rows = [
        {"member": who, "seed": str(who), "edit": "ablate", "colors": "all", "lr": 0.01, "step": step}
        | {"red": pair[who], "others": 0.001 * (step + 1)}
        for step, pair in errors.items()
        for who in (0, 1)
    ]
    back = returns(pl.DataFrame(rows)).sort("member")
    assert back["returned"].to_list() == [True, False]
    assert back["steps"].to_list() == [2, 4]
    assert back["octaves"].to_list() == [1, 2]
    assert back["others_then"].to_list() == [pytest.approx(0.003), None]
    assert back["others_peak"].to_list() == pytest.approx([0.005, 0.005])
    assert back["red_end"].to_list() == [0.05, 0.05]


def test_members_are_seeds_so_that_settings_are_compared_seed_by_seed(tables):
    assert tables["returns"].height == 2 * (6 + 2 + 2 + 6)
    for _, part in tables["returns"].group_by("edit", "colors", "lr"):
        assert sorted(zip(part["member"], part["seed"], strict=True)) == [(0, "0"), (1, "1")]
    paired = next(claim for claim in recovery.CLAIMS if claim.statistic == "difference")
    assert "paired by member" in paired.judge(tables).reason


def test_every_claim_finds_its_rows(tables):
    verdicts = [claim.judge(tables) for claim in recovery.CLAIMS]
    assert all(verdict.n + verdict.failed == 2 for verdict in verdicts)


def test_the_figures_are_drawn_from_the_tables(tables):
    figures = recovery.draw(tables)
    assert [each.name for each in figures] == ["relearning", "colors-red", "colors-others", "steps", "price"]
    assert all(render(figures[0], dpi=40).values())
