"""Figures of ways of learning: every network and way is drawn, and a table without their columns is refused."""

import polars as pl
import pytest

from tropism.errors import DoesNotFit, UnknownName
from tropism.figures import as_svg, render
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said, spoken, way_said

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


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_a_panel_and_a_quantity_without_a_finite_number_say_so(nothing):
    told = {"panel": "panel", "row": "way", "quantities": {"right": "R", "read": "D"}} | WORDS
    table = pl.DataFrame({"panel": ["x", "y"], "way": ["u", "u"], "right": [nothing] * 2, "read": [0.5, nothing]})
    figure = dots_figure(table, **told)
    text = as_svg(figure)
    assert text.count(">no finite value<") == 1  # in the panel y
    assert ">R: no finite value<" in text
    assert ">D<" in text
    assert all(render(figure, dpi=20).values())
    assert "no finite value" not in as_svg(dots_figure(table.with_columns(right=0.1, read=0.2), **told))


def test_what_is_said_of_a_drawing_follows_its_table():
    table = looks(ways=("slow",)).with_columns(pl.col("accuracy") + 0.1 * pl.col("member"))
    assert way_said(table, panel="panel", by="way").startswith("one: slow (0.05 to 1.05); two: ")
    ends = table.filter(pl.col("step") == 50)
    assert each_said(ends, "accuracy", "panel") == "one (1.05), two (1.05), three (1.05)"
    assert spans_said(ends, {"accuracy": "right"}, "way") == "slow: right (1.00 to 1.10)"
    nothing = ends.with_columns(accuracy=pl.lit(None))
    assert each_said(nothing, "accuracy", "way") == "slow (no finite value)"
    assert spans_said(nothing, {"accuracy": "right"}, "way") == "slow: right (no finite value)"


def test_numbers_are_said_as_they_are_read():
    given = (0.0, 0.966, -0.2, 0.00034, 12.0, 2345.6, float("nan"))
    assert [spoken(each) for each in given] == ["0.00", "0.97", "-0.20", "0.0003", "12.00", "2,346", "no finite value"]


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(UnknownName, match="accuracy"):
        approach_figure(looks().drop("accuracy"), panel="panel", by="way", **WORDS)
    with pytest.raises(UnknownName, match="right"):
        dots_figure(looks(), panel="panel", row="way", quantities={"right": "R"}, **WORDS)
    with pytest.raises(DoesNotFit, match="no rows"):
        approach_figure(looks().head(0), panel="panel", by="way", **WORDS)
