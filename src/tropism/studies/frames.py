"""Frames: whether features lie evenly in their space or in blocks at right angles, and whether any of it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Section, Study
from tropism.studies._frames_claims import claims
from tropism.studies._frames_runs import FULL, QUICK, Sizes, sweeps

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "frames") -> Study:
    """The study `frames`, or, as `frames-quick`, on fewer densities, without features in sets or a second stage."""
    return sized(name, QUICK if name.endswith("-quick") else FULL)


def sized(name: str, sizes: Sizes) -> Study:
    """The same study, bigger or smaller."""
    return Study(
        name=name,
        title="Homogeneous frame or tegum product?",
        question=(
            "More features than dimensions can be spread evenly over all of them, or share them out in blocks at right "
            "angles. Which of the two do networks learn, what tells them apart, what is either good for, and is room "
            "left for what a later stage writes?"
        ),
        source=(
            "The seed text's questions on homogeneous frames, tegum products and empty subspaces; Elhage et al. "
            '(2022), "Toy Models of Superposition", for the networks.'
        ),
        sweeps=sweeps(sizes),
        measure=measure,
        draw=draw,
        claims=claims(sizes),
        lede=LEDE if not sizes.often_seeds else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
        sections=tuple(each for each in SECTIONS if each.name not in _left_out(sizes)),
    )


def _left_out(sizes: Sizes) -> tuple[str, ...]:
    return (() if sizes.groups else ("groups",)) + (() if sizes.firsts else ("room",))


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Frames, references, sets, decoding, and the second stage."""
    from tropism.studies._frames_tables import tables

    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Frames beside references, dimensionalities, components, sets, decoding, and the second stage."""
    from tropism.studies._frames_figures import figures

    return figures(tables)


LEDE = """Tied networks, x′ = ReLU(WᵀWx + b), take 60 features through 12 dimensions and back; a feature is on with a
probability between .3 and .005, the same for all, and then uniform in [0, 1]. A feature is kept if its direction is at
least 1/2 long; kept directions are brought to length one and looked at as a frame.

A frame's kind is that of the nearest reference frame of as many directions. References are homogeneous (tight frames
without blocks, from any of them to those whose largest cosine is made small), tegum products of digons, polygons or
spread figures in three or four dimensions, random directions, orthonormal bases turned by lot, and random directions in
two thirds of the dimensions. They are compared by the largest and the mean |cos|, the share of orthogonal pairs, the
root mean square over Welch's bound, how many dimensions they fill, and the number and rank of components at four
thresholds, each number divided by its standard deviation within kinds. The mean square alone cannot tell: of every
tight frame, in blocks or not, it is Welch's bound."""

MORE = """Where features are on three times in ten there are more networks: with five, as of the other densities, what
kind of tegum product it is was undecided. No claim was changed for that, though a smallest number can but fall where
there are more; one was added, which says what most networks do. First there were thirty, of which two were no digons,
then thirty others, all of which were; all stand here."""

SECTIONS = (
    Section(
        "groups",
        "Features in sets",
        "Sets are independent of each other, and each feature is on one time in twenty. Correlated: all of a set or "
        "none. Anti-correlated: one of a set or none. The control has independent features on as often, asked for the "
        "same sets.",
    ),
    Section(
        "decoding",
        "What a frame is good for",
        "Some of 60 features are on, with magnitudes uniform in [.5, 1], and are looked for either by the largest "
        "projections that are not negative, all at once, or by orthogonal matching pursuit, whose codes may have "
        "either sign; how many are on is known. Tegum products are of six decagons (planes) or of three figures of "
        "twenty spread directions in four dimensions (fours); homogeneous frames have a small largest cosine; learned "
        "ones are of the density .01.",
    ),
    Section(
        "room",
        "A second stage in the same stream",
        "Features are embedded in a stream of 16 dimensions, a hidden layer reads the stream and adds to it, and both "
        "the features and the difference |a − b| of each pair are read from the sum, linearly. A write that may "
        "erase is trained with the rest, by 32 neurons; one that cannot has a neuron a pair, which writes in a fixed "
        "direction by lot and never takes away. Asked for the first alone, the differences are not wanted. Of what is "
        "embedded, the share of variance is taken that lies in the space that is written to: what the fixed directions "
        "span, or the principal directions with nine tenths of what is written. With decay, weights lose three "
        "thousandths of themselves at each step at first. Five seeds are few for an empty space that is small.",
    ),
)

COLUMNS = {
    "of": "which networks: independent features, or sets of how many features in all",
    "features": "how many features there are",
    "density": "how often a feature is on; of correlated sets, a set; of anti-correlated, how often one of a set is",
    "member": "place of the seed among the seeds, or of a frame among those of its kind",
    "seed": "the network's luck",
    "kept": "features with a direction at least 1/2 long",
    "lengths.kept": "features with a direction at least that long",
    "most": "largest |cos| of two directions",
    "mean": "mean |cos|",
    "orthogonal": "share of pairs with |cos| below .05",
    "rms_over_welch": "root mean square of cosines over Welch's bound",
    "capacity": "sum of all dimensionalities, at most 12",
    "empty": "share of the dimensions that the frame does not fill, by its effective rank",
    "components": "groups of directions that hang together, |cos| above .1",
    "thresholds.components": "groups of directions that hang together by that threshold",
    "largest_rank": "dimensions that the largest rank among them fills",
    "thresholds.largest_rank": "dimensions that the largest of them fills",
    "largest": "directions in the largest of them",
    "half": "share of kept features with half a dimension, to .02",
    "nearest": "kind of the nearest reference frame",
    "to_homogeneous": "distance to the nearest homogeneous frame, in deviations within kinds",
    "to_tegum": "to the nearest tegum product",
    "to_random": "to the nearest of random directions",
    "to_bases": "to the nearest of turned bases",
    "to_subspace": "to the nearest of random directions in two thirds of the dimensions",
    "is_tegum": "whether that is the nearest",
    "is_homogeneous": "whether that is",
    "is_bases": "whether that is",
    "kind": "kind of frame",
    "count": "how many directions",
    "jitter": "by how much each direction was moved",
    "right": "whether the nearest is of the right kind",
    "threshold": "|cos| from which two directions hang together",
    "least": "length from which a feature is kept",
    "within": "mean |cos| of features of one set",
    "within_signed": "mean cosine of them, with its sign",
    "between": "mean |cos| of features of different sets",
    "within_independent": "the same of independent features, asked for the same sets",
    "within_signed_independent": "the same with its sign",
    "between_independent": "the same of different sets",
    "coder": "how features are looked for",
    "active": "features that are on",
    "noise": "standard deviation of what is added in each dimension",
    "recall": "share of them that is found",
    "exact": "share of examples of which all are found",
    "worst": "recall of the tenth of sets that fare worst",
    "chance": "recall of as many features by lot",
    "room-shares.chance": "the share that a random subspace of as many dimensions has",
    "first": "features of the first stage; half as many differences are computed",
    "writes": "whether the second stage may take away what the first has written",
    "asked": "what is wanted: both, or the features alone",
    "decay": "whether weights decay",
    "r2_first": "R² of the features on held-out examples",
    "r2_second": "R² of the differences; where they are not asked for, it means nothing",
    "dims": "dimensions of the space that is written to",
    "share": "share of the first stage's variance in it",
    "chance_low": "2.5 % of random subspaces have less",
    "chance_high": "97.5 % have less",
    "beside_chance": "share less chance",
    "read_beside": "share of the features' readers in that space, less chance",
    "filled": "dimensions that the first stage fills: participation ratio of its variances",
}
