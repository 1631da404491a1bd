"""How a report says things: verdicts as a sentence, numbers at a precision that can be read."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.claim import Claim, Verdict

if TYPE_CHECKING:
    import polars

NOT_A_NUMBER = "–"

_SIZE = r"−?[\d,.]+(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
_NUMERIC = re.compile(rf"({_SIZE}( ± {_SIZE})?( \[{_SIZE}, {_SIZE}\])?( \(\d+ of \d+\))?|{NOT_A_NUMBER})")


def tally(verdicts: Sequence[Verdict]) -> str:
    """`5 of 7 claims hold, 1 fails, 1 undecided.`"""
    if not verdicts:
        return "No claims were made."
    count = Counter(each.verdict for each in verdicts)
    total, holds = len(verdicts), count["holds"]
    if holds == total:
        return "The one claim holds." if total == 1 else f"All {total} claims hold."
    parts = [f"{holds} of {total} claims {'holds' if holds == 1 else 'hold'}" if total > 1 else ""]
    parts.append(_counted(count["fails"], "fails", "fail", total))
    parts.append(_counted(count["undecided"], "undecided", "undecided", total))
    return ", ".join(part for part in parts if part) + "."


def number(value: float | None, digits: int = 3) -> str:
    """A number at `digits` significant digits, with a real minus sign; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOT_A_NUMBER
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if -4 <= magnitude < 6:
        return _minus(f"{value:,.{max(0, digits - 1 - magnitude)}f}")
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return _minus(f"{mantissa}×10{_raised(int(exponent))}")


def spread(mean: float, std: float, ends: tuple[float, float] | None = None) -> str:
    """`0.34 ± 0.18 [0.28, 0.41]`: the spread to two digits, the mean and its interval with as many decimals."""
    if not math.isfinite(std) or std == 0:
        return number(mean)
    decimals = 1 - math.floor(math.log10(float(f"{std:.1e}")))
    if decimals > 6 or max(abs(mean), std) >= 1e6:
        return f"{number(mean)} ± {number(std, 2)}{between(ends, None)}"
    shown = max(0, decimals)
    return _minus(f"{mean:,.{shown}f} ± {std:,.{shown}f}{between(ends, shown)}")


def between(ends: tuple[float, float] | None, decimals: int | None) -> str:
    """` [0.28, 0.41]` at some decimals, or at three digits; nothing where there is no interval."""
    if ends is None or not all(map(math.isfinite, ends)):
        return ""
    low, high = (number(each) if decimals is None else f"{each:,.{decimals}f}" for each in ends)
    return _minus(f" [{low}, {high}]")


def to_the_right(series: polars.Series) -> bool:
    """Whether a column holds numbers, perhaps as text with a ±, and so stands to the right."""
    if series.dtype.is_numeric():
        return True
    texts = [each for each in series.to_list() if each]
    return bool(texts) and all(isinstance(each, str) and _NUMERIC.fullmatch(each) for each in texts)


def interval(verdict: Verdict) -> str:
    """`0.88 to 0.97`, both ends with the decimals that their distance deserves."""
    if not (math.isfinite(verdict.low) and math.isfinite(verdict.high)):
        return "none"
    return f"{_at(verdict.low, verdict)} to {_at(verdict.high, verdict)}"


def estimate(verdict: Verdict) -> str:
    """The estimate, with the decimals of its interval."""
    return _at(verdict.estimate, verdict)


def published(claim: Claim) -> str:
    """The published number with the digits it came with; empty where there is none."""
    return "" if claim.published is None else _minus(f"{claim.published:.12g}")


def grounds(verdict: Verdict) -> str:
    """Why it was decided so, and where the published number lies by our interval, in sentences."""
    reason = f"{verdict.reason[:1].upper()}{verdict.reason[1:]}." if verdict.reason else ""
    return " ".join(each for each in (reason, _beside_published(verdict)) if each)


def _beside_published(verdict: Verdict) -> str:
    number = verdict.claim.published
    if number is None or not (math.isfinite(verdict.low) and math.isfinite(verdict.high)):
        return ""
    if verdict.low <= number <= verdict.high:
        return "The published number lies in the interval."
    return f"The published number lies {'below' if number < verdict.low else 'above'} the interval."


def column_texts(series: polars.Series) -> list[str]:
    """A table column as text: numbers of one column share their decimals where their sizes allow it."""
    items = series.to_list()
    if not series.dtype.is_numeric():
        return [_text(each) for each in items]
    if series.dtype.is_integer():
        return [NOT_A_NUMBER if each is None else _minus(f"{each:,}") for each in items]
    sizes = np.array([abs(each) for each in items if each is not None and math.isfinite(each) and each != 0])
    if len(sizes) == 0 or sizes.max() > 1e4 * sizes.min() or not 1e-4 <= np.median(sizes) < 1e6:
        return [number(each) for each in items]
    decimals = int(np.clip(2 - math.floor(math.log10(np.median(sizes))), 0, 6))
    return [
        NOT_A_NUMBER if each is None or not math.isfinite(each) else _minus(f"{each:,.{decimals}f}") for each in items
    ]


def _counted(count: int, one: str, many: str, total: int) -> str:
    if count == 0:
        return ""
    if total == 1:
        return f"The one claim {'is ' if one == 'undecided' else ''}{one}"
    return f"{count} {one if count == 1 else many}"


def _at(value: float, verdict: Verdict) -> str:
    """Two significant digits of the interval's width decide the decimals; tiny or huge numbers keep three digits."""
    width = verdict.high - verdict.low
    largest = max(abs(each) for each in (verdict.low, verdict.high, verdict.estimate))
    if not (math.isfinite(width) and math.isfinite(value)) or width == 0 or not 1e-3 <= largest < 1e6:
        return number(value)
    decimals = int(np.clip(1 - math.floor(math.log10(width)), 0, 6))
    return _minus(f"{value:,.{decimals}f}")


def _raised(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _text(item: object) -> str:
    if item is None:
        return ""
    if isinstance(item, bool):
        return "yes" if item else "no"
    return ", ".join(map(str, item)) if isinstance(item, list) else str(item)
