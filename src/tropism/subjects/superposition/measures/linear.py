"""Networks with their activation taken out, and what is left where no neuron stands for one feature.

Claimed of trained networks: the polysemantic neurons together are an approximation of low rank to the identity, a
correction for the whole output rather than for one feature. `polysemantic_block` has what that can be judged by.

Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169, on reverse engineering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.errors import DoesNotFit
from tropism.measures import effective_rank
from tropism.networks import TwoLayer
from tropism.subjects.superposition.measures.examples import held_out, reads_features
from tropism.subjects.superposition.measures.neurons import THRESHOLD, favorites
from tropism.subjects.superposition.measures.probes import task_of, worlds
from tropism.subjects.superposition.measures.rows import looks, member_columns, rows_of_member
from tropism.subjects.superposition.tasks import SparseFeatures

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble


class Linearized(NamedTuple):
    """Networks without their activation and biases, from features to outputs.

    Attributes:
        whole: W₂W₁P, output by feature.
        embedder: W₁P, neuron by feature.
    """

    whole: Float[np.ndarray, "E O N"]
    embedder: Float[np.ndarray, "E K N"]


def linearized(ensemble: Ensemble) -> Linearized:
    """Every network as the linear map that it would be if all of its neurons were always on.

    Raises:
        DoesNotFit: Networks other than `TwoLayer`, or another task than `SparseFeatures`.

    Source: adamjermyn/toy_model_interpretability.
    """
    _two_layers(ensemble)
    embedder = ensemble.params["hidden.weight"] @ worlds(ensemble)["directions"].swapaxes(1, 2)
    return Linearized(ensemble.params["output.weight"] @ embedder, embedder)


def rank_profile(ensemble: Ensemble, *, threshold: float = THRESHOLD) -> polars.DataFrame:
    """The singular values of what polysemantic neurons do: a row a member and singular value, the largest first.

    Returns:
        `member`, `seed`, its dials, `step`, and: `number`, from 0; `singular`, of the block, W₂W₁P over the
        polysemantic neurons alone; `identity`, of the multiple of PPᵀ that is nearest to it, PPᵀ being the nearest to
        the identity that so few dimensions allow. There are as many as P has dimensions. NaN without such neurons.
    """
    import polars

    [(step, shown)] = looks(ensemble)
    blocks, projections = _blocks(shown, threshold), _projections(shown)
    parts, dims = [], min(worlds(ensemble)["directions"].shape[1:])
    for row, (block, projection) in enumerate(zip(blocks, projections, strict=True)):
        empty = not block.any() or not np.isfinite(block).all()
        found = np.full(dims, np.nan) if empty else np.linalg.svd(block, compute_uv=False)[:dims]
        scale = np.nan if empty else abs((block * projection).sum()) / np.square(projection).sum()
        columns = {
            "number": np.arange(dims),
            "singular": found,
            "identity": scale * np.linalg.svd(projection, compute_uv=False)[:dims],
        }
        parts.append(rows_of_member(ensemble, row, step, columns))
    return polars.concat(parts, how="vertical_relaxed")


def polysemantic_block(ensemble: Ensemble, *, examples: int = 4096, threshold: float = THRESHOLD) -> polars.DataFrame:
    """What the neurons that stand for no one feature do together: a row a member.

    The block M is W₂W₁P over those neurons alone, feature by feature; their contribution is what they add to the
    outputs on held-out examples. Shares of M are of the sum of its squares; shares of the contribution are of its
    variance about its mean over examples and outputs, and each fit is one for all outputs.

    Returns:
        `member`, `seed`, its dials, `step`, `polysemantic` (how many neurons), and of M: `rank`, the effective one,
        (Σs²)² / Σs⁴ of its singular values; `identity`, the share that a multiple of the identity explains;
        `best_rank` and `best_identity`, the rank r and the share of the multiple of an r-dimensional orthogonal
        projection that explains most; `projection`, the share that a multiple of PPᵀ explains, all three multiples
        above zero, so that minus the identity has none; `off_diagonal`, the
        correlation of M's entries off the diagonal with PPᵀ's. Of the contribution: `by_features`, the share that
        a + b·f explains; `by_projection`, a + b·PPᵀf; `by_common`, one number an example that is the same for all
        outputs; `by_rest`, a + b·(what the others say); `by_gain`, a + (b + c·Σf)·(what the others say). Of the loss:
        `loss`; `loss_without`, with the contribution taken away; `loss_fitted`, with a + b·PPᵀf in its place;
        `loss_constant`, with its mean.

    Raises:
        DoesNotFit: Networks other than `TwoLayer`, or another task than a decoder's.
    """
    import polars

    if _two_layers(ensemble).aim != "decoder":
        raise DoesNotFit("polysemantic_block wants networks whose outputs are the features that come in: a decoder's.")
    reads_features(ensemble)
    [(step, shown)] = looks(ensemble)
    blocks, projections, poly = _blocks(shown, threshold), _projections(shown), _polysemantic(shown, threshold)
    rows = []
    for row in range(len(ensemble)):
        found: dict[str, Any] = {"step": step, "polysemantic": int(poly[row].sum())}
        if poly[row].any() and np.isfinite(blocks[row]).all():
            found |= _shape(blocks[row], projections[row])
            found |= _explained(_products(shown, row, poly[row], projections[row], examples))
        rows.append(found)
    columns = {name: [row.get(name, np.nan) for row in rows] for name in dict.fromkeys(n for row in rows for n in row)}
    return polars.DataFrame(member_columns(ensemble) | columns)


def _two_layers(ensemble: Ensemble) -> SparseFeatures:
    if not isinstance(ensemble.network, TwoLayer):
        raise DoesNotFit(f"This measure wants TwoLayer networks, not {type(ensemble.network).__name__}.")
    return task_of(ensemble)


def _polysemantic(ensemble: Ensemble, threshold: float) -> Bool[np.ndarray, "E K"]:
    found = favorites(ensemble)
    return found.alive & ~(found.score > threshold)


def _blocks(ensemble: Ensemble, threshold: float) -> Float[np.ndarray, "E N N"]:
    """W₂W₁P over the polysemantic neurons, as in `linearized`."""
    _two_layers(ensemble)
    chosen = _polysemantic(ensemble, threshold)
    return (ensemble.params["output.weight"] * chosen[:, None, :]) @ linearized(ensemble).embedder


def _projections(ensemble: Ensemble) -> Float[np.ndarray, "E N N"]:
    """PPᵀ, of the features' directions."""
    directions = worlds(ensemble)["directions"]
    return directions @ directions.swapaxes(1, 2)


