"""Rotations, and rotations with reflections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from tropism.errors import BadValue
from tropism.subjects.generalization.groups.group import Element, Group


@dataclass(frozen=True)
class Cyclic(Group):
    """Addition of residues 0 to modulus - 1."""

    modulus: int

    def check(self) -> None:
        if self.modulus < 1:
            raise BadValue("Cyclic.modulus", self.modulus, "at least 1")

    def elements(self) -> tuple[Element, ...]:
        return tuple(range(self.modulus))

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        residues = np.arange(self.modulus)
        return (residues[:, None] + residues) % self.modulus


@dataclass(frozen=True)
class Dihedral(Group):
    """The symmetries of a regular polygon: `rotations` rotations, then as many reflections.

    The element (k, f) takes the corner i to k + i, or to k - i if f is 1; corners are counted modulo `rotations`.
    """

    rotations: int

    def check(self) -> None:
        if self.rotations < 1:
            raise BadValue("Dihedral.rotations", self.rotations, "at least 1")

    def elements(self) -> tuple[Element, ...]:
        return tuple((turn, flip) for flip in (0, 1) for turn in range(self.rotations))

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        turns, flips = np.array(self.elements()).T
        turned = (turns[:, None] + np.where(flips[:, None] == 1, -turns, turns)) % self.rotations
        return (flips[:, None] ^ flips) * self.rotations + turned

    def name_of(self, element: Element) -> str:
        turn, flip = element  # type: ignore[misc]
        return f"r{turn}" + "s" * int(flip)  # type: ignore[arg-type]
