"""The fourth part of the benchmark: sparse dictionaries, ours beside SAELens's trainer, in turns. `run.py` calls it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from features_workload import MANY, WHOLE, WORKLOADS
from processes import Process, compared, measured, started

HERE = Path(__file__).resolve().parent
ROUNDS = 7

OURS, COMPANY = "ours 1", f"ours {MANY}"
THEIRS, SPARSE = "saelens plain", "saelens sparse"
PEAKS = ("rows", "columns", "openblas", "mkl")


def names_of(workload: str) -> list[str]:
    """The contestants on a workload, in the order of their turns."""
    asked = WORKLOADS[workload]
    found = [OURS, *([COMPANY] if asked.many else []), THEIRS, *([SPARSE] if asked.k is not None else [])]
    return found + ([] if asked.many else list(PEAKS))


def carried_out(python: Path, core: int, *, rounds: int, check: bool) -> dict:
    """Every number of this part; with `check`, only how far the first gradients lie apart."""
    found = {}
    for name, workload in WORKLOADS.items():
        with contestants(name, python, core) as processes:
            told: dict = {
                "agreement": compared(name, processes, [each for each in (OURS, THEIRS, SPARSE) if each in processes])
            }
            if not check:
                told["rounds"] = list(measured(name, processes, rounds))
            if not check and workload.many:
                told["whole"] = {each: processes[each].ask("whole") for each in (COMPANY, THEIRS)}
                told["whole"] = alike(name, told["whole"])
            found[name] = told
    return {"workloads": found}


@contextmanager
def contestants(workload: str, python: Path, core: int) -> Iterator[dict[str, Process]]:
    """The processes of all contestants on one workload."""
    asked = WORKLOADS[workload]
    numbers = [asked.width, asked.latents, asked.k or 0, asked.steps, MANY, WHOLE]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())

        def begun(name: str) -> Process:
            variant = name.split()[-1]
            if variant in ("plain", "sparse", "mkl"):
                words = [python, HERE / "features_lens.py", str(core), *map(str, numbers), variant, folder]
            else:
                words = [sys.executable, HERE / "features_ours.py", str(core), workload, variant, folder]
            return started(stack, name, words)

        yield {name: begun(name) for name in names_of(workload)}


def alike(workload: str, whole: dict[str, dict]) -> dict[str, dict]:
    """Whole runs, after a look at what they leave: with luck of their own, ours and theirs must rebuild as well.

    Raises:
        SystemExit: The means differ by more than four standard errors.
    """
    ours, theirs = (np.array(whole[name]["left"]) for name in (COMPANY, THEIRS))
    error = np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
    print(f"{workload}, left in the end: {ours.mean():.4f} and {theirs.mean():.4f}, ± {error:.4f}", flush=True)
    if abs(ours.mean() - theirs.mean()) > 4 * error:
        raise SystemExit(f"Ours and SAELens's do not learn the same: {ours.tolist()} beside {theirs.tolist()}.")
    return whole
