"""Narrow methods: when PCA, SVD, ICA, turned components, NMF or CCA return the features themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Drawn, Study
from tropism.studies._narrow_claims import claims_of
from tropism.studies._narrow_data import QUICK, WHOLE, Scale

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed
    from tropism.figures import Figure


def study(name: str = "narrow-methods") -> Study:
    """The study `narrow-methods`; as `narrow-methods-quick` with two seeds and without what the strongest leave."""
    quick = name.endswith("-quick")
    scale = QUICK if quick else WHOLE
    return Study(
        name=name,
        title="When does a narrow method return the features?",
        question=(
            "Activations are made of features that we know. PCA, SVD, ICA, turned principal components and "
            "non-negative factors find as many directions as they are asked for, and CCA those that two layers share. "
            "Which of them are the features, and not just any directions in the right subspace?"
        ),
        source='The part "Feature Identification" of the seed text: PCA against SVD against SVCCA.',
        sweeps=(),
        measure=Drawn(scale.seeds, partial(tables, scale=scale)),
        draw=draw,
        claims=claims_of(quick),
        lede=LEDE,
        columns=COLUMNS,
    )


def tables(seeds: Sequence[Seed], scale: Scale = WHOLE) -> dict[str, polars.DataFrame]:
    """Methods by kinds of data, means, numbers of components, pairs of layers, and what the strongest leave."""
    from tropism.studies import _narrow_layers, _narrow_rest, _narrow_tables

    return {
        **_narrow_tables.tables(seeds, scale),
        **_narrow_layers.tables(seeds, scale),
        **_narrow_rest.tables(seeds, scale),
    }


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All methods by all data; what a mean does; fewer of more; two layers; what is left."""
    from tropism.studies._narrow_figures import figures

    return figures(tables)


LEDE = """Eight features make activations of 32 dimensions, with noise of .02. They are at right angles, or oblique, or
without negative numbers; their deviations fall from 2 to .6, or are 1; they are Gaussian, or Laplace's, or sparse: half
normal, each on in three examples of ten. With a large mean, a vector of length 3 is added. A seed decides the features'
directions, the draws and the methods' own luck. Methods are fitted to half of the examples, and what is said of their
scores is said of the other half.

A matched cosine of .6 sounds like much and is nothing: it is what directions have that are turned by lot within the
features' subspace. So there are three levels by chance. "Turned" directions are at right angles in the true subspace;
"mixed" ones are principal components scaled to one variance and turned together, as ICA and varimax have them before
they look; "random" ones point anywhere.

Then a mean of growing length is added to the data of which PCA finds the features; fits of fewer components are held
against the first of eight; two layers that share six dimensions are compared by SVCCA and CKA, beside shuffled rows;
and four strong features are taken off by PCA, to see how the directions of weaker ones are chosen in what is left. The
neighboring layer there has the same weak features, which correlate with this layer's by .98 down to .5 ("unlike"), or
all by .8 ("alike"), and loud dimensions of its own; canonical directions are shown by their patterns in this layer.
Directions that a gradient points out want a network that was trained for something: `residual-stream` asks for them.

What is claimed of the least or the most, "nowhere" or "in none", is said of the seeds that were drawn and no others."""

COLUMNS = {
    "member": "place of the seed among those drawn",
    "seed": "the draw's luck",
    "frame": "how features lie to each other",
    "variances": "distinct: deviations from 2 to .6; equal: 1",
    "law": "of the features' magnitudes",
    "mean": "whether a vector of length 3 is added to all examples",
    "PCA": "mean matched cosine of the directions found with the features; so in the columns beside",
    "NMF": "the same, where no number is negative; elsewhere the method refuses",
    "turned": "what directions at right angles score that are turned by lot in the features' subspace",
    "mixed": "what principal components score that are scaled to one variance and turned by lot",
    "random": "what as many directions anywhere score",
    "overlap_least": "overlap with the features' subspace, in the regime in which it is least",
    "overlap_moved": "the same, of regimes with a large mean",
    "due_least": "least matched cosine over regimes at right angles with distinct variances",
    "recall_else": "most features found at a cosine of .9 in any other regime, as a share",
    "gain_equal": "mean of matched cosine less that of turned directions, where variances are equal",
    "gain_oblique": "the same for oblique features of distinct variances",
    "gain_bell": "mean of matched cosine less that of mixed components, over Gaussian regimes but those of due_least",
    "other_least": "least matched cosine over regimes that are not Gaussian",
    "correlated_plain": "largest correlation of two scores on held-out examples, in any regime without a mean",
    "correlated_mean": "the same in the regime with a large mean in which it is least, at right angles and distinct",
    "follows_due": "least mean correlation of held-out scores with true codes, over the regimes of due_least",
    "settled_bell": "share of fits to Gaussian data that came to rest",
    "settled_else": "share of fits to other data that came to rest",
    "length": "of the vector that is added",
    "svd_first": "cosine of SVD's first direction with the mean",
    "pca_first": "the same of PCA's",
    "svd_place": "mean cosine of SVD's i-th direction with the i-th feature",
    "svd_later": "mean cosine of SVD's next direction with the i-th feature",
    "pca_place": "mean cosine of PCA's i-th direction with the i-th feature",
    "svd_overlap": "how much of the features' subspace SVD's first eight directions hold",
    "means.random": "mean cosine of any direction with the mean",
    "data": "features' directions and variances; Laplace's law, and sparse where not negative",
    "rank": "components of the smaller fit",
    "first": "mean cosine of its components, matched, with as many first ones of a fit of eight",
    "any": "the same with any of the eight",
    "lot": "the same of as many directions by lot within the subspace",
    "private": "deviation of what a layer has of its own; what is shared has 1",
    "sum": "sum of canonical correlations within 99 % of the variance (SVCCA)",
    "sum_luck": "the same of shuffled rows",
    "kept": "dimensions that hold 99 % of the variance",
    "layers.mean": "mean canonical correlation",
    "independent.mean": "mean canonical correlation",
    "mean_luck": "the same of shuffled rows",
    "mean_beyond": "the difference of these two",
    "cka": "linear CKA",
    "cka_luck": "the same of shuffled rows",
    "cka_beyond": "the difference of these two",
    "pwcca": "projection-weighted mean canonical correlation, within 99 % of the variance",
    "procrustes": "share of one layer that is the other's, turned and scaled",
    "examples": "how many examples two independent views have",
    "kind": "the weaker features",
    "way": "how directions are chosen where the strongest components are taken off",
    "atoms": "directions found",
    "matched": "mean matched cosine with what features have in the subspace that is left",
    "best": "mean over features of the best cosine",
    "recall": "share of features found at a cosine of .9",
    "settled": "whether the method came to rest within its rounds",
}
