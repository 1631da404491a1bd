"""What the study `swapped-components` trains and measures: components one by one, and a row a pair of networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.each import each, only
from tropism.core.sweep import Sweep
from tropism.studies._retrain_bench import bench_of
from tropism.studies._retrain_parts import NEAR, SHOWN, Parts, correlated, parts_of
from tropism.studies._retrain_runs import FRESH_LUCK, Model, again, models
from tropism.studies._retrain_tables import HALVES, factors

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.core.experiment import Experiment

NEARER = 1.05
"""Variances are all but the same where they differ by less than this factor."""
RETRAINED = "retrained"


@dataclass(frozen=True)
class Scale:
    """How much is trained.

    Attributes:
        seeds: Base networks, by the name of their model.
        steps: Of training on digits,
        sparse_steps: and on sparse features.
    """

    seeds: Mapping[str, tuple[int, ...]]
    steps: int = 1500
    sparse_steps: int = 2000

    def chosen(self) -> dict[str, Model]:
        """The models by name."""
        return {name: each for name, each in models(self.steps, self.sparse_steps).items() if name in self.seeds}


WHOLE = Scale({"linear": tuple(range(200, 440)), "relu": tuple(range(200, 280)), "sparse": tuple(range(200, 210))})
QUICK = Scale({"linear": tuple(range(200, 206))}, steps=600)


def sweeps(scale: Scale) -> tuple[Sweep, ...]:
    """Of every model base networks, and their layer trained again; the model that takes longest begins."""
    return tuple(sweep for name, model in reversed(scale.chosen().items()) for sweep in _of_model(name, model, scale))


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
    """The first components of every network of a model that passed the gate, beside two others of the same place.

    These are its own after the layer was trained again, and its own on the other half of the examples.
    """
    base, retrained = (ensembles[each] for each in _named(name))
    model = scale.chosen()[name]
    held = bench_of(model, {"base": base, RETRAINED: retrained})
    rows = []
    for member, (layer, other) in enumerate(zip(held.layers["base"], held.layers[RETRAINED], strict=True)):
        about = {"model": model.words, "member": member, "seed": held.seeds[member]}
        halves = [parts_of(layer._replace(shown=layer.shown[half::2]), "PCA") for half in (0, 1)]
        sides = {RETRAINED: [parts_of(layer, "PCA"), parts_of(other, "PCA")], HALVES: halves}
        passed = bool(held.comparable(RETRAINED)[member])
        for pair, (one, two) in sides.items():
            rows += [about | {"pair": pair, "passed": passed} | scores for scores in _beside(one, two)]
    return rows


def _beside(one: Parts, two: Parts) -> Iterator[dict[str, Any]]:
    found, nearest = correlated(one.rows["activation"], two.rows["activation"]), factors(one.variances)
    for place in range(SHOWN):
        own, best = float(found[place, place]), float(found[place].max())
        yield {"place": place + 1, "nearest": float(nearest[place]), "own": own, "best": best}


def swaps(components: polars.DataFrame) -> polars.DataFrame:
    """How much better than its own place a component's best is: mean over those near another in variance, or not.

    Networks that did not pass the gate have no numbers.
    """
    import polars as pl

    by, gap, near = ["model", "pair", "member", "seed", "passed"], pl.col("best") - pl.col("own"), "nearest"
    of = {"alone": pl.col(near) >= NEAR, "crowded": pl.col(near) < NEAR, "closest": pl.col(near) < NEARER}
    means = {name: gap.filter(which & pl.col("passed")).mean() for name, which in of.items()}
    return components.group_by(by, maintain_order=True).agg(**means, near=of["crowded"].sum())


def _named(name: str) -> tuple[str, str]:
    return f"{name} base", f"{name} {RETRAINED}"
