"""Edges: whether networks that know orientations use them for objects, and when objects bring them about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._edges_claims import CLAIMS
from tropism.studies._edges_runs import sweeps
from tropism.studies._edges_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "edges") -> Study:
    """The study `edges`: edges and arcs, then objects; and objects at once."""
    return Study(
        name=name,
        title="Are edges used for objects?",
        question=(
            "A network knows how edges and arcs are turned. It is then asked for objects that are made of them. Does "
            "it use what it has, does any other training help as much, and do tuned channels come of objects alone?"
        ),
        source='The part "Combining/Generalizing Generalizations" of the seed text.',
        sweeps=sweeps(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Who learns objects how soon, how channels are tuned, and which of them matter."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What is shown, how objects are approached, tuning, and cuts."""
    from tropism.studies._edges_figures import figures

    return figures(tables)


LEDE = """Networks of two convolutions see pictures of 12 × 12 pixels. First they learn one of three things, or nothing:
the orientation of a short edge or arc; where in the picture it lies; or labels drawn by lot for the same pictures. Then
they learn six objects, of 48 pictures or of 1,200, with everything moving or with the maps frozen and only what reads
them moving. If edges are used, networks that know them should be ahead of those that were trained as long on the same
pictures for something else.

A channel's tuning is asked by gratings: how strongly it answers to stripes of each angle, and how sharply that depends
on the angle. A random filter has a direction, too, so fresh networks are the level by chance. What tuned channels are
worth is asked by cutting them out of the weights, beside as many by lot, the least tuned and the strongest."""

COLUMNS = {
    "before": "what was shown before objects",
    "member": "place of the network among those of its kind",
    "seed": "the network's luck",
    "shown": "how many objects were shown: few, 48 pictures; many, 1,200",
    "moves": "which parameters moved: all, or the head",
    "accuracy": "held-out pictures that are right, of what was asked first (edges for fresh networks)",
    "final": "held-out objects that are right at the end",
    "to_80": "first look at which 80 % of held-out objects were right",
    "moved_0": "how far the first maps' weights went, as a share of their size",
    "moved_1": "the same of the second maps",
    "site": "which maps",
    "index": "mean tuning index of the channels before objects",
    "tuning.index_after": "the same after objects, many pictures, all moving",
    "emergence.index_after": "the same after objects",
    "index_fresh": "mean tuning index of the channels before objects",
    "weighed": "the index before objects with each channel counting as much as it answers",
    "weighed_after": "the same after",
    "retained": "mean correlation of a channel's curve before objects with its own after",
    "others": "the same with other channels' after",
    "silent": "share of channels that answer to no grating",
    "cut": "which fourth of the channels was cut out",
    "left": "held-out objects that are right without it",
    "drop": "how many fewer that is than with all channels",
    "rise": "how much the index rose",
    "step_80": "first step among those kept at which 80 % of objects were right",
    "share_then": "share of the rise that was there by then",
}
