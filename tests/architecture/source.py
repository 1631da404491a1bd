"""The sources as trees, for tests of how the house is built."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tropism"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's place in the house, for messages and test ids: `training/growth.py`."""
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    """The first part of a file's module name below `tropism`; subjects are told apart: `subjects.color`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return f"subjects.{parts[1]}" if parts[0] == "subjects" and len(parts) > 2 else parts[0]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree."""
    return tuple(ast.walk(tree_of(path)))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The rooms of the house that a file imports from, anywhere in it, each with its line."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            inner = node.module in ("tropism", "tropism.subjects")
            names = [f"{node.module}.{alias.name}" if inner else str(node.module) for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "tropism" and len(parts) > 1:
                yield (".".join(parts[1:3]) if parts[1:2] == ["subjects"] else ".".join(parts[1:2])), node.lineno


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in nodes_of(path):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
