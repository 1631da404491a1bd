"""The claims of the study `recovery-limits`, written before its five dictionaries were drawn."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

SEED = "The seed text: that L1 minimization recovers true features; Wright and Ma, chapter 3, of a known dictionary."
OURS = "The bound is ours; draws of seeds 100 and 101, which are not used here, had been seen."
HALVING = (
    "The bound is ours, and was there before a first run on these seeds, in which magnitudes were half-normal ones "
)
HALVING += (
    "cubed: of these the smallest were too small to count, and OMP was ahead by .05, in an interval from −.05 to .15."
)
THEOREM = "Which atoms are on and their signs decide what basis pursuit gets back: what could fail is our own coder."


def _claim(text: str, table: str, column: str, where: dict[str, Any], **rest: Any) -> Claim:
    said = f"{OURS} A pilot of one dictionary had {rest.pop('pilot')}." if "pilot" in rest else OURS
    told: dict[str, Any] = {"statistic": "mean", "note": said, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=tuple(where.items()), **told)


def _limit(text: str, size: str, column: str, **rest: Any) -> Claim:
    return _claim(text, "limits", column, {"size": size}, **rest)


def _ahead(text: str, magnitudes: str, column: str = "ahead", **rest: Any) -> Claim:
    return _claim(text, "magnitudes", column, {"magnitudes": magnitudes, "active": 10}, **rest)


def _learned(text: str, active: int, dictionary: str, codes: str = "OMP", column: str = "same", **rest: Any) -> Claim:
    where = {"size": rest.pop("size", "32 × 64"), "active": active, "dictionary": dictionary, "codes": codes}
    return _claim(text, "learned", column, where, **rest)


def _edge(text: str, column: str, **rest: Any) -> Claim:
    return _claim(text, "edges", column, {"atoms": 48}, **rest)


WEAKEST = _claim(
    "OMP is the weakest with half-normal magnitudes: with 12 active atoms in 32 dimensions it gets .1 fewer back than "
    "basis pursuit.", "success", "basis pursuit", {"size": "32 × 64", "active": 12}, statistic="difference",
    against="OMP", above=0.1, pilot=".75 and .48",
)  # fmt: skip
"""What a few examples of two dictionaries cannot tell."""

KNOWN = (
    _limit("What is certain is pessimistic beyond use: in 32 dimensions basis pursuit gets nine tenths of codes back "
           "at more than five times as many active atoms as coherence vouches for.", "32 × 64", "beyond", above=5,
           pilot="k ≤ 1 by coherence, and .92 at k = 10"),
    _limit("Nor is all got back that is unique: with 16 active atoms of 64 in 32 dimensions no other code is as "
           "sparse, and basis pursuit finds fewer than .4.", "32 × 64", "at_spark", below=0.4, pilot=".17"),
    _limit("Half of codes are got back where the limit of many atoms says so, within .15, in 32 dimensions already.",
           "32 × 64", "off", above=-0.15, below=0.15),
    _limit("The same without negative codes.", "32 × 64", "off_non_negative", above=-0.15, below=0.15),
    _limit("In 16 dimensions the limit is off by less than .25.", "16 × 32", "off", above=-0.25, below=0.25),
    _limit("Non-negativity buys active atoms: in 32 dimensions half of codes are got back at more than 1.25 times as "
           "many,", "32 × 64", "times_half", above=1.25, pilot='"up to 2×"'),
    _limit("and fewer than twice.", "32 × 64", "times_half", below=2, pilot='"up to 2×"'),
    _limit("Where nine tenths are asked for in 16 dimensions, it buys more than 1.4 times.", "16 × 32", "times_most",
           above=1.4, pilot=".98 and .97 at k = 4 and 6"),
    WEAKEST,
    _ahead("OMP owes that to magnitudes: where all are even, with 10 active atoms, it gets .5 fewer back;", "even",
           above=0.5),
    _ahead("and where each is half of the one before it is not the weakest: it gets as many back or more.",
           "halving", below=0.02, note=HALVING),
    _ahead("Basis pursuit cannot mind, and does not: between even and halving magnitudes it differs by less than .02.",
           "even", "basis pursuit", statistic="difference", versus=(("magnitudes", "halving"),), above=-0.02,
           below=0.02, note=THEOREM),
    _limit("Signs are worth as much to those who take up one atom after another: active sets get half of codes back "
           "with 3 more active atoms than OMP does.", "32 × 64", "active sets, half", statistic="difference",
           against="OMP, half", above=3),
    _edge("In the phase diagram, too, the edge of basis pursuit lies within .25 of the limit's, for 48 atoms in 24 "
          "dimensions.", "off", above=-0.25, below=0.25),
    _edge("And the edge without negative codes.", "off_non_negative", above=-0.25, below=0.25),
)  # fmt: skip

UNKNOWN = (
    _learned("With three active atoms in 32 dimensions the known dictionary leads to the same atoms in .99 of "
             "examples.", 3, "known", "active sets", above=0.99),
    _learned("One that is learned online from as sparse data does not: in fewer than .9,", 3, "online", below=0.9),
    _learned("but in more than .4.", 3, "online", above=0.4),
    _learned("Nor does K-SVD's: in fewer than .9.", 3, "K-SVD", below=0.9),
    _learned("A dictionary by lot does in fewer than .02.", 3, "by lot", below=0.02),
    _learned("With eight active atoms the known one still does in .95,", 8, "known", "active sets", above=0.95),
    _learned("the one that was learned online in fewer than .1:", 8, "online", below=0.1),
    _learned("not by OMP's fault, as active sets do no better,", 8, "online", "active sets", below=0.1),
    _learned("although its matched cosine is above .85.", 8, "online", column="matched", above=0.85),
    _learned("K-SVD's is then no dictionary of these features: its matched cosine is below .75.", 8, "K-SVD",
             column="matched", below=0.75),
)  # fmt: skip

WHOLE_ALONE = (
    _learned("With one active atom the dictionary that is learned online leads to the same atom in more than .95.", 1,
             "online", above=0.95, note=f"{OURS} A dictionary by lot does so in more than half."),
    _limit("In 64 dimensions basis pursuit goes ten times beyond what is certain.", "64 × 128", "beyond", above=10),
    _limit("There half of codes are got back where the limit says so, within .1.", "64 × 128", "off", above=-0.1,
           below=0.1),
    _limit("And non-negativity buys between 1.3 and 1.6 times as many active atoms; the limit says 1.45.", "64 × 128",
           "times_half", above=1.3, below=1.6),
    _learned("In 16 dimensions four active atoms are too many for it: the same in fewer than .5,", 4, "online",
             size="16 × 32", below=0.5),
    _learned("where the known one does in more than .9.", 4, "known", "active sets", size="16 × 32", above=0.9),
)  # fmt: skip


def claims_of(quick: bool) -> tuple[Claim, ...]:
    """The claims; those that need what the quick form leaves out are left out with it."""
    if not quick:
        return KNOWN + UNKNOWN + WHOLE_ALONE
    return tuple(each for each in KNOWN + UNKNOWN if each is not WEAKEST and ("size", "16 × 32") not in each.where)
