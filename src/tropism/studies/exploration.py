"""Exploration: optimizers and schedules at equal budget; do they reach the same loss, and the same minimum?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study
from tropism.studies._exploration_arms import ARMS
from tropism.studies._exploration_claims import CLAIMS, PAPER

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str) -> Study:
    """The study `exploration`: four optimizers, four schedules, two settings of Table 1, three seeds."""
    return Study(
        name=name,
        title="Same loss, different minima?",
        question=(
            "Optimizer and schedule decide which minimum training finds. At equal budget, do they reach the same "
            "held-out loss, and where they do, do as many features have a neuron of their own?"
        ),
        source=f"The first wish of the author of jbloomAus/toy_model_interpretability, on rows LR1 and LR3 of {PAPER}.",
        lede=_joined(LEDE),
        sweeps=tuple(arm.sweep() for arm in ARMS.values()),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble], *, examples: int = 16384) -> dict[str, polars.DataFrame]:
    """Arms, pairs at one loss, how far apart these are, what features cost, networks, and the look at rates."""
    import polars as pl

    from tropism.studies import _exploration_features as beyond
    from tropism.studies import _exploration_measures as measures

    rows, tracks, features, blocks = [], [], [], []
    for name in ensembles:  # one at a time: each holds a dozen snapshots
        ends, track = measures.looked_at(ARMS[name], ensembles[name], examples=examples)
        rows.append(ends)
        tracks.append(track)
        if name in beyond.FEATURED:
            features.append(beyond.features(ARMS[name], ensembles[name], examples=examples))
        if name in beyond.BLOCKS:
            blocks.append(beyond.blocks(ARMS[name], ensembles[name]))
    networks = pl.concat(rows)
    pairs = measures.pairs(networks)
    return {
        "summary": measures.summary(networks),
        "same_loss": measures.same_loss(pairs),
        "widest": measures.widest(networks),
        **({"features": beyond.by_own(pl.concat(features))} if features else {}),
        "networks": networks,
        "rates": measures.rates(),
        "drawn-pairs": pairs,
        "drawn-tracks": pl.concat(tracks),
        **({"drawn-features": pl.concat(features)} if features else {}),
        **({"drawn-blocks": pl.concat(blocks)} if blocks else {}),
    }


def _joined(text: str) -> str:
    """Paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The plane of loss and share, and of loss and coverage; each arm's way there; and what shared neurons do."""
    from tropism.studies._exploration_figures import figures

    return figures(tables)


LEDE = """\
What was found, on seeds 0 to 2. In LR1 every optimizer under every schedule gives nearly every feature a neuron of its
own, and arms of one loss differ in duplicates alone. In LR3, where decay holds the biases at zero for half of the run,
the way there decides: at a constant rate all four optimizers cover nearly every feature in the half that is left, and
SGD does so under any schedule; under a rate that falls or swings LAMB covers none, and Adam and AdamW between .14 and
.85.

Every network sees 4,096 batches of 128 examples. The schedules are the original's cosine of period 1,024, which ends at
its peak; half a cosine that anneals to zero; a constant rate; and a climb over a sixteenth of the run before half a
cosine. LAMB, Adam and AdamW have their usual constants, SGD a momentum of .9. A rate means something else to each
optimizer, so each gets its own, the same under all schedules: the one of a short list with the lowest training loss on
a seed that is not used here, under the cosine and at half the length (table of rates). That is fair to the cosine, and
no full tuning of any arm. A constant rate travels twice as far as the others.

LR3 begins with all biases lowered by 1, which decay then undoes. The decay of a step is the rate times a constant; with
other optimizers that constant is changed so that the product, and with it the decay, is LAMB's. Its constant rate and
its warm-up were added when the rest had been seen; the claims on LR1's optimizers and schedules are then made of LR3,
too, with their thresholds, and each says what had been seen; but for two on which features and neurons LAMB keeps as
its rate goes to zero: of LR3 it has none.

Loss is held out: fresh examples of the network's own world, with an interval for each network. The published share,
monosemantic neurons over features, counts duplicates and may exceed 1; coverage, the share of features that have a
neuron of their own, is what should be compared. Three seeds are few: a 95 % bootstrap interval is then nearly their
range, and covers less than it says. Where two arms are chosen by all seeds but one, and looked at on that one, the
three values share seeds and are no three independent members.

What a neuron of its own is worth to a feature, the table of features says: held-out loss of the features that have no
monosemantic neuron, one, or several, over what answering zero costs on the same examples. What the neurons without one
feature of their own do together, W₂W₁P over them alone, is drawn by its singular values, beside those of the multiple
of PPᵀ nearest to it: the reading of all features at once that so few dimensions allow.

Table 1 was run first, and it has LR1 and LR3 under LAMB and the cosine on these very seeds; claims about them were
written afterwards, and say so."""

COLUMNS = {
    "member": "place of the seed, the same in every arm",
    "seed": "the member's luck",
    "setting": "row of Table 1: LR1, or LR3 with its offset and decay",
    "optimizer": "Lamb, Adam, AdamW, or SGD with momentum",
    "schedule": "the learning rate's way from its peak",
    "lr": "peak learning rate",
    "train_loss": "mean training loss of the last 256 steps",
    "held_out": "loss on 16,384 fresh examples",
    "held_out_low": "lower end of its 95 % interval, over examples",
    "held_out_high": "upper end of it",
    "share": "monosemantic neurons over features: the published ratio, duplicates included",
    "covered": "share of features that have a monosemantic neuron",
    "covered_loosely": "the same with a neuron's score above .9 instead of .999",
    "duplicates": "monosemantic neurons beyond the first of a feature",
    "dead": "neurons that answer to no feature",
    "polysemantic": "neurons that are neither dead nor monosemantic",
    "mean_bias": "mean hidden bias",
    "failed": "networks that diverged, left out of the means",
    "one": "an arm, as optimizer and schedule",
    "other": "the arm it is compared with",
    "what": "what is compared: the share, or coverage",
    "apart": "how much more the one has of it than the other, on a seed that did not choose the pair",
    "apart_if_equal": "the same, where training losses are within 5 % of their mean there, too: claims take this",
    "loss_apart": "how far training losses are apart on that seed, over their mean",
    "held_out_apart": "how far held-out losses are",
    **{
        f"{who}_{name}": f"{words}, on that seed, of the {who}"
        for name, words in (
            ("share", "share"),
            ("covered", "coverage"),
            ("loss", "training loss of the last 256 steps"),
            ("held_out", "held-out loss"),
        )
        for who in ("one", "other")
    },
    "loss_difference": "held-out loss, one minus other, over their mean",
    "share_difference": "share, one minus other",
    "coverage_difference": "coverage, one minus other",
    **{
        f"{what}_difference_{end}": f"{words} end of its 95 % interval, over seeds"
        for what in ("loss", "share", "coverage")
        for end, words in (("low", "lower"), ("high", "upper"))
    },
    "minima": "whether the interval of the coverage's difference lies beyond .1, within, or neither",
    "rates.loss": "mean training loss of the last 256 of 2,048 steps, one seed",
    "chosen": "whether the study uses this rate",
    "own": "monosemantic neurons that a feature has; some: one or several",
    "features": "how many features, mean over networks",
    "loss": "their held-out squared error over that of answering zero",
    "loss_on": "the part of it that arises while a feature is on",
    "loss_off": "the part that arises while it is off",
}
