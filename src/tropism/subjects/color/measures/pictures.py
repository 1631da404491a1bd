"""Tables to draw from: what single members make of colors, and where they keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.errors import DoesNotFit, UnknownName
from tropism.subjects.color.conversion import hsv_to_rgb
from tropism.subjects.color.cubes import ColorCube, cell_corners
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of, hex_codes
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    answers,
    by_name,
    latents,
    member_columns,
    table_of,
)
from tropism.subjects.color.measures.display_cubes import slice_cube

if TYPE_CHECKING:
    import polars


def color_slices(
    conditions: Conditions, *, members: int | Sequence[int] = 0, cube: ColorCube | None = None
) -> polars.DataFrame:
    """What members give back for a cube of colors: a row a member, condition and color.

    Returns:
        `member`, `seed`, `condition`, `h`, `s`, `v` (the cube's coordinates), `hex`, `answer` (`#rrggbb`) and `mse`.
    """
    shown = slice_cube() if cube is None else cube
    grid = np.stack(np.meshgrid(*shown.coordinates, indexing="ij"), -1).reshape(-1, 3)
    places = {letter: grid[:, axis] for axis, letter in enumerate(shown.space)}
    return _answered(conditions, members, shown.colors.reshape(-1, 3), places)


def error_lines(
    conditions: Conditions, *, members: int | Sequence[int] = 0, hues: int = 12, points: int = 73
) -> polars.DataFrame:
    """Errors along hue, saturation and value: a row a member, condition and color on a line.

    Along hue there are three lines, `vivid` (saturation and value 1), `pale` (saturation 1/2) and `dark` (value 1/2),
    from half a hue before red to half a hue after it, so that red is whole. Along saturation (at value 1) and value (at
    saturation 1) there is one for each of so many hues.

    Returns:
        `member`, `seed`, `condition`, `along` (`hue`, `saturation` or `value`), `line`, `h`, `s`, `v`, `hex`, `answer`,
        `mse`.
    """
    turn = np.linspace(-1 / 12, 1 + 1 / 12, 14 * 12 + 1)  # twelve points from one named hue to the next
    unit = np.linspace(0, 1, points)
    lines = [("hue", name, turn, s, v) for name, s, v in (("vivid", 1, 1), ("pale", 0.5, 1), ("dark", 1, 0.5))]
    lines += [("saturation", f"{hue * 360 // hues}°", hue / hues, unit, 1) for hue in range(hues)]
    lines += [("value", f"{hue * 360 // hues}°", hue / hues, 1, unit) for hue in range(hues)]
    hsv = [np.stack(np.broadcast_arrays(h, s, v), -1).astype(float) for _, _, h, s, v in lines]
    counts = [len(each) for each in hsv]
    stacked = np.concatenate(hsv)
    places = {
        "along": np.repeat([line[0] for line in lines], counts),
        "line": np.repeat([line[1] for line in lines], counts),
        **{letter: stacked[:, axis] for axis, letter in enumerate("hsv")},
    }
    return _answered(conditions, members, hsv_to_rgb(stacked), places)


def latent_cloud(
    conditions: Conditions,
    *,
    members: int | Sequence[int] = 0,
    colors: ColorSet | None = None,
    site: str = "latent",
) -> polars.DataFrame:
    """Where members keep colors: a row a member, condition and color.

    Args:
        conditions: Ensembles by name, also the same one at several steps (`stages`).
        members: Which of them.
        colors: An RGB grid of eight levels if none are given.
        site: Where; values as they flow on, after interventions.

    Returns:
        `member`, `seed`, `condition`, `hex`, `answer`, `mse`, and the coordinates `z0`, `z1`, …
    """
    chosen = cell_corners(8) if colors is None else colors
    parts = []
    for condition, ensemble in by_name(conditions).items():
        few = _some(ensemble, members)
        shown = colors_of(few, chosen)
        table = _answered({condition: few}, range(len(few)), shown, {})
        held = latents(few, shown, site)
        if held.ndim != 3:
            raise DoesNotFit(f"latent_cloud: the site {site!r} has positions.")
        parts.append({name: table[name] for name in table.columns} | _coordinates(held))
    return _numbered(table_of(parts), conditions, members)


def typical_member(table: polars.DataFrame, column: str = "r2") -> int:
    """The member at the median of a column: one to draw that was not picked for its looks.

    Of an even number the lower of the two in the middle; members whose number is not finite are passed over.
    """
    for needed in ("member", column):
        if needed not in table.columns:
            raise UnknownName("column", needed, table.columns, "typical_member")
    values, members = table[column].to_numpy().astype(float), table["member"].to_numpy()
    order = [place for place in np.argsort(values, kind="stable") if np.isfinite(values[place])]
    if not order:
        raise DoesNotFit(f"typical_member: the column {column!r} has no finite number.")
    return int(members[order[(len(order) - 1) // 2]])


def _answered(
    conditions: Conditions, members: int | Sequence[int], colors: np.ndarray, places: Mapping[str, np.ndarray]
) -> polars.DataFrame:
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        few = _some(ensemble, members)
        given = answers(few, colors).astype(float)
        count = len(few)
        parts.append(
            member_columns(few, condition, times=len(colors))
            | {name: np.tile(np.asarray(place), count) for name, place in places.items()}
            | {"hex": hex_codes(colors) * count, "answer": hex_codes(given.reshape(-1, 3))}
            | {"mse": np.square(given - colors).mean(-1).ravel()}
        )
    return _numbered(table_of(parts), conditions, members)


def _some(ensemble: Ensemble, members: int | Sequence[int]) -> Ensemble:
    return ensemble.select([members] if isinstance(members, int) else list(members))


def _numbered(table: polars.DataFrame, conditions: Conditions, members: int | Sequence[int]) -> polars.DataFrame:
    """The members' rows as they were numbered in the whole ensemble, not among the few."""
    import polars as pl

    rows = np.array([members] if isinstance(members, int) else list(members))
    rows = np.where(rows < 0, rows + len(next(iter(by_name(conditions).values()))), rows)
    return table.with_columns(pl.Series("member", rows[table["member"].to_numpy()]))


def _coordinates(values: np.ndarray) -> Columns:
    return {f"z{axis}": values[..., axis].ravel() for axis in range(values.shape[-1])}
