"""What the study `edges` measures: who learns objects how soon, how channels are tuned, and which of them matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import Examples, in_their_worlds, share_right, steps_to
from tropism.studies._edges_runs import FIRST, HELD, KEPT, MOVES, NETWORK, OBJECTS, SHOWN, SITES, asked_of
from tropism.studies._rotation_likeness import moved
from tropism.subjects.generalization.measures import curve_correlation, gratings, orientation_curves, tuning_index
from tropism.surgery import ablate
from tropism.values import replaced

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

LEVEL = 0.8
"""The share of right answers that steps are counted to."""
PART = 4
"""A fourth of a layer's channels is cut."""
DRAWS = 8
"""How many sets of channels are cut by lot."""
FREE = "many, all"
"""The sweep that shows many objects and moves everything: there tuning may be lost, or come."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Networks, their tuning, what cuts do, and what is drawn."""
    import polars as pl

    later = [(shown, moves) for shown in SHOWN for moves in MOVES]
    count = len(ensembles["fresh"])  # whatever seeds were asked for
    networks = pl.concat([_networks(ensembles, shown, moves, count) for shown, moves in later])
    emergence = _emergence(ensembles[FREE], count)
    return {
        "first": pl.concat([_first(ensembles[name], name) for name in FIRST]),
        "networks": networks,
        "tuning": _tuning(ensembles, count),
        "cuts": _cuts(ensembles[FREE], count),
        "emergence": _when(emergence, count),
        "drawn-looks": pl.concat([_looks(ensembles, shown, moves, count) for shown, moves in later]),
        "drawn-emergence": emergence,
        "drawn-pictures": _pictures(),
    }


def kinds(count: int) -> tuple[list[str], list[int]]:
    """What each network that learned objects was shown before, and which of these it is."""
    return [name for name in FIRST for _ in range(count)], list(range(count)) * len(FIRST)


def _named(ensemble: Ensemble, count: int) -> polars.DataFrame:
    import polars as pl

    before, member = kinds(count)
    return pl.DataFrame({"before": before, "member": member, "seed": [str(each.seed) for each in ensemble.members]})


def _first(ensemble: Ensemble, name: str) -> polars.DataFrame:
    """How many of the held-out pictures are right before objects."""
    import polars as pl

    asked = in_their_worlds(replaced(asked_of(name), share=HELD), ensemble.members)  # type: ignore[arg-type]
    right = _right(ensemble.listen(asked.inputs, apart=True)[0], asked)
    who = ensemble.table().select("member", "seed")
    return who.with_columns(before=pl.lit(name), accuracy=pl.Series(right)).select(
        "before", "member", "seed", "accuracy"
    )


def _right(output: Float[np.ndarray, "E B K"], asked: Examples) -> Float[np.ndarray, "E"]:
    """The share of right answers among the outputs that are legal, as in training: edges and objects have their own."""
    return share_right(np.where(asked.legal(output.shape[-1]), output, -np.inf), asked.classes)


def _networks(ensembles: Mapping[str, Ensemble], shown: str, moves: str, count: int) -> polars.DataFrame:
    import polars as pl

    ensemble = ensembles[f"{shown}, {moves}"]
    found = steps_to(ensemble, "accuracy", LEVEL)
    far = {
        f"moved_{place}": pl.Series(_moved(ensembles, ensemble, f"{site}.weight")) for place, site in enumerate(SITES)
    }
    told = {"shown": pl.lit(shown), "moves": pl.lit(moves), "to_80": found["first"].cast(pl.Float64),
            "final": found["end"]}  # fmt: skip
    return _named(ensemble, count).with_columns(**told, **far)


def _moved(ensembles: Mapping[str, Ensemble], after: Ensemble, path: str) -> Float[np.ndarray, "E"]:
    """How far a layer's weights went while objects were learned, as a share of their size before."""
    return moved(np.concatenate([ensembles[name].params[path] for name in FIRST]), after.params[path])


def _looks(ensembles: Mapping[str, Ensemble], shown: str, moves: str, count: int) -> polars.DataFrame:
    import polars as pl

    ensemble = ensembles[f"{shown}, {moves}"]
    steps, seen = ensemble.history.validation_steps, ensemble.history.validation["accuracy"]
    about = _named(ensemble, count)
    rows = [about.with_columns(step=pl.lit(int(step)), accuracy=pl.Series(seen[:, place].astype(float)))
            for place, step in enumerate(steps)]  # fmt: skip
    words = {"few": f"{_pictures_shown('few')} pictures", "many": f"{_pictures_shown('many'):,} pictures",
             "all": "all moves", "head": "maps frozen"}  # fmt: skip
    return pl.concat(rows).with_columns(panel=pl.lit(f"{words[shown]}, {words[moves]}"))


def _pictures_shown(shown: str) -> int:
    return len(replaced(OBJECTS, share=SHOWN[shown]))


def curves_at(ensemble: Ensemble) -> dict[str, Float[np.ndarray, "E A D"]]:
    """Every channel's answer to gratings by angle, at both sites."""
    stimuli = gratings(NETWORK.size)
    return {site: orientation_curves(ensemble, site, stimuli) for site in SITES}


def index_of(curves: Float[np.ndarray, "E A D"]) -> Float[np.ndarray, "E"]:
    """The mean index of a layer's channels that answer at all."""
    return np.nanmean(tuning_index(curves), axis=-1)


def weighed_index_of(curves: Float[np.ndarray, "E A D"]) -> Float[np.ndarray, "E"]:
    """The same with each channel counting as much as it answers: one that hardly does hardly counts."""
    weights = curves.sum(axis=-2)
    return np.nansum(tuning_index(curves) * weights, axis=-1) / weights.sum(axis=-1)


