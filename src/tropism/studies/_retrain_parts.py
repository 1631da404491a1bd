"""A layer's components, and where they can be laid beside those of another network: four systems of coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.dictionaries import IndependentComponents, PrincipalComponents, SingularVectors
from tropism.measures import Match, block_overlaps, cosines, matching, values_at
from tropism.studies._retrain_runs import AFTER, BEFORE, SITE, Way

System = Literal["raw", "pull-back", "push-forward", "activation"]
SYSTEMS: tuple[System, ...] = ("raw", "pull-back", "push-forward", "activation")
TOP = 4
"""Components that scores count, no more than the effective rank: beyond it their order is noise."""
SHOWN = 8
"""Components that are looked at singly."""
NEAR = 1.2
"""Neighbors are of one block where the variance falls by less than this factor."""
SHUFFLES = 2


class Layer(NamedTuple):
    """One network's layer: the weights around it, and its values.

    Attributes:
        into: What writes it.
        out: What reads it.
        open: How often each neuron passes what it is given on; 1 where the layer is linear.
        shown: Its values on the examples that components are found on.
        held: Its values on examples that are asked.
        before: What it is given on these.
    """

    into: Float[np.ndarray, "D P"]
    out: Float[np.ndarray, "Q D"]
    open: Float[np.ndarray, "D"]
    shown: Float[np.ndarray, "N D"]
    held: Float[np.ndarray, "M D"]
    before: Float[np.ndarray, "M P"]


@dataclass(frozen=True)
class Parts:
    """Components, or a dictionary's latents, in the coordinates that they have; rows, the first first.

    Attributes:
        rows: By the system: directions among the layer's neurons (`raw`), what they are written by before it
            (`pull-back`), what they write behind it (`push-forward`), scores on the examples asked (`activation`).
        variances: What each holds, the largest first; empty where there is no order.
    """

    rows: Mapping[System, Float[np.ndarray, "K _"]]
    variances: Float[np.ndarray, "_"]

    def first(self, count: int) -> Parts:
        """The first of them."""
        return Parts({system: rows[:count] for system, rows in self.rows.items()}, self.variances[:count])


class Likeness(NamedTuple):
    """How alike two networks' components are, as sizes of cosines or correlations.

    Attributes:
        diagonal: The first with the first, and so on; mean.
        matched: Of the best pairs one to one; mean.
        block: The squared principal cosine of the block of like variance that a component is in, mean. Blocks go on
            beyond the components that count.
    """

    diagonal: float
    matched: float
    block: float


def layers(
    ensemble: Ensemble, shown: Float[np.ndarray, "N I"], asked: Float[np.ndarray, "M I"], *, linear: bool
) -> Iterator[Layer]:
    """The layer of every network."""
    of_shown = values_at(ensemble, shown, (SITE,))[SITE]
    heard = values_at(ensemble, asked, (SITE, BEFORE))
    into, out = ensemble.params[f"{SITE}.weight"], ensemble.params[f"{AFTER}.weight"]
    for row, values in enumerate(heard[SITE]):
        passing = np.ones(values.shape[1]) if linear else (values > 0).mean(axis=0)
        yield Layer(into[row], out[row], passing, of_shown[row], values, heard[BEFORE][row])


def parts_of(layer: Layer, way: Way, count: int = SHOWN) -> Parts:
    """The first components of a layer by one way."""
    if way == "W out · W in":
        return _of_map(layer, count)
    directions, variances = _directions(layer, way, count)
    return placed(layer, directions, layer.held @ directions.T, variances)


def placed(
    layer: Layer,
    directions: Float[np.ndarray, "K D"],
    scores: Float[np.ndarray, "M K"],
    variances: Float[np.ndarray, "K"],
) -> Parts:
    """Directions among a layer's neurons in all four systems."""
    rows: dict[System, np.ndarray] = {
        "raw": directions,
        "pull-back": directions @ layer.into,
        "push-forward": directions @ layer.out.T,
        "activation": scores.T,
    }
    return Parts(rows, variances)


