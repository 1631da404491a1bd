"""Long runs: three rows of Table 1 at the length of the published training histories, and annealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study
from tropism.studies._long_claims import CLAIMS
from tropism.studies._long_parts import sweeps
from tropism.studies._published_monosemanticity import PAPER
from tropism.studies._table_one_neurons import COUNTED

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str) -> Study:
    """The study `long-runs`: LR1, LR2 and LR3 in 2^15 steps of 128 examples, three seeds, and annealed ends."""
    return Study(
        name=name,
        title="Table 1 at full length: which minimum does each rate come to?",
        question=(
            "In eight times the steps of `table-1`, do slower rates come to the monosemantic minimum, too? Do the "
            "published histories come out, and do offset and decay help where the biases can be held against it?"
        ),
        source=(
            f"{PAPER}, rows LR1 to LR3; the published training histories of LR1 and LR2 are those of "
            "jbloomAus/toy_model_interpretability."
        ),
        lede=LEDE,
        sweeps=sweeps(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble], *, examples: int = 16384) -> dict[str, polars.DataFrame]:
    """A row a row of the table, rate and way; a row a checkpoint; pairs of equal loss; and what is drawn."""
    from tropism.studies._long_tables import measured

    return measured(ensembles, examples=examples)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The published pictures again, the plane of loss and coverage, and the checkpoints of LR1."""
    from tropism.studies._long_figures import figures

    return figures(tables)


LEDE = (
    "Lengths. Runs have 2^15 steps of 2^7 examples, the length of the published histories of LR1 and LR2; their batch "
    "was not told, and is inferred. LAMB's path, rate × steps / 2, is 16 to 492 here for rates .001 to .03, 2 to 61 in "
    "`table-1`, 66 to 1,966 in the paper. The decay of LR3 is rescaled e-fold for e-fold: the table's .03 is .12 here, "
    "59 e-folds at rate .03, and stays below the one half above which LAMB cannot hold a bias; in `table-1` it is .96. "
    "Annealed ends are 512 steps more, in which the rate goes to zero, without decay: from the end, and for LR1 at .03 "
    "from checkpoints, too.\n\n"
    "Measures. They are those of `table-1`: a neuron is monosemantic if its answer to one feature is more than .999 of "
    "all its answers, each feature asked alone; the published ratio, such neurons per feature, can pass one, so "
    "coverage and duplicates stand beside it. Settings are compared by their loss on 16,384 held-out examples, the "
    "same for all networks of a seed and a task; but a pair of equal loss is one of equal training loss, as there. The "
    "rate's cosine has a period of 1,024 steps, so from 2^10 on every checkpoint, and the end, stands at its peak; the "
    "training loss of the last 256 steps reaches back to half of it. An annealed network's examples are those of the "
    "run's first 512 steps, and LAMB's moments begin anew.\n\n"
    "Claims. They were written when `table-1` had been seen, and nothing here but what is there, too: the first 2^12 "
    "steps of LR1 and LR2, which at .03 were as published, with .99 of the features of LR1 covered and the rest of the "
    "published ratio duplicates; LR3, whose biases were pinned; a gentler decay, which brought more duplicates and no "
    "more features, so that finding 3 is not claimed blindly; and the networks of LR1 at .03 annealed after 2^12 "
    "steps. Thresholds around published numbers are as in `table-1`, for later steps, too, but .05 for the biases of "
    "LR2. Claims stand on three seeds, so that an interval is their range."
)

COLUMNS = {
    "row": "row of the table",
    "way": "as trained, or after 512 further steps in which the rate goes to zero, without decay",
    "lr": "learning rate",
    "step": "steps after which the checkpoint stands",
    "n": "networks that stayed finite",
    "failed": "networks that did not",
    **COUNTED,
    "loss": "sum of squared errors an example, mean over the last 256 steps before; annealed: over the last 32",
    "held_out": "the same of 16,384 held-out examples; mean over seeds",
    "held_out_low": "lower end of its 95 % interval, over seeds",
    "held_out_high": "upper end of it",
    "published_share": "monosemantic neurons per feature, read off the published picture",
    "published_bias": "mean bias, read off it",
    "annealed_n": "networks that were still finite after annealing from here",
    "annealed_share": "monosemantic neurons per feature then",
    "annealed_covered": "covered features then",
    "annealed_duplicates": "duplicates then",
    "annealed_bias": "mean bias then",
    "annealed_held_out": "held-out loss then",
    "annealed_held_out_low": "lower end of its 95 % interval, over seeds",
    "annealed_held_out_high": "upper end of it",
    "fall": "which part of the held-out loss annealing takes away",
    "fall_low": "lower end of its 95 % interval, over seeds",
    "fall_high": "upper end of it",
    "what": "what is compared, and which pair: the one furthest apart in share, or in coverage",
    "seed": "the seed that did not choose",
    "one": "the rate with more of it, chosen on the other seeds",
    "other": "the rate with less",
    "apart": "how much more of it the one has, on the seed that did not choose the pair",
    "apart_if_equal": "the same, where training losses are within 10 % of their mean there, too: claims take this",
    "loss_apart": "how far apart their training losses are on that seed, over their mean",
    "held_out_apart": "how far their held-out losses are",
    **{
        f"{who}_{name}": f"{words} of the {who}, on that seed"
        for name, words in (
            ("share", "monosemantic neurons per feature"),
            ("covered", "share of features covered"),
            ("loss", "training loss"),
            ("held_out", "held-out loss"),
        )
        for who in ("one", "other")
    },
}
