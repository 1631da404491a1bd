"""The third part of the benchmark: modular addition and A5, ours beside eager PyTorch, in turns. `run.py` calls it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from grokking_workload import WORKLOADS
from processes import Process, compared, measured, started

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
            told: dict = {"agreement": compared(name, processes, [each for each in NAMES if each != COMPANY])}
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
