"""Runs that are stopped by hand, or whose workers die, say so in one line and go on from where they were."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tropism import Experiment
from tropism.core import Adam
from tropism.core.member import members_of
from tropism.errors import BadValue, Damaged, Interrupted
from tropism.networks import Autoencoder
from tropism.running import pack_key, run_pack, train, train_members
from tropism.stopping import patient
from tropism.store import Store
from tropism.subjects.color import Colors
from tropism.work import Work

ARRAYS = ("params.safetensors", "snapshots.safetensors", "history.safetensors")
TINY = Path(__file__).parents[1] / "cli" / "tiny.py"
FEW = members_of(range(2))


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return Experiment(
        task=Colors(levels=3),
        network=Autoencoder(hidden=4, latent=2),
        optimizer=Adam(lr=0.01),
        steps=40,
        batch_size=8,
        snapshots=(0, 20, 40),
    )


def arrays(store: Store) -> dict[str, bytes]:
    """The bytes of every shard's arrays."""
    files = [Path("shards") / key / name for key in store.shards() for name in ARRAYS]
    return {str(file): (store.path / file).read_bytes() for file in files}


def test_the_first_ctrl_c_is_noted_and_the_second_stops_at_once():
    with patient() as stopped:
        assert not stopped()
        os.kill(os.getpid(), signal.SIGINT)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_run_that_is_stopped_twice_ends_with_the_same_bytes(experiment, tmp_path):
    whole = Store(tmp_path / "whole")
    train_members(experiment, FEW, store=whole, chunk_steps=8)
    stopped = Store(tmp_path / "stopped")
    for last in (8, 24):

        def interrupt(progress, last=last) -> None:
            if progress.step == last:
                os.kill(os.getpid(), signal.SIGINT)

        with pytest.raises(Interrupted, match=r"Stopped at step \d+ of 40; the same request goes on from there"):
            run_pack(stopped, experiment, FEW, on_progress=interrupt, chunk_steps=8)
    train_members(experiment, FEW, store=stopped, chunk_steps=8)
    assert arrays(stopped) == arrays(whole)
    assert stopped.unfinished() == []


def test_a_run_that_is_stopped_in_its_last_chunk_is_kept_and_then_stops(experiment, tmp_path):
    store = Store(tmp_path)

    def interrupt(progress) -> None:
        if progress.step == progress.length:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted, match="what was finished is kept"):
        run_pack(store, experiment, FEW, on_progress=interrupt)
    assert store.shards() == [pack_key(experiment, FEW)]


def test_a_stopped_run_keeps_its_programs_when_it_is_given_other_processes(experiment, tmp_path):
    many = members_of(range(40))
    whole, killed = Store(tmp_path / "whole"), Store(tmp_path / "killed")
    train_members(experiment, many, store=whole)
    assert len(whole.shards()) == 2

    def stop_in_the_second(report) -> None:
        if report.pack == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_members(experiment, many, store=killed, on_progress=stop_in_the_second)
    assert len(killed.shards()) == 1
    assert len(Work.of(experiment, many, killed, processes=2).packs) == 2  # what would be made of it afresh
    train_members(experiment, many, store=killed, processes=2)
    assert arrays(killed) == arrays(whole)
    assert killed.unfinished() == []


def test_a_request_that_was_killed_after_its_last_shard_leaves_nothing_behind(experiment, tmp_path):
    def stop(event: str) -> None:
        if event == "index:after":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_members(experiment, FEW, store=Store(tmp_path, on_event=stop))
    store = Store(tmp_path)
    train_members(experiment, FEW, store=store)
    store.clean()
    assert store.unfinished() == []
    assert store.verify() == []


def test_one_who_asks_for_what_another_trains_is_told_and_waits(experiment, tmp_path, caplog):
    store, done = Store(tmp_path), []
    with store.partial(pack_key(experiment, FEW)) as partial:
        waiter = threading.Thread(target=lambda: done.append(train(experiment, range(2), store=tmp_path)))
        waiter.start()
        deadline = time.monotonic() + 60
        while not caplog.records and time.monotonic() < deadline:
            time.sleep(0.01)
        assert f"are being trained by process {os.getpid()} on" in caplog.text
        assert "waiting for it to end" in caplog.text
        assert not done
        partial.discard()
    waiter.join()
    assert len(done[0]) == 2


