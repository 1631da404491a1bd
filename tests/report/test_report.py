"""Reports: one file that fetches nothing, escapes everything, and says what the verdicts said."""

from __future__ import annotations

import dataclasses
import math
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import polars as pl
import pytest

from tropism.core.claim import Claim, Verdict
from tropism.core.sweep import Section
from tropism.errors import BadValue, UnknownName
from tropism.figures.theme import Figure
from tropism.report import (
    ReportContents,
    Tabular,
    picture,
    picture_files,
    render_markdown,
    render_report,
    tally,
)
from tropism.report.page import MOST_CLAIMS
from tropism.report.wording import column_texts, estimate, interval, number

EVIL = "<script>alert('x')</script> & \"onload=\" | *b* [l](http://x.example)"
CLAIM = Claim("Errors stay small.", table="t", statistic="mean", column="error", below=1.0, published=0.52)
VERDICT = Verdict(CLAIM, 0.5, 0.45, 0.5512, 58, 2, "holds", "the whole interval lies below 1; 2 failed, left out")
FIGURE = Figure(
    "strip", "Every seed", "Dots near a half.", "n = 60.", lambda canvas, palette: canvas.subplots(), (2, 1)
)
TABLE = Tabular(
    "errors", "Errors", pl.DataFrame({"color": ["red", EVIL], "error": [0.25, math.nan]}), {"error": "squared"}
)


def contents(**changes: object) -> ReportContents:
    """A report with a bit of everything."""
    whole = ReportContents(
        "Deleting red", "Can red go alone?", "a study", "It can.\n\nMostly.", (VERDICT,), (picture(FIGURE),), (TABLE,),
        (("Seeds", "0–59"),), "tropism study delete-red", ("Member 3 failed at step 7.",),
    )  # fmt: skip
    return dataclasses.replace(whole, **changes)


