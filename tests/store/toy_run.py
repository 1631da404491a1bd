"""A toy run that keeps its work in a store, and other small processes for the tests to start, stop and kill.

python toy_run.py grow STORE [KILL_AT_EVENT] [PAUSE]
python toy_run.py hold STORE KEY
python toy_run.py write STORE KEY
python toy_run.py claim STORE KILL_AT_EVENT
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tropism.store import ShardContents, Store

KEY = "toy-run"
STEPS, EVERY, MEMBERS, WIDTH = 12, 3, 4, 50


def contents(members: int = MEMBERS, first: int = 0, fill: float = 1.0) -> ShardContents:
    """A small shard."""
    rows = np.arange(members, dtype=np.float32)[:, None] + first
    return ShardContents(
        params={"b": rows[:, 0], "a": rows * np.full((1, 3), fill, np.float32)},
        snapshots={"a@6": rows + np.zeros((1, 3), np.float32)},
        history={"loss": np.linspace(first, 1, 5 * members).reshape(5, members)},
        experiment={"is": "core.Experiment", "width": 3},
        members=[{"key": f"m{first + row}", "label": "toy", "seed": first + row} for row in range(members)],
        origin={"when": f"2024-01-01T00:00:{first:02}", "seconds": 1.5},
    )


def grow(store: Store, pause: float = 0.0) -> None:
    """Trains, in a way; goes on from the last checkpoint."""
    with store.partial(KEY) as partial:
        if partial.finished:
            store.write_shard(KEY, contents())  # harmless
            partial.discard()
            return
        placement = partial.placement({"members_per_program": MEMBERS})
        last = partial.read_checkpoint()
        arrays = last.arrays if last else _fresh()
        for step in range(last.meta["step"] if last else 0, STEPS):
            _advance(arrays, step)
            time.sleep(pause)
            if (step + 1) % EVERY == 0:
                partial.write_checkpoint(arrays, {"step": step + 1})
        store.write_shard(KEY, _result(arrays, placement))
        partial.discard()


def killer(at: int) -> Callable[[str], None]:
    """A listener that kills its own process, without mercy, at the event of this number."""
    left = [at]

    def listen(event: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return listen


def _fresh() -> dict[str, np.ndarray]:
    return {
        "w": np.random.default_rng(7).normal(size=(MEMBERS, WIDTH)).astype(np.float32),
        "kept": np.zeros((MEMBERS, WIDTH), np.float32),
        "history": np.zeros((STEPS, MEMBERS), np.float32),
    }


def _advance(arrays: dict[str, np.ndarray], step: int) -> None:
    draws = np.random.default_rng((step, 3)).normal(size=(MEMBERS, WIDTH)).astype(np.float32)
    arrays["w"] = np.sin(arrays["w"] * np.float32(1.7) + draws)
    arrays["history"][step] = arrays["w"].mean(axis=1)
    if step == STEPS // 2:
        arrays["kept"] = arrays["w"].copy()


def _result(arrays: dict[str, np.ndarray], placement: dict[str, object]) -> ShardContents:
    members = [{"key": f"toy{row}", "seed": row} for row in range(MEMBERS)]
    origin = {"placement": placement}
    parts = ({"w": arrays["w"]}, {"w@6": arrays["kept"]}, {"mean": arrays["history"]})
    return ShardContents(*parts, {"is": "toy"}, members, origin)


def _main(verb: str, path: str, *rest: str) -> None:
    if verb == "grow":
        store = Store(path, on_event=killer(int(rest[0])) if int(rest[0]) >= 0 else None)
        print("ready", flush=True)
        grow(store, float(rest[1]))
    elif verb == "hold":
        with Store(path).partial(rest[0]) as partial:
            partial.write_checkpoint({}, {"held": True})
            print("ready", flush=True)
            sys.stdin.read()
    elif verb == "write":
        store = Store(path)
        print("ready", flush=True)
        sys.stdin.readline()
        store.write_shard(rest[0], contents(fill=float(rest[1])))
    elif verb == "claim":
        Store(path, on_event=killer(int(rest[0]))).study("toy").write_claims([{"claim": "new"}])
    assert Path(path).is_dir()


if __name__ == "__main__":
    _main(*sys.argv[1:])
