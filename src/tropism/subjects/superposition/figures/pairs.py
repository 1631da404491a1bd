"""The same networks before and after something: a line a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def before_after_figure(
    networks: polars.DataFrame,
    pairs: Mapping[str, tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    *,
    words: tuple[str, str] = ("before", "after"),
    name: str,
    title: str,
    alt: str,
    caption: str = "",
) -> Figure:
    """A panel a measured column; in it each pair of rows, joined network by network.

    Args:
        networks: A row a network: `row`, `member`, and the columns.
        pairs: The rows before and after, by the pair's name.
        columns: What is shown, each with its words.
        words: What the two ends are called.
    """
    require_columns(networks, ("row", "member", *(column for column, _ in columns)), "before_after_figure")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(columns), squeeze=False)[0]
        for axes, (column, label) in zip(grid, columns, strict=True):
            for place, (first, second) in enumerate(pairs.values()):
                ends = [networks.filter(networks["row"] == row).sort("member") for row in (first, second)]
                for start, end in zip(ends[0][column], ends[1][column], strict=True):
                    spot = (place - 0.18, place + 0.18)
                    axes.plot(spot, (start, end), color=palette.muted, lw=1.0, zorder=2)
                    axes.plot(spot[:1], (start,), "o", color=palette.accent(0), ms=5, mec=palette.surface, mew=0.5)
                    axes.plot(spot[1:], (end,), "s", color=palette.accent(1), ms=5, mec=palette.surface, mew=0.5)
            axes.set_xticks(range(len(pairs)), list(pairs))
            axes.set_title(label, fontsize="small")
            axes.margins(x=0.12)
        handles = [
            grid[0].plot([], [], mark, color=palette.accent(place), label=word)[0]
            for place, (mark, word) in enumerate(zip("os", words, strict=True))
        ]
        canvas.legend(handles=handles, loc="outside lower center", ncols=2, handletextpad=0.2)

    return Figure(name, title, alt, caption or "A line a network.", draw, (6.4, 3.2))
