"""What the leaderboard measures: how much of the truth is found, found again, explained, and in which time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from tropism.core.each import each
from tropism.core.member import Seed
from tropism.dictionaries import OMP, Dictionary
from tropism.measures.chance import chance
from tropism.measures.codes import firing_rates
from tropism.measures.matching import consistency
from tropism.measures.reconstruction import explained_variance
from tropism.studies._leaderboard_entries import CONTROLS, PRICED
from tropism.studies._leaderboard_runs import AGAIN, TRUTH, Board
from tropism.subjects.features.scores import coded_f1, learned, scores_of
from tropism.subjects.features.truth import Sample, sample, sample_of, truth

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.dictionaries import Method

LEAST = 1e-3
"""An atom that is used by fewer examples is pruned."""


class Found(NamedTuple):
    """A pruned dictionary, and what is said of it that no dictionary tells.

    Attributes:
        dictionary: Its atoms that are used.
        own: Further columns: the share of the variance that its own codes explain, how many are on, and the weight of
            its price, where that was chosen.
        seconds: What it took.
    """

    dictionary: Dictionary
    own: Mapping[str, float]
    seconds: float


Pairs: TypeAlias = "list[tuple[Found, Found]]"
"""The two dictionaries of each world."""


def tables(board: Board, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A row for each data set, method and world; and their means."""
    import polars as pl

    fitted = _fitted(board)
    rows = [row for data in board.data for row in _of_data(board, data, ensembles, fitted[data])]
    scores = pl.DataFrame(rows, infer_schema_length=None)
    return {"board": _means(scores), "scores": scores}


def _of_data(
    board: Board, data: str, ensembles: Mapping[str, Ensemble], fitted: list[tuple[str, Pairs]]
) -> Iterator[dict[str, Any]]:
    asked = board.ask(data)
    worlds = range(board.data[data])
    true = truth(asked.task, [Seed.of(world) for world in worlds])
    judged = [sample(asked.task, Seed.of(world), board.judged, purpose="judged") for world in worlds]
    for name, pairs in (*_trained(board, data, ensembles), *fitted):
        for world in worlds:
            rows = true.rows[world].astype(float)
            told = {"data": data, "method": name, "member": world, "control": name in CONTROLS}
            yield told | _scored(pairs[world], rows, judged[world], asked.active)
    for world in worlds:
        rows = true.rows[world].astype(float)
        oracle = Found(true.dictionary(world), {}, 0.0)
        told = {"data": data, "method": TRUTH, "member": world, "control": True}
        yield told | _scored((oracle, oracle), rows, judged[world], asked.active)


def _trained(
    board: Board, data: str, ensembles: Mapping[str, Ensemble]
) -> Iterator[tuple[str, list[tuple[Found, Found]]]]:
    for name in board.trained:
        ensemble = ensembles.get(f"{data}, {name}")
        if ensemble is None:
            continue
        chosen = _chosen(ensemble, board.ask(data).active) if name in PRICED else ensemble
        rows = {member.seed: row for row, member in enumerate(chosen.members)}
        seconds = getattr(ensembles, "seconds", lambda _: math.nan)(f"{data}, {name}")
        pairs = []
        for world in range(board.data[data]):
            both = [rows[Seed.of(world)], rows[Seed.of(AGAIN + world, world=world)]]
            first, second = (_network(chosen, row, board.judged, seconds) for row in both)
            pairs.append((first, second))
        yield name, pairs


def _chosen(ensemble: Ensemble, active: int) -> Ensemble:
    """The setting whose dictionary in the world apart has codes as sparse as the data; the truth is not looked at."""
    apart = [row for row, member in enumerate(ensemble.members) if member.seed == Seed.of(2 * AGAIN)]
    counts = []
    for row in apart:
        seen = sample_of(ensemble, row, 4000, purpose="choose")
        counts.append(float(firing_rates(learned(ensemble, row, seen.x).codes).sum()))
    dials = ensemble.members[apart[int(np.argmin(np.abs(np.array(counts) - active)))]].dials
    return ensemble.select([row for row, member in enumerate(ensemble.members) if member.dials == dials])


def _network(ensemble: Ensemble, row: int, count: int, seconds: float) -> Found:
    seen = sample_of(ensemble, row, count, purpose="judged")
    one = learned(ensemble, row, seen.x)
    own = {
        "own_explained": float(explained_variance(seen.x, one.rebuilt)),
        "own_l0": float(firing_rates(one.codes).sum()),
        "weight": next((weight for _, weight in ensemble.members[row].dials), math.nan),
    }
    return Found(one.pruned(), own, seconds)


def _fitted(board: Board) -> dict[str, list[tuple[str, Pairs]]]:
    """By data set, every method's two dictionaries of each world."""
    asked = [
        (method, board.ask(data).task, luck, board.sampled, board.ask(data).active)
        for data, worlds in board.data.items()
        for method in board.methods(data).values()
        for world in range(worlds)
        for luck in (Seed.of(world), Seed.of(AGAIN + world, world=world))
    ]
    few = len(board.data) == 1  # then all is fitted before other processes have begun
    found = iter([_fit(*one) for one in asked] if few else each(_fit, asked))
    return {
        data: [(name, [(next(found), next(found)) for _ in range(worlds)]) for name in board.methods(data)]
        for data, worlds in board.data.items()
    }


def _fit(method: Method, task: Any, seed: Seed, count: int, active: int) -> Found:
    """A method's dictionary, without the atoms that matching pursuit hardly uses on what it was fitted to."""
    seen, began = sample(task, seed, count, purpose="fit").x, time.process_time()
    found = method.fit(seen, seed=seed.init)
    seconds = time.process_time() - began
    used = firing_rates(OMP(active=min(active, len(found.atoms))).codes(found, seen)) > LEAST
    kept = found.atoms[used] if used.any() else found.atoms
    return Found(Dictionary.of(kept, offset=found.offset, signed=found.signed), {}, seconds)


def _scored(pair: tuple[Found, Found], true: np.ndarray, judged: Sample, active: int) -> dict[str, float]:
    one, again = (found.dictionary for found in pair)
    told = scores_of(one, true)
    few = Sample(*(array[:5000] for array in judged))
    f1, explained = coded_f1(one, true, few, OMP(active=min(active, len(one.atoms))))
    names = ("matched", "matched_chance", "corrected", "to_true", "recall", "precision")
    luck = chance(again.atoms, len(one.atoms), signed=one.signed, draws=10)["matched"].mean
    return {
        "atoms": float(len(one.atoms)),
        **{name: told[name] for name in names},
        "consistency": consistency(one.atoms, again.atoms, signed=one.signed).whole,
        "consistency_chance": luck,
        "f1": f1,
        "explained": explained,
        "l0": float(active),
        **{name: pair[0].own.get(name, math.nan) for name in ("own_explained", "own_l0", "weight")},
        "seconds": pair[0].seconds,
    }


def _means(scores: polars.DataFrame) -> polars.DataFrame:
    """Means over worlds and the deviation of what is ranked, the best first."""
    import polars as pl

    numbers = [name for name in scores.columns if name not in ("data", "method", "member", "control")]
    return (
        scores.group_by("data", "method", "control", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            pl.col("corrected").std().alias("corrected_std"),
            *(pl.col(name).mean() for name in numbers),
        )
        .sort("data", "corrected", descending=[False, True], maintain_order=True)
    )
