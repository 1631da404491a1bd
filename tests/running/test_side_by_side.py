"""Several experiments in one request: the same networks as one after the other, on all processes at once."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
from multiprocessing import active_children

import numpy as np
import pytest
from rich.console import Console
from rich.progress import Progress as Display

from tropism import Experiment
from tropism.cli.progress import MOST_LINES, Bar
from tropism.core import Adam
from tropism.core.lineage import member_keys
from tropism.core.member import members_of
from tropism.core.sweep import Sweep
from tropism.crew import Crew
from tropism.errors import Interrupted, UserError
from tropism.networks import Autoencoder
from tropism.planning import stages
from tropism.running import grow_all, train_all, train_members
from tropism.store import Store
from tropism.subjects.color import Colors
from tropism.training.growth import Progress
from tropism.work import Report, Work, works_of

SEEDS = members_of(range(2))


def of_width(hidden: int) -> Experiment:
    return Experiment(
        task=Colors(levels=3), network=Autoencoder(hidden=hidden, latent=2), optimizer=Adam(lr=0.01), steps=40,
        batch_size=8,
    )  # fmt: skip


REQUESTS = [(of_width(4), SEEDS), (of_width(6), SEEDS), (of_width(8), SEEDS)]


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("apart"))
    return [train_members(experiment, members, store=store) for experiment, members in REQUESTS]


def assert_same(found, wanted) -> None:
    for one, other in zip(found, wanted, strict=True):
        assert one.member_keys == other.member_keys
        for path, item in one.params.items():
            np.testing.assert_array_equal(item, other.params[path], err_msg=path)


def test_without_a_store_it_is_one_after_the_other(apart):
    heard: list[Report] = []
    assert_same(train_all(REQUESTS, on_progress=heard.append), apart)
    assert [report.request for report in heard] == sorted(report.request for report in heard)
    assert {report.request for report in heard} == {0, 1, 2}


def test_on_two_processes_programs_of_different_experiments_run_side_by_side(tmp_path, apart):
    heard: list[Report] = []
    found = train_all(REQUESTS, store=tmp_path, processes=2, on_progress=heard.append)
    assert_same(found, apart)
    assert {(report.request, report.pack, report.packs) for report in heard} == {(0, 0, 1), (1, 0, 1), (2, 0, 1)}


def test_workers_stay_for_what_comes_after_and_end_with_their_crew(tmp_path):
    with Crew(Store(tmp_path), 2) as crew:
        grow_all(REQUESTS[:2], crew)
        at_work = {worker.pid for worker in active_children()}
        assert at_work
        grow_all([REQUESTS[2], (of_width(10), SEEDS)], crew)
        assert {worker.pid for worker in active_children()} == at_work
    assert active_children() == []
    assert len(crew.store.shards()) == 4


def test_workers_end_when_what_comes_between_stumbles(tmp_path):
    def stumble() -> None:
        with Crew(Store(tmp_path), 2) as crew:
            grow_all(REQUESTS[:2], crew)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert active_children() == []


def test_what_one_experiment_had_finished_is_kept_when_the_next_is_stopped(tmp_path, apart):
    store = Store(tmp_path)

    def stop_in_the_second(report: Report) -> None:
        if report.request == 1:
            raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, Interrupted)):
        train_all(REQUESTS, store=store, on_progress=stop_in_the_second, chunk_steps=8)
    assert len(store.shards()) == 1
    heard: list[Report] = []
    assert_same(train_all(REQUESTS, store=store, on_progress=heard.append), apart)
    assert {report.request for report in heard} == {1, 2}
    assert store.unfinished() == []


def test_members_that_two_requests_share_are_trained_once(tmp_path, apart):
    store, (experiment, members) = Store(tmp_path), REQUESTS[0]
    heard: list[Report] = []
    first, both = train_all([(experiment, members[:1]), REQUESTS[0]], store=store, on_progress=heard.append)
    assert {(report.request, report.progress.members) for report in heard} == {(0, 1), (1, 1)}
    assert len(store.shards()) == 2
    assert first.member_keys == both.member_keys[:1]
    assert both.member_keys == apart[0].member_keys


def test_what_another_request_trains_is_neither_missing_nor_stored(tmp_path):
    experiment, members = REQUESTS[0]
    claimed = member_keys(experiment, members[:1])
    work = Work.of(experiment, members, Store(tmp_path), 1, claimed=claimed)
    assert (work.num_members(), work.stored) == (1, 0)
    assert work.keys.isdisjoint(claimed)


def test_one_request_is_shared_out_among_processes_and_many_are_not(tmp_path):
    store, many = Store(tmp_path), members_of(range(24))

    def programs(*widths: int, processes: int, steps: int = 40) -> list[int]:
        requests = [(dataclasses.replace(of_width(width), steps=steps if width == 4 else 40), many) for width in widths]
        return [len(work.packs) for work in works_of(requests, store, processes)]

    assert programs(4, processes=2) == [2]
    assert programs(4, 6, processes=2) == [1, 1]
    assert programs(4, 6, 8, processes=2) == [1, 1, 1]
    assert programs(4, 6, processes=6) == [3, 3]
    assert programs(4, 6, processes=2, steps=400) == [2, 1]
    assert programs(4, 6, processes=2, steps=500_000) == [2, 1]


def test_long_trainings_are_shared_out_though_there_are_several(tmp_path):
    requests = [(dataclasses.replace(of_width(width), steps=100_000), members_of(range(24))) for width in (4, 6, 8)]
    assert [len(work.packs) for work in works_of(requests, Store(tmp_path), 2)] == [2, 2, 2]


def test_a_worker_that_fails_leaves_nobody_waiting_for_jobs_that_nobody_reads(tmp_path):
    script = f"""
