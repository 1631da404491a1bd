"""What a wrong input is tried on: a folder with a tiny study and its store."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tropism import cli

TINY = Path(__file__).parents[1] / "cli" / "tiny.py"
SPARSE = TINY.with_name("sparse.py")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the study `tiny`, trained once."""
    home = tmp_path_factory.mktemp("trained")
    shutil.copy(TINY, home)
    assert cli.run(["run", str(home / "tiny.py"), "--store", str(home / "store"), "--processes", "1"]) == 0
    return home


@pytest.fixture
def folder(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, the current folder, with the study `sparse` beside it."""
    home = Path(shutil.copytree(trained, tmp_path / "home"))
    shutil.copy(SPARSE, home)
    monkeypatch.chdir(home)
    monkeypatch.setenv("COLUMNS", "100")
    return home


@pytest.fixture
def plain(folder: Path) -> Callable[[str], str]:
    """A message without what differs from place to place and from day to day."""

    def made_plain(text: str) -> str:
        text = text.replace(str(folder), "<folder>")
        text = re.sub(r"\b[0-9a-f]{64}\b", "<key>", text)
        text = re.sub(r"\b[0-9a-f]{16}\.safetensors", "<shard>.safetensors", text)
        return re.sub(r"process \d+ on \S+, since \S+", "process <number> on <host>, since <time>", text)

    return made_plain
