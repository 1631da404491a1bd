"""Shards on disk: one folder a packed program, written once, never half.

A shard's folder holds seven files: `params`, `snapshots` and `history` (safetensors), `experiment`, `members` and
`origin` (JSON), and `checksums.json` with the size and the SHA-256 of each of the others and of itself.

Reading checks all sizes and the JSON files at once. An array file is checked in full when it is first touched, once for
each `Store`: about a second for a gigabyte.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from tropism.errors import Damaged, Missing
from tropism.store.contents import ARRAY_FILES, JSON_FILES
from tropism.store.files import (
    JsonDict,
    digest,
    digest_of_file,
    parse_json,
    read_bytes,
    refusing_when_full,
    remove_folder,
    seal,
    sync_folder,
    unseal,
    write_new,
)
from tropism.store.locks import held_folder

CHECKSUMS = "checksums.json"
REMEDY = "Remove this shard and ask again: its members will be trained again."


class Arrays(Mapping[str, np.ndarray]):
    """The arrays of one file, each read when it is asked for. The file is checked in full when first touched."""

    def __init__(self, files: _Files, name: str) -> None:
        self._files, self._name = files, name
        self._opened: Any = None

    def __getitem__(self, name: str) -> np.ndarray:
        self._refuse_unknown(name)
        return self._open().get_tensor(name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._open().keys()))

    def __len__(self) -> int:
        return len(self._open().keys())

    def row(self, name: str, row: int) -> np.ndarray:
        """One row of an array, without reading the others."""
        self._refuse_unknown(name)
        part = self._open().get_slice(name)
        count = part.get_shape()[0]
        if not -count <= row < count:
            raise IndexError(f"{name!r} has {count} rows; there is no row {row}")
        return part[row % count : row % count + 1][0]

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array, without reading it."""
        self._refuse_unknown(name)
        return tuple(self._open().get_slice(name).get_shape())

    def _refuse_unknown(self, name: str) -> None:
        if name not in self._open().keys():  # noqa: SIM118 - the handle is not a dictionary
            raise KeyError(name)

    def _open(self) -> Any:
        if self._opened is None:
            self._files.check(self._name)
            path = self._files.folder / self._name
            try:
                self._opened = safe_open(path, framework="np")
            except (SafetensorError, OSError) as error:
                raise Damaged(f"{path} is damaged: {error}. {REMEDY}") from error
        return self._opened


@dataclasses.dataclass(frozen=True, eq=False)
class Shard:
    """A stored shard: its descriptions, and its arrays as they are asked for. See `ShardContents` for the parts."""

    key: str
    path: Path
    params: Arrays
    snapshots: Arrays
    history: Arrays
    experiment: JsonDict
    members: tuple[JsonDict, ...]
    origin: JsonDict

    def row_of(self, member: str) -> int:
        """The row of the member with this key.

        Raises:
            Missing: It is not in this shard.
        """
        for row, candidate in enumerate(self.members):
            if candidate["key"] == member:
                return row
        raise Missing(f"Member {member} is not in shard {self.key}; rebuild the index and ask again.")


def open_shard(folder: Path, *, verify: bool = False, checked: set[tuple[str, int, int]] | None = None) -> Shard:
    """Opens one shard; see the top of this file for what is checked when.

    Args:
        folder: The shard's folder.
        verify: Check every file in full now.
        checked: Files that were checked before, so that none is checked twice; grows.

    Raises:
        Missing: There is no such folder.
        Damaged: A file is missing, truncated or altered; the message names it.
    """
    if not folder.is_dir():
        raise Missing(f"There is no shard {folder.name!r}.")
    files = _Files(folder, set() if checked is None else checked)
    for name in files.names:
        files.stat(name)
    if verify:
        for name in files.names:
            files.check(name, again=True)
    experiment, members, origin = (files.json(f"{part}.json") for part in JSON_FILES)
    _check_members(folder / "members.json", members)
    params, snapshots, history = (Arrays(files, f"{part}.safetensors") for part in ARRAY_FILES)
    return Shard(folder.name, folder, params, snapshots, history, experiment, tuple(members), origin)


