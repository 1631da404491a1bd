"""The store itself: a folder of trained members, and of what was found in them."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tropism.errors import Missing, StoreError, suggestion
from tropism.store import leftovers, removal, room, verify
from tropism.store.contents import ShardContents
from tropism.store.files import Listener, folder_bytes, read_only
from tropism.store.index import Index, IndexRow
from tropism.store.layout import open_folder
from tropism.store.locks import locked
from tropism.store.names import check_key, check_name, is_name
from tropism.store.partial import Partial, held_partial
from tropism.store.shards import Shard, fill_shard, is_whole, move_in, open_shard, staging
from tropism.store.studies import StudyFolder

_log = logging.getLogger("tropism.store")


class Store:
    """A folder of trained members, tables, figures and verdicts.

    Args:
        path: The folder; made if it is not there and the store is writable.
        writable: Whether anything may be written. A reader that may not write needs no lock and leaves no trace.
        on_event: Called at the moments that matter, in this order: `shard:writing`, `shard:before-rename`,
            `shard:renamed`, `index:before`, `index:after`; `lock:waiting`, `lock:held`, `placement:written`,
            `checkpoint:writing`, `checkpoint:renamed`, `partial:discarding`; `study:summed`, `study:written`.

    Raises:
        Missing: There is no such folder and it may not be made.
        StoreError: The folder holds something else, or a store of a newer format.
        Damaged: The store's own file cannot be read.
    """

    def __init__(self, path: str | Path, *, writable: bool = True, on_event: Listener | None = None) -> None:
        self.path = Path(path)
        self.writable = writable
        open_folder(self.path, writable=writable)
        self._on_event = on_event if on_event is not None else _no_one
        self._shards, self._partial, self._studies = (self.path / name for name in ("shards", ".partial", "studies"))
        self._index = Index(self.path, writable=writable)
        self._checked: set[tuple[str, int, int]] = set()

    # Shards

    def write_shard(self, key: str, contents: ShardContents) -> Path:
        """Keeps a shard, whole, once; returns its folder. If a whole one stands there already, that one stays.

        Raises:
            BadValue: An unsafe key, or contents that cannot be stored.
            NoRoom: The disk is full; nothing that was stored is lost.
        """
        self._refuse_reader()
        target = self._shards / check_key(key)
        if not is_whole(target):
            with staging(self._partial, key) as staged:
                self._on_event("shard:writing")
                fill_shard(staged, contents.files())
                self._on_event("shard:before-rename")
                self._install(staged, target)
            self._on_event("shard:renamed")
        self._on_event("index:before")
        self._index.heal()
        self._on_event("index:after")
        return target

    def read_shard(self, key: str, *, verify: bool = False) -> Shard:
        """A stored shard. Sizes and descriptions are checked now, arrays when first touched, all now if `verify`.

        Raises:
            Missing: There is none with this key.
            Damaged: A file is missing, truncated or altered; the message names it.
        """
        return open_shard(self._shards / check_key(key), verify=verify, checked=self._checked)

    def has_shard(self, key: str) -> bool:
        """Whether a shard stands there; it may be damaged."""
        return (self._shards / check_key(key)).is_dir()

    def shards(self) -> list[str]:
        """The keys of all shards, sorted."""
        return self._index.shard_names()

    # Members

    def find(self, members: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Shard and row of each of these members that is stored."""
        return self._index.find(members)

    def missing(self, members: Iterable[str]) -> list[str]:
        """Those of these members that are not stored, in their order, each once."""
        wanted = list(dict.fromkeys(members))
        found = self._index.find(wanted)
        return [key for key in wanted if key not in found]

    def members(self) -> list[IndexRow]:
        """What the index knows of every stored member."""
        return self._index.rows()

    def rebuild_index(self) -> int:
        """Makes the index again from the shards; how many rows it then has."""
        self._refuse_reader()
        return self._index.rebuild()

    # Unfinished work

    @contextlib.contextmanager
    def partial(self, key: str, *, wait: bool = True) -> Iterator[Partial]:
        """Holds the unfinished work on one shard: `with store.partial(key) as partial:`.

        After waiting, ask `partial.finished`: the other writer may have made the shard.

        Raises:
            Locked: Another process holds it and `wait` is false; the message names the process.
        """
        self._refuse_reader()
        folder = self._partial / check_key(key)
        with held_partial(folder, self._shards / key, wait=wait, on_event=self._on_event) as partial:
            yield partial

    def unfinished(self) -> list[str]:
        """The keys of shards that someone began, and that neither stand nor were given up; sorted."""
        return sorted(path.parent.name for path in self._partial.glob("*/lock") if not self.has_shard(path.parent.name))

    # Studies

    def study(self, name: str) -> StudyFolder:
        """The folder of a study.

        Raises:
            BadValue: An unsafe name.
            Missing: There is none, and the store may not be written.
        """
        folder = self._studies / check_name(name, "study")
        if not self.writable and not folder.is_dir():
            raise Missing(f"{self.path} has no study {name!r}.{suggestion(name, self.studies())}")
        lock = self._partial / f"study.{name}.lock"
        return StudyFolder(folder, lock, writable=self.writable, on_event=self._on_event)

    def studies(self) -> list[str]:
        """The names of all studies, sorted."""
        return sorted(path.name for path in self._studies.glob("*") if path.is_dir() and is_name(path.name))

    # Upkeep

    def verify(self) -> list[verify.Problem]:
        """Everything that is wrong, each with its file and what to do; reads every byte of the store."""
        return verify.problems_of(self.path, self._index, self._study_folders())

    def rm(self, name: str, *, dry_run: bool = False, force: bool = False) -> removal.Removal:
        """Removes a study or a shard; says what that takes and frees.

        Args:
            name: A study's name or a shard's key.
            dry_run: Only say it.
            force: Remove a shard even if a study rests on it.

        Raises:
            Missing: Neither a study nor a shard is called so.
            StoreError: A study uses the shard; the message names it.
            Locked: The shard is being written.
        """
        kind, path = self._named(name)
        used = removal.users_of(self._index, name, self._study_folders()) if kind == "shard" else ()
        planned = removal.plan(kind, path, used, done=False)
        if dry_run:
            return planned
        self._refuse_reader()
        if kind == "study":
            with locked(self._partial / f"study.{name}.lock"):
                removal.remove(path, self._partial)
        else:
            self._remove_shard(name, path, () if force else used)
        return dataclasses.replace(planned, done=True)

    def clean(self) -> int:
        """Removes what killed writers left behind; how many bytes that freed."""
        self._refuse_reader()
        return leftovers.clean(self.path)

    def size(self) -> dict[str, int]:
        """The bytes of each part: `shards`, `studies`, `partial`, `index`."""
        parts = {"shards": self._shards, "studies": self._studies, "partial": self._partial}
        return {name: folder_bytes(path) for name, path in parts.items()} | {
            "index": folder_bytes(self.path / "index.sqlite")
        }

    def check_room(self, num_bytes: int, report: int = 0) -> None:
        """Refuses a run for which the disk has no room; see `estimate_bytes`, and `estimate_report_bytes` for `report`.

        Raises:
            NoRoom: Fewer bytes are free than needed.
        """
        room.check_room(self.path, num_bytes, report)

    def check_writable(self) -> None:
        """Refuses a store that may only be read, before anything is begun in it.

        Raises:
            StoreError: Its disk, or its folder's rights, do not let us write; the message says what would do.
        """
        self._refuse_reader()
        if not all(os.access(part, os.W_OK) for part in (self._shards, self._partial, self._studies)):
            raise read_only(self.path)

    def _install(self, staged: Path, target: Path) -> None:
        if move_in(staged, target) or is_whole(target):
            return
        with locked(self._partial / "index.lock"):
            if is_whole(target):
                return
            _log.warning("%s is damaged; it is put aside, and written anew.", target)
            removal.set_aside(target, self._partial)
            move_in(staged, target)
        self._index.forget(target.name)

    def _remove_shard(self, key: str, path: Path, used: tuple[str, ...]) -> None:
        removal.refuse_if_used(key, used)
        with self.partial(key, wait=False) as partial:
            partial.discard()
            self._index.forget(key)
            removal.remove(path, self._partial)

    def _named(self, name: str) -> tuple[str, Path]:
        places = {"study": self._studies / name, "shard": self._shards / name}
        known = {"study": self.studies(), "shard": self.shards()}
        found = [kind for kind in places if name in known[kind]]
        if len(found) == 1:
            return found[0], places[found[0]]
        if not found:
            names = known["study"] + known["shard"]
            raise Missing(f"{self.path} has neither a study nor a shard {name!r}.{suggestion(name, names)}")
        raise StoreError(f"{name!r} is both a study and a shard of {self.path}; rename the folder of the study first.")

    def _study_folders(self) -> list[StudyFolder]:
        return [self.study(name) for name in self.studies()]

    def _refuse_reader(self) -> None:
        if not self.writable:
            raise StoreError(f"{self.path} is open for reading only; open the store for writing.")


def _no_one(event: str) -> None:
    del event
