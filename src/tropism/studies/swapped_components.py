"""Components of nearly the same variance: do they swap places when a layer is trained again?"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.claim import Claim
from tropism.core.sweep import Study
from tropism.studies._retrain_parts import NEAR, SHOWN
from tropism.studies._retrain_tables import HALVES
from tropism.studies._swapped_tables import NEARER, QUICK, RETRAINED, WHOLE, Scale, sweeps, tables

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def study(name: str = "swapped-components") -> Study:
    """The study `swapped-components`, and `swapped-components-quick`, of six networks with a linear layer."""
    scale = QUICK if name.endswith("quick") else WHOLE
    return Study(
        name=name,
        title="Components of nearly the same variance: do they swap places?",
        question=(
            "One layer of a network is trained again, between neighbors that stay. Are principal components found "
            "again in another place, and is that where their variances were nearly the same?"
        ),
        source='The part "Feature Identification" of the seed text, its first experiment.',
        sweeps=sweeps(scale),
        measure=functools.partial(tables, scale=scale),
        draw=draw,
        claims=tuple(claims(scale)),
        lede=f"{LEDE}{ONLY}" if scale is QUICK else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Every component by how near in variance its neighbor is, and networks' means."""
    from tropism.studies._swapped_figures import figures

    return figures(tables)


SEED = "The seed text, Feature Identification: a layer is trained again, and its components are compared."
BOUND = (
    "A pilot of one network saw two components swap whose variances differed by a tenth; the bound was written for the "
    "study retrain-layer, before any of its networks was trained. A network of which no component has a neighbor of "
    "like variance has no number, and is left out."
)
OURS = "The bound is ours, written before any of these networks was trained."
LATER = (
    "Added when the numbers of these networks had been seen, since the bound of .1 lies within the intervals: it asks "
    "whether they swap more at all."
)
SAID = {"linear": "linear layer", "relu": "ReLU layer", "sparse": "sparse features"}


def claims(scale: Scale) -> Iterator[Claim]:
    """The claims about the models that are trained."""
    for name, model in scale.chosen().items():
        where = (("model", model.words), ("pair", RETRAINED))
        asked = functools.partial(Claim, table="swaps", where=where, source=SEED, note=OURS)
        compared = functools.partial(asked, statistic="difference")
        said = f"({SAID[name]})"
        yield asked(f"The gate opens for more than eight networks in ten {said}.", statistic="share", column="passed",
                    above=0.8)  # fmt: skip
        yield compared(f"Components swap where variances are alike: their best partner is elsewhere by .1 more {said}.",
                       column="crowded", against="alone", above=0.1, note=BOUND)  # fmt: skip
        yield compared(f"They swap there more than where variances are not alike {said}.", column="crowded",
                       against="alone", above=0.0, note=LATER)  # fmt: skip
        yield compared(f"And where they are all but the same: by .1 more {said}.", column="closest", against="alone",
                       above=0.1)  # fmt: skip
        yield asked(f"Where variances are not alike they keep their places: best elsewhere by less than .05 {said}.",
                    statistic="mean", column="alone", below=0.05)  # fmt: skip
        yield compared(f"Where they are alike, that is not other examples alone: the same network's swap less {said}.",
                       column="crowded", versus=(("pair", HALVES),), above=0.0)  # fmt: skip


LEDE = f"""Networks and training are those of the study retrain-layer: digits through layers of 128, 32 and 64
neurons, the middle one linear or with a ReLU, and 20 sparse features through a linear layer of 16. What writes that
layer and what reads it starts anew and is trained alone. The first {SHOWN} principal components of before and after
are laid side by side by what they say of the same held-out examples. A component has swapped so far as it correlates
with another one better than with that of its own place; chance raises that a little everywhere, so components of like
variance (within a factor of {NEAR:g} of a neighbor; all but the same: {NEARER:g}) are compared with those that stand
alone. The control is the same network, decomposed on one half of the examples and on the other. Networks that come
back further than a point from what they could have no numbers; all are asked the same examples, so intervals are over
the networks' luck alone."""

MORE = """This study was made to decide what retrain-layer left open. There it was asked of 24 networks of digits of
each kind: .08 with an interval from .00 to .23 in the 8 that have components of both sorts (linear layer), .04 with
one from −.04 to .15 in 17 (ReLU layer), against the bound of .1; and, after a look, of ten networks of sparse features:
.27, from .23 to .31. The networks here are others, as many as those intervals asked for: 240 with a linear layer, 80
with a ReLU, 10 of sparse features. That was set before they were trained. Those of sparse features were asked twice, on
two draws of examples: .18, from .08 to .26, and what stands below; intervals over networks do not hold that luck."""

ONLY = " This is the quick form: six networks of digits with a linear layer, and shorter training."

COLUMNS = {
    "model": "which networks",
    "pair": f"what is compared with the base network: its layer trained again ({RETRAINED}), or itself ({HALVES})",
    "member": "place of the base network",
    "seed": "the base network's luck",
    "passed": "whether the network came back to within a point of what it could",
    "alone": "how much more a component correlates with its best partner than with that of its own place, mean over "
    "those that have no neighbor of like variance",
    "crowded": "the same over those that have one",
    "closest": "the same over those that have one of all but the same variance",
    "near": "how many have one of like variance",
    "place": "place of the component, the most variance first",
    "nearest": "by which factor the nearer neighbor's variance is another; infinite where it has none",
    "own": "size of the correlation with the other side's component of the same place",
    "best": f"the largest with any of its first {SHOWN}",
}
