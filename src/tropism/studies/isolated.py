"""Ex 2.9.1: red alone on the first axis with nothing opposite it, then that axis deleted from the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.claim import Claim
from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study, Sweep
from tropism.interventions import Suppress
from tropism.studies import _control as control
from tropism.subjects.color import presets
from tropism.surgery import ablate

if TYPE_CHECKING:
    from tropism.figures import Figure

SEEDS = tuple(range(60))


def conditions(ensemble: Ensemble) -> Mapping[str, Ensemble]:
    """Untouched, red's axis deleted from the weights, and red muted while the network runs."""
    return {
        "whole": ensemble,
        "ablation": ablate(ensemble, "latent", dims=(0,)),
        "suppression": ensemble.intervene(Suppress("latent", presets.axis(5))),
    }


SCORED = control.Control(
    conditions,
    powers={"ablation": 3.0, "suppression": 2.0},
    published=(control.Published("R²", "ablation", 0.8570, 0.1541),),
)


def study(name: str) -> Study:
    """The study `isolated`: sixty seeds of Ex 2.9.1."""
    return Study(
        name=name,
        title="Red alone on one axis, then deleted",
        question=(
            "Can training put red, and red alone, on one axis of latent space, so that deleting the axis from the "
            "weights deletes red and leaves the other colors as they were?"
        ),
        source=f"{control.PAPER}; {control.NOTEBOOKS}, Ex 2.9.1, seeds 0–59.",
        lede=(
            "Sixty autoencoders of 840 parameters learn to give back 512 colors through five numbers on a sphere. "
            "About 84 of 96,064 examples are labeled red. Then the first of the five numbers is deleted from the "
            "weights."
        ),
        sweeps=(Sweep("isolated", presets.isolated(), SEEDS),),
        measure=SCORED.measure,
        draw=draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    *control.score_claims("ablation", above=0.8, published=0.857, power=3),
    *control.score_claims("suppression", above=0.9, published=None, power=2),
    Claim(
        "Deleting the axis takes red away: the error it adds at pure red is above .2 on average.",
        table="damage",
        statistic="mean",
        column="concept_added",
        where=(("condition", "ablation"),),
        above=0.2,
        published=0.343,
        source=f"{control.PAPER}: the selected seed; 1/3 is the error of a random color",
    ),
    Claim(
        "The others stay: colors with no similarity to red lose less than .002 on average.",
        table="damage",
        statistic="mean",
        column="collateral_mean",
        where=(("condition", "ablation"),),
        below=0.002,
        source=f"{control.PAPER}: no measurable degradation",
    ),
    Claim(
        "All sixty runs reach the intended geometry: more than 95 % are healthy.",
        table="health",
        statistic="share",
        column="healthy",
        above=0.95,
        source=f"{control.PAPER} says that all 60 do; its own numbers show failures (.06 is the lowest R²)",
    ),
    Claim(
        "What seeds decide is large: the standard deviation of R² over seeds is above .06.",
        table="scores",
        statistic="std",
        column="r2",
        where=(("condition", "ablation"), ("colors", "held-out")),
        above=0.06,
        published=0.154,
        source=f"{control.PAPER}: .86 ± .15",
    ),
)


def draw(tables: control.Tables) -> Sequence[Figure]:
    """Every seed a dot."""
    return control.seed_figures(SCORED, tables["scores"], tables["health"])
