"""The claims that every plain run makes, whatever was changed in it, and those that only a run as written can make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.claim import Claim
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep
from tropism.studies._long_published import Reading
from tropism.studies._published_monosemanticity import READ_OFF
from tropism.subjects.superposition.figures.words import worded

if TYPE_CHECKING:
    import polars

SEEDS = (
    "It stands on seeds, as far as there are any: one seed gives no interval, and so no verdict; --seeds 0..2 trains "
    "three."
)

CLAIMS = (
    Claim(
        "It learns, in every setting: the training loss over the last sixteenth of the run, as a part of that of the "
        "first record, is below 1.",
        table="drawn-seeds",
        statistic="mean",
        column="least_learned",
        below=1.0,
        source="Ours: the least that one may ask, whatever was changed.",
        note=f"On each seed of the setting where it is largest; a network that diverged has learned nothing. {SEEDS}",
    ),
    Claim(
        "The published share tells of features: it is within .1 of coverage, in every setting.",
        table="drawn-seeds",
        statistic="mean",
        column="largest_gap",
        below=0.1,
        source="Ours. A share may exceed coverage by duplicates, neurons beyond the first of a feature.",
        note="The difference, on each seed of the setting where it is largest. Where no neuron is monosemantic both "
        f"are zero. {SEEDS}",
    ),
)


@dataclass(frozen=True)
class Asked:
    """A claim of networks that were trained exactly as some source has them.

    Attributes:
        claim: What is claimed.
        rates: The learning rates that it speaks of.
        step: When.
        ends: Whether the run must end there, and not go on.
    """

    claim: Claim
    rates: tuple[float, ...]
    step: int
    ends: bool = False

    def fits(self, sweeps: Sequence[Sweep], written: Experiment) -> bool:
        """Whether such networks are trained, and looked at then."""
        return any(self._is_in(sweep, written) for sweep in sweeps)

    def _is_in(self, sweep: Sweep, written: Experiment) -> bool:
        made = sweep.experiment
        if not isinstance(made, Experiment) or not alike(made, written):
            return False
        looked = made.length == self.step or (not self.ends and self.step in made.snapshots)
        trained = [value for setting in sweep.settings for name, value in setting if name.rpartition(".")[2] == "lr"]
        return looked and all(any(abs(each / rate - 1) < 1e-6 for each in trained) for rate in self.rates)


@dataclass(frozen=True)
class PlainRun(Study):
    """A study of plain runs: what was changed in it takes claims away that only the run as written can make.

    Attributes:
        asked: Those claims; they stand before the others.
        written: The run as written, whatever its length and what it keeps.
    """

    asked: tuple[Asked, ...] = ()
    written: Experiment | None = None

    def __post_init__(self) -> None:
        own = [each.claim for each in self.asked]
        fit = [e.claim for e in self.asked if self.written is not None and e.fits(self.sweeps, self.written)]
        object.__setattr__(self, "claims", (*fit, *(claim for claim in self.claims if claim not in own)))
        super().__post_init__()


def alike(made: Experiment, written: Experiment) -> bool:
    """Whether an experiment is another but for its length and what it keeps, which leave the steps before alone."""
    if made.schedule is not None or written.schedule is not None:
        return False
    return replace(made, snapshots=(), steps=1) == replace(written, snapshots=(), steps=1)


_REACH = {("LR1", "share"): 0.08, ("LR1", "bias"): 0.03, ("LR2", "share"): 0.08, ("LR2", "bias"): 0.05}
_WORDS = {"share": "monosemantic neurons per feature", "bias": "the mean bias"}


def found_again(each: Reading) -> Asked:
    """That a published number is found again; how near it must be is as in the study `long-runs`."""
    reach = _REACH[each.row, each.what]
    text = (
        f"{each.row} at rate {worded('lr', each.lr)}: {_WORDS[each.what]} after 2^{each.power} steps is "
        f"{each.number:g}, within {reach:g}."
    )
    claim = Claim(
        text.replace("-", "−"),
        table="drawn-published",
        statistic="mean",
        column="ours",
        where=(("what", each.what), ("lr", each.lr), ("step", float(2**each.power))),
        above=round(each.number - reach, 4),
        below=round(each.number + reach, 4),
        published=each.number,
        source=READ_OFF,
        note=SEEDS,
    )
    return Asked(claim, (each.lr,), 2**each.power)


def beside(training: polars.DataFrame, readings: Sequence[Reading]) -> polars.DataFrame:
    """A row a published number and network that was trained as published, with its own number.

    Args:
        training: Networks on their way, with `as_written`, and a column `lr` where rates were swept.
    """
    import polars as pl

    parts = []
    for each in readings if "lr" in training.columns else ():
        then = training.filter((pl.col("step") == 2**each.power) & pl.col("as_written"))
        told = {"what": each.what, "lr": each.lr, "step": float(2**each.power), "number": each.number}
        parts.append(
            then.filter((pl.col("lr") / each.lr - 1).abs() < 1e-6).select(
                *(pl.lit(value).alias(name) for name, value in told.items()),
                "member",
                "seed",
                pl.col(each.what).cast(pl.Float64).alias("ours"),
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame()
