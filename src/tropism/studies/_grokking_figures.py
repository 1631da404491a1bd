"""The figures of the study `grokking`, and of presets run alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.studies._grokking_measures import preset_of
from tropism.subjects.generalization.figures.contents import irrep_figure
from tropism.subjects.generalization.figures.learning import accuracy_figure, steps_figure

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

CALLED = {
    "reliable": "The reliable presets",
    "other": "The other presets",
    "unreliable": "The unreliable presets",
    "transformer": "A transformer",
    "variant": "Another optimizer or loss",
    "published": "A published setting",
}


def figures(tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """What the tables allow."""
    return [_steps(tables["drawn-networks"]), *_accuracies(tables["drawn-accuracy"]), *_contents(tables)]


def _steps(networks: polars.DataFrame) -> Figure:
    told = {}
    for preset in networks["preset"].unique(maintain_order=True).to_list():
        known = preset_of(preset.split(",")[0])
        if known is not None and known.told.first:
            told[preset] = tuple(map(float, known.told.first))
    return steps_figure(
        networks,
        told=told,
        name="steps",
        title="When each network has 99 % of held-out pairs right",
        alt="A row of dots for each preset on a logarithmic axis of steps, one dot a network, with a short vertical "
        "line at the median and a gray bar where the prototypes lay. Networks that never come to 99 % are rings at "
        "the right edge, counted.",
        caption="Looks are 25 steps apart (250 or 100 in published settings); the prototypes looked every 50.",
    )


def _accuracies(table: polars.DataFrame) -> list[Figure]:
    kinds = table["kind"].unique(maintain_order=True).to_list()
    return [
        accuracy_figure(
            table.filter(table["kind"] == kind),
            name=f"{kind}-accuracy",
            title=f"{CALLED[kind]}: remembered first, known later",
            alt="Small panels, one a preset: the accuracy on pairs that are trained on rises to 1 early, that on "
            "held-out pairs stays near zero for a while and rises later, one line a network. Lines that bend down "
            "again, or end below the dotted one, have lost it, or never had it.",
        )
        for kind in kinds
    ]


def _contents(tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    if "content-irreps" not in tables:
        return []
    return [
        irrep_figure(
            tables["content-irreps"],
            name="content-embeddings",
            title="Irreps in the embeddings of final networks, by seed",
            alt="Horizontal bars, one a network, cut into colored parts that are the shares of irreps in its "
            "embeddings. Bars of one preset differ from seed to seed in which parts are long.",
            caption="Sums of squares of left and right embeddings, as the hidden layer sees them.",
        )
    ]
