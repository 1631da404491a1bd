"""What the study `swapped-components` trains and measures: components one by one, and a row a pair of networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from tropism.core.each import each, only
from tropism.core.sweep import Sweep
from tropism.studies._retrain_bench import bench_of
from tropism.studies._retrain_parts import NEAR, SHOWN, Layer, Parts, correlated, parts_of
from tropism.studies._retrain_runs import FRESH_LUCK, Model, again, models
from tropism.studies._retrain_tables import HALVES

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.core.experiment import Experiment

NEARER = 1.05
"""Variances are all but the same where they differ by less than this factor."""
RETRAINED = "retrained"
BOTH = f"{RETRAINED}, {HALVES}"
"""The base network's components of one half of the examples beside those of the other half, after training again."""


@dataclass(frozen=True)
class Scale:
    """How much is trained.

    Attributes:
        seeds: Base networks, by the name of their model.
        steps: Of training.
    """

    seeds: Mapping[str, tuple[int, ...]]
    steps: int = 1500

    def chosen(self) -> dict[str, Model]:
        """The models by name."""
        return {name: each for name, each in models(self.steps).items() if name in self.seeds}


WHOLE = Scale({"linear": tuple(range(200, 440)), "relu": tuple(range(200, 280))})
QUICK = Scale({"linear": tuple(range(200, 206))}, steps=600)


def sweeps(scale: Scale) -> tuple[Sweep, ...]:
    """Of every model base networks, and their layer trained again."""
    return tuple(sweep for name, model in scale.chosen().items() for sweep in _of_model(name, model, scale))


def _of_model(name: str, model: Model, scale: Scale) -> tuple[Sweep, ...]:
    first, second = _named(name)

    def retrained(before: Mapping[str, Ensemble]) -> Experiment:
        return again(model, before[first])

    return (
        Sweep(first, model.experiment, scale.seeds[name]),
        Sweep(second, retrained, (), apart=FRESH_LUCK, after=(first,)),
    )


def tables(ensembles: Mapping[str, Ensemble], scale: Scale) -> dict[str, polars.DataFrame]:
    """Components one by one, and what they come to: a row a pair of networks."""
    import polars as pl

    asked = [(only(ensembles, _named(name)), scale, name) for name in scale.chosen()]
    components = pl.DataFrame([row for rows in each(component_rows, asked) for row in rows])
    return {"swaps": swaps(components), "components": components}


def component_rows(ensembles: Mapping[str, Ensemble], scale: Scale, name: str) -> list[dict[str, Any]]:
    """The first components of every network of a model, beside others of the same place.

    Those are of the same examples after the layer was trained again; of other examples, in the same network; and both.
    Whether a neighbor is of like variance is the base network's, on all examples. A network that did not come back has
    no correlations.
    """
    base, retrained = (ensembles[each] for each in _named(name))
    model = scale.chosen()[name]
    held = bench_of(model, {"base": base, RETRAINED: retrained})
    passed, rows = held.comparable(RETRAINED), []
    for member, (layer, other) in enumerate(zip(held.layers["base"], held.layers[RETRAINED], strict=True)):
        about = {"model": model.words, "member": member, "seed": held.seeds[member], "passed": bool(passed[member])}
        whole = parts_of(layer, "PCA", SHOWN + 1)
        half, (mine, theirs) = _of_half(layer, 0), (_of_half(each, 1) for each in (layer, other))
        sides = {RETRAINED: (whole, parts_of(other, "PCA")), HALVES: (half, mine), BOTH: (half, theirs)}
        for pair, (one, two) in sides.items():
            rows += [about | {"pair": pair} | told for told in beside(one, two, factors(whole.variances))]
    return [row if row["passed"] else row | {"own": np.nan, "best": np.nan} for row in rows]


def beside(one: Parts, two: Parts, nearest: Float[np.ndarray, "_"]) -> Iterator[dict[str, Any]]:
    """The first's components one by one: the correlation with the second's of the same place, and the largest."""
    found = correlated(*(each.first(SHOWN).rows["activation"] for each in (one, two)))
    for place in range(SHOWN):
        own, best = float(found[place, place]), float(found[place].max())
        yield {"place": place + 1, "nearest": float(nearest[place]), "own": own, "best": best}


def factors(variances: Float[np.ndarray, "K"]) -> Float[np.ndarray, "K"]:
    """By which factor the nearer neighbor's variance is another, at least 1; infinite beside one that has none."""
    falls = np.divide(variances[:-1], variances[1:], out=np.full(len(variances) - 1, np.inf), where=variances[1:] > 0)
    return np.minimum(np.append(falls, np.inf), np.insert(falls, 0, np.inf))


def swaps(components: polars.DataFrame) -> polars.DataFrame:
    """How much better than its own place a component's best is: mean over those near another in variance, or not.

    Networks that did not pass the gate have no numbers.
    """
    import polars as pl

    by, gap, near = ["model", "pair", "member", "seed", "passed"], pl.col("best") - pl.col("own"), "nearest"
    of = {"alone": pl.col(near) >= NEAR, "crowded": pl.col(near) < NEAR, "closest": pl.col(near) < NEARER}
    of["between"] = of["crowded"] & ~of["closest"]
    means = {name: gap.filter(which & pl.col("passed")).mean() for name, which in of.items()}
    return components.group_by(by, maintain_order=True).agg(**means, near=of["crowded"].sum())


def _of_half(layer: Layer, half: int) -> Parts:
    return parts_of(layer._replace(shown=layer.shown[half::2]), "PCA")


def _named(name: str) -> tuple[str, str]:
    return f"{name} base", f"{name} {RETRAINED}"