def test_a_damaged_shard_is_named_and_not_trained_over(experiment, tmp_path):
    store = Store(tmp_path)
    train_members(experiment, FEW, store=store)
    (file,) = tmp_path.glob("shards/*/members.json")
    file.write_bytes(file.read_bytes()[:-9])
    (tmp_path / "index.sqlite").unlink()
    with pytest.raises(Damaged, match=r"members\.json"):
        train_members(experiment, FEW, store=Store(tmp_path))


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"chunk_steps": 0}, {"processes": True}])
def test_counts_that_cannot_be_are_refused(experiment, wrong):
    with pytest.raises(BadValue):
        train_members(experiment, FEW, **wrong)


# On two processes, by the command line


@pytest.fixture
def long_run(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts sixteen networks on two processes, in a group of their own, and waits until there is a checkpoint."""
    text = TINY.read_text().replace("steps=40", "steps=60_000").replace("seeds=(0, 1)", "seeds=tuple(range(16))")
    (tmp_path / "long.py").write_text(text)
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tropism.cli", "run", "long.py", "--processes", "2", *words]
        process = subprocess.Popen(
            ["taskset", "-c", "0,1", *command] if shutil.which("taskset") else command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        while process.poll() is None and not checkpoints(tmp_path):
            time.sleep(0.02)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def checkpoints(folder: Path) -> list[Path]:
    return list(folder.glob("store/.partial/*/checkpoint"))


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The worker processes of a running command."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            words = (status.parent / "cmdline").read_text()
            if parent == process.pid and "spawn_main" in words:
                found.append(int(status.parent.name))
    return found


def assert_they_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 60
    while alive := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"{alive} outlive the run"
        time.sleep(0.05)


def assert_it_goes_on(folder: Path) -> None:
    """Asked again, the run ends well, from its checkpoints."""
    command = [sys.executable, "-m", "tropism.cli", "run", "long.py", "--processes", "1"]
    again = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    store = Store(folder / "store")
    assert len(store.shards()) == 2
    assert any(store.read_shard(key).origin["resumed"] for key in store.shards())
    assert store.unfinished() == []
    assert store.verify() == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("everyone", [True, False])
def test_ctrl_c_ends_all_workers_with_their_checkpoints_and_one_line(long_run, tmp_path, everyone):
    process = long_run("--chunk-steps", "20")
    workers = workers_of(process)
    assert len(workers) == 2
    if everyone:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    else:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    said = [line for line in err.splitlines() if not line.startswith("{")]
    assert process.returncode == 130, err
    assert said == ["tropism: Stopped; the same request goes on from the last checkpoints."]
    assert out == ""
    assert_they_end(workers)
    if everyone:
        assert_it_goes_on(tmp_path)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_worker_that_is_killed_is_named_in_one_line_and_nothing_is_lost(long_run, tmp_path):
    process = long_run("--chunk-steps", "20")
    workers = workers_of(process)
    os.kill(workers[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    (said,) = [line for line in err.splitlines() if not line.startswith("{")]
    assert process.returncode == 1
    assert said.startswith(f"tropism: Worker process {workers[0]} was killed (SIGKILL). What was finished is kept")
    assert_they_end(workers)
    assert_it_goes_on(tmp_path)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_when_the_command_that_started_them_is_killed(long_run, tmp_path):
    process = long_run("--chunk-steps", "20")
    workers = workers_of(process)
    process.kill()
    process.wait()
    assert_they_end(workers)


STUCK = """
import multiprocessing, os, sys, time
from tropism.crew import end_with_parent

def stuck():
    end_with_parent(0.2)
    print(os.getpid(), flush=True)
    os.read(os.pipe()[0], 1)  # as a worker that waits for the rest of a message

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=stuck, daemon=True)
    process.start()
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_worker_that_hears_nothing_ends_after_its_parent(tmp_path):
    (tmp_path / "stuck.py").write_text(STUCK)
    with subprocess.Popen([sys.executable, "stuck.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        parent.kill()
    assert_they_end([worker])
