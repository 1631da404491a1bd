"""The figures of plain runs: training, neurons against what was swept, answers and biases of chosen settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.studies._run_axes import UNSWEPT
from tropism.studies._sparse_runs import EXAMPLES
from tropism.studies._table_one_neurons import CELLS
from tropism.subjects.superposition.figures.words import called, in_a_sentence, worded

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

MOST_COLUMNS = 4
"""Values of a second axis that have a column of panels each; of more, three are shown."""

FINDS = (
    "Neurons by falling ratio of largest to mean answer, features by the neuron they excite most. At most "
    f"{CELLS} cells each way; a cell is the largest of the answers that it stands for."
)


@dataclass(frozen=True)
class _Swept:
    """Which axes a figure shows.

    Attributes:
        by: The one with the most numbers.
        across: Another one, or empty.
        held: The others, each with the value in its middle, at which figures look.
    """

    by: str
    across: str
    held: Mapping[str, float | str]


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Training history; share, coverage and loss against what was swept; activation maps; bias spectra.

    What nothing is known of is not drawn: networks without hidden biases have no panel of their mean, and none of them.
    """
    axes = _swept(tables)
    found = [_history(axes, tables)]
    if axes.by != UNSWEPT:
        found.append(_against(axes, tables))
    if "drawn-activations" in tables:
        found.append(_activations(tables))
    if "drawn-biases" in tables:
        found.append(_biases(tables))
    return found


