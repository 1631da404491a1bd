"""The pictures of the study `location`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.theme import Figure
from tropism.studies._swept_figures import Panel, line, swept_figure

if TYPE_CHECKING:
    import polars


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How well features are found again, by place."""
    places = tables["places"]

    def one(title: str, label: str, column: str, level: str = "", words: str = "") -> Panel:
        lines = [line(places, "place", column, "two dictionaries of a network", joined=False)]
        if level:
            lines.append(line(places, "place", level, words, plain=True))
        return Panel(title, tuple(lines), label)

    within = "directions drawn within the activations"
    panels = [
        one("live latents of two dictionaries", "matched cosine", "consistency", "chance", within),
        one("the same, corrected for chance", "0 chance, 1 the same", "corrected"),
        one("found again within a cosine of .9", "share of live latents", "shared"),
        one("explained, four latents on", "share of the variance", "explained"),
        one("live latents", "share of 128", "live"),
        one("eight components, from two halves", "cosine", "components", "components_chance", "random directions"),
    ]
    return [
        swept_figure(
            panels,
            name="places",
            title="How well features are found again, by where they are looked for",
            alt="Six panels with a column of marks for each place in a network: the matched cosine of two dictionaries "
            "beside chance, the same corrected for chance, the share found again within a cosine of .9, explained "
            "variance, the share of live latents, and how alike principal components of two halves are.",
            caption="Dictionaries of 128 latents, four on. The first five places are of recall, the others of digits.",
            x_label="",
            across=3,
        )
    ]
