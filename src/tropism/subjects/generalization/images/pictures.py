"""Pictures with their digits, as arrays."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np


class Pictures(NamedTuple):
    """Pictures of digits.

    Attributes:
        images: Gray values, 0 to 255 where they are bytes and in [0, 1] where they are floats, `[N, side, side]`.
        labels: Which digit each shows, 0 to 9, `[N]`.
    """

    images: np.ndarray
    labels: np.ndarray

    @property
    def side(self) -> int:
        """Pixels along each side."""
        return int(self.images.shape[1])

    def digest(self) -> str:
        """The SHA-256 of shape, gray values and labels, 64 hexadecimal digits: who these pictures are."""
        found = hashlib.sha256(repr((self.images.shape, self.images.dtype.name)).encode())
        found.update(np.ascontiguousarray(self.images).tobytes())
        found.update(np.ascontiguousarray(self.labels, np.uint8).tobytes())
        return found.hexdigest()
