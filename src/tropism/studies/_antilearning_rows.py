"""The rows of the antilearning table: techniques by the names that they have there, at each pair's length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from tropism.losses import SquaredOneHot, StableMax
from tropism.optimizers import Grokfast, OrthoGrad
from tropism.subjects.generalization.examiner.cells import Row
from tropism.subjects.generalization.pairs import TaskPair
from tropism.techniques import (
    Adversary,
    BoundedAscent,
    Continued,
    Disagreeing,
    Discriminated,
    Erased,
    Filtered,
    GradientRouted,
    Lessons,
    Misdirection,
    Otherwise,
    Penalized,
    RandomLabels,
    ShuffledLabels,
    StoppedEarly,
    TamperResistant,
    Technique,
    Undone,
    UniformLabels,
)

LENGTH = 2 / 3
"""How long techniques that begin from trained networks go on, as a part of the pair's steps."""

ROWS = (
    Row("T0 X goes on", Continued()),
    Row("T0 X alone", Filtered()),
    Row("T1 random, fixed", RandomLabels()),
    Row("T1 random, fresh", RandomLabels(how="fresh")),
    Row("T1 shuffled", ShuffledLabels()),
    Row("T2 uniform", UniformLabels()),
    Row("T3 adversary", Adversary()),
    Row("T3 adversary, gentle", Adversary(strength=0.1)),
    Row("T4 tell, then X", Discriminated()),
    Row("T5 against the mechanism", Penalized()),
    Row("T6 stopped early", StoppedEarly()),
    Row("T7 Grokfast", Otherwise(gradients=(Grokfast(),))),
    Row("T7 OrthoGrad", Otherwise(gradients=(OrthoGrad(),), changes=(("weight_decay", 0.0),))),
    Row("T7 squares", Otherwise(loss=SquaredOneHot())),
    Row("T7 StableMax", Otherwise(loss=StableMax())),
    Row("T8 lessons", Lessons()),
    Row("T8 lessons, replay", Lessons(replay=0.5)),
    Row("T9 bounded ascent", BoundedAscent()),
    Row("T10 routed", GradientRouted()),
    Row("T11 misdirected", Misdirection()),
    Row("T12 erased", Erased()),
    Row("T13 undone", Undone()),
    Row("T14 tamper resistant", TamperResistant()),
    Row("T15 DivDis", Disagreeing(how="divdis")),
    Row("T15 ACE", Disagreeing(how="ace")),
    Row("T15 ACE, given", Disagreeing(how="ace", beside="given")),
)
"""What the table has, in the order of the list of techniques."""


def rows_for(pair: TaskPair, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows at a pair's length: the steps of what begins from trained networks are a part of the pair's."""
    return tuple(Row(row.name, _at_length(row.technique, pair)) for row in rows)


def _at_length(technique: Technique, pair: TaskPair) -> Technique:
    default = {field.name: field.default for field in fields(technique)}
    told = {}
    for name in ("steps", "before"):
        own = getattr(technique, name, None)
        if own is not None and own == default.get(name):  # who says how long it trains is left alone
            told[name] = max(1, round(own / 800 * LENGTH * pair.steps))
    return replace(technique, **told)
