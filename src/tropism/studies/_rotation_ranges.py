"""What the study `rotation` trains on a range of angles, and how far beyond it networks name digits right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.intervals import bootstrap
from tropism.core.sweep import Sweep, grid
from tropism.studies._rotation_looks import (
    ANGLES,
    BATCH,
    NETWORKS,
    OPTIMIZER,
    STEPS,
    digits,
    mean_between,
    right_by_angle,
)

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

SEEDS = tuple(range(3))
UPTO = (60.0, 120.0, 180.0, 240.0, 300.0, 330.0)
"""Where X ends and Y begins, in degrees."""
OFF = 30.0
"""From how many degrees beyond the trained angles on an angle counts as far."""


def sweeps() -> tuple[Sweep, ...]:
    """A sweep a network, in it a setting for each range: where a range ends is a dial."""
    return tuple(Sweep(sweep_of(name), experiment(name), SEEDS, grid(task__high=UPTO)) for name in NETWORKS)


def sweep_of(network: str) -> str:
    """What the sweep of a network is called."""
    return f"a1-{network.replace(', ', '-').replace(' .', '-0').replace(' ', '-')}"


def experiment(network: str) -> Experiment:
    """What is trained: digits turned by 0° up to where the dial says."""
    return Experiment(
        task=digits(0.0, 360.0),
        network=NETWORKS[network],
        optimizer=OPTIMIZER,
        steps=STEPS,
        batch_size=BATCH,
        validate_every=0,
    )


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Rows a network; means with intervals a range; the farthest of each seed; and accuracy by angle, to be drawn."""
    import polars as pl

    there = [name for name in NETWORKS if sweep_of(name) in ensembles]
    right = {name: right_by_angle(ensembles[sweep_of(name)]) for name in there}
    networks = pl.concat([_networks(name, ensembles[sweep_of(name)], right[name]) for name in there])
    return {
        "a1-ranges": _ranges(networks),
        "a1-seeds": _seeds(networks),
        "a1-networks": networks,
        "drawn-a1-angles": pl.concat([_angles(name, ensembles[sweep_of(name)], right[name]) for name in there]),
    }


def scores(right: np.ndarray, upto: float) -> dict[str, np.ndarray]:
    """Accuracies `[E]` of networks that were trained up to an angle: on X, on Y, and on Y near to X and far from it."""
    far, last = upto + OFF, 360 - OFF
    near = [mean_between(right, *ends) for ends in ((upto, min(far, 360)), (max(last, upto), 360))]
    x, y = mean_between(right, 0, upto), mean_between(right, upto, 360)

    def beside(off: float) -> np.ndarray:
        """At just so many degrees from either end, where that is far from the other end as well."""
        ends = [mean_between(right, each, each) for each in (upto + off, 360 - off)]
        return np.mean(ends, axis=0) if upto + off <= 360 - off else np.full(len(right), np.nan)

    return {
        "x": x,
        "y": y,
        "gap": x - y,
        "near": np.mean(near, axis=0),
        "far": mean_between(right, far, last),
        "beside": beside(OFF),
        "farther": beside(2 * OFF),
    }


def _networks(name: str, ensemble: Ensemble, right: np.ndarray) -> polars.DataFrame:
    import polars as pl

    ends = [dict(member.dials)["task.high"] for member in ensemble.members]
    rows = []
    for member, end in enumerate(ends):
        found = {what: float(each[0]) for what, each in scores(right[[member]], end).items()}
        seed = str(ensemble.members[member].seed)
        rows.append({"network": name, "upto": int(end), "member": member, "seed": seed} | found)
    return pl.DataFrame(rows).with_columns(pl.col("near", "far", "beside", "farther").fill_nan(None))


def _ranges(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    rows = []
    for (name, upto), part in networks.group_by("network", "upto", maintain_order=True):
        row: dict[str, object] = {"network": name, "upto": upto, "networks": part.height}
        for what in ("x", "y", "near", "far", "beside", "farther"):
            values = part[what].drop_nulls().drop_nans().to_numpy()
            mean, low, high = bootstrap(values, seed=0) if len(values) else (None, None, None)
            row |= {what: mean}
            row |= {f"{what}_low": low, f"{what}_high": high} if what in ("y", "far") else {}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def _seeds(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a network and seed: the worst over ranges, so that a claim on every range is one claim."""
    import polars as pl

    table = networks.group_by("network", "seed", maintain_order=True).agg(
        x_least=pl.col("x").min(),
        gap_most=pl.col("gap").abs().max(),
        far_most=pl.col("far").max(),
        far_mean=pl.col("far").mean(),
    )
    return table.with_columns(member=pl.int_range(pl.len()).over("network"))


def _angles(name: str, ensemble: Ensemble, right: np.ndarray) -> polars.DataFrame:
    import polars as pl

    parts = [
        pl.DataFrame({"member": row, "angle": ANGLES, "accuracy": right[row]}).with_columns(
            network=pl.lit(name), upto=pl.lit(int(dict(member.dials)["task.high"]))
        )
        for row, member in enumerate(ensemble.members)
    ]
    return pl.concat(parts)
