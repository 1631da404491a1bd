"""How much memory a sweep takes: `sparse_sweep.py CORE CELLS`, into a store that is thrown away.

LR1's networks, 128 steps with the snapshots that the row has by then, are each a program of their own. Where there are
several, workers train them; as many as there are cores, and this process keeps to one.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

import json
import multiprocessing
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from sparse_workload import experiment_at

from tropism.core.sweep import members_in
from tropism.running import train_all
from tropism.work import Report

_STEPS = 128


@dataclass
class Watch:
    """The peaks of this process and of its workers, MiB, as of the last report."""

    parent: float = 0.0
    workers: dict[int, float] = field(default_factory=dict)

    def look(self, _: Report) -> None:
        self.parent = contest.peak_memory()
        for worker in multiprocessing.active_children():
            status = Path(f"/proc/{worker.pid}/status")
            if worker.pid and status.exists():
                self.workers[worker.pid] = contest.peak_of(status)


def main() -> None:
    """Train the cells, and say what it took."""
    cells = int(sys.argv[2])
    short = replace(experiment_at(128), steps=_STEPS, snapshots=tuple(2**power for power in range(7)))
    settings = [(("optimizer.lr", rate),) for rate in (0.003, 0.007, 0.01, 0.03)[: max(1, cells // 4)]]
    members = members_in(short, range(min(cells, 4)), settings)
    assert len(members) == cells
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        train_all([(short, members)], store=folder, on_progress=watch.look, processes=2)
    found = {"cells": cells, "worker": max(watch.workers.values(), default=None), "parent": watch.parent}
    print(json.dumps(found | {"parent_after": contest.peak_memory()}))


if __name__ == "__main__":
    main()
