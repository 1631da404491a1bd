"""Garbage, and when it is looked for: rarely, where a process imports, traces and compiles."""

from __future__ import annotations

import gc

OBJECTS = 50_000
"""New containers before young ones are looked at; Python's own choice is 700."""


def look_rarely() -> None:
    """Let this process look for garbage in cycles more rarely.

    Modules and programs are many small objects that stay. To look at them again and again took about a tenth of a
    command's time; what is made and thrown away are arrays, which are no cycles.
    """
    gc.set_threshold(OBJECTS, 20, 20)
