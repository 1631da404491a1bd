"""Kill a run at twenty moments, and see that it ends with the same bytes when it is asked again.

    python scripts/kill_test.py            # ten placed and ten random moments of a run of 31 chunks; minutes
    python scripts/kill_test.py --small    # four placed and two random moments of a tiny run; under a minute

Prints one line a trial; exit code 1 if anything differs. A reader looks at every store all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tropism.core import Experiment
from tropism.errors import Damaged, Missing
from tropism.store import Store

ARRAYS = ("params.safetensors", "snapshots.safetensors", "history.safetensors")
PLACED = (
    ("before anything is written", "lock:held", 1),
    ("half-way through the first checkpoint", "checkpoint:writing", 1),
    ("between the shard's rename and the index", "index:before", 1),
    ("after the last chunk", "shard:writing", 1),
    ("before the first checkpoint", "placement:written", 2),
    ("after the first checkpoint", "checkpoint:renamed", 1),
    ("half-way through the fifteenth checkpoint", "checkpoint:writing", 15),
    ("after the last checkpoint", "checkpoint:renamed", 30),
    ("with the shard written and not renamed", "shard:before-rename", 1),
    ("before the checkpoint is dropped", "partial:discarding", 1),
)
"""Which moment, the store's name for it, and the how-manieth; the first four are those of the small trial."""


@dataclasses.dataclass(frozen=True)
class Trial:
    """What is trained, and how often it is killed."""

    small: bool

    @property
    def experiment(self) -> Experiment:
        """Ex 2.9.1 with snapshots, or a tiny autoencoder; 31 chunks either way."""
        from tropism.subjects.color import presets

        if not self.small:
            return dataclasses.replace(presets.isolated(), snapshots=(0, 700, 1501))
        from tropism.core import Adam
        from tropism.networks import Autoencoder

        return Experiment(
            task=presets.grid_task(),
            network=Autoencoder(hidden=4, latent=2),
            optimizer=Adam(lr=0.01),
            steps=61,
            snapshots=(0, 30, 61),
        )

    @property
    def chunk_steps(self) -> int:
        return 2 if self.small else 50

    @property
    def counts(self) -> tuple[int, int]:
        """How many placed and how many random moments."""
        return (4, 2) if self.small else (10, 10)


def grow(trial: Trial, path: str, event: str, number: int, began: object = None) -> None:
    """In a process of its own: train, and die without mercy when the store says `event` for the `number`th time."""
    from tropism.core.member import members_of
    from tropism.running import train_members

    left = [number]

    def listen(name: str) -> None:
        if began is not None:
            began.set()  # type: ignore[attr-defined]
        left[0] -= name == event
        if name == event and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store = Store(path, on_event=listen)
    train_members(trial.experiment, members_of(range(4)), store=store, chunk_steps=trial.chunk_steps)


def arrays_of(path: Path) -> dict[str, bytes]:
    """The bytes of the only shard's arrays."""
    (key,) = Store(path, writable=False).shards()
    return {name: (path / "shards" / key / name).read_bytes() for name in ARRAYS}


@contextlib.contextmanager
def watching(root: Path) -> Iterator[Callable[[], tuple[int, list[str]]]]:
    """A reader that looks at every shard of every store below `root`; tells how often, and what was half-written."""
    looks, halves, done = [0], [], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            for path in [found.parent for found in root.glob("*/tropism-store.json")]:
                with contextlib.suppress(Missing):
                    try:
                        store = Store(path, writable=False)
                        for key in store.shards():
                            shard = store.read_shard(key, verify=True)
                            whole = all(len(array) == 4 for array in shard.params.values())
                            halves.extend([] if whole and store.find([shard.members[0]["key"]]) else [key])
                            looks[0] += 1
                    except Damaged as error:
                        halves.append(str(error))

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    try:
        yield lambda: (looks[0], halves)
    finally:
        done.set()
        reader.join()


