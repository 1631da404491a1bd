"""The claims of the study `edges`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._edges_runs import STEPS

SEED = "The seed text: edges and curves, then objects made of them."
OURS = "The bound is ours, written down before the networks were trained."
PILOT = f"{OURS} Of a pilot on seed 100, which is not used here, only how many edges, and objects from scratch, are "
PILOT += "right had been seen."
MENDED = f"{OURS} A measure that also took answers among edges for wrong ones had been seen; the bound is the same."
PAIR = {"statistic": "difference"}


def _claim(text: str, table: str, column: str, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _first(text: str, before: str, **rest: Any) -> Claim:
    return _claim(text, "first", "accuracy", (("before", before),), note=PILOT, **rest)


def _ahead(text: str, shown: str, moves: str, than: str, column: str = "final", **rest: Any) -> Claim:
    """A claim that networks that know edges do better at objects than others."""
    where = (("shown", shown), ("moves", moves), ("before", "edges"))
    told = {"statistic": "difference", "versus": (("before", than),)} | rest
    return _claim(text, "networks", column, where, **told)


def _tuned(text: str, site: str, before: str, column: str = "index", **rest: Any) -> Claim:
    return _claim(text, "tuning", column, (("before", before), ("site", site)), **rest)


def _cut(text: str, site: str, before: str, **rest: Any) -> Claim:
    """A claim that objects need the most tuned channels more than as many others."""
    where = (("before", before), ("site", site), ("cut", "most tuned"))
    told = {"statistic": "difference", "versus": (("cut", "by lot"),), "above": 0.05, "note": MENDED} | rest
    return _claim(text, "cuts", "drop", where, **told)


CLAIMS = (
    _first("Orientations are learned: more than .75 of held-out edges and arcs are right.", "edges", statistic="min",
           above=0.75),
    _first("With wrong labels nothing is: less than .12, one in 16 being chance.", "wrong labels", statistic="max",
           below=0.12),
    _tuned("Learning edges tunes the first maps: the index is more than .05 above that of fresh networks.", "maps.0",
           "edges", **PAIR, versus=(("before", "fresh"),), above=0.05),
    _tuned("And the second maps.", "maps.1", "edges", **PAIR, versus=(("before", "fresh"),), above=0.05),
    _tuned("It is not the pictures: with wrong labels the index of the first maps rises by less than .05.", "maps.0",
           "wrong labels", **PAIR, versus=(("before", "fresh"),), below=0.05),
    _tuned("It is the question: asked where edges lie, networks are less tuned in the second maps by more than .03.",
           "maps.1", "edges", **PAIR, versus=(("before", "places"),), above=0.03),
    _ahead("Maps that know edges are good for objects: of few pictures, with maps frozen, more than .1 more are right "
           "than on frozen fresh maps.", "few", "head", "fresh", above=0.1),
    _ahead("Not any training does that: more than .05 more than on maps of wrong labels.", "few", "head",
           "wrong labels", above=0.05),
    _ahead("And more than .05 more than on maps that know where edges lie.", "few", "head", "places", above=0.05),
    _ahead("Where all moves, edges first still help with few pictures: more than .05 more are right than from scratch.",
           "few", "all", "fresh", above=0.05),
    _ahead("More than .05 more than after wrong labels.", "few", "all", "wrong labels", above=0.05),
    _ahead("More than .02 more than after places.", "few", "all", "places", above=0.02),
    _ahead("With many pictures frozen maps that know edges have more than .05 more right than frozen fresh maps.",
           "many", "head", "fresh", above=0.05),
    _ahead("With many pictures and all moving, edges first are no gain in the end: within .03 of from scratch.", "many",
           "all", "fresh", above=-0.03, below=0.03),
    _ahead("But sooner: 80 % are right in less than two thirds of the steps from scratch.", "many", "all", "fresh",
           "to_80", statistic="ratio", below=2 / 3, failed_as=float(STEPS),
           note=f"{OURS} Who does not come there counts as {STEPS} steps."),
    _tuned("What tuning there was is kept while objects are learned: channel by channel, curves of the first maps "
           "correlate by more than .8.", "maps.0", "edges", "retained", above=0.8),
    _tuned("And of the second maps by more than .6.", "maps.1", "edges", "retained", above=0.6),
    _tuned("That is more than channels have in common anyway: by more than .3 in the first maps.", "maps.0", "edges",
           "retained", **PAIR, against="others", above=0.3),
    _tuned("A tuned layer is kept better than an untuned one: by more than .1 than in fresh networks, second maps.",
           "maps.1", "edges", "retained", **PAIR, versus=(("before", "fresh"),), above=0.1),
    _cut("Objects are seen by way of tuned channels: without the fourth of the first maps that is most tuned, networks "
         "that know edges lose more than .05 more than without a fourth by lot.", "maps.0", "edges"),
    _cut("So it is of the second maps.", "maps.1", "edges"),
    _cut("And of the first maps of networks that began with objects.", "maps.0", "fresh"),
    _claim("Objects alone bring tuned channels, too: in the first maps the index rises by more than .05.", "emergence",
           "rise", (("site", "maps.0"),), above=0.05),
    _claim("They come while objects are learned, not after: when 80 % are right, more than half of the rise is there.",
           "emergence", "share_then", (("site", "maps.0"),), above=0.5,
           note=f"{OURS} Networks whose index rises by less than .01 are left out."),
)  # fmt: skip
