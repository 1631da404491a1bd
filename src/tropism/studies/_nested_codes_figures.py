"""The pictures of the study `nested-codes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import groups
from tropism.figures.theme import Figure
from tropism.studies._nested_codes_tables import ASKED
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import NOTHING, finite, spans_said

if TYPE_CHECKING:
    import polars

VIEWS: Mapping[str, str] = {"larger": "larger", "turned": "without neighbors", "coded": "function of the code"}
METHODS: Mapping[str, str] = {
    "afresh": "C→A→C, scratch",
    "framed, scratch": "C→B→A→B→C, scratch",
    "framed, frozen": "inner frozen",
    "framed, fine-tuned": "inner fine-tuned",
}

UPTO = 0.4
"""Where the axis of errors at the end is cut."""


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What is left of the variance, on the way and at the end, and how alike codes are."""
    return [_approach(_worded(tables["drawn-looks"])), _errors(_worded(tables["codes"])), _alike(tables["codes"])]


def _worded(table: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    words = pl.format("{}: {}, {}", pl.col("view").replace_strict(VIEWS), "shown", "code")
    return table.with_columns(panel=words, way=pl.col("method").replace_strict(METHODS))


def _approach(looks: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = looks.with_columns(accuracy=pl.col("error").clip(upper_bound=1.0))
    return approach_figure(
        drawn,
        panel="panel",
        by="way",
        name="approach",
        title="What is left of held-out pictures, by who learns to give them back",
        alt="Panels of the error against the step, by view, pictures that were shown and the width of the code; a "
        "color a way of learning.",
        caption="Panels: the view, how many pictures of it, the width of the code. Errors above 1 are drawn at 1.",
        label="error",
        across=3,
    )


def _errors(networks: polars.DataFrame) -> Figure:
    import polars as pl

    return dots_figure(
        networks.with_columns(pl.col("final", "least").clip(upper_bound=UPTO)),
        panel="panel",
        row="way",
        quantities={"final": "at the end", "least": "at the best look"},
        name="errors",
        title="The error on held-out pictures",
        alt="Panels of marks, a row a way of learning: the error at the end and at the best look. The way with the "
        f"largest mean error at the end: {_largest(networks, 'final')}.",
        caption="Panels: the view, how many pictures of it were shown, the width of the code. Errors above "
        f"{UPTO:g} are drawn there.",
        label="share of the variance",
        across=3,
        upto=UPTO,
    )


def _largest(networks: polars.DataFrame, column: str) -> str:
    """In each panel, the way with the largest mean over networks."""
    found = []
    for panel, part in groups(networks, "panel"):
        means = {way: float(values.mean()) for way, own in groups(part, "way") if len(values := finite(own, column))}
        found.append(f"{panel}: {max(means, key=lambda way: means[way]) if means else NOTHING}")
    return "; ".join(found)


def _alike(networks: polars.DataFrame) -> Figure:
    drawn = _worded(networks)
    quantities = {"alike": "with the digits' code, own seed", "strangers": "with that of other seeds"}
    return dots_figure(
        drawn,
        panel="panel",
        row="way",
        quantities=quantities,
        name="alike",
        title="How alike codes are to those of an autoencoder of digits",
        alt="Panels of marks, a row a way of learning: the linear kernel alignment with the code of the autoencoder of "
        "digits of the same seed, and of other seeds. Over all rows they reach: "
        f"{spans_said(drawn, quantities, 'panel')}.",
        caption=f"Linear centered kernel alignment on {ASKED} pictures.",
        label="alignment",
        across=3,
    )
