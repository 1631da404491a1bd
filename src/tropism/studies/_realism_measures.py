"""What tells two sets of activations apart that have no coordinates in common: shapes, and a classifier."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.measures import area_under_curve

View = Literal["mean and spectrum", "spectrum", "shape"]
VIEWS: tuple[View, ...] = ("mean and spectrum", "spectrum", "shape")
"""What a classifier sees: everything but the directions; without the mean; with all variances made one as well."""
FIRST = 8
"""Principal components that are looked at: in all sources they vary, while later ones may hardly do."""
FOLDS = 4
RIDGE = 1e-2


class Axes(NamedTuple):
    """A source's own coordinates.

    Attributes:
        mean: Of its examples.
        rows: Principal directions, the largest first, each pointing where its scores are skewed to.
        spread: The standard deviation along each.
    """

    mean: Float[np.ndarray, "D"]
    rows: Float[np.ndarray, "D D"]
    spread: Float[np.ndarray, "D"]


def axes_of(x: Float[np.ndarray, "N D"]) -> Axes:
    """The principal directions of some examples."""
    mean = x.mean(axis=0)
    _, strengths, rows = np.linalg.svd(x - mean, full_matrices=False)
    skew = (((x - mean) @ rows.T) ** 3).sum(axis=0)
    return Axes(mean, rows * np.where(skew < 0, -1.0, 1.0)[:, None], strengths / np.sqrt(len(x)))


def seen(x: Float[np.ndarray, "N D"], axes: Axes, view: View) -> Float[np.ndarray, "N K"]:
    """Examples along a source's largest components, in units of their root mean square deviation."""
    rows, spread = axes.rows[:FIRST], axes.spread[:FIRST]
    if view == "mean and spectrum":
        return x @ rows.T / np.sqrt((spread**2).mean())
    scores = (x - axes.mean) @ rows.T
    return scores / (np.sqrt((spread**2).mean()) if view == "spectrum" else spread)


def described(u: Float[np.ndarray, "N K"]) -> Float[np.ndarray, "N F"]:
    """Coordinates, their sizes and squares, their sizes in order, and the length: what a linear classifier is given."""
    sizes = np.abs(u)
    length = np.linalg.norm(u, axis=1, keepdims=True)
    return np.concatenate([u, sizes, np.square(u), np.sort(sizes, axis=1), length, length**2], axis=1)


def told_apart(one: Float[np.ndarray, "N F"], other: Float[np.ndarray, "N F"], seed: int) -> float:
    """How often a linear classifier ranks an example of `one` above an example of `other`, both unseen; .5 is chance.

    Ridge regression on ±1, in four folds; the area under the curve of all scores within a fold, averaged.

    Source: Lopez-Paz and Oquab (2017), arXiv 1610.06545, on classifiers as two-sample tests.
    """
    x = np.concatenate([one, other])
    y = np.repeat([1.0, -1.0], [len(one), len(other)])
    fold = np.random.default_rng(seed).permutation(len(x)) % FOLDS
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    x = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    grams = np.stack([x[fold == each].T @ x[fold == each] for each in range(FOLDS)])
    sides = np.stack([x[fold == each].T @ y[fold == each] for each in range(FOLDS)])
    found = []
    for each in range(FOLDS):
        gram = grams.sum(axis=0) - grams[each] + RIDGE * len(x) * np.eye(x.shape[1])
        score = x[fold == each] @ np.linalg.solve(gram, sides.sum(axis=0) - sides[each])
        right = y[fold == each] > 0
        found.append(area_under_curve(score[right], score[~right]))
    return float(np.mean(found))


def kurtosis(values: Float[np.ndarray, "N K"]) -> Float[np.ndarray, "K"]:
    """Excess kurtosis of each column: 0 of Gaussian numbers; NaN of columns that do not change."""
    about = values - values.mean(axis=0)
    variance = np.square(about).mean(axis=0)
    there = variance > 1e-12
    fourth = (about**4).mean(axis=0)
    return np.where(there, fourth / np.where(there, variance, 1.0) ** 2 - 3, np.nan)


def statistics_of(x: Float[np.ndarray, "N D"], seed: int) -> dict[str, float]:
    """Spectrum, tails, mean and lengths of some examples, in numbers without units."""
    axes, width = axes_of(x), x.shape[1]
    variances = axes.spread**2
    shares = variances / variances.sum()
    scores = (x - axes.mean) @ axes.rows.T
    strong = np.cumsum(shares) - shares < 0.95
    turned = np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0]
    lengths = np.linalg.norm(x - axes.mean, axis=1)
    return {
        "rank": float(1 / np.square(shares).sum() / width),
        "first": float(shares[0]),
        "to_90": float((np.cumsum(shares) < 0.9).sum() + 1) / width,
        "kurtosis_coordinates": float(np.nanmedian(kurtosis(x))),
        "kurtosis_scores": float(np.nanmedian(kurtosis(scores[:, strong]))),
        "kurtosis_random": float(np.nanmedian(kurtosis(x @ turned))),
        "mean": float(np.linalg.norm(axes.mean) / np.sqrt(variances.sum())),
        "norms": float(lengths.std() / lengths.mean()),
    }


def gaussian_twin(x: Float[np.ndarray, "N D"], seed: int) -> Float[np.ndarray, "N D"]:
    """As many Gaussian examples with the same mean and covariance."""
    axes = axes_of(x)
    normal = np.random.default_rng(seed).normal(size=x.shape)
    return axes.mean + (normal * axes.spread) @ axes.rows
