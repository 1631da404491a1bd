"""How networks come to generalize: accuracy against the step, and when each network was there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import count_words, groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

ACROSS = 3
"""Panels in a row."""


def accuracy_figure(
    table: polars.DataFrame, *, name: str, title: str, alt: str, caption: str = "", level: float = 0.99
) -> Figure:
    """A panel a preset: each network's accuracy on the pairs it was trained on and on those held out.

    Args:
        table: A row a network and look: `preset`, `member`, `step`, `seen` and `held_out`.
        level: Where a dotted line stands.
    """
    require_columns(table, ("preset", "member", "step", "seen", "held_out"), "accuracy_figure")
    panels = groups(table, "preset")
    across = min(ACROSS, len(panels))
    rows = math.ceil(len(panels) / across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(rows, across, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.ravel()):
            if place >= len(panels):
                axes.set_axis_off()
                continue
            _draw_panel(axes, *panels[place], palette, level)
            if place + across >= len(panels):
                axes.set_xlabel("step")
        for row in grid:
            row[0].set_ylabel("accuracy")
        _draw_key(canvas, palette)

    counts = {count_words(part["member"].n_unique(), 0, "network") for _, part in panels}
    each = f"{counts.pop()} each" if len(counts) == 1 else "one line a network"
    said = f"A line a network, {each}; dotted: {level:.0%}; steps on a logarithmic axis.".replace("%", " %")
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (2.25 * across + 0.5, 1.9 * rows + 0.6))


def steps_figure(
    table: polars.DataFrame,
    *,
    told: Mapping[str, tuple[float, ...]],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
) -> Figure:
    """A row of dots a preset: the first step at which each network was there, those that never were at the right edge.

    Args:
        table: A row a network: `preset` and `first`, null where it never was.
        told: What the source says: steps by preset, drawn as a bar from the least to the most.
    """
    require_columns(table, ("preset", "first"), "steps_figure")
    rows = [(preset, numbers(part, "first", "steps_figure")) for preset, part in groups(table, "preset")]
    known = [step for _, steps in rows for step in steps if np.isfinite(step)] + [
        s for each in told.values() for s in each
    ]
    low, high = min(known, default=1.0) / 1.2, max(known, default=10.0) * 1.15
    never = high * 1.25
    missing = any(~np.isfinite(steps).all() for _, steps in rows)

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.set_xscale("log")
        for place, (preset, steps) in enumerate(rows):
            _draw_told(axes, told.get(preset, ()), -place, palette)
            _draw_steps(axes, np.sort(steps), -place, never, palette)
        axes.set_yticks([-place for place in range(len(rows))], [preset for preset, _ in rows], color=palette.ink)
        axes.set_ylim(0.6 - len(rows), 0.6)
        axes.set_xlim(low, never * 1.12 if missing else high)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        _name_steps(axes, low, high, never if missing else None, palette)
        _draw_steps_key(canvas, palette, missing)

    counts = {len(steps) for _, steps in rows}
    each = f"{counts.pop()} a row" if len(counts) == 1 else "as many as there are"
    said = f"A dot a network, {each}; line: their median, where more than half were there. Bar: what the source tells."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 1.2 + 0.36 * len(rows)))


def _draw_panel(axes: Axes, preset: str, part: polars.DataFrame, palette: Palette, level: float) -> None:
    axes.axhline(level, color=palette.muted, lw=0.8, ls=(0, (1, 2)), zorder=1)
    for _, line in part.sort("step").group_by("member", maintain_order=True):
        axes.plot(line["step"], line["seen"], color=palette.accent(1), lw=1.0, alpha=0.75)
        axes.plot(line["step"], line["held_out"], color=palette.accent(0), lw=1.3, alpha=0.85)
    axes.set_title(preset, fontsize="small")
    axes.set_xscale("log")
    first, last = float(part["step"].min()), float(part["step"].max())  # type: ignore[arg-type]
    axes.set_xlim(first, last)
    axes.set_ylim(-0.03, 1.03)
    powers = [step for power in range(6) for step in (10**power, 3 * 10**power) if first <= step <= last]
    axes.set_xticks(powers, [f"{step}" if step < 1000 else f"{step // 1000}k" for step in powers])
    axes.minorticks_off()


def _draw_key(canvas: Canvas, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=palette.accent(1), lw=1.8, label="pairs trained on"),
        Line2D([], [], color=palette.accent(0), lw=1.8, label="pairs held out"),
    ]
    canvas.legend(handles=lines, loc="outside upper left", ncols=2, labelcolor="linecolor")


def _draw_told(axes: Axes, steps: tuple[float, ...], place: int, palette: Palette) -> None:
    if steps:
        axes.plot([min(steps), max(steps)], [place - 0.27] * 2, color=palette.muted, lw=3.5, solid_capstyle="butt")


def _draw_steps(axes: Axes, steps: np.ndarray, place: int, never: float, palette: Palette) -> None:
    there = steps[np.isfinite(steps)]
    color = palette.accent(0)
    heights = place + 0.12 * _stacked(there)
    axes.plot(there, heights, "o", ms=5, mew=0, color=color, alpha=0.8, clip_on=False)
    if 2 * len(there) > len(steps):
        middle = float(np.median(np.where(np.isfinite(steps), steps, np.inf)))
        axes.plot([middle] * 2, [place - 0.2, place + 0.34], color=palette.ink, lw=1.6)
    lost = len(steps) - len(there)
    if lost:
        axes.plot([never], [place], "o", ms=6, mfc="none", mec=palette.accent(1), mew=1.4, clip_on=False)
        axes.annotate(f"{lost}", (never, place), xytext=(7, 0), textcoords="offset points", va="center",
                      fontsize="small", color=palette.accent(1))  # fmt: skip


def _stacked(steps: np.ndarray) -> np.ndarray:
    """How many dots lie under each, of sorted steps, where they would overlap on a logarithmic axis."""
    levels = np.zeros(len(steps))
    for place in range(1, len(steps)):
        if np.log(steps[place] / steps[place - 1]) < 0.05:
            levels[place] = levels[place - 1] + 1
    return levels


def _name_steps(axes: Axes, low: float, high: float, never: float | None, palette: Palette) -> None:
    ticks = [each for power in range(8) for each in (10**power, 2 * 10**power, 5 * 10**power) if low <= each <= high]
    names = [f"{each:,}" for each in ticks]
    if never is not None:
        ticks, names = [*ticks, never], [*names, "never"]
    axes.set_xticks(ticks, names)
    axes.minorticks_off()
    axes.set_xlabel("first step with 99 % of held-out pairs right", color=palette.muted)


def _draw_steps_key(canvas: Canvas, palette: Palette, missing: bool) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker="o", ms=5, mew=0, color=palette.accent(0), label="a network"),
        Line2D([], [], color=palette.ink, lw=1.6, label="median"),
        Line2D([], [], color=palette.muted, lw=3.5, label="prototypes"),
    ]
    if missing:
        hollow = {"mfc": "none", "mec": palette.accent(1), "mew": 1.4}
        marks.append(Line2D([], [], ls="", marker="o", ms=6, label="how many never", **hollow))
    canvas.legend(handles=marks, loc="outside upper left", ncols=len(marks), labelcolor=palette.muted,
                  handletextpad=0.5, columnspacing=1.3)  # fmt: skip
