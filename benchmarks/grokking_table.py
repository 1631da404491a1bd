"""The third section of `RESULTS.md`: modular addition and A5, ours beside eager PyTorch."""

from __future__ import annotations

from statistics import median

from grokking import COMPANY, NAMES, OURS, TOGETHER
from grokking_workload import EVERY, MOST, WORKLOADS, Workload

BOUND = 1.1
"""How much of the best manner's time ours may take at most."""

SAYS = {
    "published": "eager PyTorch, the published manner",
    "best": "eager PyTorch, the best manner",
    OURS: "ours, one network",
    COMPANY: f"ours, {TOGETHER} networks, per network",
}


def section(found: dict) -> str:
    """The whole section."""
    told = found["workloads"]
    asked = [_asked(name, WORKLOADS[name](), told[name]["rounds"]) for name in told]
    return "\n\n".join([_HEAD, _costs(told), "\n".join(asked), _reaching(told), _compiling(told)])


_HEAD = """## Generalization: sums modulo 113 and products in A5

Published settings: rate .001, decay 1, AdamW. CPU time of a process tree for one step, on one core with one thread, in
turns, the median of the rounds (lowest and highest beside it). A ratio is taken within each round; its median is given.
Nobody measures held-out pairs while time is taken. Compiling ours is left out and stated."""


def _costs(told: dict) -> str:
    rows = ["| contestant | ms a step | ÷ ours alone | first gradient |", "|---|---:|---:|---:|"]
    for name, each in told.items():
        rows.append(f"| **{WORKLOADS[name]().says}** | | | |")
        for who in ("published", "best", OURS, COMPANY):
            costs = [_cost(turn, who) for turn in each["rounds"]]
            spread = f"{median(costs):.2f} ({min(costs):.2f}–{max(costs):.2f})"
            ratio = "" if who == OURS else f"{_ratio(each['rounds'], who):.2f}"
            agrees = {OURS: "reference", COMPANY: ""}.get(who) or _lies(each["agreement"].get(who))
            rows.append(f"| {SAYS[who]} | {spread} | {ratio} | {agrees} |")
    return "\n".join(rows)


def _asked(name: str, workload: Workload, rounds: list[dict]) -> str:
    taken = 1 / _ratio(rounds, "best")
    parts = [f"{taken:.2f} of the best manner's time, ≤ {BOUND:g} {_mark(taken <= BOUND)}"]
    if workload.faster:
        faster = _ratio(rounds, "published")
        parts.insert(0, f"{faster:.1f} times faster than the published manner, ≥ {workload.faster:g} ")
        parts[0] += _mark(faster >= workload.faster)
    return f"- Asked of ours, {name}: {'; '.join(parts)}."


def _reaching(told: dict) -> str:
    """Steps to 99 %, and what they cost each at the medians above: all follow the same gradient."""
    rows = ["| 99 % of held-out pairs | after steps | published, CPU s | best, CPU s | ours, CPU s |",
            "|---|---:|---:|---:|---:|"]  # fmt: skip
    for name, each in told.items():
        (first,) = each["first"]
        costs = [median(_cost(turn, who) for turn in each["rounds"]) for who in ("published", "best", OURS)]
        took = " | ".join("–" if first is None else f"{cost * first / 1e3:,.0f}" for cost in costs)
        rows.append(f"| {WORKLOADS[name]().says} | {f'not by {MOST:,}' if first is None else f'{first:,}'} | {took} |")
    return (
        "Ours, one network, trained on until held-out pairs were right, with a look every "
        f"{EVERY} steps. The seconds are those steps at the medians above, looks aside; that the others would need as "
        "many is taken from their first gradients being ours.\n\n" + "\n".join(rows)
    )


def _compiling(told: dict) -> str:
    each = []
    for name, measured in told.items():
        first = measured["rounds"][0]["turns"]
        spent = " and ".join(f"{first[who]['preparing']:.0f}" for who in (OURS, COMPANY))
        each.append(f"{spent} s ({name}, programs: {first[COMPANY]['programs']})")
    loads = [turn["load"] for measured in told.values() for turn in measured["rounds"]]
    return (
        f"Compiling and first chunks took one network, and {TOGETHER} packed as usual: {'; '.join(each)} of CPU. "
        f"Load average after each of {len(loads) // len(told)} rounds: {min(loads):.1f} to {max(loads):.1f}."
    )


def _lies(apart: float | None) -> str:
    return "" if apart is None else f"{apart:.0e}"


def _ratio(rounds: list[dict], who: str) -> float:
    return median(_cost(turn, who) / _cost(turn, OURS) for turn in rounds)


def _cost(turn: dict, who: str) -> float:
    """Milliseconds a step."""
    assert who in NAMES
    answer = turn["turns"][who]
    return answer["seconds"] / answer["steps"] * 1e3


def _mark(kept: bool) -> str:
    return "✓" if kept else "✗"
