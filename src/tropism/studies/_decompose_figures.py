"""The pictures of a decomposition, from its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import count_words, end_labels, groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._decompose_again import again_figure
from tropism.studies._decompose_methods import NARROW
from tropism.studies._decompose_pictures import examples_figure, features_figure

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MOST_COMPONENTS = 64
LIVE, DENSE = 1e-3, 0.3


def figures(tables: Mapping[str, polars.DataFrame], chosen: tuple[int, int]) -> Sequence[Figure]:
    """The spectrum, explained variance, firing rates, what is found again, and the strongest examples."""
    scores = tables["drawn-dictionaries"]
    found = [
        _spectrum(tables["drawn-spectrum"], tables["spectrum"]),
        *[_explained(scores, tables["methods"], size) for size in scores["latents"].unique(maintain_order=True)],
        again_figure(tables["again"], networks="seed" in tables["again"].columns),
        _rates(tables["drawn-rates"]),
    ]
    if "drawn-cosines" in tables:
        found.append(features_figure(tables["drawn-cosines"], chosen))
    if "drawn-examples" in tables:
        found.append(examples_figure(tables["drawn-examples"], tables["latents"], chosen))
    return found


def _spectrum(drawn: polars.DataFrame, table: polars.DataFrame) -> Figure:
    parts = [part.sort("component") for _, part in groups(drawn, "member")]
    above, width = table["components"].to_list(), table["width"][0]
    span = f"{min(above)}" if min(above) == max(above) else f"{min(above)} to {max(above)}"
    shown = np.concatenate([part.head(MOST_COMPONENTS)["share"].to_numpy() for part in parts])

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for part in parts:
            cut = part.head(MOST_COMPONENTS)
            axes.plot(cut["component"], cut["share"], "o-", ms=3.5, lw=1, color=palette.accent(0), alpha=0.7, mew=0)
            axes.plot(cut["component"], cut["chance"], "--", lw=1, color=palette.accent(1), alpha=0.7)
        axes.set_yscale("log")
        axes.set_ylim(bottom=max(shown[shown > 0].min() / 1.5, LEAST_MISSED))
        _plain_ticks(axes)
        axes.set_xlabel("principal component")
        axes.set_ylabel("share of the variance")
        axes.locator_params(axis="x", integer=True)
        _key(canvas, palette, [("a network", 0, "o-"), ("upper end of chance", 1, "--")])

    return Figure(
        "spectrum",
        f"{span} of {width} components have more variance than chance",
        f"A falling line a network: the share of the variance along each principal component, on a logarithmic axis, "
        f"with a dashed line for chance. The first component has {_span(table['first'].to_list())} of the variance; "
        f"{span} components lie above chance.",
        f"{count_words(len(parts), 0, 'network')}. Dashed: the 95th of 100 tables whose columns are shuffled apart, "
        f"from 20 draws.{f' The first {MOST_COMPONENTS} components.' if width > MOST_COMPONENTS else ''}",
        draw,
    )


OURS = "sparse autoencoder"
LEAST_MISSED = 1e-6
MARKED: Mapping[str, tuple[int, str]] = {
    "principal components": (1, "--"),
    "singular vectors": (1, ":"),
    "independent components": (4, "-"),
    "online dictionary": (2, "-"),
    "K-SVD": (3, "-"),
    "random directions": (5, "--"),
    "examples by lot": (5, ":"),
    OURS: (0, "-"),
}
"""The accent and the line of each method."""


def _explained(scores: polars.DataFrame, methods: polars.DataFrame, size: int) -> Figure:
    import polars as pl

    ours = scores.filter(pl.col("latents") == size)
    lines = _lines(ours, methods.filter((pl.col("atoms") == size) | pl.col("method").is_in(NARROW)))
    counts = sorted(ours["active"].unique().to_list())

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for name, (active, missed) in lines.items():
            accent, style = MARKED[name]
            width = 2.2 if name == OURS else 1.3
            axes.plot(active, missed, style, lw=width, marker=".", ms=4, color=palette.accent(accent))
        axes.plot(ours["l0"], 1 - ours["explained"].to_numpy(), "o", ms=5, mew=0, alpha=0.6, color=palette.accent(0))
        _finish_explained(axes, counts, lines)
        ends = [(float(missed[-1]), name, palette.accent(MARKED[name][0])) for name, (_, missed) in lines.items()]
        end_labels(axes, [each for each in ends if np.isfinite(each[0])], palette, inches=3.6)

    means = {name: f"{name} {1 - missed[0]:.2f} to {1 - missed[-1]:.2f}" for name, (_, missed) in lines.items()}
    least = ours.filter(pl.col("active") == counts[0])["explained"].mean()
    return Figure(
        f"explained-{size}",
        f"What is left unexplained, by active numbers: {size} latents",
        "The share of held-out variance that is missed, on a logarithmic axis, against how many numbers are active for "
        f"an example. Dots are trained dictionaries with their own codes, which explain {least:.2f} with {counts[0]} "
        f"active. Lines explain, with {counts[0]} and with {counts[-1]} active: {'; '.join(means.values())}.",
        f"Dots: {ours.height} dictionaries of {ours['network'].n_unique()} networks, their own codes. Lines: means "
        "over networks. Of principal components and singular vectors the first so many; all others coded by orthogonal "
        "matching pursuit. Random directions and examples by lot: as many atoms, mean of three draws.",
        draw,
        (6.8, 4.2),
    )


def _lines(ours: polars.DataFrame, others: polars.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By method, active numbers and the share of the variance that is missed, means over networks; ours last."""
    import polars as pl

    mine = ours.group_by("active").agg(explained=pl.col("explained_pursued").mean())
    parts = dict(groups(others, "method")) | {OURS: mine}
    return {
        name: (one["active"].to_numpy(), np.maximum(1 - one["explained"].to_numpy(), LEAST_MISSED))
        for name, one in ((name, part.sort("active")) for name, part in parts.items())
    }


