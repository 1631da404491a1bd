"""Hybrid dictionaries: a few free linear latents beside sparse ones, and how many of them are right."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._hybrid_claims import claims
from tropism.studies._hybrid_runs import QUICK, SPARSE, WHOLE
from tropism.studies._hybrid_tables import EXAMPLES, tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str = "hybrid") -> Study:
    """The study `hybrid`, or its quick form: the default data at one price."""
    quick = name.endswith("-quick")
    scale = QUICK if quick else WHOLE
    return Study(
        name=name,
        title="How many free latents should stand beside sparse ones?",
        question=(
            "Some directions of the data are dense: they matter in every example. A dictionary has δ linear latents "
            "that cost nothing beside its sparse ones. Which δ is right, and can it be told without the truth?"
        ),
        source='The part "Feature Identification" of the seed text: "δ unpenalised neurons".',
        sweeps=scale.sweeps(),
        measure=functools.partial(tables, arms=scale.arms),
        draw=draw,
        claims=claims(quick=quick),
        lede=f"{LEDE}\n\n{SHORT if quick else MORE}",
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Firing rates, recovery, and what the dense block holds, by δ."""
    from tropism.studies._hybrid_figures import figures

    return figures(tables)


LEDE = f"""Examples of 32 numbers are made of sparse features, three on in each, and of r dense directions at right
angles that are on in all, with deviations from 1.5 down to .7; STB-32 has no dense ones and is the control. A
dictionary has {SPARSE} sparse latents and δ more that are linear and free; it has places for more of these, which are
silent. All learn together; two arms begin the free ones at principal components instead. Learning the dense block
first, and a price for overlap of the two decoders, were left out. The networks are the second that the claims judge: in
the first look at others, begun at other random directions, no claim or bound was changed but where a note says so.

The rule under test chooses the smallest δ of the grid with no sparse latent on in more than 30 % of the examples. It
needs no truth. What it would choose with 20 or 40 % stands in its table. Where data have two or six dense directions,
the grid holds none and numbers near the right one; MIX-32 and STB-32 have more of it. Networks are judged on
{EXAMPLES:,} fresh examples.

A linear block that spans some subspace rebuilds everything in it, sparse features' parts there included. Nothing is
then gained by a sparse latent that points into it, so sparse directions are compared with the truth twice: as they are,
and with the span of the dense block taken off both."""

MORE = """Whether the rule is right where counts are fixed (TopK) is asked of twenty-four worlds of MIX-32, as four had
left it undecided; the claim was not changed."""

SHORT = (
    "This form is a short one, of MIX-32 at one price, without the control; few numbers of free latents, shorter: "
    "1,000 steps, after 600 had left more latents on than the claim of halves allows."
)

COLUMNS = {
    "data": "which data; r dense directions are in their name or their table",
    "r": "how many dense directions the data have",
    "code": "the sparse part's code: L1, a price; TopK, three are on",
    "begun": "how the free latents begin",
    "free": "δ, how many are free, in words",
    "price": "price of the sparse code, in words",
    "delta": "δ, how many are free",
    "weight": "price of the sparse code; 0 for TopK",
    "member": "place among networks that differ in luck alone; in the rule's table, a running number",
    "seed": "the network's luck, its data included",
    "explained": "explained variance of everything",
    "l0": "sparse latents that are on, on average",
    "live": "sparse latents that are on in more than one example of a thousand",
    "dense_latents": "sparse latents that are on in more than 30 % of the examples",
    "most": "firing rate of the most frequent sparse latent",
    "matched": "mean matched cosine of live sparse latents with the sparse features",
    "matched_chance": "the same of as many random directions",
    "ceiling": "what the features themselves would have without their part in the dense block's span",
    "beside": "matched cosine with that span taken off both",
    "beside_chance": "the same of as many random directions",
    "recall": "sparse features with a matched cosine above .9",
    "recall_beside": "the same beside the span",
    "f1": "how well live sparse latents tell which features are on",
    "f1_chance": "the same for codes of other examples",
    "f1_oracle": "the same for what matching pursuit finds with the sparse features' own directions, told how many are "
    "on, where the dense ones' span is taken off everything",
    "lost_dense": "explained variance that is lost with the free latents at zero",
    "lost_sparse": "the same with the sparse ones at zero",
    "overlap": "mean squared cosine of the dense block's span with the true dense directions, over the smaller of both",
    "overlap_pca": "the same of δ principal components",
    "overlap_chance": "the same of a random subspace: the larger number of dimensions over 32",
    "leak": "share of the sparse features' signal that is a linear function of the free latents",
    "leak_pca": "the same for δ principal components",
    "leak_chance": "the same for projections on δ random directions",
    "chosen": "the rule's δ; none where every δ of the grid has a latent that is on too often",
    "rule.right": "whether that is r",
    "seeds.data": "how many kinds of data with dense directions, networks at the default price",
    "seeds.right": "for which share of them the rule's δ is r",
    "off": "by how much it is more than r",
    "chosen_20": "what the rule chooses with 20 % for 30 %",
    "chosen_40": "the same with 40 %",
    "by_explained": "the δ with the most explained variance",
    "by_matched": "that with the largest matched cosine",
    "by_beside": "that with the largest one beside the span",
    "by_f1": "that with the largest F1",
}
