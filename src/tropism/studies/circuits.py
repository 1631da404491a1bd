"""Circuits: is the cheaper solution chosen, what forms when, and what does a solution cost?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Section, Study
from tropism.studies import _circuits_forming as forming
from tropism.studies import _circuits_moduli as moduli
from tropism.studies import _circuits_tokens as tokens
from tropism.studies._circuits_claims import CLAIMS
from tropism.studies._circuits_words import COLUMNS, LEDE, SECTIONS

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "circuits") -> Study:
    """The study `circuits`: one for all moduli or one each, when each comes, what forms, what names cost."""
    return Study(
        name=name,
        title="Is the cheaper circuit chosen?",
        question=(
            "A task can be solved by one circuit or by several. Parameter counts say which is cheaper. Do networks "
            "choose that one, does it depend on their width and on weight decay, and what does it look like while it "
            "forms?"
        ),
        source="The theory that the author of the seed text on antilearning and combining would like to see tested.",
        sweeps=(*(arm.sweep() for arm in moduli.ARMS.values()), forming.sweep(), *tokens.sweeps()),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
        sections=tuple(Section(*each) for each in SECTIONS),
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the four parts."""
    return {name: table for part in (moduli, forming, tokens) for name, table in part.tables(ensembles).items()}


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What silencing does, the three curves, what forms, and what circuits cost."""
    from tropism.studies._circuits_figures import figures

    return figures(tables)
