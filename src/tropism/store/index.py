"""The index: which shard and row holds a member. It repeats what the shards say and can be made again from them.

It is one SQLite file that is never changed in place: a newer one is built beside it and renamed, so a reader needs no
lock and a kill leaves the older one. An index that is gone, garbled or behind the shards heals itself at the next
question, in memory where it may not write.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from tropism.errors import Damaged, Missing, StoreError
from tropism.store.locks import locked
from tropism.store.names import is_key
from tropism.store.shards import Shard, open_shard

_VERSION = 1
_SCHEMA = """
CREATE TABLE shards (key TEXT PRIMARY KEY, experiment TEXT NOT NULL, written TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE members (
  member TEXT NOT NULL, shard TEXT NOT NULL, row INTEGER NOT NULL, label TEXT, seed, PRIMARY KEY (member, shard)
) WITHOUT ROWID;
"""
_AT_ONCE = 500
_log = logging.getLogger("tropism.store")

T = TypeVar("T")


class IndexRow(NamedTuple):
    """What the index knows of one member. `experiment` is the SHA-256 of the experiment's description."""

    member: str
    shard: str
    row: int
    experiment: str
    label: str | None
    seed: int | str | None


class Index:
    """Answers where members are. Made by `Store`."""

    def __init__(self, root: Path, *, writable: bool) -> None:
        self._path, self._shards, self._partial = root / "index.sqlite", root / "shards", root / ".partial"
        self._writable = writable
        self._told: set[str] = set()

    def find(self, members: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Shard and row of each of these members that is stored; of two shards, the one written first."""
        wanted = list(dict.fromkeys(members))
        return self._ask(lambda connection: _find(connection, wanted))

    def rows(self) -> list[IndexRow]:
        """Every stored member, in the order of its shards; one that stands in two shards comes twice."""
        return self._ask(_rows)

    def heal(self) -> None:
        """Brings the file up to date with the shards, if it may be written."""
        self._ask(lambda connection: None)

    def rebuild(self) -> int:
        """Makes the file again from the shards alone; how many members it then holds."""
        with self._building() as connection:
            self._fill(connection, self.shard_names())
            return connection.execute("SELECT count(*) FROM members").fetchone()[0]

    def shard_names(self) -> list[str]:
        """The shards that are there, sorted."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self._shards) as found:
            return sorted(entry.name for entry in found if is_key(entry.name) and entry.is_dir())
        return []

    def forget(self, shard: str) -> None:
        """Drops a shard that is about to be removed; on a full disk, the whole file, which comes back by itself."""
        try:
            with self._building(begin_with_last=True) as connection:
                _drop(connection, shard)
        except (OSError, sqlite3.Error, StoreError):
            self._path.unlink(missing_ok=True)

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer from the file; if that can't be, from a file made again; if that can't be, from memory."""
        for attempt in (self._fresh, self._made_again):
            with contextlib.suppress(sqlite3.Error, OSError, StoreError), contextlib.closing(attempt()) as connection:
                return question(connection)
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(_SCHEMA)
            self._fill(connection, self.shard_names())
            return question(connection)

    def _fresh(self) -> sqlite3.Connection:
        connection = _connect(self._path)
        try:
            behind = _names(connection) != set(self.shard_names())
        except sqlite3.Error:
            connection.close()
            raise
        if not behind:
            return connection
        connection.close()
        with self._building(begin_with_last=True) as building:
            self._update(building)
        return _connect(self._path)

    def _made_again(self) -> sqlite3.Connection:
        self.rebuild()
        return _connect(self._path)

    @contextlib.contextmanager
    def _building(self, *, begin_with_last: bool = False) -> Iterator[sqlite3.Connection]:
        if not self._writable:
            raise PermissionError(f"{self._path} is open for reading only")
        beside = self._partial / "index.building"
        with locked(self._partial / "index.lock"):
            beside.unlink(missing_ok=True)
            if begin_with_last:
                shutil.copyfile(self._path, beside)
            with contextlib.closing(sqlite3.connect(beside)) as connection:
                connection.execute("PRAGMA journal_mode=MEMORY")
                if not begin_with_last:
                    connection.executescript(f"{_SCHEMA} PRAGMA user_version={_VERSION};")
                yield connection
                connection.commit()
            os.replace(beside, self._path)

    def _update(self, connection: sqlite3.Connection) -> None:
        there, indexed = set(self.shard_names()), _names(connection)
        for name in sorted(indexed - there):
            _drop(connection, name)
        self._fill(connection, sorted(there - indexed))

    def _fill(self, connection: sqlite3.Connection, names: Iterable[str]) -> None:
        for name in names:
            try:
                _add(connection, open_shard(self._shards / name))
            except Missing:
                continue  # removed since it was listed
            except Damaged as error:
                if name not in self._told:
                    _log.warning("The index leaves out a shard. %s", error)
                self._told.add(name)


def read_rows(path: Path) -> list[IndexRow]:
    """What the file says now, without healing it.

    Raises:
        sqlite3.Error: It is gone or garbled.
    """
    with contextlib.closing(_connect(path)) as connection:
        _names(connection)
        return _rows(connection)


def row_of_member(shard: Shard, row: int) -> IndexRow:
    """What the index must say of one row of a shard."""
    member = shard.members[row]
    label = member.get("label")
    written = None if label is None else str(label)
    return IndexRow(member["key"], shard.key, row, experiment_key(shard), written, _plain(member.get("seed")))


def experiment_key(shard: Shard) -> str:
    """The SHA-256 of the description of a shard's experiment; the experiment's own key."""
    text = json.dumps(shard.experiment, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _names(connection: sqlite3.Connection) -> set[str]:
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        raise sqlite3.DatabaseError("an index of another version")
    return {key for (key,) in connection.execute("SELECT key FROM shards")}


def _find(connection: sqlite3.Connection, wanted: list[str]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        query = (
            "SELECT member, shard, row FROM members JOIN shards ON shard = key "
            f"WHERE member IN ({marks}) ORDER BY written DESC, shard DESC"
        )
        found.update({member: (shard, row) for member, shard, row in connection.execute(query, some)})
    return found


def _rows(connection: sqlite3.Connection) -> list[IndexRow]:
    query = (
        "SELECT member, shard, row, experiment, label, seed FROM members JOIN shards ON shard = key "
        "ORDER BY written, shard, row"
    )
    return [IndexRow(*row) for row in connection.execute(query)]


def _add(connection: sqlite3.Connection, shard: Shard) -> None:
    written = str(shard.origin.get("when", ""))
    rows = [row_of_member(shard, row) for row in range(len(shard.members))]
    connection.execute("INSERT INTO shards VALUES (?, ?, ?)", (shard.key, experiment_key(shard), written))
    connection.executemany(
        "INSERT INTO members VALUES (?, ?, ?, ?, ?)", [(r.member, r.shard, r.row, r.label, r.seed) for r in rows]
    )


def _drop(connection: sqlite3.Connection, shard: str) -> None:
    connection.execute("DELETE FROM members WHERE shard = ?", (shard,))
    connection.execute("DELETE FROM shards WHERE key = ?", (shard,))


def _plain(seed: object) -> int | str | None:
    if seed is None or isinstance(seed, str):
        return seed
    if isinstance(seed, int) and -(2**63) <= seed < 2**63:
        return int(seed)
    return json.dumps(seed, sort_keys=True)
