"""The claims of the study `planted-features`, written before its dictionaries where no note says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._planted_runs import WEIGHT, Scale

PILOT = "The prototype of the reference on features, experiment (e), one seed."
KORZNIKOV = "Korznikov et al. (2026), arXiv 2602.14111"
AFTER = "Written after arms with more free latents had been seen, before this one was run; the bound is as there."
COMPARED = "Written after these dictionaries had been seen, to set the reference's number beside ours."
OURS = "The bound is ours, written down before these dictionaries were trained."
LONG = 2500
"""Steps that the reference trains: a latent takes long to die."""


def claims(scale: Scale) -> tuple[Claim, ...]:
    """The claims that the arms at hand can decide."""
    found: list[Claim] = []
    for code in scale.codes:
        found += _rejected(code, scale)
        found += _capacity(code, scale)
        found += _graded(code)
        if code == "TopK" and scale.steps >= LONG:
            found.append(_dead())
        if scale.held:
            found += _held(code)
    return tuple(found)


def _claim(text: str, table: str, column: str, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _plants(text: str, code: str, plants: str, count: int, free: int, column: str, **rest: Any) -> Claim:
    where = (("code", code), ("plants", plants), ("count", count), ("free", free))
    return _claim(f"{code}: {text}", rest.pop("table", "plants"), column, where, **rest)


def _rejected(code: str, scale: Scale) -> Sequence[Claim]:
    """Random plants beside free latents enough, and true ones."""
    l1, again = code == "L1", code in scale.asked_again
    return (
        _plants("planted random directions are rejected: with 64 free latents, as many as features, 16 of them have "
                "less than .02 of all activation, where .2 is their share of latents.", code, "random", 16, 64, "mass",
                below=0.02, published=0.001 if l1 else None),
        _plants("they are shut by their biases, which are lower than those of free latents by more than .4.", code,
                "random", 16, 64, "bias", statistic="difference", against="bias_free", below=-0.4,
                published=-1.0 if l1 else None),
        _plants("nothing is lost without them: they explain less than .01 of the variance.", code, "random", 16, 64,
                "cost", below=0.01, published=0.0),
        _plants("nor do they harm: free latents match the truth as without plants, to within .03.", code, "random", 16,
                64, "matched_free", statistic="difference", versus=(("count", 0),), above=-0.03, below=0.03,
                table="harm" if again else "plants"),
        _plants("true directions in their place are used: they have more than .15.", code, "true", 16, 64, "mass",
                above=0.15, published=0.27 if l1 else 0.2),
        _claim(f"{code}: of as many of both kinds in one dictionary, the biases say which are true: the area under the "
               "curve is above .9, chance being .5.", "both", "auroc", (("code", code),), above=0.9),
    )  # fmt: skip


def _dead() -> Claim:
    return _plants("most of 16 random plants die beside 64 free latents: more than .8 of them.", "TopK", "random", 16,
                   64, "dead", above=0.8, published=0.875, note=COMPARED)  # fmt: skip


def _capacity(code: str, scale: Scale) -> Sequence[Claim]:
    """Random plants where free latents do not suffice: the verdict's condition."""
    found = [
        _plants("rejection has a condition: with 32 free latents for 64 features, 16 random plants have more than .02 "
                "more than with 64.", code, "random", 16, 32, "mass", statistic="difference", versus=(("free", 64),),
                above=0.02),
        _plants("with none free they are used: fewer than .05 of them are dead.", code, "random", 16, 0, "dead",
                below=0.05),
    ]  # fmt: skip
    if 64 in scale.counts and 0 in scale.frees:
        found += [
            _plants("64 random directions alone explain between .3 and .7 of the variance.", code, "random", 64, 0,
                    "explained", above=0.3, below=0.7, published=0.51 if code == "L1" else None),
            _plants("of 64 plants with 64 free latents beside them, less than .05 of the activation is left to them.",
                    code, "random", 64, 64, "mass", below=0.05),
        ]  # fmt: skip
    if 64 in scale.counts and 32 in scale.frees:
        found.append(
            _plants("of 64 plants with 32 free ones, more than .05.", code, "random", 64, 32, "mass", above=0.05,
                    note=f"{OURS} The pilot had .08 for 32 of each.")
        )  # fmt: skip
    if 16 in scale.frees:
        found.append(
            _plants("with 16 free latents, a fourth of the features, 16 random plants have more than .02 more than "
                    "with 64.", code, "random", 16, 16, "mass", statistic="difference", versus=(("free", 64),),
                    above=0.02, note=AFTER)
        )  # fmt: skip
    if 48 in scale.frees:
        found.append(
            _plants("with 48 free latents, three for four features, plants are used a little: they have more than with "
                    "64.", code, "random", 16, 48, "mass", statistic="difference", versus=(("free", 64),), above=0.0,
                    source="")
        )  # fmt: skip
    return found


def _graded(code: str) -> Sequence[Claim]:
    """How near a plant must be."""
    middle = 0.92 if code == "L1" else 0.87
    return (
        _claim(f"{code}: acceptance is graded: half of what true plants take is reached at a cosine between "
               f"{middle - 0.05:.2f} and {middle + 0.05:.2f}.", "resolution", "half", (("code", code),),
               above=middle - 0.05, below=middle + 0.05, published=middle,
               note=f"{OURS} The pilot's price on codes was .2; here it is {WEIGHT:g}." if code == "L1" else OURS),
        _claim(f"{code}: at a cosine of .7 plants take less than .25 of what true ones do.", "acceptance", "accepted",
               (("code", code), ("cosine", 0.7)), below=0.25, published=0.05 if code == "L1" else 0.09),
    )  # fmt: skip


def _held(code: str) -> Sequence[Claim]:
    """Dictionaries that may hardly turn, and those that begin at the truth."""

    def held(text: str, start: str, moves: str, column: str, **rest: Any) -> Claim:
        where = (("code", code), ("start", start), ("moves", moves))
        return _claim(f"{code}: {text}", "held", column, where, **({"source": KORZNIKOV} | rest))

    return (
        held("variance is not truth: a decoder that stays random, at chance by its making, still explains more than .5 "
             "of the variance.", "random", "decoder held", "explained", above=0.5),
        held("within a cosine of .8 of a random start a decoder explains within .1 of what a free one does.", "random",
             "decoder within .8", "explained", statistic="difference", versus=(("moves", "all"),), above=-0.1,
             below=0.1),
        held("such a decoder finds less than .2 of the features at a cosine of .9.", "random", "decoder within .8",
             "recall", below=0.2),
        held("an encoder that stays random leaves its decoder more than .2 further from the truth than a free one.",
             "random", "encoder held", "matched", statistic="difference", versus=(("moves", "all"),), below=-0.2,
             source=""),
        held("training stays at the truth: begun there, more than .98 of it is matched.", "truth", "all", "matched",
             above=0.98, source=PILOT),
        held("the loss is lower there than where a random start leads.", "truth", "all", "loss",
             statistic="difference", versus=(("start", "random"),), below=0.0, source=PILOT),
        held("with half as many latents, at half of the truth, training leaves: less than .95 is matched.",
             "half the truth", "all", "matched", below=0.95, source=PILOT),
        held("for the loss is then lower, by more than a tenth, than with those directions held.", "half the truth",
             "all", "loss", statistic="ratio", versus=(("moves", "decoder held"),), below=0.9, source=PILOT),
    )  # fmt: skip
