"""What the study `double-descent` measures: losses, norms, and who has how much of the hidden space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.errors import DoesNotFit
from tropism.measures import dimensionality, norms
from tropism.subjects.superposition import FiniteFeatures
from tropism.subjects.superposition.measures.geometry import feature_directions

if TYPE_CHECKING:
    import polars

FRESH = 4096
POLYGONS = (5, 8)
"""From this many points to that they are looked at as polygons."""

REPRESENTED = 0.2
"""Half of a pentagon's dimensionality."""

_ALL, _SOME = 10, 30  # of a network's dimensionalities drawn: the largest, and of the others, evenly by rank
_MOST_DRAWN = 500  # points of a panel


def points_of(ensemble: Ensemble) -> Float[np.ndarray, "E T N"]:
    """Each member's data set, made again from its `world` stream.

    Raises:
        DoesNotFit: An ensemble of another task.
    """
    import jax

    from tropism.training.streams import streams_of

    task = task_of(ensemble)
    made = jax.jit(jax.vmap(lambda key: task.world((), key)))(streams_of(ensemble.members).world)
    return np.asarray(made["points"])


def task_of(ensemble: Ensemble) -> FiniteFeatures:
    """The ensemble's task.

    Raises:
        DoesNotFit: Another task.
    """
    task = ensemble.experiment.task
    if not isinstance(task, FiniteFeatures):
        raise DoesNotFit(f"This measure wants networks trained on FiniteFeatures, not on {type(task).__name__}.")
    return task


def tables_of(ensembles: Mapping[str, Ensemble], shown: Sequence[int], *, long: str) -> dict[str, polars.DataFrame]:
    """A row a network; and, of the short runs with two hidden dimensions, dimensionalities and directions to draw.

    Args:
        shown: Sizes of data sets whose directions are drawn, of the first seed.
        long: How the names begin of ensembles that were trained as long as published.
    """
    import polars as pl

    networks, spread, vectors = [], [], []
    fresh: dict[tuple[int, float, bool], np.ndarray] = {}
    for name in ensembles:
        ensemble = ensembles[name]
        points = points_of(ensemble)
        output, heard = ensemble.listen(points, ("hidden",), apart=True)
        hidden, features = np.asarray(heard["hidden"], float), feature_directions(ensemble).astype(float)
        features[ensemble.status.diverged_at >= 0] = np.nan
        size, plane = points.shape[1], hidden.shape[2] == 2 and not name.startswith(long)
        train = np.square(output - points).sum(axis=-1).mean(axis=-1)
        row = _columns(ensemble, "published" if name.startswith(long) else "short")
        row |= (
            {"train": train.astype(float)}
            | _tested(ensemble, _fresh(task_of(ensemble), fresh))
            | _geometry(ensemble, hidden, features)
        )
        networks.append(pl.DataFrame(row))
        if plane:
            spread.append(_spread(size, hidden, features))
        if plane and size in shown:
            vectors.append(_vectors(size, hidden[0], features[0]))
    return {
        "drawn-networks": pl.concat(networks),
        "drawn-dimensionality": pl.concat(spread),
        "drawn-directions": pl.concat(vectors),
    }


def peaks(networks: polars.DataFrame) -> polars.DataFrame:
    """Where each seed's curves over T peak, and where its test loss falls below 1: a row a seed, width and decay."""
    import polars as pl

    found = []
    short = networks.filter(pl.col("length") == "short").sort("points")
    for key, part in short.group_by("member", "seed", "hidden", "decay", maintain_order=True):
        names = dict(zip(("member", "seed", "hidden", "decay"), key, strict=True))
        found.append(names | _peak({name: part[name].to_numpy() for name in part.columns if name != "length"}))
    return pl.DataFrame(found).sort("hidden", "decay", "member")


def polygons(networks: polars.DataFrame) -> polars.DataFrame:
    """How near few points are to a regular polygon, and how much the largest feature has beyond them: a row a seed.

    By their dimensionality and by their angles, since points that coincide in pairs share dimensions out evenly, too.
    """
    import polars as pl

    low, high = POLYGONS
    few = networks.filter(
        (pl.col("length") == "short") & (pl.col("hidden") == 2) & pl.col("points").is_between(low, high)
    )
    return few.group_by("member", "seed", maintain_order=True).agg(
        pl.col("point_off").mean().alias("off"),
        pl.col("point_uneven").mean().alias("uneven"),
        (pl.col("feature_D") - pl.col("point_D")).mean().alias("feature_excess"),
    )  # fmt: skip


def summary(networks: polars.DataFrame) -> polars.DataFrame:
    """Medians over seeds: a row a width, decay, length and size of the data set."""
    import polars as pl

    by = ["hidden", "decay", "length", "points"]
    shown = ["train", "test", "weight_norm", "bias_norm", "point_D", "five_D"]
    return networks.group_by(by, maintain_order=True).agg(
        pl.len().alias("networks"), *(pl.col(name).median() for name in shown)
    )


def _columns(ensemble: Ensemble, length: str) -> dict[str, object]:
    """Who each row is; `member` is the place of the seed, so that sizes and settings are compared seed by seed."""
    seeds = list(dict.fromkeys(str(member.seed) for member in ensemble.members))
    task, count = task_of(ensemble), len(ensemble)
    decay = ensemble.experiment.dials()["optimizer.weight_decay"]
    return {
        "member": [seeds.index(str(member.seed)) for member in ensemble.members],
        "seed": [str(member.seed) for member in ensemble.members],
        "hidden": [ensemble.network.sites()["hidden"].width] * count,
        "decay": [float(dict(member.dials).get("optimizer.weight_decay", decay)) for member in ensemble.members],  # type: ignore[arg-type]
        "length": [length] * count,
        "points": [task.points] * count,
        "seen": [task.points * task.density] * count,
    }


