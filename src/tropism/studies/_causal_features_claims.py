"""The claims of the study `causal-features`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

SEED = "The seed text: a feature is what cuts the data in two when it is ablated."
PILOT = "Pilots on seeds 100 and 101, which are not used here, had been seen."
OURS = f"The bound is ours. {PILOT}"
SPEC = "An earlier pilot, of one network, had: "
Where = tuple[tuple[str, str | int | float], ...]


def _claim(text: str, table: str, column: str, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _family(text: str, family: str, column: str, *, data: str = "digits", ablation: str = "mean", **rest: Any) -> Claim:
    return _claim(text, "families", column, (("data", data), ("family", family), ("ablation", ablation)), **rest)


def _one(text: str, family: str, number: int, column: str, **rest: Any) -> Claim:
    return _claim(text, "one", column, (("data", "digits"), ("family", family), ("number", number)), **rest)


def _than(family: str, **rest: Any) -> dict[str, Any]:
    return {"statistic": "difference", "versus": (("family", family),)} | rest


def _toy(text: str, density: float, column: str, **rest: Any) -> Claim:
    return _claim(text, "toy", column, (("density", density), ("family", "true feature")), **rest)


DIGITS: tuple[Claim, ...] = (
    _claim("Networks tell digits apart: more than 95 % of others are right.", "networks", "accuracy",
           (("data", "digits"),), above=0.95),
    _one("Without the first principal component a tenth to two fifths of digits are destroyed.", "principal", 0,
         "share", above=0.1, below=0.4, note=f"{SPEC}.236. {PILOT}"),
    _one("And it looks like two kinds of digits: bimodality above .7.", "principal", 0, "bimodality", above=0.7,
         note=f"{SPEC}.84. {PILOT}"),
    _one("But they are no one class: more than one and a half classes lose most of their digits.", "principal", 0,
         "classes", above=1.5, note=f"{SPEC}two classes. {PILOT}"),
    _one("The direction in which the mean of class 6 differs cuts as well: bimodality above .8.", "class mean", 6,
         "bimodality", above=0.8, note=f"{SPEC}.93. {PILOT}"),
    _one("And destroys one class: less than one and a half lose most of theirs.", "class mean", 6, "classes",
         above=0.5, below=1.5, note=f"{SPEC}one. {PILOT}"),
    _family("So it is of the classes' means as a whole.", "class mean", "classes", above=0.5, below=1.5),
    _family("Directions by lot destroy less than one digit in fifty.", "by lot", "share", below=0.02,
            note=f"{SPEC}.1 to 1.7 %. {PILOT}"),
    _family("Their bimodality is below .2.", "by lot", "bimodality", below=0.2,
            note=f"{SPEC}.03 to .14. {PILOT} In them it was about .3."),
    _family("Bimodality alone finds features where there are none: above 5/9 for more than one in ten directions by "
            "lot.", "by lot", "alone", above=0.1),
    _family("With a share of destroyed digits from .02 to .5, and others that lose at most .05 nats, fewer than one "
            "in twenty are called a feature.", "by lot", "called", below=0.05),
    _family("Of the classes' means more than nine in ten are.", "class mean", "called", above=0.9),
    _family("A set that a class' mean destroys is found again from the other half of the digits: more than .75 in "
            "common.", "class mean", "stable", above=0.75),
    _family("A component's less: by more than .1.", "principal", "stable", **_than("class mean"), below=-0.1),
    _family("Destroyed digits tell the class: more than .4 of the lesser entropy for means of classes.", "class mean",
            "information", above=0.4),
    _family("Where projections are taken from other digits instead of the mean, more is destroyed, and others are not "
            "left alone: they lose more than .05 nats.", "class mean", "outside", ablation="resample", above=0.05),
    _family("So less than half of the classes' means are called a feature then.", "class mean", "called",
            ablation="resample", below=0.5),
)  # fmt: skip

LOOKED_FOR: tuple[Claim, ...] = (
    _family("Of latents of a dictionary, half or more are called a feature.", "dictionary", "called", above=0.5),
    _family("Latents cut better than principal components: bimodality higher by more than .05.", "dictionary",
            "bimodality", **_than("principal"), above=0.05),
    _family("But less well than means of classes: lower by more than .05.", "dictionary", "bimodality",
            **_than("class mean"), below=-0.05),
    _claim("A search that climbs bimodality gets there: above .8 on the digits it sees.", "searches", "climbed", (),
           above=0.8),
    _claim("But on others it falls by more than .1.", "searches", "others", (), statistic="difference",
           against="climbed", below=-0.1),
    _claim("For it goes for the smallest sets that it may: less than one digit in ten.", "searches", "share", (),
           below=0.1),
)  # fmt: skip

TOY: tuple[Claim, ...] = (
    _toy("Where features of a toy network have dimensions to themselves or in pairs, ablating one cuts: bimodality "
         "above .8.", 0.3, "bimodality", above=0.8),
    _toy("And better than a direction by lot, by more than .1.", 0.3, "bimodality", **_than("by lot"), above=0.1),
    _toy("Where all share all dimensions, a true feature cuts no better than a direction by lot: within .1.", 0.02,
         "bimodality", **_than("by lot"), above=-0.1, below=0.1),
    _toy("Others lose less than a tenth of what those lose that bear the feature, where it shares with one.", 0.3,
         "damage", below=0.1),
    _toy("And more than .15 of it where all share.", 0.02, "damage", above=0.15),
)  # fmt: skip

WHOLE: tuple[Claim, ...] = (
    _claim("Over five densities the damage to others goes with the overlap of features: rank correlation above .5.",
           "toy-seeds", "together", (), above=0.5),
    _toy("Among the features of one network, too: above .2.", 0.02, "within", above=0.2),
    _claim("Networks learn recall: more than 98 % of fresh sequences are right.", "networks", "accuracy",
           (("data", "recall"),), above=0.98),
    _family("Where recall gives its answer, the mean of each value destroys that value: exactly one on average.",
            "class mean", "classes", data="recall", above=0.9, below=1.1),
    _family("And nearly nothing else: the destroyed tell more than .9 of the lesser entropy.", "class mean",
            "information", data="recall", above=0.9),
    _family("Principal components there are no features: less than half are called one.", "principal", "called",
            data="recall", below=0.5),
    _family("Nor are directions by lot: fewer than one in twenty.", "by lot", "called", data="recall", below=0.05),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (*DIGITS, *LOOKED_FOR, *TOY, *WHOLE)
QUICK: tuple[Claim, ...] = (*DIGITS, *TOY)
