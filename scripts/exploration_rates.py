"""Which learning rate each optimizer of the study `exploration` gets: a short list of rates, one seed of its own.

    python scripts/exploration_rates.py STORE > src/tropism/studies/data/exploration-rates.csv

Networks are LR1's at laptop scale for half of the study's steps, with the original's periodic cosine and seed 1000,
which the study does not use. Of an optimizer's rates the one with the lowest mean training loss of the last 256 steps
is taken; a list whose best is at its end is made longer. Neurons are not looked at.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.sweep import grid
from tropism.running import train
from tropism.studies._exploration_arms import OPTIMIZERS, SCALE, Arm

STEPS, SEED, LAST = 2048, 1000, 256
LISTS = {
    "Lamb": (0.01, 0.03, 0.1),
    "Adam": (0.001, 0.003, 0.01, 0.03),
    "AdamW": (0.001, 0.003, 0.01, 0.03),
    "SGD": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
}


def last_loss(experiment: Experiment, rates: tuple[float, ...], store: str) -> list[float]:
    """The mean training loss of the last steps, for each rate; NaN where it diverged."""
    grown = train(experiment, (SEED,), settings=grid(lr=rates), store=store)
    late = grown.history.steps >= experiment.length - LAST
    means = grown.history.records["error"][:, late].mean(axis=1)
    return np.where(grown.status.diverged_at < 0, means, np.nan).tolist()


def main(store: str) -> None:
    """Print the table."""
    print(f"# Mean training loss of the last {LAST} of {STEPS} steps, LR1 at batch 128, cosine, seed {SEED}.")
    print("# Made by: python scripts/exploration_rates.py STORE")
    print("optimizer,lr,loss,chosen")
    for name in OPTIMIZERS:
        losses = last_loss(Arm("LR1", name, "cosine").experiment(replace(SCALE, steps=STEPS)), LISTS[name], store)
        best = int(np.nanargmin(losses))
        for place, (rate, loss) in enumerate(zip(LISTS[name], losses, strict=True)):
            print(f"{name},{rate:g},{loss:.4f},{str(place == best).lower()}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
