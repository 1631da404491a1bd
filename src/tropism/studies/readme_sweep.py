"""The sweep that the refactor's README shows, run as written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep, grid
from tropism.studies._run_claims import CLAIMS, SEEDS, Asked, PlainRun
from tropism.studies._run_figures import draw
from tropism.studies._sparse_runs import COLUMNS, EXAMPLES, sparse_features
from tropism.studies._sparse_runs import measure as measure_runs

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

SOURCE = "The README of jbloomAus/toy_model_interpretability"
OURS = "Ours: written down before it was run; the README shows no numbers."
RATES = (0.001, 0.003)
STEPS = 2**13

FEATURES, WIDTH, DENSITY = 256, 32, 1 / 64
LINEAR = FEATURES * (DENSITY / 3 - DENSITY**2 / 4) * (1 - WIDTH / FEATURES)
"""The loss of the best affine reading of the inputs, for directions that are an exact tight frame: 1.153."""


def study(name: str) -> Study:
    """The study `readme-sweep`: two learning rates of a small setting; the README's one run of each, and two more."""
    return PlainRun(
        name=name,
        title="The README's own sweep",
        question="Someone who runs the refactor's README as written: what do they see?",
        source=SOURCE,
        lede=(
            "256 features through 32 dimensions into 612 neurons, 8,192 batches of 64 examples, LAMB at rates .001 and "
            ".003 under the periodic cosine. The README runs one network a rate, unseeded; these are three, seeded. "
            "What to expect of so short a run at these rates: LAMB's path, rate times steps, is 4 and 12 after the "
            "cosine's mean, where LR1 at .03 has 61 at laptop scale, and its first monosemantic neurons after about "
            "15; the claims were written with that in mind. With three seeds a 95 % bootstrap interval is nearly their "
            "range, and covers less than it says."
        ),
        sweeps=(
            Sweep(
                "readme-sweep",
                written(),
                tuple(range(3)),
                grid(lr=RATES),
            ),
        ),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        asked=ASKED,
        written=written(),
        columns=COLUMNS,
        any_sweeps=True,
    )


def written() -> Experiment:
    """What the README's commands train."""
    return sparse_features(features=FEATURES, width=WIDTH, hidden=612, batch=2**6, steps=STEPS)


def measure(ensembles: Mapping[str, Ensemble], *, examples: int = EXAMPLES) -> dict[str, polars.DataFrame]:
    """As of every plain run; and the README's own networks by themselves, of which alone the claims speak."""
    tables = measure_runs(ensembles, examples=examples, written=written())
    return tables | {"drawn-readme": _own(tables["drawn-networks"])}


def _own(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    return networks.filter(pl.col("as_written") & (pl.col("step") == STEPS))


def _run(rate: float) -> str:
    return f"lr {rate:g}"


def _at(rate: float, text: str, column: str, **rest: Any) -> Asked:
    note = " ".join(part for part in (rest.pop("note", ""), SEEDS) if part)
    where, rest = (("run", _run(rate)),), {"statistic": "mean", **rest}
    claim = Claim(text, table="drawn-readme", column=column, where=where, source=OURS, note=note, **rest)
    return Asked(claim, RATES if claim.versus else (rate,), STEPS, ends=True)


ASKED = (
    _at(0.001, "At .001 no neuron stands for one feature: the share is below .02.", "share", below=0.02),
    _at(0.003, "Nor at .003: the share is below .02.", "share", below=0.02),
    _at(
        0.003,
        "The higher rate gets further: its held-out loss is lower.",
        "held_out",
        statistic="difference",
        versus=(("run", _run(0.001)),),
        below=0.0,
    ),
    _at(
        0.001,
        "At .001 a network is no better than the best linear reading: held-out loss above 1.153.",
        "held_out",
        above=LINEAR,
        note="N (ε/3 − ε²/4) (1 − m/N), for an exact tight frame.",
    ),
    _at(
        0.003,
        "At .003 it is better: below 1.153.",
        "held_out",
        below=LINEAR,
        note="N (ε/3 − ε²/4) (1 − m/N), for an exact tight frame.",
    ),
)
