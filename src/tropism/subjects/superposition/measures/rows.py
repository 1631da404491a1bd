"""Rows of tables: whom a measure looks at, and when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble


def looks(ensemble: Ensemble, steps: Sequence[int] = ()) -> Iterator[tuple[int, Ensemble]]:
    """The networks at some snapshots and at the end, each with its step, without further snapshots, one at a time."""
    for step in steps:
        yield step, ensemble.at(step)
    yield moment_of(ensemble), dataclasses.replace(ensemble, snapshots={})


def moment_of(ensemble: Ensemble) -> int:
    """The step that an ensemble's parameters are of."""
    return ensemble.experiment.length if ensemble.step is None else ensemble.step


def member_columns(ensemble: Ensemble) -> dict[str, Any]:
    """`member`, `seed` and a column for each dial that members have for their own; one row a member."""
    names = sorted({name for member in ensemble.members for name, _ in member.dials})
    columns: dict[str, Any] = {"member": np.arange(len(ensemble)), "seed": [str(m.seed) for m in ensemble.members]}
    return columns | {name: [dict(member.dials).get(name) for member in ensemble.members] for name in names}


def rows_of_member(ensemble: Ensemble, row: int, step: int, columns: Mapping[str, np.ndarray]) -> polars.DataFrame:
    """Several rows about one member at one step: who and when, then what was measured."""
    import polars

    who = {name: column[row] for name, column in member_columns(ensemble).items()} | {"step": step}
    return polars.DataFrame([who]).join(polars.DataFrame(dict(columns)), how="cross", maintain_order="left_right")
