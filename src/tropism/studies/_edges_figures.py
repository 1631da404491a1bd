"""The pictures of the study `edges`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.theme import Figure, Palette
from tropism.studies._edges_runs import SITES
from tropism.studies._edges_tables import DRAWS
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import spans_said, way_said

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

LAYERS: Mapping[str, str] = {"maps.0": "first maps", "maps.1": "second maps"}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What networks see, how they approach objects, how channels are tuned, and what cuts do."""
    return [
        _pictures(tables["drawn-pictures"]),
        _approach(tables["drawn-looks"]),
        _tuning(tables["tuning"]),
        _emergence(tables["drawn-emergence"]),
        _cuts(tables["cuts"]),
    ]


def _pictures(table: polars.DataFrame) -> Figure:
    shown = {
        asked[0]: part.sort("place", "pixel")["gray"].to_numpy().reshape(part["place"].n_unique(), -1)
        for asked, part in table.group_by("asked", maintain_order=True)
    }
    rows = [*np.split(shown["edges"], 2), shown["objects"]]
    words = ("edges", "arcs", "objects")
    side = round(rows[0].shape[1] ** 0.5)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(rows), len(rows[0]), squeeze=False)
        for line, pictures, name in zip(grid, rows, words, strict=True):
            for place, axes in enumerate(line):
                axes.set_axis_off()
                if place < len(pictures):
                    axes.imshow(pictures[place].reshape(side, side), cmap="gray", vmin=0, vmax=1)
            line[0].set_title(name, fontsize="small", loc="left", color=palette.ink)

    return Figure(
        "pictures",
        "What networks are shown",
        "Three rows of small gray pictures: eight straight edges from level by 22.5° on, eight arcs whose chords lie "
        "so, and six objects: square, triangle, circle, D, arrow and cross.",
        f"One picture of each answer, {side} × {side} pixels.",
        draw,
        (6.4, 2.9),
    )


def _approach(looks: polars.DataFrame) -> Figure:
    return approach_figure(
        looks,
        panel="panel",
        by="before",
        name="approach",
        title="Objects, by what was learned before",
        alt="Panels of held-out accuracy against the step, by how many pictures are shown and what moves; a color for "
        "what was shown before. Medians at the first look and the last: "
        f"{way_said(looks, panel='panel', by='before')}.",
        caption="Held-out pictures were shown in no stage; one in six is chance.",
    )


def _tuning(table: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = table.with_columns(panel=pl.col("site").replace_strict(LAYERS))
    quantities = {
        "index": "tuning index before objects",
        "index_after": "tuning index after",
        "retained": "correlation of channels' curves, before and after",
    }
    return dots_figure(
        drawn,
        panel="panel",
        row="before",
        quantities=quantities,
        name="tuning",
        title="How sharply channels are tuned to orientation, before objects and after",
        alt="Two panels, first and second maps, with a row for what was shown first; marks for the tuning index before "
        "and after objects and for the correlation of channels' curves. Over all rows they reach: "
        f"{spans_said(drawn, quantities, 'panel')}.",
        caption="1,200 pictures of objects, all moving. The index of fresh networks is the level by chance.",
        label="index, and correlation",
    )


def _emergence(table: polars.DataFrame) -> Figure:
    import polars as pl

    words = {"objects": "share of objects right", **{site: f"tuning index, {LAYERS[site]}" for site in SITES}}
    drawn = table.with_columns(panel=pl.col("what").replace_strict(words), accuracy=pl.col("value"))
    return approach_figure(
        drawn,
        panel="panel",
        by="before",
        name="emergence",
        title="When tuning comes, while objects are learned",
        alt="Three panels against the step of learning objects: the share that is right, and the tuning index of the "
        "first and of the second maps, a color for what was shown before. Medians at the first step that was kept and "
        f"at the last: {way_said(drawn, panel='panel', by='before')}.",
        caption="1,200 pictures, all moving.",
        label="share, or index",
        across=3,
    )


def _cuts(table: polars.DataFrame) -> Figure:
    import polars as pl

    wide = table.pivot(on="cut", index=["before", "member", "seed", "site"], values="drop")
    drawn = wide.with_columns(panel=pl.col("site").replace_strict(LAYERS))
    quantities = {name: name for name in ("most tuned", "least tuned", "strongest", "by lot")}
    return dots_figure(
        drawn,
        panel="panel",
        row="before",
        quantities=quantities,
        name="cuts",
        title="What objects lose without a fourth of the channels",
        alt="Two panels, first and second maps, with a row for what was shown first; marks for the loss of right "
        "answers without the most tuned channels, the least tuned, the strongest, and channels by lot. Over all rows "
        f"they reach: {spans_said(drawn, quantities, 'panel')}.",
        caption=f"By lot: the mean of {DRAWS} draws.",
        label="loss of right answers",
    )
