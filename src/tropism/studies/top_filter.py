"""Top filter: whether only letting the strongest neurons pass makes networks use a neuron a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._top_filter_claims import claims
from tropism.studies._top_filter_runs import FULL, QUICK, Sizes, sweeps
from tropism.studies._top_filter_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "top-filter") -> Study:
    """The study `top-filter`, or, as `top-filter-quick`, on a smaller grid."""
    return sized(name, QUICK if name.endswith("-quick") else FULL)


def sized(name: str, sizes: Sizes) -> Study:
    """The same study, bigger or smaller."""
    return Study(
        name=name,
        title="Does a top-m filter force features onto neurons?",
        question=(
            "Networks with ReLU neurons are paired with others of which only the m strongest neurons pass. If the "
            "filter forces each feature onto a neuron of its own, the two should do equally well only where there are "
            "at least as many neurons as features. Is that so of what such a network can express, and of what "
            "training finds?"
        ),
        source=(
            'The part "Some experiments" of the seed text, on ReLU networks with and without a top-m filter for a '
            "range of widths; its pilots' numbers."
        ),
        sweeps=sweeps(sizes),
        measure=measure,
        draw=draw,
        claims=claims(sizes),
        lede=f"{LEDE}{ONLY}" if sizes == QUICK else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """R² and gaps of every network, the best of the seeds, critical widths, the cap, alignment, and controls."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """R², gaps, neurons, other ways to the filter of four, and the linear control."""
    from tropism.studies._top_filter_figures import figures

    return figures(tables)


LEDE = """24 features, each on one time in twenty and then uniform in [0, 1], come in as they are and are wanted back
through one hidden layer and a ReLU at the output. The filter sets all but the m largest hidden values of an example to
zero. R² is 1 − the squared error of all features together over their variance, on 20,480 held-out examples; the gap is
R² without the filter less R² with it, for the same start, width and seed.

Two arms. What can be expressed: training begins with feature i on neuron i as far as there are neurons, other weights
random; with more neurons than features the rest are never used, so that this arm is the same at 36 as at 24. It bounds
what can be expressed from below. What is learned: training begins with random weights. The decoder starts as the
encoder's transpose in both. Widths are trained in one program: neurons that a narrower network does not have start
without weights and have no gradient.

The cap is the R² of a network that gives the m largest features back and zeros for the others, in closed form and on
the examples. Three controls: a linear output, with which no more than a projection can be learned; a filter that is
narrowed from 12 to 6 to 4 in the same number of steps; and more steps. Every claim is about all seeds that were trained
for it; a table has the best of the usual seeds by itself.

Which neurons a feature has is asked by showing it alone. A filter leaves few neurons on whatever the weights are, so
trained networks stand beside fresh ones behind the same filter."""

MORE = """Whether features lie on fewer neurons behind the filter is asked of twenty seeds, as five had left it
undecided; that claim was not changed, and all others have five seeds."""

ONLY = (
    " This is the quick form: a filter of four alone, 12 and 24 neurons, three seeds, shorter training, and no "
    "controls."
)

COLUMNS = {
    "filter": "how many neurons pass; ReLU is no filter",
    "start": "where training begins: aligned, feature i on neuron i; or random",
    "width": "hidden neurons",
    "member": "place of the seed among the seeds",
    "seed": "the network's luck",
    "r2": "R² on held-out examples, all features together",
    "best.r2": "R² of the best of the seeds",
    "cap": "R² of giving the m largest features back as they are, in closed form",
    "solved": "features with an R² above .5, of 24",
    "alignment": "share of what a feature does to the layer that it does to one neuron",
    "mono": "share of its largest answer in all answers of a neuron to features alone",
    "answering": "neurons that answer to any feature alone",
    "alignment_fresh": "alignment of fresh networks of the same width and filter, random start",
    "mono_fresh": "share of the largest answer, of theirs",
    "gap": "R² without the filter less R² with it",
    "best.gap": "the same of the best of the seeds on either side",
    "beside_cap": "R² less the cap",
    "seeds": "of how many it is the best",
    "critical": "least of the widths at which the gap is below .02; none, NaN",
    "closes": "whether there is such a width",
    "at_features": "whether it is 24, the number of features",
    "cap_drawn": "the cap on the held-out examples of a seed",
    "more_on": "share of examples with more features on than pass",
    "pca": "the share of the variance that as many principal components have",
    "beside_pca": "R² less that",
    "r2_usual": "R² of the filter of four from a random start, the same width and seed",
    "gain": "R² less that",
}
