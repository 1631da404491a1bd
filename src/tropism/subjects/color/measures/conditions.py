"""Conditions: the same networks left whole, cut, or steered, side by side in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    import polars

Conditions: TypeAlias = Ensemble | Mapping[str, Ensemble]
"""Ensembles by the name of their condition; one alone is the condition `whole`."""

Columns: TypeAlias = dict[str, "np.ndarray | Sequence[object]"]

_BLOCKS = (512, 4096, 32768)  # colors at once; few sizes, so that most sets share one compiled program
_AT_ONCE = 1 << 21  # colors × members


def by_name(conditions: Conditions) -> dict[str, Ensemble]:
    """The ensembles by their condition's name."""
    named = {"whole": conditions} if isinstance(conditions, Ensemble) else dict(conditions)
    if not named:
        raise BadValue("conditions", {}, "at least one ensemble")
    return named


def baseline_of(named: Mapping[str, Ensemble], baseline: str | None) -> Ensemble:
    """The ensemble that the others are compared with: the one named, or the first.

    Raises:
        UnknownName: There is no such condition.
        DoesNotFit: Another condition has other members, so that nothing can be subtracted member by member.
    """
    name = next(iter(named)) if baseline is None else baseline
    if name not in named:
        raise UnknownName("condition", name, named, "baseline")
    for other, ensemble in named.items():
        if ensemble.members != named[name].members:
            raise DoesNotFit(f"The conditions {name!r} and {other!r} have different members; compare the same ones.")
    return named[name]


def answers(ensemble: Ensemble, colors: Float[np.ndarray, "B 3"]) -> Float[np.ndarray, "E B 3"]:
    """What every member gives back for colors, clipped to [0, 1]."""
    return _in_blocks(ensemble, colors, None)


def color_errors(ensemble: Ensemble, colors: Float[np.ndarray, "B 3"]) -> Float[np.ndarray, "E B"]:
    """The mean squared error of every member at each color, over the three channels."""
    return np.square(answers(ensemble, colors).astype(np.float64) - colors).mean(-1)


def latents(ensemble: Ensemble, colors: Float[np.ndarray, "B 3"], site: str) -> Float[np.ndarray, "E B D"]:
    """Every member's values at a site as they flow on, after interventions there."""
    return _in_blocks(ensemble, colors, site).astype(np.float64)


def axis_of(ensemble: Ensemble, direction: Sequence[float] | None, site: str) -> Float[np.ndarray, "D"]:
    """A direction at a site at length one; its first axis if none is given."""
    sites = ensemble.network.sites()
    if site not in sites:
        raise UnknownName("site", site, sites)
    width = sites[site].width
    axis = np.eye(width)[0] if direction is None else np.asarray(direction, dtype=float)
    if axis.shape != (width,) or not np.linalg.norm(axis) > 0:
        raise BadValue("direction", direction, f"{width} numbers, not all zero, as wide as the site {site!r}")
    return axis / np.linalg.norm(axis)


def member_columns(ensemble: Ensemble, condition: str, *, times: int = 1) -> Columns:
    """The columns that begin every table: member, seed, condition and the member's own dials, each row `times` over."""
    columns: Columns = {
        "member": np.repeat(np.arange(len(ensemble)), times),
        "seed": np.repeat([str(member.seed) for member in ensemble.members], times),
        "condition": [condition] * (len(ensemble) * times),
    }
    for name in sorted({name for member in ensemble.members for name, _ in member.dials}):
        values = [dict(member.dials).get(name, np.nan) for member in ensemble.members]
        columns[name] = np.repeat(values, times)
    return columns


def table_of(parts: Sequence[Columns]) -> polars.DataFrame:
    """One table from the conditions' columns, in order; a column that only some have is empty elsewhere."""
    import polars as pl

    return pl.concat([pl.DataFrame(part) for part in parts], how="diagonal")


def _in_blocks(ensemble: Ensemble, colors: Float[np.ndarray, "B 3"], site: str | None) -> np.ndarray:
    """The outputs, or the values at a site, in blocks of one size; the last is filled up and cut."""
    fitting = [size for size in _BLOCKS if size * len(ensemble) <= _AT_ONCE] or [_BLOCKS[0]]
    size = max((size for size in fitting if size <= len(colors)), default=fitting[0])
    padded = np.zeros((-(-len(colors) // size) * size, 3), np.float32)
    padded[: len(colors)] = colors
    parts = []
    for start in range(0, len(padded), size):
        output, heard = ensemble.listen(padded[start : start + size], [] if site is None else [site])
        parts.append(output if site is None else heard[site])
    return np.concatenate(parts, axis=1)[:, : len(colors)]
