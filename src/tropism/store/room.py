"""Room on the disk: how much a run will need, and whether it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from tropism.errors import NoRoom

_FIGURE = 700_000
"""Bytes for each figure of a study: light and dark, again in the report, and the tables behind it. Measured: .3 to
1.0 MB in nine studies of 1 to 108 figures."""

_FIGURES = 4
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


def estimate_report_bytes(stored: int, num_sections: int) -> int:
    """About how much a study's tables, figures and report take: as much as last time, or four figures' worth a section.

    Args:
        stored: What the study's folder holds now; nothing if it was never run.
        num_sections: Sections of its report, which tell how long it will be.
    """
    return stored or _FIGURES * _FIGURE * max(1, num_sections)


def check_room(path: Path, needed: int, report: int = 0) -> None:
    """Refuses a run for which the disk has no room.

    Args:
        path: The store.
        needed: Bytes for networks and their checkpoints.
        report: Bytes for tables, figures and report.

    Raises:
        NoRoom: Fewer bytes are free than needed.
    """
    free = shutil.disk_usage(path).free
    if needed + report <= free:
        return
    page = " for tables, figures and report" if report else ""
    nets = f": {in_words(needed)} for networks, the rest" if needed and report else ""
    less = "ask for fewer members or snapshots, " if needed else ""
    raise NoRoom(
        f"{path} has {in_words(free)} free, and {in_words(needed + report)} are needed{nets}{page}. "
        f"Make room, {less}or keep the store elsewhere."
    )


def in_words(num_bytes: int) -> str:
    """A number of bytes as one reads it: `1.2 MB`."""
    size, units = float(num_bytes), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "bytes" else f"{size:.1f} {units[0]}"
