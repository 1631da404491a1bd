"""How soon Y comes back under attack, beside networks that know it and networks that know nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.examiner.cells import BASE, ENDS, FRESH, GOLD
from tropism.subjects.generalization.examiner.scores import area_of
from tropism.subjects.generalization.figures._grid import in_order, only, seeds_words, short, wrapped

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

KEY_INCHES = 1.9
"""About how wide an entry of a key is."""
ACROSS = 4
"""Panels in a row."""
DASHES = {BASE: "-", FRESH: "--", GOLD: "-."}
_NEEDED = ("pair", "attack", "rate", "row", "seed", "step", "accuracy_y")


def relearning_figure(
    curves: polars.DataFrame,
    pair: str,
    attack: str,
    *,
    rate: float = 1.0,
    floor: float | None = None,
    name: str = "",
    title: str = "",
    caption: str = "",
) -> Figure:
    """A panel a technique: accuracy on Y against an attacker's steps, with untreated and fresh networks in grey.

    Args:
        curves: A row a pair, attack, rate, technique, seed and step, as `examiner.scores.curves` gives it.
        rate: The attacker's learning rate, in multiples of the pair's.
        floor: Accuracy of who has no idea, dotted.
    """
    require_columns(curves, _NEEDED, "relearning_figure")
    under = only(only(curves, "pair", pair, "relearning_figure"), "attack", attack, f"relearning_figure of {pair}")
    mine = only(under, "rate", rate, f"relearning_figure of {pair} under {attack!r}")
    lines = {row: _lines(mine.filter(mine["row"] == row)) for row in in_order(mine, None)}
    grey = {row: lines.pop(row) for row in ENDS if row in lines}
    panels = [_Panel(row, each, grey) for row, each in lines.items()]
    known = f"{pair}: Y under the attack “{attack}”{f' at {rate:g} times the rate' * (rate != 1)}"
    areas = {row: each.area for row, each in lines.items()}
    alt = f"Accuracy on Y of {pair} against steps of the attack {attack}, {_panels(panels)}. {_soonest(areas)}"
    return _figure(panels, floor, name or relearning_name(pair, attack), title or known, alt, caption)


def cell_figure(
    curves: polars.DataFrame,
    pair: str,
    row: str,
    *,
    floor: float | None = None,
    name: str = "",
    title: str = "",
    caption: str = "",
) -> Figure:
    """A panel an attack on one technique's networks: accuracy on Y against steps, at the rate that finds most of Y.

    Args as `relearning_figure` has them.
    """
    require_columns(curves, _NEEDED, "cell_figure")
    of_pair = only(curves, "pair", pair, "cell_figure")
    only(of_pair, "row", row, f"cell_figure of {pair}")
    panels = []
    for (attack,), part in of_pair.group_by(["attack"], maintain_order=True):
        by_rate = {float(rate): each for (rate,), each in part.group_by(["rate"], maintain_order=True)}  # type: ignore[arg-type]
        told = {rate: _lines(each.filter(each["row"] == row)) for rate, each in by_rate.items()}
        rate = max(told, key=lambda each: told[each].area)
        grey = {end: _lines(by_rate[rate].filter(by_rate[rate]["row"] == end)) for end in ENDS if end != row}
        panels.append(_Panel(f"{attack} ×{rate:g}" if len(told) > 1 else str(attack), told[rate], grey))
    areas = {panel.name: panel.lines.area for panel in panels}
    alt = f"Accuracy on Y of {pair} after {row}, against steps of each attack, {_panels(panels)}. {_soonest(areas)}"
    said = f"{caption} Of an attack at several learning rates, the one that finds most of Y; × is its multiple.".strip()
    return _figure(panels, floor, name or cell_name(pair, row), title or f"{pair}: {row}", alt, said)


def relearning_name(pair: str, attack: str) -> str:
    """What the figure of a pair under an attack is called."""
    return f"{pair}-relearning-{attack.replace(' ', '-')}"


def cell_name(pair: str, row: str) -> str:
    """What the figure of a cell is called, and what a table's cell leads to."""
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in row).split()
    return f"{pair}-{'-'.join(words).lower()}"


@dataclass(frozen=True)
class _Lines:
    steps: np.ndarray
    values: np.ndarray  # [E, V]

    @property
    def mean(self) -> np.ndarray:
        some = np.isfinite(self.values).any(0)
        return np.where(some, np.nanmean(np.where(some, self.values, 0.0), axis=0), np.nan)

    @property
    def area(self) -> float:
        """The mean over log(1 + step) of the best accuracy so far."""
        return area_of(self.steps, np.nan_to_num(self.mean)) if len(self.steps) > 1 else float("nan")


