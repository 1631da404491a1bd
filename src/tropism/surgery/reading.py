"""Reading through a map: whatever reads a site, sees its values after an affine map, each member's through its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.errors import BadValue, DoesNotFit, Missing

if TYPE_CHECKING:
    from jaxtyping import Array


class Maps:
    """z ↦ matrix z + offset, a member: `[E, D, D]` and `[E, D]`. Described by a digest: they may be large."""

    def __init__(self, matrix: np.ndarray, offset: np.ndarray | None = None) -> None:
        self.matrix = np.array(matrix, dtype=np.float64)
        shape = self.matrix.shape
        if len(shape) != 3 or shape[1] != shape[2] or not self.matrix.size:
            raise BadValue("ReadThrough.matrix", f"of shape {shape}", "[E, D, D]: a square matrix a member")
        self.offset = np.zeros(shape[:2]) if offset is None else np.array(offset, dtype=np.float64)
        if self.offset.shape != shape[:2]:
            raise BadValue("ReadThrough.offset", f"of shape {self.offset.shape}", f"{list(shape[:2])}, as the matrix is")
        for item in (self.matrix, self.offset):
            item.setflags(write=False)
