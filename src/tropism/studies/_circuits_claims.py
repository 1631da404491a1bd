"""The claims of the study `circuits`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._circuits_moduli import DECAYS, WIDTHS
from tropism.studies._circuits_tokens import SOLUTIONS

SEED = "The seed text: is the cheaper solution chosen?"
OURS = "The bound is ours."
PILOT = "A pilot on seed 100, which is not used here, had been seen."
NANDA = "Nanda et al. (2023), arXiv 2301.05217"
LAU = "Lau et al. (2023), arXiv 2308.12108"
NEVER = "Networks that never come there are left out, and counted as failed."


def _shares(text: str, column: str, width: int, decay: float, moduli: int = 30, **more: Any) -> Claim:
    where: Where = (("moduli", moduli), ("width", width), ("decay", decay))
    told: dict[str, Any] = {"source": SEED, "note": OURS, "statistic": "mean"} | more
    return Claim(text, table="one-networks", column=column, where=where, **told)


def _control(text: str, solution: str, layers: str, **more: Any) -> Claim:
    where: Where = (("solution", solution), ("layers", layers))
    return Claim(text, table="one-controls", statistic="mean", column="shared", where=where,
                 source="A control of the measure, on networks that are known; over moduli.", **more)  # fmt: skip


LOW, USUAL, HIGH = DECAYS

ONE = (
    _control("The measure is right on a network that was written with one circuit for all moduli: more than .9 is "
             "shared.", "one for all", "both", above=0.9),
    _control("And on one written with a circuit for each: less than .1.", "one each", "both", below=0.1),
    _control("And on one that adds once and reduces apart: less than .1, since a neuron of the reduction alone breaks "
             "a modulus.", "one sum, reduced apart", "both", below=0.1),
    _shares("At width 256, where all written solutions but the list have room, more than half is shared.", "shared",
            256, USUAL, above=0.5, note=f"{OURS} {PILOT} It had .91 at width 128."),
    _shares("The neurons that count most for a modulus are those that do for another: their overlap is more than .15 "
            "of the way from chance to one and the same, at width 128.", "beyond", 128, USUAL, above=0.15,
            note=f"{OURS} {PILOT} It had .25."),
    *(
        _shares(f"Smaller networks share more: width 64 more than 256, at decay {decay:g}.", "shared", 64, decay,
                statistic="difference", versus=(("width", 256),), above=0.0)
        for decay in DECAYS
    ),
    *(
        _shares(f"More decay, more sharing: {HIGH:g} more than {LOW:g}, at width {width}.", "shared", width, HIGH,
                statistic="difference", versus=(("decay", LOW),), above=0.0)
        for width in WIDTHS[1:]
    ),
    _shares("Width 32 has no room for a reduction of its own for each of 30 moduli, and learns all the same: more "
            "than .9 of other pairs are right at the least decay.", "unseen", 32, LOW, above=0.9,
            note=f"{OURS} {PILOT}"),
    _shares("And then knows most of the new moduli as well: more than .8 of their sums.", "new", 32, LOW, above=0.8,
            note=f"{OURS} {PILOT}"),
    *(
        _shares(f"Six moduli share less than thirty, at width {width}: a circuit each is not dear then.", "shared",
                width, USUAL, moduli=6, statistic="difference", versus=(("moduli", 30),), below=0.0)
        for width in (64, 128)
    ),
    Claim("Where moduli have nothing in common, since the answers are by lot, less is shared than of sums: by more "
          "than .2, of six moduli at width 128.", table="one-made-up", statistic="difference", column="shared",
          where=(("what", "answers by lot"),), versus=(("what", "sums"),), below=-0.2, source="A control of the "
          "measure, on networks that are trained.", note=f"{OURS} Added when what sums share had been seen, and before "
          "these networks were trained."),
    _shares("Moduli with like digits share more than those with unlike ones: one or two binary digits apart over four "
            "or more, at width 128.", "near", 128, USUAL, statistic="difference", against="far", above=0.0),
    Claim("Networks that share more know new moduli better: a positive rank correlation over networks of 30 moduli.",
          table="one-together", statistic="measured", column="correlation",
          where=(("networks", "30 moduli"), ("of", "shared")), above=0.0, source=SEED, note=OURS),
)  # fmt: skip

DIGITS, FEW_PAIRS, TOKENS = (
    "a and b in digits, 80 % of pairs", "a and b in digits, 20 % of pairs", "a and b in tokens, 80 % of pairs",
)  # fmt: skip


def _timed(text: str, column: str, setting: str, **more: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "source": "The seed text: memorizing, then generalizing, over moduli.",
                            "note": f"{OURS} {PILOT} {NEVER}"} | more  # fmt: skip
    return Claim(text, table="two-times", column=column, where=(("setting", setting),), **told)


TWO = (
    _timed("Digits, 80 % of pairs: over moduli there is a delay. New moduli take more than 1.3 times the steps to 90 % "
           "that other pairs of known ones do.", "over", DIGITS, above=1.3),
    _timed("Within them there is none: other pairs take less than 1.2 times the steps that pairs trained on do.",
           "within", DIGITS, below=1.2),
    _timed("Digits, 20 % of pairs: now there is one within, too: more than 1.5 times.", "within", FEW_PAIRS, above=1.5),
    _timed("And over moduli a further one: more than 1.5 times.", "over", FEW_PAIRS, above=1.5),
    _timed("Tokens, where numbers must be learned by heart first: a delay within, more than 1.1 times.", "within",
           TOKENS, above=1.1),
    _timed("But none over moduli: new ones take less than 1.2 times the steps of other pairs.", "over", TOKENS,
           below=1.2),
)  # fmt: skip


def _order(text: str, column: str, **more: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean"} | more
    return Claim(text, table="three-order", column=column, **told)


THREE = (
    _order("The excluded loss rises before the test loss falls: it is half its way up from its least at a smaller "
           "step than the test loss is half its way down from its peak.", "ahead", below=1.0, source=NANDA,
           note=f"{PILOT} There it was the other way round."),
    _order("The key frequencies come before it: their share of the embedding is half its way up by 1.2 times that "
           "step.", "key_ahead", below=1.2, source=NANDA, note=f"{OURS} {PILOT}"),
    _order("The learning coefficient falls when the network generalizes: at the end it is less than half of what it "
           "was when pairs were remembered.", "fell", below=0.5, source=LAU, note=f"{OURS} {PILOT}"),
    _order("It is a small part of what a regular minimum has: at the end less than a hundredth of half the number of "
           "parameters.", "of_half", below=0.01, source=LAU, note=f"{OURS} {PILOT}"),
)  # fmt: skip

BUILT, TWICE = SOLUTIONS["built"], SOLUTIONS["own"]


def _beside(text: str, column: str, **more: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "source": SEED, "note": OURS} | more
    return Claim(text, table="four-beside", column=column, **told)


def _costs(text: str, column: str, solution: str, width: int, **more: Any) -> Claim:
    where: Where = (("solution", solution), ("width", width))
    told: dict[str, Any] = {"statistic": "mean", "source": SEED, "note": OURS} | more
    return Claim(text, table="four-networks", column=column, where=where, **told)


FOUR = tuple(
    claim
    for width in (64, 128)
    for claim in (
        _costs(f"Width {width}: the built circuit stays one: after as many steps of training more than .8 of its "
               "spectra are alike.", "overlap", BUILT, width, above=0.8),
        _costs(f"Width {width}: the trained network has two all the same: less than .6.", "overlap", TWICE, width,
               below=0.6),
        _beside(f"Width {width}: parameter counts predict learning coefficients: two circuits have a higher one than "
                "the one that was built.", "coefficient_ratio", where=(("width", width),), above=1.0),
        _beside(f"Width {width}: and the larger sum of squares, which is what decay weighs.", "squares_ratio",
                where=(("width", width),), above=1.0),
    )
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (*ONE, *TWO, *THREE, *FOUR)
