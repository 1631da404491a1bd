"""The claims of the study `readable-features`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

TOLD: dict[str, Any] = {
    "note": "The bound is ours, written down before any network was trained.",
    "source": "Question (o) of the plan: stand-ins for what people would call interpretable.",
}
PRICED = " Higher prices of L1 were added after a first run, in which it had twice as many latents on as wanted."
LESS_CHANCE = (
    " The level with classes shuffled is taken off on both sides, as was decided after results had been seen: it is "
    "higher for latents that are on for few digits, and a plain difference would take that for information."
)
WORDS = {"purity": "purity", "information_above": "mutual information"}


def claims(*, quick: bool) -> tuple[Claim, ...]:
    """What is claimed of the whole study; of the quick form, what it has dictionaries for."""
    kinds = ("TopK",) if quick else ("TopK", "L1")
    hybrids = [each for kind in kinds for each in _hybrid(kind)]
    sparse = [each for kind in kinds for each in _sparse(kind)]
    return (*_levels(), *hybrids, *sparse)


def _than(one: str, other: str, column: str, text: str, **rest: Any) -> Claim:
    note = TOLD["note"] + (LESS_CHANCE if column == "information_above" else "") + (PRICED if "L1" in one else "")
    return Claim(f"{text} ({WORDS[column]}).", table="methods", statistic="difference", column=column,
                 where=(("method", one),), versus=(("method", other),), **rest, **TOLD | {"note": note})  # fmt: skip


def _levels() -> tuple[Claim, ...]:
    random = (("method", "random directions"),)
    return (
        Claim("Random directions are readable, too: the strongest digits of one are of one class for more than .1 more "
              "than with classes shuffled.", table="methods", statistic="difference", column="purity",
              against="purity_chance", where=random, above=0.1, **TOLD),
        Claim("Random directions tell of classes: mutual information is above that with classes shuffled by more "
              "than .05.", table="methods", statistic="difference", column="information",
              against="information_chance", where=random, above=0.05,
              **TOLD),
        Claim("What a network answers is the ceiling: a purity above .95.", table="methods", statistic="mean",
              column="purity", where=(("method", "answers"),), above=0.95, **TOLD),
        _than("neurons", "random directions", "purity", "Neurons are purer than random directions, by more than .05",
              above=0.05),
        _than("PCA", "random directions", "purity", "Principal components are purer than random directions, by more "
              "than .05", above=0.05),
        Claim("Purity and information order TopK's latents alike: rank correlation above .5.", table="agreement",
              statistic="mean", column="spearman", where=(("method", "TopK"),), above=0.5, **TOLD),
    )  # fmt: skip


def _sparse(kind: str) -> tuple[Claim, ...]:
    return tuple(
        _than(kind, other, column, f"{kind}'s latents are more readable than {words}, by more than .05", above=0.05)
        for column in WORDS
        for other, words in (("random directions", "random directions"), ("PCA", "principal components"),
                             ("neurons", "neurons"))
    )  # fmt: skip


def _hybrid(kind: str) -> tuple[Claim, ...]:
    sparse, dense = f"hybrid {kind}: sparse part", f"hybrid {kind}: dense part"
    found = []
    for column in WORDS:
        found += [
            _than(sparse, kind, column, f"The sparse part of a hybrid is more readable than {kind} alone", above=0.0),
            _than(sparse, "PCA", column, f"The sparse part of a hybrid with {kind} is more readable than pure dense "
                  "directions, by more than .05", above=0.05),
            _than(sparse, dense, column, f"The sparse part of a hybrid with {kind} is more readable than the dense "
                  "part beside it, by more than .05", above=0.05),
            _than(dense, "PCA", column, f"The dense part of a hybrid with {kind} is as readable as principal "
                  "components, within .05", above=-0.05, below=0.05),
        ]  # fmt: skip
    return tuple(found)
