"""Sparse features: one network of the superposition subject as the refactor's command line trains it, to be changed."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies._sparse_runs import COLUMNS, draw, measure, sparse_features


def study(name: str) -> Study:
    """The study `sparse-features`: a run to begin with, every part of which `--set` and `--grid` may change."""
    return Study(
        name=name,
        title="Sparse features, seen through few dimensions",
        question="What does training make of this setting: how low is the loss, and how many features have a neuron?",
        source="The command line of jbloomAus/toy_model_interpretability, and its defaults.",
        lede=(
            "Unless changed: 512 features, each on with a chance of 1/64, through 64 dimensions into 1,024 ReLU "
            "neurons that give the features back; LAMB at .03 under the periodic cosine, 4,096 batches of 128 "
            "examples. The claims count every network. Where something is swept by a grid, its settings share their "
            "seeds, so that networks are not as many independent members as a claim's n says."
        ),
        sweeps=(Sweep("sparse-features", sparse_features(), tuple(range(3))),),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
        any_sweeps=True,
    )


CLAIMS = (
    Claim(
        "It learns: the training loss of the last 256 steps is below that of the first record.",
        table="networks",
        statistic="difference",
        column="train_loss",
        against="first_loss",
        below=0.0,
        source="Ours: the least that one may ask, whatever was changed.",
    ),
    Claim(
        "The published share tells of features: it is within .1 of coverage.",
        table="networks",
        statistic="difference",
        column="share",
        against="covered",
        above=-0.1,
        below=0.1,
        source="Ours. A share may exceed coverage by duplicates, neurons beyond the first of a feature.",
    ),
)
