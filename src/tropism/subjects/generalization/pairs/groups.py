"""A3 and A5: products in subgroups, then in the whole group."""

from __future__ import annotations

from dataclasses import replace

from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW, WarmUp
from tropism.subjects.generalization.groups import Symmetric, named_subgroup
from tropism.subjects.generalization.pairs.pair import Gold, Piece, TaskPair
from tropism.subjects.generalization.penalties import IrrepPenalty
from tropism.subjects.generalization.tasks import Composition

S5 = Symmetric(5)
PARTS = (
    Piece(name="first layer", trainable=("left.*", "right.*")),
    Piece(name="last layer", trainable=("output.*",)),
    Piece(name="embeddings", trainable=("left.embedding", "right.embedding")),
)


def alternating_to_symmetric() -> TaskPair:
    """A3: products of even permutations of five points, and those of all others.

    Odd permutations are tokens that X never shows, so Y is at chance after X, and the question is how soon it is
    learned. Its mechanism is an irrep of A5 that lifts to S5: 4- and 5-dimensional ones do, a 3-dimensional one does
    not.

    Source: the seed text's "A5 and S5"; sizes as in its prototypes.
    """
    return TaskPair(
        name="A3",
        title="A5 → S5",
        x=Composition(group=S5, within=("A5",)),
        y=Composition(group=S5, within=("A5",), outside=True),
        network=EmbeddedSum(tokens=120, outputs=120, embedding=128, hidden=128),
        optimizer=AdamW(lr=1e-2, b2=0.98, weight_decay=1.0, pace=WarmUp(10)),
        steps=1200,
        counts=(512, 512),
        coupling="latent",
        shown=True,
        floor=1 / 60,
        cuts_x=(0.7, 0.8),
        mechanism=(_lifting(),),
        gold=Gold(terms=(replace(_lifting(), weight=3.0),)),
        parts=PARTS,
    )


def two_subgroups() -> TaskPair:
    """A5: products within A5 and within S4, and all others in S5.

    Source: the seed text's two groups in a larger one that contains both.
    """
    within = ("A5", "S4")
    return TaskPair(
        name="A5",
        title="A5 and S4 → S5",
        x=Composition(group=S5, within=within),
        y=Composition(group=S5, within=within, outside=True),
        network=EmbeddedSum(tokens=120, outputs=120, embedding=128, hidden=128),
        optimizer=AdamW(lr=1e-2, b2=0.98, weight_decay=1.0, pace=WarmUp(10)),
        steps=1200,
        counts=(512, 512),
        coupling="latent",
        shown=True,
        floor=1 / 60,
        cuts_x=(0.7, 0.8),
        lessons=((within.index("S4"),), (within.index("A5"),)),
        mechanism=(_lifting(),),
        gold=Gold(terms=(replace(_lifting(), weight=3.0),)),
        parts=PARTS,
    )


def _lifting() -> IrrepPenalty:
    """A price on all irreps of A5 but one of dimension three, which no irrep of S5 contains alone."""
    from tropism.subjects.generalization.groups import Alternating

    rows = tuple(named_subgroup(S5, "A5").tolist())
    return IrrepPenalty(group=Alternating(5), forbidden=("3b", "4", "5"), rows=rows, name="lifting")
