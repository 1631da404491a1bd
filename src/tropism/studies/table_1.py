"""Table 1: every row of "Engineering Monosemanticity in Toy Models", in short runs, with its claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study
from tropism.studies._published_monosemanticity import PAPER
from tropism.studies._table_one_claims import CLAIMS
from tropism.studies._table_one_neurons import COUNTED
from tropism.studies._table_one_parts import sweeps
from tropism.studies._table_one_sections import sections

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str) -> Study:
    """The study `table-1`: 21 rows, their variants and controls, in 4,096 steps of 128 examples."""
    return Study(
        name=name,
        title="Table 1: which minimum does training find?",
        question=(
            "A network reads 512 sparse features from 64 dimensions. When does a neuron stand for one feature, and "
            "when for many: by learning rate, initial bias and its decay, density, number of neurons, L1 and task?"
        ),
        source=(
            f"{PAPER}, Table 1; what the table leaves out is from the scripts of "
            "adamjermyn/toy_model_interpretability and jbloomAus/toy_model_interpretability."
        ),
        lede=LEDE,
        sweeps=sweeps(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
        sections=sections(),
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A row a row of the table, a row a setting, and what the figures are drawn from."""
    from tropism.studies._table_one_tables import measured

    return measured(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Loss against monosemanticity over all networks; then each row's history, shares, pictures and biases."""
    from tropism.studies._table_one_figures import figures

    return figures(tables)


LEDE = (
    "What was found. At rate .03 LR1 and LR2 are as published, nine numbers of them within the bounds that claims set. "
    "Where training has come far enough, nearly every feature has a neuron of its own, and what the published ratio "
    "shows above one are duplicates. At this length no slower rate comes so far. Two settings of one task and size can "
    "have the same loss, seed by seed, while in one more than half of the features have a neuron of their own and in "
    "the other none; the table of pairs says which: they differ in rate, offset, decay and L1 at once, and one pays a "
    "price on activations that is no part of the loss. Rates alone, or offsets alone, gave no such pair. Offset and "
    "decay, where the decay takes 8 to 16 e-folds of the biases, bring more duplicates, no more features, at the same "
    "loss; under the table's decay of .03, whose e-folds are kept, next to no feature has a neuron of its own at rates "
    "from .003 on, but for a quarter of them under L1 of .1; and for absolute values they do worse than nothing. From "
    "1,024 neurons to 2,048, under the gentle decay, there is about one monosemantic neuron more per feature, a "
    "duplicate, and next to nothing is won in loss; under the table's decay there is none more, and a tenth is won.\n\n"
    "Lengths. Runs are 32 times shorter than the paper's, and a batch is 64 times smaller: 2^12 steps of 2^7 examples. "
    "A run's length is better told by rate × steps / 2, the path along which LAMB moves every tensor: 2 to 61 here for "
    "rates .001 to .03, 66 to 1,966 in the paper; so only the fastest rate comes nearly as far as the paper's slowest. "
    "The decay of the biases is given 32 times its rate, which keeps the paper's e-folds but not their proportion to "
    "the path: where the table's decay is .03 it is .96 here, and LAMB cannot hold a bias against a decay above one "
    "half. That concerns LR3, LR4, B1, G3, E1, K1, K2, RG1, RP1 and LR5, whose claims can fail for that reason alone, "
    "and D1 at a decay of .1; gentler controls of ours stand beside them.\n\n"
    "Measures. A neuron is monosemantic if its answer to one feature is more than .999 of all its answers, each "
    "feature asked alone. The published ratio, such neurons per feature, can pass one, so it stands beside coverage, "
    "the share of features that have such a neuron. Losses are the mean over the last 256 steps of training, to stand "
    "beside published ones, and of 16,384 held-out examples after the last step, with its 95 % interval over examples. "
    "A rate that ends at its peak leaves a network that still jumps: its held-out loss is a few percent above the mean "
    "of its last steps, as the tables show. So settings are equal in loss only if training losses, over the last 256 "
    "steps, are within 10 % of each other on every seed that is asked.\n\n"
    "Claims. Published numbers apart, thresholds are ours: the paper has words. Claims stand on three seeds, if no "
    "others are asked for, so that an interval is their range, and a claim holds where all three are on its side: by "
    "luck alone that happens once in eight times. Many were written when some of the rows had been seen; where that "
    "could have decided a threshold, the claim's note says so."
)

COLUMNS = {
    "row": "row of the table, or what stands beside it",
    "lr": "learning rate",
    "offset": "added to all biases at first",
    "density": "how often a feature is on",
    "hidden": "neurons",
    "l1": "weight of L1 on activations",
    "decay": "decay rate of the biases, as in the table, before rescaling",
    "n": "networks",
    "networks": "networks of the row",
    "failed": "networks that did not stay finite",
    **COUNTED,
    "loss": "sum of squared errors an example, without L1, mean over the last 256 steps of training",
    "loss_std": "its standard deviation over seeds",
    "held_out": "the same of 16,384 held-out examples a network, after the last step",
    "held_out_std": "its standard deviation over seeds",
    "held_out_low": "lower end of its 95 % interval over examples, of these networks alone",
    "held_out_high": "upper end of it",
    "what": "what is compared: share, or coverage",
    "seed": "the seed that did not choose",
    "one": "a setting; of the rows LR1 or B3, or (alike) of all rows of one task and network",
    "other": "the setting that it is compared with",
    "apart": "how much more the one has of what is compared, on that seed",
    "loss_apart": "how far their losses over the last 256 steps are apart on that seed, over their mean",
    "held_out_apart": "how far their held-out losses are",
    **{
        f"{who}_{name}": f"{words} of the {who}, on that seed"
        for name, words in (
            ("share", "monosemantic neurons per feature"),
            ("covered", "share of features covered"),
            ("loss", "loss over the last 256 steps"),
            ("held_out", "held-out loss"),
        )
        for who in ("one", "other")
    },
    "mono_selectivity": "share of the activity of monosemantic neurons on examples that comes while their feature is "
    "on",
    "mono_precision": "how often their feature is on when they are active",
    "mono_recall": "how often they are active when it is on",
    "polysemantic_selectivity": "the same share for polysemantic neurons and the feature each answers to most",
    "polysemantic": "how many neurons are polysemantic; what follows is of what these do together, as a block of "
    "features",
    "rank": "its effective rank, of at most 64",
    "identity": "share of it that a multiple of the identity above zero explains",
    "best_rank": "the rank of the projection a multiple of which, above zero, explains most of it",
    "best_identity": "the share that this projection explains",
    "projection": "share that a multiple, above zero, of the projection to the embedded dimensions explains",
    "by_features": "share of its contribution on examples that a multiple of the features explains",
    "by_projection": "that a multiple of their projection explains",
    "by_common": "that one number an example, the same for all outputs, explains",
    "by_rest": "that a factor of what the other neurons say explains",
    "by_gain": "that such a factor explains which depends on how much is on",
    "gain_extra": "how much more the latter explains",
    "loss_without": "the loss with its contribution taken away",
    "loss_fitted": "the loss with a multiple of the projection in its place",
    "loss_constant": "the loss with its mean in its place",
    "off_diagonal": "correlation of its entries off the diagonal with the projection's",
    "LR1-reverse.seed": "the member's luck",
    "LR1-reverse.loss": "sum of squared errors an example, on 16,384 held-out examples at the end",
    "variants-annealed.loss": "sum of squared errors an example, mean over the last 32 steps of 512",
    "cost": "how much larger the loss is with its mean in its place, as a part of the loss",
    "won_back": "which part of what taking it away costs a multiple of the projection wins back",
    "won_back_of_mean": "which part of what its mean in its place costs",
    "loss_rise": "how much larger the loss is with a multiple of the projection in its place, as a part of it",
    "most_monosemantic_at": "the setting with the largest share; what follows is measured there",
    "best": "the offset that covers most features, if it covers one in twenty",
    "seeds": "seeds over which coverage is averaged",
    "B1-offsets.covered": "share of features covered there, or wherever most are",
    "per_root": "best offset over √density",
    "missed": "how far from the best the multiple of √density is that fits the other rows",
    "missed_by_mean": "how far the other rows' mean is",
    "efolds": "e-folds by which the decay alone shrinks the biases",
    "least_loss_at": "the setting with the smallest loss; what follows is measured there",
    "least_loss": "that loss",
    "share_there": "monosemantic neurons per feature there",
    "covered_there": "share of features covered there",
}
