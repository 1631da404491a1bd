"""Loss against the share of monosemantic neurons: the plane in which minima lie apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def plane_figure(
    networks: polars.DataFrame,
    panels: Mapping[str, Sequence[str]],
    *,
    x: str = "share",
    y: str = "part_of_zero",
    x_label: str = "monosemantic neurons / features",
    y_label: str = "loss / loss of answering zero",
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    column: int = 3,
) -> Figure:
    """A dot a network, panels of some rows each, a row a color, on shared axes.

    Args:
        networks: A row a network: `row`, and the columns of `x` and `y`.
        panels: The rows of each panel, by its heading.
        column: How many panels stand side by side.
    """
    require_columns(networks, ("row", x, y), "plane_figure")
    down = -(-len(panels) // column)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(down, column, sharex=True, sharey=True, squeeze=False)
        for axes in grid.ravel()[len(panels) :]:
            axes.set_axis_off()
        for axes, (heading, rows) in zip(grid.ravel(), panels.items(), strict=False):
            for place, row in enumerate(rows):
                part = networks.filter(networks["row"] == row)
                color, mark = palette.accent(place), "osD^vP"[place % 6]
                axes.plot(
                    part[x], part[y], mark, color=color, ms=4.5, alpha=0.85, mec=palette.surface, mew=0.4, label=row
                )
            axes.axvline(1, color=palette.muted, lw=0.9, ls=":", zorder=1)
            axes.set_title(heading, fontsize="small")
            axes.legend(fontsize="x-small", handletextpad=0.1, borderpad=0.1, labelspacing=0.25, loc="best")
        canvas.supxlabel(x_label, fontsize="medium", color=palette.muted)
        canvas.supylabel(y_label, fontsize="medium", color=palette.muted)

    shown = networks.filter(networks["row"].is_in([row for rows in panels.values() for row in rows]))
    failed = int((~(shown[x].is_finite() & shown[y].is_finite())).sum())
    said = f"{shown.height - failed} networks" + (f"; {failed} failed and are not drawn." if failed else ".")
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.8, 0.9 + 2.1 * down))
