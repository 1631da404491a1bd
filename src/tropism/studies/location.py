"""Location: are features harder to find in a residual stream than in an MLP?"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._location_claims import claims
from tropism.studies._location_runs import Scale
from tropism.studies._location_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

QUICK = Scale(
    places=("after MLP 1", "written by MLP 1"),
    seeds=(10, 11),  # which have learned to recall in so few steps: looked at before their dictionaries were trained
    recall_steps=300,
    dictionary_steps=300,
    examples=1024,
)


def study(name: str = "location") -> Study:
    """The study `location`; `location-quick` has two places in two transformers, and shorter training."""
    quick = name.endswith("-quick")
    scale = QUICK if quick else Scale()
    return Study(
        name=name,
        title="Are features harder to find in a residual stream than in an MLP?",
        question=(
            "A dictionary is learned twice of the same activations. At which places of a network are the same "
            "directions found, and is it harder in a residual stream, which everything writes into, than in an MLP?"
        ),
        source='The part "Feature Identification" of the seed text: where in a network features are looked for.',
        sweeps=scale.sweeps(),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=claims(quick=quick),
        lede=LEDE + (QUICKLY if quick else ""),
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All of it by place."""
    from tropism.studies._location_figures import figures

    return figures(tables)


LEDE = """Transformers that recall values by keys have a residual stream of width 32 and MLPs of 128 neurons; networks
of digits, a second model without a stream, have a layer of 128 ReLU neurons and one of 32. At each place two
dictionaries of 128 latents with four on learn the same activations, at all positions, from other starts and with other
examples a step; they are asked activations of other sequences, and of digits that neither they nor the network were
trained on.

Their live latents are matched one to one, signs counted. The level by chance is that of directions drawn within the
activations (random mixtures of what a dictionary rebuilds), since in few large dimensions all directions are alike;
random directions in the whole space are in the table. Corrected for chance: 0 is that level, 1 the same directions.
Principal components of two halves of the activations are the control: a method that is known to be stable where
variances differ.

Places differ in width, so what the MLP writes into the stream, in as many dimensions, stands beside it as a control.
They differ as well in how many activations differ at all: an embedding has but a point for each token and position, so
that there nothing is new to a dictionary. The table says how many differ."""
QUICKLY = """

This is the quick form: the residual stream and what the MLP writes into it, of the same width, in two transformers.
Their seeds were chosen because these had learned to recall in as few steps, before dictionaries of theirs were trained.
"""

COLUMNS = {
    "kind": "which networks",
    "right": "share of examples that a network answers right, of those that it was not trained on",
    "place": "where in the network",
    "member": "place of the network among those of its kind",
    "consistency": "mean matched cosine of the live latents of two dictionaries",
    "random": "the same of random directions",
    "chance": "the same of directions drawn within the activations",
    "corrected": "consistency between that level, 0, and the same directions, 1",
    "shared": "share of live latents with another dictionary's within a cosine of .9",
    "live": "share of latents that are on for more than one activation in a thousand",
    "dense": "share of the live that are on for more than 30 % of the activations",
    "explained": "explained variance, mean over both dictionaries",
    "components": "mean cosine of the eight leading components of one half of the activations with the other half's",
    "components_chance": "the mean cosine of random directions",
    "distinct": "how many of the activations differ",
    "width": "dimensions of the place",
}
