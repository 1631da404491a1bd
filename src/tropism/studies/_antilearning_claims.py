"""What is claimed of the antilearning table: of A3 to A5 written before it was looked at, of A1 and A2 with one seed of
some cells seen in a trial, as their notes say."""

from __future__ import annotations

from collections.abc import Sequence

from tropism.core.claim import Claim
from tropism.studies._antilearning_shape import TABLE, shape_columns
from tropism.subjects.generalization.examiner.cells import BASE, FRESH, Column

SEED = "The seed text on antilearning."
PILOT = "The prototypes of the reference on generalization, three seeds."
OURS = "The bound is ours."
TRIED = "The bound is ours. Two seeds of this cell had been seen in a trial with fewer steps and two attacks."

WEAKER = "Pilots had colors at full strength, batches twice as large, and shapes of unequal area."
SEEN = "One seed of this cell had been seen in a trial."

GENTLE = "T3 adversary, gentle"
ADDED = (
    "The bound is ours. The row was added, at a tenth of the strength and without a trial, after a whole table had "
    "shown that at full strength the adversary costs X on four of five pairs."
)

PLAIN = ("A1", "A2")
"""Pairs whose Y is read off fresh networks as well, so that a probe that reads no more of others says nothing."""

LEFT = 0.5
"""Y counts as left where less than this is suppressed, and as found where R is more."""


def claims_of(columns: Sequence[Column], *, whole: bool) -> tuple[Claim, ...]:
    """Claims on the cells that there are; without `whole`, only that each pair's networks to begin with are what they
    should be."""
    found = [claim for column in columns for claim in _ends(column)]
    if whole:
        found += [claim for column in columns for claim in (*_of_the_seed(column), *_of_the_pilots(column))]
    return tuple(found)


def _ends(column: Column) -> list[Claim]:
    name = column.pair.name
    return [
        _claim(f"{name}: networks to begin with know X.", name, BASE, "accuracy_x", "min", above=column.pair.least),
        _claim(f"{name}: networks to begin with know Y.", name, BASE, "accuracy_y", "min", above=0.9),
    ]


def _of_the_seed(column: Column) -> list[Claim]:
    """What the seed text expects of its own techniques, on every pair."""
    name, rows = column.pair.name, column.names()
    told = [
        ("T1 random, fixed", "random labels on some of Y leave the rest of Y performed", "suppression", "below", LEFT),
        ("T1 random, fixed", "random labels leave Y easy to find for an attacker", "worst", "above", LEFT),
        ("T2 uniform", "equal labels leave the largest answer on Y right", "suppression", "below", LEFT),
        ("T3 adversary", "the adversary leaves a gate behind which Y's answers are", "returned", "above", LEFT),
        ("T3 adversary", "the adversary leaves a circuit that an attacker finds", "worst", "above", LEFT),
        ("T3 adversary", "the adversary leaves nothing of Y that a linear probe reads", "gap", "below", 0.1),
        (GENTLE, "a gentle adversary leaves a gate behind which Y's answers are", "returned", "above", LEFT),
        (GENTLE, "a gentle adversary leaves a circuit that an attacker finds", "worst", "above", LEFT),
        (GENTLE, "a gentle adversary leaves nothing of Y that a linear probe reads", "gap", "below", 0.1),
    ]
    return [
        _claim(f"{name}: {text}.", name, row, number, "mean", source=SEED, **{side: bound}, **_noted(row))
        for row, text, number, side, bound in told
        if row in rows
        and not (number == "gap" and name in PLAIN)
        and not (number == "returned" and column.pair.by_order)  # where no return is counted
    ]


def _noted(row: str) -> dict[str, str]:
    return {"note": ADDED} if row == GENTLE else {}


