"""The second part of the benchmark: LR1, ours beside eager PyTorch, in turns. `run.py` carries it out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from processes import TOLERANCE, Process, started
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
            told: dict = {"agreement": compared(processes)}
            if not check:
                told["rounds"] = list(measured(batch, processes, rounds))
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


def compared(processes: dict[str, Process]) -> dict[str, float]:
    """How far every first gradient and loss lies from ours, at most, relative to the largest number of each tensor.

    Raises:
        SystemExit: One lies further than the tolerance.
    """
    answers = {name: processes[name].ask("first_step") for name in TRAINED}  # ours first: it writes the draws
    gradients = {name: dict(np.load(answer["gradient"])) for name, answer in answers.items()}
    ours, found = gradients["ours"], {}
    for name, theirs in gradients.items():
        assert theirs.keys() == ours.keys(), f"'{name}' trains other parameters"
        apart = [float(np.abs(theirs[part] - ours[part]).max() / np.abs(ours[part]).max()) for part in ours]
        apart.append(abs(answers[name]["loss"] / answers["ours"]["loss"] - 1))
        found[name] = max(apart)
    print("LR1, first gradient and loss beside ours:", {name: f"{far:.1e}" for name, far in found.items()}, flush=True)
    if max(found.values()) > TOLERANCE:
        raise SystemExit(f"The first gradients differ by more than {TOLERANCE:g}; nothing was timed.")
    return found


def measured(batch: int, processes: dict[str, Process], rounds: int) -> Iterator[dict]:
    """Everyone's measurement, in turns; and the machine's load at the end of each round."""
    for number in range(rounds):
        turn = {name: process.ask("measure") for name, process in processes.items()}
        each = ", ".join(f"{name} {a['seconds'] / a['steps'] * 1e3:.2f}" for name, a in turn.items())
        print(f"batch {batch}, round {number + 1}: {each} ms", flush=True)
        yield {"load": os.getloadavg()[0], "turns": turn}


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
