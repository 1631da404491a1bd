"""What every contestant has in common: its clock, and how the driver talks to it.

Read by two environments, so it needs the standard library alone. A contestant is a process of its own that lives
through all rounds; it obeys one command a line on its standard input, and answers one line of JSON each.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Protocol

WARM_UP = 50
"""Steps that a peer's loop takes before its clock starts."""

CHECKED = 300
"""First gradients are compared with the dials' numbers of this step: at step 0 some terms have no weight yet."""


class Contestant(Protocol):
    """Somebody who trains."""

    def first_step(self) -> dict[str, object]:
        """The gradient and the parts of the loss on the first batch, with the dials' numbers of step `CHECKED`."""
        ...

    def measure(self) -> dict[str, object]:
        """One training from the start: CPU seconds of the timed part, its member-steps, the error at its end."""
        ...


def cpu_seconds() -> float:
    """CPU time of this process, its threads and its children.

    Raises:
        RuntimeError: A child is still alive, so its time would be missing.
    """
    for listed in Path("/proc/self/task").glob("*/children"):
        if listed.read_text().strip():
            raise RuntimeError("A contestant has a child that is still alive; its CPU time would not be counted.")
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_memory() -> float:
    """The most memory that this process has held so far, MiB.

    Linux counts it for a program since it was started. `ru_maxrss` begins with what the process held that started it,
    so it is asked only elsewhere.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return peak_of(status)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def peak_of(status: Path) -> float:
    """What a process's status file says of its peak, MiB."""
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 2**10


def keep_to(core: int) -> None:
    """Stay on one core, with one thread, whatever is imported next."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))


def serve(contestant: object) -> None:
    """Obey until the input ends: a word is the name of a method. What libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answer = getattr(contestant, line.strip())()
        print(json.dumps(answer), file=answers, flush=True)
