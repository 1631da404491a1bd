"""Antilearning: pairs of tasks × techniques for learning X without Y, and whether Y is gone or only hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Section, Study
from tropism.studies._antilearning_claims import claims_of
from tropism.studies._antilearning_figures import Drawn
from tropism.studies._antilearning_rows import ROWS, rows_for
from tropism.studies._antilearning_shape import TABLE, shape_columns, shape_sweep, shape_table
from tropism.subjects.generalization.examiner.asides import with_asides
from tropism.subjects.generalization.examiner.cells import Column, Row
from tropism.subjects.generalization.examiner.damage import damaged
from tropism.subjects.generalization.examiner.inside import behind_gates, readable
from tropism.subjects.generalization.examiner.scores import curves, latent_scores, outcomes
from tropism.subjects.generalization.examiner.verdicts import cells, evidence, judged
from tropism.subjects.generalization.figures import paged, table_grids
from tropism.subjects.generalization.pairs import TaskPair
from tropism.subjects.generalization.pairs.groups import alternating_to_symmetric, two_subgroups
from tropism.subjects.generalization.pairs.moduli import many_moduli
from tropism.subjects.generalization.pairs.pictures import colored_shapes, rotated_digits
from tropism.techniques import TamperResistant

if TYPE_CHECKING:
    import polars

QUICK = "antilearning-quick"
SEEDS = (0, 1, 2)
LEDE = """Every technique is shown only what it declares: X alone, Y's inputs, Y's answers, or how Y is computed; a test
changes all that it may not see and finds the same networks. Techniques that take Y away begin from networks that know X
and Y (the row "base"); the others from fresh ones. Then every network is attacked, probed and searched for gates.

Three things are kept apart. S, suppression: 1 where Y's accuracy is that of who has no idea. R, the latent score under
the worst attack: 0 where Y is as hard to learn as for a fresh network, 1 where it is as easy as for the base. And
whether a probe reads Y's answers. The verdict follows from them by fixed bounds. In A2 a network has two answers and no
output for Y, so there S is of the order in which the difference of its two outputs puts Y's examples, whichever way. No
cell of A2 is called gated, since answers return there when a threshold moves. In A1 and A2 the mechanism that T5 knows
is how inputs are altered, which is to know Y's inputs.

A first quick table was looked at, in which attackers of A3 and A5 had a tenth of Y; nearly all of A3 came out as
"absent", also after X alone, though such networks learn S5 sooner than fresh ones (see the study "lifting"). Attackers
have three tenths since. "Absent" is always said of these attacks: three hundred steps are few (A1 and A2 have sixty, as
their networks learn sooner), and a latent score near the bound of .2, as after X alone in A3, is no proof. Gradient
routing and misdirection, which had cost X, got more steps to mend it and a price in units of the network's own
activations.

