"""Nested codes: whether an autoencoder of digits is of use within one of larger views of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._nested_codes_claims import CLAIMS
from tropism.studies._nested_codes_runs import ALL_SHOWN, ARMS, FEW_SHOWN
from tropism.studies._nested_codes_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "nested-codes") -> Study:
    """The study `nested-codes`: autoencoders B→A→B, then C→A→C and C→B→A→B→C."""
    return Study(
        name=name,
        title="Is an autoencoder of use within another?",
        question=(
            "A network gives digits back by way of a narrow code. Larger views of the same digits are to be given back "
            "by a code as narrow. Is the first network of use, put within the second, and when?"
        ),
        source='The part "Combining/Generalizing Generalizations" of the seed text: is there anything in this?',
        sweeps=tuple(arm.sweep() for arm in ARMS.values()),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        lede=LEDE,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Errors, steps to an error, and how alike codes are."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Errors on the way and at the end, and how alike codes are."""
    from tropism.studies._nested_codes_figures import figures

    return figures(tables)


LEDE = f"""B are digits of 8 × 8 pixels, A is a code of 8 or 16 numbers, and C are 256 numbers: the digits at 16 × 16
pixels; the same after a fixed rotation of all 256 numbers, so that no pixel has a neighbor; or a fixed nonlinear
function of the digit's 8 leading principal components, which stand for what a code of digits holds. How much of that
function is linear stands in the table of views; one that bends more was not tried.

C→A→C has a hidden layer of 128 on either side. C→B→A→B→C is an autoencoder of digits between two linear maps: all from
scratch; with the one that learned digits, frozen; or with it and fine-tuned. The error is the squared error on held-out
pictures over the total variance, so the mean picture has 1. Pictures that are held out of one stage are held out of the
other. Few are {FEW_SHOWN} pictures of C, against {ALL_SHOWN:,} of B.

Larger pictures are a linear map of digits. What the autoencoder of digits would leave of them between the maps that
undo it is `ideal` in the table of those before; it was worked out after the claims had been judged."""

COLUMNS = {
    "member": "place of the network in its sweep",
    "seed": "the network's luck",
    "view": "how digits are seen",
    "shown": f"how many pictures of the view were shown: all, {ALL_SHOWN:,}; few, {FEW_SHOWN}",
    "code": "width of the code",
    "method": "how it was learned: afresh, C→A→C; framed, C→B→A→B→C",
    "steps": "first look at an error of .2 (code of 8) or .12 (code of 16); 1500 if not within 1,500 steps",
    "there": "whether it came there",
    "final": "error on held-out pictures at the end",
    "least": "the same at the best look",
    "alike": "linear kernel alignment of the code with that of the same seed's autoencoder of digits",
    "strangers": "the same with those of other seeds",
    "error": "error on held-out digits",
    "ideal": "error on held-out larger pictures between the maps that take them to digits and back exactly",
    "linear": "share of the view's variance that a linear map of digits has",
    "beyond_8": "share of the view's variance beyond 8 principal components",
    "beyond_16": "the same beyond 16",
}
