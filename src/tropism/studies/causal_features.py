"""A causal definition of a feature: ablating it cuts the data in two, those that need it and those that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._causal_features_claims import CLAIMS, QUICK
from tropism.studies._causal_features_runs import QUICK as FEW
from tropism.studies._causal_features_runs import Scale, sweeps
from tropism.studies._causal_features_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "causal-features") -> Study:
    """The study `causal-features`; `causal-features-quick` has two seeds, and neither dictionary, search nor recall."""
    quick = name.endswith("-quick")
    scale = FEW if quick else Scale()
    return Study(
        name=name,
        title="Is a feature what cuts the data in two when it is ablated?",
        question=(
            "If a direction is a feature, ablating it should destroy the examples that need it and leave the others "
            "alone. Which directions do that, is it one class or several that they destroy, does it also happen by "
            "luck, and does it find true features where they share dimensions?"
        ),
        source='The part "Feature Identification" of the seed text: ablation that partitions the data.',
        sweeps=sweeps(scale),
        measure=partial(measure, search=scale.search),
        draw=draw,
        claims=QUICK if quick else CLAIMS,
        lede=LEDE + IN_SHORT if quick else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble], *, search: bool = True) -> dict[str, polars.DataFrame]:
    """Directions one by one, by family, and the toy networks in which the truth is known."""
    return tables(ensembles, search=search)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Effects of single directions, families beside each other, classes that are destroyed, and the toy networks."""
    from tropism.studies._causal_features_figures import figures

    return figures(tables)


LEDE = """Networks tell scikit-learn's digits apart by way of a linear layer 32 wide. At that layer one direction at a
time is ablated: its projection is replaced by the mean (by zero; by that of other digits, drawn by lot). A digit that
was not trained on is destroyed if it loses more than a nat by that.

The directions: eight principal components; of each class, how its mean differs from that of all others; of 96 latents
of a sparse dictionary the 32 that carry most; the eight best of what a search finds that climbs the bimodality of
effects from twenty random starts; and 48 directions by lot, which are the level by chance. All that are learned come of
the digits that were trained on. Components, means and directions by lot are also ablated where networks of recall give
their answer.

A direction is called a feature if effects have two modes (a bimodality coefficient above 5/9, that of even numbers), if
.02 to .5 of the examples are destroyed, and if the others lose at most .05 nats on average.

In toy networks that rebuild 24 sparse features from 6 numbers, the truth is known: a feature's direction is a column of
the weights. The rarer features are in training, the more of them share dimensions. All toy networks are asked the same
examples; one is destroyed if its squared error rises by more than .05. Overlap is the sum of squared cosines with all
other represented features, and damage is what examples lose on average that do not bear the feature, over what those
lose that do."""

MORE = """Of digits there are ten networks: with five it was undecided whether classes' means are features. No claim was
changed for that."""

IN_SHORT = """

This is the quick form: components, classes' means and directions by lot of digits alone, and toy networks of two
densities."""

COLUMNS = {
    "data": "what networks were trained on",
    "member": "place of the network among those of its kind",
    "toy-seeds.member": "place of the seed",
    "seed": "the network's luck",
    "accuracy": "share of examples that were not trained on that are right",
    "family": "where the directions come from",
    "number": "which of them; of class means, the class",
    "ablation": "what is put in place of the projection: the mean, zero, or that of another example",
    "share": "share of examples that are destroyed",
    "inside": "mean effect on the destroyed, nats",
    "outside": "mean effect on the others, nats",
    "bimodality": "bimodality coefficient of effects: 1 of two points, 5/9 of even numbers, 1/3 of Gaussian ones",
    "separation": "share of effects' variance between the sides of the best cut: 1, 3/4, and 2/π of these",
    "gain": "how much better two Gaussians describe effects than one (BIC); of the first ten of a family",
    "area": "chance that a destroyed example's projection is larger in size than another's; 1/2 is guessing",
    "information": "what being destroyed tells of the class, over the lesser entropy",
    "toy.information": "what being destroyed tells of bearing the feature, over the mean of the entropies",
    "information_lot": "the same with classes shuffled",
    "purity": "share of the most frequent class among the destroyed",
    "classes": "classes that lose more than half of their examples",
    "score": "inside × (1 − outside) × bimodality",
    "stable": "what the sets destroyed by two halves' directions share, of what either destroys",
    "alone": "share of directions with a bimodality above 5/9",
    "called": "share of directions that are called a feature",
    "one.alone": "whether the bimodality is above 5/9",
    "one.called": "whether the direction is called a feature",
    "best": "highest bimodality of the family",
    "directions": "how many directions",
    "climbed": "mean bimodality of the eight best directions of a search, on the examples that it saw",
    "searches.others": "the same on examples that it did not see",
    "density": "how often a feature was on in training",
    "overlap": "sum of squared cosines with other features, mean over features",
    "borne": "mean effect on examples that bear the feature, squared error",
    "toy.others": "mean effect on examples that do not",
    "damage": "the latter over the former",
    "within": "rank correlation of damage with overlap, among the features of one network",
    "densities": "how many densities",
    "together": "rank correlation of mean damage with mean overlap, over densities",
}
