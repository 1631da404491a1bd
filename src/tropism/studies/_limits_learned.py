"""What the study `recovery-limits` measures with a dictionary that must be learned first, of the same kind of data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import KSVD, OMP, Dictionary, NonNegativeLeastSquares, OnlineDictionary, RandomDirections
from tropism.dictionaries.least_squares import on_support
from tropism.measures import matching, recovery
from tropism.studies._limits_tables import of_each, size_of
from tropism.studies._limits_trials import Known, Scale, known

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

NEAR = 0.1
"""Codes are near where, on the same atoms, none is off by more than this share of the largest."""


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """Whether learned dictionaries lead to the same codes as the true one."""
    several, counts = list(enumerate(seeds[: scale.learners])), (scale.examples, scale.asked)
    parts = [(*one, width, active, *counts) for one in several for width in scale.learned for active in
             scale.learned[width]]  # fmt: skip
    return {"learned": of_each(_rows, parts)}


def _rows(member: int, seed: Seed, width: int, active: int, examples: int, count: int) -> list[dict[str, object]]:
    shown = known(width, 2 * width, seed, examples, "learned")
    asked = known(width, 2 * width, seed, count, "asked")
    about = {"member": member, "seed": str(seed), "size": size_of(width), "at": f"k = {active}"}
    return [
        {
            **about,
            "dictionary": words,
            "codes": coder,
            **_scores(found.atoms, asked, active, coded),
            "settled": found.settled,
            "active": active,
        }
        for words, found in _dictionaries(shown, active, seed).items()
        for coder, coded in DECODERS.items()
    ]


def _dictionaries(shown: Known, active: int, seed: Seed) -> Mapping[str, Dictionary]:
    """The true dictionary, two that are learned, and one by lot; as many atoms in each."""
    codes, count = shown.codes(active), len(shown.atoms)
    x = codes @ shown.atoms
    return {
        "known": Dictionary.of(shown.atoms, signed=True),
        "online": OnlineDictionary(count, price=0.15, epochs=6).fit(x, seed=seed.init),
        "K-SVD": upright(KSVD(count, active=active, rounds=20).fit(x, seed=seed.init), x, active),
        "by lot": upright(RandomDirections(count).fit(x, seed=seed.init), x, active),
    }


def upright(dictionary: Dictionary, x: Float[np.ndarray, "N d"], active: int) -> Dictionary:
    """The dictionary with each atom turned the way in which examples mostly use it."""
    used = OMP(active).codes(dictionary, x).sum(axis=0)
    atoms = np.where(used[:, None] < 0, -dictionary.atoms, dictionary.atoms)
    return Dictionary.of(atoms, signed=True, settled=dictionary.settled)


def by_pursuit(atoms: Float[np.ndarray, "G d"], x: Float[np.ndarray, "N d"], active: int) -> Float[np.ndarray, "N G"]:
    """Orthogonal matching pursuit of the right number."""
    return OMP(active).coded(atoms, x)


def by_active_sets(
    atoms: Float[np.ndarray, "G d"], x: Float[np.ndarray, "N d"], active: int
) -> Float[np.ndarray, "N G"]:
    """The largest of the right number among codes of non-negative least squares, refitted.

    Basis pursuit without negative codes has no answer where no such codes give the very sum, as with learned atoms.
    """
    codes = NonNegativeLeastSquares().coded(atoms, x)
    least = np.sort(codes, axis=1)[:, -active][:, None]
    return on_support(atoms @ atoms.T, x @ atoms.T, (codes >= least) & (codes > 0))


Coded = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
DECODERS: Mapping[str, Coded] = MappingProxyType({"OMP": by_pursuit, "active sets": by_active_sets})


def _scores(atoms: Float[np.ndarray, "D d"], asked: Known, active: int, coded: Coded) -> dict[str, object]:
    """How near the atoms are, and how often codes are those of the true atoms, each with its match."""
    true = asked.codes(active)
    pairs, near = matching(atoms, asked.atoms, signed=True), recovery(atoms, asked.atoms, signed=True)
    codes = np.zeros_like(true)
    codes[:, pairs.true] = coded(atoms, true @ asked.atoms, active)[:, pairs.learned]
    on, meant = np.abs(codes) > 1e-8, true > 0
    same = (on == meant).all(axis=1)
    close = np.abs(codes - true).max(axis=1) <= NEAR * true.max(axis=1)
    return {
        "matched": near.matched,
        "recall": near.recall,
        "same": float(same.mean()),
        "near": float((same & close).mean()),
        "f1": float(2 * (on & meant).sum() / (on.sum() + meant.sum())),
    }
