"""Sparse features: one network of the superposition subject as the refactor's command line trains it, to be changed."""

from __future__ import annotations

from tropism.core.sweep import Study, Sweep
from tropism.studies._run_claims import CLAIMS
from tropism.studies._run_figures import draw
from tropism.studies._sparse_runs import COLUMNS, measure, sparse_features


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
            "examples. Claims stand on seeds, which the settings of a grid share, and look on each at the setting that "
            "is worst. With one seed they stay undecided for want of seeds: --seeds 0..2 trains three."
        ),
        sweeps=(Sweep("sparse-features", sparse_features(), tuple(range(3))),),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
        any_sweeps=True,
    )
