"""Sets of colors that a measure looks at: those with names, those trained on, and those never seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.color.cubes import cell_centers, hold_out, with_corners
from tropism.subjects.color.named import NamedColors, named_colors
from tropism.subjects.color.tasks import Colors

ColorSet: TypeAlias = "str | NamedColors | np.ndarray"
"""A set's name, named colors, or RGB colors `[n, 3]`."""

SETS: tuple[str, ...] = ("named", "trained", "held-out", "validation", "hidden hues")
"""The sets that have names.

`named`: the seventeen. `trained`: the grid that the task draws from. `held-out`: the centers of its cells, which
training never shows (343 of eight levels). `validation`: those and the cube's corners. `hidden hues`: what a task that
leaves out hues never drew.
"""


def colors_of(ensemble: Ensemble, which: ColorSet) -> Float[np.ndarray, "n 3"]:
    """The colors of a set as RGB; the sets `trained` and `held-out` are those of the ensemble's own task.

    Raises:
        UnknownName: There is no such set.
        DoesNotFit: The ensemble was not trained on colors, or has no hidden hues.
    """
    if isinstance(which, NamedColors):
        return which.rgb
    if isinstance(which, str):
        return _known_set(ensemble, which)
    colors = np.asarray(which, dtype=float)
    if colors.ndim != 2 or colors.shape[1] != 3 or not len(colors):
        raise BadValue("colors", f"of shape {colors.shape}", "RGB colors, of shape (n, 3)")
    return colors


def names_of(which: ColorSet, colors: Float[np.ndarray, "n 3"]) -> tuple[str, ...]:
    """What to call the colors of a set: their names where they have some, and else their hexadecimal codes."""
    named = named_colors() if isinstance(which, str) and which == "named" else which
    return named.names if isinstance(named, NamedColors) else tuple(hex_codes(colors))


def hex_codes(colors: Float[np.ndarray, "n 3"] | Sequence[Sequence[float]]) -> list[str]:
    """Colors as `#rrggbb`."""
    channels = np.rint(np.clip(np.nan_to_num(np.asarray(colors, dtype=float)), 0, 1) * 255).astype(int)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in channels.reshape(-1, 3)]


def _known_set(ensemble: Ensemble, which: str) -> Float[np.ndarray, "n 3"]:
    if which == "named":
        return named_colors().rgb
    if which not in SETS:
        raise UnknownName("set of colors", which, SETS)
    task = ensemble.experiment.task
    if not isinstance(task, Colors):
        raise DoesNotFit(f"The set {which!r} is that of a task on colors; this ensemble has {type(task).__name__}.")
    if which == "trained":
        return task.colors()
    unseen = cell_centers(task.levels if isinstance(task.levels, int) and task.space == "rgb" else 8)
    if which == "held-out":
        return unseen
    if which == "validation":
        return with_corners(unseen)
    if task.without_hues is None:
        raise DoesNotFit("The set 'hidden hues' is that of a task with without_hues; this one draws every hue.")
    whole = with_corners(unseen)
    return whole[hold_out(whole, hues=task.without_hues)]
