"""Room on the disk: how much a run will need, and whether it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from tropism.errors import NoRoom

_DESCRIPTIONS_PER_MEMBER = 2_000
_FIXED = 100_000
_NUMBER = 4


def estimate_bytes(
    num_params: int,
    num_members: int,
    *,
    unfinished: int | None = None,
    num_snapshots: int = 0,
    num_records: int = 0,
    num_metrics: int = 0,
) -> int:
    """The most disk that a run holds at once, in bytes: its shards, and of the members that are being trained the last
    checkpoint and the one being written.

    Numbers are of four bytes. A checkpoint holds what the shard holds and two more numbers a parameter, as Adam keeps.

    Args:
        num_params: Parameters of one member.
        num_members: Members of the run.
        unfinished: How many of them are trained at once; all of them if it is not said.
        num_snapshots: Snapshots of all parameters that are kept.
        num_records: Records of the history.
        num_metrics: Numbers for each member in one record.
    """
    params = num_params * _NUMBER
    member = params * (1 + num_snapshots) + num_records * num_metrics * _NUMBER + _DESCRIPTIONS_PER_MEMBER
    at_once = num_members if unfinished is None else min(unfinished, num_members)
    return num_members * member + _FIXED + 2 * (at_once * (member + 2 * params) + _FIXED)


def check_room(path: Path, needed: int) -> None:
    """Refuses a run for which the disk has no room.

    Raises:
        NoRoom: Fewer bytes are free than needed.
    """
    free = shutil.disk_usage(path).free
    if needed > free:
        raise NoRoom(
            f"{path} has {in_words(free)} free, and {in_words(needed)} are needed. "
            "Make room, ask for fewer members or snapshots, or keep the store elsewhere."
        )


def in_words(num_bytes: int) -> str:
    """A number of bytes as one reads it: `1.2 MB`."""
    size, units = float(num_bytes), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "bytes" else f"{size:.1f} {units[0]}"
