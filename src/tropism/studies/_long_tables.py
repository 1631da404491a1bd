"""The tables of the study `long-runs`: networks at powers of two, their losses, and what is published beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.intervals import bootstrap
from tropism.studies._long_parts import CHECKPOINTS, ENDS, FASTEST, RATES_OF, SEEDS, at_rates, moment, rate_of
from tropism.studies._long_published import reading
from tropism.studies._settings_apart import COMPARED, pairs_apart
from tropism.studies._table_one_neurons import Worlds, neurons
from tropism.studies._table_one_summaries import SAME
from tropism.studies._training_losses import LAST, late_loss, loss_curve
from tropism.subjects.superposition.figures.words import worded
from tropism.subjects.superposition.measures import held_out_loss
from tropism.subjects.superposition.measures.rows import moment_of

if TYPE_CHECKING:
    import polars

TRAINED, ANNEALED = WAYS = ("as trained", "annealed")

Rows = list[dict[str, Any]]


def measured(ensembles: Mapping[str, Ensemble], *, examples: int = 16384) -> dict[str, polars.DataFrame]:
    """Every table; ensembles are looked at one at a time."""
    import polars as pl

    made, there, lengths = Worlds(), set(ensembles), dict[str, int]()
    networks: Rows = []
    training: Rows = []
    curves: Rows = []
    for name in RATES_OF:
        if name in there:
            whole = ensembles[name]
            lengths[name] = whole.experiment.length
            training += _track(name, whole, made)
            curves += _curves(name, whole)
            networks += _ends(name, whole, made, examples)
    for end in ENDS:
        if end.name in there:
            annealed = moment(ensembles[end.name], ensembles[end.name].experiment.length)
            place = {"way": ANNEALED, "halvings": end.halvings, "step": lengths[end.row] >> end.halvings}
            networks += _looked(end.row, annealed, made, examples, place)
    held = pl.DataFrame(networks, infer_schema_length=None)
    return {
        "rows": rows(held),
        "checkpoints": checkpoints(held),
        "pairs": pairs(held),
        "drawn-networks": held,
        "drawn-training": pl.DataFrame(training, infer_schema_length=None),
        "drawn-loss": pl.DataFrame(curves, infer_schema_length=None),
    }


def rows(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a row of the table, rate and way, at the end of training: means over seeds, and what is published."""
    import polars as pl

    found = []
    ends = networks.filter(pl.col("halvings") == 0)
    for (name, way, lr), own in ends.group_by("row", "way", "lr", maintain_order=True):
        published = {
            f"published_{what}": reading(str(name), float(lr), 0, what) if way == TRAINED else None  # type: ignore[arg-type]
            for what in ("share", "bias")
        }
        found.append({"row": name, "way": way, "lr": lr} | _summary(own) | published)
    return pl.DataFrame(found, infer_schema_length=None)


def checkpoints(networks: polars.DataFrame) -> polars.DataFrame:
    """LR1 at the fastest rate, a row a checkpoint: as trained, annealed from there, and how far the loss falls."""
    import polars as pl

    found = []
    own = networks.filter((pl.col("row") == "LR1") & (pl.col("lr") == FASTEST))
    for halvings in (*CHECKPOINTS, 0):
        before, after = (
            own.filter((pl.col("halvings") == halvings) & (pl.col("way") == way)).sort("member") for way in WAYS
        )
        if before.height and before["seed"].to_list() == after["seed"].to_list():
            line = {"step": before["step"][0]} | {k: v for k, v in _summary(before).items() if k in _SIDE_BY_SIDE}
            line |= {f"published_{what}": reading("LR1", FASTEST, halvings, what) for what in ("share", "bias")}
            line |= {f"annealed_{k}": v for k, v in _summary(after).items() if k in _SIDE_BY_SIDE}
            falls = 1 - after["held_out"].to_numpy() / before["held_out"].to_numpy()
            found.append(line | _interval("fall", falls))
    return pl.DataFrame(found, infer_schema_length=None)


def pairs(networks: polars.DataFrame) -> polars.DataFrame:
    """How far apart two rates of LR1 of one training loss lie: a row a way, what is compared, and seed.

    The pair is chosen on the other seeds, so that no number is among those that it was chosen by; NaN without one.
    """
    import polars as pl

    found: Rows = []
    for way in WAYS:
        some = networks.filter((pl.col("row") == "LR1") & (pl.col("way") == way) & (pl.col("halvings") == 0))
        seeds = some.sort("member")["seed"].unique(maintain_order=True).to_list()
        rates = {
            f"learning rate {worded('lr', lr)}": {name: own[name].to_numpy() for name in _OF_A_PAIR}  # type: ignore[arg-type]
            for (lr,), own in some.sort("lr", "member").group_by("lr", maintain_order=True)
        }
        for told in pairs_apart(rates, len(seeds), margin=SAME):
            place = told.pop("member")
            found.append({"way": way, "member": place, "seed": seeds[place]} | told)
    return pl.DataFrame(found, schema_overrides={"one": pl.String, "other": pl.String}, infer_schema_length=None)


