"""What the study `exploration` measures: each network's loss and neurons, and arms against each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.core.intervals import Interval, bootstrap
from tropism.studies._exploration_arms import Arm
from tropism.studies._exploration_features import words
from tropism.studies._settings_apart import pairs_apart, relative
from tropism.studies._training_losses import late_loss

if TYPE_CHECKING:
    import polars

MARGIN = 0.05
"""Two losses that differ by less than this part of their mean are the same, for this study."""

APART = 0.1
"""Two coverages that differ by more than this belong to different minima."""


def looked_at(arm: Arm, ensemble: Ensemble, *, examples: int = 16384) -> tuple[polars.DataFrame, polars.DataFrame]:
    """One arm's networks when training ends, a row a seed; and their way there, a row a seed and looked-at step."""
    import polars as pl

    from tropism.subjects.superposition.measures import monosemanticity
    from tropism.subjects.superposition.measures.losses import held_out_loss
    from tropism.subjects.superposition.measures.neurons import MILD

    found = monosemanticity(ensemble, steps=tuple(sorted(ensemble.snapshots))).rename({"mono_share": "share"})
    named = [pl.lit(value).alias(name) for name, value in words(arm).items()]
    track = found.with_columns(pl.Series("train_loss", _loss_at(ensemble, found)))
    loose, held_out = monosemanticity(ensemble, threshold=MILD), held_out_loss(ensemble, examples=examples)
    ends = found.filter(pl.col("step") == ensemble.experiment.length).select(
        "member",
        "seed",
        *named,
        pl.col("optimizer.lr").alias("lr"),
        pl.Series("train_loss", late_loss(ensemble)),
        held_out["loss"].alias("held_out"),
        held_out["low"].alias("held_out_low"),
        held_out["high"].alias("held_out_high"),
        "share",
        "covered",
        loose["covered"].alias("covered_loosely"),
        *("duplicates", "dead", "polysemantic", "mean_bias"),
    )
    return ends, track.select("member", "seed", *named, "step", "train_loss", "share", "covered")


def summary(networks: polars.DataFrame) -> polars.DataFrame:
    """A row an arm: means over seeds."""
    import polars as pl

    numbers = ("train_loss", "held_out", "share", "covered", "covered_loosely", "duplicates", "dead", "mean_bias")
    finite = pl.col("held_out").is_finite()
    return networks.group_by("setting", "optimizer", "schedule", "lr", maintain_order=True).agg(
        *(pl.col(name).filter(finite).mean() for name in numbers), (~finite).sum().alias("failed")
    )


def pairs(networks: polars.DataFrame) -> polars.DataFrame:
    """Every two arms of a setting, seed by seed: a row a pair, each difference with its 95 % interval over seeds.

    Losses are `the same` where the interval of the relative difference lies within ±`MARGIN`. Of such a pair the minima
    are `different` where coverage differs by more than `APART`, `alike` where by less, by the whole interval.
    """
    import polars as pl

    rows = []
    for setting, grids in _grids(networks):
        for one, other in itertools.combinations(grids, 2):
            loss = _told(relative(one.loss, other.loss))
            covered = _told(one.covered - other.covered)
            rows.append(
                {"setting": setting, "one": one.name, "other": other.name}
                | _spelled("loss_difference", loss)
                | _spelled("share_difference", _told(one.share - other.share))
                | _spelled("coverage_difference", covered)
                | {"loss": _verdict(loss, MARGIN, ("the same", "different")), "minima": _minima(covered)}
            )
    return pl.DataFrame(rows, schema=dict.fromkeys(_PAIR, pl.String) | _differences())


def same_loss(pairs: polars.DataFrame, *, most: int = 24) -> polars.DataFrame:
    """The pairs at the same loss, those whose coverage differs most first."""
    import polars as pl

    chosen = pairs.filter(pl.col("loss") == "the same")
    order = pl.col("coverage_difference").abs()
    return chosen.sort(order, descending=True, maintain_order=True).drop("loss").head(most)


def widest(networks: polars.DataFrame) -> polars.DataFrame:
    """How far apart minima of one loss are: a row a setting, what is compared, and seed.

    Of the pairs of arms whose training losses, means of the last 256 steps, differ on every *other* seed by less than
    `MARGIN`, the one that is furthest apart there is looked at on this seed: so no number is among those that it was
    chosen by. But any two seeds' choices rest on common seeds, so the rows are not independent. NaN where there is no
    such pair.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    for setting, grids in _grids(networks):
        arms = {
            grid.name: {"share": grid.share, "covered": grid.covered, "loss": grid.train_loss, "held_out": grid.loss}
            for grid in grids
        }
        found = pairs_apart(arms, len(grids[0].loss), margin=MARGIN)
        rows += [{"member": told.pop("member"), "setting": setting} | told for told in found]
    return pl.DataFrame(rows, schema_overrides={"one": pl.String, "other": pl.String}, infer_schema_length=None)


def rates() -> polars.DataFrame:
    """The look beforehand that chose each optimizer's learning rate."""
    import polars as pl

    path = resources.files("tropism.studies") / "data" / "exploration-rates.csv"
    return pl.read_csv(path.read_bytes(), comment_prefix="#")


class _Grid(NamedTuple):
    """One arm's numbers by seed."""

    name: str
    loss: Float[np.ndarray, "E"]
    train_loss: Float[np.ndarray, "E"]
    share: Float[np.ndarray, "E"]
    covered: Float[np.ndarray, "E"]


def _grids(networks: polars.DataFrame) -> Iterator[tuple[str, list[_Grid]]]:
    for (setting,), part in networks.group_by("setting", maintain_order=True):
        arms = part.group_by("optimizer", "schedule", maintain_order=True)
        yield (
            str(setting),
            [
                _Grid(f"{optimizer}, {schedule}", *(own.sort("member")[name].to_numpy() for name in _COMPARED))
                for (optimizer, schedule), own in arms
            ],
        )


_COMPARED = ("held_out", "train_loss", "share", "covered")


def _loss_at(ensemble: Ensemble, looks: polars.DataFrame) -> Float[np.ndarray, "R"]:
    """The training loss of the record in which each row's last step lies."""
    steps, errors = ensemble.history.steps, ensemble.history.records["error"]
    places = np.clip(np.searchsorted(steps, looks["step"].to_numpy() - 1), 0, len(steps) - 1)
    return errors[looks["member"].to_numpy(), places]


_PAIR = ("setting", "one", "other", "loss", "minima")


def _differences() -> dict[str, type[polars.DataType]]:
    import polars as pl

    names = [f"{what}_difference{end}" for what in ("loss", "share", "coverage") for end in ("", "_low", "_high")]
    return dict.fromkeys(names, pl.Float64)


def _told(values: Float[np.ndarray, "E"]) -> Interval:
    return bootstrap(values[np.isfinite(values)], seed=0)


def _spelled(name: str, found: Interval) -> dict[str, float]:
    return {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}


def _verdict(found: Interval, margin: float, outcomes: tuple[str, str]) -> str:
    if -margin < found.low and found.high < margin:
        return outcomes[0]
    return outcomes[1] if found.low > margin or found.high < -margin else "undecided"


def _minima(covered: Interval) -> str:
    return _verdict(covered, APART, ("alike", "different"))
