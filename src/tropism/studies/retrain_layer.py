"""A layer is trained again: which decomposition finds in it what was there before?"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._retrain_claims import claims
from tropism.studies._retrain_parts import NEAR, TOP
from tropism.studies._retrain_runs import Scale, sweeps
from tropism.studies._retrain_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

WHOLE = Scale()
QUICK = Scale(kinds=("linear",), seeds=(30, 31), others=(40, 41), steps=600, dictionary_steps=500, ways=("PCA",))


def study(name: str = "retrain-layer") -> Study:
    """The study `retrain-layer`, and `retrain-layer-quick`, which has one kind of networks and two seeds."""
    scale = QUICK if name.endswith("quick") else WHOLE
    return Study(
        name=name,
        title="A layer is trained again: what is found in it?",
        question=(
            "A network is trained. Then one layer starts anew and is trained alone, between neighbors that stay. Do "
            "principal components find what was there before, or does an overcomplete dictionary?"
        ),
        source='The part "Feature Identification" of the seed text, its first experiment.',
        sweeps=sweeps(scale),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=claims(scale),
        lede=f"{LEDE}{ONLY}" if scale is QUICK else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Components one by one, systems of coordinates, both decompositions, and the truth."""
    from tropism.studies._retrain_figures import figures

    return figures(tables)


LEDE = f"""Networks tell digits apart, through layers of 128, 32 and 64 neurons; the middle one, which is looked at,
is linear in one kind and has a ReLU in the other. A third kind gives 20 sparse features back through a linear layer
of 16, so that there the truth is known. What writes the layer and what reads it then starts anew and is trained
alone, twice with other luck; a new network, the same before training, and the same network decomposed once more stand
beside. The gate: only networks that come back to within a point of what they could are compared; for sparse features
that takes three times as long, and where it fails the numbers are missing. All networks learn of the same digits and
are asked the same others, so intervals are over the networks' luck alone.

Narrow decompositions are principal components (PCA), singular vectors about zero (SVD), independent components (ICA),
and singular vectors of the weights into the layer, out of it, and of both together. The overcomplete ones are TopK
dictionaries of three times as many latents as neurons, two of each network. Directions are laid side by side as they
are among the neurons (raw), as what they are written by in the layer before, which stayed (pull-back), as what they
write in the layer behind (push-forward), and by what they say of the same examples (activation). Scores count the
first {TOP} components, no more than the layer fills dimensions; blocks are neighbors whose variance falls by less
than a factor of {NEAR:g}. Both numbers stood before these networks were trained, though not before some of seeds
100 to 102, which are not used here, had been seen."""

MORE = """At first there were six networks of each kind. Six claims were undecided, four of them with bounds of a
pilot, so all is told of ten: that decided three of the six, and two that had been decided, with bounds of the pilot
both, no longer are. Three claims about components that swap are no longer here, two that were undecided and one, added
after a look, that held: the study swapped-components asks the two of other networks, and says why not the third. No
other was changed."""

ONLY = (
    " This is the quick form: the linear layer in networks of digits alone, of the narrow decompositions principal "
    "components alone, two seeds, and shorter training."
)

COLUMNS = {
    "model": "which networks",
    "network": "which of them: base networks; their layer trained again, once and once more; new ones; untrained ones",
    "member": "place of the base network",
    "seed": "the base network's luck",
    "quality": "share of held-out digits that is right; of sparse features the share of variance that comes back",
    "strain": "how far that is from the base network's, in points; the gate is open up to 1",
    "passed": "whether the gate is open",
    "rank": "dimensions that the layer's values fill: the participation ratio of their variances",
    "pair": "which two networks are compared",
    "place": "place of the component, the most variance first",
    "share": "share of the variance that it has",
    "own": "size of the correlation with the other network's component of the same place",
    "way": "how the layer was decomposed",
    "system": "in which coordinates directions are laid side by side",
    "diagonal": "the first with the first and so on: mean size of the cosine, or the correlation",
    "matched": "paired one to one as well as can be: mean size of the cosine, or the correlation",
    "block": "blocks of like variance: mean squared cosine of their principal angles",
    "chance_diagonal": "the same place, with one network's neurons or examples shuffled",
    "chance_matched": "matched, shuffled likewise; of true features, with other examples",
    "chance_block": "blocks, shuffled likewise",
    "live": "latents that are on for more than one example in a thousand",
    "narrow": "matched correlation of principal components after training again",
    "narrow_untrained": "the same with an untrained network",
    "narrow_ceiling": "the same within one network, decomposed on other examples",
    "narrow_share": "where training again stands between these two",
    "overcomplete": "matched correlation of latents after training again",
    "overcomplete_untrained": "the same with an untrained network",
    "overcomplete_ceiling": "the same between two dictionaries of one network",
    "overcomplete_share": "where training again stands between these two",
    "cka": "linear centered kernel alignment",
    "chance_cka": "the same with examples shuffled",
    "svcca": "mean canonical correlation within the directions that hold 99 % of the variance",
    "pwcca": "the same, weighted by what each direction holds",
    "explained": "share of the second's variance that the best linear map from the first explains",
    "procrustes": "share of the first's squares that the second, turned and scaled, explains",
    "neurons": "mean size of the correlation of neurons paired one to one",
    "chance_neurons": "the same with examples shuffled",
    "recall": "share of true features that one component or latent follows with a correlation above .9",
    "chance_recall": "the same with other examples",
}
