"""What networks are made of: each network a bar, cut into its irreps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

PER_LETTER = 0.012
"""The width of a letter; a part with less than its name needs, and a little more, goes without."""


def irrep_figure(
    table: polars.DataFrame, *, name: str, title: str, alt: str, caption: str = "", share: str = "embedding"
) -> Figure:
    """A panel a preset, in it a bar a network, cut into the shares of its irreps, each named where there is room.

    Args:
        table: A row a network and irrep: `preset`, `member`, `seed`, `irrep` and a column of shares.
        share: That column.
    """
    require_columns(table, ("preset", "member", "seed", "irrep", share), "irrep_figure")
    panels = groups(table, "preset")
    heights = [part["member"].n_unique() for _, part in panels]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=[h + 1.6 for h in heights])
        for axes, (preset, part) in zip(grid[:, 0], panels, strict=True):
            _draw_panel(axes, part, share, palette)
            axes.set_title(preset, fontsize="small")
        grid[-1, 0].set_xlabel(f"share of the {share}s" if share == "embedding" else f"share of the {share}")

    said = "A bar a network, named by its seed; parts without room for a name have none; order and colors are the same."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 0.9 + sum(0.3 * h + 0.5 for h in heights)))


def _draw_panel(axes: Axes, part: polars.DataFrame, share: str, palette: Palette) -> None:
    names = list(dict.fromkeys(part["irrep"].to_list()))
    colors = _colors(names, palette)
    seeds = []
    for place, (_, rows) in enumerate(part.group_by("member", maintain_order=True)):
        seeds.append(f"seed {rows['seed'][0]}")
        shares = dict(zip(rows["irrep"].to_list(), rows[share].to_list(), strict=True))
        left = 0.0
        for irrep in names:
            width = float(shares.get(irrep) or 0.0)
            if not np.isfinite(width):
                continue
            axes.barh(-place, width, left=left, height=0.78, color=colors[irrep], edgecolor=palette.surface, lw=0.8)
            told = irrep.replace("_", " ")
            if width >= 0.02 + PER_LETTER * len(told):
                axes.text(left + width / 2, -place, told, ha="center", va="center_baseline",
                          fontsize="x-small", color=palette.surface)  # fmt: skip
            left += width
    axes.set_yticks([-place for place in range(len(seeds))], seeds)
    axes.set_ylim(0.6 - len(seeds), 0.6)
    axes.set_xlim(0, 1)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _colors(names: list[str], palette: Palette) -> dict[str, str]:
    """The constant in the muted color, the others in accents, in their order."""
    moving = [name for name in names if name != "trivial"]
    return {"trivial": palette.muted} | {name: palette.accent(place) for place, name in enumerate(moving)}
