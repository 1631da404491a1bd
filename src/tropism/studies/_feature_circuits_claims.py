"""The claims of the study `feature-circuits`, written before its five seeds were drawn."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

SEED = 'The seed text, part "Feature Identification": a feature is a direction in whose basis weights are sparse.'
OURS = "The bound is ours; a draw of seed 100, which is not used here, had been seen."
ROOM, TWICE = "as many features as dimensions", "twice as many"


def _claim(text: str, table: str, column: str, world: str, where: dict[str, Any], **rest: Any) -> Claim:
    pilot = f" A pilot of one draw had {rest.pop('pilot')}." if "pilot" in rest else ""
    versus = tuple(rest.pop("versus").items()) if "versus" in rest else None
    told: dict[str, Any] = {"statistic": "difference" if versus or "against" in rest else "mean"} | rest
    told |= {"versus": versus, "note": OURS + pilot, "source": SEED}
    return Claim(text, table=table, column=column, where=(("world", world), *where.items()), **told)


def _sparse(text: str, world: str, basis: str, column: str = "hoyer", **rest: Any) -> Claim:
    return _claim(text, "sparsity", column, world, {"basis": basis}, **rest)


def _edges(text: str, world: str, basis: str, ranking: str, column: str = "precision", **rest: Any) -> Claim:
    return _claim(text, "edges", column, world, {"basis": basis, "ranking": ranking}, **rest)


def _left(text: str, basis: str, ranking: str, **rest: Any) -> Claim:
    return _claim(text, "left", "left", TWICE, {"basis": basis, "ranking": ranking, "kept": 2.0}, **rest)


def _gate(text: str, gate: str, ranking: str, column: str, **rest: Any) -> Claim:
    return _claim(text, "gates", column, TWICE, {"gate": gate, "ranking": ranking}, **rest)


def _again(text: str, world: str, examples: str, ranking: str, column: str, **rest: Any) -> Claim:
    return _claim(text, "again", column, world, {"examples": examples, "ranking": ranking}, **rest)


WITH_ROOM = (
    _sparse("Where there is room for all features, weights between directions of a learned dictionary are sparse: "
            "Hoyer's measure is above .6.", ROOM, "dictionary", above=0.6, pilot=".707"),
    _sparse("Nine tenths of their energy are in fewer than three edges a feature.", ROOM, "dictionary", "per_feature",
            below=3.0, pilot="1.7"),
    _sparse("Independent components do as well, almost: above .5.", ROOM, "ICA", above=0.5, pilot=".697"),
    _sparse("Principal components do not: less than .1 beyond directions by lot.", ROOM, "PCA",
            versus={"basis": "by lot"}, below=0.1, pilot=".013"),
    _sparse("Nor do neurons: within .05 of directions by lot.", ROOM, "neurons", versus={"basis": "by lot"},
            above=-0.05, below=0.05, pilot=".012"),
    _edges("There the largest weights are wires, in a learned dictionary too: more than .8 of as many as there are.",
           ROOM, "dictionary", "weight", above=0.8),
)  # fmt: skip

CROWDED = (
    _sparse("With twice as many features as dimensions, weights between the true features are not sparse: Hoyer's "
            "measure is less than .05 beyond directions by lot.", TWICE, "true features", versus={"basis": "by lot"},
            below=0.05, pilot=".009"),
    _sparse("More than 20 edges a feature hold nine tenths of the energy, where two are wires.", TWICE,
            "true features", "per_feature", above=20.0, pilot="27.4"),
    _sparse("A learned dictionary is as the true features are, within .03.", TWICE, "dictionary",
            versus={"basis": "true features"}, above=-0.03, below=0.03, pilot="-.001"),
    _sparse("Principal components look sparser than the truth: by more than .04.", TWICE, "PCA",
            versus={"basis": "true features"}, above=0.04, pilot=".111"),
    _sparse("And they are not the features: matched cosines are less than .1 beyond those by lot.", TWICE, "PCA",
            "matched_before", versus={"basis": "by lot"}, below=0.1),
)  # fmt: skip

DRIVEN = (
    _sparse("A dictionary that is learned where this layer alone drives the next finds none of the next layer's "
            "features: less than .2 of them at a cosine of .9,", ROOM, "dictionary, driven", "recall_after",
            below=0.2),
    _sparse("though weights are about as sparse in it: Hoyer's measure is above .55.", ROOM, "dictionary, driven",
            above=0.55),
)  # fmt: skip

EDGES = (
    _edges("The largest weights between true features are wires only in part: less than .75 with twice as many.",
           TWICE, "true features", "weight", below=0.75),
    _edges("Nor is it better to weight them by data, the mean of |f w|: not by .05.", TWICE, "true features",
           "weight × data", versus={"ranking": "weight"}, below=0.05),
    _edges("It is where the far end must be on: by more than .2.", TWICE, "true features", "on at both ends",
           versus={"ranking": "weight"}, above=0.2),
    _edges("Edges of the largest effect are the wires: above .95.", TWICE, "true features", "effect", above=0.95),
    _edges("In a learned dictionary most of them are: above .6,", TWICE, "dictionary", "effect", above=0.6),
    _edges("more than of the largest weights, by .15.", TWICE, "dictionary", "effect", versus={"ranking": "weight"},
           above=0.15),
    _edges("Effects are sparse where weights are not: Hoyer's measure is above .7.", TWICE, "true features", "effect",
           "hoyer", above=0.7),
    _edges("But effects are not read from weights alone: given weights of another wiring, more than .2 of the edges of "
           "largest effect are wires of the examples.", TWICE, "another's weights", "effect", above=0.2),
    _edges("The largest of these weights are not: less than .1.", TWICE, "another's weights", "weight", below=0.1),
)  # fmt: skip

LEFT = (
    _left("Two edges a feature, chosen by effect, leave less than .05 of what true features hear,", "true features",
          "effect", below=0.05),
    _left("and by weight more than .25,", "true features", "weight", above=0.25),
    _left("and by lot more than .9.", "true features", "by lot", above=0.9),
    _left("In a learned dictionary they leave less than .4 by effect,", "dictionary", "effect", below=0.4),
    _left("and by weight more by .1.", "dictionary", "weight", versus={"ranking": "effect"}, above=0.1),
    _gate("What an AND says is lost with edges chosen by weight: more than .4 of its variance.", "AND", "weight",
          "output", above=0.4),
    _gate("A sum bears it better, by .1.", "sum", "weight", "output", versus={"gate": "AND"}, below=-0.1),
    _gate("By effect less than .1 of an AND is lost.", "AND", "effect", "output", below=0.1),
    _gate("Wires of an XOR, of which one takes away, are found by effect: above .9.", "XOR", "effect", "recall",
          above=0.9),
)  # fmt: skip

AGAIN = (
    _again("Other examples of the same distribution lead to the same directions: a mean matched cosine above .85.",
           TWICE, "other half", "effect", "cosine_before", above=0.85),
    _again("More than .6 of the edges of largest effect come back,", TWICE, "other half", "effect", "edges_again",
           above=0.6),
    _again("and of a shifted distribution, in which features are on up to eight times as often as others, more than "
           ".4,", TWICE, "shifted", "effect", "edges_again", above=0.4),
    _again("which are fewer, by more than .03.", TWICE, "shifted", "effect", "edges_again",
           versus={"examples": "other half"}, below=-0.03),
    _again("Weights come back, too, where they are not wires: more than .4 of the largest.", TWICE, "other half",
           "weight", "edges_again", above=0.4),
)  # fmt: skip

CLAIMS = WITH_ROOM + CROWDED + DRIVEN + EDGES + LEFT + AGAIN
