"""The second part of the benchmark: LR1, ours beside eager PyTorch, in turns. `run.py` carries it out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from processes import Process, compared, measured, started
from sparse_workload import BATCHES

HERE = Path(__file__).resolve().parent
ROUNDS = 7
CELLS = (1, 4, 16)
"""Cells of the sweeps whose memory is compared."""

NAMES = {
    "original": ("sparse_torch.py", "original"),
    "single": ("sparse_torch.py", "single"),
    "ours": ("sparse_ours.py", "engine"),
    "xla": ("sparse_ours.py", "xla"),
    "openblas": ("sparse_ours.py", "openblas"),
    "mkl": ("sparse_torch.py", "products"),
}
"""The contestants in the order of their turns; the last three are candidates for the peak."""

TRAINED = ("ours", "original", "single")


def carried_out(python: Path, core: int, *, rounds: int, check: bool) -> dict:
    """Every number of this part; with `check`, only how far the first gradients lie apart."""
    found: dict = {"batches": {}}
    for batch in BATCHES:
        with contestants(batch, python, core) as processes:
            told: dict = {"agreement": compared("LR1", processes, TRAINED)}
            if not check:
                told["rounds"] = list(measured(f"batch {batch}", processes, rounds))
            if not check and batch == BATCHES[0]:
                found["losses"] = alike(processes)
                found["whole"] = {name: processes[name].ask("whole") for name in ("ours", "original")}
        found["batches"][str(batch)] = told
    if not check:
        found["sweeps"] = [_sweep(core, cells) for cells in CELLS]
    return found


@contextmanager
def contestants(batch: int, python: Path, core: int) -> Iterator[dict[str, Process]]:
    """The processes of all contestants at one batch size."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())

        def begun(name: str) -> Process:
            script, variant = NAMES[name]
            runs = Path(sys.executable) if script == "sparse_ours.py" else python
            return started(stack, name, [runs, HERE / script, str(core), str(batch), variant, folder])

        yield {name: begun(name) for name in NAMES}


def alike(processes: dict[str, Process]) -> dict[str, list[float]]:
    """The losses of eight networks each, with luck of their own, in steps 192 to 255.

    Raises:
        SystemExit: The means of ours and of a peer differ by more than four standard errors.
    """
    found = {name: processes[name].ask("losses")["losses"] for name in TRAINED}
    ours = np.array(found["ours"])
    for name, losses in found.items():
        theirs = np.array(losses)
        error = np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
        print(f"loss in steps 192 to 255, {name}: {theirs.mean():.3f}, spread {theirs.std(ddof=1):.3f}", flush=True)
        if abs(theirs.mean() - ours.mean()) > 4 * error:
            raise SystemExit(f"'{name}' does not learn what ours does: {losses} beside {ours.tolist()}.")
    return found


def _sweep(core: int, cells: int) -> dict:
    command = [sys.executable, HERE / "sparse_sweep.py", str(core), str(cells)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print("sweep:", said.strip(), flush=True)
    return json.loads(said.splitlines()[-1])
