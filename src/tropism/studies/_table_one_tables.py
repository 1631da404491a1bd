"""The tables of the study `table-1`: how each network ended, how it came there, and what its neurons answer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.studies._table_one_neurons import (
    Neurons,
    Worlds,
    by_score,
    kinds_of,
    map_of,
    neurons,
    order_of,
    picture_of,
)
from tropism.studies._table_one_parts import ANNEALED, FASTEST, TAKEN_APART, Part, parts
from tropism.studies._table_one_settings import Seats, point_of, who
from tropism.studies._table_one_summaries import summaries
from tropism.studies._training_losses import late_loss, loss_curve
from tropism.subjects.superposition.measures.losses import held_out_loss
from tropism.subjects.superposition.measures.probes import task_of
from tropism.subjects.superposition.table_one import DECAYING

if TYPE_CHECKING:
    import polars

WINDOW = 16
"""A loss is the mean over a sixteenth of the run: the last 256 of 4,096 steps."""

EXAMPLES = 2**14
"""Held-out examples on which a network's loss is measured, as many as other studies of these networks take."""

EXTRAS = (1, 3, 7)
"""Features that are held on besides, in the pictures of many features."""

Rows = list[dict[str, Any]]


def measured(ensembles: Mapping[str, Ensemble], *, examples: int = EXAMPLES) -> dict[str, polars.DataFrame]:
    """Every table; ensembles are looked at one at a time, and none is held longer than that."""
    import polars as pl

    look = _Look(Worlds(), Seats(), examples)
    for part in parts():
        for place, sweep in enumerate(part.sweeps()):
            if sweep.name in ensembles:
                look.at(part, place, ensembles[sweep.name])
    for part in parts():
        if part.name in ANNEALED and f"{part.name}-annealed" in ensembles:
            look.again(part, ensembles[f"{part.name}-annealed"])
    found = look.found
    networks, reverse = (pl.DataFrame(found.pop(name), infer_schema_length=None) for name in ("networks", "reverse"))
    drawn = {f"drawn-{name}": pl.DataFrame(rows, infer_schema_length=None) for name, rows in found.items()}
    printed = summaries(networks) | ({"LR1-reverse": reverse} if reverse.height else {})
    return {**printed, "drawn-networks": networks, **drawn}


