"""The claims of the study `hybrid`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._hybrid_runs import WEIGHT

PILOT = "The prototype of the reference on features, experiment (f), one seed."
SEED = 'The seed text on features: "δ unpenalised neurons".'
OURS = (
    "The bound is ours, written down before the networks were trained; networks of the seeds 100 and 101 had been seen."
)
MORE = f"{OURS} Four worlds left it undecided; twenty more were then drawn, and all count."
UNSEEN = "The bound is ours, written down before the networks were trained; no such network had been seen."
BY_SEED = (
    f"{OURS} At first each of a seed's three worlds was counted as one more of n, though they share luck; after a look "
    "seeds were counted."
)


def claims(*, quick: bool) -> tuple[Claim, ...]:
    """What is claimed of the whole study; of the quick form, as far as it has the networks."""
    if quick:
        return tuple(each for each in (*_RULE_SHORT, *_REST_SHORT) if ("data", "STB-32") not in each.where)
    return (*_RULE_SHORT, *_RULE, *_REST_SHORT, *_REST)


def _rule(text: str, where: Where, column: str | tuple[str, str, float] = "off", **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT} | rest
    return Claim(text, table="rule", column=column, where=where, **told)


def _of(text: str, column: str, delta: int, *, data: str = "MIX-32", begun: str = "random", **rest: Any) -> Claim:
    """A claim on the networks of one kind of data and one δ, at the default price."""
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT} | rest
    where: Where = (("data", data), ("code", "L1"), ("begun", begun), ("weight", WEIGHT), ("delta", delta))
    return Claim(text, table="networks", column=column, where=where, **told)


def _beyond(text: str, column: str, delta: int, other: int, **rest: Any) -> Claim:
    """That one δ has more than another, or less, seed by seed."""
    return _of(text, column, delta, **({"statistic": "difference"} | rest), versus=(("delta", other),))


def _at(data: str, code: str = "L1", weight: float = WEIGHT) -> Where:
    return (("data", data), ("code", code), ("weight", weight))


NEAR: dict[str, Any] = {"above": -0.5, "below": 0.5}

_RULE_SHORT = (
    _rule("Of four dense directions the rule finds four: the smallest δ with no sparse latent on in more than 30 % of "
          "the examples is 4, to half a direction on average.", _at("MIX-32"), **NEAR, published=0.0),
    _rule("Of data without any it finds none (STB-32).", _at("STB-32"), **NEAR),
)  # fmt: skip
_RULE = (
    _rule("Of two it finds two.", _at("2 dense"), **NEAR, note=UNSEEN),
    _rule("Of six it finds six.", _at("6 dense"), **NEAR, note=UNSEEN),
    Claim("So for more than half of the seeds it is exactly right of two, of four and of six.", table="seeds",
          statistic="share", column=("right", "==", 1.0), above=0.5, source=PILOT, note=BY_SEED),
    _rule("It is so at half the price of codes.", _at("MIX-32", weight=0.15), **NEAR),
    _rule("And at twice the price.", _at("MIX-32", weight=0.6), **NEAR),
    _rule("It is a rule for prices, not for counts: where three latents are on whatever happens (TopK), it is right "
          "for less than half of the worlds.", _at("MIX-32", "TopK", 0.0), ("right", "==", 1.0), statistic="share",
          below=0.5, note=MORE),
    _rule("Explained variance is no rule: it chooses more than eight of four.", _at("MIX-32"), "by_explained",
          above=8.0),
    _rule("Nor does the truth itself, compared as it is, choose r: the matched cosine is largest below two.",
          _at("MIX-32"), "by_matched", below=2.0),
)  # fmt: skip
_REST_SHORT = (
    _of("Without free latents sparse ones become dense: more than ten are on in more than 30 % of the examples.",
        "dense_latents", 0, above=10, published=25.0),
    _beyond("With δ = r less than half as many are on.", "l0", 4, 0, statistic="ratio", below=0.5, published=0.35),
    _beyond("They tell better which features are on: F1 rises by more than .05.", "f1", 4, 0, above=0.05),
    _beyond("Beyond r the sparse features seem lost: at δ = 8 the matched cosine is lower by more than .1 than at 4.",
            "matched", 8, 4, below=-0.1, published=-0.18),
    _beyond("But what is lost lies in the dense block's span: with it taken off both sides, the matched cosine at 8 is "
            "within .03 of that at 4.", "beside", 8, 4, above=-0.03, below=0.03),
    _beyond("Compared so, δ = r is better than none by more than .01.", "beside", 4, 0, above=0.01),
    _of("At δ = r the block is the true one: its overlap with the dense directions is above .98.", "overlap", 4,
        above=0.98, published=1.0),
    _of("It is nearer to them than principal components are.", "overlap", 4, statistic="difference",
        against="overlap_pca", above=0.0),
    _of("At δ = r it holds less of the sparse signal than random directions would, by more than .05.", "leak", 4,
        statistic="difference", against="leak_chance", below=-0.05),
    _beyond("Beyond r it takes that up: more than .1 more of the signal's variance at 8 than at 4.", "leak", 8, 4,
            above=0.1),
    _beyond("Where nothing is dense, free latents lose: on STB-32 the matched cosine with δ = 4 is lower by more than "
            ".05 than with none.", "matched", 4, 0, data="STB-32", below=-0.05),
    _beyond("There, too, it is the span: beside it the two are within .02.", "beside", 4, 0, data="STB-32",
            above=-0.02, below=0.02),
)  # fmt: skip
_REST = (
    _beyond("On data without dense directions free latents do not tell better which features are on: F1 with δ = 4 is "
            "not higher by .05 than with none.", "f1", 4, 0, data="STB-32", below=0.05),
    _beyond("Explained variance rises all the same: by more than .005 from δ = 4 to 16.", "explained", 16, 4,
            above=0.005, published=0.012),
    _beyond("With half of all dimensions free, sparse features are lost beside the span, too: by more than .05 "
            "against δ = 4.", "beside", 16, 4, below=-0.05),
    _of("It does not matter whether the block begins at principal components: at δ = 4 the matched cosine is within "
        ".02 of that from a random start.", "matched", 4, begun="PCA", statistic="difference",
        versus=(("begun", "random"),), above=-0.02, below=0.02),
    _of("Nor at δ = 8.", "matched", 8, begun="PCA", statistic="difference", versus=(("begun", "random"),),
        above=-0.02, below=0.02, note=UNSEEN),
)  # fmt: skip
