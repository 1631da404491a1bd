"""Times our training beside Lightning, eager PyTorch and SAELens, in one run: `python benchmarks/run.py`.

Makes the peers' environment, shows that all train on the same first gradient, measures the contestants in turns, and
writes `RESULTS.md` and `results.json` beside itself. See `README.md` for what the numbers mean.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import features
import grokking
import numpy as np
import sparse
from processes import TOLERANCE, Process, started
from workloads import MANY, WORKLOADS

from tropism.training.device import cores, processor

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".venv-peers"
PINS = HERE / "constraints-peers.txt"
ROUNDS = 5
PARTS = ("color", "superposition", "grokking", "features")

NAMES = {
    "lightning loader": ("lightning_loop.py", "loader"),
    "lightning batches": ("lightning_loop.py", "batches"),
    "lightning stripped": ("lightning_loop.py", "stripped"),
    "eager kept": ("eager.py", "kept"),
    "eager stripped": ("eager.py", "stripped"),
    "ours 1": ("ours.py", "1"),
    f"ours {MANY}": ("ours.py", str(MANY)),
}
"""The contestants, in the order of their turns: which script, which variant."""


def main() -> None:
    """Read the command line, measure, write."""
    import table

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, help=f"turns of each, {ROUNDS} or {sparse.ROUNDS}")
    asked.add_argument("--core", type=int, default=cores()[-1], help="where all of them run")
    asked.add_argument("--only", choices=PARTS, help="measure one part; the page keeps what it said of the others")
    asked.add_argument("--check", action="store_true", help="only compare the first gradients; writes nothing")
    given = asked.parse_args()
    python = peers_python()
    kept = HERE / "results.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if given.only else {}
    for part in (given.only,) if given.only else PARTS:
        machine = _machine(python, given.core)
        if part == "color":
            found |= {"machine": machine, "workloads": _color(python, given.core, given.rounds, check=given.check)}
        else:
            contest = {"superposition": sparse, "grokking": grokking, "features": features}[part]
            rounds = given.rounds or contest.ROUNDS
            measured = contest.carried_out(python, given.core, rounds=rounds, check=given.check)
            found[part] = {"machine": machine, **measured}
    if not given.check:
        kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (HERE / "RESULTS.md").write_text(table.page(found), encoding="utf-8")
        print(table.page(found))


def peers_python() -> Path:
    """The interpreter of the peers' environment, made if it is not there or its pins are newer."""
    python, stamp = PEERS / "bin" / "python", PEERS / ".installed"
    if not stamp.exists() or stamp.stat().st_mtime < PINS.stat().st_mtime:
        if PEERS.is_symlink():  # clearing would follow it, and empty an environment that is somebody else's
            raise SystemExit(f"{PEERS} is a link; remove it, so that an environment can be made in its place.")
        print(f"making {PEERS.name}: PyTorch, Lightning and SAELens, two gigabytes or more", flush=True)
        venv.create(PEERS, with_pip=True, clear=True)
        # The pin of torch is exact, so that where wheels for the CPU alone are offered, no others are fetched.
        pins = PINS.read_text(encoding="utf-8").split()
        wanted = [pin for pin in pins if pin.startswith(("torch==", "lightning==", "sae-lens==", "numpy=="))]
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", PINS]
        subprocess.run([*install, *wanted], check=True)
        stamp.touch()
    return python


def _color(python: Path, core: int, rounds: int | None, *, check: bool) -> dict[str, dict]:
    found = {}
    for name in WORKLOADS:
        with contestants(name, python, core) as processes:
            agreement = compared([(process.name, process.ask("first_step")) for process in processes])
            found[name] = {
                "agreement": agreement,
                "rounds": [] if check else list(measured(processes, rounds or ROUNDS)),
            }
    return found


@contextmanager
def contestants(workload: str, python: Path, core: int) -> Iterator[list[Process]]:
    """The processes of all contestants; ours come first to life, since they write the draws."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())

        def begun(name: str) -> Process:
            script, variant = NAMES[name]
            runs = Path(sys.executable) if script == "ours.py" else python
            return started(stack, name, [runs, HERE / script, str(core), workload, variant, folder])

        ours = begun("ours 1")
        ours.ask("first_step")  # the draws are written before it answers
        yield [ours if name == ours.name else begun(name) for name in NAMES]


def compared(answers: list[tuple[str, dict]]) -> dict[str, float]:
    """How far everyone's first gradient lies from ours, at most, relative to the largest number of each tensor.

    Raises:
        SystemExit: Somebody's lies further than the tolerance, or has other parts of the loss: it is another program.
    """
    reference = dict(answers)["ours 1"]
    found = {}
    for name, answer in answers:
        assert answer["gradients"].keys() == reference["gradients"].keys(), f"'{name}' trains other parameters"
        assert answer["parts"].keys() == reference["parts"].keys(), f"'{name}' prices other terms"
        pairs = [
            (np.array(answer["gradients"][tensor]), np.array(reference["gradients"][tensor]))
            for tensor in reference["gradients"]
        ]
        pairs += [(np.array(answer["parts"][part]), np.array(number)) for part, number in reference["parts"].items()]
        found[name] = max(float(np.abs(mine - ours).max() / np.abs(ours).max()) for mine, ours in pairs)
        print(f"{name}: first gradient and parts of the loss within {found[name]:.1e} of ours", flush=True)
    if max(found.values()) > TOLERANCE:
        raise SystemExit(f"The first gradients differ by more than {TOLERANCE:g}; nothing was timed.")
    return found


def measured(processes: list[Process], rounds: int) -> Iterator[dict]:
    """Everyone's measurement, in turns; and the machine's load at the end of each round."""
    for number in range(rounds):
        turn = {process.name: process.ask("measure") for process in processes}
        each = ", ".join(f"{name} {a['seconds'] / a['steps'] * 1e6:.1f}" for name, a in turn.items())
        print(f"round {number + 1}: {each} µs", flush=True)
        yield {"load": os.getloadavg()[0], "turns": turn}


def _machine(python: Path, core: int) -> dict[str, object]:
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True)
    peers = {package["name"]: package["version"] for package in json.loads(listed.stdout)}
    versions = {name: version(name) for name in ("tropism", "jax", "jaxlib", "equinox", "optax", "numpy")}
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "core": core,
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": versions | {name: peers[name] for name in ("torch", "lightning", "sae-lens")},
    }


if __name__ == "__main__":
    main()
