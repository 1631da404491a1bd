"""The verbs that only read a store: `list`, `show`, `report`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tropism.cli.keeping import opened
from tropism.cli.words import print_claims, print_frame, print_table
from tropism.errors import UnknownName, UserError

if TYPE_CHECKING:
    from tropism.cli.verbs import Report, Show


def list_studies(path: Path, *, as_json: bool) -> None:
    """The shipped studies with their questions, and which are stored; rows of Table 1 that are not, in a few lines."""
    from tropism.store import Store
    from tropism.studies import STUDIES
    from tropism.studies.rows import described, listed, names

    stored = Store(path, writable=False).studies() if path.exists() else []
    rows = [(name, question, name in stored) for name, (_, question) in STUDIES.items()]
    rows += [(name, described(name) or "(yours)", True) for name in stored if name not in STUDIES]
    if as_json:
        rows += [(name, described(name), False) for name in names() if name not in stored]
        print(json.dumps([{"name": name, "question": question, "stored": there} for name, question, there in rows]))
        return
    print_table("Studies", ("name", "question", "stored"), [(n, q, "yes" if there else "") for n, q, there in rows])
    print(listed())


def show(asked: Show) -> None:
    """A stored study's claims, or one of its tables, or its failures."""
    from tropism.values import describe, rebuild

    folder = stored_study(asked.store, asked.study, asked.plugins)
    about = folder.read_about()
    if asked.failures:
        print(json.dumps(about["failures"]) if asked.as_json else "\n".join(about["failures"]) or "No member failed.")
        return
    if asked.table is not None:
        table = folder.read_table(asked.table)
        print(table.write_json()) if asked.as_json else print_frame(asked.table, table)
        return
    verdicts = tuple(rebuild(claim) for claim in folder.read_claims())
    if asked.as_json:
        print(
            json.dumps(
                {"about": about, "claims": [describe(verdict) for verdict in verdicts], "tables": folder.names()}
            )
        )
        return
    print_claims(about["title"], verdicts)
    print(f"Tables: {', '.join(folder.names())}")
    for name, words in about["ran"]:
        print(f"{name}: {words}")


def report(asked: Report) -> None:
    """Write a stored study's report again."""
    from tropism.studying import rendered

    folder = stored_study(asked.store, asked.study, asked.plugins, writable=asked.to is None)
    html = rendered(folder)
    if asked.to is None:
        path = folder.write_report(html)
    else:
        path = asked.to
        write_file(path, html.encode())
    written = [str(path)]
    if asked.readme is not None:
        written.append(str(write_readme(asked.store, asked.study, asked.readme)))
    if asked.as_json:
        print(json.dumps({"written": written}))
    else:
        print("\n".join(f"Report: {each}" for each in written))


def write_readme(store: Path, study: str, folder: Path) -> Path:
    """A study's page for the repository: `FOLDER/STUDY/README.md` with its figures beside it."""
    from tropism.report import picture_files, render_markdown
    from tropism.report.smaller import smaller
    from tropism.studying import contents_of

    contents = contents_of(stored_study(store, study, ()))
    home = folder / study
    for name, data in picture_files(contents).items():
        write_file(home / name, smaller(data))
    path = home / "README.md"
    write_file(path, render_markdown(contents).encode())
    return path


def stored_study(path: Path, name: str, plugins: tuple[Path, ...], *, writable: bool = False) -> Any:
    """A stored study's folder.

    Raises:
        Missing: There is no such store, or no such study in it.
    """
    from tropism.plugins import load_plugin

    for plugin in plugins:
        load_plugin(plugin)
    store = opened(path, writable=writable)
    if name not in store.studies():
        raise UnknownName("stored study", name, store.studies(), str(path))
    return store.study(name)


def write_file(path: Path, data: bytes) -> None:
    """Write a file and its folder.

    Raises:
        UserError: The system does not let us.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
