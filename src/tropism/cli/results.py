"""What the verbs that train print: plans before, endings and verdicts after."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tropism.axes import said
from tropism.cli.words import duration, print_claims, print_table

if TYPE_CHECKING:
    from tropism.planning import Line
    from tropism.studying import Findings
    from tropism.summing import Ending

MOST_ROWS = 30
"""Settings that a terminal is shown; `--json` has all of them."""


class Outcome(NamedTuple):
    """What a study found, and how each of its settings ended."""

    findings: Findings
    endings: Sequence[Ending]


def print_plan(title: str, lines: Sequence[Line], processes: int, *, as_json: bool) -> None:
    """What would be trained and what that costs, a line a sweep, and all of it together."""
    from tropism.planning import total
    from tropism.store import in_words

    if as_json:
        print(json.dumps([dataclasses.asdict(line) for line in lines]))
        return
    if not lines:
        print(f"{title}: it would train nothing; it measures what it draws itself.")
        return
    rows = [
        (
            line.sweep,
            line.networks,
            line.stored,
            line.programs,
            line.parameters or "",
            line.steps or "",
            f"{line.flops:.1e}" if line.flops else "",
            duration(line.seconds) if line.seconds or not line.networks else "",
            in_words(line.bytes),
            line.note,
        )
        for line in (*lines, *([total(lines, processes)] if len(lines) > 1 else []))
    ]
    heads = ("sweep", "to train", "stored", "programs", "parameters", "steps", "FLOPs", "about", "disk", "")
    print_table(f"{title}: what it would train on {_counted(processes, 'process', 'processes')}", heads, rows)


def print_outcomes(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    """How settings ended, claims with their verdicts, and where the reports stand."""
    if as_json:
        print(json.dumps([_described(each) for each in outcomes]))
        return
    for each in outcomes:
        print_endings(each.findings.study.name, each.endings)
        print_claims(each.findings.study.title, each.findings.verdicts)
    for each in outcomes:
        print(f"Report: {each.findings.report}")


def print_endings(title: str, endings: Sequence[Ending]) -> None:
    """Final losses by setting, one a row; the last rows are left out where there are many, nothing said of none."""
    if not endings:
        return
    several = len({each.sweep for each in endings}) > 1
    rows = [
        (
            *((each.sweep,) if several else ()),
            ", ".join(f"{name} {said(number)}" for name, number in each.setting.items()),
            each.n,
            each.failed or "",
            _spread(each.loss, each.loss_std),
            _spread(each.validation, each.validation_std),
        )
        for each in endings[:MOST_ROWS]
    ]
    heads = (*(("sweep",) if several else ()), "setting", "n", "failed", "final loss", "validation error")
    kept = [place for place, head in enumerate(heads) if head == "n" or any(str(row[place]) for row in rows)]
    cut = [[row[place] for place in kept] for row in rows]
    print_table(f"{title}: how its networks ended (mean ± std)", [heads[place] for place in kept], cut)
    if len(endings) > MOST_ROWS:
        print(f"… and {len(endings) - MOST_ROWS} more settings; --json has them all.\n")


def _described(outcome: Outcome) -> dict[str, object]:
    from tropism.values import describe

    return {
        "study": outcome.findings.study.name,
        "report": str(outcome.findings.report),
        "claims": [describe(verdict) for verdict in outcome.findings.verdicts],
        "endings": [dataclasses.asdict(each) for each in outcome.endings],
    }


def _spread(mean: float | None, std: float | None) -> str:
    if mean is None:
        return ""
    return f"{mean:.4g}" if std is None else f"{mean:.4g} ± {std:.2g}"


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
