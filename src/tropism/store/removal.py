"""Removing a shard or a study: said first, done at once, never half."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from tropism.errors import Damaged, Missing, StoreError
from tropism.store.files import folder_bytes, remove_folder, sync_folder
from tropism.store.index import Index
from tropism.store.room import in_words
from tropism.store.studies import StudyFolder


@dataclasses.dataclass(frozen=True)
class Removal:
    """What is, or would be, removed."""

    kind: str
    name: str
    path: Path
    num_bytes: int
    used_by: tuple[str, ...]
    done: bool

    def __str__(self) -> str:
        verb = "Removed" if self.done else "Would remove"
        used = f" Used by study {', '.join(self.used_by)}." if self.used_by else ""
        return f"{verb} {self.kind} {self.name}: {in_words(self.num_bytes)}.{used}"


def users_of(index: Index, shard: str, studies: list[StudyFolder]) -> tuple[str, ...]:
    """The studies that rest on a member of this shard; a study that cannot be read might, and counts."""
    members = {row.member for row in index.rows() if row.shard == shard}
    return tuple(study.name for study in studies if _uses(study, members))


def refuse_if_used(shard: str, used_by: tuple[str, ...]) -> None:
    """Keeps what a study needs.

    Raises:
        StoreError: A study uses the shard.
    """
    if used_by:
        names = ", ".join(repr(name) for name in used_by)
        raise StoreError(
            f"Shard {shard} is used by study {names}. Remove the study first, or remove the shard by force."
        )


def remove(path: Path, partial: Path) -> None:
    """Takes a folder out of sight in one step, then removes it; a kill leaves what `clean` removes."""
    aside = _aside(path, partial)
    os.rename(path, aside)
    sync_folder(path.parent)
    remove_folder(aside)


def set_aside(path: Path, partial: Path) -> None:
    """Takes a folder out of sight, if it is there; `clean` removes it once the taker has ended."""
    try:
        os.rename(path, _aside(path, partial))
    except FileNotFoundError:
        return


def plan(kind: str, path: Path, used_by: tuple[str, ...], *, done: bool) -> Removal:
    """What a removal takes and frees."""
    return Removal(kind, path.name, path, folder_bytes(path), used_by, done)


def _aside(path: Path, partial: Path) -> Path:
    place = 0
    while (aside := partial / f"{path.name.replace('.', '_').replace(' ', '_')}.{os.getpid()}.{place}").exists():
        place += 1
    return aside


def _uses(study: StudyFolder, members: set[str]) -> bool:
    try:
        return not members.isdisjoint(study.read_members())
    except (Damaged, Missing):
        return True
