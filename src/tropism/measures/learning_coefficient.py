"""Local learning coefficients: how many directions a solution really uses, by chains that wander about it.

A regular minimum of d parameters has the coefficient d/2; one on a valley, where parameters may change together at no
cost, has less. Of two solutions that fit alike, enough data favors the one with the lower coefficient.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core import Batch, Ensemble
from tropism.core.paths import matches, patterns_fit
from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value

if TYPE_CHECKING:
    import polars
    from jaxtyping import Array

Error = Callable[["Array", Batch], "Array"]
"""From outputs and what was asked to how wrong each is, `[B]`."""

_LEAST_ACCEPTED = 0.8
_LARGEST_DRIFT = 0.2


@dataclass(frozen=True, kw_only=True)
class Langevin(Value):
    """How chains wander: a step along the slope of the tempered loss, back towards where they began, and noise.

    w ← w − (ε/2)(nβ ∇L(w) + γ (w − w*)) + √ε ξ, which draws from exp(−nβ L(w) − γ/2 |w − w*|²) for small ε.

    The step must be small for the steepest direction, ε (nβ h + γ) well below 1 for a curvature h, and all of the chain
    long enough for the least: look at `acceptance` and `drift`.

    Attributes:
        step: ε.
        localization: γ, which keeps a chain near; the coefficient is too low where it is not small beside nβ h.
        chains: How many begin at each network.
        burn_in: Steps before the first that counts.
        draws: Steps that count.
        batch_size: Examples a step, drawn with replacement; by default all of them.
        inverse_temperature: β; by default 1 / ln n for n examples.

    Source: Lau et al. (2023), "The Local Learning Coefficient: A Singularity-Aware Complexity Measure", arXiv
    2308.12108; Welling and Teh (2011) for the sampler.
    """

    step: float = 1e-5
    localization: float = 100.0
    chains: int = 4
    burn_in: int = 200
    draws: int = 400
    batch_size: int | None = None
    inverse_temperature: float | None = None

    def check(self) -> None:
        for name, least in (("chains", 1), ("burn_in", 0), ("draws", 2)):
            if getattr(self, name) < least:
                raise BadValue(f"Langevin.{name}", getattr(self, name), f"at least {least}")
        if self.batch_size is not None and self.batch_size < 1:
            raise BadValue("Langevin.batch_size", self.batch_size, "at least 1, or None for all examples")
        for name in ("step", "inverse_temperature"):
            given = getattr(self, name)
            if given is not None and not 0 < given < math.inf:
                raise BadValue(f"Langevin.{name}", given, "a positive number")
        if not 0 <= self.localization < math.inf:
            raise BadValue("Langevin.localization", self.localization, "a finite number, at least 0")


class Coefficients(NamedTuple):
    """What chains found.

    Attributes:
        table: A row a member, see `learning_coefficients`.
        losses: The loss at every step of every chain, burn-in included, `[E, C, T]`.
    """

    table: polars.DataFrame
    losses: Float[np.ndarray, "E C T"]


def learning_coefficients(
    ensemble: Ensemble,
    batch: Batch,
    *,
    error: Error | None = None,
    sampler: Langevin | None = None,
    parameters: tuple[str, ...] = ("*",),
    apart: bool = False,
    seed: int = 0,
) -> Coefficients:
    """The local learning coefficient λ of each member's solution on some examples: nβ (mean loss of the draws − L(w*)).

    Columns: `member`, `seed`, `coefficient` (the mean over chains) and `spread` (their standard deviation); `loss` at
    the solution and `sampled`, its mean over the draws; `drift`, by how much the estimate grows from the first half of
    the draws to the second, in units of the coefficient; `below`, the share of draws that cost less than the solution;
    `acceptance`, the share of steps that an exact sampler would take (NaN with batches): near 1 is well, the field
    asks for .9; `num_parameters` that moved, `n` examples; and `warning`, the first that holds of

    - `diverged`: a chain left for infinity, or the member did in training;
    - `step`: fewer than .8 of the steps would be accepted. At a quadratic of 12 parameters λ is then a quarter too
      large; with thousands it is off by far less, and the warning comes early;
    - `minimum`: more than half of the draws cost less, so the chains do not begin at a minimum;
    - `drift`: of more than a fifth of the coefficient, and of more than twice its standard error over chains;

    or nothing. Interventions in force do not act: weights are what is asked about.

    Args:
        batch: The examples that the loss is the mean over; with `apart`, each member's own along a leading axis.
        error: How wrong each output is; by default what the experiment trained on.
        parameters: Patterns of the paths that may move; the others stay at the solution.

    Source: Lau et al. (2023), arXiv 2308.12108, definition 1 of the estimator; Wang et al. (2024), arXiv 2410.02984,
    for moving some of the parameters.
    """
    from tropism.measures._langevin import wandered

    paths = tuple(path for path in ensemble.params if ":" not in path)
    patterns_fit(parameters, paths, "learning_coefficients")
    moving = tuple(path for path in paths if matches(path, parameters))
    wrong = error or ensemble.experiment.loss or ensemble.experiment.task.error
    sampler = sampler or Langevin()
    count = _num_examples(ensemble, batch, apart)
    scale = count * (sampler.inverse_temperature or 1 / math.log(max(count, 3)))
    lucks = np.array([zlib.crc32(f"{seed} {member.seed}".encode()) for member in ensemble.members], np.uint32)
    start, losses, accepted = wandered(
        ensemble, batch, error=wrong, sampler=sampler, scale=scale, moving=moving, apart=apart, lucks=lucks
    )
    losses[ensemble.status.diverged_at >= 0] = np.nan
    num = sum(int(np.prod(ensemble.params[path].shape[1:])) for path in moving)
    return Coefficients(_table(ensemble, sampler, scale, start, losses, accepted, (num, count)), losses)


def _num_examples(ensemble: Ensemble, batch: Batch, apart: bool) -> int:
    shape = np.shape(batch.inputs)
    if apart and shape[0] != len(ensemble):
        raise DoesNotFit(f"learning_coefficients: examples for {shape[0]} members, and there are {len(ensemble)}.")
    return int(shape[1] if apart else shape[0])


def _table(
    ensemble: Ensemble,
    sampler: Langevin,
    scale: float,
    start: Float[np.ndarray, "E"],
    losses: Float[np.ndarray, "E C T"],
    accepted: Float[np.ndarray, "E C"],
    counts: tuple[int, int],
) -> polars.DataFrame:
    import polars as pl

    draws = losses[..., sampler.burn_in :].astype(np.float64)
    by_chain = scale * (draws.mean(-1) - start[:, None])
    half = draws.shape[-1] // 2
    drifts = scale * (draws[..., half:].mean(-1) - draws[..., :half].mean(-1))
    several = losses.shape[1] > 1
    columns = {
        "member": np.arange(len(ensemble)),
        "seed": [str(member.seed) for member in ensemble.members],
        "coefficient": by_chain.mean(1),
        "spread": by_chain.std(1, ddof=1) if several else np.full(len(ensemble), math.nan),
        "loss": start.astype(np.float64),
        "sampled": draws.mean((1, 2)),
        "drift": drifts.mean(1),
        "below": (draws < start[:, None, None]).mean((1, 2)),
        "acceptance": accepted.mean(1).astype(np.float64),
        "num_parameters": [counts[0]] * len(ensemble),
        "n": [counts[1]] * len(ensemble),
    }
    errors = drifts.std(1, ddof=1) / math.sqrt(losses.shape[1]) if several else np.zeros(len(ensemble))
    columns["warning"] = [_warning(columns, row, float(errors[row])) for row in range(len(ensemble))]
    return pl.DataFrame(columns)


def _warning(columns: dict[str, list | np.ndarray], row: int, error_of_drift: float) -> str:
    coefficient, drift = columns["coefficient"][row], abs(columns["drift"][row])
    if not math.isfinite(coefficient):
        return "diverged"
    if columns["acceptance"][row] < _LEAST_ACCEPTED:
        return "step"
    if columns["below"][row] > 0.5:
        return "minimum"
    return "drift" if drift > _LARGEST_DRIFT * abs(coefficient) and drift > 2 * error_of_drift else ""
