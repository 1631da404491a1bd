"""Dials: numbers that are read at every step, addressed by their place.

A field whose type reads `float | Dial` is a dial. It can follow a schedule, obey a rule, and differ from network to
network; sweeping it costs no new program. Its address is its place in the experiment: `task.eps`, `optimizer.lr`,
`anchor.weight`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tropism.errors import BadValue
from tropism.values import Value, replaced

if TYPE_CHECKING:
    from jaxtyping import Array

V = TypeVar("V", bound=Value)


class Rule(Value):
    """How a dial follows the last measurements: a pure function, carried in the training loop.

    `scheduled` is what the schedule (or the constant) says at this step; `measured` maps the names in the history (such
    as `error`, `loss` or a term's name) to the value at the step before, zero at step 0.
    """

    def metrics(self) -> tuple[str, ...]:
        """The names in the history that it reads; an experiment that measures none such refuses it."""
        return ()

    def start(self) -> object:
        """The state at step 0: any tree of arrays."""
        return ()

    def turn(self, scheduled: Array, measured: Mapping[str, Array], state: object, step: Array) -> tuple[Array, object]:
        """The dial's value at this step, and the state for the next."""
        raise NotImplementedError


@dataclass(frozen=True)
class Dial(Value):
    """A number that may change during training: a constant, and perhaps a rule that moves it."""

    value: float | None = None
    rule: Rule | None = None

    def described_as(self) -> object:
        """A dial without a rule is the number that it holds."""
        if self.rule is not None or self.value is None:
            return self
        return float(self.value)


def dials_of(value: object, prefix: str = "") -> dict[str, float | Dial | None]:
    """Every dial below a value, by its address, with what stands there."""
    return {address: getattr(holder, field.name) for address, holder, field in _walk(value, prefix)}


def bounds_of(value: object, prefix: str = "") -> dict[str, tuple[float | None, float | None]]:
    """The least and the largest number that every dial below a value may hold, `None` where there is no bound."""
    return {
        address: (field.metadata.get("low"), field.metadata.get("high")) for address, _, field in _walk(value, prefix)
    }


def within(default: float | None, *, low: float | None = None, high: float | None = None) -> Any:
    """A dial's field with bounds, which hold for constants, keyframes and settings alike."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def with_dials(value: V, prefix: str, numbers: Mapping[str, object]) -> V:
    """The same value with other numbers at its dials' addresses; nothing is checked, numbers may be traced."""
    fields: dict[str, object] = {}
    for field in dataclasses.fields(value):
        item, address = getattr(value, field.name), join(prefix, field.name)
        if is_dial(field):
            if address in numbers:
                fields[field.name] = numbers[address]
        elif isinstance(item, Value):
            fields[field.name] = with_dials(item, address, numbers)
        elif isinstance(item, tuple) and any(isinstance(inner, Value) for inner in item):
            fields[field.name] = tuple(
                with_dials(inner, join(prefix, place_of(inner, field.name, index)), numbers)
                if isinstance(inner, Value)
                else inner
                for index, inner in enumerate(item)
            )
    return replaced(value, **fields) if fields else value


def is_dial(field: dataclasses.Field) -> bool:
    """Whether a dataclass's field is a dial, by its declared type."""
    return "Dial" in str(field.type)


def constant_of(holder: float | Dial | None) -> float | None:
    """The number that stands at a dial, if one does."""
    return holder.value if isinstance(holder, Dial) else holder


def number_wanted(where: str, given: object, *, low: float | None = None, high: float | None = None) -> None:
    """Refuse a dial's constant outside [low, high]; an experiment checks keyframes and settings against the bounds."""
    number = constant_of(given) if isinstance(given, Dial) else given
    if number is None:
        return
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise BadValue(where, given, "a number or a Dial")
    if not math.isfinite(number):
        raise BadValue(where, given, "a finite number")
    if (low is not None and not number >= low) or (high is not None and not number <= high):
        bounds = f"at least {low:g}" if high is None else f"in [{low:g}, {high:g}]"
        raise BadValue(where, given, bounds)


def join(prefix: str, name: str) -> str:
    """An address below another."""
    return f"{prefix}.{name}" if prefix else name


def place_of(item: object, field: str, index: int) -> str:
    """How one of several values in a field is addressed: by its own name if it has one, otherwise by its number."""
    name = getattr(item, "name", None)
    return name if isinstance(name, str) and name else f"{field}.{index}"


def _walk(value: object, prefix: str) -> Iterator[tuple[str, object, dataclasses.Field]]:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        item, address = getattr(value, field.name), join(prefix, field.name)
        if is_dial(field):
            yield address, value, field
        elif isinstance(item, Value):
            yield from _walk(item, address)
        elif isinstance(item, tuple):
            for index, inner in enumerate(item):
                if isinstance(inner, Value):
                    yield from _walk(inner, join(prefix, place_of(inner, field.name, index)))
