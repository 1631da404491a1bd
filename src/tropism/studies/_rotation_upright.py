"""What the study `rotation` trains on upright digits and then on turned ones, and what is used of what was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core.experiment import Experiment
from tropism.core.start import Fresh, From
from tropism.core.sweep import Sweep
from tropism.measures import gram, steps_to, values_at
from tropism.studies._rotation_likeness import moved
from tropism.studies._rotation_looks import (
    BATCH,
    CONVOLUTIONAL,
    DENSE,
    HELD_OUT,
    NETWORKS,
    OPTIMIZER,
    STEPS,
    digits,
    mean_between,
    right_by_angle,
    turned,
)
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Method = Literal["upright", "scratch", "fine-tuned", "new head", "new features"]

SEEDS = tuple(range(5))
KINDS = (DENSE, CONVOLUTIONAL)
METHODS: tuple[Method, ...] = ("scratch", "fine-tuned", "new head", "new features")
"""Ways to learn turned digits: with the head new and the features frozen, or the other way round."""
FEATURES: Mapping[str, str] = {DENSE: "hidden.*", CONVOLUTIONAL: "maps.*"}
HEAD = "output.*"
SITES: Mapping[str, tuple[str, ...]] = {DENSE: ("hidden.0", "hidden.1"), CONVOLUTIONAL: ("maps.0",)}
UPRIGHT_STEPS, EVERY, LEVEL = 300, 10, 0.85
ASKED_EVERY = 2
"""Every so many-th picture is one that networks' likeness is read on."""


@dataclass(frozen=True)
class Arm:
    """One way to learn turned digits, or upright ones before it."""

    kind: str
    method: Method

    @property
    def name(self) -> str:
        """What the sweep is called, such as `c3-dense-new-head`."""
        return f"c3-{self.kind}-{self.method.replace(' ', '-')}"

    def experiment(self, before: Ensemble | None) -> Experiment:
        """What is trained, from fresh networks or from upright ones."""
        upright = self.method == "upright"
        high, steps = (0.0, UPRIGHT_STEPS) if upright else (360.0, STEPS)
        new = {"new head": HEAD, "new features": FEATURES[self.kind]}.get(self.method)
        return Experiment(
            task=Mixture(
                parts=(Part("shown", digits(0.0, high), BATCH),),
                checks=(Check("held", digits(0.0, 360.0, HELD_OUT)),),
            ),
            network=NETWORKS[self.kind],
            terms=(Accuracy(where="held"),),
            optimizer=OPTIMIZER,
            steps=steps,
            batch_size=BATCH,
            start=Fresh() if before is None else From(before, reinitialize=(new,) if new else ()),
            trainable=(new or "*",),
            snapshots=() if upright else (0,),
            validate_at=tuple(range(0, steps + 1, EVERY)),
        )

    def sweep(self) -> Sweep:
        """Its networks, a seed each."""
        if self.method in ("upright", "scratch"):
            return Sweep(self.name, self.experiment(None), SEEDS)
        first = Arm(self.kind, "upright").name
        return Sweep(self.name, lambda before: self.experiment(before[first]), SEEDS, after=(first,))


ARMS: Mapping[str, Arm] = {
    arm.name: arm for kind in KINDS for arm in (Arm(kind, "upright"), *(Arm(kind, method) for method in METHODS))
}
"""By the names of their sweeps."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Upright networks, ways of learning, rows a network, how far weights moved, how alike networks are."""
    import polars as pl

    kinds = [kind for kind in KINDS if Arm(kind, "upright").name in ensembles]
    later = [Arm(kind, method) for kind in kinds for method in METHODS]
    networks = pl.concat([_networks(arm, ensembles[arm.name]) for arm in later])
    upright = pl.concat([_upright(kind, ensembles[Arm(kind, "upright").name]) for kind in kinds])
    displaced = pl.concat([_moved(arm, ensembles[arm.name]) for arm in later])
    alike = pl.concat([_alike(kind, ensembles) for kind in kinds])
    ways, layers = ("network", "method"), ("network", "layer", "method")
    return {
        "c3-upright": upright,
        "c3-ways": networks.group_by(ways, maintain_order=True).agg(
            pl.len().alias("networks"), there=pl.col("to_85").is_not_null().sum(), to_85=pl.col("to_85").median(),
            best=pl.col("best").mean(), final=pl.col("final").mean(),
        ),
        "c3-layers": displaced.group_by(layers, maintain_order=True).agg(pl.col("moved").mean()),
        "c3-likeness": alike.group_by("network", "site", "method", maintain_order=True).agg(
            pl.col("before", "others_before", "peers").mean()
        ),
        "c3-networks": networks,
        "c3-moved": displaced,
        "c3-alike": alike,
        "drawn-c3-looks": pl.concat([_looks(arm, ensembles[arm.name]) for arm in later]),
    }  # fmt: skip


