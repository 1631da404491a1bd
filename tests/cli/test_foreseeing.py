"""What starts from trained networks is foreseen, so that a slip of the hand is refused before anything is trained."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tropism import Experiment, Study, Sweep
from tropism.cli.training import find_study
from tropism.core import From
from tropism.errors import BadValue, UnknownName, UserError
from tropism.foreseeing import foreseen, stand_in
from tropism.overriding import Overrides
from tropism.running import train
from tropism.studies import STUDIES, load
from tropism.surgery import prune


@pytest.fixture
def staged(folder: Path) -> Callable[..., Study]:
    """The study `tiny` with a second stage, by default one that prunes and trains on."""

    def make(following: Callable = trained_on) -> Study:
        tiny = find_study("tiny.py")
        later = Sweep("later", following, (0, 1), ((("lr", 0.1),), (("lr", 0.2),)))
        return dataclasses.replace(tiny, sweeps=(*tiny.sweeps, later))

    return make


def trained_on(before):
    cut = prune(before["few"].select([1, 0]), "latent", dims=(0,))
    few = cut.experiment
    return dataclasses.replace(few, network=cut.network, start=From(cut), steps=10, terms=(), stop=None)


def looking(before):
    if before["few"].history.records["error"].shape[1] != 40:
        raise ValueError("these are no networks of mine")
    return trained_on(before)


def test_what_is_foreseen_is_what_comes(staged, folder):
    few, later = staged().sweeps
    grown = train(few.experiment, seeds=few.seeds)
    told = foreseen(staged().sweeps)["later"]
    assert told is not None
    assert told.key() == later.resolved({"few": grown}).key()
    assert told.network == later.resolved({"few": grown}).network


def test_a_stand_in_has_members_shapes_and_snapshots_of_what_it_stands_for(folder):
    (few,) = find_study("tiny.py").sweeps
    made = dataclasses.replace(few.experiment, snapshots=(3,))
    stands, grown = stand_in(few, made), train(made, seeds=few.seeds)
    assert stands.members == grown.members
    for held, other in ((stands.params, grown.params), (stands.snapshots[3], grown.snapshots[3])):
        assert {path: np.shape(item) for path, item in held.items()} == {p: np.shape(i) for p, i in other.items()}
    assert set(stands.history.records) <= set(grown.history.records)


@pytest.mark.parametrize("name", [name for name in STUDIES if f"{name}-quick" not in STUDIES])  # which stands for it
def test_every_stage_of_a_shipped_study_is_foreseen(name):
    sweeps = load(name).sweeps
    if all(isinstance(sweep.experiment, Experiment) for sweep in sweeps):
        return
    assert all(made is not None for made in foreseen(sweeps).values())


def test_what_only_a_later_stage_has_is_set_there_alone(staged):
    changed = Overrides(changes=("start.reinitialize=[decoder.*]",)).applied(staged())
    told = foreseen(changed.sweeps)
    assert told["later"].start.reinitialize == ("decoder.*",)
    assert told["few"] == foreseen(staged().sweeps)["few"]
    only = Overrides(changes=("later:batch_size=4",)).applied(staged())
    assert [made.batch_size for made in foreseen(only.sweeps).values()] == [8, 4]


@pytest.mark.parametrize("change", ["nonsense=3", "network.hiden=8", "later:network.hiden=8", "start.nothing=1"])
def test_what_no_stage_has_is_refused(staged, change):
    with pytest.raises(UnknownName, match="there is no dial or field"):
        Overrides(changes=(change,)).applied(staged())


def test_a_number_that_a_later_stage_cannot_take_is_refused(staged):
    with pytest.raises(BadValue, match="batch_size"):
        Overrides(changes=("later:batch_size=0",)).applied(staged())


def test_a_stage_that_cannot_be_foreseen_gets_what_others_have_and_what_is_said_of_it(staged, folder):
    study = staged(looking)
    assert foreseen(study.sweeps)["later"] is None
    with pytest.raises(UserError, match=r"say so: --set later:start\.reinitialize"):
        Overrides(changes=("start.reinitialize=[decoder.*]",)).applied(study)
    changes = ("later:start.reinitialize=[decoder.*]", "batch_size=4", "anchor.weight=0.2")
    few, later = Overrides(changes=changes).applied(study).sweeps
    made = later.resolved({"few": train(few.experiment, seeds=few.seeds)})
    assert (made.batch_size, made.terms, made.start.reinitialize) == (4, (), ("decoder.*",))