def _tuning(ensembles: Mapping[str, Ensemble], count: int) -> polars.DataFrame:
    import polars as pl

    first = {name: curves_at(ensembles[name]) for name in FIRST}
    after, rows = curves_at(ensembles[FREE]), []
    for site in SITES:
        start = np.concatenate([first[name][site] for name in FIRST])
        alike = curve_correlation(start, after[site])
        same = np.eye(alike.shape[-1], dtype=bool)
        numbers = {"index": index_of(start), "index_after": index_of(after[site]),
                   "weighed": weighed_index_of(start), "weighed_after": weighed_index_of(after[site]),
                   "retained": np.nanmean(alike[:, same], axis=1), "others": np.nanmean(alike[:, ~same], axis=1),
                   "silent": (start.sum(1) <= 1e-9).mean(-1)}  # fmt: skip
        rows.append(_named(ensembles[FREE], count).with_columns(site=pl.lit(site), **_series(numbers)))
    return pl.concat(rows)


def _series(numbers: Mapping[str, np.ndarray]) -> dict[str, polars.Series]:
    import polars as pl

    return {name: pl.Series(np.asarray(column, float)) for name, column in numbers.items()}


def _cuts(ensemble: Ensemble, count: int) -> polars.DataFrame:
    """What is left of objects without a fourth of the channels: those most tuned, least, strongest, and by lot."""
    import polars as pl

    asked = in_their_worlds(replaced(OBJECTS, share=HELD), ensemble.members)
    assert asked.ends is not None, "answers are looked for among outputs that are legal"
    low, high = asked.ends
    found, rows, (before, member) = curves_at(ensemble), [], kinds(count)

    def right(row: int, site: str, dims: np.ndarray) -> float:
        one = ensemble.select([row])
        cut = ablate(one, site, dims=tuple(int(each) for each in dims)) if len(dims) else one
        own = Examples(asked.inputs[[row]], asked.classes[[row]], ends=(low[[row]], high[[row]]))
        return float(_right(cut.listen(asked.inputs[row])[0], own)[0])

    for row in range(len(ensemble)):
        whole = right(row, SITES[0], np.zeros(0, int))
        for site in SITES:
            for words, sets in _chosen(found[site][row], row).items():
                left = float(np.mean([right(row, site, dims) for dims in sets]))
                rows.append(
                    (before[row], member[row], str(ensemble.members[row].seed), site, words, left, whole - left)
                )
    names = ["before", "member", "seed", "site", "cut", "left", "drop"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _chosen(curves: Float[np.ndarray, "A D"], luck: int) -> dict[str, list[np.ndarray]]:
    """Sets of channels to cut from one layer; one that never answers is not tuned at all."""
    tuned, strong = np.nan_to_num(tuning_index(curves), nan=-1.0), curves.mean(0)
    count, random = curves.shape[1] // PART, np.random.default_rng((luck, curves.shape[1]))
    lot = [random.permutation(len(tuned))[:count] for _ in range(DRAWS)]
    return {"most tuned": [np.argsort(-tuned)[:count]], "least tuned": [np.argsort(tuned)[:count]],
            "strongest": [np.argsort(-strong)[:count]], "by lot": lot}  # fmt: skip


def _emergence(ensemble: Ensemble, count: int) -> polars.DataFrame:
    """Tuning at each step that was kept, and how many objects were right then."""
    import polars as pl

    asked, rows = in_their_worlds(replaced(OBJECTS, share=HELD), ensemble.members), []
    for step in KEPT:
        then = ensemble.at(step) if step in ensemble.snapshots else ensemble
        accuracy = _right(then.listen(asked.inputs, apart=True)[0], asked)
        numbers = {"objects": accuracy} | {site: index_of(curves) for site, curves in curves_at(then).items()}
        for words, values in numbers.items():
            told = {"step": pl.lit(step), "what": pl.lit(words), "value": pl.Series(np.asarray(values, float))}
            rows.append(_named(ensemble, count).with_columns(**told))
    return pl.concat(rows)


def _when(emergence: polars.DataFrame, count: int) -> polars.DataFrame:
    """Of networks that began with objects: how much their tuning rose, and which share of it was there at 80 %."""
    import polars as pl

    rows = []
    own = emergence.filter(pl.col("before") == "fresh")
    for member in range(count):
        part = own.filter(pl.col("member") == member)
        by = {what: part.filter(pl.col("what") == what).sort("step")["value"].to_numpy() for what in
              ("objects", *SITES)}  # fmt: skip
        there = by["objects"] >= LEVEL
        place = int(there.argmax()) if there.any() else len(there) - 1
        for site in SITES:
            values = by[site]
            rise = float(values[-1] - values[0])
            share = float((values[place] - values[0]) / rise) if rise > 0.01 else float("nan")
            rows.append((member, part["seed"][0], site, float(values[0]), float(values[-1]), rise, KEPT[place], share))
    names = ["member", "seed", "site", "index_fresh", "index_after", "rise", "step_80", "share_then"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _pictures() -> polars.DataFrame:
    """One picture of each edge and each object, a row a pixel."""
    import polars as pl

    rows = []
    for asked in ("edges", "objects"):
        told = replaced(asked_of("edges"), asked=asked, count=1).listed()
        for place, (picture, right) in enumerate(zip(told.inputs, told.right, strict=True)):
            rows += [(asked, place, int(right), pixel, float(gray)) for pixel, gray in enumerate(picture)]
    return pl.DataFrame(rows, schema=["asked", "place", "right", "pixel", "gray"], orient="row")
