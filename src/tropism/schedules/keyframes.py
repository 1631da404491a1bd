"""The parts of a schedule: a key, a dial's track of keys, a phase, an action."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from tropism.errors import BadValue, ScheduleError, UnknownName
from tropism.schedules.easing import EASINGS, Easing, ease
from tropism.values import Value

Space = Literal["linear", "log"]
SPACES: tuple[str, ...] = get_args(Space)
RESERVED = ("STEP", "PHASE", "ACTION")
LAST_STEP = 2**31 - 2
"""The last step there can be, so that a count of steps fits 32 bits."""


@dataclass(frozen=True)
class Key(Value):
    """A value that a dial has at a step."""

    step: int
    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", whole_number(self.step, "Key.step"))
        object.__setattr__(self, "value", _finite(self.value))
        super().__post_init__()


@dataclass(frozen=True)
class Track(Value):
    """A dial's keys, in order of step, and the way from each to the next.

    Before the first key the dial has the first key's value, after the last the last's. In log space it is the logarithm
    that moves, so values must be positive.
    """

    name: str
    keys: tuple[Key, ...]
    space: Space = "linear"
    easing: Easing = "minjerk"

    def check(self) -> None:
        """Refuse names that no header can hold, and keys that are missing, out of order or without a logarithm."""
        problem = name_problem(self.name)
        if problem:
            raise BadValue("Track.name", self.name, problem)
        if self.space not in SPACES:
            raise UnknownName("space", str(self.space), SPACES, f"Track {self.name!r}")
        if self.easing not in EASINGS:
            raise UnknownName("easing", str(self.easing), EASINGS, f"Track {self.name!r}")
        if not isinstance(self.keys, tuple) or not all(isinstance(key, Key) for key in self.keys):
            raise BadValue("Track.keys", self.keys, "a tuple of keys")
        if not self.keys:
            raise ScheduleError("the column has no key; give it one value at least.", column=self.name)
        for first, second in pairwise(self.keys):
            if second.step <= first.step:
                problem = f"step {second.step} comes after step {first.step}; steps must rise from key to key."
                raise ScheduleError(problem, column=self.name)
        for key in self.keys:
            if self.space == "log" and key.value <= 0:
                problem = f"{key.value:g} at step {key.step} has no logarithm; it must be greater than 0."
                raise ScheduleError(problem, column=self.name)

    @property
    def header(self) -> str:
        """The column's header in a sheet: `name`, `name:log`, `name::step` or `name:log:step`."""
        if self.easing != "minjerk":
            return f"{self.name}:{'' if self.space == 'linear' else self.space}:{self.easing}"
        return self.name if self.space == "linear" else f"{self.name}:{self.space}"

    def values(self, steps: np.ndarray) -> np.ndarray:
        """The dial's values at whole or fractional steps, in double precision; at a key, exactly the key's."""
        at = np.array([key.step for key in self.keys], dtype=np.float64)
        values = np.array([key.value for key in self.keys], dtype=np.float64)
        after = np.searchsorted(at, steps, side="right")
        left, right = np.maximum(after - 1, 0), np.minimum(after, len(at) - 1)
        span = np.maximum(at[right] - at[left], 1.0)
        share = ease(self.easing, np.clip((steps - at[left]) / span, 0.0, 1.0))
        return _between(values[left], values[right], share, self.space)


@dataclass(frozen=True)
class Phase(Value):
    """A stretch of training with a name, from its step to the next phase's."""

    step: int
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", whole_number(self.step, "Phase.step"))
        super().__post_init__()

    def check(self) -> None:
        """Refuse a name that no cell can hold."""
        if not _is_cell(self.name):
            raise BadValue("Phase.name", self.name, "printable text without blanks around it")


@dataclass(frozen=True)
class Action(Value):
    """Something with a name that happens once, at a step."""

    step: int
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", whole_number(self.step, "Action.step"))
        super().__post_init__()

    def check(self) -> None:
        """Refuse a name that no cell can hold among others."""
        if not _is_cell(self.name) or "," in self.name:
            raise BadValue("Action.name", self.name, "printable text without commas, and without blanks around it")


def name_problem(name: object) -> str:
    """What a dial's name must be, if this one is not; otherwise nothing."""
    if not _is_cell(name) or ":" in str(name):
        return "printable text without colons, and without blanks around it"
    return f"none of {', '.join(RESERVED)}" if name in RESERVED else ""


def whole_number(number: object, where: str, *, least: int = 0, most: int = LAST_STEP) -> int:
    """A plain whole number within bounds, or a `BadValue` that names `where`."""
    try:
        whole = least - 1 if isinstance(number, bool) else operator.index(number)  # type: ignore[arg-type]
    except TypeError:
        whole = least - 1
    if not least <= whole <= most:
        raise BadValue(where, number, f"a whole number from {least} to {most}")
    return whole


def _finite(value: object) -> float:
    try:
        number = math.nan if isinstance(value, (bool, str)) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise BadValue("Key.value", value, "a finite number")
    return number + 0.0  # a minus before zero would make two keys of one schedule


def _is_cell(text: object) -> bool:
    return isinstance(text, str) and bool(text) and text.isprintable() and text == text.strip()


def _between(first: np.ndarray, second: np.ndarray, share: np.ndarray, space: Space) -> np.ndarray:
    if space == "log":
        mixed = np.exp(np.log(first) * (1 - share) + np.log(second) * share)
    else:
        mixed = first * (1 - share) + second * share
    mixed = np.where(share == 0, first, np.where(share == 1, second, mixed))
    return np.clip(mixed, np.minimum(first, second), np.maximum(first, second))
