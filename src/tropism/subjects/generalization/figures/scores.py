"""Scores as heat-maps: techniques by pairs, or techniques by attacks; cool where Y is gone, warm where it is there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import UnknownName
from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.examiner.cells import ENDS
from tropism.subjects.generalization.figures._grid import (
    cell,
    in_order,
    label_inches,
    legible,
    only,
    ruled,
    seeds_words,
    shade,
    short,
    wrapped,
)

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SCORES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "suppression": ("Suppression of Y", "0: Y is answered as before; 1: as by chance."),
        "worst": (
            "Latent score of Y under the worst attack",
            "0: Y is as hard to learn as for fresh networks; 1: as easy as for networks that know it.",
        ),
        "gap": ("What a probe reads of Y, beyond fresh networks", "Accuracy less that on fresh networks."),
        "returned": (
            "What comes back of Y behind a gate",
            "When what tells X from Y is taken away: 0, nothing; 1, all that was missing of the base's accuracy.",
        ),
        "accuracy_x": ("Accuracy on X", "Of examples that nobody trained on."),
        "accuracy_y": ("Accuracy on Y", "Of examples that nobody trained on."),
        "legal_y": ("Accuracy on Y among legal answers", "Of examples that nobody trained on."),
    }
)
"""What may be shown, its title, and what its numbers mean."""

_HIGH_IS_GONE = ("suppression",)


def score_figure(
    cells: polars.DataFrame,
    column: str,
    *,
    seeds: polars.DataFrame | None = None,
    name: str = "",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Techniques down, pairs across: a score of each cell, written in it; colors go on beyond 0 and 1.

    Args:
        cells: A row a pair and technique: `pair`, `row`, `n` and the score's column, a mean over seeds.
        column: One of `SCORES`.
        seeds: A row a pair, technique and seed; with it the standard deviation over seeds stands below each mean.
    """
    if column not in SCORES:
        raise UnknownName("score", column, SCORES, "score_figure")
    require_columns(cells, ("pair", "row", "n", column), "score_figure")
    rows, pairs = in_order(cells), list(dict.fromkeys(cells["pair"].to_list()))
    found = {(each["row"], each["pair"]): each[column] for each in cells.iter_rows(named=True)}
    stds = {} if seeds is None else _stds(seeds, column, "pair")
    known, means = SCORES[column]
    counts = sorted(set(cells["n"].to_list()))
    n = f"Means over {seeds_words(*counts)}"
    said = f"{caption} {means} {n}{'; ±: their standard deviation' * bool(stds)}. {_CAPTION}".strip()
    alt = _alt(known, found, column in _HIGH_IS_GONE)
    draw = _drawing(rows, pairs, found, stds, column, known)
    size = (max(4.6, label_inches(rows) + 1.0 * len(pairs)), 1.5 + (0.4 if stds else 0.31) * len(rows))
    return Figure(name or f"score-{column.replace('_', '-')}", title or known, alt, said, draw, size)


