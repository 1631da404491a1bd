"""What the parts of the study `combining` share: when they look, how they train, and how spectra are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.measures import steps_to
from tropism.optimizers import AdamW, AdamWOnRows, WarmUp
from tropism.subjects.generalization.measures.fourier import spectrum

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

LEVELS = (50, 90, 99)
"""Percent of held-out examples that are right."""
OPTIMIZER = AdamW(lr=0.01, b2=0.98, weight_decay=1.0, pace=WarmUp(10))
"""The fast setting of the prototypes."""


def on_rows(*rows: tuple[str, int, int], weight_decay: float = 1.0) -> AdamWOnRows:
    """The same optimizer on some rows alone."""
    usual = OPTIMIZER
    return AdamWOnRows(lr=usual.lr, b2=usual.b2, pace=usual.pace, weight_decay=weight_decay, rows=rows)


def looks(steps: int) -> tuple[int, ...]:
    """When held-out examples are looked at: every 10 steps up to 200, then every 50."""
    return (*range(0, min(steps, 200) + 1, 10), *range(250, steps + 1, 50))


def firsts(ensemble: Ensemble, metric: str, levels: tuple[int, ...] = LEVELS) -> polars.DataFrame:
    """A row a member: who it is; `to_50` and so on, the first step at a level; `final`, the last look."""
    found = steps_to(ensemble, metric, levels[0] / 100)
    steps = [steps_to(ensemble, metric, level / 100)["first"].alias(f"to_{level}") for level in levels]
    return found.drop("first", "worst", "fell_back").with_columns(steps).rename({"end": "final"})


def drawn_looks(ensemble: Ensemble, metric: str) -> polars.DataFrame:
    """A row a member and look: `member`, `step`, `accuracy`."""
    import polars as pl

    steps, seen = ensemble.history.validation_steps, ensemble.history.validation[metric]
    parts = [
        pl.DataFrame({"member": member, "step": steps, "accuracy": seen[member].astype(float)})
        for member in range(len(ensemble))
    ]
    return pl.concat(parts)


def spectra(tables: Mapping[str, Float[np.ndarray, "E n w"]], rows: Int[np.ndarray, "n"]) -> Float[np.ndarray, "E f"]:
    """How much of the tables' rows lies at each frequency from 1 on, mean over tables, adding up to 1."""
    members = len(next(iter(tables.values())))
    found = np.stack(
        [np.mean([spectrum(table[member][rows]) for table in tables.values()], axis=0)[1:] for member in range(members)]
    )
    return found / found.sum(axis=1, keepdims=True)


def overlap(one: Float[np.ndarray, "E f"], other: Float[np.ndarray, "E f"]) -> Float[np.ndarray, "E"]:
    """How much of two spectra lies at the same frequencies, in [0, 1]: Σ_k min(s_k, t_k)."""
    return np.minimum(one, other).sum(axis=1)
