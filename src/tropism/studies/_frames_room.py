"""Whether a first stage leaves room for a second one that writes into the same stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.studies._frames_runs import ROOMS, room_named
from tropism.subjects.superposition.measures.examples import held_out

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

EXAMPLES = 8192
LARGEST = 0.9
"""The part of what is written that counts as the space it is written to, where that is learned."""
SUBSPACES = 400
"""Random subspaces that chance is taken from."""


def rooms(ensembles: Mapping[str, Ensemble], firsts: tuple[int, ...]) -> polars.DataFrame:
    """How much of the first stage lies where the second writes: a row a network."""
    import polars as pl

    rows = []
    for first in firsts:
        for how in ROOMS:
            ensemble = ensembles[room_named(first, how)]
            places = {seed: place for place, seed in enumerate(dict.fromkeys(m.seed for m in ensemble.members))}
            for row, member in enumerate(ensemble.members):
                dials = dict(member.dials)
                asked = "both" if dials["task.weight"] > 0 else "the first alone"
                decay = "decay" if dials["optimizer.weight_decay"] > 0 else "no decay"
                who = (first, how, asked, decay, places[member.seed], str(member.seed))
                rows.append((*who, *_measured(ensemble.select([row]), how)))
    names = ["first", "writes", "asked", "decay", "member", "seed", "r2_first", "r2_second", "dims", "share", "chance",
             "chance_low", "chance_high", "beside_chance", "read_beside", "filled"]  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def _measured(one: Ensemble, how: str) -> tuple[float, ...]:
    parts = [batch for batch, _ in held_out(one, 0, examples=EXAMPLES)]
    inputs, wanted = (np.concatenate([np.asarray(each) for each in pair]) for pair in
                      zip(*[(part.inputs, part.targets) for part in parts], strict=True))  # fmt: skip
    output, heard = one.listen(inputs, ("stream", "written"))
    first = inputs.shape[1]
    stream, written = (heard[site][0].astype(float) for site in ("stream", "written"))
    if one.status.diverged_at[0] >= 0:
        return (np.nan,) * 10
    space = orthonormal(one.params["write.weight"][0]) if how == "cannot erase" else leading(written)
    inside = share_inside(stream, space)
    by_lot = chance_shares(stream, space.shape[1])
    return (
        _r2(output[0][:, :first], wanted[:, :first]), _r2(output[0][:, first:], wanted[:, first:]), space.shape[1],
        inside, space.shape[1] / len(space), *np.percentile(by_lot, (2.5, 97.5)), inside - space.shape[1] / len(space),
        readers_inside(one.params["output.weight"][0][:first], space) - space.shape[1] / len(space), filled(stream),
    )  # fmt: skip


def share_inside(values: Float[np.ndarray, "B D"], space: Float[np.ndarray, "D K"]) -> float:
    """The share of the values' variance that lies in a subspace, given by orthonormal columns."""
    spread = np.cov(values.T)
    return float(np.trace(space.T @ spread @ space) / np.trace(spread))


def readers_inside(readers: Float[np.ndarray, "N D"], space: Float[np.ndarray, "D K"]) -> float:
    """The share of what reads features, squared weights, that lies in a subspace; by chance K / D."""
    return float(np.square(readers @ space).sum() / np.square(readers, dtype=float).sum())


def chance_shares(values: Float[np.ndarray, "B D"], dims: int) -> Float[np.ndarray, "R"]:
    """The same share for random subspaces of so many dimensions; their mean is dims / D, whatever the values."""
    spread, luck = np.cov(values.T), np.random.default_rng(dims)
    spaces = np.linalg.qr(luck.normal(size=(SUBSPACES, values.shape[1], dims)))[0]
    return np.einsum("rdk,de,rek->r", spaces, spread, spaces) / np.trace(spread)


def leading(values: Float[np.ndarray, "B D"]) -> Float[np.ndarray, "D K"]:
    """The fewest principal directions that have nine tenths of the values' variance, as columns."""
    variances, directions = np.linalg.eigh(np.cov(values.T))
    held = np.cumsum(variances[::-1]) / variances.sum()
    return directions[:, ::-1][:, : int((held < LARGEST).sum()) + 1]


def orthonormal(columns: Float[np.ndarray, "D K"]) -> Float[np.ndarray, "D K"]:
    """Orthonormal columns that span the same."""
    return np.linalg.qr(np.asarray(columns, float))[0]


def filled(values: Float[np.ndarray, "B D"]) -> float:
    """How many dimensions the values fill: the participation ratio of their variances."""
    variances = np.linalg.eigvalsh(np.cov(values.T))
    return float(variances.sum() ** 2 / np.square(variances).sum())


def _r2(output: Float[np.ndarray, "B O"], wanted: Float[np.ndarray, "B O"]) -> float:
    """1 − the squared error over the variance, of all outputs together."""
    off = np.square(output.astype(float) - wanted).sum()
    return float(1 - off / np.square(wanted - wanted.mean(axis=0, dtype=float)).sum())
