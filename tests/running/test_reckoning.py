"""How far a whole study is: networks done of all, and the time left once enough has run."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from tropism import Experiment, Sweep, train
from tropism.cli.progress import MOST_LINES, Bar, Lines
from tropism.core import Adam
from tropism.networks import Autoencoder
from tropism.reckoning import PATIENCE, Reckoning
from tropism.store import Store
from tropism.subjects.color import Colors
from tropism.training.growth import Progress as Told
from tropism.work import Report, Whole

EXPERIMENT = Experiment(
    task=Colors(levels=3), network=Autoencoder(hidden=4, latent=2), optimizer=Adam(lr=0.01), steps=40, batch_size=8
)
FEW = Sweep("few", EXPERIMENT, seeds=(0, 1, 2), settings=((("lr", 0.01),), (("lr", 0.02),)))
AFTER = Sweep("after", lambda before: EXPERIMENT, seeds=(3, 4), settings=((("lr", 0.01),), (("lr", 0.02),)))


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def report(step: int, *, pack: int = 0, members: int = 6, packs: int = 1) -> Report:
    return Report(pack, packs, Told(step, 40, members, 1.0, {}, 0))


def test_all_networks_are_counted_before_anything_is_trained_those_of_a_later_stage_too(store: Store) -> None:
    whole = Reckoning((FEW, AFTER), store).whole()
    assert (whole.done, whole.networks, whole.sweeps, whole.share, whole.seconds) == (0, 10, 2, 0.0, None)


def test_networks_that_are_stored_are_done_and_those_of_two_sweeps_are_trained_once(store: Store) -> None:
    train(EXPERIMENT, seeds=(0, 3), settings=FEW.settings[:1], store=store)
    reckoning = Reckoning((FEW, Sweep("again", EXPERIMENT, FEW.seeds, FEW.settings), AFTER), store)
    assert reckoning.whole().networks == 16
    assert reckoning.whole().done == 1 + 6  # the second sweep has nothing of its own to train
    reckoning.begin("after", EXPERIMENT, AFTER.members(EXPERIMENT))
    assert reckoning.whole().done == 1 + 6 + 1


def test_a_network_is_done_when_its_program_is_and_the_share_moves_before(store: Store) -> None:
    reckoning = Reckoning((FEW, AFTER), store)
    assert (reckoning.heard("few", report(20)).done, reckoning.whole().share) == (0, pytest.approx(0.3))
    assert (reckoning.heard("few", report(40)).done, reckoning.whole().share) == (6, pytest.approx(0.6))
    reckoning.end("few")
    reckoning.end("after")
    assert (reckoning.whole().done, reckoning.whole().share) == (10, 1.0)


def test_a_time_left_is_not_told_early_and_follows_from_what_has_run(store: Store) -> None:
    clock = Clock()
    reckoning = Reckoning((FEW, AFTER), store, clock=clock)
    reckoning.heard("few", report(10))
    clock.now += PATIENCE - 1
    assert reckoning.heard("few", report(20)).seconds is None
    clock.now += 31
    whole = reckoning.heard("few", report(40))  # six of ten networks in sixty seconds
    assert whole.seconds == pytest.approx(40)


def test_what_a_checkpoint_had_is_not_taken_for_speed(store: Store) -> None:
    clock = Clock()
    reckoning = Reckoning((FEW,), store, clock=clock)
    reckoning.heard("few", report(32))  # 30 of 40 steps stood in a checkpoint
    clock.now += 60
    assert reckoning.heard("few", report(34)).seconds == pytest.approx(60 / 4 * 6)


def test_a_sweep_that_costs_more_counts_for_more(store: Store) -> None:
    long = Sweep("long", replace(EXPERIMENT, steps=120), seeds=(0, 1))
    reckoning = Reckoning((Sweep("short", EXPERIMENT, seeds=(0, 1)), long), store)
    assert reckoning.heard("short", report(40, members=2)).share == pytest.approx(0.25)


def test_lines_say_how_many_networks_are_done_in_all(tropism_said: Callable[[Report], dict]) -> None:
    said = tropism_said(Report(0, 1, Told(40, 40, 6, 1.0, {"loss": 0.5}, 0), whole=Whole(6, 10, 2, 0.6)))
    assert (said["networks_done"], said["networks_in_all"], said["sweeps_in_all"]) == (6, 10, 2)
    assert "seconds_left" not in said
    said = tropism_said(Report(0, 1, Told(40, 40, 6, 1.0, {}, 0), whole=Whole(6, 10, 2, 0.6, 40.4)))
    assert said["seconds_left"] == 40
    assert "networks_done" not in tropism_said(report(40))


@pytest.fixture
def tropism_said(capsys: pytest.CaptureFixture[str]) -> Callable[[Report], dict]:
    def say(told: Report) -> dict:
        Lines()("few", told)
        return json.loads(capsys.readouterr().err)

    return say


def test_the_bar_shows_all_networks_first_and_all_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=io.StringIO(), width=140, force_terminal=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]} {task.fields[rate]}"))
    display = Progress(*columns, console=console, auto_refresh=False)
    bar = Bar(display)
    for place in range(MOST_LINES + 2):
        bar(
            f"sweep {place}", Report(0, 1, Told(40, 40, 6, 1.0, {}, 0), whole=Whole(6 * (place + 1), 600, 90, 0.1, 480))
        )
    seen = [(each.description, each.fields["count"], each.fields["rate"]) for each in display.tasks if each.visible]
    assert seen[0] == ("everything", "60/600 networks", "about 8 min left")
    assert ("sweeps done", "2/90", "") in seen
    assert ("sweep 9", "40/40 steps", "") in seen
