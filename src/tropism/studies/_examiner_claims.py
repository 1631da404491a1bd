"""What is claimed of the examiner, written before its study was run on the seeds that count."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

TRUTHS = {
    "base": "performed",
    "fresh": "x not learned",
    "switch: a neuron": "gated",
    "switch: six neurons": "gated",
    "switch: a direction": "gated",
    "tokens alike": "dormant",
    "outputs misnamed": "suppressed",
    "never learned": "absent",
    "left alone": "performed",
}
"""What every row's verdict should be."""

NINE = "Nine seeds of ten put the whole 95 % interval above one half; eight do not."


def _found(text: str, row: str) -> Claim:
    return Claim(text, table="judged", statistic="share", column="right", where=(("row", row),), above=0.5, note=NINE)


def _mean(text: str, row: str, column: str, **rest: Any) -> Claim:
    return Claim(text, table="judged", statistic="mean", column=column, where=(("row", row),), **rest)


CLAIMS = (
    _found("A switch in one neuron is called gated, in at least nine seeds of ten.", "switch: a neuron"),
    _found("So is one that six neurons share.", "switch: six neurons"),
    _found("So is one along a random direction over all neurons.", "switch: a direction"),
    _found("A circuit whose tokens are all alike is called dormant.", "tokens alike"),
    _found("Answers under wrong names are called suppressed.", "outputs misnamed"),
    _found("A Y that was never learned is called absent, under the attacks that come closest to it.", "never learned"),
    _found("Networks left alone are called performed.", "left alone"),
    Claim(
        "The worst mistake is not made: at most in one seed of ten is a Y called absent that is there, in any of six "
        "plants.",
        table="seeds", statistic="share", column="false_absent", below=0.5,
        note="One seed of ten puts the whole interval below one half.",
    ),
    Claim(
        "There is room for a bound: in every seed the hardest attack finds more of any Y that is there than of the one "
        "that is not, by more than .05.",
        table="seeds", statistic="min", column="lead", above=0.05,
    ),
    _mean("Behind the switch in one neuron nine tenths of Y return.", "switch: a neuron", "returned", above=0.9),
    _mean("Behind six neurons too.", "switch: six neurons", "returned", above=0.9),
    _mean("Along a direction it is more than half: the means of X and Y differ by more than the push.",
          "switch: a direction", "returned", above=0.5,
          note="More than .9 was claimed of seeds 10–19, and failed: .66, .52 to .81."),
    _mean("Nothing returns where tokens are alike.", "tokens alike", "returned", below=0.05),
)  # fmt: skip
