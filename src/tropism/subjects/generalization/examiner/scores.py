"""Scores: what networks answer on X and Y after a technique, and how soon Y comes back under attack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.measures import Examples, in_their_worlds
from tropism.subjects.generalization.examiner.asides import OF_Y, asides, known_by_order
from tropism.subjects.generalization.examiner.attacks import MOST_JUDGED
from tropism.subjects.generalization.examiner.cells import BASE, ENDS, FRESH, GOLD, Column
from tropism.subjects.generalization.pairs.pair import KEPT, LOST, TaskPair

if TYPE_CHECKING:
    import polars
    from jaxtyping import Float


def outcomes(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """What the networks of each row answer, on examples that nobody trained on: one row a technique and seed.

    Columns: `pair`, `row`, `seed`; `accuracy_x` and `accuracy_y`, among all outputs; `legal_y`, among the legal ones;
    `ce_y`, the cross-entropy on Y in nats, and `entropy_y`, of what is answered; `suppression`, 1 where Y's accuracy
    is that of who has no idea and 0 where it is the base's of the same seed. Where the pair is judged by order, it is
    of what the order tells instead of the accuracy; such columns, and the pair's asides, stand beside.
    """
    import polars as pl

    asked = judged_by(column, ensembles)
    tables = [_answers(column, name, column.outcome(name, ensembles), asked) for name in column.names()]
    table = pl.concat(tables)
    base = table.filter(pl.col("row") == BASE).select("seed", base_x="accuracy_x", base_y="accuracy_y")
    floor = column.pair.floor
    room = pl.col("base_y") - floor
    lost = pl.when(room >= LEAST_ROOM).then(1 - (pl.col("accuracy_y") - floor) / room)
    whole = table.join(base, on="seed", how="left").with_columns(suppression=lost)
    beside = asides(column, ensembles)
    if beside is None:
        return whole
    whole = whole.join(beside, on=["row", "seed"], how="left")
    return whole if not column.pair.by_order else whole.with_columns(suppression=_lost_order(whole))


def _lost_order(told: polars.DataFrame) -> polars.Series:
    """1 where the order of Y's examples tells nothing, 0 where it tells as much as the base's of the same seed."""
    import polars as pl

    known = told.with_columns(known=known_by_order(pl.col(OF_Y)))
    base = known.filter(pl.col("row") == BASE).select("seed", room="known")
    beside = known.join(base, on="seed", how="left", maintain_order="left")
    return beside.select(
        pl.when(pl.col("room") >= LEAST_ROOM).then(1 - pl.col("known") / pl.col("room")).alias("lost")
    )["lost"]


def judged_by(column: Column, ensembles: Mapping[str, Ensemble]) -> dict[str, Examples]:
    """The examples of X, `x`, and of Y, `y`, that outcomes are judged by: each seed's own, alike for all rows."""
    members = column.outcome(BASE, ensembles).members
    tasks = {"x": column.pair.x_test(), "y": column.pair.y_test()}
    return {letter: in_their_worlds(task, members, most=MOST_JUDGED) for letter, task in tasks.items()}


def share_right_of(pair: TaskPair, logits: np.ndarray, asked: Examples) -> Float[np.ndarray, "E"]:
    """The share of examples answered right, as the pair counts it; NaN for a network that diverged."""
    return _share_right(logits, asked.classes, asked.legal(logits.shape[-1]) if pair.legal else None)


