"""Axes: the values that a grid takes, from words such as `16,32`, `2^4..2^11`, `log(1e-3,1e-1,5)` or `relu,gelu`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tropism.errors import BadValue, UnknownName
from tropism.values import Value, registered

MOST_VALUES = 1000
"""Values on one axis: more is a slip of the hand."""

_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_POWER = re.compile(rf"({_PLAIN})\^({_PLAIN})", re.ASCII)
_NUMBER = re.compile(rf"{_PLAIN}(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DIGITS_ONLY = re.compile(r"[+-]?[0-9]+")
_CALL = re.compile(r"([a-z]\w*)\((.*)\)")
_DIGITS = 12


def parse_value(text: str) -> Any:
    """A value from its text: a number, a truth value, null, a list (a tuple), or the text itself.

    Numbers are as people write them: `3`, `.003`, `1e-3`, a power such as `2^7`, a fraction such as `1/64` or `1/2^6`.
    """
    number = _number(text)
    if number is not None:
        return number
    if text[:1] == "[" and text[-1:] == "]" and text[1:-1].strip() and '"' not in text:
        return tuple(parse_value(part) for part in parts_of(text[1:-1], "a list"))
    try:
        return _as_tuple(json.loads(text, parse_int=_int))
    except json.JSONDecodeError:
        return text


def parse_axis(text: str, where: str) -> tuple[Any, ...]:
    """The values between the commas of a text; a range stands for several.

    Ranges include both ends: `2^4..2^11` (the powers between), `4..8` (the whole numbers), `lin(-2,1,11)` (eleven in
    equal steps), `log(1e-3,1e-1,5)` (five in equal ratios).

    Args:
        text: What stands after the equals sign.
        where: Who asks, for errors.

    Raises:
        BadValue: A range that is none, a value twice, or too many; it names the part.
        UnknownName: A range of a kind that is not there.
    """
    found = [value for part in parts_of(text, where) for value in _values(part, where)]
    if len(found) > MOST_VALUES:
        raise BadValue(where, text, f"at most {MOST_VALUES} values, and these are {len(found)}")
    for place, value in enumerate(found):
        if any(value == other and _truth(value) == _truth(other) for other in found[:place]):
            raise BadValue(where, text, f"values that differ, and {value} comes twice")
    return tuple(found)


def said(value: object) -> str:
    """A value as a name or a table shows it."""
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, tuple):
        return " ".join(said(item) for item in value)
    return json.dumps(value) if _truth(value) else str(value)


def parts_of(text: str, where: str) -> list[str]:
    """The text split at commas outside of brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
        if depth < 0:
            break
    if depth:
        raise BadValue(where, text, "values with commas between, and every bracket closed")
    parts = [part.strip() for part in found]
    if "" in parts:
        raise BadValue(where, text, "values with commas between, and none left out")
    return parts


def _values(part: str, where: str) -> list[Any]:
    call = _CALL.fullmatch(part)
    if call is not None and (call[1] in RANGES or call[1] not in map(str.casefold, registered(Value))):
        if call[1] not in RANGES:
            raise UnknownName("range", call[1], RANGES, where)
        return _spread(call[1], call[2], part, where)
    first, dots, last = part.partition("..")
    if dots and (first[:1].isdigit() or last[:1].isdigit() or first.startswith("-")):
        return _climb(first.strip(), last.strip(), part, where)
    return [parse_value(part)]


def _spread(kind: str, inside: str, part: str, where: str) -> list[Any]:
    """The numbers of `lin(first,last,count)` and `log(first,last,count)`."""
    numbers = [parse_value(word.strip()) for word in inside.split(",")]
    if len(numbers) != 3 or not all(_is_number(number) for number in numbers):
        raise BadValue(where, part, f"{kind}(FIRST,LAST,COUNT) with three numbers, such as {_EXAMPLES[kind]}")
    first, last, count = numbers
    if not isinstance(count, int) or not 2 <= count <= MOST_VALUES:
        raise BadValue(where, part, f"{kind}(FIRST,LAST,COUNT) with a COUNT from 2 to {MOST_VALUES}")
    if kind == "log" and not (first > 0 and last > 0):
        raise BadValue(where, part, "log(FIRST,LAST,COUNT) with both ends above 0; lin(…) takes any")
    numbers = [RANGES[kind](first, last, place / (count - 1)) for place in range(count)]
    return [_tidy(number, number if kind == "log" else max(abs(first), abs(last))) for number in numbers]


