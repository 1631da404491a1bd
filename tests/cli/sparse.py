"""Sparse: a study of sparse features that trains in a blink and measures whatever sweeps there are."""

from __future__ import annotations

import polars as pl

from tropism import Claim, Experiment, Study, Sweep
from tropism.core.places import varied
from tropism.figures import strip
from tropism.networks import TwoLayer
from tropism.optimizers import Lamb
from tropism.subjects.superposition import SparseFeatures


def study(name: str) -> Study:
    return Study(
        name=name,
        title="Sparse",
        question="Does the error fall?",
        source="A test.",
        sweeps=(Sweep("sparse", EXPERIMENT, seeds=(0, 1)),),
        measure=measure,
        draw=draw,
        claims=(Claim("The error is below 9.", table="ends", statistic="mean", column="error", below=9.0),),
        any_sweeps=True,
    )


EXPERIMENT = Experiment(
    task=SparseFeatures(features=12, width=4, density=0.1, held_out=32),
    network=TwoLayer(inputs=4, hidden=6, outputs=12),
    optimizer=Lamb(lr=0.01),
    steps=32,
    batch_size=8,
    snapshots=(1, 2, 4, 8, 16),
)


def measure(ensembles):
    differing = varied({name: ensembles[name].experiment for name in ensembles})
    tables = []
    for name in ensembles:
        table = ensembles[name].table().select("seed", "error")
        words = ", ".join(f"{address} {value}" for address, value in differing[name].items())
        tables.append(table.with_columns(pl.lit(words).alias("setting")))
    return {"ends": pl.concat(tables).with_row_index("member")}


def draw(tables):
    return [strip(tables["ends"], "error", by="setting", name="ends", title="Errors", alt="One dot a network.")]
