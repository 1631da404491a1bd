"""The pictures of the study `recovery`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tropism.studies._control import Tables

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

    from tropism.figures import Figure
    from tropism.figures.theme import Palette


FLOOR = 1e-4
SMALL = "errors below .0001 are drawn there."


def figures(tables: Tables) -> Sequence[Figure]:
    """Relearning curves by edit and by colors, and every seed a dot: steps until red is back, and what others pay."""
    return [*_curves(tables["tracks"]), *_strips(tables["returns"])]


def on_log_steps(figure: Figure) -> Figure:
    """The same curves with steps on a logarithmic axis that begins at 0."""

    def draw(canvas: Canvas, palette: Palette) -> None:
        figure.draw(canvas, palette)
        for axes in canvas.axes:
            axes.set_xscale("symlog", linthresh=1)
            axes.set_xticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])
            axes.minorticks_off()
            axes.set_xlabel("steps of fine-tuning")
            for line in axes.lines:
                line.set_antialiased(line.get_linewidth() > 1)  # hundreds of smoothed hairlines double the file

    return replace(figure, draw=draw)


def _curves(tracks: polars.DataFrame) -> list[Figure]:
    import polars as pl

    from tropism.figures import curves

    fast = tracks.filter(pl.col("lr") == pl.col("lr").max()).with_columns(pl.col("red", "others").clip(FLOOR, None))
    edits = fast.filter((pl.col("colors") == "all") & (pl.col("edit") != "prune"))
    ablated = fast.filter((pl.col("edit") == "ablate") & (pl.col("colors") != "8 reds"))
    drawn = [
        curves(
            edits,
            "red",
            by="edit",
            name="relearning",
            title="Red's error while all colors are taught again",
            label="squared error at pure red",
            alt="Three families of falling curves on logarithmic axes. Ablated networks fall from a third to a "
            "hundredth within about ten steps, redirected ones, which begin higher, within thirty; fresh ones "
            "stay high for fifty steps and get there after about a hundred and fifty.",
            caption=f"Learning rate .01; {SMALL} Pruned networks lie on the ablated ones, rounding aside.",
            log=True,
        ),
        curves(
            ablated,
            "red",
            by="colors",
            name="colors-red",
            title="Red's error after ablation, by the colors that are taught",
            label="squared error at pure red",
            alt="Four families of falling curves on logarithmic axes. Taught all colors, or 1 or 64 reds, networks "
            "reach a hundredth within about ten steps. Taught no red at all, they fall too, slowly, and scatter "
            "from a thousandth to a few tenths in the end.",
            caption=f"Learning rate .01; {SMALL}",
            log=True,
        ),
        curves(
            ablated,
            "others",
            by="colors",
            name="colors-others",
            title="What colors foreign to red pay meanwhile",
            label="mean squared error, foreign colors",
            alt="Four families of curves on logarithmic axes. Taught reds alone, networks spoil the other colors: "
            "their error rises from a thousandth to some hundredths within ten steps; with 64 reds it then falls "
            "again by half a decade. Taught all colors, or all but reds, it hardly rises and then falls.",
            caption=f"Learning rate .01; {SMALL}",
            log=True,
        ),
    ]
    return [on_log_steps(each) for each in drawn]


def _strips(back: polars.DataFrame) -> list[Figure]:
    import polars as pl

    from tropism.figures import strip

    everything = back.filter(pl.col("colors") == "all")
    fast = back.filter((pl.col("lr") == pl.col("lr").max()) & pl.col("edit").is_in(["ablate", "fresh"]))
    return [
        strip(
            everything.with_columns(pl.format("{}, rate {}", "edit", "lr").alias("shown"), pl.col("steps").clip(0.5)),
            "steps",
            by="shown",
            name="steps",
            title="Steps until red is back",
            label="steps of fine-tuning on all colors",
            alt="Eight rows of dots on a logarithmic axis, one dot a seed, two learning rates an edit. At each rate "
            "ablated and pruned networks are alike and first, redirected ones two or three times later, fresh "
            "ones last, with little overlap.",
            caption="A network in which red is not back within 1,000 steps stands at 1,000.",
            log=True,
        ),
        strip(
            fast.with_columns(pl.format("{}, {}", "edit", "colors").alias("shown")),
            "others_then",
            by="shown",
            name="price",
            title="How far off foreign colors are when red is back",
            label="mean squared error, foreign colors",
            alt="Ten rows of dots on a logarithmic axis, one dot a seed. Ablated networks taught all colors pay "
            "thousandths, taught reds alone about a hundredth; fresh ones taught one or eight reds know no other "
            "color.",
            caption="Learning rate .01. A network in which red never came back counts as failed here.",
            log=True,
        ),
    ]
