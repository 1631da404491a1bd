"""What became of Y: every technique on every pair, each cell with its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.examiner.cells import ENDS
from tropism.subjects.generalization.figures._grid import (
    cell,
    in_order,
    label_inches,
    ruled,
    seeds_words,
    short,
    wrapped,
)

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

FILLS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "performed": ("#f29a63", "#792a06"),
        "suppressed": ("#fbe489", "#786808"),
        "gated": ("#cdb1ee", "#563a8f"),
        "dormant": ("#a5d5f8", "#1d5f96"),
        "absent": ("#4fb39a", "#0c4f45"),
        "undecided": ("#ffffff", "#15191e"),
        "x not learned": ("#eaecef", "#2a3038"),
    }
)
"""By verdict, the cell's color in the light form and in the dark; from Y there to Y gone, then what is no verdict."""

WORDS: Mapping[str, str] = MappingProxyType({"x not learned": "X not learned"})
"""How a cell says it, where it is not the verdict's own name."""

_NEEDED = ("pair", "row", "verdict", "of", "n", "accuracy_x", "suppression", "worst")


def verdict_figure(
    cells: polars.DataFrame,
    *,
    titles: Mapping[str, str] | None = None,
    name: str = "verdicts",
    title: str = "What became of Y, technique by technique and pair by pair",
    caption: str = "",
) -> Figure:
    """Techniques down, pairs across: the verdict, the suppression S, the worst latent score R, and whose seeds agree.

    Args:
        cells: A row a pair and technique, as `examiner.verdicts.cells` gives it.
        titles: By pair, what stands below its name.
    """
    require_columns(cells, _NEEDED, "verdict_figure")
    rows, pairs = in_order(cells), list(dict.fromkeys(cells["pair"].to_list()))
    found = {(each["row"], each["pair"]): each for each in cells.iter_rows(named=True)}
    heads = [f"{pair}\n{wrapped((titles or {}).get(pair, ''), 13)}".strip() for pair in pairs]

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        places = ruled(axes, rows, heads, palette)
        for row in rows:
            for x, pair in enumerate(pairs):
                _draw_cell(axes, x, places[row], found.get((row, pair)), palette)
        _key(canvas, cells["verdict"].to_list(), palette)

    lines = max(head.count("\n") for head in heads) + 1
    size = (max(4.6, label_inches(rows) + 1.12 * len(pairs)), 1.0 + 0.17 * lines + 0.46 * len(rows))
    told = f"{caption} {_caption(cells)}".strip()
    return Figure(name, title, _alt(cells, rows, pairs), told, draw, size)


def verdict_fill(verdict: str, palette: Palette) -> str:
    """The color of a verdict."""
    return FILLS[verdict][palette.name == "dark"]


def verdict_words(verdict: str) -> str:
    """A verdict as readers see it."""
    return WORDS.get(verdict, verdict)


def _draw_cell(axes: Axes, x: int, y: float, told: dict[str, Any] | None, palette: Palette) -> None:
    if told is None:
        axes.text(x, y, "–", ha="center", va="center", color=palette.muted)
        return
    verdict = told["verdict"]
    lost, open_ = verdict == "x not learned", verdict == "undecided"
    cell(axes, x, y, verdict_fill(verdict, palette), edge=palette.muted if open_ else "none", width=0.8 * open_)
    ink = palette.muted if lost else palette.ink
    below = f"X {short(told['accuracy_x'])}" if lost else f"S {short(told['suppression'])}  R {short(told['worst'])}"
    left = x - 0.43
    axes.text(left, y - 0.19, verdict_words(verdict), va="center", color=ink, fontsize=9.5,
              fontweight="normal" if lost else "bold")  # fmt: skip
    axes.text(left, y + 0.2, below, va="center", color=ink, fontsize=9)
    agree, total = (int(each) for each in str(told["of"]).split("/"))
    _draw_seeds(axes, x + 0.43, y, agree, total, ink)


def _draw_seeds(axes: Axes, x: float, y: float, agree: int, total: int, ink: str) -> None:
    """A column of dots, a dot a seed, filled where it has the verdict; more than eight are written."""
    if total > 8:
        axes.text(x, y + 0.2, f"{agree}/{total}", ha="right", va="center", color=ink, fontsize=8)
        return
    step = min(0.22, 0.8 / total)
    for seed in range(total):
        face = ink if seed < agree else "none"
        high = y + (seed - (total - 1) / 2) * step
        axes.plot([x], [high], "o", ms=3.4, mfc=face, mec=ink, mew=0.8)


def _key(canvas: Canvas, verdicts: list[str], palette: Palette) -> None:
    from matplotlib.patches import Patch

    shown = [each for each in FILLS if each in verdicts]
    marks = [
        Patch(
            facecolor=verdict_fill(each, palette),
            edgecolor=palette.muted if each == "undecided" else "none",
            label=verdict_words(each),
        )
        for each in shown
    ]
    canvas.legend(handles=marks, loc="outside lower center", ncols=min(4, len(marks)), labelcolor=palette.ink,
                  handlelength=1.2, columnspacing=1.2, borderpad=0.2, fontsize=9.5)  # fmt: skip


def _caption(cells: polars.DataFrame) -> str:
    counts = sorted(set(cells["n"].to_list()))
    return (
        f"{seeds_words(*counts)} a cell. The verdict is that of more than half of them, or undecided; dots, filled if "
        "a seed has it, or a fraction say how many. S: suppression, 0 where Y is answered as before and 1 where it is "
        "answered by chance. R: latent score under each seed's worst attack, 0 where Y is as hard to learn as for "
        "fresh networks and 1 as easy as for networks that know it; both are means over seeds, and may lie beyond. X: "
        "accuracy on X, where it was not learned. –: the technique does not apply."
    )


def _alt(cells: polars.DataFrame, rows: list[str], pairs: list[str]) -> str:
    tried = [each for each in rows if each not in ENDS]
    treated = [each for each in cells.iter_rows(named=True) if each["row"] in tried]
    counts = {verdict: [each for each in treated if each["verdict"] == verdict] for verdict in FILLS}
    listed = ", ".join(f"{len(found)} {verdict_words(verdict)}" for verdict, found in counts.items() if found)
    said = (
        f"A grid of {len(tried)} technique{'s' * (len(tried) != 1)} and {len(pairs)} pair{'s' * (len(pairs) != 1)}, "
        f"below the rows of untreated networks. Of its {len(treated)} cells: {listed or 'none'}."
    )
    gone = [f"{each['row']} on {each['pair']}" for each in counts["absent"]]
    return f"{said} Y is absent after {', '.join(gone[:8])}{' and others' * (len(gone) > 8)}." if gone else said
