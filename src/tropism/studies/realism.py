"""Realism: in which ways activations made of known features differ from those of trained networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._realism_claims import claims
from tropism.studies._realism_runs import Scale
from tropism.studies._realism_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

QUICK = Scale(
    networks=("digits, ReLU",),
    seeds=(10, 11),
    levels=(1,),
    digits_steps=300,
    data=("STB-32", "SL-32"),
    sliders=("dense directions",),
)


def study(name: str = "realism") -> Study:
    """The study `realism`; `realism-quick` has two networks of digits, two data sets, and one slider beside all."""
    quick = name.endswith("-quick")
    scale = QUICK if quick else Scale()

    def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        """Statistics, and how well sources are told apart."""
        return tables(ensembles, scale)

    return Study(
        name=name,
        title="In which ways do synthetic activations differ from those of networks?",
        question=(
            "Methods are tried on data made of known features, and used on activations of trained networks. In which "
            "ways do the two differ, and which slider of the synthetic data brings them nearest?"
        ),
        source="The list of pitfalls of dictionary learning on toys: real activations have a mean, correlated and "
        "hierarchical features, skewed frequencies, dense directions and noise.",
        sweeps=scale.sweeps(),
        measure=measure,
        draw=draw,
        claims=claims(scale),
        lede=LEDE + (QUICKLY if quick else ""),
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Spectra, statistics, classifiers and sliders."""
    from tropism.studies._realism_figures import figures

    return figures(tables)


LEDE = """All that is compared has 32 dimensions: the middle layer of networks of digits, ReLU and linear; the
residual stream after the first layer of transformers that recall values by keys, at a position by lot; the middle
layer of a network that squeezes 64 sparse features; and five data sets of known truth.

Two sources have no directions in common, so none may count. Each is seen along its own eight largest principal
components, found on half of its examples, in three views: with its mean; without it; and with all variances made one,
so that shape alone is left. A linear classifier is given coordinates, their sizes, squares, ordered sizes and the
length, and ranks examples of the other half that it was not fitted on. Chance is one sample split in two. A stricter
level is another network of the same kind: what differs by luck. Networks of digits are asked all digits, those they
were trained on too, since there are not enough others; digits are the same for all networks, so that two of these
have examples in common. Networks are compared in a ring, each with the next, so that a network is in two pairs.

Sliders move one thing of SL-32 at a time: 64 features, each on by a coin of its own, three on average, around 1. The
table of best sliders was added after results had been seen; it takes the least of all areas, and so flatters the slider
a little. No claim is about it."""
QUICKLY = """

This is the quick form: two networks of digits, which are told from each other once each way, two of the data sets, and
of the sliders dense directions and all together."""

COLUMNS = {
    "source": "whose activations",
    "kind": "a trained network, or data of known truth",
    "member": "place of the network, or world",
    "right": "share of examples that a network answers right, of those that it was not trained on; of sparse features, "
    "the variance of fresh ones that it explains",
    "rank": "effective number of dimensions by the variances, as a share of the width",
    "first": "share of the variance along the largest principal component",
    "to_90": "components that hold 90 % of the variance, as a share of the width",
    "kurtosis_coordinates": "excess kurtosis of coordinates, the median",
    "kurtosis_scores": "the same of principal scores, those that hold the first 95 % of the variance",
    "kurtosis_random": "the same along random directions",
    "mean": "length of the mean over the root of the total variance",
    "norms": "standard deviation over mean of the lengths about the mean",
    "kurtosis_scores_gaussian": "that of Gaussian examples with the same mean and covariance",
    "norms_gaussian": "that of Gaussian examples with the same mean and covariance",
    "network": "the kind of networks",
    "other": "what they are told from",
    "view": "what the classifier sees of the axes",
    "best-slider.area": "the mean of the area over networks, for the slider and level where it is least",
    "area": "area under the classifier's curve on examples that it was not fitted on; chance is .5",
    "nearest.area": "that area, of the data set that is hardest to tell",
    "nearest": "which data set that is",
    "another": "the area for another network of the kind",
    "gaussian": "the area for a Gaussian with the same mean and covariance",
    "slider": "what of SL-32 was changed",
    "level": "how far, from 1 to 3",
    "base": "the area for SL-32 itself",
    "gain": "by how much the area fell",
    "data": "the data set, one world of which is told from another",
}
