"""What pilots had found: each finding meets claims of its study, and the page says what these became."""

import importlib.util
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


def row(verdict, published="", interval="0.10 to 0.30", number=1):
    return pilots.Row(number, "Something is so.", verdict, "below 0.5", "0.20", interval, published)


@pytest.mark.parametrize("study", pilots.studies())
def test_every_finding_meets_claims_that_the_study_makes(study):
    texts = [claim.text for claim in load(study).claims]
    starts = [start for found in pilots.FOUND if found.study == study for start in found.claims]
    assert [start for start in starts if not any(text.startswith(start) for text in texts)] == []
    assert len(starts) == len(set(starts)), "one claim speaks of one finding"


def test_the_page_is_made_of_the_studies_pages_as_they_are():
    assert (HOUSE / "studies" / "pilots.md").read_text("utf-8") == pilots.page(HOUSE / "studies")


@pytest.mark.parametrize("study", pilots.studies())
def test_all_claims_of_a_page_are_read(study):
    text = (HOUSE / "studies" / study / "README.md").read_text("utf-8")
    rows = list(pilots.rows_of(text))
    assert [each.number for each in rows] == list(range(1, len(load(study).claims) + 1))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row("holds"), "confirmed"),
        (row("fails"), "contradicted"),
        (row("holds", "0.9"), "confirmed"),  # the claim decides; its number may lie outside
        (row("fails", "0.2"), "contradicted"),
        (row("undecided"), "undecided"),
        (row("undecided", "0.2"), "confirmed"),
        (row("undecided", "0.9"), "contradicted"),
        (row("undecided", "-0.2", "−0.30 to −1.00×10⁻²"), "confirmed"),
        (row("undecided", "0.2", "nothing"), "undecided"),
    ],
)
def test_a_claim_decides_and_where_it_is_undecided_the_pilots_number(given, said):
    assert given.outcome == said
    assert pilots.outcome([given]) == said


def test_claims_that_disagree_are_counted_never_outvoted():
    told = pilots.outcome([row("holds"), row("holds"), row("fails"), row("undecided")])
    assert told == "confirmed by 2, contradicted by 1, undecided by 1"


def test_a_claim_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LookupError, match="begins with 'Nothing like it'"):
        pilots.begun([row("holds")], "Nothing like it")
    pilots.write(tmp_path)
    assert not (tmp_path / "pilots.md").exists()