class Trials:
    """Runs the trials below one folder and remembers what differed."""

    def __init__(self, trial: Trial, root: Path) -> None:
        self.trial, self.root = trial, root
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["jax", "equinox", "optax", "tropism.running", "tropism.training.growth"])
        self.failures = 0
        self._kept: list[object] = []

    def started(self, path: Path, event: str = "", number: int = 0):
        """A process that trains; with it, what is set once it has begun to write."""
        began = self.context.Event()
        process = self.context.Process(target=grow, args=(self.trial, str(path), event, number, began))
        process.start()
        self._kept.append(began)  # a process that still starts needs it
        return process, began

    def whole(self, path: Path, event: str = "", number: int = 0) -> int:
        """Trains to the end, or to a placed kill; the exit code."""
        process, _ = self.started(path, event, number)
        process.join()
        return process.exitcode

    def told(self, name: str, problem: str) -> None:
        """One line of the table."""
        self.failures += bool(problem)
        print(f"{'WRONG' if problem else 'ok':7}{name}{': ' + problem if problem else ''}", flush=True)

    def undisturbed(self) -> float:
        """Trains what the others are compared with; the seconds it took, for random moments to lie within."""
        self.whole(self.root / "first")  # keeps the compiled program, so that the next one's time is typical
        path = self.root / "undisturbed"
        process, began = self.started(path)
        began.wait()
        start = time.monotonic()
        process.join()
        seconds = time.monotonic() - start
        self.expected = arrays_of(path)
        self.told(
            "the same bytes, undisturbed twice",
            "" if self.expected == arrays_of(self.root / "first") else "from each other",
        )
        return seconds

    def asked_again(self, path: Path) -> str:
        """Trains on after a kill; what is then wrong, if anything."""
        if self.trial.small:
            grow(self.trial, str(path), "", 0)  # here, where JAX is warm
        elif self.whole(path) != 0:
            return "asked again, it failed"
        store = Store(path)
        store.clean()
        wrong = [name for name, data in arrays_of(path).items() if data != self.expected[name]]
        wrong += [str(problem) for problem in store.verify()] + store.unfinished()
        return ", ".join(wrong)

    def placed(self, number: int) -> None:
        """A kill at a placed moment."""
        name, event, occurrence = PLACED[number]
        path = self.root / f"placed-{number}"
        code = self.whole(path, event, occurrence)
        self.told(
            f"the same bytes, killed {name}",
            self.asked_again(path) if code == -signal.SIGKILL else f"it ended with {code}",
        )

    def at_random(self, number: int, delay: float) -> None:
        """A kill after a random time."""
        path = self.root / f"random-{number}"
        process, began = self.started(path)
        began.wait()
        time.sleep(delay)
        process.kill()
        process.join()
        late = "" if process.exitcode else " (it had just ended)"
        self.told(f"the same bytes, killed {delay:.3f} s after it began{late}", self.asked_again(path))

    def two_writers(self) -> None:
        """Two processes with one request; then two of which one is killed."""
        cases = [("both end", "", [0, 0]), ("one is killed", "index:before", [-signal.SIGKILL, 0])]
        for name, event, codes in cases[: 1 if self.trial.small else 2]:
            path = self.root / f"two-{len(event)}"
            writers = [self.started(path, event, 1)[0], self.started(path)[0]]
            for writer in writers:
                writer.join()
            found = [writer.exitcode for writer in writers]
            # The one that was to be killed may have waited while the other wrote the shard.
            fine = found == codes or found == [0, 0]
            self.told(
                f"the same bytes, two writers, {name}", self.asked_again(path) if fine else f"they ended with {found}"
            )

    def damaged(self) -> None:
        """Each file of a shard, truncated and altered, is named by whoever reads."""
        for name in (*ARRAYS, "members.json", "experiment.json", "origin.json", "checksums.json"):
            for how, change in (("truncated", lambda data: data[:-3]), ("altered", altered)):
                path = self.root / f"{how}-{name}".replace(".", "-")
                shutil.copytree(self.root / "undisturbed", path)
                (file,) = path.glob(f"shards/*/{name}")
                file.write_bytes(change(file.read_bytes()))
                self.told(f"named: {name}, {how}", not_named(path, file))
                shutil.rmtree(path)


def altered(data: bytes) -> bytes:
    """The same with one bit turned in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def not_named(path: Path, file: Path) -> str:
    """What is wrong with how a store speaks of a damaged file."""
    store = Store(path, writable=False)
    if file not in [problem.path for problem in store.verify()]:
        return "verify does not name it"
    try:
        store.read_shard(file.parent.name, verify=True)
    except Damaged as error:
        return "" if str(file) in str(error) else f"the reader says {error}"
    return "the reader does not notice"


def main() -> int:
    """Run every trial; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--small", action="store_true", help="six moments of a tiny run")
    asked.add_argument("--seed", type=int, default=0, help="of the random moments")
    words = asked.parse_args()
    trial = Trial(words.small)
    placed, randoms = trial.counts
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        # The reader looks at the stores of the kills only; the damaged ones lie elsewhere.
        kills, others = Path(folder) / "kills", Path(folder) / "others"
        trials = Trials(trial, kills)
        with watching(kills) as seen:
            seconds = trials.undisturbed()
            for number in range(placed):
                trials.placed(number)
            chance = random.Random(words.seed)
            for number in range(randoms):
                trials.at_random(number, chance.uniform(0, seconds))
            trials.two_writers()
            looks, halves = seen()
        trials.told(
            f"nothing half-written, for a reader that looked {looks:,} times",
            "; ".join(halves) or ("" if looks else "it saw nothing"),
        )
        shutil.copytree(kills / "undisturbed", others / "undisturbed")
        trials.root = others
        trials.damaged()
    print(f"{trials.failures or 'None'} of them went wrong; {time.monotonic() - began:.0f} seconds")
    return 1 if trials.failures else 0


if __name__ == "__main__":
    sys.exit(main())
