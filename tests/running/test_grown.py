"""Grown ensembles: a study reads them one after the other, so its memory does not grow with its sweeps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tropism import Claim, Experiment, Study, Sweep, train
from tropism.core import Adam
from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Section
from tropism.errors import DoesNotFit
from tropism.grown import Grown, num_bytes
from tropism.networks import TwoLayer
from tropism.running import member_key
from tropism.store import Store
from tropism.studying import carry_out
from tropism.subjects.superposition import SparseFeatures


def experiment(hidden: int) -> Experiment:
    return Experiment(
        task=SparseFeatures(features=6, width=3, density=0.1, held_out=8),
        network=TwoLayer(inputs=3, hidden=hidden, outputs=6),
        optimizer=Adam(lr=0.01),
        steps=4,
        batch_size=4,
        snapshots=(2,),
    )


def grown(path: Path) -> tuple[Grown, dict[str, Ensemble]]:
    store = Store(path)
    held, made = Grown(store), {}
    for name, hidden in (("narrow", 2), ("middle", 3), ("wide", 4)):
        made[name] = train(experiment(hidden), seeds=(0, 1), store=store)
        members = made[name].members
        held.add(name, experiment(hidden), members, [member_key(experiment(hidden), each) for each in members])
    return held, made


def test_what_is_asked_for_is_what_was_trained(tmp_path: Path) -> None:
    held, made = grown(tmp_path)
    assert list(held) == list(made)
    for name, ensemble in held.items():
        assert ensemble.member_keys == made[name].member_keys
        for path, array in made[name].params.items():
            np.testing.assert_array_equal(ensemble.params[path], array)


def test_no_more_is_held_than_fits_and_the_latest_always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, made = grown(tmp_path)
    sizes = {name: num_bytes(each) for name, each in made.items()}
    monkeypatch.setattr("tropism.grown.HELD", sizes["narrow"] + sizes["wide"])
    narrow = held["narrow"]
    assert held["middle"] is held["middle"]
    assert held["narrow"] is narrow  # two fit, and the one that was just asked for is the latest
    wide = held["wide"]
    assert held["wide"] is wide
    assert held["narrow"] is narrow  # middle went
    monkeypatch.setattr("tropism.grown.HELD", 0)
    first = held["middle"]
    assert held["middle"] is first
    held["wide"]
    assert held["middle"] is not first


def test_what_a_report_says_of_them_outlives_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropism.grown.HELD", 0)
    held, made = grown(tmp_path)
    for name in held:
        assert held.remembered(name).keys == made[name].member_keys
        assert held.remembered(name).num_parameters == made[name].num_parameters
        assert held.remembered(name).failures == ()


def test_a_study_with_sections_says_so_in_its_stored_report(tmp_path: Path) -> None:
    found = carry_out(study((Section("one", "The first part", "Some words."),)), Store(tmp_path))
    page = found.report.read_text()
    assert page.index('id="tables"') < page.index('id="section-one"') < page.index('id="table-one-errors"')
    assert "Some words." in page


def test_two_sections_of_one_name_are_refused() -> None:
    with pytest.raises(DoesNotFit, match="two sections of one name"):
        study((Section("one", "A"), Section("one", "B")))


def study(sections: tuple[Section, ...]) -> Study:
    def measure(ensembles: dict[str, Ensemble]) -> dict[str, pl.DataFrame]:
        each = ensembles["few"]
        table = pl.DataFrame({"member": [0, 1], "error": each.history.records["error"][:, -1]})
        return {"errors": table, "one-errors": table}

    return Study(
        name="parts",
        title="Parts",
        question="Does a part stand apart?",
        source="A test.",
        sweeps=(Sweep("few", experiment(2), (0, 1)),),
        measure=measure,
        draw=lambda tables: (),
        claims=(Claim("It is finite.", table="errors", statistic="mean", column="error", above=0.0),),
        sections=sections,
    )