def _shape(block: Float[np.ndarray, "N N"], projection: Float[np.ndarray, "N N"]) -> dict[str, float]:
    """How near a block comes to the identity, as far as its entries tell."""
    m, total = block.astype(float), float(np.square(block, dtype=float).sum())
    leading = np.linalg.eigvalsh((m + m.T) / 2)
    # Of projections on r directions that of the symmetric part's largest eigenvalues explains most, times something
    # above zero; what would want a factor below zero explains nothing.
    ranks = np.arange(1, len(m) + 1)
    best = np.maximum(np.cumsum(leading[::-1]), 0) ** 2 / (ranks * total)
    off = ~np.eye(len(m), dtype=bool)
    return {
        "rank": float(effective_rank(m)),
        "identity": float(max(np.trace(m), 0) ** 2 / (len(m) * total)),
        "best_rank": float(ranks[best.argmax()]),
        "best_identity": float(best.max()),
        "projection": float(max((m * projection).sum(), 0) ** 2 / (np.square(projection, dtype=float).sum() * total)),
        "off_diagonal": float(np.corrcoef(m[off], projection[off])[0, 1]),
    }


_FIELDS = ("target", "rest", "block", "constant", "projected", "common", "gain")


def _products(
    ensemble: Ensemble, row: int, poly: np.ndarray, projection: np.ndarray, examples: int
) -> Float[np.ndarray, "F F"]:
    """The products of `_FIELDS`, summed over outputs, the mean over held-out examples; all else follows from them."""
    one, total, count = ensemble.select([row]), 0.0, 0
    read = one.params["output.weight"][0][:, poly].T
    for (inputs, targets, *_), features in held_out(ensemble, row, examples=examples):
        outputs, heard = one.listen(inputs, ("hidden",))
        block = heard["hidden"][0][:, poly] @ read
        rest = outputs[0] - block
        fields = {
            "target": targets,
            "rest": rest,
            "block": block,
            "constant": np.ones_like(block),
            "projected": features @ projection,
            "common": np.broadcast_to(block.mean(axis=1, keepdims=True), block.shape),
            "gain": rest * features.sum(axis=1, keepdims=True),
        }
        flat = np.stack([fields[name].astype(float).ravel() for name in _FIELDS])
        total, count = total + flat @ flat.T, count + len(inputs)
    return np.asarray(total) / count


def _explained(products: Float[np.ndarray, "F F"]) -> dict[str, float]:
    def fit(*names: str) -> np.ndarray:
        """The contribution as a sum of some fields, by their factors among `_FIELDS`."""
        chosen, found = [_FIELDS.index(name) for name in names], np.zeros(len(_FIELDS))
        among = np.linalg.pinv(products[np.ix_(chosen, chosen)], hermitian=True)
        found[chosen] = among @ products[chosen, _FIELDS.index("block")]
        return found

    def square(factors: np.ndarray) -> float:
        return float(factors @ products @ factors)

    unit = dict(zip(_FIELDS, np.eye(len(_FIELDS)), strict=True))
    variance = square(unit["block"] - fit("constant"))
    wrong = unit["rest"] - unit["target"]
    models = {"by_features": ("constant", "target"), "by_projection": ("constant", "projected"),
              "by_common": ("constant", "common"), "by_rest": ("constant", "rest"),
              "by_gain": ("constant", "rest", "gain")}  # fmt: skip
    return {name: 1 - square(unit["block"] - fit(*model)) / variance for name, model in models.items()} | {
        "loss": square(wrong + unit["block"]),
        "loss_without": square(wrong),
        "loss_fitted": square(wrong + fit("constant", "projected")),
        "loss_constant": square(wrong + fit("constant")),
    }
