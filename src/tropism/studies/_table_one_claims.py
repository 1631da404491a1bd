"""The claims of the study `table-1`: published numbers, and the paper's findings.

Written when the ends of LR1, LR3 and K1 had been seen, and of B3 how much is covered; a claim whose threshold that
could have decided says so. Thresholds are ours, for the paper has words: "essentially the same loss" is within 10 %,
"no loss penalty" at most 5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tropism.core.claim import Claim

PAPER = "Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169"
READ_OFF = "read off the published training histories of jbloomAus/toy_model_interpretability; batch 2^7 inferred"
RERUN = "the refactor's own trainer, run by us, seed 0: jbloomAus/toy_model_interpretability"
SEEN = "Written after this row had been seen."
SHORT = "At this length rates differ in how far a run has come, too."

NETWORKS = "drawn-networks"


def _mean(text: str, row: str, column: str, where: Mapping[str, float], **rest: Any) -> Claim:
    return Claim(text, table=NETWORKS, statistic="mean", column=column, where=(("row", row), *where.items()), **rest)


def _than(
    text: str, statistic: Any, column: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], **rest: Any
) -> Claim:
    """A comparison of the same seeds under two settings."""
    return Claim(
        text, table=NETWORKS, statistic=statistic, column=column, where=tuple(ours.items()),
        versus=tuple(theirs.items()), **rest,
    )  # fmt: skip


FAST = {"lr": 0.03}


def _near(text: str, row: str, column: str, published: float, reach: float) -> Claim:
    return _mean(
        f"{text} is {published:g}, within {reach:g}.", row, column, FAST, above=round(published - reach, 4),
        below=round(published + reach, 4), published=published, source=READ_OFF,
    )  # fmt: skip


_AFTER = ("2^10", "2^11", "2^12")
_SHARES = ("share_quarter", "share_half", "share")
_BIASES = ("bias_quarter", "bias_half", "bias")

PUBLISHED = (
    *(
        _near(f"LR1 at rate .03: monosemantic neurons per feature after {steps} steps", "LR1", column, number, 0.08)
        for steps, column, number in zip(_AFTER, _SHARES, (0.17, 0.97, 1.36), strict=True)
    ),
    *(
        _near(f"LR1 at rate .03: the mean bias after {steps} steps", "LR1", column, number, 0.03)
        for steps, column, number in zip(_AFTER, _BIASES, (-0.2, -0.41, -0.54), strict=True)
    ),
    *(
        _near(f"LR2 at rate .03: monosemantic neurons per feature after {steps} steps", "LR2", column, number, 0.08)
        for steps, column, number in zip(_AFTER, _SHARES, (0.05, 0.19, 0.5), strict=True)
    ),
    _mean(
        "LR1 at rate .03: the loss, averaged over the last 256 steps, is 1.06, within .05.", "LR1", "loss", FAST,
        above=1.01, below=1.11, published=1.061, source=RERUN,
    ),
)  # fmt: skip


def _gap(text: str, row: str, **rest: Any) -> Claim:
    return Claim(
        text, table="drawn-pairs", statistic="mean", column="share_gap", where=(("row", row),), above=0.5,
        source=f"{PAPER}: essentially the same loss, very different monosemanticity", **rest,
    )  # fmt: skip


SAME_LOSS = (
    _gap(
        "Finding 1: LR1 has, on average over seeds, two rates whose losses differ by less than 10 % and whose "
        "monosemantic neurons per feature by more than .5.",
        "LR1",
        note=f"{SHORT} {SEEN}",
    ),
    _gap("Finding 1: So has B3, where nothing but the initial bias differs.", "B3"),
    _gap(
        "Finding 1: So have all networks of one task and size (decoder, ReLU, 1,024 neurons, density 1/64), rates, "
        "offsets, decays and L1 taken together.",
        "alike",
    ),
    _than(
        "Finding 1: At about equal length of path (rate × steps: .03 after 2^10, .007 after 2^12) two rates of LR1 "
        "have losses within 10 % of each other.",
        "ratio", "loss_quarter", {"row": "LR1", "lr": 0.03}, {"lr": 0.007}, against="loss", above=0.9, below=1.1,
        source=PAPER, note="Path lengths, rate × steps / 2: 15.4 and 14.3.",
    ),
    _than(
        "Finding 1: And there the faster has at least .1 more monosemantic neurons per feature.",
        "difference", "share_quarter", {"row": "LR1", "lr": 0.03}, {"lr": 0.007}, against="share", above=0.1,
        source=PAPER, note=SEEN,
    ),
)  # fmt: skip


def _biases() -> tuple[Claim, ...]:
    source = f"{PAPER}, figure 5: moderate negative biases of monosemantic neurons, small positive ones of the rest"
    found = []
    for row in ("LR1", "LR2"):
        seen = SEEN if row == "LR1" else ""
        at = {"row": row, "lr": 0.03}
        found += [
            _mean(f"Finding 2: {row} at .03: the mean bias of monosemantic neurons is negative, between −1 and −.1.",
                  row, "bias_mono", FAST, above=-1.0, below=-0.1, source=source, note=seen),
            _than(f"Finding 2: {row} at .03: it lies below that of polysemantic neurons by more than .1.", "difference",
                  "bias_mono", at, {}, against="bias_polysemantic", below=-0.1, source=source, note=seen),
            _mean(f"Finding 2: {row} at .03: the mean bias of polysemantic neurons is positive.", row,
                  "bias_polysemantic", FAST, above=0.0, source=source, note=seen),
        ]  # fmt: skip
    return tuple(found)


def _engineered(what: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], note: str = "") -> tuple[Claim, ...]:
    """Offset and decay against what has neither, at the same rate: share, coverage and loss."""
    source = f"{PAPER}: highly monosemantic at no loss penalty"
    rest = {"source": source, "note": note}
    row, at = str(ours["row"]), {name: value for name, value in ours.items() if name != "row"}
    return (
        _than(f"Finding 3: {what}: more monosemantic neurons per feature than without.", "difference", "share", ours,
              theirs, above=0.0, **rest),
        _than(f"Finding 3: {what}: more features covered than without.", "difference", "covered", ours, theirs,
              above=0.0, **rest),
        _mean(f"Finding 3: {what}: highly monosemantic, more than half of the features are covered.", row, "covered",
              at, above=0.5, **rest),
        _than(f"Finding 3: {what}: the loss is at most 5 % higher.", "ratio", "loss", ours, theirs, below=1.05, **rest),
    )  # fmt: skip


ENGINEERED = (
    *_engineered("LR3 at .03, offset −1 and decay, decoder", {"row": "LR3", "lr": 0.03}, {"row": "LR1"}, SEEN),
    *_engineered("LR3-gentle at .03, offset −1 and decay .2", {"row": "LR3-gentle", "lr": 0.03}, {"row": "LR1"}),
    *_engineered(
        "B3, offset −1.1 against +.1, decoder", {"row": "B3", "offset": -1.1}, {"offset": 0.1},
        f"The table has no offset of zero here. That more than half are covered: {SEEN[0].lower()}{SEEN[1:]}",
    ),
    *_engineered("RP1 at .03, re-projector", {"row": "RP1", "lr": 0.03}, {"row": "RP1-plain"}),
    *_engineered("RP1-gentle at .03, re-projector", {"row": "RP1-gentle", "lr": 0.03}, {"row": "RP1-plain"}),
    *_engineered("LR5 at .03, absolute values", {"row": "LR5", "lr": 0.03}, {"row": "LR5-plain"}),
    *_engineered("LR5-gentle at .03, absolute values", {"row": "LR5-gentle", "lr": 0.03}, {"row": "LR5-plain"}),
)  # fmt: skip


def _wider(row: str, note: str) -> tuple[Claim, ...]:
    source = f"{PAPER}: more neurons, more monosemantic; beyond as many as features, negligible gain in loss"
    wide, narrow = {"row": row, "hidden": 2048.0}, {"hidden": 256.0}
    return (
        _than(f"Finding 4: {row}: 2,048 neurons cover more features than 256.", "difference", "covered", wide, narrow,
              above=0.0, source=source, note=note),
        _than(f"Finding 4: {row}: 2,048 neurons have more monosemantic ones per feature than 1,024.", "difference",
              "share", wide, {"hidden": 1024.0}, above=0.0, source=source, note=note),
        _mean(f"Finding 4: {row}: with 2,048 neurons more than nine features of ten are covered.", row, "covered",
              {"hidden": 2048.0}, above=0.9, source=source, note=note),
        _than(f"Finding 4: {row}: from 1,024 neurons to 2,048 the loss falls by less than 5 %.", "ratio", "loss", wide,
              {"hidden": 1024.0}, above=0.95, source=source, note=note),
    )  # fmt: skip


WIDER = (*_wider("K1", SEEN), *_wider("K1-gentle", "K1 at rate .03 with a decay of .2."))


def _sparser(row: str, note: str) -> tuple[Claim, ...]:
    source = "Comment by an author of the paper: true for activations or weights"
    strong, weak = {"row": row, "l1": 0.01}, {"l1": 1e-7}
    return (
        _than(f"Finding 5: {row}: L1 of .01 gives more monosemantic neurons per feature than 10⁻⁷.", "difference",
              "share", strong, weak, above=0.0, source=source, note=note),
        _than(f"Finding 5: {row}: it covers more features.", "difference", "covered", strong, weak, above=0.0,
              source=source, note=note),
    )  # fmt: skip


SPARSER = (*_sparser("RG1", ""), *_sparser("RG1-gentle", "RG1 at rate .03 with a decay of .2."))


def _reversed(text: str, row: str, column: str, **rest: Any) -> Claim:
    return Claim(
        f"Finding 6: {row} at .03: {text}", table="LR1-reverse", statistic="mean", column=column, where=(("row", row),),
        source=f"{PAPER}, on reverse engineering", **rest,
    )  # fmt: skip


REVERSED = tuple(
    claim
    for row in ("LR1", "LR1-annealed", "LR3-gentle")
    for claim in (
        _reversed("on examples, more than half of the activity of monosemantic neurons comes while theirs is on.",
                  row, "mono_selectivity", above=0.5),
        _reversed("what polysemantic neurons do together is of low rank, less than half of the 64 dimensions.", row,
                  "rank", below=32.0),
        _reversed("it approximates the identity: a projection of some rank explains more than half of it.", row,
                  "best_identity", above=0.5),
        _reversed("it corrects all outputs alike: a factor of what the others say, which depends on how much is on, "
                  "explains more than half of it.", row, "by_gain", above=0.5),
        _reversed("nothing of it is one feature's own: with a multiple of the projection in its place the loss "
                  "rises by less than 10 %.", row, "loss_rise", below=0.1),
    )
)  # fmt: skip

OURS = (
    _mean(
        "The dead start: in a short run at rate .007 whose decay is not rescaled, more than half of the neurons of "
        "LR3 are dead at the end.",
        "LR3-unscaled", "dead", {"lr": 0.007}, above=0.5, published=0.928, source=RERUN,
    ),
    _mean("With the decay rescaled fewer than one in ten are.", "LR3", "dead", {"lr": 0.007}, below=0.1, note=SEEN),
    _mean(
        "The duplicates: in LR1 at .03 there are more than .2 monosemantic neurons a feature beyond the first.",
        "LR1", "duplicates", FAST, above=0.2, published=0.342, source=RERUN, note=SEEN,
    ),
    Claim(
        "And yet not every feature has one: in no network are all covered.", table=NETWORKS, statistic="max",
        column="covered", where=(("row", "LR1"), ("lr", 0.03)), below=0.9999, note=SEEN,
    ),
    _mean(
        "Rescaled decay pins the biases: in LR4 at .03 their mean ends between −.01 and .01.", "LR4", "bias", FAST,
        above=-0.01, below=0.01, note="Expected from LR3, which had been seen: the decay takes more than LAMB can "
        "give.",
    ),
    _mean("So it does in RP1.", "RP1", "bias", FAST, above=-0.01, below=0.01),
    _mean("So it does in LR5.", "LR5", "bias", FAST, above=-0.01, below=0.01),
    _mean(
        "A gentler decay does not: LR3-gentle at .03 has 1.47 monosemantic neurons per feature, within .15.",
        "LR3-gentle", "share", FAST, above=1.32, below=1.62, published=1.469, source=RERUN,
    ),
    *(
        _than(
            f"Annealing lowers the loss of {row} at .03.", "difference", "loss", {"row": f"{row}-annealed", "lr": 0.03},
            {"row": row}, below=0.0,
        )
        for row in ("LR1", "LR2", "LR3", "LR4")
    ),
    _than(
        "Annealing changes the kind of minimum little: monosemantic neurons per feature of LR1 move by less than .1.",
        "difference", "share", {"row": "LR1-annealed", "lr": 0.03}, {"row": "LR1"}, above=-0.1, below=0.1,
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (*PUBLISHED, *SAME_LOSS, *_biases(), *ENGINEERED, *WIDER, *SPARSER, *REVERSED, *OURS)
