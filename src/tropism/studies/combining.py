"""Combining: whether circuits that generalize are put together, given new names, or learned afresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Section, Study
from tropism.studies import _combining_nested as nested
from tropism.studies import _combining_residues as residues
from tropism.studies import _combining_tokens as tokens
from tropism.studies._combining_claims import CLAIMS
from tropism.studies._combining_words import COLUMNS, LEDE, SECTIONS

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

PARTS = (residues, tokens, nested)


def study(name: str = "combining") -> Study:
    """The study `combining`: sums modulo p, q and pq; a second token set; something of two sums."""
    return Study(
        name=name,
        title="Are circuits combined, or learned afresh?",
        question=(
            "A network knows how to add. It is then asked for what its circuits could be combined to, for the same "
            "sums under new names, or for something of two sums. Does it use what it has, how much sooner does it "
            "learn, and what says which solution it finds?"
        ),
        source='The part "Combining/Generalizing Generalizations" of the seed text.',
        sweeps=tuple(arm.sweep() for part in PARTS for arm in part.ARMS.values()),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
        sections=tuple(Section(*each) for each in SECTIONS),
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the three parts."""
    return {name: table for part in PARTS for name, table in part.tables(ensembles).items()}


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How each way of learning approaches it, and what networks are made of."""
    from tropism.studies._combining_figures import figures

    return figures(tables)
