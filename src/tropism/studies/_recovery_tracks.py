"""Relearning, step by step: what red, reds and the others cost at every snapshot, and when red is back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.subjects.color import Colors, cell_centers, rgb_of, similarity_to
from tropism.subjects.color.measures import color_errors
from tropism.subjects.color.measures.conditions import latents
from tropism.subjects.color.measures.health import FOREIGN

if TYPE_CHECKING:
    import polars

BACK = 0.01
"""Red is back where its squared error is below this: the limit of a healthy reconstruction."""

REDDISH = 0.5
"""Held-out colors more similar to red than this are reds: 22 of 343."""


def tracks(ensembles: Mapping[str, Ensemble], names: Mapping[tuple[float, float], str]) -> polars.DataFrame:
    """Errors at every snapshot: a row an edit, setting, member and step.

    Args:
        ensembles: Fine-tuned ones by edit, all with the same seeds in every setting.
        names: What colors a setting drew, by its dials `(first, count)`.
    """
    import polars as pl

    return pl.concat([_track(edit, ensemble, names) for edit, ensemble in ensembles.items()])


def returns(track: polars.DataFrame) -> polars.DataFrame:
    """When red came back, and at what cost: a row an edit, setting and member.

    `steps` is the first snapshot with pure red's error below `BACK`, and the last step of all where there is none.
    """
    import polars as pl

    by = ["member", "seed", "edit", "colors", "lr"]
    return track.sort("step", maintain_order=True).group_by(by, maintain_order=True).agg(
        pl.col("step").filter(pl.col("red") < BACK).first().fill_null(pl.col("step").last()).alias("steps"),
        (pl.col("red") < BACK).any().alias("returned"),
        pl.col("red").first().alias("red_start"),
        pl.col("red").last().alias("red_end"),
        pl.col("others").first().alias("others_start"),
        pl.col("others").filter(pl.col("red") < BACK).first().alias("others_then"),
        pl.col("others").max().alias("others_peak"),
        pl.col("others").last().alias("others_end"),
    ).with_columns(pl.col("steps").cast(pl.Float64).clip(0.5, None).log(2).alias("octaves"))  # fmt: skip


def summary(back: polars.DataFrame) -> polars.DataFrame:
    """A row an edit and setting: how many came back, when, and at what cost."""
    import polars as pl

    return back.group_by("edit", "colors", "lr", maintain_order=True).agg(
        pl.col("returned").mean().alias("share"),
        pl.col("steps").median().alias("median_steps"),
        pl.col("red_start", "red_end", "others_start", "others_then", "others_peak", "others_end").mean(),
    )


def axis_use(ensembles: Mapping[str, Ensemble], names: Mapping[tuple[float, float], str]) -> polars.DataFrame:
    """The largest |z₀| over the trained grid when fine-tuning ends: a row an edit, setting and member."""
    import polars as pl

    grid = Colors(levels=8).colors()
    parts = [
        pl.DataFrame(_columns(edit, each, names) | {"axis": np.abs(latents(each, grid, "latent")[..., 0]).max(-1)})
        for edit, each in ensembles.items()
    ]
    return pl.concat(parts)


def _track(edit: str, ensemble: Ensemble, names: Mapping[tuple[float, float], str]) -> polars.DataFrame:
    import polars as pl

    columns = _columns(edit, ensemble, names)
    steps = sorted(ensemble.snapshots)
    return pl.concat(
        [pl.DataFrame(columns | {"step": [step] * len(ensemble)} | _errors(ensemble.at(step))) for step in steps]
    )


def _columns(edit: str, ensemble: Ensemble, names: Mapping[tuple[float, float], str]) -> dict[str, Sequence[object]]:
    """Who each row is; `member` is the place of the seed, so that settings and edits are compared seed by seed."""
    seeds = list(dict.fromkeys(str(member.seed) for member in ensemble.members))
    dials = [dict(member.dials) for member in ensemble.members]
    return {
        "member": [seeds.index(str(member.seed)) for member in ensemble.members],
        "seed": [str(member.seed) for member in ensemble.members],
        "edit": [edit] * len(ensemble),
        "colors": [names[each["task.first"], each["task.count"]] for each in dials],
        "lr": [each["optimizer.lr"] for each in dials],
    }


def _errors(ensemble: Ensemble) -> dict[str, Float[np.ndarray, "E"]]:
    unseen = cell_centers(8)
    likeness = similarity_to("red", unseen)
    shown = np.concatenate([rgb_of("red")[None], unseen])
    errors = color_errors(ensemble, shown)
    return {
        "red": errors[:, 0],
        "reds": errors[:, 1:][:, likeness > REDDISH].mean(-1),
        "others": errors[:, 1:][:, likeness < FOREIGN].mean(-1),
    }
