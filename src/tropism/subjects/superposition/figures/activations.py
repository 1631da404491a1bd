"""What neurons answer to features, as pictures: neurons downward, features to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def activation_figure(
    pictures: polars.DataFrame,
    headings: Sequence[str],
    *,
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    sizes: Sequence[tuple[int, int]] = (),
) -> Figure:
    """Pictures side by side on one scale of color, which ends where half a percent of a picture's cells lie above.

    Args:
        pictures: A row a cell: `panel`, `y`, `x` and `value`.
        headings: Of the panels, by their number; a panel that has no cells is left out.
        sizes: How many neurons and features each panel stands for, by its number, where cells stand for several.
    """
    require_columns(pictures, ("panel", "y", "x", "value"), "activation_figure")
    there = sorted(pictures["panel"].unique().to_list())
    panels = [_image(pictures.filter(pictures["panel"] == panel)) for panel in there]
    top = max(1e-6, *(float(np.quantile(panel, 0.995)) for panel in panels))
    beyond = any(panel.max() > top for panel in panels)

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        ramp = LinearSegmentedColormap.from_list("answers", [palette.surface, palette.accents[0], palette.ink])
        grid = canvas.subplots(1, len(panels), squeeze=False)[0]
        for axes, panel, place in zip(grid, panels, there, strict=True):
            high, wide = sizes[place] if sizes else panel.shape
            axes.imshow(
                panel, cmap=ramp, vmin=0, vmax=top, aspect="auto", interpolation="nearest", extent=(0, wide, high, 0)
            )
            axes.set_title(headings[place], fontsize="small")
            named = place == there[0] or (bool(sizes) and sizes[place] != sizes[there[0]])
            _frame(axes, high, wide, palette, named=named)
        grid[0].set_ylabel("neuron", labelpad=-4.4 * max(len(each.get_text()) for each in grid[0].get_yticklabels()))
        bar = canvas.colorbar(
            grid[0].images[0], ax=grid, shrink=0.9, pad=0.02, aspect=30, extend="max" if beyond else "neither"
        )
        bar.set_label("answer", fontsize="small")
        bar.outline.set_visible(False)  # type: ignore[operator]
        bar.ax.tick_params(labelsize="small")

    said = f" Answers above {top:.2g} are drawn alike." if beyond else ""
    return Figure(name, title, alt, (caption or "One network a panel.") + said, draw, (6.4, 3.2))


def _frame(axes: Axes, high: int, wide: int, palette: Palette, *, named: bool) -> None:
    """A thin frame, and on its sides the first and the last feature and, if `named`, neuron."""
    axes.grid(visible=False)
    axes.set_xlabel("feature")
    axes.set_xticks([0, wide], ["1", f"{wide:,}"])
    axes.set_yticks([0, high], ["1", f"{high:,}"] if named else ["", ""])
    axes.get_xticklabels()[0].set_horizontalalignment("left")
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    for spine in axes.spines.values():
        spine.set(visible=True, color=palette.rule, linewidth=0.6)


def _image(part: polars.DataFrame) -> np.ndarray:
    y, x = part["y"].to_numpy(), part["x"].to_numpy()
    image = np.zeros((int(y.max()) + 1, int(x.max()) + 1))
    image[y, x] = part["value"].to_numpy()
    return image
