"""A dope sheet as a drawing: every dial over the steps, its keyframes, the phases and the actions.

The weights of the terms stand above the learning rate, three parts to one, because they live on other scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from tropism.errors import DoesNotFit, UnknownName
from tropism.figures.marks import end_labels, numbers, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from tropism.schedules import Schedule

Panels: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


class ScheduleTables(NamedTuple):
    """A schedule as tables: what the drawing is made from."""

    dials: polars.DataFrame
    """`step`, `dial`, `value`: every dial at every step."""
    keyframes: polars.DataFrame
    """`step`, `dial`, `value`: what was written down."""
    phases: polars.DataFrame
    """`step`, `name`: where each phase begins."""
    actions: polars.DataFrame
    """`step`, `name`: what is done once, and when."""


def schedule_tables(schedule: Schedule) -> ScheduleTables:
    """The tables of a schedule."""
    import polars as pl

    values, names = np.asarray(schedule.table()), schedule.names
    dials = pl.DataFrame(
        {
            "step": np.tile(np.arange(len(values)), len(names)),
            "dial": np.repeat(np.array(names, dtype=object), len(values)).tolist(),
            "value": values.T.ravel(),
        }
    )
    keys = [(key.step, track.name, key.value) for track in schedule.tracks for key in track.keys]
    said = {"step": pl.Int64, "dial": pl.String, "value": pl.Float64}
    marks = {"step": pl.Int64, "name": pl.String}
    return ScheduleTables(
        dials,
        pl.DataFrame(keys, schema=said, orient="row"),
        pl.DataFrame([(each.step, each.name) for each in schedule.phases], schema=marks, orient="row"),
        pl.DataFrame([(each.step, each.name) for each in schedule.actions], schema=marks, orient="row"),
    )


def dope_sheet(
    dials: polars.DataFrame,
    keyframes: polars.DataFrame | None = None,
    phases: polars.DataFrame | None = None,
    actions: polars.DataFrame | None = None,
    *,
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    panels: Panels | Literal["kind", "scale"] = "kind",
) -> Figure:
    """The curves of all dials, with a dot a keyframe, a line a phase and a triangle an action.

    Args:
        panels: `kind` puts learning rates below everything else, `scale` puts small dials below large ones; or the
            panels themselves, each a title and its dials.
    """
    require_columns(dials, ("step", "dial", "value"), "dope_sheet")
    tracks = {
        str(key[0]): (part["step"].to_numpy(), numbers(part, "value", "dope_sheet"))
        for key, part in dials.sort("step").group_by("dial", maintain_order=True)
    }
    order = [str(each) for each in dials["dial"].unique(maintain_order=True)]
    tracks = {dial: tracks[dial] for dial in order}
    keys = _rows(keyframes, ("step", "dial", "value"))
    starts, deeds = _rows(phases, ("step", "name")), _rows(actions, ("step", "name"))
    for _, dial, _ in keys:
        if dial not in tracks:
            raise UnknownName("dial", dial, tracks, "dope_sheet.keyframes")
    rows = _panels(panels, tracks)
    colors = {dial: place for place, dial in enumerate(order)}

    def draw(canvas: Canvas, palette: Palette) -> None:
        ratios = [3, *[1] * (len(rows) - 1)]
        grid = canvas.subplots(len(rows), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
        for axes, (heading, members), share in zip(grid, rows, ratios, strict=True):
            chosen = {dial: tracks[dial] for dial in members}
            _draw_panel(axes, chosen, keys, colors, palette, inches=3.6 * share / sum(ratios))
            axes.set_ylabel(heading)
            _draw_starts(axes, starts, palette)
        _name_phases(grid[0], starts, tracks, palette)
        _draw_actions(grid[-1], deeds, palette)
        grid[-1].set_xlabel("step")

    said = "Dots are keyframes." + (" Vertical lines begin a phase." if starts else "")
    said += " Triangles are actions." if deeds else ""
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.8, 4.6 if len(rows) > 1 else 3.6))


def by_scale(typical: dict[str, tuple[float, float]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Dials in two groups, large and small, from each one's median and largest value.

    A dial is large if its maximum reaches 0.4 of the median of all medians.

    Source: the color study's own schedule plots, `group_properties_by_scale`.
    """
    bar = 0.4 * float(np.median([median for median, _ in typical.values()]))
    large = tuple(dial for dial, (_, most) in typical.items() if most >= bar)
    return large, tuple(dial for dial in typical if dial not in large)