class Page(HTMLParser):
    """What a test needs to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "source", "rect", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == self.open[-1]:
            self.open.pop()
        elif tag not in ("rect", "line", "circle"):
            raise AssertionError(f"</{tag}> closes {self.open[-1:]}")

    def handle_data(self, data: str) -> None:
        self.text += data if not self.open or self.open[-1] != "style" else ""

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def evil() -> ReportContents:
    claim = dataclasses.replace(CLAIM, text=EVIL, source=EVIL, note=EVIL)
    picture_ = dataclasses.replace(picture(FIGURE), title=EVIL, alt=EVIL, caption=EVIL)
    table = dataclasses.replace(TABLE, title=EVIL, note=EVIL, columns={"color": EVIL})
    return ReportContents(
        EVIL, EVIL, EVIL, EVIL, (dataclasses.replace(VERDICT, claim=claim, reason=EVIL),), (picture_,), (table,),
        ((EVIL, EVIL),), EVIL, (EVIL,),
    )  # fmt: skip


@pytest.mark.parametrize("make", [contents, evil])
def test_a_page_fetches_nothing_and_runs_nothing(make: object) -> None:
    html = render_report(make())  # type: ignore[operator]
    page = Page(html)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "srcset", "href", "action", "data", "style", "background", "poster"):
            assert re.match(r"#|data:image/png;base64,", attributes.get(name) or "#"), (tag, name)
    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_what_was_written_is_what_is_read() -> None:
    page = Page(render_report(evil()))
    # Title twice, question, source, lede, claim and its three notes, figure and table titles twice with the contents …
    assert page.text.count(EVIL) >= 15
    assert page.of("img")[0]["alt"] == EVIL


def test_the_same_contents_give_the_same_page() -> None:
    assert render_report(contents()) == render_report(contents())


def test_a_page_can_be_heard_as_well_as_seen() -> None:
    page = Page(render_report(contents()))
    assert page.of("html")[0]["lang"] == "en"
    assert len(page.of("h1")) == len(page.of("main")) == len(page.of("nav")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(each.get("scope") in ("col", "row") for each in page.of("th"))
    assert all(each.get("alt") and each.get("width") for each in page.of("img"))
    assert page.of("a")[0] == {"class": "skip", "href": "#main"}
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {str(each["href"])[1:] for each in page.of("a")} <= anchors
    assert len(anchors) == sum("id" in attributes for _, attributes in page.tags)


def test_a_figure_has_a_dark_form_for_dark_screens() -> None:
    page = Page(render_report(contents()))
    assert page.of("source")[0]["media"] == "screen and (prefers-color-scheme: dark)"
    assert page.of("source")[0]["srcset"] != page.of("img")[0]["src"]


def test_a_claim_shows_its_numbers_and_the_published_one() -> None:
    text = Page(render_report(contents())).text
    for said in ("holds", "0.50", "0.45 to 0.55", "below 1", "0.52", "58, 2 failed", "2 failed, left out"):
        assert said in text


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (0.52, "lies in the interval"),
        (0.45, "lies in the interval"),
        (0.44, "lies below the interval"),
        (0.56, "lies above"),
    ],
)
def test_a_published_number_is_told_to_lie_in_our_interval_or_beside_it(published: float, said: str) -> None:
    verdict = dataclasses.replace(VERDICT, claim=dataclasses.replace(CLAIM, published=published))
    for text in (render_report(contents(verdicts=(verdict,))), render_markdown(contents(verdicts=(verdict,)))):
        assert f"The published number {said}" in text


def test_nothing_is_said_of_a_published_number_where_there_is_none_or_no_interval() -> None:
    bare = dataclasses.replace(VERDICT, low=math.nan, high=math.nan, verdict="undecided")
    alone = dataclasses.replace(VERDICT, claim=dataclasses.replace(CLAIM, published=None))
    assert "The published number lies" not in render_markdown(contents(verdicts=(bare, alone)))


def test_a_claim_without_an_interval_is_still_shown() -> None:
    bare = dataclasses.replace(VERDICT, estimate=math.nan, low=math.nan, high=math.nan, verdict="undecided")
    page = Page(render_report(contents(verdicts=(bare,))))
    assert "none" in page.text
    assert page.of("svg") == []


def test_an_empty_report_is_a_page() -> None:
    page = Page(render_report(ReportContents("T", "", "", "")))
    assert page.open == []
    assert "No claims were made." in page.text
    assert "Figures" not in page.text


def test_a_long_table_says_how_long_it_is() -> None:
    long = Tabular("long", "Long", pl.DataFrame({"member": range(1000)}), most_rows=10)
    page = Page(render_report(contents(tables=(long,))))
    assert len(page.of("tr")) == 11
    assert "The first 10 of 1,000 rows." in page.text
    assert "The first 10 of 1,000 rows." in render_markdown(contents(tables=(long,)))


@pytest.mark.parametrize("form", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(form: int) -> None:
    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[form]))
    pairs = [(text, ground) for text in ("ink", "muted", "link") for ground in ("surface", "page", "faint")]
    pairs += [(verdict, f"{verdict}-fill") for verdict in ("holds", "fails", "undecided")]
    for text, ground in pairs:  # WCAG 2.2, success criterion 1.4.3: at least 4.5
        assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)


def test_the_page_and_the_drawings_share_their_surface() -> None:
    from tropism.figures.theme import DARK, LIGHT

    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    assert re.findall(r"--surface: (#[0-9a-f]{6})", style) == [LIGHT.surface, DARK.surface]


def test_markdown_refers_to_the_files_that_are_given_with_it() -> None:
    text, given = render_markdown(contents()), picture_files(contents())
    assert set(re.findall(r'(?:srcset|src)="([^"]+)"', text)) == set(given)
    assert all(data.startswith(b"\x89PNG") for data in given.values())
    assert "| 1 | Errors stay small. | **holds** | below 1 | 0.50 | 0.45 to 0.55 | 0.52 | 58 | 2 |" in text
    assert "```sh\ntropism study delete-red\n```" in text


def test_markdown_says_once_what_is_said_of_several_claims() -> None:
    ours, other = (dataclasses.replace(VERDICT, claim=dataclasses.replace(CLAIM, note=note)) for note in "ab")
    text = render_markdown(contents(verdicts=(ours, ours, other, ours)))
    assert "\n\nOf claims 1–2, 4: a\n" in text
    why = "The whole interval lies below 1; 2 failed, left out. The published number lies in the interval."
    assert f"\n3. {why} b\n" in text
    assert f"\n4. {why}\n" in text


def test_markdown_tables_keep_their_columns_whatever_is_in_a_cell() -> None:
    lines = [line for line in render_markdown(evil()).splitlines() if line.startswith("|")]
    claims, errors = lines[:3], lines[3:]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in claims} == {10}
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in errors} == {3}
    assert "<script" not in "\n".join(lines).replace(r"\<", "")


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ("", "No claims were made."),
        ("h", "The one claim holds."),
        ("u", "The one claim is undecided."),
        ("hhh", "All 3 claims hold."),
        ("hhhhhfu", "5 of 7 claims hold, 1 fails, 1 undecided."),
        ("hffuu", "1 of 5 claims holds, 2 fail, 2 undecided."),
        ("ff", "0 of 2 claims hold, 2 fail."),
    ],
)
def test_the_tally_is_a_sentence(outcomes: str, said: str) -> None:
    names = {"h": "holds", "f": "fails", "u": "undecided"}
    assert tally([dataclasses.replace(VERDICT, verdict=names[each]) for each in outcomes]) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.12345, "0.123"), (-2.5, "−2.50"), (1234.5, "1,234"), (1.2e-5, "1.20×10⁻⁵"), (9.999, "10.0"),
     (3e9, "3.00×10⁹"), (math.nan, "–"), (None, "–"), (math.inf, "–"), (1e-320, "1.00×10⁻³²⁰")],
)  # fmt: skip
def test_numbers_are_read_at_a_glance(value: float | None, said: str) -> None:
    assert number(value) == said


def test_an_estimate_has_the_decimals_of_its_interval() -> None:
    fine = dataclasses.replace(VERDICT, estimate=0.951234, low=0.95, high=0.953)
    assert (estimate(fine), interval(fine)) == ("0.9512", "0.9500 to 0.9530")
    wide = dataclasses.replace(VERDICT, estimate=-120.0, low=-250.4, high=20.1)
    assert (estimate(wide), interval(wide)) == ("−120", "−250 to 20")


def test_a_column_shares_its_decimals() -> None:
    assert column_texts(pl.Series([0.25, 0.125, None, math.nan])) == ["0.250", "0.125", "–", "–"]
    assert column_texts(pl.Series([1.0, 1e-9])) == ["1.00", "1.00×10⁻⁹"]
    assert column_texts(pl.Series([1500, -2])) == ["1,500", "−2"]
    assert column_texts(pl.Series([True, False])) == ["yes", "no"]
    assert column_texts(pl.Series(["a", None])) == ["a", ""]


def test_contents_that_make_no_page_are_refused() -> None:
    with pytest.raises(BadValue, match="alt"):
        dataclasses.replace(picture(FIGURE), alt="")
    with pytest.raises(BadValue, match="PNG"):
        dataclasses.replace(picture(FIGURE), dark=b"GIF")
    with pytest.raises(BadValue, match="only one table"):
        contents(tables=(TABLE, TABLE))
    with pytest.raises(UnknownName, match="'error'"):
        Tabular("t", "T", TABLE.frame, {"eror": "squared"})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_section_has_the_figures_and_tables_whose_names_begin_with_its_own() -> None:
    parts = (Section("LR", "Rates", "About *rates*."), Section("LR-two", "Two rates"))
    names = ("whole", "LR-one", "LR-two-history")
    tables = tuple(dataclasses.replace(TABLE, name=name) for name in names)
    page = render_report(contents(tables=tables, sections=parts))
    order = ("table-whole", "section-LR", "table-LR-one", "section-LR-two", "table-LR-two-history")
    places = [page.index(f'id="{each}"') for each in order]
    assert places == sorted(places)
    text = render_markdown(contents(tables=tables, sections=parts))
    assert (
        text.index("## Tables") < text.index("## Rates") < text.index("About \\*rates\\*") < text.index("## Two rates")
    )
    assert text.count("### Errors") == 3
    page = render_report(contents(tables=tables, sections=(Section("LR", "Rates' & ends"),)))
    assert page.count("Rates&#x27; &amp; ends") == 2  # its heading, and in the contents


def test_many_claims_are_lines_that_unfold() -> None:
    page = Page(render_report(contents(verdicts=(VERDICT,) * (MOST_CLAIMS + 1))))
    folded = [attributes for tag, attributes in page.tags if tag == "details"]
    assert [each["id"] for each in folded] == [f"claim-{place}" for place in range(1, MOST_CLAIMS + 2)]
    assert all("open" not in each for each in folded)
    assert page.text.count("Errors stay small.") == MOST_CLAIMS + 1
    assert page.text.count("he whole interval lies below 1") == MOST_CLAIMS + 1  # the grounds are there, too
    few = Page(render_report(contents(verdicts=(VERDICT,) * MOST_CLAIMS)))
    assert not [tag for tag, _ in few.tags if tag == "details"]