def _climb(first: str, last: str, part: str, where: str) -> list[Any]:
    """The numbers of `4..8` and `2^4..2^11`."""
    low, high = _POWER.fullmatch(first), _POWER.fullmatch(last)
    if low is not None and high is not None and low[1] == high[1]:
        words = [(low[1], low[2]), (high[1], high[2])]
        ends = [_whole(exponent) for _, exponent in words]
    else:
        ends = [_whole(first), _whole(last)]
    if None in ends:
        raise BadValue(where, part, "a range of whole numbers such as 4..8, or of powers such as 2^4..2^11")
    start, end = int(ends[0] or 0), int(ends[1] or 0)
    if end < start:
        raise BadValue(where, part, f"a range that rises, such as {last}..{first}")
    if end - start >= MOST_VALUES:
        raise BadValue(where, part, f"a range of at most {MOST_VALUES} values")
    steps = range(start, end + 1)
    return list(steps) if low is None else [_power(low[1], str(step), part) for step in steps]


def _power(base: str, exponent: str, text: str) -> int | float:
    """A power, exact where it is a whole number."""
    whole = _whole(base), _whole(exponent)
    try:
        if whole[0] is not None and whole[1] is not None and 0 <= whole[1] <= 64:
            return _int(str(whole[0] ** whole[1]))
        found = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        found = math.nan
    if isinstance(found, complex) or not math.isfinite(found):
        raise BadValue("a power", text, "one that is a finite number")
    return found


def _linear(first: float, last: float, part: float) -> float:
    return first + (last - first) * part


def _geometric(first: float, last: float, part: float) -> float:
    return math.exp(math.log(first) + (math.log(last) - math.log(first)) * part)


RANGES: Mapping[str, Callable[[float, float, float], float]] = MappingProxyType({"lin": _linear, "log": _geometric})
_EXAMPLES: Mapping[str, str] = MappingProxyType({"lin": "lin(-2,1,11)", "log": "log(1e-3,1e-1,5)"})


def _tidy(number: float, scale: float) -> int | float:
    """A number without the last digits' rounding, which is as large as the numbers it comes from; whole where it is."""
    found = round(number, _DIGITS - math.ceil(math.log10(scale))) if scale else 0.0
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def _number(text: str) -> int | float | None:
    """The number that a text says; nothing if it says none."""
    above, slash, below = text.partition("/")
    if slash:
        ends = _number(above.strip()), _number(below.strip())
        return None if None in ends or "/" in below else _fraction(*ends, text)  # type: ignore[arg-type]
    power = _POWER.fullmatch(text)
    if power is not None:
        return _power(power[1], power[2], text)
    if _NUMBER.fullmatch(text) is None:
        return None
    return _int(text) if _DIGITS_ONLY.fullmatch(text) else float(text)


def _fraction(above: float, below: float, text: str) -> int | float:
    """A fraction, a whole number where it is one."""
    if below == 0:
        raise BadValue("a fraction", text, "one whose lower number is not 0")
    if isinstance(above, int) and isinstance(below, int) and above % below == 0:
        return above // below
    return above / below


def _whole(word: str) -> int | None:
    return int(word) if _WHOLE.fullmatch(word) else None


def _int(word: str) -> int:
    """A whole number that a machine can hold."""
    if len(word) > 20 or not -(2**63) <= int(word) < 2**63:
        raise BadValue("a whole number", f"{word[:20]}…" if len(word) > 20 else word, "below 2^63")
    return int(word)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _truth(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _as_tuple(item: Any) -> Any:
    return tuple(_as_tuple(inner) for inner in item) if isinstance(item, list) else item
