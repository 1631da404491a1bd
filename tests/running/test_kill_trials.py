"""Runs that are killed, truncated, raced and watched: the small form of `make kill`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "kill_test.py"


def test_a_killed_run_ends_with_the_same_bytes_and_what_is_damaged_is_named():
    told = subprocess.run([sys.executable, str(SCRIPT), "--small"], capture_output=True, text=True, timeout=280)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("the same bytes, killed") == 6
    assert "WRONG" not in told.stdout
