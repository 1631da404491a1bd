"""The pictures of the study `recovery-limits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._known_truth_marks import MARKS, bands, key_below, shades
from tropism.studies._limits_tables import PHASE_WIDTH
from tropism.studies._limits_theory import active_in_the_limit
from tropism.studies._limits_trials import CODERS

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Success by active atoms, the phase diagram, magnitudes, and learned dictionaries."""
    return [
        _success(tables["success"], tables["limits"]),
        _learned(tables["learned"]),
        _phase(tables["drawn-phase"], tables["edges"]),
        _magnitudes(tables["magnitudes"]),
    ]


def _success(table: polars.DataFrame, limits: polars.DataFrame) -> Figure:
    sizes = groups(table, "size")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(sizes), sharey=True, squeeze=False)[0]
        for axes, (words, part) in zip(grid, sizes, strict=True):
            bands(axes, part, "active", {name: name for name in CODERS}, palette)
            _levels(axes, limits.filter(size=words), palette)
            axes.set_title(f"{words.replace(' × ', ' dimensions, ')} atoms")
            axes.set_xlabel("active atoms, k")
            axes.set_xlim(left=0)
            axes.locator_params(axis="x", integer=True)
        grid[0].set_ylabel("share of codes got back")
        key_below(canvas, grid[0], 3)

    halves = "; ".join(
        f"{words}: " + ", ".join(f"{name} {np.nanmean(own[f'{name}, half'].to_numpy()):.1f}" for name in CODERS)
        for words, own in groups(limits, "size")
    )
    return Figure(
        "success",
        "How many active atoms are got back from a known dictionary",
        "A panel a size; falling lines, a coder each, of the share of codes got back against the number of active "
        f"atoms. Where they pass one half, by size: {halves}. Coherence vouches for the leftmost strip alone.",
        f"Mean of {limits['member'].n_unique()} dictionaries, with its 95 % bootstrap interval over them. Open marks: "
        "where half are got back in the limit of many atoms; a square without negative codes.",
        draw,
        (3.4 * len(sizes) + 0.8, 4.6),
    )


def _levels(axes: Axes, own: polars.DataFrame, palette: Palette) -> None:
    """What is certain, what is unique, and where the limit of many atoms has half."""
    axes.axvspan(0, float(np.mean(own["by_coherence"].to_numpy())), color=palette.muted, alpha=0.3, lw=0,
                 label="certain by coherence")  # fmt: skip
    axes.axvline(float(own["by_spark"][0]), color=palette.muted, ls="--", lw=1.2, label="unique up to here (spark)")
    for place, column in enumerate(("limit", "limit_non_negative")):
        axes.plot(float(own[column][0]), 0.5, marker=MARKS[place], ms=9, mfc="none", mec=palette.ink, mew=1.4, ls="",
                  label="limit of many atoms, half" if not place else None, zorder=4)  # fmt: skip


def _phase(pooled: polars.DataFrame, edges: polars.DataFrame) -> Figure:
    atoms, cells = (sorted(set(pooled[name].to_list())) for name in ("atoms", "active"))
    atoms = atoms[::-1]

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import Normalize

        grid = canvas.subplots(1, len(CODERS), sharex=True, sharey=True)
        for axes, name in zip(grid, CODERS, strict=True):
            own = {
                (row["active"], row["atoms"]): row["share"] for row in pooled.filter(coder=name).iter_rows(named=True)
            }
            shares = np.array([[own[k, count] for count in atoms] for k in cells])
            axes.pcolormesh(np.arange(len(atoms) + 1) - 0.5, _borders(cells), shares, cmap=shades(palette),
                                    vmin=0, vmax=1, edgecolors=palette.surface, lw=0.3)  # fmt: skip
            axes.grid(visible=False)
            if name in CODERS[:2]:
                limit = [active_in_the_limit(PHASE_WIDTH, count, non_negative=name == CODERS[1]) for count in atoms]
                axes.plot(range(len(atoms)), np.array(limit) / PHASE_WIDTH, color=palette.accent(1), lw=2.2)
            axes.set_title(name)
            axes.set_xticks(range(len(atoms)), [f"{PHASE_WIDTH / count:.2f}".lstrip("0") for count in atoms],
                            rotation=60)  # fmt: skip
            axes.set_xlabel("dimensions / atoms")
        grid[0].set_ylabel("active atoms / dimensions")
        canvas.colorbar(ScalarMappable(Normalize(0, 1), shades(palette)), ax=grid, label="share of codes got back")

    said = "; ".join(
        f"{name}: {np.mean(edges.filter(edges['atoms'] == atoms[0])[name].to_numpy()) / PHASE_WIDTH:.2f} to "
        f"{np.mean(edges.filter(edges['atoms'] == atoms[-1])[name].to_numpy()) / PHASE_WIDTH:.2f}"
        for name in CODERS
    )
    return Figure(
        "phase",
        "The phase diagram of recovery",
        "Four panels of colored cells, a coder each: dimensions per atom across, active atoms per dimension up. Strong "
        "color, all got back, lies below right. The mean height of the edge, from the most atoms to the fewest: "
        f"{said}. In the first two panels a line follows the edge.",
        f"{PHASE_WIDTH} dimensions, {min(atoms)} to {max(atoms)} atoms; {edges['member'].n_unique()} dictionaries, "
        f"{pooled['n'].min()} examples a cell. Lines: half of codes in the limit of many atoms.",
        draw,
        (11.2, 3.9),
    )