from tropism import Experiment
from tropism.core import Adam
from tropism.core.member import members_of
from tropism.networks import Autoencoder
from tropism.running import train_all
from tropism.subjects.color import Colors
from tropism.optimizers import UnitRows

def broken(number):
    return Experiment(task=Colors(levels=3), network=Autoencoder(hidden=4, latent=2), steps=4 + number,
                      optimizer=Adam(lr=0.01, aftermath=(UnitRows(("nowhere",)),)))

if __name__ == "__main__":
    requests = [(broken(number), members_of(range(8))) for number in range(40)]
    train_all(requests, store={str(tmp_path / "store")!r}, processes=2)
"""
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    ended = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "UnknownName: UnitRows.patterns: there is no parameter 'nowhere'" in ended.stderr


class Odd(Adam):
    """An optimizer that holds something open."""

    def __getstate__(self) -> object:
        raise TypeError("it is open")


def test_what_cannot_be_sent_to_a_worker_is_named(tmp_path):
    class Local(Autoencoder):
        pass

    plain = of_width(4)
    cases = {
        r"Experiment.network \(Local\) .*Can't (pickle|get) local object .*Local": {
            "network": Local(hidden=4, latent=2)
        },
        r"Experiment.optimizer \(Odd\) .*: it is open\. .* one process": {"optimizer": Odd(lr=0.01)},
    }
    for words, changed in cases.items():
        requests = [(plain, SEEDS), (dataclasses.replace(plain, **changed), SEEDS)]
        with pytest.raises(UserError, match=words):
            train_all(requests, store=tmp_path, processes=2)
    assert Store(tmp_path).shards() == []  # nobody had begun


def test_a_sweep_that_starts_from_others_waits_for_all_before_it():
    plain = [Sweep(name, of_width(4), (0,)) for name in "abc"]
    later = dataclasses.replace(plain[0], name="d", experiment=lambda before: of_width(4))
    found = stages((*plain[:2], later, plain[2]))
    assert [[sweep.name for sweep in stage] for stage in found] == [["a", "b"], ["d"], ["c"]]


def test_the_bar_has_a_line_for_each_sweep_that_is_training():
    display = Display(console=Console(file=io.StringIO()))
    bar = Bar(display)

    def say(name: str, pack: int, step: int) -> None:
        bar(name, Report(pack, 2, Progress(step, 10, 3, 0.1, {"loss": 0.5}, 0)))

    say("one", 0, 4)
    say("other", 0, 2)
    say("one", 1, 10)
    shown = {task.description: (task.completed, task.total) for task in display.tasks if task.visible}
    assert shown == {"one": (14, 20), "other": (2, 20)}
    bar("one", None)
    bar("other", None)
    assert [task.completed for task in display.tasks[:2]] == [20, 20]
    assert display.tasks[2].description == "working"
    bar.close()
    assert not display.tasks[2].visible


def test_a_line_moves_while_the_next_sweep_is_compiled():
    display = Display(console=Console(file=io.StringIO()))
    bar = Bar(display)
    for step in (5, 10):
        bar("one", Report(0, 1, Progress(step, 10, 3, 0.1, {"loss": 0.5}, 0)))
    assert [task.description for task in display.tasks if task.visible] == ["one", "working"]
    bar("other", Report(0, 1, Progress(5, 10, 3, 0.1, {"loss": 0.5}, 0)))
    assert [task.description for task in display.tasks if task.visible] == ["one", "other"]


def test_sweeps_that_are_done_make_room_for_those_that_are_training():
    display = Display(console=Console(file=io.StringIO()))
    bar = Bar(display)
    names = [f"sweep {number}" for number in range(30)]
    for name in names:
        for step in (5, 10 if name != "sweep 3" else 9):
            bar(name, Report(0, 1, Progress(step, 10, 3, 0.1, {"loss": 0.5}, 0)))
    seen = {task.description: task.completed for task in display.tasks if task.visible and task.total is not None}
    assert len(seen) == MOST_LINES + 1
    assert seen["sweeps done"] == 30 - MOST_LINES
    assert "sweep 3" in seen  # it is not done, however long ago it began
    assert "sweep 29" in seen