def _upright(kind: str, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    right = right_by_angle(ensemble)
    return pl.DataFrame(_who(ensemble)).with_columns(
        network=pl.lit(kind), at_rest=pl.Series(right[:, 0]), turned=pl.Series(mean_between(right, 0, 360))
    )


def _networks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """When each had the level, the best look, and accuracy at the end by many angles."""
    import polars as pl

    seen = ensemble.history.validation["accuracy"]
    return pl.DataFrame(_who(ensemble)).with_columns(
        to_85=steps_to(ensemble, "accuracy", LEVEL)["first"],
        best=pl.Series(seen.max(axis=1).astype(float)),
        final=pl.Series(mean_between(right_by_angle(ensemble), 0, 360)),
        **_named(arm),
    )


def _moved(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """A row a network and layer: how far its weights went from where this stage began."""
    import polars as pl

    start = ensemble.at(0).params
    parts = [
        pl.DataFrame(_who(ensemble)).with_columns(
            layer=pl.lit(path.removesuffix(".weight")), moved=pl.Series(moved(start[path], ensemble.params[path]))
        )
        for path in ensemble.params
        if path.endswith(".weight")
    ]
    return pl.concat(parts).with_columns(**_named(arm))


def _alike(kind: str, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """A row a network and site: CKA with its own seed's upright network, with other seeds', and with its like."""
    import polars as pl

    grams = {method: _grams(kind, ensembles[Arm(kind, method).name]) for method in ("upright", *METHODS)}
    scratch = ensembles[Arm(kind, "scratch").name]
    grams = {"untrained": _grams(kind, scratch.at(0)), **grams}
    rows = []
    for method, site in product(grams, SITES[kind]):
        with_upright = _inner(grams[method][site], grams["upright"][site])
        peers = _inner(grams[method][site], grams[method][site])
        for member, each in enumerate(scratch.members):
            rows.append(
                {"network": kind, "site": site, "method": method, "member": member, "seed": str(each.seed),
                 "before": None if method == "upright" else with_upright[member, member],
                 "others_before": _off(with_upright, member), "peers": _off(peers, member)}
            )  # fmt: skip
    table = pl.DataFrame(rows, infer_schema_length=None)
    unlike = {f"unlike_{column}": (1 - pl.col(column)).round(12) for column in ("before", "peers")}  # no dust at zero
    return table.with_columns(**unlike)


def _grams(kind: str, ensemble: Ensemble) -> dict[str, Float[np.ndarray, "E B B"]]:
    """By site; of pictures turned evenly around the circle, the same ones for all networks."""
    pictures = digits(0.0, 360.0).table().inputs[::ASKED_EVERY]
    turns = np.linspace(0, 360, len(pictures), endpoint=False)
    heard = values_at(ensemble, turned(pictures, turns), SITES[kind])
    return {site: np.stack([gram(each) for each in values]) for site, values in heard.items()}


def _inner(one: Float[np.ndarray, "E B B"], other: Float[np.ndarray, "E B B"]) -> Float[np.ndarray, "E E"]:
    return one.reshape(len(one), -1) @ other.reshape(len(other), -1).T


def _off(matrix: Float[np.ndarray, "E E"], row: int) -> float:
    """The mean of a row, without the diagonal."""
    others = np.delete(matrix[row], row)
    return float(others.mean()) if len(others) else float("nan")


def _looks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    steps, seen = ensemble.history.validation_steps, ensemble.history.validation["accuracy"]
    parts = [
        pl.DataFrame({"member": member, "step": steps, "accuracy": seen[member].astype(float)})
        for member in range(len(ensemble))
    ]
    return pl.concat(parts).with_columns(**_named(arm))


def _who(ensemble: Ensemble) -> dict[str, list[int] | list[str]]:
    return {"member": list(range(len(ensemble))), "seed": [str(member.seed) for member in ensemble.members]}


def _named(arm: Arm) -> dict[str, polars.Expr]:
    import polars as pl

    return {"network": pl.lit(arm.kind), "method": pl.lit(arm.method)}