The study "examiner" tries this examiner on planted networks. It moved one bound after that first look, by its own
plants alone: a fifth of what is missing of Y, and not half, must return behind a gate or by damage. Another was added
after the whole table of A3, A4 and A5 had been looked at: what is absent must not be regained by any attack to more
than half. Misdirected networks of A3 and A5 had been called absent with latent scores of .12 to .20, because Y came
back late; but it came back whole, where it does not for gold networks, which know X by a mechanism that cannot bring
Y."""


def study(name: str = "antilearning") -> Study:
    """All pairs and techniques, three seeds, all attacks; as `antilearning-quick` with two attacks and fewer steps.

    The quick form leaves out what attacks the network in every step and costs as much as ten others.
    """
    if name == QUICK:
        rows = tuple(row for row in ROWS if not isinstance(row.technique, TamperResistant))
        return table_study(QUICK, tuple(map(_shorter, pairs())), rows, SEEDS, quick=True, claims=True)
    return table_study(name, pairs(), ROWS, SEEDS, claims=True)


def pairs() -> tuple[TaskPair, ...]:
    """The pairs of the table; A1's pictures are scikit-learn's (see `rotated_digits` for others)."""
    return (
        rotated_digits(),
        colored_shapes(),
        _shown_more(alternating_to_symmetric()),
        many_moduli(),
        _shown_more(two_subgroups()),
    )


def _shown_more(pair: TaskPair) -> TaskPair:
    """The pair with three tenths of Y for attackers: with one, an attack overfits and tells little."""
    return replace(pair, cuts_y=(0.4, 0.7))


def table_study(
    name: str,
    pairs: Sequence[TaskPair],
    rows: Sequence[Row],
    seeds: Sequence[int] = SEEDS,
    *,
    quick: bool = False,
    claims: bool = False,
) -> Study:
    """A study of pairs × techniques × seeds with everything that the examiner asks; a report with a section a pair.

    Args:
        name: Its folder's name.
        pairs: The columns of the table.
        rows: The techniques; how long each trains follows from the pair where it is a part of the pair's steps.
        seeds: Whose luck.
        quick: Two attacks instead of all, and probes at the pair's site alone.
        claims: Whether to judge the seed's hypotheses besides, which want the shipped pairs and rows.
    """
    columns = tuple(Column.of(pair, rows_for(pair, rows), tuple(seeds), quick=quick) for pair in pairs)
    told = ", ".join(f"{column.pair.name} ({column.pair.title})" for column in columns)
    return Study(
        name=name,
        title="Learning X without Y",
        question=f"Which technique keeps X and loses Y, and is Y then gone, hidden or only silent? Pairs: {told}.",
        source="The seed text on antilearning; techniques and attacks as cited on their own pages.",
        sweeps=(
            *(sweep for column in columns for sweep in column.sweeps()),
            *map(shape_sweep, shape_columns(columns)),
        ),
        measure=_Measured(columns, quick),
        draw=Drawn(columns, quick),
        claims=claims_of(columns, whole=claims),
        lede=LEDE,
        sections=tuple(_section(column) for column in columns),
        columns=COLUMNS,
        grids=table_grids(),
    )


class _Measured:
    """Every table of the report, from the trained ensembles."""

    def __init__(self, columns: tuple[Column, ...], quick: bool) -> None:
        self.columns, self.quick = columns, quick

    def __call__(self, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        import polars as pl

        parts: dict[str, list[Any]] = {"judged": [], "latent": [], "drawn-curves": []}
        for column in self.columns:
            told = outcomes(column, ensembles)
            attacked = curves(column, ensembles)
            latent = latent_scores(attacked)
            sites = (column.pair.site,) if self.quick else None
            inside = readable(column, ensembles, sites=sites), behind_gates(column, ensembles)
            found = evidence(told, latent, *inside, column.pair.floor, damaged(column, ensembles))
            if column.pair.by_order:  # answers return when a threshold moves, and the order is what is asked for
                found = found.with_columns(returned=pl.lit(None, pl.Float64), damage_returned=pl.lit(None, pl.Float64))
            found = found.join(_recovered(attacked), on=["pair", "row", "seed"], how="left")
            found = found.with_columns(member=pl.int_range(pl.len()).over("pair", "row"))
            parts["judged"].append(judged(found, column.pair.least))
            parts["latent"].append(latent)
            parts["drawn-curves"].append(attacked)
        whole = {name: pl.concat(tables, how="diagonal") for name, tables in parts.items()}
        asked = shape_columns(self.columns)
        shapes = {TABLE: shape_table(asked, ensembles)} if asked else {}
        found = with_asides(cells(whole["judged"]), whole["judged"], self.columns)
        under = self.columns[0].attacks[0].name if self.quick else ""
        return {"cells": paged(found, whole["judged"], under=under)} | whole | shapes


def _recovered(attacked: polars.DataFrame) -> polars.DataFrame:
    """Y's accuracy after an attacker trained on X alone to the end, at the pair's rate."""
    import polars as pl

    on_x = attacked.filter((pl.col("attack") == "x") & (pl.col("rate") == 1.0))
    last = on_x.filter(pl.col("step") == pl.col("step").max())
    return last.select("pair", "row", "seed", x_recovery="accuracy_y")


def _section(column: Column) -> Section:
    pair = column.pair
    brings = {
        "zero-shot": "X alone brings Y with it.",
        "partial": "X alone brings some of Y with it.",
        "latent": "After X alone Y is at chance, and learned sooner.",
        "none": "X alone brings nothing of Y.",
    }[pair.coupling]
    shown = "The base was trained on Y's answers as well." if pair.shown else "The base was trained on X alone."
    attacks = ", ".join(attack.name for attack in column.attacks)
    return Section(pair.name, f"{pair.name}: {pair.title}", f"{brings} {shown} Attacks: {attacks}.")


def _shorter(pair: TaskPair) -> TaskPair:
    return replace(pair, **{name: max(1, round(getattr(pair, name) * 0.6)) for name in ("steps", "attack_steps")})


COLUMNS = {
    "pair": "the pair of tasks",
    "row": "the technique",
    "verdict": "what most seeds come to",
    "of": "how many seeds say so",
    "accuracy_x": "accuracy on X, held out",
    "accuracy_y": "accuracy on Y, held out from techniques and attackers",
    "legal_y": "the same among legal outputs",
    "auc_y": "how often the difference of two outputs is larger for an example of Y's second answer (1/2 is chance)",
    "auc_shape": "A2: the same for triangles beside squares",
    "color_reliance": "A2: how often what is neither red square nor blue triangle is answered by its color",
    "ce_y": "cross-entropy on Y, nats",
    "suppression": "S: 1 where Y is answered as by who has no idea, 0 as by the base",
    "worst": "R: the largest latent score of all attacks; 0 as a fresh network, 1 as the base",
    "worst_gold": "the same, 0 as a gold network, which knows X and cannot have Y",
    "regained": "the most that an attack regains of Y by any look; 0 as a fresh network, 1 as the base",
    "gap": "the probe's accuracy on Y less that on fresh networks",
    "probe": "its accuracy",
    "area": "how well X and Y are told apart along the gate's direction (1/2 is guessing)",
    "returned": "the part of Y that returns when that direction is disabled",
    "damage_returned": "the part of Y that returns by the damage to the weights that brings most of it back",
    "accuracy_shape": "A2: accuracy on shapes, held out, when red squares and red triangles are learned",
    "step": "steps of training",
    "x_recovery": "Y's accuracy after an attack with X alone",
    "worst_attack": "the attack with the largest latent score, and its rate",
    "n": "seeds",
}
