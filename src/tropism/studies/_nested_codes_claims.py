"""The claims of the study `nested-codes`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.studies._nested_codes_runs import STEPS, Method

PILOT = "The prototypes of the reference on generalization, one seed."
SEED = "The seed text's autoencoders within autoencoders."
OURS = "The bound is ours, written down before the networks were trained."
SEEN = f"{OURS} Of this view one network from scratch, seed 100, had been seen for 300 steps."


def _claim(
    text: str, where: tuple[str, str, int, Method], column: str = "final", *, versus: Method | None = None, **rest: Any
) -> Claim:
    """A claim on one view, shown so often, with a code of some width, learned in one way."""
    view, shown, code, method = where
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT} | rest
    if versus is not None:
        told = {"versus": (("method", versus),)} | told | {"statistic": rest.get("statistic", "difference")}
    named = (("view", view), ("shown", shown), ("code", str(code)), ("method", method))
    return Claim(text, table="codes", column=column, where=named, **told)


def _first(text: str, code: int, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT, "column": "error"} | rest
    return Claim(text, table="first", where=(("code", str(code)),), **told)


def _nothing_gained(view: str, words: str) -> tuple[Claim, ...]:
    """That of all pictures, an autoencoder around that of digits is no better than one from scratch."""
    found = []
    for code in (8, 16):
        where = (view, "all", code)
        found += [
            _claim(f"{words}, code of {code}: nothing is gained around an autoencoder of digits; fine-tuned, the error "
                   "is not lower by .01 than that of the same layers from scratch.", (*where, "framed, fine-tuned"),
                   versus="framed, scratch", above=-0.01),
            _claim(f"{words}, code of {code}: with the inner one frozen it is higher by more than .01 than from C to A "
                   "to C afresh.", (*where, "framed, frozen"), versus="afresh", above=0.01),
        ]  # fmt: skip
    return tuple(found)


_L16: tuple[str, str, int] = ("larger", "all", 16)
_FEW: tuple[str, str, int] = ("larger", "few", 16)
_CODED: tuple[str, str, int] = ("coded", "few", 8)

CLAIMS = (
    _first("An autoencoder of digits with a code of 16 leaves less than .12 of the variance.", 16, below=0.12,
           published=0.097),
    _claim("So does one of larger pictures, afresh.", (*_L16, "afresh"), below=0.12, published=0.081),
    *_nothing_gained("larger", "Larger pictures"),
    _claim("Nor is it sooner: larger pictures, code of 16, to .12 it takes more than .8 of the steps from scratch.",
           (*_L16, "framed, fine-tuned"), "steps", versus="framed, scratch", statistic="ratio", above=0.8,
           published=1.0, note=f"{OURS} Who does not come there counts as {STEPS} steps."),
    *_nothing_gained("turned", "Pictures without neighbors"),
    _claim("Likeness is no sign of reuse: codes of larger pictures learned afresh are like those of digits by more "
           "than .75 (linear kernel alignment).", (*_L16, "afresh"), "alike", above=0.75, published=0.87,
           note=f"{OURS} Published is the middle of .80 to .93."),
    _claim("And no less like those of other seeds: within .05.", (*_L16, "afresh"), "alike", statistic="difference",
           against="strangers", above=-0.05, below=0.05),
    _claim("Fine-tuned, codes are like those that they began from by more than .03 more than like other seeds'.",
           (*_L16, "framed, fine-tuned"), "alike", statistic="difference", against="strangers", above=0.03),
    _claim("Of few larger pictures the inner autoencoder pays, frozen: the error is lower by more than .1 than afresh.",
           (*_FEW, "framed, frozen"), versus="afresh", below=-0.1, source=SEED),
    _claim("Fine-tuned, too: by more than .05 than the same layers from scratch.", (*_FEW, "framed, fine-tuned"),
           versus="framed, scratch", below=-0.05, source=SEED),
    _claim("Stopping at the best look does not do as much: the least error afresh is higher by more than .05 than that "
           "around the frozen one.", (*_FEW, "afresh"), "least", versus="framed, frozen", above=0.05, source=SEED),
    _claim("Of few pictures that are a function of the digit's code reuse pays: fine-tuned, the error is lower by more "
           "than .05 than the same layers from scratch.", (*_CODED, "framed, fine-tuned"), versus="framed, scratch",
           below=-0.05, source=SEED, note=SEEN),
    _claim("And by more than .05 than afresh.", (*_CODED, "framed, fine-tuned"), versus="afresh", below=-0.05,
           source=SEED, note=SEEN),
    _claim("Frozen, it is no better than fine-tuned there: what a linear map cannot draw is missing.",
           (*_CODED, "framed, frozen"), versus="framed, fine-tuned", above=0.0, source=SEED, note=SEEN),
    _claim("Of all of them it does not pay: fine-tuned within .02 of the same layers from scratch.",
           ("coded", "all", 8, "framed, fine-tuned"), versus="framed, scratch", above=-0.02, below=0.02, source=SEED,
           note=SEEN),
)  # fmt: skip
