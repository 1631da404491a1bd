"""What the refactor's published training histories show of LR1 and LR2: numbers read off two pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

LENGTH = 15
"""The pictures are of runs of 2^15 steps."""


class Reading(NamedTuple):
    """One number of a picture.

    Attributes:
        row: Of Table 1.
        lr: The rate of the line it was read off.
        power: Of two, the steps after which.
        what: `share`, monosemantic neurons per feature, or `bias`, the mean bias.
    """

    row: str
    lr: float
    power: int
    what: str
    number: float

    @property
    def halvings(self) -> int:
        """How often the run has to be halved to come there; 0 is its end."""
        return LENGTH - self.power


_SHARES: Mapping[str, Mapping[float, Mapping[int, float]]] = MappingProxyType(
    {
        "LR1": {
            0.001: {15: 0.0},
            0.003: {15: 0.03},
            0.005: {14: 0.0, 15: 0.32},
            0.007: {14: 0.13, 15: 1.03},
            0.01: {13: 0.10, 14: 1.24, 15: 1.20},
            0.03: {10: 0.17, 11: 0.97, 12: 1.36, 13: 1.05, 14: 0.99, 15: 0.99},
        },
        "LR2": {
            0.01: {15: 0.53},
            0.03: {10: 0.05, 11: 0.19, 12: 0.50, 13: 0.685, 14: 0.69, 15: 0.68},
        },
    }
)

_BIASES: Mapping[str, Mapping[float, Mapping[int, float]]] = MappingProxyType(
    {
        "LR1": {
            0.001: {15: 0.09},
            0.003: {15: 0.14},
            0.005: {15: 0.01},
            0.007: {15: -0.28},
            0.01: {14: -0.39, 15: -0.44},
            0.03: {10: -0.20, 11: -0.41, 12: -0.54, 13: -0.70, 14: -0.82, 15: -0.91},
        },
        "LR2": {
            0.01: {15: -0.34},
            0.03: {10: -0.16, 11: -0.26, 12: -0.45, 13: -0.70, 14: -0.92, 15: -1.05},
        },
    }
)


def readings(row: str | None = None) -> Iterator[Reading]:
    """Every number, or those of a row, by rate and then by steps: shares, then biases."""
    for what, numbers in (("share", _SHARES), ("bias", _BIASES)):
        for name, rates in numbers.items():
            if row in (None, name):
                for lr, after in rates.items():
                    for power, number in after.items():
                        yield Reading(name, lr, power, what, number)


def reading(row: str, lr: float, halvings: int, what: str) -> float | None:
    """One number, None where nothing was read off."""
    found = (each.number for each in readings(row) if (each.lr, each.halvings, each.what) == (lr, halvings, what))
    return next(found, None)