def attack_figure(
    latent: polars.DataFrame,
    pair: str,
    *,
    name: str = "",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Techniques down, attacks across: the latent score of each at the rate that finds most; the worst is ringed.

    Args:
        latent: A row a pair, attack, rate, technique and seed, as `examiner.scores.latent_scores` gives it.
        pair: Of which.
    """
    require_columns(latent, ("pair", "attack", "rate", "row", "seed", "latent"), "attack_figure")
    mine = only(latent, "pair", pair, "attack_figure")
    rows, attacks = in_order(mine, None), list(dict.fromkeys(mine["attack"].to_list()))
    found, stds = _worst_rates(mine)
    known = f"Latent score of {pair}'s Y by attack"
    n = mine["seed"].n_unique()
    said = (
        f"{caption} {SCORES['worst'][1]} Means over {seeds_words(n)}; the largest standard deviation over seeds is "
        f"{short(max(stds.values(), default=math.nan))}. Of an attack at several learning rates, the one with the "
        f"largest mean. Ring: a row's worst attack. {_CAPTION}"
    ).strip()
    draw = _drawing(rows, attacks, found, {}, "worst", "latent score", ring=True)
    size = (max(4.6, label_inches(rows) + 0.62 * len(attacks)), 2.3 + 0.31 * len(rows))
    return Figure(name or f"{pair}-attacks", title or known, _attack_alt(found, pair), said, draw, size)


_CAPTION = "Darker, or in the dark brighter, beyond 0 and 1; –: nothing to show."


def _drawing(
    rows: Sequence[str],
    columns: Sequence[str],
    found: Mapping[tuple[str, str], float | None],
    stds: Mapping[tuple[str, str], float],
    column: str,
    label: str,
    *,
    ring: bool = False,
) -> Callable[[Canvas, Palette], None]:
    """What draws the cells, the ring of each row's largest, and the scale."""
    turned = column in _HIGH_IS_GONE
    finite = [each for each in found.values() if each is not None and math.isfinite(each)]
    span = min([0.0, *finite]), max([1.0, *finite])
    ends = (1 - span[1], 1 - span[0]) if turned else span

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        upright = ring and max(map(len, columns)) > 7
        heads = columns if upright else [wrapped(each, 14) for each in columns]
        places = ruled(axes, rows, heads, palette, upright=upright)
        for row in rows:
            for x, name in enumerate(columns):
                value = found.get((row, name))
                if value is None or not math.isfinite(value):
                    axes.text(x, places[row], "–", ha="center", va="center", color=palette.muted)
                    continue
                color = shade(1 - value if turned else value, palette, ends)
                cell(axes, x, places[row], color)
                _write(axes, x, places[row], value, stds.get((row, name)), legible(color), wide=bool(stds))
            if ring:
                _ring(axes, places[row], [found.get((row, name)) for name in columns], palette)
        _scale(canvas, axes, palette, label, span, turned=turned)

    return draw


def _write(axes: Axes, x: int, y: float, value: float, std: float | None, ink: str, *, wide: bool) -> None:
    shift = 0.17 if wide else 0.0
    axes.text(x, y - shift, short(value), ha="center", va="center", color=ink, fontsize=10)
    if std is not None and math.isfinite(std):
        axes.text(x, y + 0.22, f"± {short(std)}", ha="center", va="center", color=ink, fontsize=8)


def _ring(axes: Axes, y: float, values: Sequence[float | None], palette: Palette) -> None:
    finite = [-math.inf if each is None or not math.isfinite(each) else each for each in values]
    if max(finite) > -math.inf:
        cell(axes, int(np.argmax(finite)), y, "none", edge=palette.ink, width=1.6)


def _scale(
    canvas: Canvas, axes: Axes, palette: Palette, label: str, span: tuple[float, float], *, turned: bool
) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    low, high = span
    ends = (1 - high, 1 - low) if turned else span
    values = np.linspace(low, high, 256)
    colors = ListedColormap([shade(1 - each if turned else each, palette, ends) for each in values])
    bar = canvas.colorbar(ScalarMappable(Normalize(low, high), colors), ax=axes, location="bottom", aspect=40,
                          shrink=0.9, pad=0.02)  # fmt: skip
    ticks = [
        each for each in sorted({low, 0.0, 0.5, 1.0, high}) if each in (0.0, 0.5, 1.0) or abs(each - round(each)) > 0.08
    ]
    bar.set_ticks(ticks, labels=[_tick(each) for each in ticks])
    bar.set_label(f"{label[:1].lower()}{label[1:]}\nwarm: Y is there; cool: gone", color=palette.muted, fontsize=10)
    bar.outline.set_visible(False)  # type: ignore[operator]


def _tick(value: float) -> str:
    return f"{value:.0f}" if value in (0.0, 1.0) else ".5" if value == 0.5 else short(value)


def _stds(seeds: polars.DataFrame, column: str, across: str) -> dict[tuple[str, str], float]:
    require_columns(seeds, (across, "row", column), "score_figure")
    found = {}
    for (name, row), part in seeds.group_by([across, "row"], maintain_order=True):
        finite = part[column].drop_nulls().to_numpy().astype(float)
        found[str(row), str(name)] = float(np.std(finite, ddof=1)) if len(finite) > 1 else math.nan
    return found


def _worst_rates(mine: polars.DataFrame) -> tuple[dict[tuple[str, str], float | None], dict[tuple[str, str], float]]:
    """By technique and attack, the largest mean of all rates, and its standard deviation over seeds."""
    found: dict[tuple[str, str], float | None] = {}
    stds: dict[tuple[str, str], float] = {}
    for (row, attack, _), part in mine.group_by(["row", "attack", "rate"], maintain_order=True):
        finite = part["latent"].drop_nulls().to_numpy().astype(float)
        spot, mean = (str(row), str(attack)), float(finite.mean()) if len(finite) else None
        before = found.get(spot)
        if spot not in found or (mean is not None and (before is None or mean > before)):
            found[spot] = mean
            if len(finite) > 1:
                stds[spot] = float(np.std(finite, ddof=1))
    return found, stds


def _alt(known: str, found: Mapping[tuple[str, str], float | None], high_is_gone: bool) -> str:
    told = {spot: each for spot, each in found.items() if each is not None and spot[0] not in ENDS}
    if not told:
        return f"{known}: a grid without numbers."
    ordered = sorted(told, key=lambda spot: told[spot], reverse=high_is_gone)
    (one, other), middle = (ordered[0], ordered[-1]), float(np.median([*told.values()]))
    beyond = sum(each < 0 for each in told.values()), sum(each > 1 for each in told.values())
    return (
        f"{known}, a grid of techniques by pairs. Y is furthest gone after {one[0]} on {one[1]}, "
        f"{short(told[one])}, and least after {other[0]} on {other[1]}, {short(told[other])}; the median of "
        f"{len(told)} cells is {short(middle)}, {beyond[0]} are below 0 and {beyond[1]} above 1."
    )


def _attack_alt(found: Mapping[tuple[str, str], float | None], pair: str) -> str:
    tops: dict[str, tuple[float, str]] = {}
    for (row, attack), value in found.items():
        if value is not None and row not in ENDS:
            tops[row] = max(tops.get(row, (-math.inf, "")), (value, attack))
    names = [attack for _, attack in tops.values()]
    counted = ", ".join(
        f"{each} for {names.count(each)}" for each in sorted({*names}, key=lambda e: (-names.count(e), e))
    )
    least = min(tops, key=lambda row: tops[row][0], default="")
    said = f" Under its worst attack, {least} has the least left, {short(tops[least][0])}." if least else ""
    return f"Latent scores on {pair}, techniques by attacks. The worst attack is {counted or 'unknown'}.{said}"
