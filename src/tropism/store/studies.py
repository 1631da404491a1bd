"""A study's folder: its members, tables, figures, claims and report.

`checksums.json` accepts, for each file, the bytes that are about to be written and those they replace, so that a kill
in between leaves nothing that looks damaged, and an altered file is still found.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tropism.errors import BadValue, Damaged, Missing, StoreError, suggestion
from tropism.store.files import (
    JsonDict,
    Listener,
    digest,
    folder_bytes,
    json_bytes,
    parse_json,
    read_bytes,
    refusing_when_full,
    replace_file,
    seal,
    unseal,
)
from tropism.store.locks import locked
from tropism.store.names import check_name

if TYPE_CHECKING:
    import polars

SUMS = "checksums.json"
_REMEDY = "Run the study again: its networks are kept, and this file is made anew."
_SHADES = ("light", "dark")
_TRIES = 3  # a writer may have replaced file and checksum between our two looks


@dataclasses.dataclass(frozen=True)
class StoredFigure:
    """A figure of a study: what to see on it, and the file of each shade (`light`, `dark`)."""

    name: str
    alt: str
    caption: str
    paths: dict[str, Path]


class StudyFolder:
    """The folder of one study. Made by `Store.study`; it appears on disk with the first thing written."""

    def __init__(self, path: Path, lock: Path, *, writable: bool, on_event: Listener) -> None:
        self.path, self.name = path, path.name
        self._lock, self._writable, self._on_event = lock, writable, on_event

    def write_table(self, name: str, table: polars.DataFrame) -> Path:
        """Keeps a table, as Parquet for programs and as CSV for people; returns the Parquet file.

        Raises:
            BadValue: An unsafe name, or a column that CSV can't hold, such as lists.
        """
        check_name(name, "table")
        text, binary = _csv(name, table), io.BytesIO()
        table.write_parquet(binary)
        self._put(f"tables/{name}.csv", text)
        return self._put(f"tables/{name}.parquet", binary.getvalue())

    def read_table(self, name: str) -> polars.DataFrame:
        """A table as it was written.

        Raises:
            Missing: There is none of that name.
            Damaged: Its file is not as it was written.
        """
        import polars

        check_name(name, "table")
        file = f"tables/{name}.parquet"
        if not (self.path / file).exists():
            raise Missing(f"Study {self.name!r} has no table {name!r}.{suggestion(name, self.names())}")
        try:
            return polars.read_parquet(io.BytesIO(self._get(file)))
        except polars.exceptions.PolarsError as error:
            raise Damaged(f"{self.path / file} is damaged: {error}. {_REMEDY}") from error

    def names(self) -> list[str]:
        """The names of its tables, sorted."""
        return sorted(path.stem for path in (self.path / "tables").glob("*.parquet"))

    def write_figure(self, name: str, drawings: Mapping[str, bytes], *, alt: str, caption: str) -> None:
        """Keeps a figure: SVG or PNG, light and dark.

        Args:
            name: Its name, without a suffix.
            drawings: The bytes for `light` and for `dark`.
            alt: What one should see, for those who can't.
            caption: What it shows, with n and interval.

        Raises:
            BadValue: A shade is missing, the bytes are no drawing, or there is no alt text.
        """
        check_name(name, "figure")
        if set(drawings) != set(_SHADES):
            raise BadValue(f"the shades of figure {name!r}", sorted(drawings), "light and dark")
        if not alt.strip():
            raise BadValue(f"the alt text of figure {name!r}", alt, "a sentence that says what one should see")
        files = {shade: f"{name}.{shade}.{_suffix(name, drawings[shade])}" for shade in _SHADES}
        for shade, file in files.items():
            self._put(f"figures/{file}", drawings[shade])
        about = {"alt": alt, "caption": caption, "files": files}
        self._put(f"figures/{name}.json", json_bytes(about, f"figure {name!r}"))

    def figures(self) -> list[StoredFigure]:
        """Its figures, by name.

        Raises:
            Damaged: A file is not as it was written.
        """
        return [self._figure(path.stem) for path in sorted((self.path / "figures").glob("*.json"))]

    def write_members(self, keys: Sequence[str]) -> None:
        """Keeps which members the study rests on; their shards can then be removed only by force."""
        self._put("members.json", json_bytes(list(keys), "members"))

    def read_members(self) -> list[str]:
        """The members that the study rests on; none if that was not written."""
        return self._json_or("members.json", [])

    def write_about(self, about: JsonDict) -> None:
        """Keeps what the study is: title, question, source, what was run and how to run it again."""
        self._put("study.json", json_bytes(about, "study"))

    def read_about(self) -> JsonDict:
        """What the study is.

        Raises:
            Missing: It was not written, because the study was never run to its end.
        """
        return parse_json(self.path / "study.json", self._get("study.json"))

    def write_claims(self, claims: Sequence[JsonDict]) -> None:
        """Keeps the claims and their verdicts."""
        self._put("claims.json", json_bytes(list(claims), "claims"))

    def read_claims(self) -> list[JsonDict]:
        """The claims and their verdicts; none if that was not written."""
        return self._json_or("claims.json", [])

    def write_report(self, html: str) -> Path:
        """Keeps the report; returns its file."""
        return self._put("report.html", html.encode())

    def read_report(self) -> str:
        """The report.

        Raises:
            Missing: None was written.
            Damaged: Its file is not as it was written.
        """
        return self._get("report.html").decode()

    def num_bytes(self) -> int:
        """How much of the disk it takes now."""
        return folder_bytes(self.path)

    def check(self) -> dict[Path, str]:
        """What is wrong with each file that is not as it was written; empty if all is well."""
        wrong: dict[Path, str] = {}
        if not any(path.is_file() for path in self.path.rglob("*")):
            return wrong  # its first file was never finished
        try:
            sums = self._sums()
        except Damaged as error:
            return {self.path / SUMS: str(error)}
        for name in sums:
            try:
                self._get(name)
            except (Damaged, Missing) as error:
                wrong[self.path / name] = str(error)
        return wrong

    def _figure(self, name: str) -> StoredFigure:
        file = f"figures/{name}.json"
        about = parse_json(self.path / file, self._get(file))
        try:
            files = {shade: f"figures/{check_name(about['files'][shade], 'drawing')}" for shade in _SHADES}
            alt, caption = about["alt"], about["caption"]
        except (KeyError, TypeError, BadValue) as error:
            raise Damaged(f"{self.path / file} is damaged: it does not describe a figure. {_REMEDY}") from error
        for drawing in files.values():
            self._get(drawing)
        return StoredFigure(name, alt, caption, {shade: self.path / drawing for shade, drawing in files.items()})

    def _json_or(self, name: str, default: list[Any]) -> list[Any]:
        if not (self.path / name).exists():
            return default
        found = parse_json(self.path / name, self._get(name))
        if not isinstance(found, list):
            raise Damaged(f"{self.path / name} is damaged: it is not a list. {_REMEDY}")
        return found

    def _put(self, name: str, data: bytes) -> Path:
        if not self._writable:
            raise StoreError(f"{self.path} is open for reading only; open the store for writing.")
        path = self.path / name
        with locked(self._lock, on_wait=lambda: self._on_event("lock:waiting")):
            with refusing_when_full(path, len(data)):
                path.parent.mkdir(parents=True, exist_ok=True)
            sums = self._sums_or_none()
            there = digest(path.read_bytes()) if path.exists() else ""
            sums[name] = sorted({digest(data)} | ({there} & set(sums.get(name, []))))
            replace_file(self.path / SUMS, seal(sums, SUMS))
            self._on_event("study:summed")
            try:
                replace_file(path, data)
            except (OSError, StoreError):
                self._forget_if_gone(name, sums)
                raise
            self._on_event("study:written")
        return path

    def _forget_if_gone(self, name: str, sums: dict[str, list[str]]) -> None:
        """A file that could not be written for the first time is not one that is missing."""
        if not (self.path / name).exists():
            with contextlib.suppress(OSError, StoreError):
                rest = {each: accepted for each, accepted in sums.items() if each != name}
                replace_file(self.path / SUMS, seal(rest, SUMS))

    def _get(self, name: str) -> bytes:
        for _ in range(_TRIES):
            try:
                data = read_bytes(self.path / name)
            except Missing as error:
                raise Missing(f"{self.path / name} is missing. {_REMEDY}") from error
            if digest(data) in self._sums().get(name, []):
                return data
        raise Damaged(f"{self.path / name} is damaged: its bytes are not those that were written. {_REMEDY}")

    def _sums(self) -> dict[str, list[str]]:
        try:
            return unseal(self.path / SUMS)
        except Missing as error:
            raise Damaged(f"{self.path / SUMS} is missing. {_REMEDY}") from error
        except Damaged as error:
            raise Damaged(f"{error} {_REMEDY}") from error

    def _sums_or_none(self) -> dict[str, list[str]]:
        try:
            return unseal(self.path / SUMS)
        except (Missing, Damaged):
            return {}


def _csv(name: str, table: polars.DataFrame) -> bytes:
    import polars

    try:
        return table.write_csv().encode()
    except polars.exceptions.PolarsError as error:
        wanted = f"one number, text or date a cell, which CSV can hold ({error})"
        raise BadValue(f"table {name!r}", table.schema, wanted) from error


def _suffix(name: str, drawing: bytes) -> str:
    if drawing.startswith(b"\x89PNG"):
        return "png"
    if drawing.lstrip().startswith(b"<"):
        return "svg"
    raise BadValue(f"figure {name!r}", drawing[:16], "the bytes of an SVG or PNG file")
