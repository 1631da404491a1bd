"""What pilots had found: each finding meets claims of its study, and the page says what these became."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from tropism.studies import load

HOUSE = Path(__file__).parents[2]


def script():
    spec = importlib.util.spec_from_file_location("pilots", HOUSE / "scripts" / "pilots.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules["pilots"] = found
    spec.loader.exec_module(found)
    return found


pilots = script()


def row(verdict, number=1, text="Something is so.", published="", beside=""):
    return pilots.Row(number, text, verdict, "0.20", "0.10 to 0.30", published, beside)


@pytest.mark.parametrize("study", pilots.studies())
def test_every_finding_meets_claims_that_the_study_makes_and_no_claim_is_counted_twice(study):
    texts = [claim.text for claim in load(study).claims]
    starts = [
        start for found in pilots.FOUND if found.study == study for start in (*found.claims, *found.but, *found.later)
    ]
    assert [start for start in starts if not any(text.startswith(start) for text in texts)] == []
    met = [text for start in starts for text in texts if text.startswith(start)]
    assert len(met) == len(set(met))


def test_the_page_is_made_of_the_studies_pages_as_they_are():
    assert (HOUSE / "studies" / "pilots.md").read_text("utf-8") == pilots.page(HOUSE / "studies")


@pytest.mark.parametrize("study", pilots.studies())
def test_all_claims_of_a_page_are_read(study):
    text = (HOUSE / "studies" / study / "README.md").read_text("utf-8")
    rows = list(pilots.rows_of(text))
    assert [each.number for each in rows] == list(range(1, len(load(study).claims) + 1))


def test_where_a_pilots_number_lies_is_read_from_the_page():
    text = (HOUSE / "studies" / "same-dictionary-twice" / "README.md").read_text("utf-8")
    beside = {each.number: each.beside for each in pilots.rows_of(text) if each.published}
    assert beside[1] == "in"
    assert beside[6] == "above"
    assert set(beside.values()) == {"in", "above", "below"}


def found(*claims, but=()):
    return pilots.Found("It is so", "a-study", claims, but)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["holds", "holds"], "confirmed"),
        (["fails"], "contradicted"),
        (["undecided"], "undecided"),
        (["holds", "holds", "fails", "undecided"], "confirmed by 2, contradicted by 1, undecided by 1"),
    ],
)
def test_claims_decide_and_where_they_disagree_they_are_counted_never_outvoted(verdicts, said):
    rows = [row(verdict, place) for place, verdict in enumerate(verdicts)]
    assert pilots.outcome(found("Something"), rows) == said


def test_a_pilots_number_decides_nothing():
    assert pilots.outcome(found("Something"), [row("undecided", published="0.9", beside="above")]) == "undecided"
    assert pilots.told(row("undecided", 3, published="0.9", beside="above")) == (
        "3 undecided: Something is so. 0.20 \\[0.10, 0.30\\]; pilot 0.9, above the interval."
    )


def test_what_speaks_against_a_finding_stands_beside_it_and_is_counted():
    rows = [row("holds"), row("holds", 2, "But not there.")]
    limited = found("Something", but=("But",))
    assert pilots.outcome(limited, rows) == "confirmed, within limits"
    assert "- But 2 holds: But not there." in pilots.section(limited, rows)
    words = ["confirmed", "confirmed, within limits", "contradicted", "undecided", "confirmed by 1, undecided by 1"]
    assert pilots.tally(words) == (
        "**Of 5 findings 2 are confirmed, 1 of them within limits, 1 contradicted and 1 undecided; of 1 claims say "
        "different things.**"
    )


def test_what_was_asked_after_a_look_is_told_and_not_counted():
    rows = [row("holds"), row("fails", 2, "Later it is not.")]
    looked = found("Something")._replace(later=("Later",))
    assert pilots.outcome(looked, rows) == "confirmed"
    assert "- Asked after a look, and not counted: 2 fails: Later it is not." in pilots.section(looked, rows)


def test_a_page_that_is_older_than_its_claims_is_named_and_nothing_is_lost(tmp_path, capsys):
    pilots.write(tmp_path)
    assert not (tmp_path / "pilots.md").exists(), "without pages there is nothing to tell"
    for name in pilots.studies():
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text("| 1 | Nothing like it. | **holds** | | | | | | |\n")
    (tmp_path / "pilots.md").write_text("as before")
    pilots.write(tmp_path)
    assert "no claim on its page begins with 'Raw cosines" in capsys.readouterr().err
    assert (tmp_path / "pilots.md").read_text() == "as before"


def test_the_overview_counts_what_the_pages_say():
    folder = HOUSE / "studies"
    rows = re.findall(
        r"^\| \[([\w.-]+)\]\(\S+ \| .* \| (\d+) \| (\d+) \| (\d+) \|", (folder / "README.md").read_text(), re.M
    )
    assert len(rows) > 50
    for name, *counts in rows:
        page = (folder / name / "README.md").read_text("utf-8")
        verdicts = re.findall(r"\| \*\*(holds|fails|undecided)\*\* \|", page)
        assert [str(verdicts.count(each)) for each in ("holds", "fails", "undecided")] == counts, name
