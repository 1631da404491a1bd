"""What the verdicts of one pair rest on: every seed a dot, a column a quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.examiner.verdicts import FINDINGS, Bounds
from tropism.subjects.generalization.figures._grid import heights, in_order, label_inches, only, seeds_words, wrapped
from tropism.subjects.generalization.figures.verdicts import verdict_words

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLUMNS = {
    "accuracy_x": "accuracy\non X",
    "accuracy_y": "accuracy\non Y",
    "suppression": "suppres-\nsion",
    "worst": "worst la-\ntent score",
    "gap": "probe\ngap",
    "returned": "back be-\nhind gate",
}
"""What is shown, and what its column is headed."""
DAMAGED = "damage_returned"
"""What comes back by damage to the weights, shown too where it was measured."""

MARKS = {
    "x not learned": "x",
    "undecided": "+",
    "performed": "o",
    "gated": "s",
    "absent": "D",
    "dormant": "^",
    "suppressed": "v",
}
_COLORS = {"performed": 1, "suppressed": 4, "gated": 5, "dormant": 0, "absent": 2}


def evidence_figure(
    judged: polars.DataFrame,
    pair: str,
    *,
    bounds: Bounds | None = None,
    name: str = "",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Techniques down, six quantities across: a dot a seed, its form and color the verdict, and a line at their mean.

    Args:
        judged: A row a pair, technique and seed, as `examiner.verdicts.judged` gives it.
        bounds: What counted as what; dashed.
    """
    require_columns(judged, ("pair", "row", "seed", "verdict", *COLUMNS), "evidence_figure")
    mine = only(judged, "pair", pair, "evidence_figure")
    rows, bound = in_order(mine, None), bounds or Bounds()
    columns = {**COLUMNS, DAMAGED: "back by\ndamage"} if DAMAGED in mine.columns else COLUMNS
    at = {
        DAMAGED: bound.returned,
        "suppression": bound.suppressed,
        "worst": bound.absent,
        "gap": bound.readable,
        "returned": bound.returned,
    }

    def draw(canvas: Canvas, palette: Palette) -> None:
        places = heights(rows)
        grid = canvas.subplots(1, len(columns), sharey=True)
        for axes, (column, heading) in zip(grid, columns.items(), strict=True):
            _draw_column(axes, mine, column, places, palette)
            axes.set_title(heading, fontsize=9.5, fontweight="normal")
            if column in at:
                axes.axvline(at[column], color=palette.ink, lw=0.9, ls="--", zorder=1)
        grid[0].set_ylim(max(places.values()) + 0.6, -0.6)
        grid[0].set_yticks([*places.values()], [wrapped(row) for row in rows], color=palette.ink, linespacing=0.95)
        _key(canvas, mine["verdict"].to_list(), palette)

    missing = int(mine.select(*columns).null_count().sum_horizontal().item())
    said = (
        f"{caption} {seeds_words(mine['seed'].n_unique())}, a mark each; the line is their mean. Dashed: what counted "
        f"as suppressed, absent, readable and returned. {missing or 'No'} number{'s' * (missing != 1)} missing. "
        "Accuracies on examples that nobody trained on."
    )
    size = (max(7.0, label_inches(rows) + 0.92 * len(columns)), 1.4 + 0.33 * len(rows))
    known = title or f"{pair}: what the verdicts rest on"
    return Figure(name or f"{pair}-evidence", known, _alt(mine, pair, rows), said.strip(), draw, size)


def _draw_column(axes: Axes, mine: polars.DataFrame, column: str, places: dict[str, float], palette: Palette) -> None:
    spots: dict[str, list[tuple[float, float]]] = {}
    means: list[tuple[float, float]] = []
    for row, y in places.items():
        part = mine.filter(mine["row"] == row)
        told = [(each[column], each["verdict"]) for each in part.iter_rows(named=True) if each[column] is not None]
        for place, (value, verdict) in enumerate(told):  # seeds below each other, or they would hide
            spots.setdefault(verdict, []).append((value, y + 0.44 * ((place + 0.5) / len(told) - 0.5)))
        means += [(float(np.mean([value for value, _ in told])), y)] if told else []
    for verdict, each in spots.items():
        edge = 1.1 if MARKS[verdict] in "x+" else 0.0
        axes.plot(*zip(*each, strict=True), ls="", marker=MARKS[verdict], ms=4, mew=edge, zorder=3,
                  color=_color(verdict, palette))  # fmt: skip
    axes.vlines([x for x, _ in means], [y - 0.36 for _, y in means], [y + 0.36 for _, y in means], color=palette.ink,
                lw=1.2, zorder=4)  # fmt: skip
    axes.grid(axis="y", visible=True)
    low, high = axes.get_xlim()
    axes.set_xlim(min(-0.08, low), max(1.08, high))
    axes.set_xticks([0, 1], ["0", "1"])
    axes.tick_params(axis="y", length=0)


def _color(verdict: str, palette: Palette) -> str:
    return palette.accent(_COLORS[verdict]) if verdict in _COLORS else palette.muted


def _key(canvas: Canvas, verdicts: list[str], palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker=MARKS[each], ms=5, color=_color(each, palette), label=verdict_words(each))
        for each in FINDINGS
        if each in verdicts
    ]
    canvas.legend(handles=marks, loc="outside lower center", ncols=min(6, len(marks)), labelcolor=palette.ink,
                  handletextpad=0.3, columnspacing=1.1, borderpad=0, fontsize=9.5)  # fmt: skip


def _alt(mine: polars.DataFrame, pair: str, rows: list[str]) -> str:
    mixed = [row for row in rows if mine.filter(mine["row"] == row)["verdict"].n_unique() > 1]
    said = f"Seeds have different verdicts after {', '.join(mixed)}." if mixed else "All seeds of a row agree."
    return (
        f"Strips of dots, {len(rows)} rows of {pair}, by accuracy on X and on Y, suppression, worst latent score, "
        f"probe gap and what returns behind a gate or by damage. {said}"
    )
