"""Claims on a page: a card each, a line each where there are many, and a fold where a page has several studies."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tropism.core.claim import Verdict
from tropism.report.contents import Numbered
from tropism.report.scale import scale
from tropism.report.wording import estimate, grounds, interval, published, tally

MOST_CLAIMS = 30
"""Claims that stand open; where there are more, each is a line that unfolds."""


def claims_below(heading: str, numbered: Sequence[Numbered], *, lines: bool) -> str:
    """Claims one below the other, as cards or as lines, perhaps below a heading."""
    show = _folded if lines else _claim
    return "\n".join((f"<h3>{escape(heading)}</h3>" if heading else "", *(show(*each) for each in numbered)))


def fold(anchor: str, numbered: Sequence[Numbered]) -> str:
    """The claims of one study among several: how they came out, and each as a line once that is unfolded."""
    said = escape(tally([each for _, each in numbered]))
    lines = "\n".join(_folded(*each) for each in numbered)
    return f'<details class="card claims" id="{escape(anchor)}"><summary>{said}</summary>\n{lines}</details>'


def chips(verdicts: Sequence[Verdict]) -> str:
    """All verdicts as a row of marks that lead to their claims."""
    said = "Claim {} {}" if len(verdicts) <= MOST_CLAIMS else "{}"
    marks = "".join(
        f'<li><a class="chip {each.verdict}" href="#claim-{place}" aria-label="Claim {place} {each.verdict}">'
        f"{said.format(place, each.verdict)}</a></li>"
        for place, each in enumerate(verdicts, 1)
    )
    return f'<ul class="marks" aria-label="Verdicts">{marks}</ul>' if marks else ""


def _claim(place: int, verdict: Verdict) -> str:
    return "\n".join(
        (
            f'<article class="card claim" id="claim-{place}">',
            f'<span class="chip {verdict.verdict}">{verdict.verdict}</span>',
            f"<h3>{place}. {escape(verdict.claim.text)}</h3>",
            *_grounds(verdict),
            "</article>",
        )
    )


def _folded(place: int, verdict: Verdict) -> str:
    """A claim as a line that unfolds, without a script."""
    return "\n".join(
        (
            f'<details class="card claim folded" id="claim-{place}">',
            f'<summary><span class="chip {verdict.verdict}">{verdict.verdict}</span> '
            f"<span>{place}. {escape(verdict.claim.text)}</span> <b>{estimate(verdict)}</b></summary>",
            *_grounds(verdict),
            "</details>",
        )
    )


def _grounds(verdict: Verdict) -> list[str]:
    """What a verdict rests on: its picture, its numbers, its reason and where the claim comes from."""
    claim = verdict.claim
    facts = [(_statistic(verdict), estimate(verdict)), ("95 % interval", interval(verdict)), ("Claimed", claim.wanted)]
    if claim.published is not None:
        facts.append(("Published", published(claim)))
    facts.append(("Members", f"{verdict.n:,}, {verdict.failed:,} failed"))
    small = [grounds(verdict), claim.note, f"Source: {claim.source}" if claim.source else ""]
    told = [f'<p class="small">{escape(each)}</p>' for each in small if each]
    return [scale(verdict), _facts(facts), *told]


def _statistic(verdict: Verdict) -> str:
    claim = verdict.claim
    if claim.statistic in ("difference", "ratio"):
        return f"{claim.statistic.capitalize()} of {claim.of}s".replace("maxs", "maxima").replace("mins", "minima")
    return {"max": "Largest", "min": "Smallest", "std": "Standard deviation"}.get(
        claim.statistic, claim.statistic.capitalize()
    )


def _facts(pairs: Sequence[tuple[str, str]]) -> str:
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in pairs)
    return f'<dl class="facts">{items}</dl>'
