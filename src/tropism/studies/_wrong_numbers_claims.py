"""The claims of the study `wrong-numbers`, written before its dictionaries were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._wrong_numbers_runs import FEATURES

PILOT = "The prototype of the reference on features, experiment (i), one seed."
CHANIN = "Chanin and Garriga-Alonso (2025), arXiv 2508.16560, on data whose features correlate."
SONG = "Song et al. (2025), arXiv 2505.20254: agreement goes with truth."
OURS = "The bound is ours, written down before these dictionaries were trained."
SEEN = f"{OURS} Dictionaries of the seeds 100 and 101 had been seen."
UNSEEN = f"{OURS} No such dictionary had been seen."
ONE_WORLD = "The dictionaries have the same examples; the interval says nothing of other worlds."


def claims(*, quick: bool) -> tuple[Claim, ...]:
    """What is claimed of the whole study; of the quick form, as far as it has the dictionaries."""
    return _SHORT if quick else (*_SHORT, *_LATENTS, *_COUNTS, *_DATA, *_CHOICES)


def _of(text: str, column: str | tuple[str, str, float], varied: str, setting: str, **rest: Any) -> Claim:
    """A claim on the dictionaries at one setting; TopK on STB-32 unless something else is said."""
    told: dict[str, Any] = {"statistic": "mean", "note": SEEN, "source": PILOT} | rest
    place = ("data", setting) if varied == "data" else ("setting", setting)
    where: Where = (("varied", varied), place, ("method", told.pop("method", "TopK")))
    data = told.pop("data", "STB-32")
    where = where if varied == "data" else (*where, ("data", data))
    return Claim(text, table="varied", column=column, where=where, **told)


def _against(text: str, column: str, varied: str, setting: str, other: str, **rest: Any) -> Claim:
    """That one setting has more than another, or less, seed by seed."""
    return _of(text, column, varied, setting, **({"statistic": "difference"} | rest), versus=(("setting", other),))


def _choice(text: str, criterion: str, varied: str, **rest: Any) -> Claim:
    """A claim on how a criterion's ranks go with the truth's; TopK on STB-32 unless something else is said."""
    told: dict[str, Any] = {"statistic": "mean", "note": SEEN, "source": PILOT, "column": "correlation"} | rest
    method = told.pop("method", "L1" if varied == "price" else "TopK")
    where: Where = (("varied", varied), ("criterion", criterion), ("method", method))
    return Claim(text, table="choices", where=(*where, ("data", told.pop("data", "STB-32"))), **told)


_SHORT = (
    _of("With 128 latents for 64 features, those that live hold the truth: matched above .995.", "matched", "latents",
        "128", above=0.995, published=0.999),
    _of("As many live as there are features, to one in 128.", "live", "latents", "128", above=FEATURES - 0.5,
        below=FEATURES + 0.5, published=64.0),
    _choice("The price of the code can be chosen without the truth by description length: its ranks go with those of "
            "the matched cosine by more than .5.", "description length", "price", above=0.5),
    _choice("Not by explained variance: there they go against each other.", "explained variance", "price", below=0.0),
)  # fmt: skip

_LATENTS = (
    _against("With half as many latents as features, they mix them: the matched cosine is lower by more than .1.",
             "matched", "latents", "32", "128", below=-0.1, published=-0.132),
    _against("Where three times as many are on as should be, recall is lower by more than .2.", "recall", "k", "10",
             "3", below=-0.2),
    _of("Exactly as many as features live, of 128, for more than half of the worlds.", ("live", "==", FEATURES),
        "latents", "128", statistic="share", above=0.5),
    _of("And of 256.", ("live", "==", FEATURES), "latents", "256", statistic="share", above=0.5),
    _of("Then nothing is missing: recall above .98 with 256.", "recall", "latents", "256", above=0.98, published=1.0),
    _against("The right number itself is not enough: with 64 latents recall is lower by more than .03 than with 128.",
             "recall", "latents", "64", "128", below=-0.03),
    _of("Of all 256 latents F1 is below .3.", "f1_all", "latents", "256", below=0.3, published=0.2),
    _against("Only because most are dead: F1 of the live with 256 is within .05 of that with 128.", "f1_live",
             "latents", "256", "128", above=-0.05, below=0.05),
    _of("With a price in place of a count the live are no count of features: of 128 more than 70 live.", "live",
        "latents", "128", method="L1", above=70.0, note=UNSEEN),
    _of("Though they hold the truth as well: matched above .98.", "matched", "latents", "128", method="L1",
        above=0.98, published=0.989, note=UNSEEN),
    _of("On correlated data half as many latents as features mix them, too: matched below .9 with 32.", "matched",
        "latents", "32", data="CORR", below=0.9, note=UNSEEN),
)  # fmt: skip
_COUNTS = (
    _against("k may be twice what is right: the matched cosine at 6 is lower than at 3 by less than .05.", "matched",
             "k", "6", "3", above=-0.05, published=0.016),
    _against("It may be two: lower by less than .02.", "matched", "k", "2", "3", above=-0.02, published=0.021),
    _against("Even one: by less than .05.", "matched", "k", "1", "3", above=-0.05, published=0.001),
    _against("Not on correlated data, where too few mix features: at 1 it is lower by more than .05 than at 3.",
             "matched", "k", "1", "3", data="CORR", below=-0.05, source=CHANIN, note=UNSEEN),
    _against("And at 10 by more than .05.", "matched", "k", "10", "3", data="CORR", below=-0.05, source=CHANIN,
             note=UNSEEN),
)  # fmt: skip
_DATA = (
    _against("Noise of .2 in each dimension costs less than .05 of recall.", "recall", "noise", "0.2", "0",
             above=-0.05),
    _of("But more latents live than there are features: more than 80 of 128.", "live", "noise", "0.2", above=80.0),
    _of("An offset of length 3 makes latents die: recall is below .8.", "recall", "offset", "3", below=0.8),
    _against("One of length 1 does not: recall is lower by less than .05.", "recall", "offset", "1", "0", above=-0.05),
    _of("With a price in place of a count it stays above .8 at an offset of 3.", "recall", "offset", "3", method="L1",
        above=0.8, note=UNSEEN),
    _of("Where some features are 64 times as frequent as others, more than .9 are found.", "recall", "data",
        "STB-32, skewed", above=0.9),
    _of("Where directions come in bundles, the matched cosine is above .95.", "matched", "data", "STB-32, clustered",
        above=0.95),
    _of("Where features come together, above .95, too.", "matched", "data", "STB-32, correlated", above=0.95),
    _of("A thousand examples of one world are enough, shown again and again: recall above .95.", "recall", "samples",
        "1000", above=0.95, note=f"{SEEN} {ONE_WORLD}"),
    _of("Three hundred are not: below .8.", "recall", "samples", "300", below=0.8, note=f"{UNSEEN} {ONE_WORLD}"),
    _of("Of a thousand the live are no count of features: more than 80.", "live", "samples", "1000", above=80.0,
        note=f"{SEEN} {ONE_WORLD}"),
)  # fmt: skip
_CHOICES = (
    _choice("k can be chosen by description length, by more than .5.", "description length", "k", above=0.5),
    _choice("On correlated data, too.", "description length", "k", data="CORR", above=0.5, note=UNSEEN),
    _choice("So can the price there.", "description length", "price", data="CORR", above=0.5, note=UNSEEN),
    _choice("What it chooses for k has a matched cosine less than .02 below the best.", "description length", "k",
            column="missed", below=0.02),
    _choice("Whether two networks agree tells k, by more than .5.", "agreement of two", "k", above=0.5, source=SONG),
    _choice("It tells the price.", "agreement of two", "price", above=0.5, source=SONG),
    _choice("It tells k of correlated data.", "agreement of two", "k", data="CORR", above=0.5, source=SONG,
            note=UNSEEN),
    _choice("It tells the number of latents.", "agreement of two", "latents", above=0.5, source=SONG),
    _choice("Explained variance tells the number of latents, too.", "explained variance", "latents", above=0.5),
    _choice("It misleads about k.", "explained variance", "k", below=0.0),
    _choice("Its elbow tells the price.", "its elbow", "price", above=0.5),
    _choice("Its elbow tells k.", "its elbow", "k", above=0.3),
    _choice("Where features do not correlate, the overlap of directions (c_dec) is no sign of the right k: its ranks "
            "go against the truth's.", "overlap of directions", "k", below=0.0),
    _choice("It has no minimum there: it falls on, and chooses more than 6.", "overlap of directions", "k",
            column="chosen", above=6.0),
    _choice("Where they do, it goes with the truth.", "overlap of directions", "k", data="CORR", above=0.0,
            source=CHANIN, note=UNSEEN),
    _choice("So does the nth projection.", "nth projection", "k", data="CORR", above=0.0, source=CHANIN, note=UNSEEN),
    _choice("The number of latents from which on no more live has a matched cosine less than .01 below the best.",
            "plateau of the live", "latents", column="missed", below=0.01),
)  # fmt: skip
