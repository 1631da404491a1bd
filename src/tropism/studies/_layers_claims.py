"""The claims of the study `more-layers`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._layers_runs import OTHER_HALF, SAME_ORDER, SHUFFLED, UNTRAINED, LayersScale

SEED = "The seed text, Feature Identification: more and more layers are trained again."
PILOT = (
    "The bound follows a pilot of one seed, made before this study; a published number is the pilot's, which does not "
    "say of which kind of layer."
)
PUBLISHED = "The bound follows the abstract of arXiv 2502.18710: a turn does nearly as well as a free linear map."
OURS = "The bound is ours. Of seeds 100 to 102, which are not used here, the numbers had been seen."
SAID = {"linear": " (linear layer)", "relu": " (ReLU layer)"}


def claims(scale: LayersScale) -> tuple[Claim, ...]:
    """The claims about the models that are trained."""
    groups = (_coming_back, _doing, _standing_in, _as_a_whole)
    found = [
        each
        for name, model in scale.chosen().items()
        for group in groups
        for each in group((("model", model.words),), SAID[name])
    ]
    return tuple(each for each in found if not _pairs_of(each) & set(scale.without))


def _pairs_of(claim: Claim) -> set[object]:
    """The pairs of networks that a claim is about."""
    return {value for column, value in (*claim.where, *(claim.versus or ())) if column == "pair"}


def _claim(text: str, table: str, column: str, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _of(here: Where, pair: str) -> Where:
    return (*here, ("pair", pair))


def _less(pair: str) -> dict[str, Any]:
    """Beside another pair of networks."""
    return {"statistic": "difference", "versus": (("pair", pair),)}


def _coming_back(here: Where, said: str) -> tuple[Claim, ...]:
    """Which components say what they said."""
    two, three, four = (_of(here, each) for each in ("2 layers", "3 layers", "4 layers"))
    same, half = _of(here, SAME_ORDER), _of(here, OTHER_HALF)
    return (
        _claim(f"Where all four layers are trained again, the first three components come back: above .8{said}.",
               "pairs", "third", four, above=0.8, note=PILOT),
        _claim(f"Those behind the fourth do not: below .5{said}.",
               "pairs", "matched_later", four, below=0.5, note=PILOT),
        _claim(f"The more layers, the less comes back: less with four than with two{said}.",
               "pairs", "matched", two, **_less("4 layers"), above=0.0, note=PILOT),
        _claim(f"But not much less: by no more than .25{said}.",
               "pairs", "matched", two, **_less("4 layers"), below=0.25, note=PILOT),
        _claim(f"With three it is between: no more than .05 above two{said}.",
               "pairs", "matched", three, **_less("2 layers"), below=0.05),
        _claim(f"The order of the data is no matter: another order costs less than .05{said}.",
               "pairs", "matched", four, **_less(SAME_ORDER), above=-0.05, below=0.05),
        _claim(f"Other data are: networks of two halves are less alike, by .05{said}.",
               "pairs", "matched", same, **_less(OTHER_HALF), above=0.05),
        _claim(f"They are still more alike than with an untrained network, by .1{said}.",
               "pairs", "matched", half, **_less(UNTRAINED), above=0.1),
    )  # fmt: skip


def _doing(here: Where, said: str) -> tuple[Claim, ...]:
    """Whether components do what they did."""
    two, four, untrained, wrong = (_of(here, each) for each in ("2 layers", "4 layers", UNTRAINED, SHUFFLED))
    return (
        _claim(f"Components do the same: what lacks without them correlates by more than .6, of two layers{said}.",
               "pairs", "causal", two, above=0.6),
        _claim(f"Of four layers, by more than .4{said}.", "pairs", "causal", four, above=0.4),
        _claim(f"What an untrained network says alike does nothing alike: below .1{said}.",
               "pairs", "causal", untrained, below=0.1),
        _claim(f"Nor what one of wrong labels says: below .1{said}.", "pairs", "causal", wrong, below=0.1),
    )  # fmt: skip


def _standing_in(here: Where, said: str) -> tuple[Claim, ...]:
    """What is lost where another network's layer comes in."""
    four, untrained, wrong = (_of(here, each) for each in ("4 layers", UNTRAINED, SHUFFLED))
    return (
        _claim(f"Another network's layer may stand in for it: by a linear map less than 2 points are lost{said}.",
               "layers", "stitched", four, below=2.0),
        _claim(f"A turn does nearly as well, within 2 points{said}.",
               "layers", "turned", four, statistic="difference", against="stitched", below=2.0, note=PUBLISHED),
        _claim(f"An untrained network's layer may not: more than 5 points are lost{said}.",
               "layers", "stitched", untrained, above=5.0),
        _claim(f"Nor one of wrong labels{said}.", "layers", "stitched", wrong, above=5.0),
    )  # fmt: skip


def _as_a_whole(here: Where, said: str) -> tuple[Claim, ...]:
    """How alike layers are in bulk, and how alike they seem that share nothing."""
    four, untrained = (_of(here, each) for each in ("4 layers", UNTRAINED))
    return (
        _claim(f"As a whole, layers are alike: CKA above .9{said}.", "layers", "cka", four, above=0.9,
               published=0.93, note=PILOT),
        _claim(f"But CKA is above .5 with an untrained network, too{said}.",
               "layers", "cka", untrained, above=0.5, published=0.605, note=PILOT),
        _claim(f"And SVCCA above .75{said}.", "layers", "svcca", untrained, above=0.75,
               published=0.81, note=PILOT),
        _claim(f"Wrong labels make layers less alike than no training: CKA is lower by .1{said}.",
               "layers", "cka", untrained, **_less(SHUFFLED), above=0.1),
    )  # fmt: skip
