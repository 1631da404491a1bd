"""Compiled program: whether features are the variables of a program that was written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Drawn, Study
from tropism.studies._compiled_program_claims import CLAIMS
from tropism.studies._compiled_program_tables import QUICK, WHOLE, Scale

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed
    from tropism.figures import Figure


def study(name: str = "compiled-program") -> Study:
    """The study `compiled-program`; as `compiled-program-quick` with two seeds and fewer examples."""
    scale = QUICK if name.endswith("-quick") else WHOLE
    return Study(
        name=name,
        title="Are features the variables of a program?",
        question=(
            "A small program is written by hand and compiled into a ReLU network, each variable a direction of its "
            "stream. Do methods that see activations alone find the variables?"
        ),
        source='The part "Feature Identification" of the seed text: what is coded by hand should be found again.',
        sweeps=(),
        measure=Drawn(scale.seeds, partial(tables, scale=scale)),
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
    )


def tables(seeds: Sequence[Seed], scale: Scale = WHOLE) -> dict[str, polars.DataFrame]:
    """Methods by values and widths, and the same by variable."""
    from tropism.studies import _compiled_program_tables

    return _compiled_program_tables.tables(seeds, scale)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How near directions are, and how well codes follow values."""
    from tropism.studies._compiled_program_figures import figures

    return figures(tables)


LEDE = """The program has four flags, each set in a quarter of examples, and two amounts, each there in half of them and
then anything up to 1. It makes seven more variables of these: an AND, an OR, an XOR, a greater of two, a comparison, a
sum and a count. One layer of six ReLU neurons computes them without error, and each of the 13 variables is written in a
direction by lot of a stream of 24 dimensions, or of 8, into which a wider stream is copied. Activations have noise
of .01.

Methods see them and nothing else, and are scored on as many that they did not see. PCA and ICA look for as many
directions as stand out from the noise; an online dictionary and K-SVD (four active atoms) for 13. Each codes as it
means to: by least squares, without negative codes, or by pursuit. Variables' own directions, with least squares, lead
to all values where there is room; in fewer dimensions they do not, and codes that are sparse may follow values better
than they do. Directions by lot are chance.

A code is scored by its correlation with a variable, and by how much of the variable's entropy it tells: the mutual
information of both, in up to 17 steps of the code and 5 of the variable.

A variable that is the sum of others cannot be told from them: whatever sets a flag moves the count. So it is also said
how near methods come to the 11 directions along which activations go as one input, or one nonlinear part, changes
alone; the sources.

Two controls have the same directions and other values: Gaussian ones of the same means and covariances, of which
nothing but the subspace is to be found; and 13 that know nothing of each other, each there in one example of eight,
which a method that works should find."""

COLUMNS = {
    "member": "place of the seed among those drawn",
    "seed": "the draw's luck",
    "width": "dimensions of the stream",
    "values": "the program's, Gaussian ones like them, or independent ones",
    "method": "who looks for directions",
    "variable": "of the program; in controls the one in its place",
    "cosine": "of the nearest direction found with the variable's; means over variables where there is none named",
    "correlation": "size of the best correlation of a code with the variable's value, on examples not seen",
    "information": "share of the variable's entropy that the best single code tells, on examples not seen",
    "directions_found": "share of variables with a cosine above .9",
    "values_found": "share of variables with a correlation above .9",
    "sources": "mean cosine of the nearest direction found with each of the 11 sources",
}
