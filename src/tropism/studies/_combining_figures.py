"""The pictures of the study `combining`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures import Figure
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.contents import irrep_figure
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spectra import spectra_figure

if TYPE_CHECKING:
    import polars

WORDS = {"sum": "h = (F + G) mod 5", "less": "h = [F < G]"}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All of them, those of each part that was trained."""
    found = []
    if "drawn-c1-looks" in tables:
        found += [_c1_approach(tables["drawn-c1-looks"]), _c1_contents(tables["c1-networks"])]
    if "drawn-c2-looks" in tables:
        found += [_c2_approach(tables["drawn-c2-looks"]), _c2_spectra(tables["drawn-c2-spectra"])]
    if "c2-choice-networks" in tables:
        found.append(_c2_choice(tables["c2-choice-networks"]))
    if "drawn-c6-looks" in tables:
        found += [_c6_approach(tables["drawn-c6-looks"]), _c6_dots(tables["c6-networks"])]
    return found


def _c1_approach(looks: polars.DataFrame) -> Figure:
    import polars as pl

    numbers = pl.format("{}·{}, {} % of pairs", "p", "q", (100 * pl.col("share")).round().cast(pl.Int64))
    return approach_figure(
        looks.with_columns(panel=numbers),
        panel="panel",
        by="method",
        name="c1-approach",
        title="Sums modulo pq, by who learns them",
        alt="Four panels of curves that rise with the step. Those of networks that know the sums modulo p and q rise "
        "within a hundred steps; those from scratch and with tokens apart rise after a thousand, or never.",
        caption="Held-out pairs were shown in no stage. From scratch and with tokens apart 2,500 steps, else 1,000.",
    )


def _c1_contents(networks: polars.DataFrame) -> Figure:
    import polars as pl

    usual = networks.filter((pl.col("p") == 7) & (pl.col("share") == 0.35))
    parts = {"period_p": "period 7", "period_q": "period 11", "full": "neither"}
    table = usual.rename(parts).unpivot(
        on=list(parts.values()), index=["method", "member", "seed"], variable_name="irrep", value_name="spectrum"
    )
    table = table.rename({"method": "preset"})
    order = {name: place for place, name in enumerate(usual["method"].unique(maintain_order=True).to_list())}
    table = table.sort(pl.col("preset").replace_strict(order), "member", maintain_order=True)
    return irrep_figure(
        table,
        share="spectrum",
        name="c1-periods",
        title="What the hidden layer sees of a residue modulo 77",
        alt="Bars of networks, cut into what is of period 7, of period 11, and neither. From scratch, and with tokens "
        "apart, most is neither; where the factors were known, nearly nothing is.",
        caption="35 % of pairs; shares of the two tables that the hidden layer adds up, the constant left out.",
    )


def _c2_approach(looks: polars.DataFrame) -> Figure:
    import polars as pl

    words = {"shared": "old tokens answer", "own": "new tokens answer"}
    percent = (100 * pl.col("share")).round().cast(pl.Int64)
    panels = pl.format("{}, {} % of pairs", pl.col("answers").replace_strict(words), percent)
    return approach_figure(
        looks.with_columns(panel=panels),
        panel="panel",
        by="method",
        name="c2-approach",
        title="New names for old numbers",
        alt="Four panels of curves. Where old tokens answer, networks whose new rows alone move rise within thirty "
        "steps, those with replay after a thousand, and from scratch only at half of the pairs. Where new tokens "
        "answer, new rows alone stay at zero.",
        caption="Sums modulo 31; held-out pairs of new tokens.",
    )


def _c2_spectra(parts: polars.DataFrame) -> Figure:
    import polars as pl

    chosen = (
        ("shared", 0.35, "new tokens", "old tokens answer, only new rows move"),
        ("shared", 0.35, "with replay", "old tokens answer, with replay"),
        ("own", 0.5, "with replay", "new tokens answer, with replay"),
        ("own", 0.5, "new tokens", "new tokens answer, only new rows move (not learned)"),
    )
    shown = [
        parts.filter((pl.col("answers") == a) & (pl.col("share") == s) & (pl.col("method") == m)).with_columns(
            row=pl.lit(words)
        )
        for a, s, m, words in chosen
    ]
    return spectra_figure(
        pl.concat(shown),
        row="row",
        sides=("old", "new"),
        name="c2-spectra",
        title="One circuit or two: the frequencies of old and new tokens",
        alt="Four rows of three panels of bars, old tokens' frequencies upward and new tokens' downward. In the upper "
        "two rows they mirror each other; in the lower two they do not.",
        caption="35 % of pairs where old tokens answer, 50 % where new ones do.",
    )


def _c2_choice(networks: polars.DataFrame) -> Figure:
    import polars as pl

    words = {"shared": "old tokens answer", "own": "new tokens answer"}
    panels = pl.format("{}, width {}", pl.col("answers").replace_strict(words), "hidden")
    table = networks.with_columns(panel=panels, row=pl.format("decay {}", "decay"))
    return dots_figure(
        table.sort("answers", "hidden", descending=[True, False], maintain_order=True),
        panel="panel",
        row="row",
        quantities={
            "final": "held-out accuracy",
            "overlap": "spectrum in common",
            "strangers": "spectrum in common with other networks",
        },
        name="c2-choice",
        title="Which solution is chosen, by width and decay",
        alt="Six panels of marks, a row a decay. Where old tokens answer, the spectrum in common lies near one at "
        "every width and decay. Where new tokens answer, it lies where that with other networks does.",
        caption="70 % of pairs, with replay.",
        label="share",
        across=3,
    )


def _c6_approach(looks: polars.DataFrame) -> Figure:
    import polars as pl

    panels = pl.format("{}: {}", "kind", pl.col("h").replace_strict(WORDS))
    return approach_figure(
        looks.with_columns(panel=panels),
        panel="panel",
        by="method",
        name="c6-approach",
        title="Something of two sums, by who learns it",
        alt="Four panels of curves, an architecture a row. With dense layers, those on top of a network that knows F "
        "and G rise to one, fine-tuned ones stay below, and from scratch (F + G) mod 5 stays at chance. Those of the "
        "transformer lie closer together, and one of three from scratch rises, too.",
        caption="10 % of the examples; held-out ones were shown in no stage.",
    )


def _c6_dots(networks: polars.DataFrame) -> Figure:
    import polars as pl

    panels = pl.format("{}: {}", "kind", pl.col("h").replace_strict(WORDS))
    quantities = {
        "final": "right answers",
        "read_F": "F is read off",
        "follows_F": "follows another's F",
        "follows_chance": "follows directions by lot",
    }
    return dots_figure(
        networks.with_columns(panel=panels),
        panel="panel",
        row="method",
        quantities=quantities,
        name="c6-ways",
        title="Whether the answer goes by way of F",
        alt="Four panels of marks, a row a way of learning. With dense layers on top answers are right, F is read off, "
        "and answers follow another example's F; from scratch none of it. In the transformer F is read off as well, "
        "and answers hardly follow it.",
        caption="At the site that layers on top read; F stands for both, and G is in the table.",
        label="share of examples",
    )
