"""What is wrong with a store: each problem names its file, and what to do."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tropism.errors import Damaged, Missing
from tropism.store.index import Index, read_rows, row_of_member
from tropism.store.leftovers import leftovers
from tropism.store.locks import is_held
from tropism.store.shards import Shard, damages, open_shard
from tropism.store.studies import StudyFolder


@dataclasses.dataclass(frozen=True)
class Problem:
    """Something in a store that is not as it should be: the file, what is wrong, and what to do."""

    path: Path
    what: str

    def __str__(self) -> str:
        return self.what


def problems_of(root: Path, index: Index, studies: list[StudyFolder]) -> list[Problem]:
    """Every problem of a store: shards and their checksums, index, studies, leftovers. Reads every byte.

    An index that is merely behind the shards is none: it heals at the next question.
    """
    shards: list[Shard] = []
    found = list(_of_shards(root, index, shards))
    found += _of_index(root, index, shards)
    members = {member["key"] for shard in shards for member in shard.members}
    for study in studies:
        found += _of_study(study, members)
    return found + list(_of_leftovers(root))


def _of_shards(root: Path, index: Index, whole: list[Shard]) -> Iterator[Problem]:
    names = index.shard_names()
    for entry in sorted((root / "shards").glob("*")):
        if entry.name not in names and entry.exists():
            yield Problem(entry, f"{entry} is not a shard. Move it out of the store.")
    for name in names:
        wrong: dict[Path, str] = {}
        try:
            wrong = damages(root / "shards" / name)
            yield from (Problem(path, what) for path, what in wrong.items())
            shard = open_shard(root / "shards" / name)
        except Missing:
            continue  # removed since it was listed
        except Damaged as error:
            if not wrong:
                yield Problem(root / "shards" / name, str(error))
            continue
        whole.append(shard)


def _of_index(root: Path, index: Index, shards: list[Shard]) -> Iterator[Problem]:
    path = root / "index.sqlite"
    try:
        says = set(read_rows(path))
    except sqlite3.Error as error:
        if shards or path.exists():
            yield Problem(path, f"{path} cannot be read ({error}). Rebuild the index; nothing is lost.")
        return
    known = {row.shard for row in says}
    for shard in shards:
        should = {row_of_member(shard, row) for row in range(len(shard.members))}
        if shard.key in known and {row for row in says if row.shard == shard.key} != should:
            yield Problem(path, f"{path} does not agree with shard {shard.key}. Rebuild the index; nothing is lost.")
    for name in sorted(known - set(index.shard_names())):
        yield Problem(path, f"{path} knows a shard {name} that is not there. Rebuild the index; nothing is lost.")


def _of_study(study: StudyFolder, stored: set[str]) -> Iterator[Problem]:
    for path, what in study.check().items():
        yield Problem(path, what)
    try:
        gone = [key for key in study.read_members() if key not in stored]
    except (Damaged, Missing):
        return  # named above
    if gone:
        path = study.path / "members.json"
        what = f"{path} names {len(gone)} members that are not in the store, {gone[0]} among them."
        yield Problem(path, f"{what} Run the study again; only these will be trained.")


def _of_leftovers(root: Path) -> Iterator[Problem]:
    for path in leftovers(root):
        yield Problem(path, f"{path} was left by a writer that is gone. Clean the store.")
    for path in sorted((root / ".partial").glob("*/*.damaged")):
        if not is_held(path.parent / "lock"):
            yield Problem(path, f"{path} was damaged and is put aside. Look at it if you wish, then delete it.")
