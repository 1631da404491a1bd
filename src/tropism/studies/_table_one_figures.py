"""The figures of the study `table-1`: four a row, and those that look over all rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.studies._table_one_neurons import CELLS
from tropism.studies._table_one_parts import ANNEALED, FASTEST, Part, parts
from tropism.studies._table_one_tables import EXAMPLES, EXTRAS, chosen_points
from tropism.subjects.superposition.table_one import ROWS

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

Tables = Mapping[str, "polars.DataFrame"]

FAMILIES = {
    "learning rate": ("LR1", "LR2", "LR3", "LR4"),
    "bias offset": ("B1", "B2", "B3", "B4", "B5"),
    "density": ("E1", "E2", "E3", "E4"),
    "neurons": ("K0", "K1", "K2"),
    "GeLU; L1": ("G3", "RG1"),
    "other tasks": ("RP1", "LR5", "D1"),
    "other decays, refactor": ("LR3-unscaled", "LR3-decays", "LR3-refactor", "RP1-refactor", "G3-refactor"),
    "ours: gentle decay": ("LR3-gentle", "K1-gentle", "RG1-gentle", "RP1-gentle", "LR5-gentle"),
    "ours: no offset": ("RP1-plain", "LR5-plain"),
}
"""The panels of the figure over all rows."""

_ALIKE = "Loss is divided by what answering zero would cost, so that densities and tasks can be compared."


def figures(tables: Tables) -> list[Figure]:
    """Those over all rows, then each row's; a row that was not trained has none."""
    there = set(tables["drawn-networks"]["row"].unique().to_list())
    found = _overall(tables, there)
    for part in parts():
        if part.name in there:
            found += [figure for figure in _of_part(part, tables) if figure is not None]
    if {*ANNEALED, *(f"{name}-annealed" for name in ANNEALED)} <= there:
        found.append(_annealed(tables))
    return found


def _overall(tables: Tables, there: set[str]) -> list[Figure]:
    from tropism.subjects.superposition.figures import plane_figure

    panels = {words: [row for row in rows if row in there] for words, rows in FAMILIES.items()}
    return [
        plane_figure(
            tables["drawn-networks"],
            {words: rows for words, rows in panels.items() if rows},
            name="plane",
            title="Loss against monosemanticity, every network",
            alt="Panels of dots, a color a row, monosemantic neurons per feature to the right and loss upward. "
            f"{_right_half(tables)}",
            caption=f"{_ALIKE} Dotted: as many monosemantic neurons as features.",
        )
    ]


def _right_half(tables: Tables) -> str:
    """Which rows have networks with more than half a monosemantic neuron per feature, from the table."""
    networks = tables["drawn-networks"]
    networks = networks.filter(networks["row"].is_in([row for rows in FAMILIES.values() for row in rows]))
    many = networks.filter(networks["share"].is_finite() & (networks["share"] > 0.5))
    rows = ", ".join(dict.fromkeys(many["row"].to_list())) or "none"
    return (
        f"{many.height} of {networks.height} networks have more than half a monosemantic neuron per feature; they are "
        f"of the rows {rows}. The dotted line at one stands for as many such neurons as features."
    )


def _of_part(part: Part, tables: Tables) -> list[Figure | None]:
    """Its history, its shares against what is swept, its pictures of answers and its biases."""
    prefix = part.name if part.name in ROWS else f"variants-{part.name}"
    found: list[Figure | None] = [_history(part, prefix, tables)]
    if len(part.points()) > 1:
        found.append(_shares(part, prefix, tables))
    if part.name in ROWS:
        found += [_activations(part, prefix, tables), _biases(part, prefix, tables)]
    if part.name == "LR1":
        found.append(_many(tables))
    return found


def _swept(part: Part) -> tuple[str, str]:
    names = part.told_by()
    return names[0], names[1] if len(names) > 1 else ""


def _rows(table: polars.DataFrame, part: Part) -> polars.DataFrame:
    return table.filter(table["row"] == part.name)


