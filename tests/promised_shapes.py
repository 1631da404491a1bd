"""Checks the shapes that a signature promises (`Float[Array, "B D"]`), and nothing else of it.

Given to jaxtyping's import hook, which hands over stand-ins with its annotations resolved. What is no array is the
house's own to refuse, with an error that says what would do.
"""

from __future__ import annotations

import typing

from beartype import beartype
from jaxtyping import AbstractArray


def checked(stand_in):
    """The function with its array annotations enforced, and no others."""
    hints = stand_in.__annotations__
    stand_in.__annotations__ = {name: hint for name, hint in hints.items() if _promises_an_array(hint)}
    return beartype(stand_in) if stand_in.__annotations__ else stand_in


def _promises_an_array(hint: object) -> bool:
    choices = typing.get_args(hint) or (hint,)
    return any(isinstance(each, type) and issubclass(each, AbstractArray) for each in choices)
