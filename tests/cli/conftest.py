"""What the tests of the command line start from: a folder with a tiny study, and a way to say a command in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tropism import cli

TINY = Path(__file__).with_name("tiny.py")
SPARSE = Path(__file__).with_name("sparse.py")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn_once: None) -> Path:
    """The current folder, with `tiny.py` and `sparse.py` in it; figures are drawn once."""
    shutil.copy(TINY, tmp_path)
    shutil.copy(SPARSE, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def tropism(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Says a command in that folder, in this process."""

    def say(*words: object) -> Said:
        capsys.readouterr()
        try:
            code = cli.run([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return say


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the study `tiny`, trained once; copy it before you change it."""
    home = tmp_path_factory.mktemp("trained")
    shutil.copy(TINY, home)
    assert cli.run(["run", str(home / "tiny.py"), "--store", str(home / "store"), "--processes", "1"]) == 0
    return home / "store"


@pytest.fixture
def stored(trained: Path, folder: Path) -> Path:
    """A copy of that store, at `store` in the current folder."""
    return Path(shutil.copytree(trained, folder / "store"))
