"""Contestants as the driver sees them: processes that answer words."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TOLERANCE = 1e-5
"""The largest difference of two first gradients, relative to the largest number of each tensor."""


@dataclass(frozen=True)
class Process:
    """A contestant, waiting for a word."""

    name: str
    pipe: subprocess.Popen[str]

    def ask(self, word: str) -> dict:
        """Its answer to a command.

        Raises:
            SystemExit: It ended instead of answering.
        """
        assert self.pipe.stdin is not None
        assert self.pipe.stdout is not None
        print(word, file=self.pipe.stdin, flush=True)
        answer = self.pipe.stdout.readline()
        if not answer:
            raise SystemExit(f"'{self.name}' ended while it was asked for {word}; what it said stands above.")
        return json.loads(answer)


def started(stack: ExitStack, name: str, command: Sequence[str | Path]) -> Process:
    """A contestant's process, one thread each; it ends with the stack."""
    quiet = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    pipe = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet)
    stack.callback(pipe.wait)
    stack.callback(pipe.stdin.close)  # type: ignore[union-attr]
    return Process(name, pipe)


def compared(label: str, processes: dict[str, Process], names: Sequence[str]) -> dict[str, float]:
    """How far every first gradient and loss lies from ours, at most, relative to the largest number of each tensor.

    Args:
        label: What is said to be compared.
        processes: The contestants by their names.
        names: Who is asked, ours first: it writes the draws.

    Raises:
        SystemExit: One lies further than the tolerance.
    """
    answers = {name: processes[name].ask("first_step") for name in names}
    gradients = {name: dict(np.load(answer["gradient"])) for name, answer in answers.items()}
    ours, loss, found = gradients[names[0]], answers[names[0]]["loss"], {}
    for name, theirs in gradients.items():
        assert theirs.keys() == ours.keys(), f"'{name}' trains other parameters"
        apart = [float(np.abs(theirs[part] - ours[part]).max() / np.abs(ours[part]).max()) for part in ours]
        apart.append(abs(answers[name]["loss"] / loss - 1))
        found[name] = max(apart)
    told = {name: f"{far:.1e}" for name, far in found.items()}
    print(f"{label}, first gradient and loss beside ours: {told}", flush=True)
    if max(found.values()) > TOLERANCE:
        raise SystemExit(f"The first gradients differ by more than {TOLERANCE:g}; nothing was timed.")
    return found


def measured(label: str, processes: dict[str, Process], rounds: int) -> Iterator[dict]:
    """Everyone's measurement, in turns; and the machine's load at the end of each round."""
    for number in range(rounds):
        turn = {name: process.ask("measure") for name, process in processes.items()}
        each = ", ".join(f"{name} {a['seconds'] / a['steps'] * 1e3:.3f}" for name, a in turn.items())
        print(f"{label}, round {number + 1}: {each} ms", flush=True)
        yield {"load": os.getloadavg()[0], "turns": turn}