def _of_the_pilots(column: Column) -> list[Claim]:
    """What the prototypes measured, pair by pair."""
    name = column.pair.name
    if name == "A1":
        return [
            _claim("A1: X alone leaves more than a third of Y right.", name, "T0 X alone", "accuracy_y", "mean",
                   source=PILOT, above=1 / 3, published=0.62),
            _claim("A1: equal labels leave more than a third of Y right.", name, "T2 uniform", "accuracy_y", "mean",
                   source=PILOT, above=1 / 3, published=0.45, note=f"{OURS} Pilots began from networks without Y."),
            _claim("A1: after equal labels an attacker finds Y.", name, "T2 uniform", "worst", "mean", source=PILOT,
                   above=LEFT),
        ]  # fmt: skip
    if name == "A2":
        return _of_colors(column)
    if name == "A3":
        return [
            _claim("A3: against all irreps of A5 but one of dimension three, S5 is no easier to learn than for a fresh "
                   "network.", name, "T5 against the mechanism", "worst", "max", source=PILOT, below=0.2, note=TRIED),
            _claim("A3: training X on destroys more than half of Y.", name, "T0 X goes on", "suppression", "mean",
                   source=PILOT, above=0.5, published=0.66, note=TRIED),
            _claim("A3: equal labels leave less than three hundredths of Y right.", name, "T2 uniform", "accuracy_y",
                   "mean", source=PILOT, below=0.03, published=0.006, note=TRIED),
        ]  # fmt: skip
    if name == "A4":
        return [
            _claim("A4: equal labels leave at most a fifth of Y's answers.", name, "T2 uniform", "accuracy_y", "mean",
                   source=PILOT, below=0.2, published=0.09, note="Published over all pairs; here a + b wraps around."),
            _claim("A4: after equal labels, 300 steps on X alone bring half of Y back.", name, "T2 uniform",
                   "x_recovery", "mean", source=PILOT, above=0.5, published=0.74),
            _claim("A4: stopping as soon as X is learned costs Y less than a tenth.", name, "T6 stopped early",
                   "suppression", "mean", source=PILOT, below=0.1, published=0.07),
            Claim("A4: networks that first learned to tell X from Y are harder to attack than equally labelled ones.",
                  table="judged", statistic="difference", column="worst",
                  where=(("pair", name), ("row", "T4 tell, then X")), versus=(("row", "T2 uniform"),), below=0.0,
                  source=PILOT, note=OURS),
            _claim("A4: lessons without much replay cost Y more than a tenth.", name, "T8 lessons", "suppression",
                   "mean", source=PILOT, above=0.1, published=0.28),
        ]  # fmt: skip
    return []


def _of_colors(column: Column) -> list[Claim]:
    name = column.pair.name
    told = [
        ("networks that learned X go by color where color and shape part", BASE, "color_reliance", "above", 0.95, 1.0),
        ("stopping as soon as X is learned leaves Y's order", "T6 stopped early", "suppression", "below", 0.1, None),
        ("who pays for going by color loses Y's order", "T5 against the mechanism", "suppression", "above", 0.8, None),
        ("who must differ from the given network loses Y's order", "T15 ACE, given", "suppression", "above", 0.8, None),
    ]
    claims = [
        _claim(f"{name}: {text}.", name, row, number, "mean", source=PILOT if published else "", published=published,
               note=f"{OURS} {SEEN} {WEAKER}", **{side: bound})
        for text, row, number, side, bound, published in told
        if row in column.names()
    ]  # fmt: skip
    if not shape_columns([column]):
        return claims
    slower = Claim(
        f"{name}: networks that know color have learned less of shape after 100 steps than fresh ones.",
        table=TABLE,
        statistic="difference",
        column="accuracy_shape",
        where=(("pair", name), ("row", BASE), ("step", 100)),
        versus=(("row", FRESH),),
        below=0.0,
        source=PILOT,
        published=-0.14,
        note=WEAKER,
    )
    return [*claims, slower]


def _claim(text: str, pair: str, row: str, column: str, statistic: str, **rest: object) -> Claim:
    where = (("pair", pair), ("row", row))
    told: dict[str, object] = {"note": OURS} | rest
    return Claim(text, table="judged", statistic=statistic, column=column, where=where, **told)  # type: ignore[arg-type]
