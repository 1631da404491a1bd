"""Damage without training: noise, coarse numbers, missing weights, silent layers. A gate may break before a circuit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.measures import answered_from, in_their_worlds, values_at
from tropism.subjects.generalization.examiner.cells import BASE, Column
from tropism.subjects.generalization.examiner.scores import judged_by, share_right_of
from tropism.surgery import noise, pruned_weights, rounded

if TYPE_CHECKING:
    import polars

NOISES = (0.1, 0.3)
"""In standard deviations of each tensor."""
BITS = (8, 4)
SHARES = (0.1, 0.3, 0.5)
"""Of the smallest weights of each tensor."""
MOST_AVERAGED = 500
"""Examples of X and of Y each at most that a layer's mean is taken over."""


def damaged(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """What networks answer after damage: one row a damage, technique and seed.

    Columns: `pair`, `damage`, `row`, `seed`, `accuracy_x`, `accuracy_y`, as outcomes count them; and `choose_y` and
    `judge_y`, the same of every other example of Y, so that a damage is not judged by what it was chosen by. Damages
    are normal noise on all weights, weights of few bits, the smallest weights of each tensor left out, and each site
    held at its mean over X and Y together, half of either.
    """
    import polars as pl

    asked = judged_by(column, ensembles)
    members = column.outcome(BASE, ensembles).members
    both = [
        in_their_worlds(task, members, most=MOST_AVERAGED) for task in (column.pair.x_look(), column.pair.y_attack())
    ]
    least = min(each.inputs.shape[1] for each in both)
    averaged = np.concatenate([each.inputs[:, :least] for each in both], axis=1)
    rows = []
    for name in column.names():
        networks = column.outcome(name, ensembles)
        for damage, answers in _damages(networks, averaged).items():
            of_x, of_y = (answers(asked[letter].inputs) for letter in "xy")
            shares = {
                "accuracy_x": share_right_of(column.pair, of_x, asked["x"]),
                "accuracy_y": share_right_of(column.pair, of_y, asked["y"]),
                "choose_y": share_right_of(column.pair, of_y[:, 0::2], asked["y"].every(2, 0)),
                "judge_y": share_right_of(column.pair, of_y[:, 1::2], asked["y"].every(2, 1)),
            }
            seeds = [str(member.seed) for member in networks.members]
            rows.append(pl.DataFrame({"pair": column.pair.name, "damage": damage, "row": name, "seed": seeds} | shares))
    return pl.concat(rows)


def _damages(networks: Ensemble, averaged: np.ndarray) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """By name, from inputs to the logits of damaged networks."""
    weights = {f"noise {scale:g}": noise(networks, scale) for scale in NOISES}
    weights |= {f"{bits} bits": rounded(networks, bits=bits) for bits in BITS}
    weights |= {f"pruned {share:.0%}": pruned_weights(networks, share) for share in SHARES}
    found = {name: _answering(each) for name, each in weights.items()}
    sites = [name for name, site in networks.network.sites().items() if site.writes and site.reads]
    return found | {f"mean of {site}": _silenced(networks, site, averaged) for site in sites}


def _answering(networks: Ensemble) -> Callable[[np.ndarray], np.ndarray]:
    return lambda inputs: networks.listen(inputs, apart=True)[0]


def _silenced(networks: Ensemble, site: str, averaged: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    mean = values_at(networks, averaged, (site,), apart=True)[site].mean(1, keepdims=True)
    return lambda inputs: answered_from(networks, inputs, site, mean, apart=True)