Track: TypeAlias = tuple[np.ndarray, np.ndarray]


def _rows(table: polars.DataFrame | None, columns: tuple[str, ...]) -> list[tuple]:
    if table is None or table.height == 0:
        return []
    require_columns(table, columns, "dope_sheet")
    return table.select(columns).sort("step").rows()


def _panels(wanted: Panels | Literal["kind", "scale"], tracks: dict[str, Track]) -> Panels:
    if not isinstance(wanted, str):
        for _, members in wanted:
            for dial in members:
                if dial not in tracks:
                    raise UnknownName("dial", dial, tracks, "dope_sheet.panels")
        return wanted
    if wanted == "scale":
        large, small = by_scale({dial: (float(np.median(v)), float(v.max())) for dial, (_, v) in tracks.items()})
        split = (("large dials", large), ("small dials", small))
    elif wanted == "kind":
        rates = tuple(dial for dial in tracks if dial.rpartition(".")[2] in ("lr", "learning_rate"))
        split = (("weight", tuple(dial for dial in tracks if dial not in rates)), ("lr", rates))
    else:
        raise DoesNotFit(f"dope_sheet.panels is {wanted!r}; it must be 'kind', 'scale' or the panels themselves.")
    return tuple((heading, members) for heading, members in split if members)


def _draw_panel(
    axes: Axes, tracks: dict[str, Track], keys: Sequence[tuple], colors: dict[str, int], palette: Palette, inches: float
) -> None:
    drawn: list[np.ndarray] = []
    for dial, (steps, values) in tracks.items():
        color = palette.accent(colors[dial])
        hides = sum(len(each) == len(values) and np.mean(np.isclose(each, values)) > 0.5 for each in drawn)
        axes.plot(steps, values, color=color, ls=(4 * hides, (4, 4)) if hides else "-")  # lets the one below be seen
        drawn.append(values)
        dots = [(step, value) for step, name, value in keys if name == dial]
        if dots:
            axes.plot(*zip(*dots, strict=True), "o", ms=4.5, color=color, mec=palette.surface, mew=0.8, clip_on=False)
    axes.margins(x=0, y=0.08)
    axes.set_ylim(axes.get_ylim())
    upward = sorted(tracks.items(), key=lambda track: float(np.mean(track[1][1])))
    ends = [(float(values[-1]), dial, palette.accent(colors[dial])) for dial, (_, values) in upward]
    end_labels(axes, ends, palette, inches=inches)


def _draw_starts(axes: Axes, starts: Sequence[tuple], palette: Palette) -> None:
    for step, _ in starts:
        axes.axvline(step, color=palette.muted, lw=0.8, ls=(0, (2, 2)), zorder=1)


def _name_phases(axes: Axes, starts: Sequence[tuple], tracks: dict[str, Track], palette: Palette) -> None:
    low = min(float(steps[0]) for steps, _ in tracks.values())
    high = max(float(steps[-1]) for steps, _ in tracks.values())
    taken = [-np.inf, -np.inf]  # the right end of what is written on each of two lines
    for step, name in starts:
        place = (step - low) / ((high - low) or 1)
        line = 0 if place >= taken[0] else 1
        taken[line] = place + 0.02 * (len(name) + 1)
        axes.annotate(name, (step, 1), xycoords=("data", "axes fraction"), xytext=(2, 4 + 13 * line),
                      textcoords="offset points", fontsize="small", color=palette.muted, va="bottom")  # fmt: skip


def _draw_actions(axes: Axes, deeds: Sequence[tuple], palette: Palette) -> None:
    for step, name in deeds:
        axes.plot([step], [0], "^", ms=8, color=palette.ink, transform=axes.get_xaxis_transform(), clip_on=False,
                  zorder=6)  # fmt: skip
        axes.annotate(name, (step, 0), xycoords=("data", "axes fraction"), xytext=(6, 4), textcoords="offset points",
                      fontsize="small", color=palette.ink, va="bottom")  # fmt: skip
