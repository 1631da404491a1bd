"""Rotation: which networks know angles that they were not shown, and whether upright digits help with turned ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Section, Study
from tropism.studies import _rotation_ranges as ranges
from tropism.studies import _rotation_upright as upright
from tropism.studies._rotation_claims import CLAIMS
from tropism.studies._rotation_words import COLUMNS, LEDE, SECTIONS

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "rotation") -> Study:
    """The study `rotation`: a range of angles and the rest; upright digits, then turned ones."""
    return Study(
        name=name,
        title="Does a range of angles bring the rest?",
        question=(
            "Digits are learned over a range of angles: which networks then know them at the others, and is a larger "
            "range better, or only nearer? And who knows upright digits, does it learn turned ones sooner?"
        ),
        source="The seed text's rotated digits, and its upright digits that are then rotated.",
        sweeps=(*ranges.sweeps(), *(arm.sweep() for arm in upright.ARMS.values())),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
        sections=tuple(Section(*each) for each in SECTIONS),
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of both parts."""
    return ranges.tables(ensembles) | upright.tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Accuracy by angle, Y by range, and how each way approaches turned digits."""
    from tropism.studies._rotation_figures import figures

    return figures(tables)
