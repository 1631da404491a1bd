"""Planted features: whether training turns away random directions that are put into a dictionary, and keeps true."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._planted_claims import claims
from tropism.studies._planted_runs import WEIGHT, Scale
from tropism.studies._planted_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

QUICK = Scale(
    seeds=(0, 1),
    steps=800,
    counts=(16,),
    frees=(0, 32, 64),
    cosines=(0.7, 0.9),
    asked_again=(),
    held=False,
    codes=("TopK",),
    lr=0.004,
)


def study(name: str = "planted-features") -> Study:
    """The study `planted-features`, or, as `planted-features-quick`, on a smaller grid."""
    return scaled(name, QUICK if name.endswith("-quick") else Scale())


def scaled(name: str, scale: Scale) -> Study:
    """The same study, bigger or smaller."""
    return Study(
        name=name,
        title="Does training reject directions that are no features?",
        question=(
            "Random directions, and true ones, are put into a sparse autoencoder and frozen; it learns their biases, "
            "and free latents beside them. Are the random ones rejected and the true ones used, when, and how near the "
            "truth must a direction be to be taken?"
        ),
        source='The part "Some experiments" of the seed text, fixed random features with learned biases; its pilots.',
        sweeps=scale.sweeps(),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=claims(scale),
        lede="\n\n".join((LEDE, *((MORE,) if scale.asked_again else ()), *(() if scale.held else (SHORT,)))),
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Plants by how many latents are free, biases, acceptance by cosine, and dictionaries that are held."""
    from tropism.studies._planted_figures import figures

    return figures(tables)


LEDE = f"""Data of 32 dimensions are sums of three of 64 features, half-normal each; every seed has a truth of its own.
A planted latent has one direction for encoder and decoder that does not move; only its bias learns. Free latents learn
all they have. What plants take is their share of all activation. It stands beside their share of latents, which they
would have if all were used alike, and beside what they take before training. TopK has three latents on; the price of
L1 is {WEIGHT:g} throughout.

Three kinds of plants: random directions; features of the truth, which is the positive control; and directions at a
given cosine to a feature. Where an arm has fewer plants or fewer free latents than its network has places for, those
places are silent for good.

Acceptance is what plants take as a share of what true ones take. The cosine at which it is a half, on straight lines
between those tried, says how well this tells a feature from what only points nearly where one does.

Dictionaries that are held begin at random directions, at the truth, or with 32 latents at 32 of the 64 features. Either
all moves, or the decoder may turn no further than a cosine of .8 from where it began, or not at all, or the encoder may
not. A decoder that is held at random is at chance by its making, one held at the truth is true. The loss is what
training lowers: the squared error, and for L1 the price on codes."""

MORE = """Whether random plants harm what free latents of L1 find is asked of more seeds, as five had left it undecided;
the claim was not changed."""

SHORT = """This form is a short one: of TopK alone, trained for a shorter time, without dictionaries that are held."""

COLUMNS = {
    "code": "L1, a price on the sum of codes; TopK, the three largest",
    "member": "place of the network in its arm",
    "seed": "the network's luck, its truth included",
    "plants": "which directions are planted: random, true, both, half of each; near, at a cosine to a feature",
    "arm": "the same in words, with how many and how many free latents",
    "count": "how many",
    "free": "free latents beside them",
    "cosine": "of a plant with a feature, where it is known",
    "mass": "the plants' share of all activation",
    "mass_chance": "their share of latents",
    "mass_untrained": "their share of activation before training",
    "bias": "mean bias of the plants",
    "bias_free": "mean bias of the free latents",
    "z": "how many deviations of the free latents' biases the plants' mean lies from theirs",
    "firing": "how often a plant is on, mean",
    "firing_free": "how often a free latent is on, mean",
    "dead": "share of plants that are on for less than one example in ten thousand",
    "explained": "share of the variance that is explained",
    "cost": "how much less that is without the plants",
    "matched_free": "mean matched cosine of the free latents with the truth",
    "matched_free_chance": "that of as many random directions",
    "auroc": "how often a true plant's bias is above a random one's",
    "auroc_chance": "that by chance, and before training",
    "auroc_firing": "how often a true plant is on more often than a random one",
    "bias_random": "mean bias of the random plants",
    "bias_true": "mean bias of the true plants",
    "accepted": "the plants' share of activation, as a share of what true ones have",
    "half": "the cosine at which that is a half",
    "start": "where decoder and encoder begin",
    "moves": "what may move",
    "matched": "mean matched cosine of the decoder with the truth",
    "matched_chance": "that of as many random directions",
    "recall": "share of the 64 features that a latent is within a cosine of .9 of",
    "error": "mean squared error, summed over dimensions",
    "loss": "the same with the price on codes",
    "live": "latents that are on for more than one example in a thousand",
}
