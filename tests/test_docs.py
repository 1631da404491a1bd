"""The pages' code runs, page by page, from top to bottom."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
RUN = [page for page in PAGES if page.parent.name == "how-to"]


def code_of(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_the_code_of_a_how_to_page_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    module = types.ModuleType(f"page_{page.stem.replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    blocks = code_of(page)
    assert blocks, "a how-to page shows code"
    for block in blocks:
        exec(compile(block, str(page), "exec"), module.__dict__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_are_there(page):
    named = re.findall(r"`((?:src|tests|docs|examples|benchmarks|studies)/[\w./-]+)`", page.read_text())
    missing = [name for name in named if not (ROOT / name).exists() and name != "src/tropism/terms/sparse.py"]
    assert missing == []


def test_adding_a_term_touches_one_file_and_one_line_of_a_list(tmp_path):
    house = tmp_path / "tropism"
    shutil.copytree(ROOT / "src/tropism", house, ignore=shutil.ignore_patterns("__pycache__"))
    (house / "terms/sparse.py").write_text(code_of(ROOT / "docs/how-to/add-a-term.md")[0])
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
