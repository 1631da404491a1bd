"""Levels in training: each feature's dimensionality over the steps, above the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def level_figure(
    features: polars.DataFrame,
    losses: polars.DataFrame,
    *,
    members: tuple[int, ...],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
) -> Figure:
    """A column a network: a line a feature above, the loss below, on a logarithmic axis.

    Args:
        features: `member`, `step`, `feature`, `dimensionality`.
        losses: `member`, `step`, `loss`.
        members: Which networks.
    """
    require_columns(features, ("member", "step", "feature", "dimensionality"), "level_figure")
    require_columns(losses, ("member", "step", "loss"), "level_figure")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2, len(members), sharex=True, sharey="row", squeeze=False, height_ratios=(3, 2))
        for (above, below), member in zip(grid.T, members, strict=True):
            mine = features.filter(features["member"] == member)
            for place, (_, part) in enumerate(mine.sort("step").group_by("feature", maintain_order=True)):
                above.plot(part["step"], part["dimensionality"], color=palette.accent(place), lw=1.3)
            fallen = losses.filter(losses["member"] == member).sort("step")
            below.plot(fallen["step"], fallen["loss"], color=palette.ink, lw=1.4)
            below.set_yscale("log")
            below.set_xlabel("step")
            last = int(fallen["step"].max())  # type: ignore[arg-type]
            below.set_xticks([0, last // 2, last], ["0", f"{last // 2:,}", f"{last:,}"])
            above.set_ylim(0, 1.05)
            above.set_yticks([0, 1 / 3, 0.5, 1], ["0", "1/3", "1/2", "1"])
        grid[0, 0].set_ylabel("dimensionality")
        grid[1, 0].set_ylabel("expected loss")

    said = f"{len(members)} networks, a column each; a color is a feature."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (7.2, 4.4))