_OF_A_PAIR = (*COMPARED, "loss", "held_out")
_MEASURED = ("share", "covered", "duplicates", "dead", "bias", "loss")
_SIDE_BY_SIDE = ("n", "share", "covered", "duplicates", "bias", "held_out", "held_out_low", "held_out_high")


def _summary(own: polars.DataFrame) -> dict[str, Any]:
    """Numbers of the networks of one setting: n, failures, means over seeds, and some spreads."""
    finite = own.filter(own["held_out"].is_finite())
    line: dict[str, Any] = {"n": finite.height, "failed": own.height - finite.height}
    for name in _MEASURED:
        values = finite[name].to_numpy()
        line[name] = round(float(values.mean()), 4) if len(values) else np.nan
        if name in ("share", "covered"):
            line[f"{name}_std"] = round(float(values.std(ddof=1)), 4) if len(values) > 1 else np.nan
    return line | _interval("held_out", finite["held_out"].to_numpy())


def _interval(name: str, values: np.ndarray) -> dict[str, float]:
    found = bootstrap(values[np.isfinite(values)], seed=0)
    return {name: round(found.estimate, 4), f"{name}_low": round(found.low, 4), f"{name}_high": round(found.high, 4)}


def _ends(name: str, whole: Ensemble, made: Worlds, examples: int) -> Rows:
    """The networks of a row as training ends, and those that are annealed from a checkpoint as they were there."""
    found: Rows = []
    for halvings in (0, *(end.halvings for end in ENDS if end.row == name and end.halvings)):
        step = whole.experiment.length >> halvings
        then = moment(whole, step)
        some = then.select(at_rates(then, (FASTEST,))) if halvings else then
        found += _looked(name, some, made, examples, {"way": TRAINED, "halvings": halvings, "step": step})
    return found


def _looked(name: str, then: Ensemble, made: Worlds, examples: int, place: dict[str, Any]) -> Rows:
    """Networks at one moment: neurons, training loss until then, and loss on held-out examples with its interval.

    Their place is told by the run that they come from: the way, the halvings and the step.
    """
    here = moment_of(then)
    last = LAST if place["way"] == TRAINED else max(1, here // 16)
    late, held_out = late_loss(then, last=last, end=here), held_out_loss(then, examples=examples)
    return [
        line
        | place
        | {"loss": float(late[number]), "held_out": held_out["loss"][number]}
        | {f"held_out_{end}": held_out[end][number] for end in ("low", "high")}
        for number, line in enumerate(_counted(name, then, made))
    ]


def _track(name: str, whole: Ensemble, made: Worlds) -> Rows:
    """Every network at every snapshot and at the end."""
    length = whole.experiment.length
    found: Rows = []
    for step in (*sorted(whole.snapshots), length):
        halvings = float(np.log2(length / step))
        found += [line | {"halvings": halvings} for line in _counted(name, moment(whole, step), made)]
    return found


def _counted(name: str, then: Ensemble, made: Worlds) -> Rows:
    """Who the networks are at one moment, and what their neurons are; NaN of one that had diverged."""
    directions = made.of(then)["directions"]
    found: Rows = []
    for place in range(len(then)):
        counts = neurons(then, place, directions[place]).counts(directions.shape[1])
        if then.status.diverged_at[place] >= 0:
            counts = dict.fromkeys(counts, np.nan)
        found.append(_who(name, then, place) | {"step": moment_of(then)} | counts)
    return found


def _who(name: str, ensemble: Ensemble, place: int) -> dict[str, Any]:
    seed = ensemble.members[place].seed
    rate = rate_of(ensemble.members[place])
    return {"row": name, "lr": rate, "member": SEEDS.index(seed.init), "seed": str(seed)}


def _curves(name: str, whole: Ensemble) -> Rows:
    """Training losses over stretches that are even on a logarithmic axis of steps."""
    steps, losses = loss_curve(whole)
    return [
        _who(name, whole, place) | {"step": step, "loss": loss}
        for place in range(len(whole))
        for step, loss in zip(steps.tolist(), losses[place].tolist(), strict=True)
    ]
