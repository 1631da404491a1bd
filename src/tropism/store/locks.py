"""Locks that the system lets go when their holder dies, however it dies.

A lock is a file held with `flock`; it says who holds it. `flock` is for local disks: a store belongs on one.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tropism.errors import Locked
from tropism.store.files import refusing_when_full


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Holds the lock file at `path`, making it and its folder if need be.

    Args:
        path: The lock file. Its holder may unlink it; those who wait then take a fresh one.
        wait: Wait for another holder, or refuse.
        on_wait: Called once before waiting.

    Raises:
        Locked: Another holds it and `wait` is false; the message names the holder.
    """
    descriptor = _acquire(path, wait, on_wait)
    try:
        _write_holder(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether some living process holds the lock file, or folder, at `path` now."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def held_folder(path: Path) -> Iterator[None]:
    """Holds a folder itself, so that others can tell that its maker lives; it may be renamed meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Who wrote themselves into a lock file, in words."""
    try:
        said = json.loads(path.read_text())
        return f"process {said['pid']} on {said['host']}, since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process, which has not said who it is"


def _acquire(path: Path, wait: bool, on_wait: Callable[[], None] | None) -> int:
    while True:
        try:
            with refusing_when_full(path, 0):
                path.parent.mkdir(exist_ok=True)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except (FileNotFoundError, FileExistsError):
            if path.parent.exists() != path.parent.is_dir() or not path.parent.parent.is_dir():
                raise
            continue  # the last holder has just removed the folder
        try:
            _take(descriptor, path, wait, on_wait)
            if _still_there(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _take(descriptor: int, path: Path, wait: bool, on_wait: Callable[[], None] | None) -> None:
    if _try(descriptor):
        return
    if not wait and _try_for_a_moment(descriptor):
        return
    if not wait:
        raise Locked(f"{path.parent} is being written by {holder(path)}. Wait until it ends, or stop it and ask again.")
    if on_wait is not None:
        on_wait()
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _try_for_a_moment(descriptor: int) -> bool:
    """One who only looks whether the lock is held (`is_held`) holds it for an instant; this outlasts them."""
    for _ in range(5):
        time.sleep(0.004)
        if _try(descriptor):
            return True
    return False


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _write_holder(descriptor: int) -> None:
    since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    said = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    with contextlib.suppress(OSError):  # a full disk must not keep a run from ending
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, said.encode(), 0)
