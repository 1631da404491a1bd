"""The table of pairs and techniques, small: what is trained, what is measured, and that it goes on where it was."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tropism.core import Plan, Stage
from tropism.errors import DoesNotFit
from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW
from tropism.store import Store
from tropism.studies._antilearning_rows import ROWS, rows_for
from tropism.studies.antilearning import pairs, study, table_study
from tropism.studying import carry_out
from tropism.subjects.generalization.examiner.cells import Column, Row
from tropism.subjects.generalization.groups import Symmetric
from tropism.subjects.generalization.pairs import TaskPair
from tropism.subjects.generalization.tasks import Composition
from tropism.tasks import Check
from tropism.techniques import Continued, Filtered, Lessons, Penalized, Technique, UniformLabels
from tropism.techniques.frames import mixed, training

S4 = Symmetric(4)
TINY = TaskPair(
    name="T4",
    title="A4 → S4",
    x=Composition(group=S4, within=("A4",)),
    y=Composition(group=S4, within=("A4",), outside=True),
    network=EmbeddedSum(tokens=24, outputs=24, embedding=16, hidden=16),
    optimizer=AdamW(lr=1e-2, weight_decay=0.1),
    steps=60,
    counts=(32, 32),
    floor=1 / 12,
)
TINY_ROWS = (Row("goes on", Continued(steps=20)), Row("uniform", UniformLabels(steps=20)), Row("irreps", Penalized()))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("store"))
    return carry_out(table_study("tiny", (TINY,), TINY_ROWS, (0, 1), quick=True), store), store


def test_every_cell_has_a_verdict_and_what_does_not_apply_has_none(made):
    findings, _ = made
    cells = findings.tables["cells"]
    assert cells["row"].to_list() == ["base", "fresh", "goes on", "uniform"]
    assert cells["n"].to_list() == [2] * 4
    assert cells.filter(cells["row"] == "fresh")["verdict"].item() == "x not learned"
    judged = findings.tables["judged"]
    assert judged.height == 8
    assert np.isfinite(judged["x_recovery"].to_numpy()).all()


def test_latent_scores_of_the_ends_are_zero_and_one(made):
    latent = made[0].tables["latent"]
    for row, wanted in (("base", 1.0), ("fresh", 0.0)):
        told = latent.filter(latent["row"] == row)["latent"].drop_nulls().to_numpy()
        np.testing.assert_allclose(told, wanted, atol=1e-12)


def test_asked_again_it_trains_nothing_and_says_the_same(made):
    findings, store = made
    told = []
    again = carry_out(
        table_study("tiny", (TINY,), TINY_ROWS, (0, 1), quick=True),
        store,
        told=lambda name, report: told.append(report),
    )
    assert not any(told)
    assert again.tables["cells"].equals(findings.tables["cells"])


def test_a_further_technique_trains_only_its_own_networks(made):
    _, store = made
    more = (*TINY_ROWS, Row("alone", Filtered()))
    trained = set()

    def told(name, report):
        if report is not None:
            trained.add(name)

    findings = carry_out(table_study("tiny", (TINY,), more, (0, 1), quick=True), store, told=told)
    assert trained == {"T4.alone.train", "T4.attack.x", "T4.attack.x and y"}
    kept = {key for name in ("T4.goes on.train", "T4.base") for key in findings.ensembles[name].member_keys}
    assert not store.missing(kept)


def test_the_shipped_table_has_every_pair_and_technique_that_applies():
    whole = study("antilearning")
    assert [section.name for section in whole.sections] == [pair.name for pair in pairs()]
    names = {sweep.name for sweep in whole.sweeps}
    for pair in pairs():
        for row in rows_for(pair, ROWS):
            applies = row.technique.applies(pair.sight(row.technique))
            assert (
                applies == any(name.startswith(f"{pair.name}.{row.name}.") for name in names)
                or row.name == "T12 erased"
            )
    assert len(study("antilearning-quick").sweeps) < len(whole.sweeps)
    assert [name for name in names if name.endswith(".shape")] == ["A2.shape"]  # shape is asked for where it is a pair


def test_the_pairs_stand_in_order_and_what_needs_something_of_a_pair_is_left_out_where_that_is_missing():
    assert [pair.name for pair in pairs()] == ["A1", "A2", "A3", "A4", "A5"]
    left_out = {
        pair.name: {row.name for row in ROWS if not row.technique.applies(pair.sight(row.technique))}
        for pair in pairs()
    }
    lessons, two = {"T8 lessons", "T8 lessons, replay"}, {"T15 DivDis", "T15 ACE", "T15 ACE, given"}
    wanted = {"A1": lessons | two, "A2": lessons, "A3": lessons | two, "A5": two}
    assert left_out == wanted | {"A4": two | {"T5 against the mechanism"}}


def test_where_stored_pictures_are_looked_for_changes_no_shipped_pair(tmp_path, monkeypatch):
    plain = pairs()[0]
    monkeypatch.setenv("TROPISM_IMAGES", str(tmp_path / "own.npz"))
    assert pairs()[0] == plain


def test_how_long_a_technique_trains_follows_from_the_pair_unless_it_says_so():
    first, second = (
        rows_for(TINY, (Row("x", technique),))[0].technique for technique in (Continued(), Continued(steps=7))
    )
    assert (first.steps, second.steps) == (40, 7)


def test_lessons_are_cut_as_x_is():
    pair = next(pair for pair in pairs() if pair.name == "A4")
    sight = pair.sight(Lessons())
    assert all(lesson.of == pair.x_train() for lesson in sight.lessons)
    assert sorted(kind for lesson in sight.lessons for kind in lesson.kinds) == sorted(set(pair.x.kinds().tolist()))


@dataclass(frozen=True, kw_only=True)
class Cheating(Technique):
    """Trains on more of X than it was shown, or on what judges it."""

    how: str = "all of x"

    def plan(self, sight):
        task = mixed(sight)
        if self.how == "another task":
            return Plan((Stage("train", replace(training(sight, task), task=sight.kept, terms=(), batch_size=32)),))
        whole = replace(sight.kept, share=(0.0, 1.0))
        parts = (replace(task.parts[0], task=whole),) if self.how == "all of x" else task.parts
        checks = task.checks if self.how == "all of x" else (Check("held", whole),)
        return Plan((Stage("train", training(sight, replace(task, parts=parts, checks=checks))),))


@pytest.mark.parametrize("how", ["all of x", "a look at all", "another task"])
def test_a_technique_that_reaches_for_more_than_it_was_shown_is_refused(how):
    column = Column.of(TINY, (Row("cheats", Cheating(how=how)),), (0,), quick=True)
    with pytest.raises(DoesNotFit, match=r"cheats on T4: .*(not shown|not on a Mixture)"):
        column.sweeps()
