"""Phase diagrams: the closed forms beside what the best of several networks became."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.theory import pairing_boundaries

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

PHASES: Mapping[str, str] = MappingProxyType(
    {
        "ignore-extra": "extra feature left out",
        "ignore-other": "another left out",
        "pair-with-extra": "extra opposite another",
        "pair-without": "two others opposite",
        "another": "none of these",
    }
)
"""Which solutions there are, and what they are called in the key."""


def phase_figure(
    cells: polars.DataFrame, *, features: int, networks: int, name: str, title: str, alt: str, caption: str = ""
) -> Figure:
    """Two panels of cells, importance upward and density to the right falling, with the theory's boundaries on both.

    Args:
        cells: A row a cell of a full grid: `importance`, `density`, `theory`, `phase`, `decided`, `agrees`.
        features: How many; decides the boundaries.
        networks: Of how many each cell shows the best.
    """
    require_columns(cells, ("importance", "density", "theory", "phase", "decided", "agrees"), "phase_figure")
    cells = cells.sort("importance", "density")
    rows, columns = (np.unique(cells[axis].to_numpy()) for axis in ("importance", "density"))
    shape = len(rows), len(columns)
    named = [each for each in PHASES if each in {*cells["theory"], *cells["phase"]}]
    decided, agrees = (cells[each].to_numpy().reshape(shape) for each in ("decided", "agrees"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        left, right = canvas.subplots(1, 2, sharex=True, sharey=True)
        for axes, what, heading in (
            (left, "theory", "closed forms"),
            (right, "phase", f"best of {networks} network{'s' * (networks != 1)}"),
        ):
            found = np.array([[*PHASES].index(each) for each in cells[what]]).reshape(shape)
            _colored(axes, found, rows, columns, palette)
            _boundaries(axes, features, palette)
            axes.set_title(heading)
            axes.set_xlabel("1 − S, how often a feature is on")
        left.set_ylabel("importance of the extra feature")
        _marked(right, decided & ~agrees, rows, columns, "x", palette)
        _marked(right, ~decided, rows, columns, ".", palette)
        _key(canvas, named, palette)

    wrong = int((decided & ~agrees).sum())
    said = (
        f"{features} features, {features - 1} dimension{'s' * (features > 2)}; {cells.height} cells, {networks} network"
        f"{'s' * (networks != 1)} in each. Lines: where the "
        f"cheapest closed form changes. Dots: the two best are within 10 %. Crosses: they are not, and the network "
        f"disagrees ({wrong} of {int(decided.sum())} cells)."
    )
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (7.2, 4.5))


def _colored(axes: Axes, found: np.ndarray, rows: np.ndarray, columns: np.ndarray, palette: Palette) -> None:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    colors = ListedColormap(_fills(palette))
    norm = BoundaryNorm(np.arange(len(PHASES) + 1) - 0.5, len(PHASES))
    axes.pcolormesh(_edges(columns), _edges(rows), found, cmap=colors, norm=norm, edgecolors=palette.surface, lw=0.3)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(_edges(columns)[-1], _edges(columns)[0])
    axes.set_ylim(_edges(rows)[0], _edges(rows)[-1])
    axes.set_xticks([1, 0.3, 0.1, 0.03, 0.01], ["1", ".3", ".1", ".03", ".01"])
    axes.set_yticks([0.1, 0.3, 1, 3, 10], [".1", ".3", "1", "3", "10"])
    axes.minorticks_off()
    axes.grid(visible=False)


def _fills(palette: Palette) -> list[str]:
    """The accents, moved halfway to the surface; faint for what has no name."""
    from matplotlib.colors import to_hex, to_rgb

    surface = np.array(to_rgb(palette.surface))
    mixed = [to_hex(tuple(0.62 * np.array(to_rgb(palette.accent(place))) + 0.38 * surface)) for place in (0, 1, 2, 3)]
    return [*mixed, palette.rule]


def _edges(centers: np.ndarray) -> np.ndarray:
    """The borders of cells on a logarithmic axis."""
    at = np.log(centers)
    step = at[1] - at[0] if len(at) > 1 else 1.0
    return np.exp(np.concatenate([at - step / 2, at[-1:] + step / 2]))


def _boundaries(axes: Axes, features: int, palette: Palette) -> None:
    below, above = np.geomspace(0.05, 1, 100), np.geomspace(1, 20, 100)
    curves = [(pairing_boundaries(below)["ignore-extra"], below)]
    curves.append((pairing_boundaries(above)["ignore-other"] if features == 2 else np.full(100, 4 / 7), above))
    curves.append((np.array([4 / 7, 1.2]), np.ones(2)))
    if features > 2:
        curves.append((np.array([0.005, 4 / 7]), np.ones(2)))
    for density, importance in curves:
        axes.plot(density, importance, color=palette.ink, lw=1.4, scalex=False, scaley=False)


def _marked(axes: Axes, where: np.ndarray, rows: np.ndarray, columns: np.ndarray, mark: str, palette: Palette) -> None:
    down, across = np.nonzero(where)
    size, edge = (5, 1.2) if mark == "x" else (3, 0)
    axes.plot(columns[across], rows[down], mark, color=palette.ink, ms=size, mew=edge)


def _key(canvas: Canvas, named: list[str], palette: Palette) -> None:
    from matplotlib.patches import Patch

    fills = _fills(palette)
    marks = [Patch(color=fills[[*PHASES].index(each)], label=PHASES[each]) for each in named]
    canvas.legend(handles=marks, loc="outside lower center", ncols=min(3, len(marks)), labelcolor=palette.ink)
