"""The shipped dope sheets of the color studies: all read, each as long and as weighted as its experiment was."""

from pathlib import Path

import numpy as np
import pytest

from tropism import subjects
from tropism.schedules import Schedule

SHEETS = Path(subjects.__path__[0], "color", "sheets")

# Numbers of steps as published in the notebooks of z0u/ex-preppy; ours is as long as 2.9.1.
LENGTHS = {
    "ex-1.5": 20_001,
    "ex-1.6-smooth": 10_001,
    "ex-1.6-stepped": 10_001,
    "ex-1.7": 10_001,
    "ex-2.2-meant": 20_001,
    "ex-2.2-as-run": 20_001,
    "ex-2.3": 3_001,
    "ex-2.5": 3_001,
    "ex-2.8": 3_001,
    "ex-2.9": 3_001,
    "ex-2.10": 1_501,
    "ex-2.4.1": 1_501,
    "ex-2.5.1": 1_501,
    "ex-2.7.1": 1_501,
    "ex-2.9.1": 1_501,
    "ex-2.10.1": 1_501,
    "isolated-steady": 1_501,
}


def sheet(name):
    return Schedule.read(SHEETS / f"{name}.csv")


def test_every_sheet_is_known_here_and_in_the_folders_readme():
    assert {path.stem for path in SHEETS.glob("*.csv")} == set(LENGTHS)
    readme = (SHEETS / "README.md").read_text(encoding="utf-8")
    for name, length in LENGTHS.items():
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}.csv`"))
        assert f"{length:,}" in row
    for column in {column for name in LENGTHS for column in sheet(name).names}:
        assert f"`{column}`" in readme


@pytest.mark.parametrize("name", LENGTHS)
def test_a_sheet_is_as_long_as_its_experiment_and_reads_back_equal(name):
    schedule = sheet(name)
    assert schedule.length == LENGTHS[name]
    assert Schedule.parse(schedule.write()) == schedule
    assert np.all(schedule.table() >= 0)


@pytest.mark.parametrize("name", [name for name in LENGTHS if LENGTHS[name] <= 3_001 and name != "isolated-steady"])
def test_the_short_experiments_end_in_reconstruction_alone(name):
    schedule = sheet(name)
    weights = [dial for dial in schedule.names if dial != "lr"]
    end = 2_800 if schedule.length == 3_001 else 1_425
    assert schedule.table(weights)[end - 1].any()
    assert not schedule.table(weights)[end:].any()
    assert schedule.at("lr", schedule.length - 1) == 0.05


@pytest.mark.parametrize(
    ("name", "dial", "value"),
    [
        ("ex-1.5", "lr", 0.01),
        ("ex-1.5", "unit", 0.1),
        ("ex-1.7", "anchor", 0.006),
        ("ex-2.2-meant", "anchor", 0.006),
        ("ex-2.10", "separate", 0.01),
        ("ex-2.4.1", "separate", 0.01),
        ("ex-2.5.1", "separate", 0.015),
        ("ex-2.7.1", "separate", 0.01),
        ("ex-2.9.1", "separate", 0.01),
        ("ex-2.10.1", "separate", 0.01),
    ],
)
def test_a_dial_keyed_late_has_its_first_value_from_the_start(name, dial, value):
    schedule = sheet(name)
    assert schedule.tracks[schedule.names.index(dial)].keys[0].step > 0
    assert schedule.at(dial, 0) == value


def test_2_2_ran_with_planarity_at_one_and_the_anchor_on_planaritys_way():
    meant, run = sheet("ex-2.2-meant"), sheet("ex-2.2-as-run")
    assert np.all(run.table(["planar"]) == 1)
    assert np.array_equal(run.table(["anchor"]), meant.table(["planar"]))
    same = ["lr", "separate", "unit", "unit-v"]
    assert np.array_equal(run.table(same), meant.table(same))


def test_2_2_as_meant_keys_the_same_values_as_1_7():
    ancestor, meant = sheet("ex-1.7"), sheet("ex-2.2-meant")
    for old, new in zip(ancestor.tracks, meant.tracks, strict=True):
        assert (old.name, [key.value for key in old.keys]) == (new.name, [key.value for key in new.keys])


def test_the_curricula_store_their_anchor_when_all_hues_begin():
    for name, step in (("ex-1.5", 3_000), ("ex-1.6-smooth", 500), ("ex-1.6-stepped", 500)):
        schedule = sheet(name)
        assert [(action.step, action.name) for action in schedule.actions] == [(step, "anchor")]
        assert (schedule.phase_at(step - 1), schedule.phase_at(step)) == ("Primary & secondary", "All hues")


def test_in_1_6_stepped_all_but_the_rate_jumps():
    assert {track.name for track in sheet("ex-1.6-stepped").tracks if track.easing != "step"} == {"lr"}
