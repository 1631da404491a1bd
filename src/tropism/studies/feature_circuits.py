"""Feature circuits: whether weights are sparse between features, and which edges are the wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Drawn, Study
from tropism.studies._feature_circuits_claims import CLAIMS
from tropism.studies._feature_circuits_nets import QUICK, WHOLE, Scale

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed
    from tropism.figures import Figure


def study(name: str = "feature-circuits") -> Study:
    """The study `feature-circuits`; as `feature-circuits-quick` with two seeds and fewer examples."""
    scale = QUICK if name.endswith("-quick") else WHOLE
    return Study(
        name=name,
        title="Do weights get sparse between features?",
        question=(
            "It is said that the features are those directions between which weights are sparse, so that circuits can "
            "be read off. Layers are put together by hand, each feature wired to two of the next layer. In which "
            "directions are their weights sparse, and which edges are the wires?"
        ),
        source='The part "Feature Identification" of the seed text: features by weights, and information left over.',
        sweeps=(),
        measure=Drawn(scale.seeds, partial(tables, scale=scale)),
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
    )


def tables(seeds: Sequence[Seed], scale: Scale = WHOLE) -> dict[str, polars.DataFrame]:
    """Sparsity by directions, wires by ranking, what is left, gates, and what comes back."""
    from tropism.studies import _feature_circuits_tables

    return _feature_circuits_tables.tables(seeds, scale)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Sparsity by directions, wires by ranking, what is left, gates, and what comes back."""
    from tropism.studies._feature_circuits_figures import figures

    return figures(tables)


LEDE = """Activations before and after a layer have 32 dimensions. Three features are on in an example, by .75 to 1.25,
and each next feature hears two features: their sum, their difference, or both for a pair. What follows makes of it a
sum, an AND, an XOR or the greater of the two. With as many features as dimensions, these lie at right angles, turned by
lot; with twice as many they lie anywhere, and the layer's weights are those of least squares. There they cannot do what
is asked: what comes through false edges some nonlinearity would have to take off. So activations after the layer are
what was meant, with noise of .01, not what the weights make of it. A seed decides wiring, directions and examples.

Weights are looked at between directions before and after the layer, each of which reads what lies along itself: true
features, a dictionary of K-SVD with three active atoms, independent and principal components, neurons, and directions
by lot as chance. Methods see features of the next layer that others have put on, three at a time; where they are called
driven, they see what this layer puts there.

Then edges are ranked, and as many are taken as there are wires: by weight; by weight times data, the mean of |f w|; by
the same where the far end is on; and by effect, the growth of the squared error of what is heard where one edge is
taken out. True features' amounts are known; those of a dictionary are found by matching pursuit, of three before the
layer and six after it. Kept edges are fitted anew before it is said what they leave of examples that nobody had seen.

As a control, weights of a layer with other wires stand between the same examples."""

COLUMNS = {
    "member": "place of the seed among those drawn",
    "seed": "the draw's luck",
    "world": "how many features each layer has: 32 or 64, in 32 dimensions",
    "basis": "directions between which weights are looked at",
    "sparsity.hoyer": "Hoyer's sparsity of all weights: 1 for a single one, 0 where all are alike",
    "per_feature": "largest weights per direction that hold nine tenths of the sum of squares",
    "gini": "Gini coefficient of the weights' sizes",
    "matched_before": "mean matched cosine with the features before the layer",
    "matched_after": "the same after it",
    "recall_after": "share of features after it found at a cosine of .9",
    "ranking": "by what edges are ranked",
    "precision": "share of wires among as many strongest edges as there are wires, which is the share of wires found",
    "area": "how often a wire is ranked above an edge that is none",
    "edges.hoyer": "Hoyer's sparsity of what edges are ranked by, negative ones as zero",
    "edges.chance": "share of wires among all edges",
    "kept": "edges that are kept, per feature",
    "left": "share of the next layer's variance that they do not explain, fitted anew",
    "gate": "what is made of two amounts",
    "recall": "share of its wires among the strongest edges",
    "output": "share of its output's variance that two edges a feature do not explain",
    "examples": "other ones of the same kind, or with features from always alike to eight times as rare",
    "cosine_before": "mean matched cosine of the two dictionaries before the layer",
    "cosine_after": "the same after it",
    "edges_again": "share of the strongest edges that are among the strongest again",
    "again.chance": "the same of edges by lot",
    "cosine_chance": "mean matched cosine of a dictionary with directions by lot",
}
