"""How far apart two settings of one loss are, looked at on a seed that did not choose them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

COMPARED = ("share", "covered")
"""What pairs are chosen by: monosemantic neurons per feature, and the share of features that have one."""


class Setting(NamedTuple):
    """One setting's networks by seed, seeds in the same order for all settings that are compared."""

    name: str
    loss: Float[np.ndarray, "E"]
    value: Float[np.ndarray, "E"]


class Apart(NamedTuple):
    """Two settings and, on the seed left out, the one's value less the other's and the same of the loss.

    The difference of losses is relative to their mean. Without such a pair: empty names, and NaN.
    """

    one: str
    other: str
    value: float
    loss: float


def furthest_apart(settings: Sequence[Setting], left_out: int, *, margin: float) -> Apart:
    """The pair that the other seeds choose, and what it is on the one left out.

    Of the pairs whose losses differ on *every* other seed by less than `margin` of their mean, the one whose values
    are furthest apart there on average. A pair of which a network failed there is not chosen; where there is no other
    seed, none is.
    """
    best: tuple[float, Setting, Setting] | None = None
    for one, other in itertools.permutations(settings, 2):
        rest = np.arange(len(one.loss)) != left_out
        loss, value = relative(one.loss, other.loss)[rest], (one.value - other.value)[rest]
        alike = len(loss) > 0 and bool((np.abs(loss) < margin).all())  # false for NaN
        if alike and value.mean() > (-np.inf if best is None else best[0]):
            best = float(value.mean()), one, other
    if best is None:
        return Apart("", "", np.nan, np.nan)
    _, one, other = best
    value, loss = one.value - other.value, relative(one.loss, other.loss)
    return Apart(one.name, other.name, float(value[left_out]), float(loss[left_out]))


def pairs_apart(
    settings: Mapping[str, Mapping[str, Float[np.ndarray, "E"]]], seeds: int, *, margin: float
) -> list[dict[str, Any]]:
    """The pairs that are chosen by share, and by coverage: a row for each and each seed that is left out.

    Args:
        settings: By name, each one's numbers by seed: `share`, `covered`, the `loss` that decides, and `held_out`.
        seeds: How many there are.
        margin: Two losses that differ by less than this part of their mean are equal.

    Returns:
        `what` was compared and the place of the seed, `member`; `one` and `other`; on that seed, which did not choose
        them, how far they are `apart`, and `apart_if_equal`, the same, NaN where their losses are not equal there;
        `loss_apart` and `held_out_apart`, over their means; and the numbers of both, such as `one_share`.
    """
    rows: list[dict[str, Any]] = []
    for what in COMPARED:
        compared = [Setting(name, numbers["loss"], numbers[what]) for name, numbers in settings.items()]
        for place in range(seeds):
            apart = furthest_apart(compared, place, margin=margin)
            gap = abs(apart.loss)
            told = {"one": apart.one or None, "other": apart.other or None, "apart": apart.value}
            told |= {"apart_if_equal": apart.value if gap < margin else np.nan, "loss_apart": gap}
            rows.append({"what": what, "member": place} | told | _both(settings, apart, place))
    return rows


def relative(one: Float[np.ndarray, "E"], other: Float[np.ndarray, "E"]) -> Float[np.ndarray, "E"]:
    """The one's loss less the other's, over their mean."""
    return 2 * (one - other) / (one + other)


def _both(settings: Mapping[str, Mapping[str, Float[np.ndarray, "E"]]], apart: Apart, place: int) -> dict[str, float]:
    """What the two settings of a pair are on one seed, side by side."""
    sides = [settings.get(name) for name in (apart.one, apart.other)]
    ours, theirs = ({} if side is None else {name: float(each[place]) for name, each in side.items()} for side in sides)
    held_out = [side.get("held_out", np.nan) for side in (ours, theirs)]
    return {"held_out_apart": abs(float(relative(np.array(held_out[0]), np.array(held_out[1]))))} | {
        f"{who}_{name}": side.get(name, np.nan)
        for name in (*COMPARED, "loss", "held_out")
        for who, side in (("one", ours), ("other", theirs))
    }
