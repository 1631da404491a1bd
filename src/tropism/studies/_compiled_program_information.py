"""How much a single code tells of a variable: mutual information, of both in steps."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

STEPS, LEVELS = 16, 4
"""Steps of equal frequency that codes are told in, and values that are not zero; fewer where many are alike."""


def told(codes: Float[np.ndarray, "N D"], values: Float[np.ndarray, "N V"]) -> Float[np.ndarray, "V"]:
    """The share of each variable's entropy that the code tells which tells most of it; in [0, 1].

    Zero is a step of its own, and so is each of few values; all others are cut at quantiles. By chance it is above
    zero, by about a hundredth of a nat for a thousand examples. A variable that never changes has NaN.
    """
    wanted = np.stack([_stepped(each, LEVELS) for each in values.T], axis=1)
    starts = np.cumsum([0, *wanted.max(axis=0)[:-1] + 1])
    kinds = int(wanted.max(axis=0).sum()) + wanted.shape[1]
    whole = np.add.reduceat(_surprise(_shares(wanted + starts, kinds)), starts)
    found = np.zeros((codes.shape[1], wanted.shape[1]))
    for place, steps in enumerate(_stepped(each, STEPS) for each in codes.T):
        count = steps.max() + 1
        joint = _shares(steps[:, None] * kinds + wanted + starts, count * kinds).reshape(count, kinds)
        own = _surprise(_shares(steps, count)).sum()
        found[place] = own + whole - np.add.reduceat(_surprise(joint).sum(axis=0), starts)
    return np.divide(found.max(axis=0), whole, out=np.full(len(whole), np.nan), where=whole > 0).clip(0, 1)


def _stepped(numbers: Float[np.ndarray, "N"], count: int) -> Int[np.ndarray, "N"]:
    """Which step each number is on; those that are equal but for rounding are on the same."""
    numbers = numbers.round(9)
    distinct = np.unique(numbers)
    if len(distinct) <= count + 1:
        return np.searchsorted(distinct, numbers)
    on = numbers != 0
    edges = np.unique(np.quantile(numbers[on], np.arange(1, count) / count))
    return np.unique(np.where(on, np.searchsorted(edges, numbers, side="right") + 1, 0), return_inverse=True)[1]


def _shares(marks: Int[np.ndarray, "N ..."], count: int) -> Float[np.ndarray, "K"]:
    """Which share of the examples has each mark."""
    return np.bincount(marks.ravel(), minlength=count) / len(marks)


def _surprise(shares: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """−p log p of each share."""
    return -shares * np.log(np.where(shares > 0, shares, 1.0))
