"""Two spectra against each other: what the tokens of one set are made of, and those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def spectra_figure(
    table: polars.DataFrame,
    *,
    row: str,
    sides: tuple[str, str],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
) -> Figure:
    """A row of panels a way, a panel a network: bars up for one set of tokens, down for the other, by frequency.

    Args:
        table: A row a network, set and frequency: `member`, `names`, `frequency`, `part`, and the column `row`.
        row: The column that decides the row; its words stand above its first panel.
        sides: Which of the `names` goes up, and which down.
    """
    require_columns(table, ("member", "names", "frequency", "part", row), "spectra_figure")
    rows = groups(table, row)
    across = max(part["member"].n_unique() for _, part in rows)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(rows), across, sharex=True, sharey=True, squeeze=False)
        for line, (words, part) in zip(grid, rows, strict=True):
            line[0].set_title(words, fontsize="small")
            for axes, (_, own) in zip(line, part.group_by("member", maintain_order=True), strict=False):
                _draw_panel(axes, own, sides, palette)
        highest = float(table["part"].fill_nan(0).max()) * 1.08  # type: ignore[arg-type]
        grid[0, 0].set_ylim(-highest, highest)
        grid[0, 0].set_yticks([])
        for axes in grid[-1]:
            axes.set_xlabel("frequency")
        _draw_key(canvas, sides, palette)

    said = "A panel a network; the height of a bar is the part of the spectrum at that frequency."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (2.3 * across + 0.3, 1.35 * len(rows) + 0.9))


def _draw_panel(axes: Axes, own: polars.DataFrame, sides: tuple[str, str], palette: Palette) -> None:
    for place, (side, sign) in enumerate(zip(sides, (1, -1), strict=True)):
        bars = own.filter(own["names"] == side)
        heights = sign * np.nan_to_num(bars["part"].to_numpy())
        axes.bar(bars["frequency"].to_numpy(), heights, width=0.8, color=palette.accent(place))
    axes.axhline(0, color=palette.muted, lw=0.8)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _draw_key(canvas: Canvas, sides: tuple[str, str], palette: Palette) -> None:
    from matplotlib.patches import Patch

    words = (f"{sides[0]} tokens, upward", f"{sides[1]} tokens, downward")
    patches = [Patch(color=palette.accent(place), label=each) for place, each in enumerate(words)]
    canvas.legend(handles=patches, loc="outside upper left", ncols=2)
