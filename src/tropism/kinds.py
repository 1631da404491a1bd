"""Kinds: whether a field holds what its declared type says, where that is a number, text, truth value or tuple of such.

Other types are left to the class's own check.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from tropism.errors import BadValue

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "Dial": "a Dial",
    "None": "None",
}


def misfit(value: object) -> BadValue | None:
    """The error to raise for the first field that is of another kind than declared, if there is one."""
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        declared = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", "")
        item = getattr(value, field.name)
        if not _fits(item, declared):
            return BadValue(f"{type(value).__name__}.{field.name}", item, _in_words(declared))
    return None


def with_article(noun: str) -> str:
    """A class's name after its article: `an Optimizer`."""
    return f"{'an' if noun[:1] in 'AEIOaeio' else 'a'} {noun}"


def _fits(item: object, declared: str) -> bool:
    return any(_fits_one(item, each) for each in _parts(declared, "|"))


def _fits_one(item: object, declared: str) -> bool:
    truth = isinstance(item, (bool, np.bool_))
    if declared == "int":
        return isinstance(item, (int, np.integer)) and not truth
    if declared == "float":
        return isinstance(item, (int, float, np.integer, np.floating)) and not truth
    if declared in ("bool", "str", "None"):
        return {"bool": truth, "str": isinstance(item, str), "None": item is None}[declared]
    if declared == "Dial":
        return any(kind.__name__ == "Dial" for kind in type(item).__mro__)
    inner = re.fullmatch(r"tuple\[(.*)\]", declared)
    if inner is None or isinstance(item, (range, np.ndarray)):
        return True
    kinds = _parts(inner[1], ",")
    if not isinstance(item, tuple) or (kinds[-1] != "..." and len(kinds) != len(item)):
        return False
    return all(
        _fits(each, kind) for each, kind in zip(item, kinds[:1] * len(item) if "..." in kinds else kinds, strict=True)
    )


def _in_words(declared: str) -> str:
    return " or ".join(_in_words_one(each) for each in _parts(declared, "|"))


def _in_words_one(declared: str) -> str:
    inner = re.fullmatch(r"tuple\[(.*)\]", declared)
    if inner is None:
        return _WORDS.get(declared, with_article(declared))
    kinds = [_in_words(kind).removeprefix("a ").removeprefix("an ") for kind in _parts(inner[1], ",") if kind != "..."]
    if "..." in inner[1]:
        return f"a tuple, each {with_article(kinds[0])}"
    return f"a tuple of {len(kinds)}: {', '.join(kinds)}"


def _parts(declared: str, mark: str) -> list[str]:
    """The text split at a mark that stands outside of brackets."""
    found, depth = [""], 0
    for letter in declared:
        depth += (letter in "[(") - (letter in "])")
        if letter == mark and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found]
