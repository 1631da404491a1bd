"""What the study `narrow-methods` measures of methods that see one table of activations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.each import each
from tropism.dictionaries import KSVD, Dictionary, LeastSquares, Method, PrincipalComponents, SingularVectors
from tropism.measures import chance, cosines, matching, recovery, subspace_overlap
from tropism.studies._narrow_data import FEATURES, Data, Regime, Scale, data_of, methods, regimes

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

LENGTHS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Of the vector that is added to all examples."""
STRONGEST = Regime("orthonormal", "distinct", "Gaussian")
"""The data of which PCA finds the features: those that a mean is added to."""
LUCK = ("turned", "mixed", "random")
"""Chance levels of a matched cosine, from the one that knows most of the data to the one that knows nothing."""
NESTED = {
    "orthonormal, distinct": Regime("orthonormal", "distinct", "Laplace"),
    "oblique, equal": Regime("oblique", "equal", "Laplace"),
    "non-negative": Regime("non-negative", "equal", "sparse"),
}


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """Methods in all regimes, what a mean does, and whether fewer components are the first of more."""
    import polars as pl

    asked = [(member, seed, scale) for member, seed in enumerate(seeds)]
    rows, means, nested = (
        [row for part in found for row in part] for found in zip(*each(_of_seed, asked), strict=True)
    )
    long = pl.DataFrame(rows)
    return {
        "matched": _wide(long),
        "methods": _by_method(long),
        "means": pl.DataFrame(means),
        "nested": pl.DataFrame(nested),
        "drawn-methods": long,
    }


def _of_seed(member: int, seed: Seed, scale: Scale) -> tuple[list[dict[str, object]], ...]:
    return tuple(list(found(member, seed, scale)) for found in (_regimes, _means, _nested))


