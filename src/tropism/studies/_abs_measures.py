"""What the study `abs-circuits` measures: who hears what, what is given back, and at which loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.studies._abs_neurons import given_back, hearing, is_exact, motifs
from tropism.studies._abs_signs import asked, counted
from tropism.studies._fresh_losses import fresh_losses
from tropism.subjects.superposition import ImportantFeatures
from tropism.subjects.superposition.measures.neurons import MILD, THRESHOLD

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

PATHS = ("hidden.weight", "output.weight", "output.bias")


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the study, from its two ensembles."""
    import polars as pl

    three, few = _looked_at(ensembles["three"])
    hundred, many = _looked_at(ensembles["hundred"])
    summary = hundred.group_by("density", maintain_order=True).agg(
        pl.col("loss", "mono", "heard", "halves", "important", "motifs", "inhibited").fill_nan(None).mean(),
        pl.len().alias("networks"),
    )
    return {
        "summary": summary,
        "signs": pl.concat(
            [_signs(ensembles["three"], three, "three features, "), _signs(ensembles["hundred"], hundred)]
        ),
        "three": three.drop("mono", "heard", "motifs", "inhibited"),
        "hundred": hundred.drop("exact"),
        "drawn-three": few,
        "drawn-hundred": many,
        "drawn-signs": asked(ensembles["hundred"], hundred["condition"].to_list(), threshold=MILD),
    }


def _signs(ensemble: Ensemble, networks: polars.DataFrame, before: str = "") -> polars.DataFrame:
    """Neurons by the published threshold, then by a milder one."""
    import polars as pl

    conditions = [f"{before}{each}" for each in networks["condition"]]
    return pl.concat(counted(ensemble, conditions, threshold=bar) for bar in (THRESHOLD, MILD))


def _looked_at(ensemble: Ensemble) -> tuple[polars.DataFrame, polars.DataFrame]:
    """A row a network, and the best network's weights at each density."""
    import polars as pl

    task = ensemble.experiment.task
    assert isinstance(task, ImportantFeatures)
    importances = np.asarray(task.importances(), float)
    seeds = list(dict.fromkeys(str(member.seed) for member in ensemble.members))
    densities = np.array([dict(each.dials).get("task.density", task.density) for each in ensemble.members], float)
    losses = np.zeros(len(ensemble))
    drawn = []
    for density in dict.fromkeys(densities.tolist()):
        rows = np.flatnonzero(densities == density)
        zero = density / 3 * importances.sum()  # E[x²] = p/3
        losses[rows] = fresh_losses(ensemble.select(rows), density) / zero
        if np.isfinite(losses[rows]).any():
            best = rows[np.nanargmin(losses[rows])]
            drawn.append(_drawn(ensemble.params["hidden.weight"][best], f"density {density:g}"))
    found = []
    for row, member in enumerate(ensemble.members):
        who = {"condition": f"density {densities[row]:g}", "density": densities[row]}
        who |= {"member": seeds.index(str(member.seed)), "seed": str(member.seed), "loss": losses[row]}
        inputs, outputs, bias = (ensemble.params[path][row] for path in PATHS)
        told = _told(inputs, outputs, bias, losses[row], importances)
        found.append(who | (told if np.isfinite(losses[row]) else dict.fromkeys(told)))
    return pl.DataFrame(found, infer_schema_length=None), pl.concat(drawn)


def _told(
    inputs: np.ndarray, outputs: np.ndarray, bias: np.ndarray, loss: float, importances: np.ndarray
) -> dict[str, Any]:
    heard = hearing(inputs).sum(axis=1)
    # An ignored feature's best output is its mean, ½ where features are always on; that is not given back.
    halves = given_back(inputs, outputs, bias) - np.maximum(bias, 0) > 0.5
    seen = motifs(inputs, outputs)
    return {
        "exact": bool(loss < 1e-3 and is_exact(inputs)),
        "mono": float((heard == 1).mean()),
        "heard": float(heard.mean()),
        "halves": int(halves.sum()),
        "important": float((halves * importances).sum() / (2 * importances.sum())),
        "motifs": len(seen),
        "inhibited": sum(each.inhibited for each in seen),
    }


def _drawn(weight: np.ndarray, condition: str) -> polars.DataFrame:
    """Input weights over each neuron's strongest; neurons that hear few features first, then by their favorite."""
    import polars as pl

    sizes = np.abs(weight.astype(float))
    scaled = weight / sizes.max(axis=1, keepdims=True).clip(1e-12)
    scaled = scaled[np.lexsort((sizes.argmax(axis=1), hearing(weight).sum(axis=1)))]
    neurons, features = np.indices(scaled.shape).reshape(2, -1)
    return pl.DataFrame(
        {"condition": condition, "neuron": neurons, "feature": features, "weight": scaled.ravel().astype(float)}
    )
