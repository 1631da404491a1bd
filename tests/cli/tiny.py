"""Tiny: a study that trains in a blink, for the tests of the command line."""

from __future__ import annotations

import polars as pl

from tropism import Claim, Experiment, Study, Sweep
from tropism.core import Adam
from tropism.figures import strip
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors, Redness
from tropism.terms import AngularAnchor


def study(name: str) -> Study:
    return Study(
        name=name,
        title="Tiny",
        question="Does the error fall?",
        source="A test.",
        sweeps=(Sweep("few", EXPERIMENT, seeds=(0, 1)),),
        measure=measure,
        draw=draw,
        claims=(Claim("The error is below 1.", table="ends", statistic="mean", column="error", below=1.0),),
    )


EXPERIMENT = Experiment(
    task=Colors(levels=3, labels=(Redness(power=8, rate=0.5),)),
    network=Autoencoder(hidden=4, latent=2),
    terms=(AngularAnchor(direction=(1, 0), where="red", weight=0.1),),
    optimizer=Adam(lr=0.01),
    steps=40,
    batch_size=8,
    validate_every=0,
)


def measure(ensembles):
    few = ensembles["few"]
    ends = {"member": few.member_keys, "seed": few.seeds.tolist(), "error": few.history.records["error"][:, -1]}
    return {"ends": pl.DataFrame(ends)}


def draw(tables):
    return [strip(tables["ends"], "error", by=None, name="ends", title="Errors", alt="One dot a seed: its last error.")]
