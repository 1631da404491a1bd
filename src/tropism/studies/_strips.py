"""Every seed a dot: scores, errors, health and places, by sweep and condition, beside what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tropism.studies._published import Published

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


_MOST_ROWS = 12


class Scored(Protocol):
    """What a strip needs to know of a study."""

    @property
    def published(self) -> tuple[Published, ...]: ...
    @property
    def published_sweep(self) -> str: ...
    @property
    def against(self) -> str: ...


def seed_strips(control: Scored, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """The strips that a study's tables allow."""
    found = [score_strip(control, tables["scores"])]
    if "errors" in tables:
        found.append(error_strip(tables["errors"]))
    found.append(red_strip(tables["damage"]))
    if control.against == "similarity":  # where something is anchored
        found.append(leak_strip(tables["health"]))
    found += loss_strips(control, tables["losses"])
    if "sweep" in tables["places"].columns:
        found.append(place_strip(tables["places"]))
    return found


def score_strip(control: Scored, scores: polars.DataFrame) -> Figure:
    """R² by condition, on trained and on held-out colors."""
    from tropism.figures import strip

    both = _few(_shown(scores, "condition", "colors"), scores["condition"][0])
    rows = both["shown"].unique().to_list()
    sweep = control.published_sweep or (scores["sweep"][0] if "sweep" in scores.columns else "")
    marks = {
        _join(sweep, each.condition, "trained"): (each.mean, each.std)
        for each in control.published
        if each.table == "scores"
    }
    return strip(
        both,
        "r2",
        by="shown",
        published={row: mark for row, mark in marks.items() if row in rows},
        name="scores",
        title="How selectively the concept was hit, every seed a dot",
        label="R²",
        alt="Strips of dots, one a seed, for each condition scored on trained and on held-out colors: R² of the errors "
        "against the ground truth. The published mean and spread stand beside ours where there are any.",
    )


def error_strip(errors: polars.DataFrame) -> Figure:
    """The largest error on a dense cube, by condition."""
    from tropism.figures import strip

    cube = errors.filter(errors["colors"] == "cube")
    edits = cube["condition"].unique(maintain_order=True).to_list()
    return strip(
        _few(_shown(cube, "condition"), *edits[:2]),
        "max_mse",
        by="shown",
        log=True,
        name="largest-errors",
        title="The largest error, every seed a dot",
        label="largest squared error on a dense cube of colors",
        alt="Strips of dots, one a seed, on a logarithmic axis: the largest error of the untouched network lies far "
        "left of those after an edit.",
    )


def red_strip(damage: polars.DataFrame) -> Figure:
    """What each condition adds at red."""
    from tropism.figures import strip

    touched = damage.filter(damage["condition"] != damage["condition"][0])
    return strip(
        _shown(touched, "condition"),
        "concept_added",
        by="shown",
        name="red-damage",
        title="What red loses, every seed a dot",
        label="squared error added at pure red",
        alt="Strips of dots, one a seed: the error that each edit adds at pure red. A mid gray given for red would be "
        "at one quarter, a random color at one third on average.",
        caption="Mid gray given for red is an error of 1/4; a color drawn at random, 1/3 on average.",
    )


def leak_strip(health: polars.DataFrame) -> Figure:
    """How far colors that are not red reach along the anchor."""
    from tropism.figures import strip

    return strip(
        _shown(health, "condition"),
        "leak",
        by="shown",
        name="leak",
        title="How far other colors reach along the anchor",
        label="mean |z₀| of colors that are not red",
        alt="One dot a seed: the mean absolute first coordinate of colors that are not red.",
        caption="Below .1 counts as healthy where red is to be alone on its axis.",
    )


def loss_strips(control: Scored, losses: polars.DataFrame) -> list[Figure]:
    """Reconstruction and concept losses at the last look, as the source's box plots show them."""
    from tropism.figures import strip

    sweep = control.published_sweep or (losses["sweep"][0] if "sweep" in losses.columns else "")
    marks = {each.column: (each.mean, each.std) for each in control.published if each.table == "losses"}
    words = {"val_error": "reconstruction error", "val_anchor": "anchor loss", "val_subspace": "subspace loss"}
    found = []
    for column, said in words.items():
        kept = losses.drop_nulls(column) if column in losses.columns else losses.clear()
        if not kept.height:
            continue
        mark = {sweep or "whole": marks[column]} if column in marks else None
        found.append(
            strip(
                _shown(kept, "condition"),
                column,
                by="shown",
                published=mark,
                log=column == "val_error",
                name=column.replace("_", "-"),
                title=f"Validation: {said}, every seed a dot",
                label=said,
                alt=f"Dots, one a seed: the {said} at the last look at validation colors.",
            )
        )
    return found


def place_strip(places: polars.DataFrame) -> Figure:
    """How much nearer related colors lie to the anchor than others, by sweep."""
    from tropism.figures import strip

    return strip(
        places,
        "gathered",
        by="sweep",
        name="gathered",
        title="How related colors gather at the anchor, every seed a dot",
        label="cosine to the anchor: colors like red, less the others",
        alt="Strips of dots, one a seed and one strip for each way of training: how much nearer colors like red lie to "
        "the anchor than colors unlike it. Zero is no gathering.",
    )


def _shown(table: polars.DataFrame, *names: str) -> polars.DataFrame:
    """The table with a column `shown` that names its rows by sweep and the given columns."""
    import polars as pl

    parts = [*(["sweep"] if "sweep" in table.columns else []), *names]
    if len(parts) > 1 and parts[-1] == "condition" and table["condition"].n_unique() == 1 and "sweep" in parts:
        parts.remove("condition")
    return table.with_columns(pl.concat_str(parts, separator=", ").alias("shown"))


def _few(shown: polars.DataFrame, *conditions: str) -> polars.DataFrame:
    """The rows of some conditions alone, where all of them would make too many strips for one look."""
    if shown["shown"].n_unique() <= _MOST_ROWS:
        return shown
    return shown.filter(shown["condition"].is_in(conditions))


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


__all__: Sequence[str] = ["leak_strip", "score_strip", "seed_strips"]
