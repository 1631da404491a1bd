"""Where reds are and where an edit sends them: in latent space, and as colors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.subjects.color import (
    GRAYS,
    cell_corners,
    hsv_to_rgb,
    named_colors,
    nearest_name,
    rgb_of,
    similarity_to,
    vibrancy,
)
from tropism.subjects.color.measures import color_errors, error_by_color, hex_codes, off_manifold
from tropism.subjects.color.measures.conditions import Columns, answers, latents, member_columns, table_of
from tropism.subjects.color.measures.health import FOREIGN, cosines

if TYPE_CHECKING:
    import polars

ORANGE = 2 / 3
"""How similar orange is to red; what is more similar than that is called a red here."""

REDS_COLUMNS = {
    "reds.length": "mean length of reds' latents, as a share of the untouched ones'",
    "reds.red_length": "the same of pure red",
    "reds.cosine": "mean cosine of reds' latents to the anchor",
    "reds.around": "1 − length of the mean sideways direction of reds: 1 for an even ring about the anchor, 0 for a "
    "bundle on one side",
    "reds.vibrancy": "mean vibrancy of what is given back for reds, 0 for gray",
    "reds.red_answer": "what is given back for pure red",
    "reds.red_gray": "whether that is nearest to a gray among the seventeen named colors",
    "reds.red_error": "error at pure red",
    "reds.orange_red_error": "error at the vivid hue halfway from red to orange, 15°",
    "reds.red_distance": "how far red's latent lies from the nearest latent of any color, left whole",
    "places.related": "mean cosine to the anchor of colors at least half similar to red, red left out",
    "places.foreign": "the same of colors that do not resemble red",
    "places.gathered": "the difference of the two",
    "places.near_red": "the same difference of cosines to wherever red itself lies",
    "places.ahead": "share of colors that do not resemble red with a cosine above .1 to the anchor",
    "places.opposite": "share of all colors with a cosine below −.1 to the anchor",
}


def reds(conditions: Mapping[str, Ensemble]) -> polars.DataFrame:
    """What becomes of reds, colors more similar to red than orange is: a row a member and condition.

    The colors are those of an RGB grid of twenty levels; the columns are told in `REDS_COLUMNS`.
    """
    grid = cell_corners(20)
    chosen = grid[similarity_to("red", grid) > ORANGE + 1e-6]
    pure = rgb_of("red")[None]
    whole = latents(next(iter(conditions.values())), np.concatenate([pure, chosen]), "latent")
    lengths = np.linalg.norm(whole, axis=-1)
    away = off_manifold({name: each for name, each in conditions.items() if _as_wide(each, whole)}, pure, levels=15)
    parts: list[Columns] = []
    for condition, ensemble in conditions.items():
        given = answers(ensemble, np.concatenate([pure, chosen])).astype(float)
        columns = member_columns(ensemble, condition) | _as_colors(given)
        between = color_errors(ensemble, np.concatenate([pure, hsv_to_rgb(np.array([[1 / 24, 1.0, 1.0]]))]))
        columns |= {"red_error": between[:, 0], "orange_red_error": between[:, 1]}
        if _as_wide(ensemble, whole):
            after = latents(ensemble, np.concatenate([pure, chosen]), "latent")
            columns |= _as_latents(after, np.linalg.norm(after, axis=-1) / lengths)
            columns["red_distance"] = away.filter(away["condition"] == condition)["distance"].to_numpy()
        parts.append(columns)
    return table_of(parts)


def places(ensemble: Ensemble) -> polars.DataFrame:
    """Where colors lie about the anchor, the first axis: a row a member; the columns are told in `REDS_COLUMNS`."""
    grid = cell_corners(8)
    likeness = similarity_to("red", grid)
    related, foreign = (likeness >= 0.5) & (likeness < 1 - 1e-9), likeness < FOREIGN
    held = latents(ensemble, grid, "latent")
    red = latents(ensemble, rgb_of("red")[None], "latent")[:, 0]
    along = cosines(held, np.eye(held.shape[-1])[0])
    to_red = np.stack([cosines(one, axis / np.linalg.norm(axis)) for one, axis in zip(held, red, strict=True)])
    return table_of(
        [
            member_columns(ensemble, "whole")
            | {
                "related": along[:, related].mean(-1),
                "foreign": along[:, foreign].mean(-1),
                "gathered": along[:, related].mean(-1) - along[:, foreign].mean(-1),
                "near_red": to_red[:, related].mean(-1) - to_red[:, foreign].mean(-1),
                "ahead": (along[:, foreign] > 0.1).mean(-1),
                "opposite": (along < -0.1).mean(-1),
            }
        ]
    )


def named_answers(conditions: Mapping[str, Ensemble]) -> polars.DataFrame:
    """`error_by_color` of the seventeen named colors, with what was given back, its lightness and its vibrancy."""
    import polars as pl

    given = np.concatenate([answers(each, named_colors().rgb).reshape(-1, 3) for each in conditions.values()])
    return error_by_color(conditions).with_columns(
        pl.Series("answer", hex_codes(given)),
        pl.Series("lightness", given.mean(-1).astype(float)),
        pl.Series("vibrancy", vibrancy(given).astype(float)),
    )


KINDS = {
    "primaries": ("red", "green", "blue"),
    "secondaries": ("yellow", "cyan", "magenta"),
    "tertiaries": ("orange", "lime", "teal", "azure", "purple", "pink"),
    "grays": GRAYS,
}


def kinds(named: polars.DataFrame) -> polars.DataFrame:
    """Means over kinds of named colors: a row a member, condition and kind."""
    import polars as pl

    of = {color: kind for kind, colors in KINDS.items() for color in colors}
    return (
        named.with_columns(pl.col("color").replace_strict(of).alias("kind"))
        .group_by("member", "seed", "condition", "kind", maintain_order=True)
        .agg(pl.col("added", "mse", "lightness", "vibrancy").mean())
    )


def _as_colors(given: np.ndarray) -> Columns:
    pure = given[:, 0]
    return {
        "vibrancy": vibrancy(given[:, 1:]).mean(-1),
        "red_vibrancy": vibrancy(pure),
        "red_answer": hex_codes(pure),
        "red_gray": [bool(np.isfinite(one).all()) and nearest_name(one) in GRAYS for one in pure],
    }


def _as_latents(after: np.ndarray, shares: np.ndarray) -> Columns:
    sideways = after[:, 1:, 1:]
    reach = np.linalg.norm(sideways, axis=-1, keepdims=True)
    units = sideways / np.where(reach == 0, 1.0, reach)
    return {
        "length": shares[:, 1:].mean(-1),
        "red_length": shares[:, 0],
        "cosine": cosines(after[:, 1:], np.eye(after.shape[-1])[0]).mean(-1),
        "around": 1 - np.linalg.norm(units.mean(1), axis=-1),
    }


def _as_wide(ensemble: Ensemble, whole: np.ndarray) -> bool:
    return ensemble.network.sites()["latent"].width == whole.shape[-1]