def curves(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """How accuracy goes under every attack: one row an attack, rate, technique, seed and step looked at.

    Columns: `pair`, `attack`, `rate` (the learning rate in multiples of the pair's), `row`, `seed`, `step`,
    `accuracy_x`, `accuracy_y`. Attacks on parts of Y that say nothing about each other are judged by the other part.
    """
    import polars as pl

    names = [name for name in column.names() for _ in range(len(column.outcome(BASE, ensembles)))]
    tables = []
    for attack in column.attacks:
        networks = column.attacked(attack, ensembles)
        steps = networks.history.validation_steps
        rows = names * len(attack.rates)
        rates = np.repeat(attack.rates, len(names))
        seen = networks.history.validation
        tables.append(
            pl.DataFrame(
                {
                    "pair": column.pair.name,
                    "attack": attack.name,
                    "rate": np.repeat(rates, len(steps)),
                    "row": np.repeat(rows, len(steps)),
                    "seed": np.repeat([str(member.seed) for member in networks.members], len(steps)),
                    "step": np.tile(steps, len(rows)),
                    "accuracy_x": seen[f"accuracy_{KEPT}"].ravel(),
                    "accuracy_y": seen[f"accuracy_{LOST}"].ravel(),
                }
            )
        )
    return pl.concat(tables)


def latent_scores(attacked: polars.DataFrame) -> polars.DataFrame:
    """How much of Y each attack finds: one row an attack, rate, technique and seed.

    Columns besides those that name it: `area`, the mean of the best accuracy so far over the logarithm of steps (by
    trapezoids over log(1 + step)), and `latent`, (area − fresh's) / (base's − fresh's) under the same attack with the
    same seed: 0 as hard as for a network that never learned anything, 1 as easy as for one that was left alone. It may
    be below 0 or above 1, and is missing where the base itself gains less than a twentieth on the fresh network, or
    where a network had diverged before the attack. `latent_gold` is the same with gold networks in place of fresh
    ones, for pairs that have them. `best` is the largest accuracy at any look, and `regained` what `latent` is, of it
    in place of the area: an attack that finds all of Y, but late, has a small area and regains it whole.
    """
    import polars as pl

    named = ["pair", "attack", "rate", "row", "seed"]
    found = [
        dict(zip(named, key, strict=True)) | _summed_up(group["step"].to_numpy(), group["accuracy_y"].to_numpy())
        for key, group in attacked.sort("step").group_by(named, maintain_order=True)
    ]
    scores = pl.DataFrame(found).with_columns(pl.col("area", "best").fill_nan(None))  # NaN would be above every bound
    beside = ["pair", "attack", "rate", "seed"]
    for name in ENDS:
        theirs = scores.filter(pl.col("row") == name).select(*beside, **{name: "area", f"{name}_best": "best"})
        scores = scores.join(theirs, on=beside, how="left")
    told = scores.with_columns(
        latent=_between(FRESH, "area"), latent_gold=_between(GOLD, "area"), regained=_between(FRESH, "best")
    )
    return told.drop(f"{name}_best" for name in ENDS)


def _summed_up(steps: np.ndarray, accuracy: np.ndarray) -> dict[str, float]:
    return {"area": area_of(steps, accuracy), "best": float(np.fmax.reduce(accuracy))}


def _between(end: str, what: str) -> polars.Expr:
    """How far a number is on the way from an end's to the base's."""
    import polars as pl

    suffix = "" if what == "area" else f"_{what}"
    low, high = pl.col(f"{end}{suffix}"), pl.col(f"{BASE}{suffix}")
    return pl.when(high - low >= LEAST_ROOM).then((pl.col(what) - low) / (high - low))


LEAST_ROOM = 0.05
"""The least that the base must gain on a fresh network, or a gold one, for an attack to tell anything."""


def area_of(steps: Float[np.ndarray, "V"], accuracy: Float[np.ndarray, "V"]) -> float:
    """The mean of the best accuracy so far over log(1 + step), by trapezoids; steps ascend from 0.

    A network that diverged on the way keeps the best that it had; one that had from the beginning is NaN.
    """
    along, best = np.log1p(steps), np.fmax.accumulate(accuracy)
    return float(np.trapezoid(best, along) / (along[-1] - along[0]))


def _answers(column: Column, name: str, networks: Ensemble, asked: dict[str, Examples]) -> polars.DataFrame:
    import polars as pl

    x, y = asked["x"], asked["y"]
    of_x, of_y = (np.asarray(networks.listen(each.inputs, apart=True)[0], np.float64) for each in (x, y))
    cross, entropy = _in_nats(of_y, y.classes)
    told = {"pair": column.pair.name, "row": name, "seed": [str(each.seed) for each in networks.members]}
    told |= {"accuracy_x": share_right_of(column.pair, of_x, x), "accuracy_y": share_right_of(column.pair, of_y, y)}
    told |= {"legal_y": _share_right(of_y, y.classes, y.legal(of_y.shape[-1])), "ce_y": cross, "entropy_y": entropy}
    return pl.DataFrame(told)


def _share_right(logits: np.ndarray, classes: np.ndarray, legal: np.ndarray | None) -> Float[np.ndarray, "E"]:
    seen = logits if legal is None else np.where(legal, logits, -np.inf)
    share = (seen.argmax(-1) == classes).mean(-1)
    return np.where(np.isnan(logits).any(axis=(1, 2)), np.nan, share)


def _in_nats(logits: np.ndarray, classes: np.ndarray) -> tuple[Float[np.ndarray, "E"], Float[np.ndarray, "E"]]:
    """The mean cross-entropy and the mean entropy of softmax."""
    from scipy.special import log_softmax

    logs = log_softmax(logits, axis=-1)
    cross = -np.take_along_axis(logs, classes[..., None], axis=-1).mean((1, 2))
    return cross, -(np.exp(logs) * logs).sum(-1).mean(-1)