def _history(part: Part, prefix: str, tables: Tables) -> Figure:
    from tropism.subjects.superposition.figures import history_figure
    from tropism.subjects.superposition.figures.words import NAMES

    by, across = _swept(part)
    training = _rows(tables["drawn-training"], part)
    return history_figure(
        training,
        _rows(tables["drawn-loss"], part),
        by,
        across=across,
        name=f"{prefix}-history",
        title=f"{part.name}: training by {NAMES[by]}" + (f" and {NAMES[across]}" if across else ""),
        alt=f"Three panels on one logarithmic axis of steps, lines colored by {NAMES[by]}. {_told(part, tables)}",
    )


def _shares(part: Part, prefix: str, tables: Tables) -> Figure:
    from tropism.subjects.superposition.figures import share_figure
    from tropism.subjects.superposition.figures.words import NAMES

    by, across = _swept(part)
    return share_figure(
        _rows(tables["drawn-networks"], part),
        by,
        across=across,
        features=512,
        examples=EXAMPLES,
        name=f"{prefix}-share",
        title=f"{part.name}: neurons and loss against the {NAMES[by]}",
        alt=f"Three panels against the {NAMES[by]}: monosemantic neurons, covered features and duplicates per feature; "
        f"what part of the neurons is what; and the loss. {_told(part, tables)}",
    )


def _told(part: Part, tables: Tables) -> str:
    """The row's most monosemantic setting in a sentence, from the table."""
    from tropism.subjects.superposition.figures.words import NAMES, worded

    by, _ = _swept(part)
    rows = _rows(tables["drawn-networks"], part)
    best, share, covered = None, -1.0, 0.0
    for value in sorted(rows[by].unique().to_list()):
        some = rows.filter(rows[by] == value)
        mean = some["share"].fill_nan(None).mean()
        if mean is not None and float(mean) > share:  # type: ignore[arg-type]
            best, share, covered = value, float(mean), float(some["covered"].fill_nan(None).mean())  # type: ignore[arg-type]
    if best is None:
        return "No network stayed finite."
    if share < 0.005:
        return "No setting has more than a few monosemantic neurons."
    return (
        f"The most monosemantic setting is {NAMES[by]} {worded(by, best)}: {share:.2f} such neurons per feature, with "
        f"{covered:.2f} of the features covered."
    )


def _headings(part: Part) -> list[str]:
    from tropism.subjects.superposition.figures.words import NAMES, worded

    by, _ = _swept(part)
    return [f"{NAMES[by]} {worded(by, point[by])}" for point in chosen_points(part)]


def _activations(part: Part, prefix: str, tables: Tables) -> Figure | None:
    """None if no network that would be shown stayed finite."""
    from tropism.subjects.superposition.figures import activation_figure

    pictures = tables.get(f"drawn-activations-{part.name}")
    if pictures is None:
        return None
    widths = [int(point.get("hidden", part.row.hidden)) for point in chosen_points(part)]
    signed = " The larger of the answers at +1 and at −1." if part.row.aim == "abs" else ""
    sizes = " Absolute values." if part.row.activation == "gelu" else ""
    return activation_figure(
        pictures,
        _headings(part),
        sizes=[(width, 512) for width in widths],
        name=f"{prefix}-activations",
        title=f"{part.name}: what each neuron answers to each feature alone",
        alt="Pictures side by side, neurons downward and features to the right, stronger in color as they answer. "
        "Features stand in the order of the neurons they excite most, which alone draws a line; a monosemantic neuron "
        f"is a row that is empty but for its cell on that line. {_told(part, tables)}",
        caption=f"{_pictured(pictures)} Neurons by falling ratio of largest to mean answer, features by the neuron "
        f"they excite most. At most {CELLS} cells each way; a cell is the largest of the answers that it stands "
        f"for.{signed}{sizes}",
    )