def fill_shard(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files of a shard and their checksums into an empty folder, and syncs it all."""
    for name, data in files.items():
        write_new(folder / name, data)
    sums = {name: {"bytes": len(data), "sha256": digest(data)} for name, data in files.items()}
    write_new(folder / CHECKSUMS, seal(sums, CHECKSUMS))
    sync_folder(folder)


def damages(folder: Path) -> dict[Path, str]:
    """What is wrong with each file of a shard, every byte read; empty if all is well.

    Raises:
        Missing: There is no such folder.
    """
    if not folder.is_dir():
        raise Missing(f"There is no shard {folder.name!r}.")
    try:
        files = _Files(folder, set())
    except Damaged as error:
        return {folder / CHECKSUMS: str(error)}
    wrong = {path: f"{path} does not belong to the shard." for path in folder.iterdir() if path.name not in files.all}
    for name in files.names:
        try:
            files.check(name, again=True)
        except Damaged as error:
            wrong[folder / name] = str(error)
    return wrong


def is_whole(folder: Path) -> bool:
    """Whether a shard is there with every file as it was written."""
    try:
        open_shard(folder, verify=True)
    except (Missing, Damaged):
        return False
    return True


def move_in(staged: Path, target: Path) -> bool:
    """Renames a filled folder to its place; false if a shard stands there already."""
    try:
        with refusing_when_full(target, 0):
            os.rename(staged, target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    sync_folder(target.parent)
    return True


@contextlib.contextmanager
def staging(partial: Path, key: str) -> Iterator[Path]:
    """An empty folder beside the shards; what is still there at the end is removed."""
    folder = _make_staging(partial, key)
    try:
        with held_folder(folder):
            yield folder
    finally:
        remove_folder(folder)


def _make_staging(partial: Path, key: str) -> Path:
    attempt = 0
    while True:
        folder = partial / f"{key}.{os.getpid()}.{attempt}"
        try:
            with refusing_when_full(folder, 0):
                folder.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return folder


def _check_members(path: Path, members: object) -> None:
    good = isinstance(members, list) and all(
        isinstance(each, dict) and isinstance(each.get("key"), str) for each in members
    )
    if not good:
        raise Damaged(f"{path} is damaged: it is not a list of members with keys. {REMEDY}")


class _Files:
    """The files of one shard, with the checksums they must have."""

    def __init__(self, folder: Path, checked: set[tuple[str, int, int]]) -> None:
        self.folder, self._checked = folder, checked
        try:
            self._sums = unseal(folder / CHECKSUMS)
        except Missing as error:
            raise Damaged(f"{folder / CHECKSUMS} is missing. {REMEDY}") from error
        except Damaged as error:
            raise Damaged(f"{error} {REMEDY}") from error
        self.names = sorted(
            [*(f"{part}.safetensors" for part in ARRAY_FILES), *(f"{part}.json" for part in JSON_FILES)]
        )
        self.all = {*self.names, CHECKSUMS}
        if sorted(self._sums) != self.names or not all(_is_sum(each) for each in self._sums.values()):
            raise Damaged(f"{folder / CHECKSUMS} is damaged: it does not list the files of a shard. {REMEDY}")

    def json(self, name: str) -> Any:
        data = read_bytes(self.folder / name)
        if digest(data) != self._sums[name]["sha256"]:
            raise self._altered(name)
        return parse_json(self.folder / name, data)

    def check(self, name: str, *, again: bool = False) -> None:
        found = self.stat(name)
        mark = (str(self.folder / name), found.st_size, found.st_mtime_ns)
        if mark in self._checked and not again:
            return
        if digest_of_file(self.folder / name) != self._sums[name]["sha256"]:
            raise self._altered(name)
        self._checked.add(mark)

    def stat(self, name: str) -> os.stat_result:
        path, wanted = self.folder / name, self._sums[name]["bytes"]
        try:
            found = path.stat()
        except FileNotFoundError as error:
            raise Damaged(f"{path} is missing. {REMEDY}") from error
        if found.st_size != wanted:
            raise Damaged(f"{path} is damaged: it holds {found.st_size:,} bytes and had {wanted:,}. {REMEDY}")
        return found

    def _altered(self, name: str) -> Damaged:
        return Damaged(f"{self.folder / name} is damaged: its bytes are not those that were written. {REMEDY}")


def _is_sum(each: object) -> bool:
    return isinstance(each, dict) and isinstance(each.get("bytes"), int) and isinstance(each.get("sha256"), str)
