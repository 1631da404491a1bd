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
from tropism.store.shards import CHECKSUMS, REMEDY, Shard, open_shard
from tropism.store.studies import StudyFolder


@dataclasses.dataclass(frozen=True)
class Problem:
    """Something in a store that is not as it should be."""

    path: Path
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what} {self.remedy}"


def problems_of(root: Path, index: Index, studies: list[StudyFolder]) -> list[Problem]:
    """Every problem of a store: shards and their checksums, index, studies, leftovers. Reads every byte."""
    shards: list[Shard] = []
    found = list(_of_shards(root, index, shards))
    found += _of_index(root, index, shards)
    members = {member["key"] for shard in shards for member in shard.members}
    for study in studies:
        found += _of_study(study, members)
    return found + list(_of_leftovers(root))


def _of_shards(root: Path, index: Index, whole: list[Shard]) -> Iterator[Problem]:
    names = index.shard_names()
    for entry in sorted((root / "shards").iterdir() if (root / "shards").is_dir() else ()):
        if entry.name not in names:
            yield Problem(entry, "This is not a shard.", "Move it out of the store.")
    for name in names:
        try:
            shard = open_shard(root / "shards" / name, verify=True)
        except Missing:
            continue  # removed since it was listed
        except Damaged as error:
            yield Problem(_culprit(root / "shards" / name, str(error)), _without_remedy(error), REMEDY)
            continue
        whole.append(shard)
        yield from _of_rows(shard)


def _of_rows(shard: Shard) -> Iterator[Problem]:
    for name in shard.params:
        if shard.params.shape(name)[:1] != (len(shard.members),):
            yield Problem(shard.path / "params.safetensors", f"{name!r} has not one row for each member.", REMEDY)


def _of_index(root: Path, index: Index, shards: list[Shard]) -> Iterator[Problem]:
    path, remedy = root / "index.sqlite", "Rebuild the index; nothing is lost."
    should = sorted(row_of_member(shard, row) for shard in shards for row in range(len(shard.members)))
    try:
        says = sorted(read_rows(path))
    except sqlite3.Error as error:
        if should or path.exists():
            yield Problem(path, f"The index cannot be read ({error}).", remedy)
        return
    readable = {shard.key for shard in shards}
    says = [row for row in says if row.shard in readable or row.shard not in index.shard_names()]
    if says != should:
        wrong = sorted({row.shard for row in set(says) ^ set(should)})
        yield Problem(path, f"The index does not agree with shard {', '.join(wrong[:3])}.", remedy)


def _of_study(study: StudyFolder, stored: set[str]) -> Iterator[Problem]:
    for path, what in study.check().items():
        yield Problem(path, what, "")
    try:
        gone = [key for key in study.read_members() if key not in stored]
    except (Damaged, Missing):
        return  # named above
    if gone:
        what = f"{len(gone)} of the study's members are not in the store, {gone[0]} among them."
        yield Problem(study.path / "members.json", what, "Run the study again; only these will be trained.")


def _of_leftovers(root: Path) -> Iterator[Problem]:
    for path in leftovers(root):
        yield Problem(path, "This was left by a writer that is gone.", "Clean the store.")
    for path in sorted((root / ".partial").glob("*/*.damaged")):
        if not is_held(path.parent / "lock"):
            yield Problem(path, "A damaged checkpoint was put aside.", "Look at it if you wish, then delete it.")


def _culprit(folder: Path, message: str) -> Path:
    for path in (folder / CHECKSUMS, *sorted(folder.iterdir())):
        if message.startswith(str(path)):
            return path
    word = message.split(" is ", 1)[0]
    return Path(word) if word.startswith(str(folder)) else folder


def _without_remedy(error: Damaged) -> str:
    return str(error).removesuffix(REMEDY).strip()
