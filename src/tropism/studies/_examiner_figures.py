"""The pictures of the study `examiner`: verdicts counted, evidence, and relearning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.examiner.verdicts import FINDINGS
from tropism.subjects.generalization.figures import attack_figure, evidence_figure, relearning_figure
from tropism.subjects.generalization.figures.verdicts import verdict_fill, verdict_words
from tropism.subjects.generalization.pairs.groups import alternating_to_symmetric

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

SHOWN = tuple(finding for finding in FINDINGS if finding != "undecided")


def figures(tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """Plants × verdicts; the evidence; the attacks; relearning under the attack with X and Y."""
    pair = alternating_to_symmetric()
    return [
        counts_figure(tables["counts"]),
        evidence_figure(tables["judged"], pair.name, name="evidence", title="What the verdicts rest on"),
        attack_figure(tables["latent"], pair.name, name="attacks"),
        relearning_figure(tables["drawn-curves"], pair.name, "x and y", floor=pair.floor, name="relearning"),
        relearning_figure(
            tables["drawn-curves"], pair.name, "embeddings", floor=pair.floor, name="relearning-embeddings"
        ),
    ]


def counts_figure(counts: polars.DataFrame) -> Figure:
    """Plants down, verdicts across: how many seeds; the cell of the truth is framed."""
    rows = counts.to_dicts()
    shown = [*SHOWN, *(["undecided"] if counts["undecided"].sum() else [])]

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.patches import Rectangle

        axes = canvas.subplots()
        for y, row in enumerate(rows):
            for x, verdict in enumerate(shown):
                fill = verdict_fill(verdict, palette) if row[verdict] else palette.faint
                edge, width = (palette.ink, 1.8) if verdict == row["truth"] else ("none", 0.0)
                box = Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, facecolor=fill, edgecolor=edge, lw=width)
                axes.add_patch(box)
                if row[verdict]:
                    axes.text(x, y, str(row[verdict]), ha="center", va="center", fontweight="bold")
        axes.set_xlim(-0.5, len(shown) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [row["row"] for row in rows], color=palette.ink)
        axes.set_xticks(range(len(shown)), [verdict_words(each).replace(" ", "\n", 1) for each in shown])
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)

    wrong = sum(row["n"] - row[row["truth"]] for row in rows)
    total = sum(row["n"] for row in rows)
    said = "; ".join(f"{row['row']}: {row[row['truth']]} of {row['n']} {row['truth']}" for row in rows)
    return Figure(
        "counts",
        "What was planted, and what the examiner says",
        f"A grid of plants and verdicts with numbers of seeds. {said}.",
        f"Numbers of seeds; framed: what was planted. {total - wrong} of {total} verdicts are right.",
        draw,
        (7.4, 0.8 + 0.44 * len(rows)),
    )
