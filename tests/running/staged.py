"""Staged: a small study of superposition in two stages, with LAMB, settings and decay, for the tests of kills."""

from __future__ import annotations

import polars as pl

from tropism import Claim, Experiment, Study, Sweep
from tropism.core import From
from tropism.figures import strip
from tropism.networks import TwoLayer
from tropism.optimizers import Annealed, BiasDecay, Cosine, Lamb
from tropism.subjects.superposition import SparseFeatures
from tropism.subjects.superposition.measures import monosemanticity

TASK = SparseFeatures(features=32, width=8, density=1 / 16, held_out=64)
SETTINGS = ((("optimizer.lr", 0.01),), (("optimizer.lr", 0.03),))
STEPS = 600


def study(name: str) -> Study:
    return Study(
        name=name,
        title="Staged",
        question="Does a rate that goes to zero lower the loss?",
        source="A test.",
        sweeps=(
            Sweep("first", experiment(), seeds=(0, 1), settings=SETTINGS),
            Sweep("annealed", lambda before: annealing(before["first"]), seeds=(0, 1), settings=SETTINGS),
        ),
        measure=measure,
        draw=draw,
        claims=(Claim("It is below 9.", table="ends", statistic="mean", column="loss", where=(), below=9.0),),
    )


def experiment() -> Experiment:
    return Experiment(
        task=TASK,
        network=TwoLayer(inputs=8, hidden=16, outputs=32, offset=-1.0),
        optimizer=Lamb(lr=0.01, pace=Cosine(), aftermath=(BiasDecay(rate=0.1, patterns=("hidden.bias",)),)),
        steps=STEPS,
        batch_size=16,
        snapshots=(1, 64),
    )


def annealing(before) -> Experiment:
    return Experiment(
        task=TASK, network=before.network, optimizer=Lamb(lr=0.01, pace=Annealed()), steps=STEPS, batch_size=16,
        start=From(before.select(range(len(before)))),
    )  # fmt: skip


def measure(ensembles):
    found = []
    for name, each in ensembles.items():
        looked = monosemanticity(each).with_columns(
            pl.lit(name).alias("sweep"), pl.Series("loss", each.history.records["error"][:, -1])
        )
        found.append(looked.with_columns(pl.Series("member", [f"{name} {key[:8]}" for key in each.member_keys])))
    return {"ends": pl.concat(found)}


def draw(tables):
    return [strip(tables["ends"], "loss", by="sweep", name="ends", title="Losses", alt="One dot a network: its loss.")]
