"""Lean processes: one thread each, and garbage that is looked for rarely."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Who else makes threads: the libraries below NumPy and SciPy hear these before they are first imported."""
OBJECTS = 50_000
"""New containers before young ones are looked at."""


def one_thread() -> None:
    """Let this process, and those that it starts, have one thread, unless the environment says otherwise.

    Networks are small: measuring them in two threads that share cores with something else took ten times the work of
    one.
    """
    for name in THREADS:
        os.environ.setdefault(name, "1")


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Within, processes that are started have one thread; this one's environment is then as it was."""
    new = [name for name in THREADS if name not in os.environ]
    one_thread()
    try:
        yield
    finally:
        for name in new:
            os.environ.pop(name, None)


def look_rarely() -> None:
    """Let this process look for garbage in cycles more rarely.

    Modules and programs are many small objects that stay. To look at them again and again took a tenth to a fifth of a
    command's time.
    """
    gc.set_threshold(OBJECTS, 20, 20)
