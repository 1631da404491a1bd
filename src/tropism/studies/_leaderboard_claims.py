"""The claims of the leaderboard, written before it was run."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.studies._leaderboard_entries import FITTED, TRAINED
from tropism.studies._leaderboard_runs import DEFAULT, TRUTH, Board

PILOT = "The pilots of the reference on features, one seed."
OURS = "The bound is ours, written down before the board was run; three worlds of other seeds had been looked at."

ANYBODY = "It is claimed of every entry of one's own."


def claims(board: Board) -> tuple[Claim, ...]:
    """What is claimed of the methods and data that a board has."""
    known = {*board.trained, *board.fitted, TRUTH}
    ours = (each for each in _all() if all(name in known and data in board.data for data, name in _named(each)))
    return (
        *ours,
        *(_found_something(data, name) for name in sorted(known - {*TRAINED, *FITTED, TRUTH}) for data in board.data),
    )


def _found_something(data: str, name: str) -> Claim:
    """What is claimed of an entry that is not ours."""
    text = f"{name}, {data}: more of the truth is found than by as many random directions."
    return _claim(
        text, data, name, "corrected", above=0.0, note="It is claimed of every entry of one's own.", source=""
    )


def _named(claim: Claim) -> list[tuple[str, str]]:
    """The data and the methods that a claim is about."""
    here = dict(claim.where)
    there = here | dict(claim.versus or ())
    return [(str(each["data"]), str(each["method"])) for each in (here, there)]


def _claim(text: str, data: str, method: str, column: str, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": PILOT} | rest
    if "versus" in told:
        told["versus"] = (("method", told["versus"]),)
        told["statistic"] = "difference"
    return Claim(text, table="scores", column=column, where=(("data", data), ("method", method)), **told)


def _all() -> tuple[Claim, ...]:
    return (*_default(), *_others())


def _default() -> tuple[Claim, ...]:
    target = "The bound is what this study was built to meet, set before it."
    top = "Over-provisioned TopK, pruned, recovers the default data's dictionary"
    return (
        _claim(f"{top}: on every world the mean matched cosine is at least .995.", DEFAULT, "TopK", "matched",
               statistic="min", above=0.995, published=0.9989, note=target),
        _claim(f"{top}: every feature is found, within a cosine of .9.", DEFAULT, "TopK", "recall", statistic="min",
               above=0.999, published=1.0, note=target),
        _claim("With codes by matching pursuit it says on every world which features are on, with an F1 of .95.",
               DEFAULT, "TopK", "f1", statistic="min", above=0.95, published=0.969, note=target),
        _claim("Its own codes do not: they explain less than the pursuit's by more than .02 of the variance.", DEFAULT,
               "TopK", "own_explained", statistic="difference", against="explained", below=-0.02),
        _claim("scikit-learn's online dictionary learning, as wide as there are features, comes within .05 of it.",
               DEFAULT, "online dictionary", "matched", versus="TopK", above=-0.05, published=-0.016),
        _claim("Twice as wide, it comes within .005.", DEFAULT, "online dictionary, twice as wide", "matched",
               versus="TopK", above=-0.005),
        _claim("K-SVD, as wide as there are features, stays below .995.", DEFAULT, "K-SVD", "matched", below=0.995,
               published=0.944),
        _claim("Found twice, TopK finds the same: two pruned dictionaries match within .01.", DEFAULT, "TopK",
               "consistency", above=0.99, published=1.0),
        _claim("PCA is no better than random directions: within .05 of them, corrected.", DEFAULT, "PCA", "corrected",
               above=-0.05, below=0.05, published=-0.03),
        _claim("ICA, which has half as many directions as there are features, finds below .4 of them.", DEFAULT, "ICA",
               "recall", below=0.4),
        _claim("The controls find nothing: of random directions no feature comes within .9.", DEFAULT,
               "random directions", "recall", below=0.02),
        _claim("Directions that stay random explain less, by more than .05 of the variance, with the same pursuit.",
               DEFAULT, "TopK, frozen directions", "explained", versus="TopK", below=-0.05),
    )  # fmt: skip


def _others() -> tuple[Claim, ...]:
    return (
        _claim("At sixteen dimensions TopK finds less than at 32: a matched cosine below .99.", "STB-16", "TopK",
               "matched", below=0.99, published=0.931),
        _claim("There online dictionary learning, twice as wide, is no worse than TopK by .02.", "STB-16",
               "online dictionary, twice as wide", "matched", versus="TopK", above=-0.02),
        _claim("Where some features are on only with others, nobody's advantage is a Matryoshka's: it is not better "
               "than TopK by more than .1.", "HIER", "Matryoshka", "corrected", versus="TopK", below=0.1),
        _claim("There TopK finds less than half of the features.", "HIER", "TopK", "recall", below=0.5),
        _claim("Where four directions are dense, four free latents explain more than TopK alone, by more than .05 of "
               "the variance.", "MIX-32", "TopK, 4 free", "own_explained", versus="TopK", above=0.05),
        _claim("Where none is dense, four free latents cost more than .05 of the matched cosine.", DEFAULT,
               "TopK, 4 free", "matched", versus="TopK", below=-0.05),
        _claim("Where features are rarer and rarer, TopK finds more than .9 of them all the same.", "SHK-64", "TopK",
               "recall", above=0.9),
        _claim("Where features go together, TopK comes more than half of the way from chance to the truth.", "CORR",
               "TopK", "corrected", above=0.5),
    )  # fmt: skip
