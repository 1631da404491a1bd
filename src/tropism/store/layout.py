"""The store's folder: what makes it a store, and which format it has."""

from __future__ import annotations

from pathlib import Path

from tropism.errors import Damaged, Missing, StoreError
from tropism.store.files import FORMAT_FILE, json_bytes, parse_json, read_bytes, replace_file, sync_folder

FORMAT = 1


def open_folder(path: Path, *, writable: bool) -> None:
    """Makes sure that `path` is a store of a format that we know; makes it if it may.

    Raises:
        Missing: There is no such folder and it may not be made.
        StoreError: It holds something else, has a newer format, or the system refuses.
        Damaged: The format file cannot be read.
    """
    try:
        if writable and not (path / FORMAT_FILE).exists():
            _make(path)
        if not path.is_dir():
            raise Missing(f"There is no store at {path}. Name another folder, or train something into this one first.")
        if not (path / FORMAT_FILE).exists():
            raise _not_a_store(path)
        _check_format(path / FORMAT_FILE)
        if writable:
            _make_parts(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used as a store: {error.strerror}. Name a folder that you may use."
        ) from error


def _make(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path} is a file; a store is a folder. Name another one.")
    path.mkdir(parents=True, exist_ok=True)
    others = [each.name for each in path.iterdir() if not each.name.startswith(f".{FORMAT_FILE}.")]
    if others and not (path / FORMAT_FILE).exists():  # another may have just made the store
        raise _not_a_store(path)
    replace_file(path / FORMAT_FILE, json_bytes({"format": FORMAT}, FORMAT_FILE))


def _make_parts(path: Path) -> None:
    parts = [path / name for name in ("shards", ".partial", "studies")]
    if all(part.is_dir() for part in parts):
        return
    for part in parts:
        part.mkdir(exist_ok=True)
    sync_folder(path)


def _check_format(file: Path) -> None:
    said = parse_json(file, read_bytes(file))
    found = said.get("format") if isinstance(said, dict) else None
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise Damaged(f'{file} is damaged: it does not say the store\'s format. Write {{"format": {FORMAT}}} into it.')
    if found > FORMAT:
        raise StoreError(
            f"{file.parent} has the format {found}, and this version of Tropism reads up to {FORMAT}. Update Tropism."
        )


def _not_a_store(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not a store: it holds other things, and no {FORMAT_FILE}. Name an empty or new folder."
    )
