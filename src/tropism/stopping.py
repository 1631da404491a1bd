"""Stopping: Ctrl-C waits for the end of a chunk, so that what is kept is never half a step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Stopped = Callable[[], bool]
"""Asked between chunks: whether someone wants to stop."""


@contextmanager
def patient() -> Iterator[Stopped]:
    """Within, the first Ctrl-C is only noted, for the function that is yielded to tell; a second one stops at once.

    Where Ctrl-C cannot arrive (another thread, a process that ignores it) nothing changes.
    """
    here = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if here else None
    if before is None or before is signal.SIG_IGN:
        yield lambda: False
        return
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def noted() -> Stopped:
    """From here on, and for good, every Ctrl-C of this process is only noted; its main thread calls this."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return lambda: bool(asked)


@contextmanager
def held_back() -> Iterator[None]:
    """Within, Ctrl-C waits, also in processes that are started; one that calls `noted` lets it in."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
