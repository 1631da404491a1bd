"""The tables of the study `table-1`: how each network ended, how it came there, and what its neurons answer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.studies._table_one_neurons import Neurons, Worlds, map_of, neurons, order_of, pooled
from tropism.studies._table_one_parts import ANNEALED, FASTEST, Part, parts
from tropism.studies._table_one_summaries import summaries
from tropism.studies._training_losses import late_loss, loss_curve
from tropism.subjects.superposition.measures.probes import task_of

if TYPE_CHECKING:
    import polars

WINDOW = 16
"""A loss is the mean over a sixteenth of the run: the last 256 of 4,096 steps."""

CELLS = 128
"""Of a picture of activations, upward and across."""

DECAYING = 2**16
"""Steps in which the paper's biases decay, half of its run."""

EXTRAS = (1, 3, 7)
"""Features that are held on besides, in the pictures of many features."""

REVERSED = ("LR1", "LR1-annealed", "LR3-gentle")
"""Whose networks at the fastest rate are taken apart."""

Rows = list[dict[str, Any]]


def measured(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Every table; ensembles are looked at one at a time, and none is held longer than that."""
    import polars as pl

    found: dict[str, Rows] = {"networks": [], "training": [], "loss": [], "biases": [], "reverse": []}
    maps: dict[str, Rows] = {}
    made, there = Worlds(), set(ensembles)
    for part in parts():
        for place, sweep in enumerate(part.sweeps()):
            if sweep.name in there:
                ensemble = ensembles[sweep.name]
                _look(part, place, ensemble, made, found, maps)
                if part.name in REVERSED:
                    found["reverse"] += _reverse(part.name, ensemble)
    for name in ANNEALED:
        if f"{name}-annealed" in there:
            ensemble = ensembles[f"{name}-annealed"]
            _look_again(name, ensemble, made, found["networks"])
            if f"{name}-annealed" in REVERSED:
                found["reverse"] += _reverse(f"{name}-annealed", ensemble)
    networks, reverse = (pl.DataFrame(found.pop(name), infer_schema_length=None) for name in ("networks", "reverse"))
    drawn = {f"drawn-{name}": pl.DataFrame(rows, infer_schema_length=None) for name, rows in (found | maps).items()}
    printed = summaries(networks) | ({"LR1-reverse": reverse} if reverse.height else {})
    return {**printed, "drawn-networks": networks, **drawn}


def chosen_points(part: Part) -> list[dict[str, float]]:
    """The first, the middle and the last setting; of two swept numbers the second stays in its middle."""
    points = part.points()
    if len(part.row.swept) == 2:
        second, values = part.row.swept[1]
        points = [point for point in points if point[second] == values[len(values) // 2]]
    return [points[place] for place in dict.fromkeys((0, len(points) // 2, len(points) - 1))]


def _look(
    part: Part, place: int, ensemble: Ensemble, made: Worlds, found: dict[str, Rows], maps: dict[str, Rows]
) -> None:
    """One sweep's networks: their ends, their snapshots, their losses, and pictures of some."""
    points, directions = _points(part, place), made.of(ensemble)["directions"]
    zero, ways = _predicting_zero(ensemble, made), _ways(ensemble, directions)
    chosen, (stretches, curves), losses = chosen_points(part), loss_curve(ensemble), _losses(ensemble)
    for row, member in enumerate(ensemble.members):
        point = points[row // len(part.seeds)]
        who = _who(part, point, part.seeds.index(member.seed.init), str(member.seed))
        found["training"] += [who | counts for counts in ways[row]]
        diverged = ensemble.status.diverged_at[row] >= 0
        ended = None if diverged else neurons(ensemble, row, directions[row])
        curve = zip(stretches.tolist(), curves[row].tolist(), strict=True)
        found["loss"] += [who | {"step": step, "loss": error} for step, error in curve]
        found["networks"].append(who | _ends(ensemble, row, found["training"], losses, zero[row]))
        if point in chosen and who["member"] == 0 and ended is not None:
            label = chosen.index(point)
            found["biases"] += _spectrum(who, label, ended)
            maps.setdefault(f"activations-{part.name}", []).extend(
                _picture(label, map_of(ensemble, row, directions[row]))
            )
            if part.name == "LR1" and label == len(chosen) - 1:
                maps["many-LR1"] = _pictures_of_many(ensemble, row, directions[row])


def _ways(ensemble: Ensemble, directions: np.ndarray) -> list[Rows]:
    """What each network's neurons are at every snapshot and at the end; snapshots are read one at a time."""
    ways: list[Rows] = [[] for _ in ensemble.members]
    for step in (*ensemble.snapshots, ensemble.experiment.length):
        params = ensemble.snapshots.get(step, ensemble.params)
        for row, way in enumerate(ways):
            failed = 0 <= ensemble.status.diverged_at[row] < step
            counts = neurons(ensemble, row, directions[row], params=params).counts(directions.shape[1])
            way.append({"step": step} | {name: np.nan if failed else each for name, each in counts.items()})
    return ways


def _reverse(name: str, ensemble: Ensemble) -> Rows:
    """What monosemantic neurons do on examples, and what the polysemantic ones do together, at the fastest rate."""
    from tropism.subjects.superposition.measures import polysemantic_block, selectivity

    fastest = ensemble.select([dict(each.dials).get("optimizer.lr", FASTEST) == FASTEST for each in ensemble.members])
    examples = 2 * task_of(ensemble).held_out
    polysemantic = polysemantic_block(fastest, examples=examples)
    block = polysemantic.to_dicts()
    active = selectivity(fastest, examples=examples).to_dicts()
    kept = [each for each in polysemantic.columns if each not in ("member", "seed", "step", "optimizer.lr")]
    heard = ("mono_selectivity", "mono_precision", "mono_recall", "polysemantic_selectivity")
    return [
        {"row": name, "member": place, "seed": one["seed"]}
        | {each: float(two[each]) for each in heard}
        | {each: float(one.get(each, np.nan)) for each in kept}
        | won_back(one)
        for place, (one, two) in enumerate(zip(block, active, strict=True))
    ]


def won_back(block: Mapping[str, float]) -> dict[str, float]:
    """What a block is worth, and how much of that a multiple of the projection has; NaN where it is worth nothing."""
    loss, constant, without, fitted = (
        block.get(f"loss{each}", np.nan) for each in ("", "_constant", "_without", "_fitted")
    )
    return {
        "gain_extra": block.get("by_gain", np.nan) - block.get("by_rest", np.nan),
        "cost": constant / loss - 1,
        "won_back": (without - fitted) / (without - loss) if without > loss else np.nan,
        "won_back_of_mean": (constant - fitted) / (constant - loss) if constant > loss else np.nan,
        "loss_rise": fitted / loss - 1,
    }


def _look_again(name: str, ensemble: Ensemble, made: Worlds, networks: Rows) -> None:
    """The ends of networks whose rate went to zero; what they began with stands in the row's own."""
    part = next(each for each in parts() if each.name == name)
    directions, zero = made.of(ensemble)["directions"], _predicting_zero(ensemble, made)
    losses = _losses(ensemble)
    for row, member in enumerate(ensemble.members):
        who = _who(part, {"lr": FASTEST}, part.seeds.index(member.seed.init), str(member.seed))
        looked = neurons(ensemble, row, directions[row])
        failed = ensemble.status.diverged_at[row] >= 0
        counts = {k: np.nan if failed else v for k, v in looked.counts(directions.shape[1]).items()}
        ended = _ends(ensemble, row, [{"step": ensemble.experiment.length} | counts], losses, zero[row])
        networks.append(who | {"row": f"{name}-annealed"} | ended)


def _points(part: Part, place: int) -> list[dict[str, float]]:
    """The settings of a part's sweep: all of them, or those of its width."""
    widths = part.widths()
    return [point for point in part.points() if not widths or point["hidden"] == widths[place]]


def _who(part: Part, point: Mapping[str, float], member: int, seed: str) -> dict[str, Any]:
    """The first columns of every table; numbers as the table has them, before any rescaling."""
    row = part.row
    own = {"lr": row.lr, "offset": row.offset, "density": row.density, "hidden": float(row.hidden)}
    own |= {"decay": row.decay, "l1": 0.0} | {name: float(value) for name, value in point.items()}
    own |= {"efolds": own["decay"] * own["lr"] * DECAYING}
    return {"row": part.name, "member": member, "seed": seed} | own


def _losses(ensemble: Ensemble) -> dict[int, np.ndarray]:
    """Every network's training loss at a quarter, half and the end of its way, over a sixteenth of it."""
    length = ensemble.experiment.length
    last = max(1, length // WINDOW)
    return {end: late_loss(ensemble, last=last, end=end) for end in (length // 4, length // 2, length)}


def _ends(
    ensemble: Ensemble, row: int, training: Rows, losses: Mapping[int, np.ndarray], zero: float
) -> dict[str, Any]:
    """What is known of a network at its end, and at a quarter and half of its way where it was kept then."""
    length, last = ensemble.experiment.length, training[-1]
    counted = {name: last[name] for name in _COUNTS}
    found: dict[str, Any] = {"steps": length, **counted, "loss": float(losses[length][row])}
    looks, failed = ensemble.history.validation["error"], ensemble.status.diverged_at[row] >= 0
    found["held_out"] = float(looks[row, -1]) if looks.shape[1] and not failed else np.nan
    found["part_of_zero"] = found["loss"] / zero
    for name, step in (("quarter", length // 4), ("half", length // 2)):
        then = next((each for each in training[-len(ensemble.snapshots) - 1 :] if each["step"] == step), None)
        found |= {f"{each}_{name}": np.nan if then is None else then[each] for each in ("share", "covered", "bias")}
        found[f"loss_{name}"] = float(losses[step][row])
    return found


_COUNTS = ("share", "covered", "duplicates", "mono", "dead", "polysemantic", "bias", "bias_mono", "bias_polysemantic")


def _predicting_zero(ensemble: Ensemble, made: Worlds) -> np.ndarray:
    """The expected error of a network that answers zero, one a member.

    Of features that are uniform in [0, 1) with probability p: Σ p/3; of magnitudes of differences: Σ (2p/3 − p²/2), p
    of one draw; of a projection q: Σ (p/3 − p²/4) |q|² + |Σ q p/2|².
    """
    task = task_of(ensemble)
    found = []
    for row, member in enumerate(ensemble.members):
        density = float(dict(member.dials).get("task.density", task.density))  # type: ignore[arg-type]
        chances = np.asarray(task.densities(density / (2 if task.aim == "abs" else 1)), np.float64)
        if task.aim == "re-projector":
            wanted = made.of(ensemble)["wanted"][row].astype(np.float64)
            spread = ((chances / 3 - chances**2 / 4) * (wanted**2).sum(axis=1)).sum()
            found.append(spread + ((chances / 2 @ wanted) ** 2).sum())
        else:
            found.append((2 * chances / 3 - chances**2 / 2).sum() if task.aim == "abs" else chances.sum() / 3)
    return np.array(found)


def _spectrum(who: Mapping[str, Any], panel: int, looked: Neurons) -> Rows:
    """Every neuron's bias, neurons by falling score: monosemantic ones first, dead ones last."""
    kinds = np.where(looked.mono, "monosemantic", np.where(looked.alive, "polysemantic", "dead"))
    order = np.lexsort((-looked.bias, -looked.score))
    return [
        dict(who) | {"panel": panel, "place": place, "bias": float(looked.bias[each]), "kind": str(kinds[each])}
        for place, each in enumerate(order)
    ]


def _picture(panel: int, sizes: np.ndarray, order: tuple[np.ndarray, np.ndarray] | None = None) -> Rows:
    """A sorted and pooled picture as rows: panel, y (neurons, downward), x (features) and value."""
    down, across = order or order_of(sizes)
    small = pooled(sizes[np.ix_(down, across)], CELLS)
    high, wide = small.shape
    values = np.round(small, 3)
    return [{"panel": panel, "y": y, "x": x, "value": float(values[y, x])} for y in range(high) for x in range(wide)]


def _pictures_of_many(ensemble: Ensemble, row: int, directions: np.ndarray) -> Rows:
    """The same with further features held on, the last ones in the order of the picture of single features."""
    order = order_of(map_of(ensemble, row, directions))
    found: Rows = []
    for panel, count in enumerate(EXTRAS):
        held = directions[np.linspace(0, len(directions) - 1, count + 2).astype(int)[1:-1]].sum(axis=0)
        found += _picture(panel, map_of(ensemble, row, directions + held), order)
    return found
