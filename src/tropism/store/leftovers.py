"""What writers that were killed left behind, and its removal. The work of a living writer is never touched."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from tropism.errors import Locked
from tropism.store.files import folder_bytes, remove_folder
from tropism.store.locks import is_held, locked

_STAGED = re.compile(r"[0-9A-Za-z_-]+\.(?P<pid>\d+)\.\d+")
_HALF = re.compile(r"\..*\.(?P<pid>\d+)\.\d+\.tmp")


def leftovers(root: Path) -> list[Path]:
    """Half-written folders and files whose writer is dead, and checkpoints of shards that stand."""
    found = [path for path in sorted((root / ".partial").glob("*")) if _is_dead(path) or _is_done(path, root)]
    places = (root, root / "studies")
    return found + [path for place in places for path in sorted(_half_written(place, deep=place != root))]


def clean(root: Path) -> int:
    """Removes them; how many bytes that freed."""
    freed = 0
    for path in leftovers(root):
        freed += folder_bytes(path)
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif _is_done(path, root):
            with contextlib.suppress(Locked), locked(path / "lock", wait=False):
                remove_folder(path)
        else:
            remove_folder(path)
    return freed


def _half_written(place: Path, *, deep: bool) -> list[Path]:
    found = place.rglob(".*.tmp") if deep else place.glob(".*.tmp")
    return [path for path in found if (match := _HALF.fullmatch(path.name)) and not _lives(int(match["pid"]))]


def _is_dead(path: Path) -> bool:
    match = _STAGED.fullmatch(path.name)
    if match is None or not path.is_dir():
        return False
    return not _lives(int(match["pid"])) and not is_held(path)


def _is_done(path: Path, root: Path) -> bool:
    return (path / "lock").exists() and (root / "shards" / path.name).is_dir() and not is_held(path / "lock")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