def _fresh(task: FiniteFeatures, known: dict[tuple[int, float, bool], np.ndarray]) -> Float[np.ndarray, "B N"]:
    """Points that no network has learned, the same for all of one kind of data; made once."""
    from tropism.arrays.streams import stream

    kind = (task.features, task.density, task.normalized)
    if kind not in known:
        known[kind] = np.asarray(task.fresh(stream(0, "fresh points"), FRESH))
    return known[kind]


def _tested(ensemble: Ensemble, fresh: np.ndarray) -> dict[str, np.ndarray]:
    errors = np.square(np.asarray(ensemble(fresh) - fresh)).sum(axis=-1, dtype=float)
    return {"test": errors.mean(axis=-1), "test_error": errors.std(axis=-1) / np.sqrt(FRESH)}


def _geometry(ensemble: Ensemble, hidden: np.ndarray, features: np.ndarray) -> dict[str, np.ndarray]:
    points_have = np.median(dimensionality(hidden), axis=-1)
    have = np.sort(dimensionality(features), axis=-1)[:, ::-1]
    fair = hidden.shape[2] / hidden.shape[1]
    return {
        "weight_norm": np.linalg.norm(features, axis=(-2, -1)),
        "bias_norm": np.linalg.norm(np.asarray(ensemble.params["bias"], float), axis=-1),
        "point_D": points_have,
        "point_off": np.abs(points_have / fair - 1),
        "point_uneven": _uneven(hidden) if hidden.shape[2] == 2 else np.full(len(hidden), np.nan),
        "feature_D": have[:, 0],
        "five_D": have[:, :5].mean(axis=-1),
        "represented": np.where(np.isfinite(have[:, 0]), (have > REPRESENTED).sum(axis=-1), np.nan),
        "crooked": _crooked(features),
    }


def _crooked(features: Float[np.ndarray, "E N D"]) -> Float[np.ndarray, "E"]:
    """How far the five longest features' angles to their neighbors are from 72°, at most; NaN but in a plane."""
    if features.shape[2] != 2:
        return np.full(len(features), np.nan)
    longest = np.argsort(norms(features), axis=-1)[:, -5:]
    return 72 * _uneven(np.take_along_axis(features, longest[..., None], axis=1))


def _uneven(directions: Float[np.ndarray, "E N 2"]) -> Float[np.ndarray, "E"]:
    """How far angles between neighbors in the plane are from 360° / N, at most and as a part of that; 0 is a "
    "polygon."""
    x, y = np.moveaxis(directions, -1, 0)
    angles = np.sort(np.degrees(np.arctan2(y, x)), axis=-1)
    gaps = np.diff(angles, axis=-1, append=angles[:, :1] + 360)
    return np.abs(gaps * directions.shape[1] / 360 - 1).max(axis=-1)


def _peak(column: Mapping[str, np.ndarray]) -> dict[str, float | int]:
    """Of one seed's curves over rising T."""
    test, size, seen = column["test"], column["points"], column["seen"]
    if not np.isfinite(test).all():
        names = ("peak", "peak_points", "log_peak_seen", "bump", "log_onset_seen", "log_weight_peak", "log_bias_peak")
        return dict.fromkeys(names, float("nan"))
    at = int(test.argmax())
    above = np.flatnonzero(test >= 1)
    last = int(above[-1]) if len(above) else -1  # it stays below 1 from the next size on
    settled = 0 <= last < len(test) - 1
    return {
        "peak": float(test[at]),
        "peak_points": float(size[at]),
        "log_peak_seen": float(np.log10(seen[at])),
        "bump": float(test[at] / max(test[0], test[-1])),
        "log_onset_seen": float(np.log10(seen[last : last + 2]).mean()) if settled else float("nan"),
        "log_weight_peak": float(np.log10(size[column["weight_norm"].argmax()])),
        "log_bias_peak": float(np.log10(size[column["bias_norm"].argmax()])),
    }


def _spread(size: int, hidden: np.ndarray, features: np.ndarray) -> polars.DataFrame:
    """Of each network the largest dimensionalities, and some of the others, evenly by rank."""
    import polars as pl

    found = []
    for kind, directions in (("features", features), ("points", hidden)):
        for member, values in enumerate(np.sort(dimensionality(directions), axis=-1)[:, ::-1]):
            rest = np.linspace(_ALL, len(values) - 1, _SOME).round().astype(int) if len(values) > _ALL else []
            kept = values[np.unique([*range(min(_ALL, len(values))), *rest])]
            found.append(pl.DataFrame({"points": size, "kind": kind, "member": member, "dimensionality": kept}))
    return pl.concat(found)


def _vectors(size: int, hidden: np.ndarray, features: np.ndarray) -> polars.DataFrame:
    """The directions of one network's features, and of its first points."""
    import polars as pl

    parts = (("features", features), ("points", hidden[:_MOST_DRAWN]))
    return pl.concat([pl.DataFrame({"points": size, "kind": kind, "x": at[:, 0], "y": at[:, 1]}) for kind, at in parts])
