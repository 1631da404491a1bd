"""The fourth section of `RESULTS.md`: sparse dictionaries, ours beside SAELens's trainer."""

from __future__ import annotations

from statistics import mean, median, stdev

from features import COMPANY, OURS, PEAKS, SPARSE, THEIRS
from features_workload import BATCH, MANY, WHOLE, WORKLOADS, Workload

SHARE = 0.65
"""The least share of the dense products' peak."""
SAYS = {
    OURS: "ours, one dictionary",
    COMPANY: f"ours, {MANY} dictionaries, per dictionary",
    THEIRS: "SAELens's trainer",
    SPARSE: "SAELens's trainer, sparse activations",
}
LIBRARIES = {
    "rows": "JAX's dot (XLA), samples as rows",
    "columns": "JAX's dot, samples as columns",
    "openblas": "NumPy's matmul (OpenBLAS)",
    "mkl": "PyTorch's mm (MKL)",
}


def section(found: dict) -> str:
    """The whole section."""
    workloads = found["workloads"]
    parts = [_HEAD, _costs(workloads), _asked(workloads), _peaks(workloads), _whole(workloads), _left_out(workloads)]
    return "\n\n".join(parts)


_HEAD = f"""## Features: sparse dictionaries

Batches of {BATCH}, Adam at .002 with gradients clipped to length 1, decoder directions of any length: as SAELens's
trainer has it, on the batches that ours draws. CPU time of a process tree, on one core with one thread, in turns, the
median of the rounds (lowest and highest beside it). A ratio is taken within each round; its median is given. Imports
and compiling are left out; compiling is stated."""


def _costs(workloads: dict) -> str:
    rows = ["| contestant | ms a step | samples a CPU second | ÷ ours alone | first gradient |"]
    rows.append("|---|---:|---:|---:|---:|")
    for name, told in workloads.items():
        rows.append(f"| **{WORKLOADS[name].says}** | | | | |")
        for each, says in SAYS.items():
            if each not in told["rounds"][0]["turns"]:
                continue
            costs = [_cost(turn, each) for turn in told["rounds"]]
            spread = f"{median(costs):.3f} ({min(costs):.3f}–{max(costs):.3f})"
            ratio = "" if each == OURS else f"{median(_ratios(told, each, OURS)):.2f}"
            agrees = "reference" if each == OURS else "" if each == COMPANY else f"{told['agreement'][each]:.0e}"
            rows.append(f"| {says} | {spread} | {BATCH / median(costs) * 1e3:,.0f} | {ratio} | {agrees} |")
    return "\n".join(rows)


def _asked(workloads: dict) -> str:
    lines = []
    for name, told in workloads.items():
        asked = WORKLOADS[name].faster
        if asked is None:
            continue
        rivals = [each for each in (THEIRS, SPARSE) if each in told["rounds"][0]["turns"]]
        ratio = median(min(_cost(turn, each) for each in rivals) / _cost(turn, OURS) for turn in told["rounds"])
        mark = _mark(ratio >= asked)
        lines.append(
            f"- Asked of ours, {name}: {ratio:.2f} times faster than the faster of theirs, ≥ {asked:g} {mark}."
        )
    return "\n".join(lines)


def _peaks(workloads: dict) -> str:
    says = (
        "The dense matrix products of a step are five: samples to codes, codes to samples, back to codes, and the "
        "gradients of both matrices. Alone, one after the other at the same shapes, they set the peak: in each round "
        "that of the fastest. Where only k latents are on, four of the five would need k of D parts of that; the last "
        "column is the share of such a peak, which nobody here comes near."
    )
    rows = [f"| | {' | '.join(f'{name}, ms' for name in LIBRARIES.values())} | peak, GFLOP/s | share | of the sparse |"]
    rows.append("|---|" + "---:|" * (len(LIBRARIES) + 3))
    for name, told in workloads.items():
        workload, rounds = WORKLOADS[name], told["rounds"]
        if workload.many:
            continue
        each = [f"{median(_cost(turn, library) for turn in rounds):.3f}" for library in LIBRARIES]
        best = [min(_cost(turn, library) for library in PEAKS) for turn in rounds]
        share = median(peak / _cost(turn, OURS) for peak, turn in zip(best, rounds, strict=True))
        judged = f"{share:.0%}, ≥ {SHARE:.0%} {_mark(share >= SHARE)}"
        sparse = "" if workload.k is None else f"{share * _on(workload):.0%}"
        rate = workload.flops / median(best) / 1e6
        rows.append(f"| {name} | {' | '.join(each)} | {rate:.0f} | {judged} | {sparse} |")
    return says + "\n\n" + "\n".join(rows)


def _whole(workloads: dict) -> str:
    rows = [f"| {MANY} dictionaries, {WHOLE:,} steps | wall, s | CPU, s | left of a sample's square |"]
    rows.append("|---|---:|---:|---:|")
    for name, told in workloads.items():
        for each in (COMPANY, THEIRS) if "whole" in told else ():
            run = told["whole"][each]
            says = "ours, at once, compiling included" if each == COMPANY else f"SAELens's, {MANY} runs in a row"
            left = f"{mean(run['left']):.4f} ± {stdev(run['left']):.4f}"
            rows.append(f"| {name}: {says} | {run['wall']:.1f} | {run['seconds']:.1f} | {left} |")
    return "\n".join(rows)


def _left_out(workloads: dict) -> str:
    told = [
        f"{name} {mean(turn['turns'][each]['preparing'] for turn in found['rounds']):.1f} s ({SAYS[each]})"
        for name, found in workloads.items()
        for each in (OURS, COMPANY)
        if each in found["rounds"][0]["turns"]
    ]
    loads = [turn["load"] for found in workloads.values() for turn in found["rounds"]]
    return (
        f"Compiling and first chunks took, in CPU seconds: {'; '.join(told)}. Load average after a round: "
        f"{min(loads):.1f} to {max(loads):.1f}."
    )


def _on(workload: Workload) -> float:
    """How much of the dense products is necessary where only k latents are on."""
    assert workload.k is not None
    return (1 + 4 * workload.k / workload.latents) / 5


def _ratios(told: dict, name: str, other: str) -> list[float]:
    return [_cost(turn, name) / _cost(turn, other) for turn in told["rounds"]]


def _cost(turn: dict, name: str) -> float:
    """Milliseconds a step of one dictionary."""
    answer = turn["turns"][name]
    return answer["seconds"] / answer["steps"] * 1e3


def _mark(kept: bool) -> str:
    return "✓" if kept else "✗"
