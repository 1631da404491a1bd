"""A layer is trained again with more neurons: is what the narrow one had contained in it, and what is new?"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._retrain_parts import SHOWN, TOP
from tropism.studies._wider_claims import claims
from tropism.studies._wider_runs import QUICK, WHOLE, sweeps
from tropism.studies._wider_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str = "wider-layer") -> Study:
    """The study `wider-layer`, and `wider-layer-quick`, which has one model, one greater width and two seeds."""
    scale = QUICK if name.endswith("quick") else WHOLE
    return Study(
        name=name,
        title="A layer is trained again with more neurons: what is new in it?",
        question=(
            "One layer of a network is trained again, with more neurons than before, between neighbors that stay. Are "
            "the narrow layer's components the first of the wide one's, and does the wide one have features besides?"
        ),
        source='The part "Feature Identification" of the seed text, its second experiment.',
        sweeps=sweeps(scale),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=claims(scale),
        lede=f"{LEDE}{ONLY}" if scale is QUICK else LEDE,
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Containment, how many components, what they are worth, dictionaries, and features by importance."""
    from tropism.studies._wider_figures import figures

    return figures(tables)


LEDE = f"""Networks and data are those of the study retrain-layer; but the layer has 1.5, 2 or 4 times as many neurons
when it is trained again. The same width trained again, a new network and an untrained one stand beside. Narrow and
wide layers have no neurons in common, so components are compared by what they say of the same held-out examples, by
what they are written by in the layer before, and by what they write in the layer behind.

Networks that give sparse features back have 8 neurons first and 16 then; each of their 20 features is .9 times as
important as the one before, so that it is known which ones a layer should leave out. Nothing is compared where a
layer that was trained again can do less than the narrow one by more than a point.

The first {TOP} components count, of {SHOWN} that are looked at. Their order is that of variance, which says nothing
of use: what writes a layer may be scaled up and what reads it down. So the order is held against another: by how much
the loss rises without each. All networks learn of the same digits and are asked the same others, so intervals are over
the networks' luck alone."""

ONLY = (
    " This is the quick form: the linear layer in networks of digits alone, trained again twice as wide and not at its "
    "own width; no dictionaries, two seeds, and shorter training."
)

COLUMNS = {
    "model": "which networks",
    "network": "which layer: narrow; trained again with so many neurons; of a new network; of an untrained one",
    "width": "its neurons",
    "member": "place of the base network",
    "seed": "the base network's luck",
    "quality": "share of held-out digits that is right; of sparse features the share of variance that comes back",
    "gain": "how much more that is than the narrow layer's, in points",
    "passed": "whether it is no less, but for a point",
    "real": "first components with more variance than 95 % of those of neurons that were shuffled each by itself",
    "rank": "dimensions that the layer's values fill: the participation ratio of their variances",
    "agreement": "Kendall's τ of the order of variance and that of what components are worth",
    "contained": f"how much of the space of the narrow layer's first {TOP} components lies in that of the other's",
    "within_twice": f"the same in that of the other's first {2 * TOP}",
    "nested": f"share of the narrow layer's first {TOP} that correlate by more than .9 with one of the other's",
    "anywhere": f"share that correlate so with one of the other's first {SHOWN}",
    "novelty": f"share of the other's first {TOP} that correlate so with none of the narrow layer's first {SHOWN}",
    "chance_contained": "the same as `contained`, with examples shuffled",
    "chance_within_twice": "the same as `within_twice`, with examples shuffled",
    "chance_nested": "the same as `nested`, with examples shuffled",
    "chance_anywhere": "the same as `anywhere`, with examples shuffled",
    "chance_novelty": "the same as `novelty`, with examples shuffled",
    "pull-back": "`contained`, of directions in the layer before; chance is a small part of it",
    "push-forward": "`contained`, of directions in the layer behind",
    "place": "place of the component, the most variance first",
    "share": "share of the variance that it has",
    "worth": "rise of the mean loss where what lies along it is set to its mean",
    "own": "size of the correlation with the narrow layer's component of the same place",
    "best": f"the largest with any of the narrow layer's first {SHOWN}",
    "pair": "which dictionaries are compared",
    "matched": "live latents paired one to one by activation: mean size of the correlation",
    "chance_matched": "the same with examples shuffled",
    "ceiling": "mean of what two dictionaries of the narrow layer, and two of the wide one, come to",
    "live": "latents that are on for more than one example in a thousand",
    "feature": "the feature, the most important first",
    "back": "share of its variance that comes back",
    "represented": "features of which more than .9 comes back",
    "gained_place": "mean place of those of them that the narrow layer does not have",
    "kept_place": "mean place of those that it has",
}
