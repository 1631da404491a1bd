"""The pictures of the study `hybrid`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.theme import Figure
from tropism.studies._hybrid_runs import DATA, WEIGHT
from tropism.studies._hybrid_tables import OFTEN
from tropism.studies._swept_figures import Line, Panel, line, swept_figure

if TYPE_CHECKING:
    import polars

DELTA = "δ, free linear latents"


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What a rule sees, what the sparse part recovers, and what the dense block holds."""
    networks = tables["networks"]
    return [_rule(networks), _recovery(networks), _blocks(networks)]


def _one(networks: polars.DataFrame, data: str, code: str = "L1", begun: str = "random") -> polars.DataFrame:
    """The networks of one kind of data and code, in the order of δ, at the default price."""
    import polars as pl

    price = (pl.col("weight") == WEIGHT) | (pl.col("code") == "TopK")
    return networks.filter(price, data=data, code=code, begun=begun).sort("delta")


def _rule(networks: polars.DataFrame) -> Figure:
    panels = []
    for code in ("L1", "TopK"):
        drawn = [(data, part) for data in DATA if len(part := _one(networks, data, code))]
        lines = tuple(line(part, "delta", "most", f"{data} (r = {DATA[data][0]})") for data, part in drawn)
        if lines:
            panels.append(Panel(f"sparse part: {code}", lines, "largest firing rate", OFTEN))
    return swept_figure(
        panels,
        name="rule",
        title="The most frequent latent of the sparse part, by δ",
        alt="The largest firing rate of a sparse latent against δ, a line for each number r of dense directions in the "
        f"data, with a dotted level at {OFTEN:g}: the rule chooses the first δ whose networks lie below it.",
        caption=f"Dotted: the rule's level, {OFTEN:g}. STB-32 has no dense direction.",
        x_label=DELTA,
    )


def _recovery(networks: polars.DataFrame) -> Figure:
    mix, bare = _one(networks, "MIX-32"), _one(networks, "STB-32")
    return swept_figure(
        [
            Panel("MIX-32 (r = 4): truth", _truth(mix), "mean matched cosine"),
            *([Panel("STB-32 (r = 0): truth", _truth(bare), "mean matched cosine")] if len(bare) else []),
            Panel("explained variance", _both(mix, bare, "explained"), "share"),
            Panel("sparse latents that are on", _both(mix, bare, "l0"), "number", 3.0),
            Panel("sparse latents on in > 30 %", _both(mix, bare, "dense_latents"), "number"),
            Panel("which features are on", (*_both(mix, bare, "f1"),
                  line(mix, "delta", "f1_oracle", "oracle, MIX-32", plain=True),
                  line(mix, "delta", "f1_chance", "chance", plain=True)), "F1"),
        ],
        name="recovery",
        title="What the sparse part recovers, by δ",
        alt="Panels against δ: the mean matched cosine of sparse latents with the sparse features on MIX-32 and, as a "
        "control, on STB-32, as they are and with the span of the dense block taken off both, beside chance; explained "
        "variance; how many sparse latents are on, and how many in more than 30 % of the examples; and how well they "
        "tell which features are on.",
        caption="L1, price 0.3. Three sparse features are on in every example (dotted). Chance: as many random "
        "directions; for F1, codes of other examples. Oracle: what matching pursuit finds with the sparse features' "
        "own directions, told that three are on, where the dense ones' span is taken off everything.",
        x_label=DELTA,
    )  # fmt: skip


def _truth(part: polars.DataFrame) -> tuple[Line, ...]:
    return (
        line(part, "delta", "matched", "as they are"),
        line(part, "delta", "beside", "beside the dense block's span"),
        line(part, "delta", "matched_chance", "chance", plain=True),
    )


def _both(mix: polars.DataFrame, bare: polars.DataFrame, value: str) -> tuple[Line, ...]:
    drawn = [line(part, "delta", value, name) for name, part in (("MIX-32", mix), ("STB-32", bare)) if len(part)]
    return tuple(drawn)


def _blocks(networks: polars.DataFrame) -> Figure:
    mix, bare = _one(networks, "MIX-32"), _one(networks, "STB-32")
    lost = (
        line(mix, "delta", "lost_dense", "without the dense block"),
        line(mix, "delta", "lost_sparse", "without the sparse part"),
    )
    return swept_figure(
        [
            Panel("overlap with the true dense directions", _beside(mix, "overlap"), "mean squared cosine"),
            Panel("what zeroing a block costs", lost, "explained variance lost"),
            Panel("MIX-32: sparse signal in the block", _beside(mix, "leak"), "share of its variance"),
            *(
                [Panel("STB-32: sparse signal in the block", _beside(bare, "leak"), "share of its variance")]
                if len(bare)
                else []
            ),
        ],
        name="blocks",
        title="What the dense block holds, by δ",
        alt="Panels against δ. On MIX-32: the overlap of the dense block's span with the true dense directions, "
        "beside that of principal components and chance, and how much variance is no longer explained without each "
        "block. On each kind of data: how much of the sparse features' signal is a linear function of the dense codes.",
        caption="L1, price 0.3; overlap and costs are of MIX-32. Overlap: over the smaller of the two subspaces. "
        "Chance: random directions.",
        x_label=DELTA,
    )


def _beside(part: polars.DataFrame, value: str) -> tuple[Line, ...]:
    import polars as pl

    some = part.filter(pl.col("delta") > 0)
    return (
        line(some, "delta", value, "dense block"),
        line(some, "delta", f"{value}_pca", "as many principal components"),
        line(some, "delta", f"{value}_chance", "chance", plain=True),
    )
