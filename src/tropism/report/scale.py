"""A claim as a small scale: the claimed side, our interval, and the published number beside it.

It repeats the numbers next to it, so it is hidden from who listens to the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from tropism.core.claim import Verdict


def scale(verdict: Verdict) -> str:
    """Inline SVG with places in percent, so that it is as wide as the page; nothing where there is no interval."""
    if not all(map(math.isfinite, (verdict.low, verdict.high, verdict.estimate))):
        return ""
    place = _placing(verdict)
    claim = verdict.claim
    left = 0.0 if claim.above is None else place(claim.above)
    right = 100.0 if claim.below is None else place(claim.below)
    marks = [f'<rect class="side" x="{left:.2f}%" y="0" width="{right - left:.2f}%" height="34"/>']
    marks.append('<line class="axis" x1="0" x2="100%" y1="34" y2="34"/>')
    for bound in (claim.above, claim.below):
        if bound is not None:
            marks.append(f'<line class="bound" x1="{place(bound):.2f}%" x2="{place(bound):.2f}%" y1="0" y2="34"/>')
            marks.append(_text(place(bound), 50, f"{bound:g}"))
    low, high, middle = (place(each) for each in (verdict.low, verdict.high, verdict.estimate))
    marks.append(f'<line class="reach" x1="{low:.2f}%" x2="{high:.2f}%" y1="12" y2="12"/>')
    marks.append(f'<circle class="dot" cx="{middle:.2f}%" cy="12" r="5"/>')
    if claim.published is not None:
        at = place(claim.published)
        marks.append(f'<circle class="other" cx="{at:.2f}%" cy="26" r="4"/>')
        marks.append(_beside(at, 30, "published"))
    return f'<svg class="scale" aria-hidden="true">{"".join(marks)}</svg>'


def _placing(verdict: Verdict) -> Callable[[float], float]:
    claim = verdict.claim
    shown = [verdict.low, verdict.high, verdict.estimate, claim.above, claim.below, claim.published]
    finite = [each for each in shown if each is not None and math.isfinite(each)]
    low, high = min(finite), max(finite)
    margin = 0.15 * (high - low) or 1.0
    return lambda value: 100 * (value - low + margin) / (high - low + 2 * margin)


def _text(at: float, height: int, words: str) -> str:
    return f'<text x="{at:.2f}%" y="{height}" text-anchor="middle">{words}</text>'


def _beside(at: float, height: int, words: str) -> str:
    side, shift = ("start", 9) if at < 60 else ("end", -9)
    return f'<text x="{at:.2f}%" dx="{shift}" y="{height}" text-anchor="{side}">{words}</text>'
