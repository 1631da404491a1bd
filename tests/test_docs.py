"""The pages' code runs, page by page, from top to bottom; what a page says is said, is.

A fence's words say what is done with it: `python` is run, and saved too if it begins with a file's name; `sh` is given
to the command line; either with `raises` must be refused, and a `text` block after it holds the message. In messages
`…` stands for anything. `python script` is run as a program of its own; `python shown` is only read.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import NamedTuple

import pytest

from tropism import errors
from tropism.cli.verbs import parse
from tropism.errors import TropismError

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RUN = [page for page in PAGES if page.parent.name == "how-to"] + [DOCS / "gotchas.md"]
CLASSES = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, TropismError)]
WRITTEN_BY_THE_READER = "src/tropism/terms/sparse.py"


class Block(NamedTuple):
    """A fenced block: the words after its fence, and what stands in it."""

    words: tuple[str, ...]
    text: str


class Refused(NamedTuple):
    """What was raised, and what it said."""

    kind: type[TropismError]
    message: str


def blocks_of(page):
    found = re.findall(r"^```(\w[\w ]*)\n(.*?)^```$", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return [Block(tuple(words.split()), text) for words, text in found]


def code_of(page):
    return [block.text for block in blocks_of(page) if block.words[0] == "python"]


def carried_out(block, module, place):
    """Run a block; what refused it, if something did."""
    if "shown" in block.words:
        compile(block.text, "page", "exec")
        return None
    if block.words[0] == "sh":
        return typed(block.text)
    if "script" in block.words:
        return as_a_program(block.text, place)
    named = re.match(r"# ([\w-]+\.py)\n", block.text)
    if named:
        (place / named[1]).write_text(block.text)
    try:
        exec(compile(block.text, "page", "exec"), module.__dict__)
    except TropismError as error:
        if "raises" not in block.words:
            raise
        return Refused(type(error), str(error))
    return None


def typed(text):
    refused = None
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "tropism", f"a block of commands holds only ours, not {line!r}"
        try:
            parse(words[1:]).run()
        except TropismError as error:
            refused = Refused(type(error), str(error))
    return refused


def as_a_program(text, place):
    path = place / "program.py"
    path.write_text(text)
    ended = subprocess.run([sys.executable, str(path)], cwd=place, capture_output=True, text=True, check=False)
    if not ended.returncode:
        return None
    name, _, message = ended.stderr.strip().splitlines()[-1].partition(": ")
    return Refused(getattr(errors, name.rpartition(".")[2]), message)


def understood(words):
    """What the command line says against some words; nothing if it would do them."""
    said, code = io.StringIO(), 0
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            parse(words)
        except SystemExit as end:
            code = end.code
    return said.getvalue() or "refused" if code else ""


def says(shown, message):
    """Whether a message is what a page shows, in which `…` stands for anything."""
    return re.fullmatch(".+".join(re.escape(part) for part in shown.strip().split("…")), message, flags=re.DOTALL)


def module_for(page, monkeypatch):
    module = types.ModuleType(f"page_{page.stem.replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_a_page_runs_from_top_to_bottom(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    module, refused = module_for(page, monkeypatch), None
    assert code_of(page), "a page that is run shows code"
    for block in blocks_of(page):
        said, refused = refused, None
        if block.words[0] == "text" and said is not None:
            assert says(block.text, said.message), said.message
        if block.words[0] not in ("python", "sh"):
            continue
        refused = carried_out(block, module, tmp_path)
        assert (refused is not None) == ("raises" in block.words), (block.text, refused)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_has_a_page_whose_message_is_the_one_that_the_code_gives(kind, monkeypatch, tmp_path):
    page = DOCS / "errors" / f"{re.sub(r'(?<!^)(?=[A-Z])', '-', kind.__name__).lower()}.md"
    assert page.exists(), f"{kind.__name__} has no page"
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(page)
    shown = next(block.text for block in blocks if block.words[0] == "text")
    module, refusals = module_for(page, monkeypatch), []
    for block in blocks:
        if block.words[0] in ("python", "sh"):
            refused = carried_out(block, module, tmp_path)
            assert (refused is not None) == ("raises" in block.words), (block.text, refused)
            refusals += [refused] if refused else []
    assert refusals, "an error's page shows what is wrong"
    assert issubclass(refusals[0].kind, kind)
    assert says(shown, refusals[0].message), refusals[0].message


def test_every_page_of_an_error_is_of_one_that_there_is():
    names = {re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower() for kind in CLASSES}
    assert {page.stem for page in (DOCS / "errors").glob("*.md")} == names | {"index"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_are_there(page):
    named = re.findall(r"`((?:src|tests|docs|examples|benchmarks|studies)/[\w./-]+)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists() and name != WRITTEN_BY_THE_READER] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_that_a_page_links_to_are_there(page):
    linked = re.findall(r"\]\(([^):]+\.md)(?:#[\w-]+)?\)", page.read_text())
    assert [name for name in linked if not (page.parent / name).resolve().exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_a_page_shows_are_understood(page):
    text = page.read_text()
    typed_out = [line for block in blocks_of(page) if block.words[0] == "sh" for line in block.text.splitlines()]
    for command in re.findall(r"`(tropism [^`]+)`", text) + typed_out:
        words = shlex.split(command, comments=True)[1:]
        words += ["--help"] if len(words) == 1 else []
        assert understood(words) == "", command


def test_every_page_is_linked_from_a_table_of_contents():
    listed = set()
    for index in DOCS.rglob("index.md"):
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", index.read_text(), flags=re.DOTALL):
            entries = [line for line in tree.splitlines() if line and not line.startswith(":")]
            listed |= {(index.parent / f"{entry}.md").resolve() for entry in entries}
    assert {page.resolve() for page in PAGES} - listed == {(DOCS / "index.md").resolve()}
    assert [str(page) for page in listed if not page.exists()] == []


def test_adding_a_term_touches_one_file_and_one_line_of_a_list(tmp_path):
    house = tmp_path / "tropism"
    shutil.copytree(ROOT / "src/tropism", house, ignore=shutil.ignore_patterns("__pycache__"))
    (house / "terms/sparse.py").write_text(code_of(DOCS / "how-to/add-a-term.md")[0])
    shelf = house / "terms/__init__.py"
    line = "from tropism.terms.sparse import Sparse as Sparse\n"
    first = shelf.read_text().index("from tropism.terms.")
    shelf.write_text(shelf.read_text()[:first] + line + shelf.read_text()[first:])
    program = (
        "from tropism.terms import Sparse; from tropism.values import describe, rebuild\n"
        "term = Sparse(site='encoder.0', weight=0.5)\n"
        "assert rebuild(describe(term)) == term; print(describe(term)['is'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "terms.Sparse", run.stderr