def _biases(part: Part, prefix: str, tables: Tables) -> Figure | None:
    """None if no network that would be shown stayed finite."""
    from tropism.subjects.superposition.figures import bias_figure

    biases = tables["drawn-biases"]
    own = _rows(biases, part) if "row" in biases.columns else biases
    if not own.height:
        return None
    return bias_figure(
        own,
        _headings(part),
        features=512,
        name=f"{prefix}-biases",
        title=f"{part.name}: the bias of every neuron",
        alt="Panels of dots, neurons to the right, the most monosemantic first, and their bias upward; colors tell "
        f"whether a neuron is monosemantic, polysemantic or dead. {_told(part, tables)}",
    )


def _many(tables: Tables) -> Figure | None:
    """None if the network that would be shown did not stay finite."""
    from tropism.subjects.superposition.figures import activation_figure

    if "drawn-many-LR1" not in tables:
        return None
    part = next(each for each in parts() if each.name == "LR1")
    headings = [f"and {count} more" if count > 1 else "and one more" for count in EXTRAS]
    return activation_figure(
        tables["drawn-many-LR1"],
        headings,
        sizes=[(part.row.hidden, 512)] * len(EXTRAS),
        name="LR1-many",
        title="LR1: the same neurons while further features are held on",
        alt="Three pictures, neurons downward and features to the right, in stronger color for a stronger answer; from "
        "left to right 1, 3 and 7 further features are held on. A stripe across is a neuron that answers to what is "
        f"held on, whatever the column's own feature. {_striped(tables)}",
        caption=f"One network, seed {tables['drawn-many-LR1']['seed'][0]}: the last setting of the figure before, its "
        "neurons and features in the same order; in each column one feature is at 1, and so are 1, 3 or 7 others, the "
        "same in all columns. On average eight features are on in "
        f"training. At most {CELLS} cells each way, each the largest of what it stands for.",
    )


def _pictured(pictures: polars.DataFrame) -> str:
    """Which networks a figure shows."""
    return f"One network a panel, seed {', '.join(pictures['seed'].unique(maintain_order=True).to_list())}."


def _striped(tables: Tables) -> str:
    """How many rows of each picture are stripes, from the table."""
    cells = tables["drawn-many-LR1"]
    middle = cells.filter(cells["value"] > 0.05).group_by("panel", "y").len()
    wide = int(cells["x"].max()) + 1  # type: ignore[arg-type]
    high = int(cells["y"].max()) + 1  # type: ignore[arg-type]
    counts = [middle.filter((middle["panel"] == each) & (middle["len"] > wide / 2)).height for each in range(3)]
    shares = [f"{count / high:.0%}".replace("%", " %") for count in counts]
    return f"Of the pictures' rows {shares[0]}, {shares[1]} and {shares[2]} are filled by more than half above .05."


def _annealed(tables: Tables) -> Figure:
    from tropism.subjects.superposition.figures import before_after_figure

    networks = tables["drawn-networks"]
    before = networks.filter(networks["row"].is_in(ANNEALED) & (networks["lr"] == FASTEST))
    after = networks.filter(networks["row"].str.ends_with("-annealed"))
    seeds = after["seed"].n_unique()
    return before_after_figure(
        before.vstack(after),
        {name: (name, f"{name}-annealed") for name in ANNEALED},
        (("held_out", "held-out loss"), ("share", "monosemantic / features"), ("bias", "mean bias")),
        words=("at the full rate", "after annealing"),
        name="variants-annealed",
        title="Trained on while the rate goes to zero",
        alt="Three panels, in each a group of short lines for each row, from a network at its full rate to the same "
        "network after annealing: held-out loss, monosemantic neurons per feature, and mean bias.",
        caption=f"Rate .03, {seeds} seed{'s' * (seeds != 1)} a row. Annealed: half a cosine to zero over another "
        "eighth of the run, without decay. Nothing went on at the full rate beside it, so further steps and a lower "
        "rate are not told apart.",
    )
