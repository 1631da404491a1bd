"""The studies that come with Tropism, one file a question; loading this list loads none of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from tropism.errors import UnknownName

if TYPE_CHECKING:
    from tropism.core.sweep import Study

STUDIES: dict[str, tuple[str, str]] = {
    "isolated": ("isolated", "Can red alone be placed on one axis, and deleted from the weights alone? (Ex 2.9.1)"),
    "controls": ("controls", "Does the cut need the anchor, or would a direction found after training do as well?"),
    "recovery": ("recovery", "Red was cut out: does fine-tuning bring it back, and how fast?"),
}
"""By name: the module below `tropism.studies` that makes it, and the question in one line."""


def load(name: str) -> Study:
    """A study by its name.

    Raises:
        UnknownName: With a guess at the typo.
    """
    if name not in STUDIES:
        raise UnknownName("study", name, STUDIES, "`tropism list` shows them")
    module = importlib.import_module(f"tropism.studies.{STUDIES[name][0]}")
    return module.study(name)
