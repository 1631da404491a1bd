"""Unfinished work: checkpoints under a lock.

`.partial/<key>/` holds `lock`, `placement.json` (how the members were spread over programs, decided once) and
`checkpoint`: one line with the SHA-256 of what follows, then arrays and their meaning in the safetensors form.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors.numpy

from tropism.errors import Damaged, Missing, StoreError
from tropism.store.contents import arrays_of, check_arrays
from tropism.store.files import (
    JsonDict,
    Listener,
    digest,
    json_bytes,
    parse_json,
    read_bytes,
    replace_file,
    seal,
    unseal,
)
from tropism.store.locks import locked

_HEADER = b"tropism checkpoint 1 "
_META = "__meta__"

_log = logging.getLogger("tropism.store")


class Checkpoint(NamedTuple):
    """What a run needs to go on."""

    arrays: dict[str, np.ndarray]
    meta: JsonDict


class Partial:
    """Unfinished work on one shard, held by this process alone. Made by `Store.partial`."""

    def __init__(self, folder: Path, target: Path, on_event: Listener) -> None:
        self._folder, self._target, self._on_event = folder, target, on_event
        self._open = True

    @property
    def path(self) -> Path:
        """Its folder, for messages."""
        return self._folder

    @property
    def finished(self) -> bool:
        """Whether the shard stands in the store already, as it may after waiting for another writer."""
        return self._target.is_dir()

    def write_checkpoint(self, arrays: Mapping[str, np.ndarray], meta: JsonDict) -> None:
        """Puts a new checkpoint in the place of the last, whole; takes a few milliseconds.

        Raises:
            BadValue: An array or a meaning that cannot be stored.
            NoRoom: The disk is full; the last checkpoint stays.
        """
        self._refuse_closed()
        payload = _payload(arrays, meta)
        data = _HEADER + digest(payload).encode() + b"\n" + payload
        replace_file(self._checkpoint, data, halfway=lambda: self._on_event("checkpoint:writing"))
        self._on_event("checkpoint:renamed")

    def read_checkpoint(self) -> Checkpoint | None:
        """The last checkpoint, or none. A damaged one is put aside as `checkpoint.damaged`, with a log record."""
        self._refuse_closed()
        try:
            return _read_checkpoint(self._checkpoint)
        except Missing:
            return None
        except Damaged as error:
            self._put_aside(self._checkpoint, error)
            return None

    def placement(self, default: JsonDict) -> JsonDict:
        """How the members are placed: what the first writer said, or `default`, which is then kept.

        A damaged placement is put aside with the checkpoint that depends on it, with a log record.
        """
        self._refuse_closed()
        path = self._folder / "placement.json"
        try:
            return unseal(path)
        except Missing:
            pass
        except Damaged as error:
            self._put_aside(path, error)
            if self._checkpoint.exists():
                self._put_aside(self._checkpoint, error)
        replace_file(path, seal(default, "placement"))
        self._on_event("placement:written")
        return unseal(path)

    def discard(self) -> None:
        """Forgets checkpoint and placement: the shard stands, or the work is to begin again."""
        self._refuse_closed()
        self._on_event("partial:discarding")
        for path in self._folder.iterdir():
            if path.name != "lock":
                path.unlink()

    def close(self) -> None:
        """Ends the use of this object, and removes its folder if nothing is kept; called before the lock is let go."""
        self._open = False
        if [path.name for path in self._folder.iterdir()] == ["lock"]:
            (self._folder / "lock").unlink()
            with contextlib.suppress(OSError):  # one who waited may have made a fresh lock in it
                self._folder.rmdir()

    @property
    def _checkpoint(self) -> Path:
        return self._folder / "checkpoint"

    def _put_aside(self, path: Path, error: Damaged) -> None:
        aside = path.with_name(path.name + ".damaged")
        os.replace(path, aside)
        _log.warning("%s It is put aside as %s, and the work begins again.", error, aside.name)

    def _refuse_closed(self) -> None:
        if not self._open:
            raise StoreError(f"{self._folder} is no longer held; use it inside `with store.partial(key) as partial:`.")


@contextlib.contextmanager
def held_partial(folder: Path, target: Path, *, wait: bool, on_event: Listener) -> Iterator[Partial]:
    """Holds the unfinished work in `folder`, whose result will stand at `target`.

    Raises:
        Locked: Another process holds it and `wait` is false.
    """
    with locked(folder / "lock", wait=wait, on_wait=lambda: on_event("lock:waiting")):
        on_event("lock:held")
        _remove_half_written(folder)
        partial = Partial(folder, target, on_event)
        try:
            yield partial
        finally:
            partial.close()


def _remove_half_written(folder: Path) -> None:
    for path in folder.glob(".*.tmp"):
        path.unlink()


def _payload(arrays: Mapping[str, np.ndarray], meta: JsonDict) -> bytes:
    check_arrays(arrays, "checkpoint")
    ordered = {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}
    return safetensors.numpy.save(ordered, metadata={_META: json_bytes(meta, "meta").decode()})


def _read_checkpoint(path: Path) -> Checkpoint:
    header, _, payload = read_bytes(path).partition(b"\n")
    if header != _HEADER + digest(payload).encode():
        raise Damaged(f"{path} is damaged: its bytes are not those that were written.")
    size = int.from_bytes(payload[:8], "little")
    said = json.loads(payload[8 : 8 + size])["__metadata__"][_META]
    return Checkpoint(arrays_of(path, payload), parse_json(path, said.encode()))
