"""The third part of the benchmark: modular addition and A5, ours beside eager PyTorch, in turns. `run.py` calls it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from grokking_workload import WORKLOADS
from processes import TOLERANCE, Process, started

HERE = Path(__file__).resolve().parent
ROUNDS = 5
TOGETHER = 5
"""Networks of the second contestant of ours."""

OURS, COMPANY = "ours 1", f"ours {TOGETHER}"
NAMES = (OURS, COMPANY, "published", "best")
"""The contestants in the order of their turns."""


def carried_out(python: Path, core: int, *, rounds: int, check: bool) -> dict:
    """Every number of this part; with `check`, only how far the first gradients lie apart."""
    found = {}
    for name in WORKLOADS:
        with contestants(name, python, core) as processes:
            told: dict = {"agreement": compared(name, processes)}
            if not check:
                told["rounds"] = list(measured(name, processes, rounds))
                told["first"] = processes[OURS].ask("reach")["first"]
                print(f"{name}: {told['first']} steps to 99 % held out", flush=True)
            found[name] = told
    return {"workloads": found}


@contextmanager
def contestants(workload: str, python: Path, core: int) -> Iterator[dict[str, Process]]:
    """The processes of all contestants on one workload."""
    kind, steps = WORKLOADS[workload]().kind, dict(zip(("published", "best"), WORKLOADS[workload]().steps, strict=True))
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())

        def begun(name: str) -> Process:
            if name in steps:
                return started(
                    stack, name, [python, HERE / "grokking_torch.py", str(core), kind, name, str(steps[name]), folder]
                )
            number = name.split()[1]
            return started(
                stack, name, [sys.executable, HERE / "grokking_ours.py", str(core), workload, number, folder]
            )

        yield {name: begun(name) for name in NAMES}


def compared(workload: str, processes: dict[str, Process]) -> dict[str, float]:
    """How far every first gradient and loss lies from ours, at most, relative to the largest number of each tensor.

    Raises:
        SystemExit: One lies further than the tolerance.
    """
    compared_ones = [name for name in NAMES if name != COMPANY]  # ours first: it writes the draws
    answers = {name: processes[name].ask("first_step") for name in compared_ones}
    gradients = {name: dict(np.load(answer["gradient"])) for name, answer in answers.items()}
    ours, found = gradients[OURS], {}
    for name, theirs in gradients.items():
        assert theirs.keys() == ours.keys(), f"'{name}' trains other parameters"
        apart = [float(np.abs(theirs[part] - ours[part]).max() / np.abs(ours[part]).max()) for part in ours]
        apart.append(abs(answers[name]["loss"] / answers[OURS]["loss"] - 1))
        found[name] = max(apart)
    told = {name: f"{far:.1e}" for name, far in found.items()}
    print(f"{workload}, first gradient and loss beside ours: {told}", flush=True)
    if max(found.values()) > TOLERANCE:
        raise SystemExit(f"The first gradients differ by more than {TOLERANCE:g}; nothing was timed.")
    return found


def measured(workload: str, processes: dict[str, Process], rounds: int) -> Iterator[dict]:
    """Everyone's measurement, in turns; and the machine's load at the end of each round."""
    for number in range(rounds):
        turn = {name: process.ask("measure") for name, process in processes.items()}
        each = ", ".join(f"{name} {a['seconds'] / a['steps'] * 1e3:.2f}" for name, a in turn.items())
        print(f"{workload}, round {number + 1}: {each} ms", flush=True)
        yield {"load": os.getloadavg()[0], "turns": turn}
