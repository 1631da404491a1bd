"""The sweep that the refactor's README shows, run as written there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep, grid
from tropism.studies._sparse_runs import COLUMNS, measure, sparse_features
from tropism.studies._sparse_runs import draw as draw_runs

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

SOURCE = "The README of jbloomAus/toy_model_interpretability"
OURS = "Ours: written down before it was run; the README shows no numbers."
RATES = (0.001, 0.003)

FEATURES, WIDTH, DENSITY = 256, 32, 1 / 64
LINEAR = FEATURES * (DENSITY / 3 - DENSITY**2 / 4) * (1 - WIDTH / FEATURES)
"""The loss of the best affine reading of the inputs, for directions that are an exact tight frame: 1.153."""


def study(name: str) -> Study:
    """The study `readme-sweep`: two learning rates of a small setting; the README's one run of each, and two more."""
    return Study(
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
                sparse_features(features=FEATURES, width=WIDTH, hidden=612, batch=2**6, steps=2**13),
                tuple(range(3)),
                grid(lr=RATES),
            ),
        ),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The original's picture of training: loss, share and mean bias over the steps."""
    import polars as pl

    from tropism.subjects.superposition.figures.histories import history_figure

    if not tables["networks"]["run"].str.contains(r"^lr [\d.e-]+$").all():
        return draw_runs(tables)  # something else is swept
    seeds = tables["networks"]["seed"].n_unique()  # settings stand outermost
    own = pl.col("member") % seeds
    rate = pl.col("run").str.strip_prefix("lr ").cast(pl.Float64).alias("lr")
    return [
        history_figure(
            tables["drawn-tracks"].with_columns(rate, own, pl.col("mean_bias").alias("bias")),
            tables["drawn-losses"].with_columns(rate, own),
            "lr",
            name="history",
            title="What the README's sweep shows",
            alt="Three panels over steps on a logarithmic axis, a line a network, two learning rates: training loss, "
            "share of monosemantic neurons, and mean bias.",
        )
    ]


def _at(rate: float, text: str, column: str, **rest: Any) -> Claim:
    where = (("run", f"lr {rate:g}"),)
    return Claim(text, table="networks", column=column, where=where, source=OURS, **{"statistic": "mean", **rest})


CLAIMS = (
    _at(0.001, "At .001 no neuron stands for one feature: the share is below .02.", "share", below=0.02),
    _at(0.003, "Nor at .003: the share is below .02.", "share", below=0.02),
    _at(
        0.003,
        "The higher rate gets further: its held-out loss is lower.",
        "held_out",
        statistic="difference",
        versus=(("run", "lr 0.001"),),
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
