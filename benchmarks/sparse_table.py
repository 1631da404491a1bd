"""The second section of `RESULTS.md`: LR1, ours beside eager PyTorch."""

from __future__ import annotations

from statistics import mean, median, stdev

from sparse_workload import FLOPS

BOUNDS = {"original": 0.65, "single": 0.90}
"""How much of each peer's time ours may take at most."""

SHARE, JUDGED_AT = 0.75, "8192"
"""The least share of the peak, and the batch where it is promised."""

SAYS = {
    "original": "eager PyTorch, as the original computes: dense draws, the hidden layer twice",
    "single": "eager PyTorch, one forward pass",
    "ours": "ours",
}
LIBRARIES = {"xla": "JAX's dot (XLA)", "mkl": "PyTorch's mm (MKL)", "openblas": "NumPy's matmul (OpenBLAS)"}


def section(found: dict) -> str:
    """The whole section; empty where nothing was measured."""
    if not found:
        return ""
    return "\n\n".join([_HEAD, _costs(found["batches"]), _peaks(found["batches"]), _whole(found), _memory(found)])


_HEAD = """## Superposition: LR1

512 sparse features through 64 dimensions, 1,024 ReLU neurons, LAMB at .03: 590,848 parameters. CPU time of a process
tree for one step, on one core with one thread, in turns, the median of the rounds (lowest and highest beside it). A
ratio is taken within each round; its median is given. Compiling ours is left out here and counted in the whole run."""


def _costs(batches: dict) -> str:
    rows = ["| batch | contestant | ms a step | ours takes | asked | first gradient | peak memory, MiB |"]
    rows.append("|---:|---|---:|---:|---:|---:|---:|")
    for batch, told in batches.items():
        for name, says in SAYS.items():
            costs = [_cost(turn, name) for turn in told["rounds"]]
            spread = f"{median(costs):.2f} ({min(costs):.2f}–{max(costs):.2f})"
            agrees = "reference" if name == "ours" else f"{told['agreement'][name]:.0e}"
            last = told["rounds"][-1]["turns"][name]
            memory = f"{last['peak']:.0f} (libraries {last['empty']:.0f})"
            rows.append(f"| {batch} | {says} | {spread} | {_against(told, name)} | {agrees} | {memory} |")
    return "\n".join(rows)


def _against(told: dict, name: str) -> str:
    if name == "ours":
        return " | "
    ratio = median(_cost(turn, "ours") / _cost(turn, name) for turn in told["rounds"])
    return f"{ratio:.2f} | ≤ {BOUNDS[name]:.2f} {_mark(ratio <= BOUNDS[name])}"


def _peaks(batches: dict) -> str:
    says = (
        f"The necessary matrix products of a step are {FLOPS:,} FLOP an example (4mk + 6k·out). Alone, one after the "
        "other at the same shapes, they set the peak: in each round that of the fastest library."
    )
    head = [f"{name}, ms" for name in LIBRARIES.values()]
    rows = [f"| batch | {' | '.join(head)} | peak, GFLOP/s | ours, GFLOP/s | share of the peak |"]
    rows.append("|---:|" + "---:|" * (len(head) + 3))
    for batch, told in batches.items():
        rounds = told["rounds"]
        each = [f"{median(_cost(turn, name) for turn in rounds):.2f}" for name in LIBRARIES]
        best = [min(_cost(turn, name) for name in LIBRARIES) for turn in rounds]
        ours = [_cost(turn, "ours") for turn in rounds]
        share = median(peak / cost for peak, cost in zip(best, ours, strict=True))
        judged = f", ≥ {SHARE:.0%} {_mark(share >= SHARE)}" if batch == JUDGED_AT else ""
        rates = [f"{FLOPS * int(batch) / median(times) / 1e6:.0f}" for times in (best, ours)]
        rows.append(f"| {batch} | {' | '.join(each)} | {' | '.join(rates)} | {share:.0%}{judged} |")
    return says + "\n\n" + "\n".join(rows)


def _whole(found: dict) -> str:
    ours, theirs = found["whole"]["ours"], found["whole"]["original"]
    spread = "; ".join(f"{name} {mean(losses):.3f} ± {stdev(losses):.3f}" for name, losses in found["losses"].items())
    return (
        f"A whole run (batch 128, 4,096 steps, a copy of the network after each power of two) takes ours "
        f"{ours['seconds']:.1f} CPU seconds, compiling included, and PyTorch as the original computes "
        f"{theirs['seconds']:.1f}: {theirs['seconds'] / ours['seconds']:.1f} times as long. Importing is in neither. "
        f"Over the last 256 steps they lose {ours['loss']:.3f} and {theirs['loss']:.3f}. In steps 192 to 255, each "
        f"with luck of its own, eight networks lose (mean ± standard deviation): {spread}."
    )


def _memory(found: dict) -> str:
    says = (
        "Memory of a sweep, peak MiB: LR1's networks, 128 steps with their snapshots, a program each, into a store. "
        "One cell is trained by the asking process itself, several by a worker on one core. What was asked for is read "
        "back at the end, all of it at once but for the snapshots, which stay in the store: the last column."
    )
    rows = ["| cells | the largest worker | the asking process, while training | after reading all back |"]
    rows.append("|---:|---:|---:|---:|")
    for told in found["sweeps"]:
        worker = "" if told["worker"] is None else f"{told['worker']:.0f}"
        rows.append(f"| {told['cells']} | {worker} | {told['parent']:.0f} | {told['parent_after']:.0f} |")
    return says + "\n\n" + "\n".join(rows)


def _cost(turn: dict, name: str) -> float:
    """Milliseconds a step."""
    answer = turn["turns"][name]
    return answer["seconds"] / answer["steps"] * 1e3


def _mark(kept: bool) -> str:
    return "✓" if kept else "✗"
