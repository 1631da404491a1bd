"""More and more layers are trained again: which components are the same, by what they say and by what they do?"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._layers_claims import claims
from tropism.studies._layers_runs import QUICK, WHOLE, sweeps
from tropism.studies._layers_tables import tables
from tropism.studies._retrain_parts import SHOWN, TOP

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str = "more-layers") -> Study:
    """The study `more-layers`, and `more-layers-quick`, which has one model, two seeds and fewer kinds of networks."""
    scale = QUICK if name.endswith("quick") else WHOLE
    return Study(
        name=name,
        title="More layers are trained again: what comes back?",
        question=(
            "Two, three or all four layers of a network are trained again. Directions cannot be compared any more, but "
            "what they say of the same examples can. Which components come back, and do they do what they did?"
        ),
        source='The part "Feature Identification" of the seed text, its third experiment.',
        sweeps=sweeps(scale),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=claims(scale),
        lede=f"{LEDE}{ONLY}" if scale is QUICK else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Components one by one, what they say and do, stitching, and layers as a whole."""
    from tropism.studies._layers_figures import figures

    return figures(tables)


LEDE = f"""Networks are those of the study retrain-layer that tell digits apart. What writes the middle layer and what
reads it is trained again (2 layers), what writes the layer before too (3), or all there is (4); or another network is
begun that sees the same digits in the same order; or two that have seen halves of the digits, with none in common. What
likeness is worth is told by two kinds of networks that cannot have the same features: untrained ones, of other luck,
and ones that learned wrong labels of the same digits.

Principal components of the middle layer are paired one to one by their scores on one half of held-out digits;
everything else is asked on the other half, so that no score profits from the choice. Pairs that say the same should
do the same: each is taken out of its own network, and what every digit loses is laid beside what it loses in the
other network. Last, the other network's values are put in the place of the layer's own, by a linear map fitted for
that. The first {TOP} components count, of {SHOWN} that are looked at. Where a network that was trained again can do
less, or more, than before by more than a point, nothing is compared and its numbers are missing. All are asked the same
held-out digits, so intervals are over the networks' luck alone."""

MORE = """At first there were six base networks, and seven claims were undecided; six others were added for that, and no
claim was changed."""

ONLY = (
    " This is the quick form: the linear layer alone, neither three layers nor halves of the digits nor wrong labels, "
    "two seeds, and shorter training."
)

COLUMNS = {
    "model": "which networks",
    "network": "which of them",
    "member": "place of the base network",
    "seed": "the base network's luck",
    "quality": "share of held-out digits that is right",
    "pair": "which two networks are compared",
    "place": "place of the component, the most variance first",
    "own": "size of the correlation with the other's component of the same place",
    "components.matched": "size of the correlation with its partner",
    "pairs.matched": f"mean size of the correlation with partners, of the first {TOP} components",
    "chance_matched": "the same as `matched`, with digits shuffled",
    "chance_matched_later": "`chance_matched` of the components behind those",
    "worth": "rise of the mean loss without it",
    "worth_there": "rise of the other network's without its partner",
    "components.causal": "correlation of what digits lose without it and, in the other network, without its partner",
    "pairs.causal": f"the same, mean over the first {TOP} components",
    "chance_causal": "the same with digits shuffled",
    "matched_later": "`matched` of the components behind those",
    "causal_later": "`causal` of the components behind those",
    "chance_causal_later": "`chance_causal` of the components behind those",
    "third": "`matched` of the first three components",
    "cka": "linear centered kernel alignment",
    "chance_cka": "the same with digits shuffled",
    "svcca": "mean canonical correlation within the directions that hold 99 % of the variance",
    "pwcca": "the same, weighted by what each direction of the first holds",
    "stitched": "points lost where the other's layer stands in by a free linear map",
    "turned": "points lost where it stands in by a turn and one scale",
    "chance_stitched": "points lost by a free linear map that was fitted with digits shuffled",
}
