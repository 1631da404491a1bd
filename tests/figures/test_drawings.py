"""The drawings that any subject can use: each draws from tables, twice, and says what it left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from tropism.errors import DoesNotFit, UnknownName
from tropism.figures.curves import curves
from tropism.figures.dope_sheet import by_scale, dope_sheet, schedule_tables
from tropism.figures.marks import spread_labels
from tropism.figures.scatter import scatter
from tropism.figures.strip import strip
from tropism.figures.theme import Figure, render
from tropism.schedules import Schedule

WORDS = {"name": "drawing", "title": "A drawing", "alt": "What one should see."}
RANDOM = np.random.default_rng(0)


def results() -> pl.DataFrame:
    """Two conditions of eight members; one has failed."""
    error = RANDOM.lognormal(size=16)
    error[3] = np.nan
    return pl.DataFrame({"member": [*range(8)] * 2, "condition": ["whole"] * 8 + ["cut"] * 8, "error": error})


def history() -> pl.DataFrame:
    """Three members of five steps; the last one fails halfway."""
    rows = [(m, s, None if m == 2 and s > 2 else 1.0 / (1 + s + m)) for m in range(3) for s in range(5)]
    return pl.DataFrame(rows, schema=["member", "step", "loss"], orient="row")


def failed() -> pl.DataFrame:
    """The same three, none of which has a number at any step."""
    return history().with_columns(loss=pl.lit(np.nan))


def points() -> pl.DataFrame:
    """Three points on a line, and one that is not finite."""
    colors = ["#ffffff", "#000000", "#ff0000", "#00ff00"]
    return pl.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0, np.inf], "rgb": colors})


SCHEDULE = Schedule.of(
    {"optimizer.lr": {0: 0.001, 40: 0.1}, "anchor.weight": {0: 0, 20: 1, 40: 0}, "unit.weight": {0: 0, 20: 1, 40: 0}},
    phases={0: "grow", 20: "let go"},
    actions={30: "prune"},
)

DRAWINGS: dict[str, Callable[[], Figure]] = {
    "strip": lambda: strip(results(), "error", published={"cut": (1, 0.5)}, best="min", **WORDS),
    "strip, log": lambda: strip(results(), "error", log=True, **WORDS),
    "strip, one row": lambda: strip(results(), "error", by=None, **WORDS),
    "strip, all failed": lambda: strip(pl.DataFrame({"condition": ["a"], "error": [np.nan]}), "error", **WORDS),
    "curves": lambda: curves(history(), "loss", log=True, **WORDS),
    "curves, one group all failed": lambda: curves(
        pl.concat([history().with_columns(by=pl.lit("whole")), failed().with_columns(by=pl.lit("failed"))]),
        "loss",
        by="by",
        **WORDS,
    ),
    "curves, all failed": lambda: curves(failed(), "loss", **WORDS),
    "scatter": lambda: scatter(points(), "x", "y", color="rgb", **WORDS),
    "scatter, no line": lambda: scatter(points().head(1), "x", "y", **WORDS),
    "dope sheet": lambda: dope_sheet(*schedule_tables(SCHEDULE), **WORDS),
    "dope sheet, bare": lambda: dope_sheet(schedule_tables(SCHEDULE).dials, panels="scale", **WORDS),
}


@pytest.mark.parametrize("make", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_every_drawing_is_drawn_in_both_forms_with_the_same_bytes_every_time(make: Callable[[], Figure]) -> None:
    figure = make()
    first = render(figure, dpi=40)
    assert first == render(figure, dpi=40)
    assert first["light"] != first["dark"]
    assert figure.alt == WORDS["alt"]


@pytest.mark.parametrize(
    ("draw", "guess"),
    [
        (lambda: strip(results(), "eror", **WORDS), "error"),
        (lambda: strip(results(), "error", published={"cutt": (1, 1)}, **WORDS), "cut"),
        (lambda: curves(history(), "los", **WORDS), "loss"),
        (lambda: scatter(points(), "x", "y", color="rbg", **WORDS), "rgb"),
        (
            lambda: dope_sheet(schedule_tables(SCHEDULE).dials, panels=(("a", ("unit.wieght",)),), **WORDS),
            "unit.weight",
        ),
    ],
)
def test_a_misspelled_column_stops_before_anything_is_drawn(draw: Callable[[], Figure], guess: str) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean '{guess}'"):
        draw()


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="no rows"):
        strip(results().head(0), "error", **WORDS)


def test_a_member_with_two_rows_at_one_step_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="two rows"):
        curves(pl.concat([history(), history()]), "loss", **WORDS)


def test_captions_count_members_and_failures() -> None:
    said = strip(results(), "error", caption="Held-out colors.", **WORDS).caption
    assert said.startswith("Held-out colors.")
    assert "whole: 8 members (1 failed)" in said
    assert "95 %" in said
    assert "3 members (1 failed)" in curves(history(), "loss", **WORDS).caption
    assert "3 points. 1 without a finite number" in scatter(points(), "x", "y", **WORDS).caption


def test_more_members_show_more_ink() -> None:
    few = strip(results().filter(pl.col("member") < 2), "error", **WORDS)
    assert render(few, dpi=40) != render(strip(results(), "error", **WORDS), dpi=40)


def test_a_schedule_becomes_tables_with_every_dial_at_every_step() -> None:
    tables = schedule_tables(SCHEDULE)
    assert tables.dials.height == 3 * 41
    peak = tables.dials.filter((pl.col("step") == 20) & (pl.col("dial") == "anchor.weight"))
    assert peak["value"].to_list() == [1.0]
    assert tables.keyframes.height == 8
    assert tables.phases.rows() == [(0, "grow"), (20, "let go")]
    assert tables.actions.rows() == [(30, "prune")]


def test_dials_split_by_the_size_of_their_largest_value() -> None:
    # Medians .05, .1, 2: the middle one is .1, and .4 of it is .04.
    assert by_scale({"a": (0.05, 0.05), "b": (0.1, 0.2), "c": (2, 3), "lr": (0.001, 0.03)}) == (
        ("a", "b", "c"),
        ("lr",),
    )


def test_labels_keep_their_order_and_their_distance() -> None:
    for _ in range(200):
        wanted = RANDOM.uniform(0, 1, 6)
        placed = np.array(spread_labels(list(wanted), 0.1, 0.0, 1.0))
        order = np.argsort(wanted)
        assert (np.diff(placed[order]) >= 0.1 - 1e-9).all()
        assert placed.min() >= -1e-9
        assert placed.max() <= 1 + 1e-9
