"""Panels of a number against a setting: a mark a network, a line through means, and what chance would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.intervals import bootstrap
from tropism.figures.marks import groups, numbers
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SHAPES = ("o", "s", "^", "D", "v", "P")
_SHORT, _FEW = 6, 4


Keys = dict[tuple[bool, str], int]
"""By whether a line is plain and what it is called: which color and mark it has, or which dashes."""


@dataclass(frozen=True)
class Line:
    """One quantity against a setting.

    Attributes:
        words: What it is called.
        at: The settings, as they are written on the axis.
        values: Of each setting, one number a network.
        plain: Whether it is no result but a level to compare with: muted, in dashes of its own and without marks.
        joined: Whether a line goes through the means; not where settings have no order.
    """

    words: str
    at: tuple[str, ...]
    values: tuple[Float[np.ndarray, "E"], ...]
    plain: bool = False
    joined: bool = True


@dataclass(frozen=True)
class Panel:
    """Some lines on one pair of axes, with a level that is drawn straight across, if any.

    A share's axis goes from 0 to 1.
    """

    title: str
    lines: tuple[Line, ...]
    label: str = ""
    level: float | None = None
    share: bool = False


def line(table: polars.DataFrame, at: str, value: str, words: str, *, plain: bool = False, joined: bool = True) -> Line:
    """A line of a table with a row a network and setting; settings in the order of first appearance."""
    parts = [(name, numbers(part, value, "line")) for name, part in groups(table, at)]
    return Line(words, tuple(name for name, _ in parts), tuple(found for _, found in parts), plain, joined)


def swept_figure(
    panels: Sequence[Panel],
    *,
    name: str,
    title: str,
    alt: str,
    caption: str,
    x_label: str,
    across: int = 2,
    apart: bool = False,
) -> Figure:
    """Panels side by side; settings stand at even distances, the same in all panels.

    Args:
        apart: Whether each panel has settings of its own.
    """
    across = min(across, len(panels))
    down = math.ceil(len(panels) / across)
    shared = _places(panels)
    keys = {
        (plain, words): place for plain in (False, True) for place, words in enumerate(_words(panels, plain=plain))
    }  # colors and marks of results, dashes of levels

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(down, across, sharex=not apart, squeeze=False)
        for spare in grid.ravel()[len(panels) :]:
            spare.set_axis_off()
        for place, (axes, panel) in enumerate(zip(grid.ravel(), panels, strict=False)):
            _draw_panel(axes, panel, _places([panel]) if apart else shared, keys, palette)
            if place + across >= len(panels):
                axes.set_xlabel(x_label)
                axes.tick_params(labelbottom=True)
        _draw_key(canvas, panels, palette)

    counts = sorted({len(found) for panel in panels for each in panel.lines for found in each.values})
    n = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    said = f"A mark a network, {n} a setting; lines go through means, bars are their 95 % bootstrap intervals."
    return Figure(name, title, alt, f"{caption} {said}", draw, (0.6 + 3.4 * across, 0.9 + 2.5 * down))


def _places(panels: Sequence[Panel]) -> dict[str, int]:
    """Where each setting stands: numbers by size, words in the order of first appearance."""
    found = list(dict.fromkeys(at for panel in panels for each in panel.lines for at in each.at))
    if all(each.replace(".", "", 1).isdigit() for each in found):
        found.sort(key=float)
    return {at: place for place, at in enumerate(found)}


def _words(panels: Sequence[Panel], *, plain: bool) -> list[str]:
    return list(dict.fromkeys(each.words for panel in panels for each in panel.lines if each.plain == plain))


def _draw_panel(axes: Axes, panel: Panel, places: dict[str, int], keys: Keys, palette: Palette) -> None:
    axes.set_title(panel.title, fontsize="small")
    axes.set_ylabel(panel.label)
    words = any(len(each) > _SHORT for each in places) and len(places) > _FEW
    axes.set_xticks(list(places.values()), list(places), rotation=30 if words else 0, ha="right" if words else "center")
    axes.set_xlim(-0.5, len(places) - 0.5)
    if panel.share:
        axes.set_ylim(-0.04, 1.04)
    if panel.level is not None:
        axes.axhline(panel.level, color=palette.ink, lw=1.0, ls=":")
    count = sum(not each.plain for each in panel.lines)
    drawn = 0
    for each in panel.lines:
        aside = 0.0 if each.plain else 0.12 * (drawn - (count - 1) / 2)
        drawn += not each.plain
        _draw_line(axes, each, [places[at] + aside for at in each.at], keys[each.plain, each.words], palette)


def _draw_line(axes: Axes, each: Line, x: list[float], place: int, palette: Palette) -> None:
    kept = [found[np.isfinite(found)] for found in each.values]
    means = [float(found.mean()) if len(found) else math.nan for found in kept]
    if each.plain:
        axes.plot(x, means, ls=_dashes(place), lw=1.3, marker="" if len(x) > 1 else "_", ms=14, color=palette.muted)
        return
    color = palette.accent(place)
    if each.joined:
        axes.plot(x, means, color=color, lw=1.8)
    for at, found in zip(x, kept, strict=True):
        if not len(found):
            continue
        axes.plot([at] * len(found), found, ls="", marker=SHAPES[place % len(SHAPES)], ms=4, mew=0, color=color,
                  alpha=0.6)  # fmt: skip
        interval = bootstrap(found, seed=0)
        axes.plot([at, at], [interval.low, interval.high], color=color, lw=2.6, alpha=0.45, solid_capstyle="butt")


def _dashes(place: int) -> str | tuple[int, tuple[int, ...]]:
    return ("--", "-.", (0, (8, 2, 1, 2, 1, 2)))[place % 3]


def _draw_key(canvas: Canvas, panels: Sequence[Panel], palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=palette.accent(place), marker=SHAPES[place % len(SHAPES)], ms=5, mew=0, label=words)
        for place, words in enumerate(_words(panels, plain=False))
    ]
    marks += [
        Line2D([], [], color=palette.muted, ls=_dashes(place), lw=1.3, label=words)
        for place, words in enumerate(_words(panels, plain=True))
    ]
    canvas.legend(handles=marks, loc="outside upper left", ncols=2, handletextpad=0.5)
