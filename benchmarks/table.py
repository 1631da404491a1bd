"""Turns what was measured into `RESULTS.md`."""

from __future__ import annotations

from statistics import median

import features_table
import grokking_table
import sparse_table
from workloads import MANY, WORKLOADS, Workload

ALONE, TOGETHER = "ours 1", f"ours {MANY}"
JUDGED = "lightning loader"
"""The loop that the promise is about: a loader over tensors in memory, without workers, that keeps what ours keeps."""

SAYS = {
    "lightning loader": "Lightning, a loader without workers over tensors in memory, history kept",
    "lightning batches": "Lightning, batches cut beforehand, history kept",
    "lightning stripped": "Lightning, batches cut beforehand, nothing kept, fused Adam, barebones",
    "eager kept": "eager PyTorch, batches cut beforehand, history kept",
    "eager stripped": "eager PyTorch, batches cut beforehand, nothing kept, fused Adam",
    ALONE: "ours, one network",
    TOGETHER: f"ours, {MANY} networks, per network",
}


def page(found: dict) -> str:
    """The whole page."""
    parts = [_HEAD, _machine(found["machine"])]
    for name, workload in WORKLOADS.items():
        parts.append(_section(workload(), found["workloads"][name]))
    if "superposition" in found:
        machine = _machine(found["superposition"]["machine"])
        parts.append(sparse_table.section(found["superposition"]) + "\n\nMeasured on: " + machine)
    if "grokking" in found:
        machine = _machine(found["grokking"]["machine"])
        parts.append(grokking_table.section(found["grokking"]) + "\n\nMeasured on: " + machine)
    if "features" in found:
        machine = _machine(found["features"]["machine"])
        parts.append(features_table.section(found["features"]) + "\n\nMeasured on: " + machine)
    return "\n\n".join(parts) + "\n"


_HEAD = """# What training costs

Written by `make bench`; `README.md` says how to read it. CPU time of a contestant's process tree for one training step
of one network, on one core, in turns, the median of the rounds (lowest and highest beside it). Compiling ours is left
out and stated. A ratio is taken within each round; its median is given."""


def _machine(machine: dict) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, core {machine['core']} used; load average "
        f"{machine['load']:.1f} when it began. Python {machine['python']}; {versions}."
    )


def _section(workload: Workload, measured: dict) -> str:
    rounds = measured["rounds"]
    rows = ["| contestant | µs a step | ÷ ours alone | ÷ ours, sixty | first gradient | error at the end |"]
    rows.append("|---|---:|---:|---:|---:|---:|")
    for name, says in SAYS.items():
        costs = [_cost(turn, name) for turn in rounds]
        error = median(turn["turns"][name]["error"] for turn in rounds)
        agrees = "reference" if name == ALONE else f"{measured['agreement'][name]:.0e}"
        rows.append(
            f"| {says} | {_with_spread(costs)} | {_factor(rounds, name, ALONE)} | {_factor(rounds, name, TOGETHER)} | "
            f"{agrees} | {error:.1e} |"
        )
    loads = ", ".join(f"{turn['load']:.1f}" for turn in rounds)
    compiling = {name: rounds[0]["turns"][name]["compiling"] for name in (ALONE, TOGETHER)}
    left_out = (
        f"Compiling took {compiling[ALONE]:.1f} s of CPU time for one network and {compiling[TOGETHER]:.1f} s for "
        f"{MANY}, and is in no number above. Load average after each of {len(rounds)} rounds: {loads}."
    )
    return "\n\n".join([f"## {workload.title}", "\n".join(rows), _judged(workload, rounds), left_out])


def _judged(workload: Workload, rounds: list[dict]) -> str:
    asked = [(f"alone, ≥ {workload.wanted_alone:g}", ALONE, workload.wanted_alone)]
    asked.append((f"per network of {MANY}, ≥ {workload.wanted_together:g}", TOGETHER, workload.wanted_together))
    rivals = [name for name in SAYS if name.startswith("lightning")]
    rows = [f"| times faster than Lightning | {' | '.join(name.split()[1] for name in rivals)} |"]
    rows.append("|---|" + "---:|" * len(rivals))
    for says, ours, wanted in asked:
        cells = [_verdict(_ratio(rounds, rival, ours), wanted) for rival in rivals]
        rows.append(f"| {says} | {' | '.join(cells)} |")
    lines = ["\n".join(rows), f"The promise is about `{JUDGED.split()[1]}`."]
    if workload.bound:
        far = [median(_cost(turn, name) for turn in rounds) / workload.bound for name in (ALONE, TOGETHER)]
        lines.append(
            f"A kernel fused by hand takes {workload.bound:g} µs a step (measured when the engine was chosen, not in "
            f"this run): ours takes {far[0]:.1f} times that alone, and {far[1]:.1f} times per network of {MANY}."
        )
    return "\n\n".join(lines)


def _cost(turn: dict, name: str) -> float:
    answer = turn["turns"][name]
    return answer["seconds"] / answer["steps"] * 1e6


def _ratio(rounds: list[dict], rival: str, ours: str) -> float:
    return median(_cost(turn, rival) / _cost(turn, ours) for turn in rounds)


def _factor(rounds: list[dict], name: str, ours: str) -> str:
    return "" if name.startswith("ours") else f"{_ratio(rounds, name, ours):.0f}"


def _verdict(ratio: float, wanted: float) -> str:
    return f"{ratio:.0f} {'✓' if ratio >= wanted else '✗'}"


def _with_spread(costs: list[float]) -> str:
    digits = 0 if median(costs) >= 100 else 1
    return f"{median(costs):,.{digits}f} ({min(costs):,.{digits}f}–{max(costs):,.{digits}f})"
