"""Pictures of single members and of schedules: the tables they are drawn from, and the drawings.

Tables whose names begin with `drawn-` hold what a picture shows, point by point; reports do not print them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.intervention import Cone, Intervention

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure
    from tropism.schedules import Schedule

Tables = Mapping[str, "polars.DataFrame"]
_MOST_STEPS = 400


def picture_tables(conditions: Mapping[str, Ensemble], members: Sequence[int]) -> dict[str, polars.DataFrame]:
    """What the pictures of some members show, under each condition that leaves the bottleneck as wide as it was.

    Pruned networks answer as ablated ones do, and their axes are others.
    """
    from tropism.subjects.color.measures import color_slices, error_by_color, error_lines, latent_cloud

    widths = {name: each.network.sites()["latent"].width for name, each in conditions.items()}
    wide = max(widths.values())
    few = {name: each.select(list(members)) for name, each in conditions.items() if widths[name] == wide}
    rows = range(len(members))
    return {
        "drawn-slices": color_slices(few, members=rows),
        "drawn-lines": error_lines(few, members=rows),
        "drawn-latents": latent_cloud(few, members=rows),
        "drawn-colors": error_by_color(few, "trained"),
        "drawn-cones": cone_table(conditions),
    }


def schedule_pictures(ensemble: Ensemble) -> dict[str, polars.DataFrame]:
    """The dope sheet of what was trained, at few enough steps to be drawn; nothing without a schedule."""
    import polars as pl

    from tropism.figures import schedule_tables

    schedule = ensemble.experiment.schedule
    if schedule is None:
        return {}
    tables = schedule_tables(_as_trained(ensemble, schedule))
    steps = np.unique(np.linspace(0, schedule.length - 1, _MOST_STEPS).round().astype(int))
    kept = np.union1d(steps, tables.keyframes["step"].to_numpy())
    return {
        "drawn-dials": tables.dials.filter(pl.col("step").is_in(kept.tolist())),
        "drawn-keyframes": tables.keyframes,
        "drawn-phases": tables.phases,
    }


def _as_trained(ensemble: Ensemble, schedule: Schedule) -> Schedule:
    """The schedule with the constants that members of one setting had instead."""
    from tropism.schedules import Schedule

    settings = {member.dials for member in ensemble.members}
    address = ensemble.experiment.address
    own = {address(name): number for name, number in next(iter(settings))} if len(settings) == 1 else {}
    held = {name: own[address(name)] for name in schedule.names if address(name) in own}
    return schedule.with_tracks(*Schedule.constant(schedule.length, held).tracks) if held else schedule


def cone_table(conditions: Mapping[str, Ensemble]) -> polars.DataFrame:
    """What pictures of latent space may show of the interventions: a row a cone."""
    import polars as pl

    rows = [
        {"condition": name, "kind": cone.kind, "angle": cone.angle, "axis": int(np.argmax(cone.direction))}
        for name, ensemble in conditions.items()
        for each in ensemble.interventions
        if isinstance(each, Intervention)
        for cone in each.cones()
    ]
    return pl.DataFrame(rows, schema={"condition": pl.String, "kind": pl.String, "angle": pl.Float64, "axis": pl.Int64})


def dope_sheet_figure(tables: Tables, *, name: str, title: str) -> Figure:
    """The dope sheet of one sweep."""
    from tropism.figures import dope_sheet

    return dope_sheet(
        tables["drawn-dials"],
        tables["drawn-keyframes"],
        tables["drawn-phases"],
        name=name,
        title=title,
        alt="Curves of every term's weight over the steps, with a dot at each keyframe, and the learning rate below.",
        caption="Keyframes are joined by minimum jerk; a dial has its first key's value before that key.",
    )


def member_figures(
    tables: Tables,
    *,
    powers: Mapping[str, float],
    against: Any,
    suffix: str = "",
    said: str = "",
) -> list[Figure]:
    """Slices, lines, balls and scatters of one member under each condition; `tables` hold that member alone."""
    from tropism.subjects.color.figures import error_scatter, latent_balls, line_figure, slice_figure

    slices, cloud = tables["drawn-slices"], tables["drawn-latents"]
    return [
        slice_figure(slices, cut="s", name=f"slices{suffix}", title=f"Colors given back{said}"),
        line_figure(tables["drawn-lines"], name=f"lines{suffix}", title=f"Errors along hue, saturation, value{said}"),
        latent_balls(
            cloud, cones=cones_of(tables["drawn-cones"], cloud), anchor=_anchor(against), name=f"balls{suffix}",
            title=f"Latent space{said}",
        ),
        error_scatter(
            tables["drawn-colors"], power=powers, conditions=list(powers), against=against, name=f"scatter{suffix}",
            title=f"Which colors are hit{said}",
        ),
    ]  # fmt: skip


def truth_figure(tables: Tables) -> Figure:
    """The true colors, cut as the figures of what is given back."""
    import polars as pl

    from tropism.subjects.color.figures import slice_figure

    whole = tables["drawn-slices"]
    first = whole["condition"][0]
    truth = whole.filter(pl.col("condition") == first).with_columns(
        pl.lit("true").alias("condition"), pl.col("hex").alias("answer"), pl.lit(0.0).alias("mse")
    )
    return slice_figure(
        truth,
        cut="s",
        name="true-colors",
        title="The colors themselves",
        alt="Grids of cells, hue to the right and value upward, one for each saturation: the colors that networks are "
        "asked to give back.",
        caption="No network took part; the cells stand as in the figures of what came back.",
    )


def composite_figure(tables: Tables, *, against: Any, suffix: str = "", said: str = "") -> Figure:
    """Balls, a slice and the errors along hue, a column a condition."""
    from tropism.subjects.color.figures import composite

    cloud = tables["drawn-latents"]
    return composite(
        cloud,
        tables["drawn-slices"],
        tables["drawn-lines"],
        cones=cones_of(tables["drawn-cones"], cloud),
        anchor=_anchor(against),
        name=f"composite{suffix}",
        title=f"Before and after{said}",
    )


def cones_of(table: polars.DataFrame, cloud: polars.DataFrame) -> dict[str, list[Cone]]:
    """The cones as values again, by condition."""
    width = sum(name[0] == "z" and name[1:].isdigit() for name in cloud.columns)
    found: dict[str, list[Cone]] = {}
    for row in table.iter_rows(named=True):
        if row["angle"] < math.pi / 2 - 1e-6:  # at 90° it is the equator, which the balls show anyway
            direction = tuple(float(place == row["axis"]) for place in range(width))
            found.setdefault(row["condition"], []).append(Cone(direction, row["angle"], row["kind"]))
    return found


def _anchor(against: Any) -> str:
    return "red" if against == "similarity" else ""