def chosen_points(part: Part) -> list[dict[str, float]]:
    """The first, the middle and the last setting; of two swept numbers the second stays in its middle."""
    points = part.points()
    if len(part.row.swept) == 2:
        second, values = part.row.swept[1]
        points = [point for point in points if point[second] == values[len(values) // 2]]
    return [points[place] for place in dict.fromkeys((0, len(points) // 2, len(points) - 1))]


class _Look:
    """What is found of one ensemble after the other: rows of tables by name."""

    def __init__(self, made: Worlds, seats: Seats, examples: int) -> None:
        self._made, self._seats, self._examples = made, seats, examples
        self.found: dict[str, Rows] = {name: [] for name in ("networks", "training", "loss", "biases", "reverse")}

    def at(self, part: Part, place: int, ensemble: Ensemble) -> None:
        """One sweep's networks: their ends, their snapshots, their losses, and pictures of some."""
        directions, pictured = self._made.of(ensemble)["directions"], set[int]()
        ends, (stretches, curves) = self._ends_of(ensemble, _ways(ensemble, directions)), loss_curve(ensemble)
        for row, (way, end) in enumerate(ends):
            told = who(part, place, ensemble, row, seats=self._seats)
            self.found["training"] += [told | counts for counts in way]
            curve = zip(stretches.tolist(), curves[row].tolist(), strict=True)
            self.found["loss"] += [told | {"step": step, "loss": error} for step, error in curve]
            self.found["networks"].append(told | end)
            label = _label(part, told)
            if label is not None and label not in pictured:
                pictured.add(label)  # the first seed alone
                if ensemble.status.diverged_at[row] < 0:
                    self._picture(part, label, told, ensemble, row, directions[row])
        self._reverse(part.name, ensemble)

    def again(self, part: Part, ensemble: Ensemble) -> None:
        """The ends of networks whose rate went to zero; what they began with stands in the row's own."""
        name, began = f"{part.name}-annealed", {"offset": part.row.offset, "decay": part.row.decay}
        ways = _ways(ensemble, self._made.of(ensemble)["directions"])
        for row, (_, end) in enumerate(self._ends_of(ensemble, ways)):
            told = who(part, 0, ensemble, row, seats=self._seats) | began
            told["efolds"] = told["decay"] * told["lr"] * DECAYING
            self.found["networks"].append(told | {"row": name} | end)
        self._reverse(name, ensemble)

    def _ends_of(self, ensemble: Ensemble, ways: list[Rows]) -> list[tuple[Rows, dict[str, Any]]]:
        """Each network's way, and what is known of its end."""
        zero, losses = _predicting_zero(ensemble, self._made), _losses(ensemble)
        held_out = held_out_loss(ensemble, examples=self._examples)
        found = []
        for row, way in enumerate(ways):
            end = _end(ensemble, row, way, losses)
            failed = ensemble.status.diverged_at[row] >= 0
            cost = {f"held_out{name}": held_out[of][row] for name, of in _HELD_OUT.items()}
            end |= {name: np.nan if failed else each for name, each in cost.items()}
            found.append((way, end | {"part_of_zero": end["loss"] / zero[row]}))
        return found

    def _picture(
        self, part: Part, label: int, told: dict[str, Any], ensemble: Ensemble, row: int, directions: np.ndarray
    ) -> None:
        self.found["biases"] += _spectrum(told, label, neurons(ensemble, row, directions))
        answered = self.found.setdefault(f"activations-{part.name}", [])
        answered += [{"seed": told["seed"]} | cell for cell in _picture(label, map_of(ensemble, row, directions))]
        if part.name == "LR1" and label == len(chosen_points(part)) - 1:
            many = _pictures_of_many(ensemble, row, directions)
            self.found["many-LR1"] = [{"seed": told["seed"]} | cell for cell in many]

    def _reverse(self, name: str, ensemble: Ensemble) -> None:
        if name in TAKEN_APART:
            self.found["reverse"] += _reverse(name, ensemble, self._seats, self._examples)


_HELD_OUT = {"": "loss", "_low": "low", "_high": "high", "_error": "standard_error"}


def _label(part: Part, told: dict[str, Any]) -> int | None:
    """Which of the pictures a network's setting is for, if any."""
    chosen, point = chosen_points(part), point_of(part, told)
    return chosen.index(point) if point in chosen else None


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


def _reverse(name: str, ensemble: Ensemble, seats: Seats, examples: int) -> Rows:
    """What monosemantic neurons do on examples, and what the polysemantic ones do together, at the fastest rate."""
    from tropism.subjects.superposition.measures import polysemantic_block, selectivity

    fastest = ensemble.select([dict(each.dials).get("optimizer.lr", FASTEST) == FASTEST for each in ensemble.members])
    polysemantic = polysemantic_block(fastest, examples=examples)
    block = polysemantic.to_dicts()
    active = selectivity(fastest, examples=examples).to_dicts()
    kept = [each for each in polysemantic.columns if each not in ("member", "seed", "step", "optimizer.lr")]
    heard = ("mono_selectivity", "mono_precision", "mono_recall", "polysemantic_selectivity")
    return [
        {"row": name, "member": seats.of(member.seed), "seed": one["seed"]}
        | {each: float(two[each]) for each in heard}
        | {each: float(one.get(each, np.nan)) for each in kept}
        | won_back(one)
        for member, one, two in zip(fastest.members, block, active, strict=True)
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


def _losses(ensemble: Ensemble) -> dict[int, np.ndarray]:
    """Every network's training loss at a quarter and the end of its way, over a sixteenth of it."""
    length = ensemble.experiment.length
    last = max(1, length // WINDOW)
    return {end: late_loss(ensemble, last=last, end=end) for end in (length // 4, length)}


def _end(ensemble: Ensemble, row: int, way: Rows, losses: Mapping[int, np.ndarray]) -> dict[str, Any]:
    """What is known of a network at its end, and, of what claims are made of, at a quarter and half of its way."""
    length, last = ensemble.experiment.length, way[-1]
    found: dict[str, Any] = {"steps": length, **{name: last[name] for name in _COUNTS}}
    found |= {"loss": float(losses[length][row]), "loss_quarter": float(losses[length // 4][row])}
    for name, step in (("quarter", length // 4), ("half", length // 2)):
        then = next((each for each in way if each["step"] == step), None)
        found |= {f"{each}_{name}": np.nan if then is None else then[each] for each in ("share", "bias")}
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
    kinds = kinds_of(looked.mono, looked.alive)
    return [
        dict(who) | {"panel": panel, "place": place, "bias": float(looked.bias[each]), "kind": str(kinds[each])}
        for place, each in enumerate(by_score(looked.score, looked.bias))
    ]


def _picture(panel: int, sizes: np.ndarray, order: tuple[np.ndarray, np.ndarray] | None = None) -> Rows:
    """A sorted and pooled picture as rows: panel, y (neurons, downward), x (features) and value."""
    values = picture_of(sizes, order)
    high, wide = values.shape
    return [{"panel": panel, "y": y, "x": x, "value": float(values[y, x])} for y in range(high) for x in range(wide)]


def _pictures_of_many(ensemble: Ensemble, row: int, directions: np.ndarray) -> Rows:
    """The same with further features held on, the last ones in the order of the picture of single features."""
    order = order_of(map_of(ensemble, row, directions))
    found: Rows = []
    for panel, count in enumerate(EXTRAS):
        held = directions[np.linspace(0, len(directions) - 1, count + 2).astype(int)[1:-1]].sum(axis=0)
        found += _picture(panel, map_of(ensemble, row, directions + held), order)
    return found
