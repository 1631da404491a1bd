"""The claims of the study `grokking`, and those that a preset alone makes; thresholds from their sources."""

from __future__ import annotations

from collections.abc import Sequence

from tropism.core.claim import Claim
from tropism.subjects.generalization.presets import CHUGHTAI, PROTOTYPES, named

FOUR_IN_FIVE = 0.8
WANTED = "Asked of the presets when they were chosen: at least four of five seeds."
HELD_OUT = "99 % of held-out pairs"
NEVER = "A network that never does counts as twice the length of its run."
KEY = 0.005
"""A logit similarity above this makes an irrep a key one, as published."""


def claims(reliable: tuple[str, ...], anchors: tuple[str, ...]) -> tuple[Claim, ...]:
    """What the whole study claims, of the presets that are called reliable and of those with a bound of their own."""
    return (*map(counted, reliable), *_together(), *map(_bounded, anchors), *_beside(), *_content())


def counted(preset: str) -> Claim:
    """That at least four in five of these seeds generalize; a count, not a guess at others."""
    told = named(preset).told
    return Claim(
        f"{preset}: at least four in five of these seeds come to {HELD_OUT}.",
        table="drawn-counts",
        statistic="measured",
        column="share",
        where=(("preset", preset),),
        above=FOUR_IN_FIVE - 0.005,
        source=WANTED,
        published=told.reached / told.tried if told.tried else None,
        note="A count of the seeds that were trained, so its interval is the count itself; Wilson's interval for "
        "others to come stands in the table of presets.",
    )


def alone() -> tuple[Claim, ...]:
    """What a preset claims that is run by itself, whatever was changed in it."""
    return (
        Claim(
            f"More than half of the seeds come to {HELD_OUT}.",
            table="drawn-networks",
            statistic="share",
            column="reached",
            above=0.5,
            source="Ours: the least that one may ask, whatever was changed.",
        ),
        Claim(
            f"More than half have {HELD_OUT} right at the end.",
            table="drawn-networks",
            statistic="share",
            column="kept",
            above=0.5,
            source="Ours: what was reached may be lost again.",
        ),
    )


def spread(steps: Sequence[float]) -> str:
    """Steps in a few words: the least and the most."""
    if not steps:
        return ""
    return f"{min(steps):,.0f} to {max(steps):,.0f}" if min(steps) < max(steps) else f"{min(steps):,.0f}"


def _together() -> tuple[Claim, ...]:
    reliable = (("kind", "reliable"),)
    return (
        Claim(
            f"Of all networks of the reliable presets, more than four in five come to {HELD_OUT}.",
            table="drawn-networks",
            statistic="share",
            column="reached",
            where=reliable,
            above=FOUR_IN_FIVE,
            source=WANTED,
            published=1.0,
            note="Published: 24 of 24 networks of the prototypes.",
        ),
        Claim(
            f"And they keep it: more than four in five have {HELD_OUT} right at the end of the run.",
            table="drawn-networks",
            statistic="share",
            column="kept",
            where=reliable,
            above=FOUR_IN_FIVE,
            source="Ours; the prototypes stopped where they reached it.",
        ),
        Claim(
            f"They take no longer than the slowest prototype did: their steps to {HELD_OUT}, as a part of that, have a "
            "median below 1.",
            table="drawn-networks",
            statistic="median",
            column="part_of_slowest",
            where=reliable,
            below=1.0,
            failed_as=2.0,
            source=PROTOTYPES,
            note="A network that never does counts as 2.",
        ),
        Claim(
            "They remember before they generalize: held-out pairs take more than twice as many steps as those trained "
            "on, to 99 % each, in the median.",
            table="drawn-networks",
            statistic="median",
            column="delay",
            where=reliable,
            above=2.0,
            source="Power et al. (2022), arXiv 2201.02177, for the order; the factor is ours.",
            note="Of networks that came to both.",
        ),
    )


def _bounded(preset: str) -> Claim:
    return Claim(
        f"{preset}: the median network comes to {HELD_OUT} within 3,000 steps.",
        table="drawn-networks",
        statistic="median",
        column="first",
        where=(("preset", preset),),
        below=3000.5,
        failed_as=2.0 * named(preset).steps,
        source="The bound that was set for A5 with 60 % of its pairs.",
        note=NEVER,
    )


def _beside() -> tuple[Claim, ...]:
    return (
        Claim(
            "The two that are called unreliable are: a smaller share of their networks comes there than of the "
            "reliable ones'.",
            table="drawn-networks",
            statistic="difference",
            of="share",
            column="reached",
            where=(("kind", "unreliable"),),
            versus=(("kind", "reliable"),),
            below=0.0,
            source=f"{PROTOTYPES}: 3 of 4 and 2 of 4.",
            published=5 / 8 - 1,
        ),
    )


def _content() -> tuple[Claim, ...]:
    return (
        _of_s5("6", "leave out the irrep of six dimensions; most do not have it among their key ones", have=0),
        _of_s5("sign", "learn the sign; most have it among their key irreps", have=49),
        _of_s5("standard", "learn the standard irrep of four dimensions; most have it among their key ones", have=49),
        Claim(
            "A5: embeddings hold more of the irrep of four dimensions than of the one of five, in the mean.",
            table="content-irreps",
            statistic="difference",
            column="embedding",
            where=(("preset", "A5"), ("irrep", "4")),
            versus=(("irrep", "5"),),
            above=0.0,
            source=f"{CHUGHTAI}, stored weights of four networks measured again with true irreps.",
            note="Published: four of four networks, with .52 to .81 in 4 and none in 5.",
        ),
        Claim(
            "A5: the seed decides which irreps are learned; the share of 4 in the embeddings spreads by more than .1 "
            "(standard deviation).",
            table="content-irreps",
            statistic="std",
            column="embedding",
            where=(("preset", "A5"), ("irrep", "4")),
            above=0.1,
            source=f"{PROTOTYPES}: .67, .50, .22 and .60.",
            published=0.197,
        ),
        Claim(
            "C113-square: at most 20 of 56 frequencies hold nine tenths of the embeddings.",
            table="content-key",
            statistic="mean",
            column="key",
            where=(("preset", "C113-square"),),
            below=20.5,
            source=f"{CHUGHTAI}: 10 to 15 key frequencies; the bound of 20 is ours.",
            note="Published networks have ReLU, full batches and another rule for what is key.",
        ),
    )


def _of_s5(irrep: str, words: str, *, have: int) -> Claim:
    """What most networks should do as most of the published fifty do, of which `have` have the irrep."""
    return Claim(
        f"S5: networks {words}.",
        table="content-irreps",
        statistic="share",
        column=("logits", ">" if have > 25 else "<=", KEY),
        where=(("preset", "S5"), ("irrep", irrep)),
        above=0.5,
        source=f"{CHUGHTAI}: {have or 'none'} of 50 {'have' if have else 'has'} it.",
        published=max(have, 50 - have) / 50,
        note="A key irrep has a logit similarity above .005. Published networks saw 40 % of pairs, all at every step.",
    )