@dataclass(frozen=True)
class _Panel:
    name: str
    lines: _Lines
    grey: dict[str, _Lines]


def _lines(part: polars.DataFrame) -> _Lines:
    if part.height == 0:
        return _Lines(np.zeros(0), np.zeros((0, 0)))
    wide = part.pivot("step", index="seed", values="accuracy_y").drop("seed")
    steps = np.array([int(each) for each in wide.columns])
    order = np.argsort(steps)
    return _Lines(steps[order], wide.to_numpy().astype(float)[:, order])


def _figure(panels: Sequence[_Panel], floor: float | None, name: str, title: str, alt: str, caption: str) -> Figure:
    across = min(ACROSS, len(panels))
    down = -(-len(panels) // across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, panel in zip(grid, panels, strict=False):
            _draw_panel(axes, panel, floor, palette)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        for place in range(len(panels)):
            grid[place].tick_params(labelbottom=place + across >= len(panels))
        _key(canvas, panels, floor, palette)
        canvas.supxlabel("attacker's steps", color=palette.muted, fontsize=10.5)
        canvas.supylabel("accuracy on Y", color=palette.muted, fontsize=10.5)

    n = max(len(panel.lines.values) for panel in panels)
    said = (
        f"{caption} Thin lines: {seeds_words(n)}; thick: their mean. Grey: networks that know X and Y, fresh ones, and "
        "gold ones where there are any, under the same attack. Steps on a scale of log(1 + step). Judged on examples "
        "that nobody trained on."
    )
    return Figure(name, title, alt, said.strip(), draw, (max(3.6, 1.75 * across + 0.4), 1.45 * down + 0.9))


def _draw_panel(axes: Axes, panel: _Panel, floor: float | None, palette: Palette) -> None:
    for row, lines in panel.grey.items():
        dashes = DASHES[row]
        for line in lines.values:
            axes.plot(np.log1p(lines.steps), line, color=palette.muted, lw=0.6, alpha=0.3, ls=dashes)
        if len(lines.values):
            axes.plot(np.log1p(lines.steps), lines.mean, color=palette.muted, lw=1.6, ls=dashes)
    color = palette.accent(0)
    for line in panel.lines.values:
        axes.plot(np.log1p(panel.lines.steps), line, color=color, lw=0.7, alpha=0.5)
    axes.plot(np.log1p(panel.lines.steps), panel.lines.mean, color=color, lw=2.2)
    if floor is not None:
        axes.axhline(floor, color=palette.muted, lw=0.9, ls=":")
    axes.set_title(wrapped(panel.name, 19), fontsize=10)
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
    last = int(panel.lines.steps[-1])
    ticks = [each for each in (0, 10, 100, 1000, 10000) if each <= last]
    axes.set_xticks(np.log1p(ticks), [f"{each:,}" for each in ticks])
    axes.set_xlim(0, np.log1p(last) * 1.02)


def _key(canvas: Canvas, panels: Sequence[_Panel], floor: float | None, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    words = {BASE: "knows X and Y (base)", FRESH: "fresh", GOLD: "knows X, cannot have Y (gold)"}
    marks = [Line2D([], [], color=palette.accent(0), lw=2.2, label="treated")]
    ends = dict.fromkeys(row for panel in panels for row, lines in panel.grey.items() if len(lines.values))
    marks += [Line2D([], [], color=palette.muted, lw=1.6, ls=DASHES[row], label=words[row]) for row in ends]
    if floor is not None:
        marks.append(Line2D([], [], color=palette.muted, lw=0.9, ls=":", label=f"no idea ({short(floor)})"))
    across = max(2, int(canvas.get_figwidth() // KEY_INCHES))
    canvas.legend(handles=marks, loc="outside upper left", ncols=min(across, len(marks)), labelcolor=palette.muted,
                  borderpad=0, columnspacing=1.2, handlelength=1.6, fontsize=9.5)  # fmt: skip


def _panels(panels: Sequence[_Panel]) -> str:
    return "a panel each of " + ", ".join(panel.name for panel in panels)


def _soonest(areas: dict[str, float]) -> str:
    ordered = sorted((each for each in areas if np.isfinite(areas[each])), key=lambda each: -areas[each])
    if len(ordered) < 2:
        return "The treated line stands beside grey ones."
    return f"Y comes back soonest under “{ordered[0]}” and least under “{ordered[-1]}”, by the mean over log steps."
