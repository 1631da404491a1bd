"""Marks that studies of data of known truth share: cells with their numbers, and lines with intervals over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.intervals import bootstrap
from tropism.figures.marks import numbers
from tropism.figures.theme import Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure as Canvas

MARKS = ("o", "s", "^", "D", "v", "P", "X")


def tiles(
    axes: Axes, values: Float[np.ndarray, "R C"], palette: Palette, *, low: float, high: float, fine: float = 0.95
) -> None:
    """A cell a number, the number in it, with a third digit from `fine` on; nothing where there is none."""
    axes.imshow(values, cmap=shades(palette), vmin=low, vmax=high, aspect="auto")
    axes.grid(visible=False)
    for row, column in np.argwhere(np.isfinite(values)):
        value = values[row, column]
        dark = (value - low) / (high - low) > 0.75
        words = f"{value:.3f}" if value >= fine else f"{value:.2f}"
        axes.text(column, row, words.removeprefix("0"), ha="center", va="center", fontsize="x-small",
                  color=palette.surface if dark else palette.ink)  # fmt: skip


def shades(palette: Palette) -> LinearSegmentedColormap:
    """From the surface to the first accent."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("shades", [palette.surface, palette.accent(0)])


def bands(
    axes: Axes,
    table: polars.DataFrame,
    across: str,
    lines: Mapping[str, str],
    palette: Palette,
    *,
    styles: Sequence[str] = ("-",),
    first: int = 0,
) -> None:
    """A line a column: the mean over members at each place, with its 95 % bootstrap interval.

    Args:
        lines: Columns, and what each is called.
        first: The color and mark of the first line; the others follow.
    """
    places = sorted(set(table[across].to_list()))
    for line, (column, words) in enumerate(lines.items()):
        parts = [numbers(table.filter(table[across] == place), column, "bands") for place in places]
        mean, low, high = np.array([bootstrap(part[np.isfinite(part)], seed=0) for part in parts]).T
        color, style = palette.accent(first + line), styles[line % len(styles)]
        axes.fill_between(places, low, high, color=color, alpha=0.18, lw=0)
        axes.plot(places, mean, style, marker=MARKS[(first + line) % len(MARKS)], ms=4.5, color=color, label=words)


def key_below(canvas: Canvas, axes: Axes, columns: int, *, every: Iterable[Axes] = ()) -> None:
    """One key below all panels, of what the panels together show."""
    found = {}
    for each in (*every, axes):
        found |= {words: mark for mark, words in zip(*each.get_legend_handles_labels(), strict=True)}
    canvas.legend(found.values(), found.keys(), loc="outside lower center", ncols=columns)
