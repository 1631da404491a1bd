"""Every example runs as it stands, and is short."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip(), "an example shows something"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_under_forty_lines(path):
    assert len(path.read_text().splitlines()) < 40


def test_the_readme_and_the_first_example_are_the_same_experiment():
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    shown = readme.partition("```python\n")[2].partition("```")[0]
    example = EXAMPLES[0].read_text()
    body = [line.split("#")[0].strip() for line in shown.splitlines()]
    known = [line.split("#")[0].strip().replace("range(4)", "range(60)") for line in example.splitlines()]
    assert [line for line in body if line and line not in known] == []
