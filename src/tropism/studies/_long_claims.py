"""The claims of the study `long-runs`: published numbers at full length, and the paper's findings 1 to 3.

Written when `table-1`, whose runs are an eighth as long, had been seen, and nothing of these runs beyond that; so it
still was when equal in loss came to mean equal in training loss, as there. The thresholds are those of `table-1`:
"essentially the same loss" is within 10 %, "no loss penalty" at most 5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tropism.core.claim import Claim
from tropism.studies._claims_paired import NETWORKS, than
from tropism.studies._long_parts import CHECKPOINTS, ENDS, FASTEST, RATES_OF
from tropism.studies._long_published import LENGTH, Reading, readings
from tropism.studies._published_monosemanticity import PAPER, READ_OFF
from tropism.studies._table_one_claims import ALONE
from tropism.subjects.superposition.figures.words import worded

AGAIN = "These first 2^12 steps are those of `table-1`, on the same seeds, and were seen there."
TRAINING = "drawn-training"

_REACH = {("LR1", "share"): 0.08, ("LR1", "bias"): 0.03, ("LR2", "share"): 0.08, ("LR2", "bias"): 0.05}
_WORDS = {"share": "monosemantic neurons per feature", "bias": "the mean bias"}


def _said(lr: float) -> str:
    return worded("lr", lr)


def _mean(text: str, table: str, column: str, where: Mapping[str, Any], **rest: Any) -> Claim:
    return Claim(text, table=table, statistic="mean", column=column, where=tuple(where.items()), **rest)


def _near(each: Reading) -> Claim:
    reach = _REACH[each.row, each.what]
    seen = each.lr == FASTEST and each.power <= 12
    text = (
        f"{each.row} at rate {_said(each.lr)}: {_WORDS[each.what]} after 2^{each.power} steps is {each.number:g}, "
        f"within {reach:g}."
    )
    where = {"row": each.row, "lr": each.lr, "halvings": float(each.halvings)}
    return _mean(
        text, TRAINING, each.what, where, above=round(each.number - reach, 4), below=round(each.number + reach, 4),
        published=each.number, source=READ_OFF, note=AGAIN if seen else "",
    )  # fmt: skip


PUBLISHED = tuple(_near(each) for each in readings())


def _at(row: str, lr: float, way: str = "as trained", halvings: int = 0) -> dict[str, Any]:
    return {"row": row, "lr": lr, "way": way, "halvings": halvings}


_END, _EARLY = _at("LR1", FASTEST), {"halvings": LENGTH - 12}

LATER = (
    than(
        "LR1 at rate .03: there are fewer monosemantic neurons per feature after 2^15 steps than after 2^12.",
        "difference", "share", _END, _EARLY, below=0.0, source=READ_OFF,
        note="On each seed: an interval over three is their range.",
    ),
    than(
        "And it is duplicates that go: between 2^12 and 2^15 steps the share of covered features moves by less than "
        ".1.",
        "difference", "covered", _END, _EARLY, above=-0.1, below=0.1,
    ),
)  # fmt: skip


def _gaps(way: str, words: str) -> tuple[Claim, ...]:
    chosen = (
        "The pair is chosen on the other seeds, on each of which the two training losses, averaged over the last "
        f"{256 if way == 'as trained' else 32} steps, are within 10 % of their mean; it is looked at on the seed left "
        "out. So three choices share two seeds each, and are not independent."
    )

    def of(text: str, column: str, note: str, **rest: Any) -> Claim:
        return Claim(
            f"Finding 1: {words}: {text}", table="pairs", statistic="mean", column=column,
            where=(("way", way), ("what", "covered")),
            source=f"{PAPER}: essentially the same loss, very different monosemanticity", note=note, **rest,
        )  # fmt: skip

    return (
        of(
            "two rates of LR1, equal in loss, differ by more than half of the features covered, on a seed that did not "
            "choose them.",
            "apart_if_equal",
            f"{chosen} Rates differ in how far a run has come, too. A seed without such a pair, or on which its losses "
            "are further apart, counts as zero.",
            above=0.5, failed_as=0.0,
        ),
        of("the two have training losses within 10 % of each other on that seed, too.", "loss_apart", chosen,
           below=0.1),
        of("the two have held-out losses within 10 % of each other on that seed, too.", "held_out_apart", chosen,
           below=0.1),
    )  # fmt: skip


SAME_LOSS = (
    *_gaps("as trained", "six rates as trained"),
    *_gaps("annealed", "three rates, .003, .01 and .03, annealed"),
)


def _biases(lr: float) -> tuple[Claim, ...]:
    source = f"{PAPER}, figure 5: moderate negative biases of monosemantic neurons, small positive ones of the rest"
    what, at = f"Finding 2: LR1 at {_said(lr)}", _at("LR1", lr)
    return (
        _mean(f"{what}: the mean bias of monosemantic neurons is negative.", NETWORKS, "bias_mono", at, below=0.0,
              source=source),
        than(f"{what}: that of polysemantic neurons is higher.", "difference", "bias_polysemantic", at, {},
              against="bias_mono", above=0.0, source=source),
    )  # fmt: skip


BIASES = (*_biases(FASTEST), *_biases(0.01))


def _engineered(lr: float, way: str) -> tuple[Claim, ...]:
    """Offset and decay against what has neither, at the same rate and on the same seeds."""
    what, ours, theirs = f"Finding 3: LR3 at {_said(lr)}, {way}", _at("LR3", lr, way), {"row": "LR1"}
    rest: dict[str, Any] = {"source": f"{PAPER}: highly monosemantic at no loss penalty"}
    return (
        than(f"{what}: more monosemantic neurons per feature than LR1.", "difference", "share", ours, theirs,
              above=0.0, **rest),
        than(f"{what}: more features covered than in LR1.", "difference", "covered", ours, theirs, above=0.0, **rest),
        than(f"{what}: the held-out loss is at most 5 % higher than LR1's.", "ratio", "held_out", ours, theirs,
              below=1.05, **rest),
    )  # fmt: skip


def _held(lr: float) -> Claim:
    return _mean(
        f"The decay of LR3 does not pin its biases at this length: at {_said(lr)} their mean ends below −.05.",
        NETWORKS, "bias", _at("LR3", lr), below=-0.05,
        note="In `table-1`, where the decay is .96 instead of .12, it ended within .001 of zero at these rates.",
    )  # fmt: skip


ENGINEERED = (
    *(claim for lr in RATES_OF["LR3"] for claim in _engineered(lr, "as trained")),
    *(claim for end in ENDS if end.row == "LR3" for lr in end.rates for claim in _engineered(lr, "annealed")),
    *(_held(lr) for lr in RATES_OF["LR3"]),
)


def _annealed(halvings: int) -> tuple[Claim, ...]:
    what = f"LR1 at .03, annealed from 2^{LENGTH - halvings} steps on"
    note = f"{ALONE} Seen in `table-1`." if LENGTH - halvings == 12 else ALONE
    ours, theirs = _at("LR1", FASTEST, "annealed", halvings), {"way": "as trained"}
    return (
        than(f"{what}: the held-out loss is lower than before.", "difference", "held_out", ours, theirs, below=0.0,
              note=note),
        than(f"{what}: the share of covered features moves by less than .1.", "difference", "covered", ours, theirs,
              above=-0.1, below=0.1, note=note),
    )  # fmt: skip


AFTERWARDS = tuple(claim for halvings in (*CHECKPOINTS, 0) for claim in _annealed(halvings))

CLAIMS: tuple[Claim, ...] = (*PUBLISHED, *LATER, *SAME_LOSS, *BIASES, *ENGINEERED, *AFTERWARDS)