def _borders(cells: Sequence[int]) -> np.ndarray:
    """Between which heights the cell of each number of active atoms is drawn."""
    at = np.array(cells, float)
    between = (at[1:] + at[:-1]) / 2
    return np.concatenate([[at[0] - (between[0] - at[0])], between, [at[-1] + (at[-1] - between[-1])]]) / PHASE_WIDTH


def _magnitudes(table: polars.DataFrame) -> Figure:
    kinds = groups(table, "magnitudes")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(kinds), sharex=True, sharey=True)
        for axes, (words, part) in zip(grid, kinds, strict=True):
            bands(axes, part, "active", {"basis pursuit": "basis pursuit"}, palette)
            bands(axes, part, "active", {"OMP": "OMP"}, palette, first=3)
            axes.set_title(words)
            axes.set_xlabel("active atoms, k")
            axes.set_xticks(sorted(set(table["active"].to_list())))
            axes.set_ylim(-0.03, 1.05)
        grid[0].set_ylabel("share of codes got back")
        key_below(canvas, grid[0], 2)

    said = "; ".join(
        f"{words}: basis pursuit {np.mean(part['basis pursuit'].to_numpy()):.2f}, OMP "
        f"{np.mean(part['OMP'].to_numpy()):.2f}"
        for words, part in kinds
    )
    return Figure(
        "magnitudes",
        "How even magnitudes decide between OMP and basis pursuit",
        "Three panels, by how even the magnitudes of active atoms are; two lines against their number. Means over "
        f"numbers: {said}. Basis pursuit's line is about the same in all.",
        f"32 dimensions, 64 atoms; mean of {table['member'].n_unique()} dictionaries, with its 95 % bootstrap "
        "interval.",
        draw,
        (9.2, 3.6),
    )


def _learned(table: polars.DataFrame) -> Figure:
    sizes = groups(table, "size")
    ways = {("known", "active sets"): "known, active sets", ("known", "OMP"): "known, OMP",
            ("online", "OMP"): "learned online, OMP", ("K-SVD", "OMP"): "K-SVD, OMP",
            ("by lot", "OMP"): "by lot, OMP"}  # fmt: skip

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2, len(sizes), sharex="col", sharey="row", squeeze=False)
        for (upper, lower), (words, part) in zip(grid.T, sizes, strict=True):
            for place, ((dictionary, codes), said) in enumerate(ways.items()):
                own = part.filter(dictionary=dictionary, codes=codes)
                bands(upper, own, "active", {"same": said}, palette, first=place)
                if place:
                    bands(lower, own, "active", {"matched": said}, palette, first=place)
            upper.set_title(f"{words.replace(' × ', ' dimensions, ')} atoms")
            lower.set_xlabel("active atoms, k")
            lower.set_xticks(sorted(set(part["active"].to_list())))
            for axes in (upper, lower):
                axes.set_ylim(-0.03, 1.05)
        grid[0, 0].set_ylabel("same atoms as truly")
        grid[1, 0].set_ylabel("matched cosine")
        key_below(canvas, grid[0, 0], 2)

    most = table.filter(table["active"] == table["active"].max())
    ends = ", ".join(
        f"{said} {np.mean(most.filter(dictionary=pair[0], codes=pair[1])['same'].to_numpy()):.2f}"
        for pair, said in ways.items()
    )
    return Figure(
        "learned",
        "Whether a learned dictionary leads to the same codes",
        "Above, lines of the share of examples that are coded by the same atoms as truly, against the number of "
        f"active atoms; below, matched cosines. At the most active atoms the share is: {ends}.",
        f"Examples that nobody learned from; mean of {table['member'].n_unique()} dictionaries, with its 95 % "
        "bootstrap interval. By lot: as many directions anywhere.",
        draw,
        (max(6.4, 4.0 * len(sizes) + 1.2), 6.0),
    )
