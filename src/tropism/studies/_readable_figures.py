"""The pictures of the study `readable-features`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._readable_tables import PICTURES, SHOWN, TOP
from tropism.studies._swept_figures import Panel, line, swept_figure

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How readable each method's units are, and the strongest digits of some."""
    return [_methods(tables["methods"]), _pictures(tables["drawn-pictures"])]


def _methods(methods: polars.DataFrame) -> Figure:
    panels = [
        Panel(title, (line(methods, "method", column, "units as they are", joined=False),
                      line(methods, "method", f"{column}_chance", "classes shuffled", plain=True)), label)
        for column, title, label in (
            ("purity", f"purity of the {TOP} strongest digits", "share of one class"),
            ("information", "mutual information with the class", "share of the entropy"),
        )
    ]  # fmt: skip
    panels += [
        Panel("units that are pure", (line(methods, "method", "pure", "units as they are", joined=False),),
              "share with .8 or more"),
        Panel("classes with a pure unit", (line(methods, "method", "classes", "units as they are", joined=False),),
              "of ten"),
    ]  # fmt: skip
    return swept_figure(
        panels,
        name="methods",
        title="How readable units are, by how they were found",
        alt="Four panels with a column of marks for each method: mean purity and mean mutual information of its units "
        "beside classes shuffled (dashed), the share of units that are pure, and how many classes have a pure unit.",
        caption=f"Means over units that are on for at least {TOP} held-out digits.",
        x_label="",
    )


def _pictures(drawn: polars.DataFrame) -> Figure:
    found = groups(drawn, "method")
    across = 3
    down = -(-len(found) // across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(down, across, squeeze=False)
        for axes in grid.ravel()[len(found) :]:
            axes.set_axis_off()
        for axes, (name, part) in zip(grid.ravel(), found, strict=False):
            sheet, labels = np.full((SHOWN * 9, PICTURES * 9), np.nan), []
            for row, (_, unit) in enumerate(groups(part, "unit")):
                labels.append(f"{float(unit['purity'][0]):.2f}")
                for place, one in groups(unit, "place"):
                    left, picture = int(place) * 9, one.sort("pixel")["gray"].to_numpy().reshape(8, 8)
                    sheet[row * 9 : row * 9 + 8, left : left + 8] = picture
            axes.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axes.set_title(name, fontsize="small")
            axes.set_xticks([])
            axes.set_yticks([row * 9 + 3.5 for row in range(len(labels))], labels, color=palette.ink)
            axes.grid(visible=False)

    return Figure(
        "pictures",
        "The digits that some units answer to most",
        f"A panel a method with rows of small pictures: for each of {SHOWN} units, the {PICTURES} held-out digits on "
        "which it is strongest, from left to right, and the unit's purity in front.",
        f"The first network; units chosen by lot among those that are on for at least {TOP} held-out digits. Numbers: "
        f"purity of the {TOP} strongest.",
        draw,
        (2.9 * across, 1.75 * down),
    )
