"""The command line starts quickly, and shows how far it is."""

from __future__ import annotations

import os
import pty
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tropism.lean import THREADS


def cpu_seconds_of(*words: str) -> float:
    """The processor time of one command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "tropism.cli", *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def test_help_takes_less_than_four_tenths_of_a_second_of_cpu():
    assert statistics.median(cpu_seconds_of("--help") for _ in range(3)) < 0.4


def test_help_of_every_verb_imports_neither_jax_nor_matplotlib_nor_polars():
    program = """
import sys
from tropism import cli
verbs = ("list", "run", "demo", "addresses", "show", "report", "export", "verify", "rm", "new")
for words in ([], *([verb] for verb in verbs)):
    try:
        cli.run([*words, "--help"])
    except SystemExit as end:
        assert end.code == 0, words
heavy = {"jax", "matplotlib", "polars", "scipy", "equinox", "optax"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(("asked", "threads"), [(None, 1), ("2", 2)])
def test_a_command_computes_in_one_thread_unless_the_environment_says_otherwise(asked, threads):
    program = """
import sys
from tropism import cli
assert "numpy" not in sys.modules
cli.run = lambda arguments: 0
try:
    cli.main([])
finally:
    import numpy, scipy.linalg
    from threadpoolctl import threadpool_info
    print(sorted({each["num_threads"] for each in threadpool_info()}))
"""
    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    environment |= {} if asked is None else dict.fromkeys(THREADS, asked)
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    assert told.stdout.strip() == f"[{min(threads, cores)}]", told.stderr


def test_a_terminal_sees_a_bar_with_rate_and_losses_and_json_lines_are_for_pipes(folder):
    said = in_a_terminal(folder, "run", "tiny.py", "--processes", "1", "--chunk-steps", "10")
    assert "few" in said
    assert "40/40" in said
    assert "steps/s" in said
    assert "loss" in said
    assert '"step"' not in said


def in_a_terminal(folder: Path, *words: str) -> str:
    """What a command prints on a terminal of a hundred columns; it must end well."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    command = [sys.executable, "-m", "tropism.cli", *words]
    process = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # the terminal closes with its last writer
            break
        if not block:
            break
        seen += block
    os.close(ours)
    assert process.wait() == 0, seen.decode(errors="replace")
    return seen.decode(errors="replace")
