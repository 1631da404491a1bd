"""Surveys: what several studies found is on one page, and a study that fails takes no other along."""

import polars as pl
import pytest

from tropism import studies
from tropism.core.claim import Claim
from tropism.errors import RunError, UnknownName
from tropism.store import Store
from tropism.studying import contents_of
from tropism.surveying import Ended, Survey, carry_out, survey_of, write_survey
from tropism.values import describe

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (4).to_bytes(4, "big") * 2 + b"\0" * 8
NAMES = ("first", "second")


@pytest.fixture
def store(tmp_path):
    """A store in which two studies have ended that call their tables and figures the same."""
    store = Store(tmp_path / "store")
    for place, name in enumerate(NAMES):
        folder, table = store.study(name), pl.DataFrame({"member": [0, 1, 2], "score": [0.5 + place, 0.7, 0.6]})
        claim = Claim(f"The scores of {name} are above .4", table="scores", column="score", statistic="mean", above=0.4)
        folder.write_table("scores", table)
        folder.write_figure("dots", {"light": PNG, "dark": PNG}, alt="Dots.", caption=f"Of {name}.")
        folder.write_members([f"{name}-member"])
        folder.write_claims([describe(claim.judge({"scores": table}))] * (place + 1))
        about = dict.fromkeys(("question", "source", "lede"), f"About {name}.") | {"title": name.capitalize()}
        about |= {"figures": [["dots", "Dots"]], "tables": [["scores", "Scores"]], "ran": [["Versions", "1"]]}
        about |= {"columns": {"score": f"what {name} means"}, "command": f"tropism run {name}", "failures": []}
        folder.write_about(about | {"sections": [["dots", "Of dots", ""]], "grids": []})
    return store


SURVEY = Survey("both", "Both", NAMES)
ENDED = [Ended(name, 2.0) for name in NAMES]


def test_each_study_keeps_its_own_figures_tables_words_and_claims(store):
    write_survey(SURVEY, store, ENDED)
    contents = contents_of(store.study("both"))
    assert [each.name for each in contents.tables] == ["studies", "first-scores", "second-scores"]
    assert [each.columns for each in contents.tables[1:]] == [
        {"score": "what first means"},
        {"score": "what second means"},
    ]
    assert [each.caption for each in contents.figures] == ["Of first.", "Of second."]
    assert [(heading, len(below)) for heading, below in contents.grouped()] == [("First", 1), ("Second", 2)]
    assert contents.grouped()[1][1][0][1].claim.text == "The scores of second are above .4"
    assert contents.tables[0].frame["holds"].to_list() == [1, 2]
    assert [each.name for each in contents.sections] == ["first", "first-dots", "second", "second-dots"]
    assert store.study("both").read_members() == ["first-member", "second-member"]


def test_the_page_begins_with_all_studies_and_has_each_one_s_claims_folded_in_its_own_part(store):
    page = write_survey(SURVEY, store, ENDED).read_text(encoding="utf-8")
    order = ('id="table-studies"', '<a href="#section-first">first</a>', "<h2>First</h2>", 'id="claims-first"',
             "scores of first", "<h2>Second</h2>", 'id="claims-second"', "The scores of second")  # fmt: skip
    places = [page.index(each) for each in order]
    assert places == sorted(places)
    assert page.count("<details") == 2 + 3  # a fold a study, a line a claim
    assert "All 2 claims hold." in page
    assert 'class="marks"' not in page


def test_what_was_stopped_goes_on_with_what_had_not_ended(store):
    """The second is no study that could be carried out, so that only the first, which had ended, is told of."""
    store.study("both").write_table(
        "progress", pl.DataFrame({"study": ["first"], "seconds": [2.0], "cpu_seconds": [1.0]})
    )
    told = []
    report, ended = carry_out(SURVEY, store, processes=1, told=told.append)
    assert [each.study for each in told] == ["second"]
    assert "second" in told[0].error
    assert [bool(each.error) for each in ended] == [False, True]
    first = contents_of(store.study("both")).tables[0].frame.row(0, named=True)
    assert (first["study"], first["seconds"], first["cpu_seconds"]) == ("first", 2.0, 1.0)
    assert report.exists()


def test_a_survey_of_which_nothing_could_be_carried_out_says_why(store):
    with pytest.raises(RunError, match="no study 'frist'"):
        carry_out(Survey("none", "None", ("frist",)), store, processes=1, told=lambda one: None)


def test_the_quick_survey_takes_the_quick_forms(monkeypatch):
    listed = {"a": ("a", "?"), "a-quick": ("a", "?"), "b": ("b", "?"), "very-quick": ("c", "?")}
    monkeypatch.setattr(studies, "SUBJECTS", {"letters": listed})
    monkeypatch.setattr(studies, "STUDIES", listed)
    assert survey_of("letters").studies == ("a", "b", "very-quick")
    with monkeypatch.context() as apart:
        apart.setattr(studies, "APART", {"a"})
        assert survey_of("letters").studies == ("b", "very-quick")
        assert survey_of("letters", quick=True).studies == ("a-quick", "b", "very-quick")
    assert survey_of("letters", quick=True).studies == ("a-quick", "b", "very-quick")
    with pytest.raises(UnknownName, match="letters"):
        survey_of("leters")
