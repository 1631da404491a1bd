"""Ours: an isolated design that deletes red alike on every seed. Designed on seeds 1000–1059, run once on 0–59."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep
from tropism.studies import _control as control
from tropism.studies.isolated import SEEDS, conditions
from tropism.subjects.color import presets

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

STEADY, WITHOUT, THEIRS = "isolated-steady", "without-landing", "isolated"
SCORED = control.Control(conditions, powers={"ablation": 3.0, "suppression": 2.0}, pictured=(STEADY,))
OURS = "Ours: the bound was written down before seeds 0–59 were run."


def study(name: str) -> Study:
    """The study `isolated-steady`: our design, the same without its new term, and the published design, sixty seeds."""
    return Study(
        name=name,
        title="Red deleted alike on every seed",
        question=(
            "The published isolated design deletes red well on most seeds and fails on some. With the same labels, "
            "steps and network, is there a design that does it on all of them?"
        ),
        source=f"Ours, against {control.PAPER}, Ex 2.9.1.",
        lede=(
            "Two things are changed. The schedule is calmer: the learning rate peaks at .04 instead of .1, and the "
            "pressure to keep latents apart is a tenth from the start. And one term is new: `Landing` rehearses the "
            "cut on examples that bear the red label and asks that what remains of them decodes to mid-gray, so that "
            "red no longer lands on a color of its own for every seed. The term knows which cut will come; the design "
            "without it stands beside as its control.\n\n"
            "The design was chosen among 105 on seeds 1000–1059 (they stand in the table of designs), looked at once "
            "more on seeds 2000–2059, and then run on seeds 0–59 once. The numbers here are of that run."
        ),
        sweeps=(
            Sweep(STEADY, presets.isolated_steady(), SEEDS),
            Sweep(WITHOUT, without_landing(), SEEDS),
            Sweep(THEIRS, presets.isolated(), SEEDS),
        ),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


def without_landing() -> Experiment:
    """The same schedule without the new term."""
    steady = presets.isolated_steady()
    schedule = steady.schedule
    assert schedule is not None
    tracks = tuple(track for track in schedule.tracks if track.name != "landing")
    terms = tuple(term for term in steady.terms if term.name != "landing")
    return replace(steady, terms=terms, schedule=replace(schedule, tracks=tracks))


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """As the other studies of control; also damage on held-out colors, and every design that was tried."""
    import polars as pl

    from tropism.subjects.color.measures import damage

    held_out = [
        damage(conditions(ensemble), "held-out").with_columns(pl.lit(name).alias("sweep"))
        for name, ensemble in ensembles.items()
    ]
    return SCORED.measure(ensembles) | {"held_out_damage": pl.concat(held_out), "designs": designs()}


def designs() -> polars.DataFrame:
    """Every design that was tried, with its numbers on seeds 1000–1059 (and 2000–2059 where it says so)."""
    import polars as pl

    path = resources.files("tropism.studies") / "data" / "isolated-steady-designs.csv"
    return pl.read_csv(path.read_bytes(), comment_prefix="#")


def draw(tables: control.Tables) -> Sequence[Figure]:
    """Every seed a dot, for the three designs; the dope sheet; one member's pictures."""
    return SCORED.draw(tables)


def _cut(sweep: str, colors: str = "held-out") -> tuple[tuple[str, Any], ...]:
    return (("sweep", sweep), ("condition", "ablation"), ("colors", colors))


def _damaged(sweep: str) -> tuple[tuple[str, Any], ...]:
    return (("sweep", sweep), ("condition", "ablation"))


CLAIMS = (
    Claim(
        "It is healthy on nearly every seed: the share of healthy members is above .9.",
        table="health",
        statistic="share",
        column="healthy",
        where=(("sweep", STEADY),),
        above=0.9,
        source=OURS,
        note="60 of 60 give an interval from .94; 59 of 60 from .91.",
    ),
    Claim(
        "Deleting the axis is selective on colors that were not trained on: mean R² is above .90.",
        table="scores",
        statistic="mean",
        column="r2",
        where=_cut(STEADY),
        above=0.90,
        published=0.857,
        source=f"{OURS} Published: the isolated design, on the colors trained on.",
    ),
    Claim(
        "The goal: that mean is above .93.",
        table="scores",
        statistic="mean",
        column="r2",
        where=_cut(STEADY),
        above=0.93,
        source=OURS,
    ),
    Claim(
        "Seeds agree: the standard deviation of R² on colors that were not trained on is below .06.",
        table="scores",
        statistic="std",
        column="r2",
        where=_cut(STEADY),
        below=0.06,
        published=0.154,
        source=f"{OURS} Published: the isolated design, on the colors trained on.",
    ),
    Claim(
        "Red is gone: the error that the cut adds at pure red is above .20 on average.",
        table="damage",
        statistic="mean",
        column="concept_added",
        where=_damaged(STEADY),
        above=0.20,
        source=f"{OURS} 1/4 is the error of mid-gray.",
    ),
    Claim(
        "The others stay: held-out colors with similarity 0 lose less than .002 on average.",
        table="held_out_damage",
        statistic="mean",
        column="collateral_mean",
        where=_damaged(STEADY),
        below=0.002,
        source=OURS,
    ),
    Claim(
        "Seed for seed, it is more selective than the published design.",
        table="scores",
        statistic="difference",
        column="r2",
        where=_cut(STEADY),
        versus=_cut(THEIRS),
        above=0.0,
        source=OURS,
    ),
    Claim(
        "The calmer schedule alone is healthier than the published one.",
        table="health",
        statistic="difference",
        of="share",
        column="healthy",
        where=(("sweep", WITHOUT),),
        versus=(("sweep", THEIRS),),
        above=0.0,
        source=OURS,
    ),
    Claim(
        "Landing is needed: with it, R² is higher than with the calmer schedule alone.",
        table="scores",
        statistic="difference",
        column="r2",
        where=_cut(STEADY),
        versus=_cut(WITHOUT),
        above=0.0,
        source=OURS,
    ),
)