def _swept(tables: Mapping[str, polars.DataFrame]) -> _Swept:
    rows = sorted(tables["drawn-axes"].iter_rows(named=True), key=lambda row: (not row["numeric"], -row["values"]))
    names = [row["name"] for row in rows]
    middle = {name: values[len(values) // 2] for name in names[2:] for values in [_values(tables, name)]}
    return _Swept(names[0], names[1] if len(names) > 1 else "", middle)


def _values(tables: Mapping[str, polars.DataFrame], name: str) -> list[float | str]:
    values = tables["drawn-networks"][name].unique(maintain_order=True)
    return (values.sort() if values.dtype.is_numeric() else values).to_list()


def _held(axes: _Swept, table: polars.DataFrame) -> polars.DataFrame:
    """The rows at the middle of the axes that no figure tells apart; all where the grid has none there."""
    some = table
    for name, value in axes.held.items():
        some = some.filter(some[name] == value)
    return some if some.height else table


def _at(axes: _Swept) -> str:
    said = ", ".join(f"{called(name)} {worded(name, value)}" for name, value in axes.held.items())
    return f"At {said}. " if said else ""


def _columns(axes: _Swept, tables: Mapping[str, polars.DataFrame]) -> list[float | str]:
    """The values of the second axis that have a column of panels."""
    values = _values(tables, axes.across) if axes.across else []
    places = range(len(values)) if len(values) <= MOST_COLUMNS else (0, len(values) // 2, len(values) - 1)
    return [values[place] for place in places]


def _history(axes: _Swept, tables: Mapping[str, polars.DataFrame]) -> Figure:
    from tropism.subjects.superposition.figures.histories import PANELS, history_figure

    columns = _columns(axes, tables)
    training, loss = (_held(axes, tables[f"drawn-{name}"]) for name in ("training", "loss"))
    if columns:
        training, loss = (table.filter(table[axes.across].is_in(columns)) for table in (training, loss))
    panels = tuple(each for each in PANELS if each[0] != "bias" or training["bias"].is_finite().any())
    shown = "loss, monosemantic neurons per feature" + (" and mean bias" if len(panels) == 3 else "")
    colors = f", lines colored by {in_a_sentence(axes.by)}" if axes.by != UNSWEPT else ""
    fewer = bool(columns) and len(columns) < len(_values(tables, axes.across))
    three = f"Shown are the first, the middle and the last {in_a_sentence(axes.across)}." if fewer else ""
    return history_figure(
        _finite(training, "share"),
        _finite(loss, "loss"),
        axes.by,
        across=axes.across,
        name="history",
        title="Training" + (f" by {in_a_sentence(axes.by)}" if axes.by != UNSWEPT else ""),
        alt=f"{'Three' if len(panels) == 3 else 'Two'} panels above each other on one logarithmic axis of steps"
        f"{colors}: {shown}. {_told(axes, tables)}",
        caption=_at(axes) + three,
        panels=panels,
        published=_marks(tables.get("drawn-published"), axes),
    )


def _marks(published: polars.DataFrame | None, axes: _Swept) -> polars.DataFrame | None:
    """Published numbers of settings that were trained, if there are any."""
    import polars as pl

    if published is None or axes.across or axes.by not in published.columns:
        return None
    there = published.filter(pl.col("ours").is_finite())
    return there.select("what", "step", "number", axes.by).unique(maintain_order=True) if there.height else None


def _finite(table: polars.DataFrame, column: str) -> polars.DataFrame:
    """What can be drawn, or the whole table where that is nothing."""
    there = table.filter(table[column].is_finite())
    return there if there.height else table


def _against(axes: _Swept, tables: Mapping[str, polars.DataFrame]) -> Figure:
    from tropism.subjects.superposition.figures import crossing_figure, share_figure

    networks = _held(axes, tables["drawn-networks"])
    swept, other = in_a_sentence(axes.by), in_a_sentence(axes.across)
    title = f"Neurons and loss against the {swept}"
    if axes.across:
        return crossing_figure(
            networks, axes.by, axes.across, name="share", title=f"{title}, by {other}", caption=_at(axes),
            alt=f"Three panels above each other against the {swept}, a color for each {other}: "
            f"monosemantic neurons per feature, share of features covered, held-out loss. {_told(axes, tables)}",
        )  # fmt: skip
    features = int(tables["drawn-panels"]["features"].to_list()[0]) if "drawn-panels" in tables else 0
    return share_figure(
        networks, axes.by, features=features, name="share", title=title, examples=EXAMPLES,
        alt=f"Three panels against the {swept}: monosemantic neurons, covered features and duplicates per "
        f"feature; what part of the neurons is what; and the loss. {_told(axes, tables)}",
    )  # fmt: skip


def _told(axes: _Swept, tables: Mapping[str, polars.DataFrame]) -> str:
    """The most monosemantic setting in a sentence, from the table."""
    best = tables["summary"].filter(tables["summary"]["n"] > 0).sort("share", descending=True).head(1).to_dicts()
    if not best:
        return "No network stayed finite."
    share, covered = best[0]["share"], best[0]["covered"]
    if axes.by == UNSWEPT:
        return f"It ends with {share:.2f} monosemantic neurons per feature, and {covered:.2f} of the features covered."
    if share < 0.005:
        return "No setting has more than a few monosemantic neurons."
    return (
        f"The most monosemantic setting is {_said(best[0]['run'])}: {share:.2f} such neurons per feature, with "
        f"{covered:.2f} of the features covered."
    )


def _said(run: str) -> str:
    """A setting's words, numbers as figures have them."""
    parts = []
    for part in run.split(", "):
        name, _, value = part.rpartition(" ")
        try:
            parts.append(f"{called(name)} {worded(name, float(value))}")
        except ValueError:
            parts.append(part)
    return ", ".join(parts)


def _activations(tables: Mapping[str, polars.DataFrame]) -> Figure:
    from tropism.subjects.superposition.figures import activation_figure

    panels = tables["drawn-panels"]
    return activation_figure(
        tables["drawn-activations"],
        panels["heading"].to_list(),
        sizes=list(zip(panels["neurons"].to_list(), panels["features"].to_list(), strict=True)),
        name="activations",
        title="What each neuron answers to each feature alone",
        alt="Pictures side by side, neurons downward and features to the right, stronger in color as they answer. "
        "Features stand in the order of the neurons they excite most, which alone draws a line; a monosemantic neuron "
        "is a row that is empty but for its cell on that line.",
        caption=f"{_whose(panels)} {FINDS} Absolute values; of magnitudes, the larger of the answers at +1 and at −1.",
    )


def _biases(tables: Mapping[str, polars.DataFrame]) -> Figure:
    from tropism.subjects.superposition.figures import bias_figure

    panels = tables["drawn-panels"]
    return bias_figure(
        tables["drawn-biases"],
        panels["heading"].to_list(),
        features=panels["features"].to_list(),
        seed=" and ".join(panels["seed"].unique(maintain_order=True).to_list()),
        name="biases",
        title="The bias of every neuron",
        alt="Panels of dots, neurons to the right, the most monosemantic first, and their bias upward; colors tell "
        "whether a neuron is monosemantic, polysemantic or dead.",
        caption="The networks of the pictures of answers.",
    )


def _whose(panels: polars.DataFrame) -> str:
    """Which networks are shown."""
    seeds, at = (panels[name].unique(maintain_order=True).to_list() for name in ("seed", "at"))
    several = "; the first, the middle and the last of what was swept" if panels.height > 2 else ""
    held = f", at {' and '.join(at)}" if at[0] else ""
    return f"One network a panel, seed {' and '.join(seeds)}{several}{held}."
