"""Files that are whole or not there: written beside, synced, renamed, and checked when they are read.

JSON has one form here (sorted names, one item a line), so the same content gives the same bytes. A *sealed* JSON file
carries the SHA-256 of its own content.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from tropism.errors import BadValue, Damaged, Missing, NoRoom, StoreError

JsonDict: TypeAlias = dict[str, Any]
"""What a JSON object holds: text names, and values that JSON can write."""

Listener: TypeAlias = Callable[[str], None]
"""Called with the name of each moment that matters, such as `shard:renamed`."""

FORMAT_FILE = "tropism-store.json"
"""What stands in a store's own folder, and in no other."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
_KEPT = "Nothing that was stored is lost"
_BLOCK = 1 << 20


def write_new(
    path: Path, data: bytes, *, halfway: Callable[[], None] | None = None, known_as: Path | None = None
) -> None:
    """Writes a file and syncs it to disk; `halfway` is called between its two halves.

    Errors call it `known_as`, if it is written beside that.

    Raises:
        NoRoom: The disk is full, or the file too large for it; the half-written file is removed.
        StoreError: Nothing may be written there, or the disk itself failed.
    """
    try:
        with refusing_when_full(known_as or path, len(data)), open(path, "wb", buffering=0) as file:
            middle = len(data) // 2
            _write_all(file.fileno(), memoryview(data)[:middle])
            if halfway is not None:
                halfway()
            _write_all(file.fileno(), memoryview(data)[middle:])
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace_file(path: Path, data: bytes, *, halfway: Callable[[], None] | None = None) -> None:
    """Puts `data` at `path`, whole: a reader sees what was there before, or all of it.

    Raises:
        NoRoom: The disk is full, or the file too large for it; what was there before stays.
        StoreError: Nothing may be written there, or the disk itself failed.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    write_new(beside, data, halfway=halfway, known_as=path)
    with refusing_when_full(path, len(data)):
        os.replace(beside, path)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable, as `fsync` does for the bytes of a file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Removes a folder and all that is in it, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def folder_bytes(path: Path) -> int:
    """How many bytes the files in a folder, or one file, hold."""
    if not path.is_dir():
        return path.stat().st_size if path.exists() else 0
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(os.path.join(folder, name)).st_size
    return total


def json_bytes(content: object, where: str) -> bytes:
    """The one JSON text of `content`; `where` names it in errors.

    Raises:
        BadValue: It holds what JSON cannot, such as an array or an infinite number.
    """
    try:
        return (json.dumps(content, sort_keys=True, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadValue(where, content, f"something that JSON can hold ({error})") from error


def parse_json(path: Path, data: bytes) -> Any:
    """What a JSON file says; `path` names it in errors.

    Raises:
        Damaged: It is not JSON.
    """
    try:
        return json.loads(data.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{path} is damaged: it is not JSON ({error}).") from error


def seal(content: JsonDict, where: str) -> bytes:
    """The JSON text of `content` with its own SHA-256."""
    return json_bytes({"content": content, "sha256": digest(json_bytes(content, where))}, where)


def unseal(path: Path) -> JsonDict:
    """The content of a sealed JSON file.

    Raises:
        Missing: There is no such file.
        Damaged: It is not what was written.
    """
    data = read_bytes(path)
    whole = parse_json(path, data)
    content = whole.get("content") if isinstance(whole, dict) else None
    if not isinstance(content, dict) or not _is_sealed(content, data):
        raise Damaged(f"{path} is damaged: it does not match the checksum that it carries.")
    return content


def read_bytes(path: Path) -> bytes:
    """All the bytes of a file.

    Raises:
        Missing: There is no such file.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Missing(f"There is no file {path}.") from error


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of_file(path: Path) -> str:
    """The SHA-256 of a file, read a megabyte at a time."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


@contextlib.contextmanager
def refusing_when_full(path: Path, needed: int) -> Iterator[None]:
    """Turns what a system says that cannot write into one sentence: where, why, and what would do.

    Raises:
        NoRoom: The disk is full, with how much was needed and what is free; or the file is too large for the system.
        StoreError: Nothing may be written there, or the disk itself failed.
    """
    try:
        yield
    except OSError as error:
        said = _in_plain_words(error, path, needed)
        if said is None:
            raise
        raise said from error


def read_only(path: Path) -> StoreError:
    """What is said of a file or a folder that may not be written, and of the store that it is in."""
    above = [folder for folder in (path, *path.parents) if (folder / FORMAT_FILE).exists()]
    return StoreError(
        f"{above[0] if above else path} may only be read, so nothing can be trained or kept there. "
        "`tropism show STUDY` prints what is stored, and `tropism report STUDY --to FILE.html` writes its report "
        "elsewhere; to run a study, copy the store to a folder that you may write, and name that: --store FOLDER."
    )


def _in_plain_words(error: OSError, path: Path, needed: int) -> StoreError | None:
    if error.errno in _FULL:
        there = next(folder for folder in path.absolute().parents if folder.is_dir())
        free = shutil.disk_usage(there).free
        return NoRoom(
            f"The disk is full at {path}: {needed:,} bytes are needed for this file and {free:,} are free. "
            f"{_KEPT}; make room and ask again."
        )
    if error.errno == errno.EFBIG:
        return NoRoom(
            f"{path} would have {needed:,} bytes, and no file may be that large here. {_KEPT}; raise the limit "
            "(`ulimit -f` shows a shell's own; a file system may have another) or name another folder, and ask again."
        )
    if error.errno == errno.EIO:
        return StoreError(
            f"The disk failed at {path}: the system reports an input/output error, and this file is not written. Look "
            "after the disk; `tropism verify` says whether what was stored before is whole."
        )
    return read_only(path) if error.errno in _FORBIDDEN else None


def _is_sealed(content: JsonDict, data: bytes) -> bool:
    try:
        return seal(content, "") == data
    except BadValue:  # a number too large to be one, which we never write
        return False


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