def likenesses(one: Parts, other: Parts, first: int | None = None) -> dict[System, tuple[Likeness, Likeness]]:
    """By system: how alike the first's components are to the second's, and the same by chance.

    Of activations, cosines are correlations, and pairs are chosen on one half of the examples and scored on the other.
    By chance is with the second's coordinates (neurons, or examples) in another order.

    Args:
        first: How many count; by default all.
    """
    found: dict[System, tuple[Likeness, Likeness]] = {}
    for system in SYSTEMS:
        if system not in one.rows or system not in other.rows:
            continue
        a, b, centered = one.rows[system], other.rows[system], system == "activation"
        luck = np.random.default_rng(len(found))
        shuffled = [
            _alike(a, b[:, luck.permutation(b.shape[1])], one.variances, centered, first) for _ in range(SHUFFLES)
        ]
        found[system] = _alike(a, b, one.variances, centered, first), Likeness(*np.mean(shuffled, axis=0).tolist())
    return found


def correlated(one: Float[np.ndarray, "K M"], other: Float[np.ndarray, "L M"]) -> Float[np.ndarray, "K L"]:
    """The sizes of the correlations of rows; 0 where a row does not change."""
    return cosines(_about_mean(one), _about_mean(other))


def matched_across(one: Float[np.ndarray, "K M"], other: Float[np.ndarray, "L M"]) -> Float[np.ndarray, "K"]:
    """Correlations of rows paired one to one on even examples, as they are on odd ones: of the first's rows, in order.

    A row without a partner, where the second has fewer, has zero.
    """
    found = partners(one, other)
    scored = correlated(one[:, 1::2], other[:, 1::2])
    kept = np.zeros(len(one))
    kept[found.learned] = scored[found.learned, found.true]
    return kept


def partners(one: Float[np.ndarray, "K M"], other: Float[np.ndarray, "L M"]) -> Match:
    """Rows paired one to one by their correlations on even examples."""
    return matching(_about_mean(one[:, ::2]), _about_mean(other[:, ::2]))


def _alike(
    one: np.ndarray, other: np.ndarray, variances: Float[np.ndarray, "_"], centered: bool, first: int | None
) -> Likeness:
    early, late = one[:first], other[:first]
    pairs = matched_across(early, late) if centered else matching(early, late).cosine
    matched = float(pairs.sum() / min(len(early), len(late)))
    if not len(variances):
        return Likeness(np.nan, matched, np.nan)
    a, b = (_about_mean(each) if centered else each for each in (one, other))
    diagonal = np.diag(cosines(a, b))[:first].mean()
    end = _end_of_block(variances, first)
    blocks = block_overlaps(a[:end], b[:end], variances[:end], near=NEAR)
    return Likeness(float(diagonal), matched, float(blocks.overlap[blocks.number[:first]].mean()))


def _end_of_block(variances: Float[np.ndarray, "K"], first: int | None) -> int:
    """Where the block ends that the last of the first components is in."""
    end = len(variances) if first is None else min(first, len(variances))
    while end < len(variances) and variances[end - 1] < NEAR * variances[end]:
        end += 1
    return end


def _directions(layer: Layer, way: Way, count: int) -> tuple[np.ndarray, np.ndarray]:
    if way == "ICA":
        return IndependentComponents(count).fit(layer.shown, seed=0).atoms, np.zeros(0)
    if way in ("PCA", "SVD"):
        found = (PrincipalComponents if way == "PCA" else SingularVectors)(count).fit(layer.shown, seed=0)
        return found.atoms, found.explained
    weights = layer.into if way == "W in" else layer.out.T
    left, strengths, _ = np.linalg.svd(weights, full_matrices=False)
    return left.T[:count], strengths[:count] ** 2


def _of_map(layer: Layer, count: int) -> Parts:
    """Of the map from before the layer to behind it; of a ReLU its mean, each neuron as often open as it is."""
    left, strengths, right = np.linalg.svd((layer.out * layer.open) @ layer.into, full_matrices=False)
    rows: dict[System, np.ndarray] = {
        "pull-back": right[:count],
        "push-forward": left.T[:count],
        "activation": right[:count] @ layer.before.T,
    }
    return Parts(rows, strengths[:count] ** 2)


def _about_mean(rows: Float[np.ndarray, "K M"]) -> Float[np.ndarray, "K M"]:
    return rows - rows.mean(axis=1, keepdims=True)
