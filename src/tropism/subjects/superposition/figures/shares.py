"""What became of neurons and loss, against the number that was swept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.figures.marks import require_columns, spread_labels
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.figures.words import called, swept_axis, worded

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

PANELS = (
    ("per feature", (("share", "monosemantic"), ("covered", "covered"), ("duplicates", "duplicates"))),
    ("per neuron", (("mono", "monosemantic"), ("polysemantic", "polysemantic"), ("dead", "dead"))),
    ("loss", (("loss", "in training"), ("held_out", "held out"))),
)
COLORS = {"share": 0, "mono": 0, "covered": 2, "duplicates": 3, "polysemantic": 1, "dead": 4, "loss": 5, "held_out": 1}


def share_figure(
    networks: polars.DataFrame,
    by: str,
    *,
    across: str = "",
    features: int,
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    examples: int = 2048,
) -> Figure:
    """Three panels above each other: neurons per feature, per neuron, and the loss; a dot a network, lines their means.

    Args:
        networks: A row a network: the swept numbers, and the columns of `PANELS`.
        by: What is swept.
        across: A second swept number, a column of panels for each of its numbers.
        features: How many there are; where `by` is the number of neurons, a line stands there.
        examples: How many the held-out loss is of.
    """
    measured = [column for _, lines in PANELS for column, _ in lines]
    require_columns(networks, ("member", by, *measured, *([across] if across else [])), "share_figure")
    columns = sorted(networks[across].unique().to_list()) if across else [None]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(3, len(columns), sharex=True, sharey="row", squeeze=False)
        for place, value in enumerate(columns):
            part = networks if value is None else networks.filter(networks[across] == value)
            for row, (label, lines) in enumerate(PANELS):
                axes = grid[row, place]
                _draw_panel(axes, part, by, [column for column, _ in lines], palette)
                if row == 0:
                    axes.axhline(1, color=palette.muted, lw=1.0, ls=":", zorder=1)
                if by == "hidden":
                    axes.axvline(features, color=palette.muted, lw=1.0, ls="--", zorder=1)
                if not place:
                    axes.set_ylabel(label)
            if value is not None:
                grid[0, place].set_title(f"{called(across)} {worded(across, value)}", fontsize="small")
            _name_swept(grid[2, place], by, sorted(part[by].unique().to_list()), few=len(columns) > 1)
        for row, (_, lines) in enumerate(PANELS):
            _name_lines(grid[row, -1], networks, by, across, columns[-1], lines, palette)
        if by == "hidden":
            _name_count(grid[0, 0], features, palette)

    said = _said(networks, examples) + (" Dashed: as many neurons as features." if by == "hidden" else "")
    failed = int((~networks["share"].is_finite()).sum())
    said += f" {failed} networks failed and are not drawn." if failed else ""
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 5.8))


def _name_count(axes: Axes, features: int, palette: Palette) -> None:
    """At the top of the line where there are as many neurons as features."""
    up = axes.get_xaxis_transform()
    axes.text(features * 1.04, 0.97, f"{features}", transform=up, va="top", color=palette.muted, fontsize="small")


def _name_swept(axes: Axes, by: str, values: list[Any], *, few: bool) -> None:
    """The swept numbers below the lowest panel; where there is little room, every fifth."""
    swept_axis(axes, by, values)
    if few:
        axes.set_xticks(values[::5], [worded(by, each) for each in values[::5]])


def _said(networks: polars.DataFrame, examples: int) -> str:
    seeds = networks["member"].n_unique()
    return (
        f"A dot a network, {seeds} seed{'s' if seeds > 1 else ''} a setting; lines join their means. Covered: features "
        "with at least one monosemantic neuron; duplicates: such neurons beyond one a feature, per feature. Loss in "
        f"training: mean over the last sixteenth of the run; held out: {examples:,} examples at the end."
    )


def _draw_panel(axes: Axes, part: polars.DataFrame, by: str, columns: list[str], palette: Palette) -> None:
    for column in columns:
        color = palette.accent(COLORS[column])
        axes.plot(*_means(part, by, column), color=color, lw=1.6)
        axes.plot(part[by], part[column], "o", color=color, ms=3.6, mec=palette.surface, mew=0.4)
    axes.margins(y=0.08)


def _means(part: polars.DataFrame, by: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = part[by].to_numpy(), part[column].to_numpy().astype(float)
    values = np.unique(x)
    found = [y[(x == value) & np.isfinite(y)] for value in values]
    return values, np.array([each.mean() if len(each) else np.nan for each in found])


def _name_lines(
    axes: Axes,
    networks: polars.DataFrame,
    by: str,
    across: str,
    value: float | None,
    lines: tuple[tuple[str, str], ...],
    palette: Palette,
) -> None:
    """Names beside the right ends of the lines, kept apart."""
    part = networks if value is None else networks.filter(networks[across] == value)
    ends = [float(_means(part, by, column)[1][-1]) for column, _ in lines]
    low, high = axes.get_ylim()
    places = [0.0 if not np.isfinite(end) else (end - low) / (high - low) for end in ends]
    spots = spread_labels(places, 0.15, 0.05, 0.95)
    for (column, words), at, spot in zip(lines, places, spots, strict=True):
        color = palette.accent(COLORS[column])
        axes.plot([1.01, 1.035], [at, spot], color=palette.muted, lw=0.6, transform=axes.transAxes, clip_on=False)
        axes.text(1.045, spot, words, color=color, va="center", fontsize="small", transform=axes.transAxes)
