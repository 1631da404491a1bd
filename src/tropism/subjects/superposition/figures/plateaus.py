"""Dimensions per feature and features' dimensionalities against sparsity, with the published plateaus named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import require_columns, spread_labels
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.measures.geometry import FIGURES, REPRESENTED

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

RARITY = "1 / (1 − S): one over how often a feature is on"


def dimensions_figure(
    table: polars.DataFrame,
    *,
    name: str = "dimensions",
    title: str = "Dimensions per feature against sparsity",
    alt: str,
    caption: str = "",
    hollow: str = "",
) -> Figure:
    """A line a seed, dots where a network was trained, and the plateaus at 1 and 1/2.

    Args:
        table: A row a network: `member` (its seed's place), `rarity`, `dims`.
        hollow: A column that says which dots are hollow, if any are to be.
    """
    require_columns(table, ("member", "rarity", "dims", *([hollow] if hollow else [])), "dimensions_figure")

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, (_, part) in enumerate(table.sort("rarity").group_by("member", maintain_order=True)):
            color = palette.accent(place)
            axes.plot(part["rarity"], part["dims"], color=color, lw=1.3, alpha=0.85)
            mark = "osD^vP"[place % 6]
            axes.plot(part["rarity"], part["dims"], mark, color=color, ms=4.5, mew=0)
            if hollow:
                empty = part.filter(part[hollow])
                axes.plot(empty["rarity"], empty["dims"], mark, color=palette.surface, ms=4.5, mec=color, mew=1.2)
        axes.set_ylabel("dimensions per feature, m / |W|²")
        axes.set_ylim(0, 1.1)
        _lined((axes,), (1.0, 0.5), palette)
        _named(axes, {1.0: "1", 0.5: "1/2"}, palette)
        _rarity_axis(axes)

    seeds = table["member"].n_unique()
    said = f"{seeds} seed{'s' * (seeds != 1)}, each a color; a dot is a network. Dashed: the published plateaus."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 4.2))


def fractions_figure(
    features: polars.DataFrame,
    *,
    name: str = "fractions",
    title: str = "How much of a dimension each feature has",
    alt: str,
    caption: str = "",
    least_norm: float = 0.1,
) -> Figure:
    """Every represented feature a faint dot, spread sideways within its density; beside it, how many there are.

    Args:
        features: A row a feature: `density`, `norm`, `dimensionality`.
        least_norm: Features with a shorter direction are not drawn.
    """
    require_columns(features, ("density", "norm", "dimensionality"), "fractions_figure")
    shown = features.filter(features["norm"].is_finite() & (features["norm"] >= least_norm))
    rarity, heights = 1 / shown["density"].to_numpy(), shown["dimensionality"].to_numpy()
    steps = np.unique(rarity)
    gap = float(np.log(steps[1] / steps[0])) if len(steps) > 1 else 0.2
    long = shown["norm"].to_numpy() >= REPRESENTED
    aside = np.random.default_rng(0).uniform(-0.36, 0.36, len(rarity)) * gap

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes, beside = canvas.subplots(1, 2, sharey=True, width_ratios=(5, 1))
        for some, color in ((~long, palette.muted), (long, palette.accent(0))):
            axes.plot((rarity * np.exp(aside))[some], heights[some], ".", ms=2.6, mew=0, color=color, alpha=0.5)
        bins, colors = np.linspace(0, 1.02, 103).tolist(), [palette.accent(0), palette.muted]
        beside.hist([heights[long], heights[~long]], bins, orientation="horizontal", color=colors, stacked=True)
        axes.set_ylim(0, 1.03)
        _lined((axes, beside), [float(value) for value in FIGURES], palette)
        _named(beside, {float(value): f"{value} {figure}" for value, (figure, _) in FIGURES.items()}, palette)
        beside.set_xlabel("features")
        beside.grid(visible=False)
        axes.set_ylabel("dimensionality")
        _rarity_axis(axes)

    said = (
        f"{len(rarity):,} features with a direction at least {least_norm:g} long, each a dot, spread sideways; gray "
        "where it is shorter than 1/2. Right: how many, in steps of .01. Dashed: the published fractions."
    )
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (7.4, 4.6))


def fraction_words(value: float) -> str:
    """A number as a simple fraction, such as `2/5`."""
    return str(Fraction(value).limit_denominator(16))


def _rarity_axis(axes: Axes) -> None:
    from matplotlib.ticker import NullLocator

    axes.set_xscale("log")
    axes.set_xticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(RARITY)


def _lined(grid: Sequence[Axes], heights: Sequence[float], palette: Palette) -> None:
    for axes in grid:
        for height in heights:
            axes.axhline(height, color=palette.muted, lw=0.8, ls=(0, (4, 3)), zorder=1)


def _named(axes: Axes, lines: Mapping[float, str], palette: Palette) -> None:
    """Names of heights at the right edge, kept apart, each with a thin line to its height; limits must be final."""
    low, high = axes.get_ylim()
    places = [(height - low) / (high - low) for height in lines]
    for words, at, spot in zip(lines.values(), places, spread_labels(places, 0.055, 0, 1), strict=True):
        axes.plot([1.0, 1.03], [at, spot], color=palette.muted, lw=0.6, transform=axes.transAxes, clip_on=False)
        axes.text(1.045, spot, words, va="center", fontsize="small", color=palette.ink, transform=axes.transAxes)
