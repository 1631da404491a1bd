"""Tables of colored cells in the place of a figure: every cell in its place, said in words, leading where it says."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from tropism.core.claim import Claim
from tropism.core.sweep import MOST_TONES, Grid, Study
from tropism.errors import BadValue, UnknownName
from tropism.figures.theme import Figure
from tropism.report import Cells, ReportContents, picture, render_markdown, render_report
from tropism.store.folder import Store
from tropism.studying import _keep, contents_of, rendered

EVIL = "<b onload='x'>&\""
FRAME = pl.DataFrame(
    [
        ("plain", "A", "gone", 1.02, "A-plain"),
        ("sly", "A", "there", -0.2, "A-sly"),
        ("plain", "B", "there", 0.5, "nowhere"),
        ("late", "B", EVIL, math.nan, "A-plain"),
        ("sly", "B", "gone", None, "A-plain"),
    ],
    schema=["how", "what", "said", "score", "figure"],
    orient="row",
)
GRID = Grid(
    figure="whole", table="cells", down="how", across="what", tone="said", tones=("there", "gone"), leads="figure",
    written=(("R ", "score"),), first=("sly",),
)  # fmt: skip


def drawing(name: str) -> Figure:
    return Figure(name, f"Title of {name}", "What one should see.", "n = 3.", lambda canvas, palette: None, (1, 1))


PICTURES = tuple(picture(drawing(name)) for name in ("whole", "A-plain", "A-sly"))


def page(grid: Grid, frame: pl.DataFrame = FRAME) -> str:
    return render_report(ReportContents("T", "", "", "", figures=PICTURES, grids=(Cells(grid, frame),)))


def cells_of(html: str) -> list[list[str]]:
    table = html[html.index("<table>") : html.index("</table>")]
    return [re.findall(r"<td.*?</td>", row) for row in table.split("<tr")[2:]]


def test_a_grid_stands_in_the_place_of_its_figure_and_of_no_other() -> None:
    html = page(GRID)
    assert html.count('id="figure-whole"') == 1
    assert html.count("<img") == 2
    for said in ("Title of whole", "n = 3."):
        assert said in html
    assert "![" not in render_markdown(ReportContents("T", "", "", "", figures=PICTURES, grids=(Cells(GRID, FRAME),)))


def test_cells_stand_where_their_row_and_column_are_and_the_missing_are_blank() -> None:
    html = page(GRID)
    named = re.findall(r'<th scope="row">(.*?)</th>', html)
    assert named == ["sly", "plain", "late"]
    found = cells_of(html)
    assert [[bool(re.search("<b>", cell)) for cell in row] for row in found] == [[True] * 2, [True] * 2, [False, True]]
    assert "R −.20" in found[0][0]
    assert "R –" in found[0][1]
    assert "R 1.02" in found[1][0]


def test_a_cell_leads_to_a_figure_that_is_there() -> None:
    found = cells_of(page(GRID))
    assert 'href="#figure-A-sly"' in found[0][0]
    assert 'href="#figure-A-plain"' in found[1][0]
    assert "href" not in found[1][1]


def test_words_have_the_colors_in_their_order_and_others_none() -> None:
    found = cells_of(page(GRID))
    assert 'class="tone-1"' in found[0][0]
    assert 'class="tone-2"' in found[1][0]
    assert 'class=""' in found[2][1]


def test_what_is_written_in_a_cell_is_no_markup() -> None:
    html = page(GRID)
    assert EVIL not in html
    assert "&lt;b onload=&#x27;x&#x27;&gt;&amp;&quot;" in html


@pytest.mark.parametrize("turned", [False, True])
def test_numbers_go_from_cool_to_warm_and_beyond_both(turned: bool) -> None:
    numbers = [-0.5, 0.0, 0.2, 0.5, 0.8, 1.0, 1.5, None, math.nan]
    frame = pl.DataFrame({"how": [str(each) for each in numbers], "what": "A", "score": numbers}, strict=False)
    html = page(Grid(figure="whole", table="cells", down="how", across="what", tone="score", turned=turned), frame)
    shades = [re.findall(r'class="(.*?)"', row[0]) for row in cells_of(html)]
    wanted = [f"shade-{each}" for each in range(1, 8)]
    assert [each[0] for each in shades] == [*(wanted[::-1] if turned else wanted), "", ""]


@pytest.mark.parametrize("form", [0, 1], ids=["light", "dark"])
def test_what_is_written_on_a_color_can_be_read(form: int) -> None:
    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[form]
    colors = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))
    pairs = [("ink", f"tone-{place}") for place in range(1, 7)] + [("muted", "tone-7")]
    pairs += [("on-far-shade" if place in (1, 7) else "on-shade", f"shade-{place}") for place in range(1, 8)]
    for text, ground in pairs:  # WCAG 2.2, success criterion 1.4.3: at least 4.5
        assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
    for kind in ("tone", "shade"):
        assert len({color for name, color in colors.items() if name.startswith(f"{kind}-")}) == 7


def test_a_page_has_the_colors_of_the_drawings() -> None:
    from tropism.figures.theme import PALETTES
    from tropism.subjects.generalization.figures._grid import shade
    from tropism.subjects.generalization.figures.verdicts import FILLS

    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    for form, palette in enumerate(PALETTES.values()):
        told = [
            re.findall(rf"--{kind}-{place}: (#\w+)", style)[form] for kind in ("tone", "shade") for place in range(1, 8)
        ]
        levels = (-0.35, 0, 0.25, 0.5, 0.75, 1, 1.35)
        assert told == [*(fills[form] for fills in FILLS.values()), *(shade(each, palette) for each in levels)]


def test_a_study_keeps_its_grids_and_its_page_shows_them(tmp_path: Path) -> None:
    claim = Claim("Some.", table="cells", statistic="mean", column="score", above=0)
    study = Study(
        "s", "S", "Q?", "us", (), lambda ensembles: {}, lambda tables: [drawing("whole")], (claim,), grids=(GRID,)
    )
    folder = Store(tmp_path).study("s")
    _keep(folder, study, {}, {"cells": FRAME}, (), "again")  # type: ignore[arg-type]
    assert contents_of(folder).grids[0].grid == GRID
    assert 'class="card grid" id="figure-whole"' in rendered(folder)


def test_a_grid_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownName, match="score"):
        Cells(Grid(figure="whole", table="cells", down="how", across="what", tone="scor"), FRAME)
    with pytest.raises(UnknownName, match="whole"):
        ReportContents("T", "", "", "", grids=(Cells(GRID, FRAME),))
    with pytest.raises(BadValue, match="colors"):
        Grid(figure="f", table="t", down="d", across="a", tone="t", tones=tuple(map(str, range(MOST_TONES + 1))))


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
