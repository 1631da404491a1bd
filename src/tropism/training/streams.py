"""Whose luck is which: the streams that the engine hands to what it calls, by purpose."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Key

from tropism.arrays.streams import fold, of_words, words_of
from tropism.core.member import Member


class Streams(NamedTuple):
    """A member's three streams; with a leading axis `E`, those of many."""

    init: Key[Array, "*E"]
    data: Key[Array, "*E"]
    world: Key[Array, "*E"]


def streams_of(members: tuple[Member, ...]) -> Streams:
    """The streams of many members, each `[E]`."""

    def all_of(purpose: str) -> Key[Array, "E"]:
        seeds = np.array([getattr(member.seed, purpose) for member in members], dtype=np.uint32)
        return of_words(words_of(seeds, purpose))

    return Streams(all_of("init"), all_of("data"), all_of("world"))


def at_step(data: Key[Array, ""], step: Array | int) -> Key[Array, ""]:
    """The data stream's key for one step."""
    return fold(data, step)
