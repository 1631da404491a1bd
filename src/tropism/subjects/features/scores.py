"""What learned dictionaries are worth, where the truth is known: each score beside its chance, pruned and not."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.dictionaries import OMP, Coder, Dictionary
from tropism.measures.chance import chance, chance_corrected
from tropism.measures.codes import code_scores, live_latents, sparsity
from tropism.measures.matching import cosines, recovery
from tropism.measures.reconstruction import explained_variance, reconstruction
from tropism.subjects.features.truth import Sample, sample_of, truth_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

EXAMPLES = 20_000
"""Fresh examples on which latents count as live or dead, and reconstructions are judged."""
CODED = 5_000
"""Those of them that a coder writes anew."""


class Learned(NamedTuple):
    """One trained dictionary and what it says of examples.

    Attributes:
        dictionary: All its directions, in the units of its examples.
        encoders: The encoder's rows.
        codes: Of the examples, in units of directions of length one.
        rebuilt: What the network makes of the examples.
        live: Which latents are on for more than one example in a thousand.
    """

    dictionary: Dictionary
    encoders: Float[np.ndarray, "D d"]
    codes: Float[np.ndarray, "N D"]
    rebuilt: Float[np.ndarray, "N d"]
    live: Bool[np.ndarray, "D"]

    def pruned(self) -> Dictionary:
        """The live directions alone; all, where none is."""
        rows = self.dictionary.atoms[self.live] if self.live.any() else self.dictionary.atoms
        return Dictionary.of(rows, offset=self.dictionary.offset, signed=self.dictionary.signed)


def learned(ensemble: Ensemble, row: int, x: Float[np.ndarray, "N d"]) -> Learned:
    """One trained `SparseAutoencoder` and its codes of examples; directions that are not finite are zeros."""
    heard = ensemble.select([row])
    rebuilt, sites = heard.listen(x, ("code",))
    rows = ensemble.params["output.weight"][row].T.astype(float)
    lengths = np.linalg.norm(rows, axis=1)
    whole = bool(np.isfinite(rows).all())
    offset = ensemble.params["output.bias"][row] if whole else np.zeros(rows.shape[1])
    dictionary = Dictionary.of(rows if whole else np.zeros_like(rows), offset=offset, signed=True)
    codes = sites["code"][0] * lengths
    live = live_latents(codes) if whole else np.zeros(len(rows), bool)
    return Learned(dictionary, ensemble.params["encoder.weight"][row].astype(float), codes, rebuilt[0], live)


def scores_of(
    dictionary: Dictionary,
    true: Float[np.ndarray, "G d"],
    *,
    threshold: float = 0.9,
) -> dict[str, float]:
    """How much of a true dictionary one holds, and how much as many random directions would.

    `matched` is the mean matched cosine, `to_true` and `to_learned` the mean largest ones; `recall`, `precision` and
    `f1` count matches above the threshold. Those with `_chance` are what as many random directions have on average;
    `corrected` is how far `matched` has come from there to 1.
    """
    found = recovery(dictionary.atoms, true, signed=dictionary.signed, threshold=threshold)
    rows = np.asarray(true, float).tobytes()
    luck = _luck(true.shape, len(dictionary.atoms), dictionary.signed, rows)
    return {
        "matched": found.matched,
        "matched_chance": luck["matched"],
        "corrected": chance_corrected(found.matched, luck["matched"]),
        "to_learned": found.to_learned,
        "to_learned_chance": luck["to_learned"],
        "to_true": found.to_true,
        "to_true_chance": luck["to_true"],
        "recall": found.recall,
        "precision": found.precision,
        "f1": found.f1,
        "uniqueness": found.uniqueness,
    }


def coded_f1(
    dictionary: Dictionary, true: Float[np.ndarray, "G d"], examples: Sample, coder: Coder
) -> tuple[float, float]:
    """How well codes say which features are on, over live atoms (F1), and the variance that they explain."""
    codes = coder.codes(dictionary, examples.x)
    near = cosines(dictionary.atoms, true, signed=dictionary.signed)
    told = code_scores(codes, examples.z, near).live
    return told, float(explained_variance(examples.x, dictionary.rebuilt(codes)))


def known_scores(
    ensemble: Ensemble,
    *,
    examples: int = EXAMPLES,
    active: int | None = None,
    coded: int = CODED,
) -> polars.DataFrame:
    """One row for each dictionary of an ensemble that was trained on `KnownFeatures`, a control beside every score.

    Columns: `member`, `seed`, the member's dials; of all directions `matched_all`; of live ones those of `scores_of`;
    `live`, `dead`, `dense`, `l0`, `explained`, `shrinkage`; `f1_codes`, how well the network's own codes say which
    features are on (live latents), `f1_all` over all latents, and with `active` `f1_omp`, the same for codes that
    orthogonal matching pursuit finds with so many of the live directions, beside `f1_oracle`, what it finds with the
    true ones.
    """
    import polars

    truth = truth_of(ensemble)
    rows = []
    for row, member in enumerate(ensemble.members):
        seen = sample_of(ensemble, row, examples)
        one, true = learned(ensemble, row, seen.x), truth.rows[row].astype(float)
        told = {"member": row, "seed": str(member.seed), **dict(member.dials)}
        rows.append(told | _scored(one, true, seen) | _coded(one, truth.dictionary(row), true, seen, active, coded))
    return polars.DataFrame(rows)


def _scored(one: Learned, true: np.ndarray, seen: Sample) -> dict[str, float]:
    whole = recovery(one.dictionary.atoms, true, signed=True)
    counted, rebuilt = sparsity(one.codes), reconstruction(seen.x, one.rebuilt)
    told = code_scores(one.codes, seen.z, cosines(one.dictionary.atoms, true, signed=True), live=one.live)
    return {
        "matched_all": whole.matched,
        **scores_of(one.pruned(), true),
        "live": float(one.live.sum()),
        "dead": float(counted.dead),
        "dense": float(counted.dense * len(one.live)),
        "l0": float(counted.active),
        "explained": float(rebuilt.explained),
        "shrinkage": float(rebuilt.shrinkage),
        "f1_codes": told.live,
        "f1_all": told.latents,
    }


def _coded(
    one: Learned, whole: Dictionary, true: np.ndarray, seen: Sample, active: int | None, count: int
) -> dict[str, float]:
    if active is None:
        return {}
    few, coder = Sample(*(each[:count] for each in seen)), OMP(active=active)
    pruned = one.pruned()
    if len(pruned.atoms) < active:
        return {"f1_omp": math.nan, "explained_omp": math.nan, "f1_oracle": math.nan}
    f1, explained = coded_f1(pruned, true, few, coder)
    oracle, _ = coded_f1(whole, true, few, coder)
    return {"f1_omp": f1, "explained_omp": explained, "f1_oracle": oracle}


@functools.lru_cache(maxsize=512)
def _luck(shape: tuple[int, int], size: int, signed: bool, rows: bytes) -> dict[str, float]:
    true = np.frombuffer(rows).reshape(shape)
    return {name: each.mean for name, each in chance(true, size, signed=signed, draws=20).items()}