def _finish_explained(axes: Axes, counts: Sequence[int], lines: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    values = np.concatenate([missed for _, missed in lines.values()])
    low = float(np.nanmin(values)) if np.isfinite(values).any() else LEAST_MISSED
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(counts, [str(each) for each in counts])
    axes.xaxis.minorticks_off()
    axes.set_ylim(low / 1.5, 1.3)
    _plain_ticks(axes)
    axes.set_xlabel("active numbers for an example")
    axes.set_ylabel("share of held-out variance missed")


def _plain_ticks(axes: Axes) -> None:
    """Numbers as one says them on a logarithmic axis: .1, .2, .5."""
    for write in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
        write(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "125" else "")


def _rates(drawn: polars.DataFrame) -> Figure:
    panels = groups(drawn, "active")
    sizes = drawn["latents"].unique(maintain_order=True).to_list()
    least = max(float(drawn["rate"].filter(drawn["rate"] > 0).min() or LIVE) / 2, 1e-5)  # type: ignore[arg-type]
    count = drawn["member"].n_unique()

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (active, part) in zip(grid, panels, strict=True):
            for (size, _), one in part.group_by("latents", "member", maintain_order=True):
                shown = one.filter(one["rate"] > 0)
                axes.plot(shown["place"], shown["rate"], lw=0.9, alpha=0.7, color=palette.accent(sizes.index(size)))
            for level in (LIVE, DENSE):
                axes.axhline(level, color=palette.muted, lw=0.8, ls="--")
            axes.set_yscale("log")
            axes.set_ylim(min(least, LIVE / 2), 1.5)
            axes.set_title(f"{active} active", fontsize="small")
            axes.set_xlabel("latent, by rate")
        grid[0].set_ylabel("share of examples it is on for")
        if len(sizes) > 1:
            _key(canvas, palette, [(f"{size} latents", place, "-") for place, size in enumerate(sizes)])

    silent = float((drawn["rate"] == 0).mean())  # type: ignore[arg-type]
    return Figure(
        "rates",
        f"How often latents are on; {silent:.0%} of all never are".replace("%", " %"),
        "Panels by the number of active latents; in each a falling line a dictionary, the share of examples on which "
        "each latent is on, the most frequent first, on a logarithmic axis.",
        f"{count} dictionaries; latents that are never on are not drawn. Dashed: one in a thousand, below which a "
        "latent counts as not alive, and three in ten, above which it counts as dense.",
        draw,
        (6.4, 3.4),
    )


def _key(canvas: Canvas, palette: Palette, marks: Sequence[tuple[str, int, str]]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=palette.accent(accent), ls=style.lstrip("o"), marker="o" if "o" in style else "", ms=3.5,
               label=name, lw=1.3)
        for name, accent, style in marks
    ]  # fmt: skip
    canvas.legend(handles=handles, loc="outside upper left", ncols=len(handles), labelcolor=palette.muted)


def _span(values: Sequence[float]) -> str:
    low, high = f"{min(values):.2f}", f"{max(values):.2f}"
    return low if low == high else f"{low} to {high}"
