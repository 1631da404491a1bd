"""The claims of the study `residual-stream`, written before its networks were trained, unless their notes say so."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Predicate
from tropism.studies._residual_stream_runs import TASKS

SEED = "The seed text: few directions that cannot be ablated, tracked along the residual stream."
PILOT = "Pilots of two networks a task, on seeds 100 and 101, which are not used here, had been seen."
OURS = f"The bound is ours. {PILOT}"
SPEC = "The bound is that of an earlier pilot: one network, at most .05 nats where nothing matters, 8 to 9 directions."
AMONG = f"{OURS} The interval is over networks of these five tasks, and says nothing of other tasks."
MOST = (
    "Put beside the others after ten of these networks had been looked at, of which eight were; twenty more were then "
    "trained, and all count."
)
AFTER = "Asked after the study had been run once, of what an earlier pilot of one network had said."


def _claim(text: str, table: str, column: str | Predicate, where: tuple[tuple[str, str], ...], **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _effect(text: str, site: str, role: str, **rest: Any) -> Claim:
    return _claim(text, "effects", "effect", (("task", "recall"), ("site", site), ("role", role)), **rest)


def _needed(text: str, task: str, site: str, role: str, column: str = "cut", **rest: Any) -> Claim:
    basis = rest.pop("basis", "cross-covariance")
    where = (("task", task), ("site", site), ("role", role), ("basis", basis))
    return _claim(text, "needed", column, where, **rest)


def _learned(task: str, **rest: Any) -> Claim:
    return _claim(f"Networks learn {task}: more than 99 % of fresh sequences are right.", "networks", "accuracy",
                  (("task", task),), above=0.99, **rest)  # fmt: skip


def _named(text: str, column: str, score: str, **rest: Any) -> Claim:
    return _claim(text, "localization", column, (("score", score),), **({"note": AMONG} | rest))


def _moved(text: str, part: str, **rest: Any) -> Claim:
    return _claim(text, "parts", "moved", (("task", "recall"), ("part", part)), note=AFTER, **rest)


def _fixed(text: str, score: str, **rest: Any) -> Claim:
    return _named(text, "spearman", score, statistic="difference", versus=(("score", "fixed order"),), **rest)


RECALL: tuple[Claim, ...] = (
    _learned("recall", published=1.0, note=f"{OURS} The published number is an earlier pilot's, of one network."),
    _effect("At the embedding keys matter: cutting one costs more than half a nat.", "embedding", "keys", above=0.5),
    _effect("After the first attention they do not: less than .05 nats.", "middle.0", "keys", below=0.05, note=SPEC),
    _effect("What they said stands at the values by then, which matter: more than half a nat.", "residual.0", "values",
            above=0.5),
    _needed("At most one direction a position is wrong for recall: at the embedding, values need more than six.",
            "recall", "embedding", "values", above=6),
    _needed("They need seven to ten, as in the earlier pilot.", "recall", "embedding", "values", above=7, below=10,
            note=SPEC),
    _needed("So do keys.", "recall", "embedding", "keys", above=7, below=10,
            note=f"{SPEC} {PILOT} In them, keys needed fewer."),
    _needed("Keys need more than two.", "recall", "embedding", "keys", above=2),
    _needed("It is not that the order is bad: with all others cut, values need more than three directions, too.",
            "recall", "embedding", "values", "kept", above=3),
    _needed("At values, keys come to stand beside values: after the first attention more than nine directions are "
            "needed, more than values alone can take.", "recall", "middle.0", "values", above=9),
    _needed("The order says something: directions by lot must be cut almost all, more than ten more.", "recall",
            "embedding", "values", basis="by lot", statistic="difference",
            versus=(("basis", "cross-covariance"),), above=10),
    _needed("But gradients are no help: after the second attention principal components are cut with more than two "
            "fewer than directions of the cross-covariance.", "recall", "middle.1", "query", statistic="difference",
            versus=(("basis", "principal"),), above=2),
    _needed("The longer the stream, the more directions: at the query more than five more are needed behind the last "
            "attention than at the embedding.", "recall", "middle.1", "query", statistic="difference",
            versus=(("site", "embedding"),), above=5),
    _needed("Fewer are enough than must be cut: behind the last attention less than half as many.", "recall",
            "middle.1", "query", "kept", statistic="ratio", against="cut", below=0.5),
    _needed("Nor does one direction carry much: the first has less than a tenth of what cutting a value costs.",
            "recall", "embedding", "values", "first", below=0.1, note=AFTER),
    _moved("Over neurons effects hardly move: by less than .05 of the largest over the first layer's,", "neurons 1",
           below=0.05),
    _moved("and over the second's.", "neurons 2", below=0.05),
    _claim("So the two attentions are the two parts over which effects move most, and which cost most: more than three "
           "in four of the first two are right, where luck has half.", "localization", "hit_2",
           (("task", "recall"), ("score", "moved")), above=0.75, note=AFTER),
)  # fmt: skip

OTHERS: tuple[Claim, ...] = (
    _claim("Most networks learn recall: more than half of them answer more than 99 % right.", "networks",
           ("accuracy", ">", 0.99), (("task", "recall"),), statistic="share", above=0.5, note=MOST),
    *(_learned(task) for task in TASKS[1:]),
    _needed("Nor is one direction enough for names: at the embedding they need more than six.", "names", "embedding",
            "names", above=6),
    _needed("Where one binary attribute of a word matters, one direction is cut and the answer is lost: fewer than two "
            "are needed at the embedding.", "branches", "embedding", "words", below=2,
            note=f"An earlier pilot called this plausible. {PILOT} In them, words needed three to seven."),
    _needed("One of the seven there could be says nearly all: fewer than three are enough.", "branches", "embedding",
            "words", "kept", below=3),
    _needed("It is the norms that bring back what is left: without them fewer than two and a half must be cut.",
            "branches, no norms", "embedding", "words", below=2.5),
    _claim("With norms more than one more.", "needed", "cut",
           (("task", "branches"), ("site", "embedding"), ("role", "words"), ("basis", "cross-covariance")),
           statistic="difference", versus=(("task", "branches, no norms"),), above=1),
    _needed("At the end one direction is enough where there are two answers.", "branches", "residual.1", "query",
            "kept", below=2),
    _needed("And where ten answers are possible, more than three are.", "recall", "residual.1", "query", "kept",
            above=3),
    _named("Changes along the stream name parts better than luck: the rank correlation with what cutting parts costs "
           "is above 0.", "spearman", "change", above=0),
    _named("The part over which most changes is the one that costs most, more often than one time in four.", "hit_1",
           "change", above=0.25),
    _fixed("But less well than a guess that looks at nothing, attention first and early first.", "change", below=0),
    _named("What leaves earlier positions names parts better than change as a whole: by more than .1.", "spearman",
           "left", statistic="difference", versus=(("score", "change"),), above=0.1),
    _named("Turning directions name parts no better than luck.", "spearman", "turned", above=-0.3, below=0.3),
    _named("Where effects change is not where parts write: over parts and positions the rank correlation is below .6.",
           "pairs", "moved", below=0.6),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (*RECALL, *OTHERS)
QUICK = RECALL
"""Of two networks an interval says little; the claims are the same."""
