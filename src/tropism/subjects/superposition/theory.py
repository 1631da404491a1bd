"""Theory: what toy models of superposition should come to, in closed form, to hold trained networks against."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tropism.errors import BadValue, DoesNotFit


class Phase(NamedTuple):
    """The solution that costs least, elementwise.

    Attributes:
        name: Which of `phase_losses`; where several cost the same, the first of them.
        loss: What it costs.
        lead: By how much of its own loss the next best costs more; infinite where it costs nothing.
    """

    name: np.ndarray
    loss: np.ndarray
    lead: np.ndarray


def phase_losses(density: ArrayLike, importance: ArrayLike, features: int = 2) -> dict[str, np.ndarray]:
    """What the candidate solutions of a tied ReLU model cost that has one dimension less than features.

    One feature, the extra, counts `importance` times as much as each of the others. The candidates: leave it out, with
    half the density as its bias (`ignore-extra`); leave another out (`ignore-other`); put the extra opposite another
    in one dimension (`pair-with-extra`); put two others opposite each other (`pair-without`, from three features on).
    Every other feature has a dimension to itself and costs nothing. None is tuned: the best network may cost less.

    Args:
        density: Probability of each feature to be on, in [0, 1]; broadcast against `importance`.
        importance: Of the extra feature, relative to the others.
        features: How many there are, at least 2.

    Source: the notebook of wattenberg/superposition; Elhage et al. (2022), "Toy Models of Superposition", on
    superposition as a phase change. An ignored feature costs its variance, p/3 − p²/4; a pair costs the smaller value
    squared, twice, when both are on, 1/6 on average.
    """
    if features < 2:
        raise BadValue("phase_losses' features", features, "at least 2")
    p, r = np.broadcast_arrays(np.asarray(density, float), np.asarray(importance, float))
    ignored = p / 3 - p**2 / 4
    found = {"ignore-extra": r * ignored, "ignore-other": ignored, "pair-with-extra": (1 + r) * p**2 / 6}
    return found if features == 2 else found | {"pair-without": p**2 / 3}


def best_phase(density: ArrayLike, importance: ArrayLike, features: int = 2) -> Phase:
    """Which of `phase_losses` is least, and by how much of itself the next one is more."""
    losses = phase_losses(density, importance, features)
    stacked = np.stack(list(losses.values()))
    first, second = np.sort(stacked, axis=0)[:2]
    lead = np.divide(second - first, first, out=np.full(first.shape, np.inf), where=first > 0)
    return Phase(np.array(list(losses))[stacked.argmin(axis=0)], first, lead)


def pairing_boundaries(importance: ArrayLike) -> dict[str, np.ndarray]:
    """Below which density a pair with the extra feature costs less than leaving the extra out, and than another.

    Source: where the `phase_losses` meet, at 4r / (2 + 5r) and 4 / (5 + 2r); both at r = 1, p = 4/7.
    """
    r = np.asarray(importance, float)
    return {"ignore-extra": 4 * r / (2 + 5 * r), "ignore-other": 4 / (5 + 2 * r)}


def capacity_allocation(
    values: Float[np.ndarray, "N"] | list[float] | tuple[float, ...], kurtosis: float, dims: int
) -> tuple[float, Float[np.ndarray, "N"]]:
    """The least loss of quadratic neurons, and how much capacity each feature then has.

    Features of mean 0, variance 1 and some kurtosis; wanted is Σ v_i x_i², given is |Wx|² + a constant, W with `dims`
    rows; the loss is the mean square of the difference. (Without the constant the network pays its mean's error, too.)
    A feature with capacity C costs 2v²(κ − 1)(1 − C) / (2 + (κ − 3)C). Above κ = 3 the returns diminish and features
    share; up to 3 the winners take all (at 3 exactly, features of one value may also share, at the same loss).

    Args:
        values: v, each above zero.
        kurtosis: κ, at least 1; 3 is Gaussian.
        dims: Neurons.

    Returns:
        The loss, and the capacities, each in [0, 1]; they sum to the smaller of `dims` and the number of features.

    Source: Scherlis et al. (2022), arXiv 2210.01892, for the problem; the allocation makes the marginal returns
    2v²(κ − 1)² / (2 + (κ − 3)C)² alike: C = clip((s·v − 2) / (κ − 3), 0, 1), with s such that ΣC = `dims`.
    """
    v = np.asarray(values, float)
    if not ((v > 0).all() and np.isfinite(v).all() and v.ndim == 1):
        raise BadValue("capacity_allocation's values", values, "a list of numbers above 0")
    if not (np.isfinite(kurtosis) and kurtosis >= 1):
        raise BadValue("capacity_allocation's kurtosis", kurtosis, "at least 1, as of every distribution")
    if dims < 0:
        raise BadValue("capacity_allocation's dims", dims, "at least 0")
    share = _shared(v, kurtosis, dims) if kurtosis > 3 else _winning(v, dims)
    return float(capacity_losses(v, kurtosis, share).sum()), share


def capacity_losses(
    values: Float[np.ndarray, "N"], kurtosis: float, capacities: Float[np.ndarray, "N"]
) -> Float[np.ndarray, "N"]:
    """What each feature costs with the capacity that it has; see `capacity_allocation`."""
    left = 2 * np.asarray(values, float) ** 2 * (kurtosis - 1) * (1 - capacities)
    spread = 2 + (kurtosis - 3) * capacities  # zero only where nothing is left: at kurtosis 1, with a whole dimension
    return np.divide(left, spread, out=np.zeros_like(left), where=left != 0)


def kurtosis_of(density: ArrayLike, *, signed: bool = True) -> np.ndarray:
    """The kurtosis of a feature that is on with a probability, and then uniform in [−1, 1), or in [0, 1).

    About its mean, which is zero for the signed one: 9 / (5p), from 1.8 when it is always on.

    Source: the moments of uniform numbers.
    """
    p = np.asarray(density, float)
    if signed:
        return 9 / (5 * p)
    return (p / 5 - p**2 / 2 + p**3 / 2 - 3 * p**4 / 16) / (p / 3 - p**2 / 4) ** 2


def linear_loss(
    directions: Float[np.ndarray, "N M"], densities: Float[np.ndarray, "N"], *, affine: bool = False
) -> float:
    """What the best linear reading of Σ f_i d_i costs that wants the features back, summed over them.

    Features are independent, on with their densities, then uniform in [0, 1). With `affine`, a constant may be added.
    For directions that are spread evenly and one density p, the affine loss is N(p/3 − p²/4)(1 − M/N).

    Source: least squares on the features' moments.
    """
    d, p = np.asarray(directions, float), np.asarray(densities, float)
    if d.shape[:1] != p.shape:
        raise DoesNotFit(f"linear_loss: {len(p)} densities for {len(d)} directions.")
    moments = np.diag(p / 3 - p**2 / 4) + (0 if affine else np.outer(p / 2, p / 2))
    seen = d.T @ moments
    return float(np.trace(moments) - np.trace(seen.T @ np.linalg.pinv(seen @ d, hermitian=True) @ seen))


def _shared(v: np.ndarray, kurtosis: float, dims: int) -> np.ndarray:
    """Diminishing returns: what the capacities sum to rises with s in straight pieces; a bend is where one starts."""

    def clipped(s: float) -> np.ndarray:
        return np.clip((s * v - 2) / (kurtosis - 3), 0, 1)

    bends = np.sort(np.concatenate([2 / v, (kurtosis - 1) / v]))
    sums = [clipped(bend).sum() for bend in bends]
    return clipped(float(np.interp(min(dims, len(v)), sums, bends)))


def _winning(v: np.ndarray, dims: int) -> np.ndarray:
    chosen = np.zeros(len(v))
    chosen[np.argsort(-v, kind="stable")[:dims]] = 1.0
    return chosen
