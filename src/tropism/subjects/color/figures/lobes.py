"""Interventions as lobes: what they do to the unit circle, and the curve behind it.

As a shader's lobe tells how light leaves a surface by its angle, a lobe here tells how strongly an intervention acts by
the angle between an activation and the concept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tropism.core.intervention import Intervention
from tropism.errors import BadValue
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from tropism.interventions import Repel, Suppress

_PER_ROW = 4


def published_lobes() -> dict[str, Intervention]:
    """Four suppressions and four repulsions about the concept (1, 0), by what they are called in a figure.

    Source: z0u/ex-preppy, Ex 2.1.
    """
    from tropism.interventions import Bezier, Bounded, Linear, Repel, Suppress

    concept, narrow, wide = (1.0, 0.0), math.cos(math.radians(30)), 0.5  # the cosine of 60°
    return {
        "half, linear": Suppress("latent", concept, Bounded(0, 0.5, 1)),
        "half, squared": Suppress("latent", concept, Bounded(0, 0.5, 2)),
        "within 60°, linear": Suppress("latent", concept, Bounded(wide, 1, 1)),
        "within 60°, squared": Suppress("latent", concept, Bounded(wide, 1, 2)),
        "to 60°, linear": Repel("latent", concept, Linear(0, wide)),
        "to 60°, Bézier": Repel("latent", concept, Bezier(0, wide, end_slope=0.2)),
        "60° to 30°, linear": Repel("latent", concept, Linear(wide, narrow)),
        "60° to 30°, Bézier": Repel("latent", concept, Bezier(wide, narrow, end_slope=0.2)),
    }


def lobes(
    interventions: Mapping[str, Suppress | Repel | Intervention] | None = None,
    *,
    name: str = "lobes",
    title: str = "What interventions do to activations",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """A circle and a curve below it for each intervention, four a row.

    Args:
        interventions: Suppressions and repulsions in two dimensions, by what to call them; `published_lobes()` if
            none are given.
    """
    shown = published_lobes() if interventions is None else dict(interventions)
    if not shown:
        raise BadValue("lobes.interventions", {}, "at least one intervention")
    traced = {word: _traced(word, each) for word, each in shown.items()}
    columns = min(_PER_ROW, len(traced))
    blocks = -(-len(traced) // columns)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2 * blocks, columns, squeeze=False, height_ratios=[1.35, 1] * blocks)
        for axes in grid.ravel():
            axes.set_visible(False)
        for place, (word, trace) in enumerate(traced.items()):
            block, column = divmod(place, columns)
            circle, curve = grid[2 * block, column], grid[2 * block + 1, column]
            _draw_circle(circle, trace, palette)
            circle.set_title(word.replace(", ", ",\n"), fontsize="small")
            _draw_curve(curve, trace, palette, first=column == 0)

    said = (
        "Above: the gray circle holds all directions, the concept to the right; the blue curve is where they end, gray "
        "lines join the two, the filled orange lobe is how strongly each is acted on; dashed: where it begins; solid: "
        "the hole it leaves. Below: the share taken, or the cosine that a direction gets, against the cosine that it "
        "had; squares: a Bézier curve's handles. Computed; no network is involved."
    )
    size = (1.7 * columns + 0.2, 3.2 * blocks)
    return Figure(name, title, alt or _alt(traced), f"{caption} {said}".strip(), draw, size)


class _Trace(NamedTuple):
    before: np.ndarray  # [n, 2], around the circle
    after: np.ndarray
    strength: np.ndarray  # [n], the lobe's radius
    alpha: np.ndarray  # [m], cosines from 0 to 1
    curve: np.ndarray
    turns: bool  # whether the curve is a new cosine, or a strength
    handles: tuple[tuple[float, float], ...]
    cones: tuple[tuple[float, str], ...]


def _traced(word: str, intervention: Suppress | Repel | Intervention) -> _Trace:
    import jax
    import jax.numpy as jnp

    transfer = getattr(intervention, "transfer", None)
    if transfer is None:
        raise BadValue(f"lobes: {word!r}", type(intervention).__name__, "an intervention with a transfer curve")
    intervention.fits(2)
    direction = np.asarray(intervention.direction)  # type: ignore[attr-defined]
    turn = np.radians(np.arange(-180, 181, 1.0))
    # Not exactly along the concept, where a repulsion has to choose a side.
    turn = np.where(turn == 0, 1e-3, turn)
    aside = np.array([-direction[1], direction[0]])
    before = np.cos(turn)[:, None] * direction + np.sin(turn)[:, None] * aside
    alpha = np.linspace(0, 1, 201)
    both = jax.jit(lambda vectors, cosines: (intervention(vectors), transfer(cosines)))
    after, curve = both(jnp.asarray(before, jnp.float32), jnp.asarray(alpha, jnp.float32))
    after, curve = np.asarray(after, dtype=float), np.asarray(curve, dtype=float)
    turns = hasattr(intervention, "mapping")
    handles = intervention.mapping.handles() if turns else ()  # type: ignore[attr-defined]
    cosine = np.clip(before @ direction, 0, 1)
    strength = np.interp(cosine, alpha, alpha - curve if turns else curve)
    cones = tuple((cone.angle, cone.kind) for cone in intervention.cones())
    return _Trace(before, after, strength, alpha, curve, turns, handles, cones)


def _draw_circle(axes: Axes, trace: _Trace, palette: Palette) -> None:
    from matplotlib.collections import LineCollection

    axes.set_visible(True)
    blue, orange = palette.accent(0), palette.accent(1)
    axes.plot(*trace.before.T, color=palette.muted, lw=0.8, zorder=2)
    lobe = trace.before * trace.strength[:, None]
    axes.fill(*lobe.T, fc=orange, alpha=0.25, lw=0, zorder=1)
    axes.plot(*lobe.T, color=orange, lw=1.3, zorder=3)
    moved = np.linalg.norm(trace.after - trace.before, axis=1) > 1e-3
    every = np.flatnonzero(moved)[::6]
    chords = np.stack([trace.before[every], trace.after[every]], 1)
    axes.add_collection(LineCollection(list(chords), colors=palette.muted, lw=0.5, zorder=2))
    # The circle is cut open where it jumps, or a line would be drawn across the hole.
    path = trace.after
    jumps = np.flatnonzero(np.linalg.norm(np.diff(path, axis=0), axis=1) > 0.2) + 1
    axes.plot(*np.insert(path, jumps, np.nan, axis=0).T, color=blue, lw=2, zorder=4)
    for angle, kind in trace.cones:
        for side in (-1, 1):
            axes.plot([0, 1.12 * math.cos(angle)], [0, 1.12 * side * math.sin(angle)], color=palette.ink, lw=0.9,
                      ls=(0, (3, 2)) if kind == "begins" else "-", zorder=3)  # fmt: skip
    axes.annotate("", (1.3, 0), xytext=(1.02, 0), arrowprops={"arrowstyle": "-|>", "color": palette.ink, "lw": 1.2})
    axes.set_aspect("equal")
    axes.set_xlim(-1.15, 1.35)
    axes.set_ylim(-1.2, 1.2)
    axes.set_axis_off()


def _draw_curve(axes: Axes, trace: _Trace, palette: Palette, *, first: bool) -> None:
    axes.set_visible(True)
    orange, blue = palette.accent(1), palette.accent(0)
    if trace.turns:
        axes.plot([0, 1], [0, 1], color=palette.muted, lw=0.9, ls=(0, (3, 2)))
        axes.fill_between(trace.alpha, trace.curve, trace.alpha, color=orange, alpha=0.25, lw=0)
        axes.plot(trace.alpha, trace.curve, color=blue, lw=2)
        if len(trace.handles) == 4:
            for pair in (trace.handles[:2], trace.handles[2:]):
                axes.plot(*np.array(pair).T, color=palette.ink, lw=0.9, marker="s", ms=3.2)
    else:
        axes.fill_between(trace.alpha, 0, trace.curve, color=orange, alpha=0.25, lw=0)
        axes.plot(trace.alpha, trace.curve, color=orange, lw=2)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.set_xticks([0, 0.5, 1], ["0", "½", "1"], fontsize="small")
    axes.set_yticks([0, 0.5, 1], ["0", "½", "1"] if first else [], fontsize="small")
    axes.set_xlabel("cosine before", fontsize="small")
    if first:
        axes.set_ylabel("cosine after" if trace.turns else "share taken", fontsize="small")


def _alt(traced: Mapping[str, _Trace]) -> str:
    told = [
        f"{word}: {'a cosine of 1 becomes' if trace.turns else 'at a cosine of 1 the share taken is'} "
        f"{trace.curve[-1]:.2f}"
        for word, trace in traced.items()
    ]
    return (
        "For each intervention a circle of directions with the concept to the right, and where they end: suppression "
        "dents the circle inward, repulsion slides directions along it and leaves a gap. Below, the curve behind it. "
        f"{'; '.join(told)}."
    )
