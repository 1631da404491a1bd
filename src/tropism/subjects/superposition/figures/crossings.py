"""What became of neurons and loss where two numbers were swept: against the one, colored by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.figures.words import in_a_sentence, key, sequential, swept_axis

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

PANELS = (
    ("share", "monosemantic\nneurons / features"),
    ("covered", "features\ncovered"),
    ("held_out", "held-out loss"),
)


def crossing_figure(
    networks: polars.DataFrame, by: str, across: str, *, name: str, title: str, alt: str, caption: str = ""
) -> Figure:
    """Three panels above each other: monosemantic neurons, coverage, held-out loss; a dot a network, lines their means.

    Args:
        networks: A row a network: `member`, the swept numbers, and the columns of `PANELS`.
        by: The swept number that stands to the right.
        across: The one that colors tell.
    """
    columns = [column for column, _ in PANELS]
    require_columns(networks, ("member", by, across, *columns), "crossing_figure")
    values = sorted(networks[across].unique().to_list())

    def draw(canvas: Canvas, palette: Palette) -> None:
        cells = canvas.add_gridspec(len(PANELS), 2, width_ratios=[1.0, 0.19])
        grid = [canvas.add_subplot(cells[row, 0]) for row in range(len(PANELS))]
        for row, (axes, (column, label)) in enumerate(zip(grid, PANELS, strict=True)):
            for value, color in zip(values, sequential(palette, len(values)), strict=True):
                _draw_line(axes, networks.filter(networks[across] == value), by, column, color, palette)
            if column == "share":
                axes.axhline(1, color=palette.muted, lw=1.0, ls=":", zorder=1)
            axes.margins(y=0.08)
            if column != "held_out":  # or else a line at zero would seem to hang in the air
                low, high = axes.get_ylim()
                axes.set_ylim(min(low, -0.02), max(high, 0.2))
            axes.set_ylabel(label)
            last = row == len(PANELS) - 1
            swept_axis(axes, by, sorted(networks[by].unique().to_list()), label=last)
            axes.tick_params(labelbottom=last)
        key(canvas.add_subplot(cells[:, -1]), across, values, palette)

    seeds = networks["member"].n_unique()
    failed = int((~networks["share"].is_finite()).sum())
    said = (
        f"A dot a network, {seeds} seed{'s' if seeds > 1 else ''} a setting; lines join their means, a color for each "
        f"{in_a_sentence(across)}. Covered: with at least one monosemantic neuron. Dotted: as many such neurons as "
        "features."
    )
    said += f" {failed} networks failed and are not drawn." if failed else ""
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 5.4))


def _draw_line(axes: Axes, part: polars.DataFrame, by: str, column: str, color: str, palette: Palette) -> None:
    import polars as pl

    means = part.group_by(by).agg(pl.col(column).fill_nan(None).mean()).sort(by)
    axes.plot(means[by], means[column], color=color, lw=1.6)
    axes.plot(part[by], part[column], "o", color=color, ms=3.6, mec=palette.surface, mew=0.4)
