"""What was swept in a run, found from what was trained: dials that members have of their own, and fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.places import varied
from tropism.subjects.superposition.table_one import ADDRESSES

SHORT: Mapping[str, str] = {address: name for name, address in ADDRESSES.items()} | {"network.hidden": "hidden"}
"""What tables and figures call the addresses that Table 1 sweeps; others are called by their last part."""

UNSWEPT = "setting"
"""The axis of a run in which nothing is swept, with the one word `as set`."""

FOLLOW = ("network.inputs", "network.outputs", "batch_size", "steps")
"""Fields that may follow from others: they are an axis only where those do not tell all."""

TAKEN = ("member", "seed", "run", "step", "loss", "share", "covered", "mono", "dead", "bias", "n", "failed")
"""Columns of the tables, which no axis may be called."""

Point: TypeAlias = dict[str, float | str]


@dataclass(frozen=True)
class Axis:
    """Something that was swept.

    Attributes:
        name: What its column is called.
        values: What it took, in the order in which it was trained.
    """

    name: str
    values: tuple[float | str, ...]

    @property
    def numeric(self) -> bool:
        """Whether it took numbers and not words."""
        return not any(isinstance(value, str) for value in self.values)


def swept(
    experiments: Mapping[str, Experiment], networks: Sequence[tuple[str, Member]]
) -> tuple[list[Axis], list[Point]]:
    """The axes, and where each network stands on them.

    Args:
        experiments: By sweep.
        networks: Each network's sweep, and who it is.
    """
    differing = varied(experiments)
    held = [{**differing[sweep], **dict(member.dials)} for sweep, member in networks]
    addresses = _telling(held)
    names = _named(addresses)
    points: list[Point] = [{names[at]: _plain(there.get(at)) for at in addresses} for there in held]
    sweeps = [sweep.partition(" ")[2] or sweep for sweep, _ in networks]  # a grid over fields is named behind the name
    apart = {(sweep, *point.values()) for sweep, point in zip(sweeps, points, strict=True)}
    if len(apart) > len({tuple(point.values()) for point in points}):  # more differs than the addresses tell
        dials = {names[at] for at in addresses if any(at in dict(member.dials) for _, member in networks)}
        points = [
            {**_worded(sweep, sweeps), **{name: value for name, value in point.items() if name in dials}}
            for sweep, point in zip(sweeps, points, strict=True)
        ]
    if not points[0]:
        points = [{UNSWEPT: "as set"} for _ in points]
    axes = [Axis(name, tuple(dict.fromkeys(point[name] for point in points))) for name in points[0]]
    return axes, points


def run_of(point: Point) -> str:
    """A network's setting in words: what was swept, and its number."""
    words = []
    for name, value in point.items():
        said = value if isinstance(value, str) else f"{value:g}"
        words.append(said if name in (UNSWEPT, "sweep") else f"{name} {said}")
    return ", ".join(words)


def _telling(held: Sequence[Mapping[str, Any]]) -> list[str]:
    """The addresses that tell settings apart, without those that follow from the others."""
    found = dict.fromkeys(address for there in held for address in there if address != "snapshots")
    kept: list[str] = []
    for address in sorted(found, key=lambda at: at in FOLLOW):
        before = {tuple(_plain(there.get(at)) for at in kept) for there in held}
        after = {tuple(_plain(there.get(at)) for at in (*kept, address)) for there in held}
        kept += [address] if len(after) > len(before) else []
    return kept


def _worded(sweep: str, sweeps: Sequence[str]) -> Point:
    """A sweep's own words, such as `optimizer-Adam pace-Cosine`, if all sweeps have such; or its whole name."""
    labels = {tuple(word.partition("-")[0] for word in each.split()) for each in sweeps}
    told = [word.partition("-") for word in sweep.split()]
    if len(labels) == 1 and all(label.isidentifier() and value for label, _, value in told):
        return {label: value for label, _, value in told}
    return {"sweep": sweep}


def _named(addresses: Sequence[str]) -> dict[str, str]:
    short = {at: SHORT.get(at, at.rpartition(".")[2]) for at in addresses}
    taken = [*short.values(), *TAKEN]
    return {at: name if taken.count(name) == 1 else at for at, name in short.items()}


def _plain(item: object) -> float | str:
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return float(item)
    return "–" if item is None else str(item)
