"""Readable features: do the digits that a unit answers to most show one class, and for which methods?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._readable_claims import claims
from tropism.studies._readable_runs import Scale
from tropism.studies._readable_tables import TOP, tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

QUICK = Scale(seeds=(20, 21), arms=("TopK", "hybrid TopK"), steps=300, dictionary_steps=500)


def study(name: str = "readable-features") -> Study:
    """The study `readable-features`; `readable-features-quick` has two networks, and no prices."""
    quick = name.endswith("-quick")
    return Study(
        name=name,
        title="Which features could one read?",
        question=(
            "A feature that people understand should be on for things that have something in common. Of units of a "
            "network of digits, found in different ways, which answer to one class, and are the sparse latents of a "
            "hybrid dictionary more readable than purely sparse or purely dense directions?"
        ),
        source='The part "Feature Identification" of the seed text: features that people can interpret.',
        sweeps=(QUICK if quick else Scale()).sweeps(),
        measure=measure,
        draw=draw,
        claims=claims(quick=quick),
        lede=LEDE,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Purity and information of every method's units."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How readable units are, and the digits of some."""
    from tropism.studies._readable_figures import figures

    return figures(tables)


LEDE = f"""Nobody is asked what they see. Two stand-ins are measured instead, of the layer of 32 ReLU neurons in
networks that tell ten digits apart: the purity of the {TOP} held-out digits that a unit answers to most, which is the
share of their most frequent class; and the mutual information between classes and how strongly the unit is on. A
feature such as a stroke that several digits share is readable to people and counts as impure here.

Units are neurons, 16 principal components and the first four of them, random directions, and latents of dictionaries:
TopK with six of 96 on; L1 at the price that comes nearest to that; and hybrids of either kind with four free latents,
whose two parts count apart. Units of both signs count as two, one for each side of their mean. The levels are the
same units with classes in another order, random directions, and what the network answers, as a ceiling. Means are
over units that are on for at least {TOP} held-out digits; methods differ in how many these are.

The row of the first four principal components was added after results had been seen, because the dense part of a
hybrid has four directions, too, and the first components are more readable than later ones. No claim is about it: those
about principal components are about all 16."""

COLUMNS = {
    "method": "how the units were found",
    "member": "place of the network",
    "purity": "share of the most frequent class among a unit's strongest digits, mean over units",
    "purity_chance": "the same with classes shuffled",
    "information": "mutual information of the class and how strongly a unit is on, over the lesser entropy, mean",
    "information_chance": "the same with classes shuffled",
    "information_above": "what of it is above that level",
    "pure": "share of units with a purity of .8 or more",
    "classes": "classes that are the most frequent of such a unit",
    "units": f"units that are on for at least {TOP} held-out digits",
    "all": "all units",
    "dictionary": "the kind of dictionary",
    "l0": "sparse latents that are on, on average",
    "live": "sparse latents that are on for more than one held-out digit in a thousand",
    "explained": "explained variance of held-out activations",
    "spearman": "rank correlation of purity and information over units",
}
