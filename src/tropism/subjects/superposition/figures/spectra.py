"""Every neuron's bias, sorted so that neurons of one kind stand together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

KINDS = {"monosemantic": 0, "polysemantic": 1, "dead": 4}


def bias_figure(
    biases: polars.DataFrame,
    headings: Sequence[str],
    *,
    features: int | Sequence[int],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    seed: str = "0",
) -> Figure:
    """Panels side by side, a dot a neuron, colored by its kind; a dashed line where there are as many as features.

    Args:
        biases: A row a neuron: `panel`, `place` (in the order to be shown), `bias` and `kind`.
        headings: Of the panels, by their number; a panel that has no neurons is left out.
        features: How many there are, in all panels or in each by its number.
        seed: Whose networks they are.
    """
    require_columns(biases, ("panel", "place", "bias", "kind"), "bias_figure")
    there = sorted(biases["panel"].unique().to_list())

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(there), sharey=True, squeeze=False)[0]
        for axes, panel in zip(grid, there, strict=True):
            part = biases.filter(biases["panel"] == panel)
            _draw_panel(axes, part, palette)
            count = features if isinstance(features, int) else features[panel]
            if part.height > count:
                axes.axvline(count, color=palette.muted, lw=1.0, ls="--", zorder=1)
            axes.axhline(0, color=palette.muted, lw=0.7, zorder=1)
            axes.set_title(headings[panel], fontsize="small")
            axes.set_xlabel("neuron, sorted")
            axes.set_xlim(-0.02 * part.height, 1.02 * part.height)
            axes.set_xticks([1, part.height], ["1", f"{part.height:,}"])
        grid[0].set_ylabel("bias")
        handles = [
            grid[0].plot([], [], "o", ms=6, color=palette.accent(place), label=kind)[0] for kind, place in KINDS.items()
        ]
        canvas.legend(handles=handles, loc="outside lower center", ncols=3, handletextpad=0.2)

    said = (
        f"A dot a neuron of seed {seed}, by falling score: the largest answer to a feature alone over the sum of all; "
        "above .999 a neuron is monosemantic, and one that answers to nothing is dead. Dashed: as many neurons as "
        "features."
    )
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 3.2))


def _draw_panel(axes: Axes, part: polars.DataFrame, palette: Palette) -> None:
    for kind, place in KINDS.items():
        some = part.filter(part["kind"] == kind)
        if some.height:
            axes.plot(some["place"] + 1, some["bias"], "o", ms=1.6, mew=0, color=palette.accent(place), rasterized=True)
