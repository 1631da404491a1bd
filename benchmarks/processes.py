"""Contestants as the driver sees them: processes that answer words."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

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
