"""A study in stages that is killed, workers and all, at any moment ends with the same bytes when it is asked again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tropism.store import Store

STAGED = Path(__file__).with_name("staged.py")
STAGES = 2
ARRAYS = ("params.safetensors", "snapshots.safetensors", "history.safetensors")


def started(store: Path) -> subprocess.Popen[bytes]:
    words = ["-m", "tropism.cli", "run", str(STAGED), "--store", str(store), "--processes", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, *words], start_new_session=True, **quiet)


def shards(store: Path) -> list[Path]:
    return sorted(path for path in (store / "shards").glob("*") if path.is_dir())


def killed(store: Path, moment: Callable[[Path], bool]) -> bool:
    """Runs until a moment has come, kills the process and its workers, and says whether it had not ended before."""
    process = started(store)
    limit = time.monotonic() + 200
    while process.poll() is None and not moment(store) and time.monotonic() < limit:
        time.sleep(0.005)
    early = process.poll() is None
    if early:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return early


def ended(store: Path) -> str:
    """What it said if it did not end well; nothing if it did."""
    process = started(store)
    _, said = process.communicate(timeout=250)
    return said.decode() if process.returncode else ""


def kept(store: Path) -> dict[str, bytes]:
    """The bytes of every shard's arrays, and of the study's tables."""
    arrays = {f"{path.name}/{name}": (path / name).read_bytes() for path in shards(store) for name in ARRAYS}
    tables = {path.name: path.read_bytes() for path in store.glob("studies/*/tables/*")}
    assert tables
    return arrays | tables


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    store = tmp_path_factory.mktemp("undisturbed") / "store"
    assert ended(store) == ""
    return kept(store)


def test_a_study_killed_in_each_stage_and_while_it_is_measured_ends_with_the_same_bytes(undisturbed, tmp_path):
    store, programs = tmp_path / "store", sum(name.endswith("params.safetensors") for name in undisturbed)
    moments = {
        "in its first stage": lambda store: any(store.glob(".partial/**/*.safetensors")) or len(shards(store)) > 0,
        "in its second": lambda store: len(shards(store)) > programs // STAGES,
        "when all is trained": lambda store: len(shards(store)) == programs,
    }
    was_early = [killed(store, moment) for moment in moments.values()]
    assert was_early[0]
    assert ended(store) == ""
    assert kept(store) == undisturbed
    whole = Store(store)
    whole.clean()
    assert whole.verify() == []
    assert whole.unfinished() == []
