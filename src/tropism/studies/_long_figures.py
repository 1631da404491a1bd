"""The figures of the study `long-runs`: the published pictures, the plane of loss and coverage, and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.figures import Figure, Palette
from tropism.studies._long_parts import FASTEST, RATES_OF, row
from tropism.studies._long_published import readings
from tropism.studies._long_tables import ANNEALED, TRAINED
from tropism.subjects.superposition.figures.words import key, sequential, worded

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

Tables = Mapping[str, "polars.DataFrame"]

_SHOWN = (
    ("covered", "covered\nfeatures"),
    ("duplicates", "duplicates\n/ features"),
    ("held_out", "held-out\nloss"),
)


def figures(tables: Tables) -> list[Figure]:
    """Three pictures of training, the plane, and the checkpoints."""
    there = tables["drawn-networks"]["row"].unique().to_list()
    found = [_history(name, tables) for name in RATES_OF if name in there]
    found += [_plane(tables, [name for name in ("LR1", "LR3") if name in there])]
    return [*found, _checkpoints(tables)] if tables["checkpoints"].height else found


def _history(name: str, tables: Tables) -> Figure:
    from tropism.subjects.superposition.figures import history_figure

    training, loss = (tables[table].filter(tables[table]["row"] == name) for table in ("drawn-training", "drawn-loss"))
    offset = "offset −1 and decay" if row(name).offset else f"{row(name).spread} features"
    return history_figure(
        training,
        loss,
        "lr",
        name=f"{name}-history",
        title=f"{name}, {offset}: loss, monosemantic neurons and bias",
        alt="Three panels on one logarithmic axis of steps, lines colored by learning rate: loss, monosemantic neurons "
        f"per feature, and mean bias. {_told(name, tables)}",
        published=_published(name, int(training["step"].max())),  # type: ignore[arg-type]
    )


def _published(name: str, last: int) -> polars.DataFrame | None:
    """What was read off the published picture of a row, if there is one, for a run of so many steps."""
    import polars as pl

    found = [
        {"what": each.what, "lr": each.lr, "step": last >> each.halvings, "number": each.number}
        for each in readings(name)
    ]
    return pl.DataFrame(found) if found else None


def _told(name: str, tables: Tables) -> str:
    """How each rate ends, in a sentence, from the table."""
    import polars as pl

    ends = tables["rows"].filter((pl.col("row") == name) & (pl.col("way") == TRAINED)).sort("lr")
    words = [f"{share:.2f} at {worded('lr', lr)}" for lr, share in ends.select("lr", "share").iter_rows()]
    biases = [f"{bias:+.2f}".replace("-", "−") for bias in ends["bias"]]
    return f"At the end there are {', '.join(words)} monosemantic neurons per feature; mean bias {', '.join(biases)}."


def _plane(tables: Tables, names: list[str]) -> Figure:
    import polars as pl

    ends = tables["drawn-networks"].filter((pl.col("halvings") == 0) & pl.col("row").is_in(names))
    finite = ends.filter(pl.col("held_out").is_finite())

    def draw(canvas: Canvas, palette: Palette) -> None:
        rates = list(RATES_OF["LR1"])
        cells = canvas.add_gridspec(1, len(names) + 1, width_ratios=[*[1.0] * len(names), 0.32])
        first = None
        for place, name in enumerate(names):
            axes = canvas.add_subplot(cells[place], sharex=first, sharey=first)
            first = first or axes
            _draw_ends(axes, finite.filter(pl.col("row") == name), rates, palette)
            axes.set_title("LR1: no offset" if name == "LR1" else "LR3: offset −1, decays", fontsize="small")
            axes.set_xlabel("held-out loss")
            axes.tick_params(labelleft=not place)
        if first is not None:
            first.set_ylabel("covered features")
        key(canvas.add_subplot(cells[-1]), "lr", rates, palette)
        _legend(canvas, palette.muted, palette)

    failed = ends.height - finite.height
    return Figure(
        "plane",
        "Loss and coverage at the end, as trained and annealed",
        "Two panels of dots, held-out loss to the right and the share of covered features upward, without offset on "
        "the left and with offset and decay on the right, colored by learning rate; a line leads from a network as "
        f"trained to the same one annealed. {_spread(finite)}",
        f"A mark a network, {finite.height} in all{f'; {failed} failed and are not drawn' if failed else ''}; a line "
        "joins a network and what 512 further steps without decay made of it, while its rate went to zero. Loss on "
        f"16,384 held-out examples; a network's own 95 % interval, over examples, is ±{_reach(finite):.3f} or less.",
        draw,
        (7.2, 3.7),
    )


def _draw_ends(axes: Axes, own: polars.DataFrame, rates: list[float], palette: Palette) -> None:
    colors = dict(zip(rates, sequential(palette, len(rates)), strict=True))
    for (lr, _), one in own.group_by("lr", "member", maintain_order=True):
        ways = {way: one.filter(one["way"] == way) for way in (TRAINED, ANNEALED)}
        color = colors[float(lr)]  # type: ignore[arg-type]
        if all(part.height for part in ways.values()):
            line = [[part[column][0] for part in ways.values()] for column in ("held_out", "covered")]
            axes.plot(*line, color=color, lw=1.1, zorder=2)
        for way, part in ways.items():
            face = color if way == TRAINED else palette.surface
            axes.plot(part["held_out"], part["covered"], "o", ms=6, mfc=face, mec=color, mew=1.4, zorder=3)


def _legend(canvas: Canvas, color: str, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], ls="none", marker="o", ms=6, mew=1.4, mec=color, mfc=face, label=way)
        for way, face in ((TRAINED, color), (ANNEALED, palette.surface))
    ]
    canvas.legend(handles=handles, loc="outside lower center", ncols=2, handletextpad=0.2)


def _spread(networks: polars.DataFrame) -> str:
    """The means of each row and rate, from the table."""
    import polars as pl

    means = networks.group_by("row", "way", "lr", maintain_order=True).agg(pl.col("held_out", "covered").mean())
    told = [
        f"{name} at {worded('lr', lr)} {way}: loss {loss:.2f}, covered {covered:.2f}"
        for name, way, lr, loss, covered in means.sort("row", "lr", "way", descending=[False, False, True]).iter_rows()
    ]
    return "; ".join(told) + "."


def _reach(networks: polars.DataFrame) -> float:
    """Half of the widest interval of a network's held-out loss."""
    return float((networks["held_out_high"] - networks["held_out_low"]).max()) / 2  # type: ignore[arg-type]


