"""Figures of ways of learning: every network and way is drawn, and a table without their columns is refused."""

import polars as pl
import pytest

from tropism.errors import DoesNotFit, UnknownName
from tropism.figures import as_svg
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure

WORDS = {"name": "a", "title": "b", "alt": "c"}


def looks(ways=("slow", "fast"), panels=("one", "two", "three")):
    return pl.DataFrame(
        [
            {"panel": panel, "way": way, "member": member, "step": step, "accuracy": min(1.0, step / 40)}
            for panel in panels
            for way in ways
            for member in range(2)
            for step in (0, 10, 50)
        ]
    )


def lines_in(figure):
    return as_svg(figure).count('<g id="line2d_')


def test_a_way_is_a_line_for_each_network_and_their_median_in_each_panel():
    few, more = (
        approach_figure(looks(ways), panel="panel", by="way", **WORDS) for ways in (("slow",), ("slow", "fast"))
    )
    assert lines_in(more) - lines_in(few) == 3 * 3 + 1  # and one in the key
    text = as_svg(more)
    assert all(word in text for word in ("one", "two", "three", "slow", "fast"))


def test_quantities_of_a_network_are_drawn_each_by_itself_and_what_is_not_there_is_not():
    table = pl.DataFrame(
        {"panel": ["x"] * 3, "way": ["u", "v", "v"], "right": [0.1, 0.5, float("nan")], "read": [1.0] * 3}
    )
    figure = dots_figure(table, panel="panel", row="way", quantities={"right": "R", "read": "D"}, **WORDS)
    text = as_svg(figure)
    assert all(f">{word}<" in text for word in ("u", "v", "R", "D"))
    whole = dots_figure(
        table.with_columns(right=0.5), panel="panel", row="way", quantities={"right": "R", "read": "D"}, **WORDS
    )
    assert as_svg(whole).count("<use ") == text.count("<use ") + 1


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(UnknownName, match="accuracy"):
        approach_figure(looks().drop("accuracy"), panel="panel", by="way", **WORDS)
    with pytest.raises(UnknownName, match="right"):
        dots_figure(looks(), panel="panel", row="way", quantities={"right": "R"}, **WORDS)
    with pytest.raises(DoesNotFit, match="no rows"):
        approach_figure(looks().head(0), panel="panel", by="way", **WORDS)
