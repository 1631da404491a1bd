"""The pictures of the study `capacity`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from tropism.figures import Figure
    from tropism.figures.theme import Palette


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Capacity against importance, a panel a kurtosis; and every network's loss over the least one."""
    import polars as pl

    from tropism.figures import strip

    parts = tables["drawn-features"].filter(pl.col("sweep") == "eight")
    eight = tables["networks"].filter(pl.col("sweep") == "eight")
    return [
        _allocation(parts),
        strip(
            eight,
            "ratio",
            by="condition",
            name="losses",
            title="Loss over the least there is",
            label="exact loss / closed form",
            alt="Six rows of dots, one a kurtosis, a dot a network: its loss over the least one. A dot at 1 has found "
            "the least; one well above it has not.",
            caption="Eight features in three dimensions. One is the least loss that any such network can have.",
        ),
    ]  # fmt: skip


def _allocation(parts: polars.DataFrame) -> Figure:
    from tropism.figures import Figure
    from tropism.figures.marks import require_columns

    require_columns(parts, ("kurtosis", "value", "capacity", "theory", "member"), "capacity")
    panels = [
        (float(kurtosis), part.sort("value"))
        for (kurtosis,), part in parts.sort("kurtosis").group_by("kurtosis", maintain_order=True)
    ]
    seeds = parts["member"].n_unique()
    failed = int((~parts["capacity"].is_finite()).sum())

    def draw(canvas: Canvas, palette: Palette) -> None:
        rows = (len(panels) + 2) // 3
        grid = canvas.subplots(rows, 3, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        for place, (kurtosis, part) in enumerate(panels):
            axes = grid.flat[place]
            _panel(axes, part, palette)
            words = "all or nothing" if kurtosis < 3 else "shared"
            axes.set_title(f"κ = {_short(kurtosis)}: {words}")
        for axes in grid[-1]:
            axes.set_xlabel("importance v")
        for axes in grid[:, 0]:
            axes.set_ylabel("capacity C")
        _key(canvas, palette)

    return Figure(
        "allocation",
        "What each feature gets, by its importance",
        "Six panels, capacity against importance, a panel a kurtosis. The closed form is a line: a step between the "
        "third and the fourth feature at kurtosis 2 and 2.5, a ramp that grows flatter from 4 to 20. A dot is what a "
        "trained network gives a feature; the nearer to the line, the more as the closed form says.",
        f"Eight features in three dimensions; {seeds} networks a panel, eight dots each. Line: the closed form, joined "
        "between the eight importances; headings say what it has. "
        f"{f'{failed} dots of failed networks are missing. ' if failed else ''}"
        "Dots are moved sideways a little so that they can be told apart.",
        draw,
        (7.2, 1.0 + 2.3 * ((len(panels) + 2) // 3)),
    )


def _panel(axes: Axes, part: polars.DataFrame, palette: Palette) -> None:
    value, capacity = part["value"].to_numpy(), part["capacity"].to_numpy()
    places = part["member"].to_numpy()
    nudge = (places - places.mean()) / (np.ptp(places) or 1) * 0.03
    axes.plot(value + nudge, capacity, "o", ms=3.4, mew=0, alpha=0.55, color=palette.accent(0))
    line = part.unique("value").sort("value")
    axes.plot(line["value"], line["theory"], color=palette.accent(1), lw=1.8, zorder=3)
    axes.set_ylim(-0.05, 1.08)
    axes.set_xlim(0.12, 1.08)
    axes.set_yticks([0, 0.5, 1])
    axes.set_xticks([0.25, 0.5, 0.75, 1])


def _key(canvas: Canvas, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker="o", ms=4, mew=0, color=palette.accent(0), label="a trained network's feature"),
        Line2D([], [], color=palette.accent(1), lw=1.8, label="closed form"),
    ]
    canvas.legend(handles=marks, loc="outside upper left", ncols=2, labelcolor=palette.muted, borderpad=0)


def _short(kurtosis: float) -> str:
    return f"{kurtosis:g}"