def _checkpoints(tables: Tables) -> Figure:
    import polars as pl

    own = tables["drawn-networks"].filter((pl.col("row") == "LR1") & (pl.col("lr") == FASTEST))
    own = own.filter(pl.col("held_out").is_finite())

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(_SHOWN), 1, sharex=True)
        for axes, (column, label) in zip(grid, _SHOWN, strict=True):
            for place, way in enumerate((TRAINED, ANNEALED)):
                _draw_way(axes, own.filter(pl.col("way") == way), column, place, palette)
            axes.set_ylabel(label)
        steps = sorted(own["step"].unique().to_list())
        grid[-1].set_xscale("log", base=2)
        grid[-1].set_xticks(steps, [f"{each:,}" for each in steps])
        grid[-1].minorticks_off()
        grid[-1].set_xlabel("step")
        grid[0].legend(*_handles(grid[0]), loc="best", ncols=2)

    table = tables["checkpoints"]
    return Figure(
        "LR1-checkpoints",
        "LR1 at .03: each checkpoint as trained, and annealed from there",
        "Three panels on a logarithmic axis of steps, two lines in each, as trained and annealed from there: covered "
        f"features, duplicates per feature, and held-out loss. {_fallen(table)}",
        f"Thick: the mean over {int(table['n'].max())} seeds; thin: each. Annealed: 512 further steps from the "  # type: ignore[arg-type]
        "checkpoint, while the rate goes to zero. Checkpoints stand at the peak of the rate, whose period is 1,024 "
        "steps. Nothing went on at the full rate for 512 steps beside it, so further steps and a lower rate are not "
        "told apart.",
        draw,
        (6.4, 5.2),
    )


def _draw_way(axes: Axes, own: polars.DataFrame, column: str, place: int, palette: Palette) -> None:
    import polars as pl

    color = palette.accent(place)
    for _, one in own.sort("step").group_by("member", maintain_order=True):
        axes.plot(one["step"], one[column], color=color, lw=0.7, alpha=0.5)
    mean = own.group_by("step").agg(pl.col(column).mean()).sort("step")
    face, size = (color, 8.5) if place == 0 else (palette.surface, 5)  # so that both are seen where they meet
    axes.plot(mean["step"], mean[column], "o-", color=color, mfc=face, mec=color, mew=1.4, ms=size, lw=1.8,
              label=(TRAINED, ANNEALED)[place])  # fmt: skip


def _handles(axes: Axes) -> tuple[list[object], list[str]]:
    handles, labels = axes.get_legend_handles_labels()
    return list(handles), list(labels)


def _fallen(table: polars.DataFrame) -> str:
    """By how much annealing lowers the loss, from the table."""
    falls = [f"{100 * fall:.1f} % after {step:,} steps" for step, fall in table.select("step", "fall").iter_rows()]
    return f"Annealing lowers the loss by {', '.join(falls)}."
