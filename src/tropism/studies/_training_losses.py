"""Training losses from what was recorded: their mean before a step, and their curve on a logarithmic axis of steps."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble

LAST = 256
"""The training loss is averaged over this many last steps."""

PER_OCTAVE = 6
"""Points of a loss curve for each doubling of the steps."""


def late_loss(ensemble: Ensemble, *, last: int = LAST, end: int | None = None) -> Float[np.ndarray, "E"]:
    """The mean training error of the `last` steps before `end`, by default the run's; no priced terms are in it.

    Records are means over windows of steps; each counts by how many of its steps are meant. NaN for a member that
    diverged before `end`.
    """
    end = ensemble.experiment.length if end is None else end
    ends = ensemble.history.steps + 1
    begins = np.concatenate([[0], ends[:-1]])
    inside = np.clip(np.minimum(ends, end) - np.maximum(begins, end - last), 0, None)
    used = inside > 0
    means = ensemble.history.records["error"][:, used] @ inside[used] / inside.sum()
    diverged = ensemble.status.diverged_at
    return np.where((diverged < 0) | (diverged >= end), means, np.nan)


def loss_curve(ensemble: Ensemble) -> tuple[Float[np.ndarray, "S"], Float[np.ndarray, "E S"]]:
    """Steps, and each member's mean training error around them: stretches that are even on a logarithmic axis."""
    ends, errors = ensemble.history.steps + 1, ensemble.history.records["error"]
    # A stretch ends with a power of two, so that the last one is not a single record.
    stretches = np.ceil(PER_OCTAVE * np.log2(ends) - 1e-9)
    used = np.unique(stretches)
    steps = [np.exp2(np.log2(ends[stretches == each]).mean()) for each in used]
    return np.array(steps), np.stack([errors[:, stretches == each].mean(axis=1) for each in used], axis=1)
