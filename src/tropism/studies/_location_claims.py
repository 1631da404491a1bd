"""The claims of the study `location`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

TOLD: dict[str, Any] = {
    "note": "The bound is ours, written down before any network was trained.",
    "source": 'The seed text on features: "are features harder to find in a residual stream than in an MLP?"',
}
LATER: dict[str, Any] = TOLD | {
    "note": "A control, and a bound of ours, written down after the other places had been seen and before this "
    "one: the MLP is wider than the stream, and what it writes is not."
}
LEARNED: dict[str, Any] = TOLD | {
    "note": "A control, written down after results had been seen: those of the quick form's first networks, which had "
    "not learned to recall, and nobody had asked."
}
STREAM, INSIDE, WRITTEN = "after MLP 1", "in MLP 1", "written by MLP 1"


def claims(*, quick: bool) -> tuple[Claim, ...]:
    """What is claimed of the whole study; of the quick form, what its places can decide."""
    if quick:
        return (_learned("recall"), *_stream(), *_own_width())
    places = ("after attention 1", STREAM, INSIDE, "digits, narrow")
    learned = (_learned("recall"), _learned("digits"))
    return (*learned, *map(_found, places), *_beside(), *_stream(), *_own_width(), *_rest())


def _learned(kind: str) -> Claim:
    """What all else rests on."""
    least, text = {
        "recall": (0.95, "Transformers recall: they are right in more than 95 % of other sequences."),
        "digits": (0.9, "Networks of digits name more than 90 % of other digits right."),
    }[kind]
    return Claim(text, table="networks", statistic="mean", column="right", where=(("kind", kind),), above=least,
                 **LEARNED)  # fmt: skip


def _at(place: str) -> tuple[tuple[str, str], ...]:
    return (("place", place),)


def _found(place: str) -> Claim:
    return Claim(f"{place}: a dictionary is found twice better than by chance: matched cosine of live latents more "
                 "than .1 above directions drawn within the activations.", table="places", statistic="difference",
                 column="consistency", against="chance", where=_at(place), above=0.1, **TOLD)  # fmt: skip


def _than(text: str, column: str, one: str, other: str, **rest: Any) -> Claim:
    return Claim(text, table="places", statistic="difference", column=column, where=_at(one), versus=_at(other),
                 **rest, **TOLD)  # fmt: skip


def _beside() -> tuple[Claim, ...]:
    return (
        _than("Features of a residual stream are harder to find twice than those in the MLP that writes into it: "
              "corrected for chance, the matched cosine is lower.", "corrected", STREAM, INSIDE, below=0.0),
        _than("With as many latents on, dictionaries explain less of the stream than of the MLP.", "explained", STREAM,
              INSIDE, below=0.0),
        _than("A smaller share of latents is live in the stream.", "live", STREAM, INSIDE, below=0.0),
        _than("Principal components of the stream are found twice as well as those of the MLP, within .05.",
              "components", STREAM, INSIDE, above=-0.05, below=0.05),
    )  # fmt: skip


def _stream() -> tuple[Claim, ...]:
    return (
        Claim("Components are found twice, in the stream: cosine above .9.", table="places", statistic="mean",
              column="components", where=_at(STREAM), above=0.9, **TOLD),
        Claim("No more than one live latent in ten of the stream is dense.", table="places", statistic="mean",
              column="dense", where=_at(STREAM), below=0.1, **TOLD),
    )  # fmt: skip


def _own_width() -> tuple[Claim, ...]:
    return (
        Claim("At the stream's own width it is so, too: its features are harder to find twice than those of what the "
              "MLP writes into it, corrected for chance.", table="places", statistic="difference", column="corrected",
              where=_at(STREAM), versus=_at(WRITTEN), below=0.0, **LATER),
        Claim("At the stream's own width a smaller share of its live latents is found again within a cosine of .9 than "
              "of what the MLP writes into it.", table="places", statistic="difference", column="shared",
              where=_at(STREAM), versus=_at(WRITTEN), below=0.0, **LATER),
    )  # fmt: skip


def _rest() -> tuple[Claim, ...]:
    return (
        _than("Features of the stream are harder to find twice than those in the MLP before that wrote into it, too.",
              "corrected", "after attention 1", INSIDE, below=0.0),
        _than("The embedding, which has but a point for each token and position, is found twice better than the stream "
              "after attention.", "corrected", "embedding", "after attention 1", above=0.0),
        _than("Attention makes the stream harder than the MLP behind it does: from embedding to attention the matched "
              "cosine falls.", "consistency", "after attention 1", "embedding", below=0.0),
        Claim("digits, wide: a dictionary is found twice better than by chance, by more than .1.", table="places",
              statistic="difference", column="consistency", against="chance", where=_at("digits, wide"), above=0.1,
              **TOLD),
    )  # fmt: skip
