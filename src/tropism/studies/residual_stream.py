"""Directions that cannot be cut, along a residual stream: how many, where, and what makes them come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._residual_stream_claims import CLAIMS, QUICK
from tropism.studies._residual_stream_runs import sweeps
from tropism.studies._residual_stream_tables import ASKED, QUICK_ASKED, tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "residual-stream") -> Study:
    """The study `residual-stream`; `residual-stream-quick` is recall of two pairs alone, with two seeds."""
    quick = name.endswith("-quick")
    return Study(
        name=name,
        title="Which directions of a residual stream cannot be cut?",
        question=(
            "A small transformer moves what it is told from position to position. At each step of its residual stream "
            "and at each position, how many directions must be cut until the answer is lost, is it ever one alone, and "
            "do sudden changes of that tell which parts of the network matter?"
        ),
        source='The part "Feature Identification" of the seed text: directions that cannot be ablated.',
        sweeps=sweeps(quick=quick),
        measure=partial(measure, asked=QUICK_ASKED if quick else ASKED),
        draw=draw,
        claims=QUICK if quick else CLAIMS,
        lede=LEDE + (IN_SHORT if quick else MORE),
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble], asked: int = ASKED) -> dict[str, polars.DataFrame]:
    """What matters where, in how many directions, and which parts change that."""
    return tables(ensembles, asked)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Effects along the stream, directions that are needed, and how parts are named."""
    from tropism.studies._residual_stream_figures import figures

    return figures(tables)


LEDE = """Transformers of two layers, four heads and a residual stream of width 32 read a few tokens and answer at the
last. In “recall” they see three keys with their values and then one of the keys, and answer with its value: ten keys,
ten values. With “two keys, two values” each token has one binary attribute. In “names” two names come, one of them
again, and the other is the answer. In “branches” three words are leaves of a binary tree with eight, and it is asked in
which half the word at one place lies, so that one attribute of each word matters; it is also learned without norms.

A cut puts the mean over sequences in place of what is said at one position of one site, or of what some directions of
it say. What is needed: how many directions, in order, must be cut for nine tenths of the effect of cutting everything;
and how many are enough, so that with all others cut a tenth of it is left. Directions are ordered by the
cross-covariance of what is said and of how the answer's log-odds change with it; beside them principal components, and
directions by lot, which are the level by chance. They are found by other sequences than the effects. Numbers are of
these orders: no rotation was sought that might do with fewer.

At the embedding of two keys or values there is but one direction at a position by construction, and behind the last
attention nothing but the last position can matter; no claim is made of either. Where tokens are ten, at most nine
directions can be needed at the embedding.

Changes along the stream are compared with what it costs to cut what a part of the network writes: by how much effects
change over a part, how far the needed directions turn, both together, and what leaves the positions before the last. A
fixed order, attention before neurons and early before late, is a guess that looks at nothing. Shuffled parts are
chance: a rank correlation of 0, one hit in four for the first part, and half of the first two."""

MORE = """

Five networks a task had left four claims undecided: how well recall is learned, and three on naming parts. Five more a
task were then trained; all ten count, in every claim, and no claim was changed. How well recall is learned is asked of
twenty more; one claim was added about it."""

IN_SHORT = """

This is the quick form: recall alone, of two pairs, and half as many sequences are asked."""

COLUMNS = {
    "task": "what is learned",
    "member": "place of the network among those of its task",
    "localization.member": "place of the network among all",
    "seed": "the network's luck",
    "accuracy": "share of fresh sequences that are answered right",
    "error": "their cross-entropy, nats",
    "site": "where in the stream: the embedding, or after the attention (middle) or neurons (residual) of layer 0 or 1",
    "role": "what stands at the positions",
    "position": "which position",
    "after": "how many parts have written into the stream",
    "effect": "what it costs to cut all that is said at a position, nats; the mean over the role's positions",
    "drawn-effects.effect": "what it costs to cut all that is said at the position, nats",
    "basis": "how directions are ordered",
    "cut": "least number of directions whose cut has nine tenths of the effect; where it is above .05 nats",
    "kept": "least number of directions that leave a tenth of the effect when all others are cut",
    "first": "share of the effect that the first direction has alone",
    "rank": "effective number of directions by their strengths",
    "part": "what writes into the stream",
    "direct": "what it costs to cut what the part writes, nats",
    "change": "moved and turned together",
    "drawn-places.change": "change of the effect over the part at this position, as a share of the largest effect",
    "moved": "mean change of effects over the part, as a share of the largest effect",
    "turned": "mean of 1 less the overlap of needed directions before and after the part",
    "left": "by how much effects fall over the part, at positions before the last, nats",
    "score": "what parts are ordered by",
    "spearman": "rank correlation of the score with what cutting parts costs, over the four parts",
    "hit_1": "whether the part with the highest score is the one that costs most",
    "hit_2": "which share of the two highest is among the two that cost most",
    "pairs": "rank correlation over parts and positions: changes there, and what it costs to cut what is written there",
    "what": "which of the three",
    "mean": "its mean over networks",
    "by_lot": "the same with each network's parts shuffled",
    "by_lot_low": "lower end of the middle 95 % of that",
    "by_lot_high": "upper end",
    "networks": "how many networks",
}