def _regimes(member: int, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    """A row a method and regime."""
    for regime in regimes():
        data = data_of(regime, seed, scale.examples)
        luck = _luck(data, seed, scale.turns)
        for name, method in methods(scale, negative=regime.frame != "non-negative").items():
            found = method.fit(data.fitted, seed=seed.init)
            yield {
                "member": member,
                "seed": str(seed),
                **regime.words(),
                "method": name,
                **_scores(found, data),
                **luck,
            }


def _scores(found: Dictionary, data: Data) -> dict[str, object]:
    """How near a dictionary is to the features; its scores are of examples that were not fitted."""
    pairs, near = matching(found.atoms, data.rows), recovery(found.atoms, data.rows)
    scores = LeastSquares().codes(found, data.scored)
    together = np.corrcoef(scores.T, data.codes.T)
    among, across = together[:FEATURES, :FEATURES], together[:FEATURES, FEATURES:]
    return {
        "in_place": float(np.diag(cosines(found.atoms, data.rows)).mean()),
        "matched": near.matched,
        "recall": near.recall,
        "overlap": subspace_overlap(found.atoms, data.rows),
        "correlated": float(np.abs(among - np.diag(np.diag(among))).max()),
        "follows": float(np.abs(across[pairs.learned, pairs.true]).mean()),
        "settled": found.settled,
    }


def _luck(data: Data, seed: Seed, draws: int) -> dict[str, float]:
    """The matched cosine of directions by lot: within the features' subspace, at right angles or as whitened components
    are turned; and anywhere."""
    random = np.random.default_rng((seed.world, FEATURES))
    x = data.fitted - data.fitted.mean(axis=0)
    ways = {"turned": np.linalg.svd(data.rows, full_matrices=False)[2], "mixed": whitened(x, FEATURES)}
    found = {
        name: float(np.mean([recovery(turn(basis, random), data.rows).matched for _ in range(draws)]))
        for name, basis in ways.items()
    }
    return found | {"random": chance(data.rows, FEATURES, draws=draws)["matched"].mean}


def whitened(x: Float[np.ndarray, "N d"], count: int) -> Float[np.ndarray, "count d"]:
    """The leading components, each as long as its deviation: any turn of them leaves scores uncorrelated and equal."""
    _, strengths, rows = np.linalg.svd(x, full_matrices=False)
    return strengths[:count, None] * rows[:count]


def turn(basis: Float[np.ndarray, "K d"], random: np.random.Generator) -> Float[np.ndarray, "K d"]:
    """The rows turned together, by lot."""
    return np.linalg.qr(random.normal(size=(len(basis), len(basis))))[0] @ basis


def _wide(long: polars.DataFrame) -> polars.DataFrame:
    """The matched cosines, a column a method, beside their chance levels."""
    index = ["member", "seed", "frame", "variances", "law", "mean"]
    wide = long.pivot(on="method", index=[*index, *LUCK], values="matched")
    return wide.select(*index, *[name for name in wide.columns if name not in (*index, *LUCK)], *LUCK)


def _by_method(long: polars.DataFrame) -> polars.DataFrame:
    """A row a seed and method: the least and the most over regimes, so that one regime may refute what is always so."""
    import polars as pl

    at_right, graded = pl.col("frame") == "orthonormal", pl.col("variances") == "distinct"
    due, centered = at_right & graded, pl.col("mean") == "none"
    plain = pl.col("frame") != "non-negative"  # in these all methods are used
    bell = pl.col("law") == "Gaussian"
    gain, settled = pl.col("matched") - pl.col("turned"), pl.col("settled").cast(pl.Float64)
    beyond = pl.col("matched") - pl.col("mixed")
    return long.filter(plain).group_by("member", "seed", "method", maintain_order=True).agg(
        overlap_least=pl.col("overlap").min(),
        overlap_moved=pl.col("overlap").filter(~centered).min(),
        due_least=pl.col("matched").filter(due).min(),
        recall_else=pl.col("recall").filter(~due).max(),
        gain_equal=gain.filter(~graded).mean(),
        gain_oblique=gain.filter(~at_right & graded).mean(),
        gain_bell=beyond.filter(bell & ~due).mean(),
        other_least=pl.col("matched").filter(~bell).min(),
        correlated_plain=pl.col("correlated").filter(centered & (pl.col("law") != "sparse")).max(),
        correlated_mean=pl.col("correlated").filter(~centered & due).min(),
        follows_due=pl.col("follows").filter(due).min(),
        settled_bell=settled.filter(bell).mean(),
        settled_else=settled.filter(~bell).mean(),
    )  # fmt: skip


def _means(member: int, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    """What a mean of some length does to the order of components."""
    for length in LENGTHS:
        data = data_of(STRONGEST, seed, scale.examples, length)
        mean = data.fitted.mean(axis=0, keepdims=True)
        svd = SingularVectors(FEATURES + 1).fit(data.fitted, seed=0).atoms
        pca = PrincipalComponents(FEATURES).fit(data.fitted, seed=0).atoms
        near = cosines(svd, data.rows)
        yield {
            "member": member,
            "seed": str(seed),
            "length": length,
            "svd_first": float(cosines(svd[:1], mean)[0, 0]),
            "pca_first": float(cosines(pca[:1], mean)[0, 0]),
            "svd_place": float(np.diag(near[:-1]).mean()),
            "svd_later": float(np.diag(near[1:]).mean()),
            "pca_place": float(np.diag(cosines(pca, data.rows)).mean()),
            "svd_overlap": subspace_overlap(svd[:-1], data.rows),
            "random": float(cosines(turn(np.eye(mean.shape[1]), np.random.default_rng(seed.world)), mean).mean()),
        }


def _nested(member: int, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    """Whether the components of a smaller fit are the first of a larger one."""
    random = np.random.default_rng((seed.world, len(NESTED)))
    for words, regime in NESTED.items():
        x = data_of(regime, seed, scale.examples).fitted
        for name, method in _nesting(regime, scale).items():
            whole = method.fit(x, seed=seed.init).atoms
            basis = np.linalg.svd(whole, full_matrices=False)[2]
            for rank in scale.ranks:
                part = replace(method, num_atoms=rank).fit(x, seed=seed.init).atoms
                lots = [matching(turn(basis, random)[:rank], whole[:rank]).cosine.mean() for _ in range(scale.turns)]
                yield {
                    "member": member,
                    "seed": str(seed),
                    "data": words,
                    "method": name,
                    "rank": rank,
                    "first": float(matching(part, whole[:rank]).cosine.mean()),
                    "any": float(matching(part, whole).cosine.mean()),
                    "lot": float(np.mean(lots)),
                }


def _nesting(regime: Regime, scale: Scale) -> Mapping[str, Method]:
    """The methods that are asked, with a sparse dictionary where features are sparse."""
    sparse = regime.frame == "non-negative"
    found = {name: each for name, each in methods(scale, negative=not sparse).items() if "loadings" not in name}
    return found | {"K-SVD": KSVD(FEATURES, active=2, rounds=20)} if sparse and not scale.few else found
