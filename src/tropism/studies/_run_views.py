"""Pictures of single networks: what every neuron answers to every feature alone, and its bias."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.studies._run_axes import Axis, Point
from tropism.studies._table_one_neurons import by_score, kinds_of, picture_of
from tropism.subjects.superposition.figures.words import called, worded

if TYPE_CHECKING:
    import polars


class View(NamedTuple):
    """One network, looked at.

    Attributes:
        place: Which network it is.
        picture: Answers, neurons downward and features to the right, sorted and pooled.
        biases: Of the neurons, by falling score; empty where there are none.
        kinds: What each of these is: monosemantic, polysemantic or dead.
        neurons: How many the picture is of.
        features: How many features it is of.
    """

    place: int
    picture: Float[np.ndarray, "Y X"]
    biases: Float[np.ndarray, "K"]
    kinds: tuple[str, ...]
    neurons: int
    features: int


def views_of(ensemble: Ensemble, rows: Sequence[int], first: int) -> list[View]:
    """Some members' neurons, sorted as the source's plots are; of magnitudes, the larger answer of those at +1 and −1.

    Args:
        ensemble: Whose members they are.
        rows: Which.
        first: The place of its first member among all networks.

    Source: the plots of adamjermyn/toy_model_interpretability.
    """
    from tropism.subjects.superposition.measures import responses
    from tropism.subjects.superposition.measures.neurons import THRESHOLD, favorites

    some = ensemble.select(rows)
    sizes = np.abs(responses(some))
    if getattr(some.experiment.task, "aim", "") == "abs":
        sizes = np.maximum(sizes, np.abs(responses(some, amplitude=-1.0)))
    found, biases = favorites(some), some.params.get("hidden.bias")
    kinds = kinds_of(found.score > THRESHOLD, found.alive)
    return [
        _view(first + row, sizes[place], found.score[place], kinds[place], None if biases is None else biases[place])
        for place, row in enumerate(rows)
    ]


def _view(place: int, sizes: np.ndarray, score: np.ndarray, kinds: np.ndarray, bias: np.ndarray | None) -> View:
    held = np.zeros(0) if bias is None else bias
    order = np.zeros(0, int) if bias is None else by_score(score, bias)
    return View(place, picture_of(sizes), held[order], tuple(kinds[order].tolist()), *sizes.shape)


def shown(
    views: Sequence[View], axes: Sequence[Axis], points: Sequence[Point], seeds: Sequence[str]
) -> dict[str, polars.DataFrame]:
    """The tables of the pictures: those of the first, the middle and the last setting along what was swept most."""
    import polars as pl

    panels: list[dict[str, Any]] = []
    cells: list[pl.DataFrame] = []
    biases: list[dict[str, Any]] = []
    others = longest_first(axes)[1:]
    for panel, (view, heading) in enumerate(chosen(views, axes, points)):
        held = ", ".join(f"{called(axis.name)} {worded(axis.name, points[view.place][axis.name])}" for axis in others)
        told = {"panel": panel, "heading": heading, "at": held, "seed": seeds[view.place]}
        panels.append(told | {"neurons": view.neurons, "features": view.features})
        y, x = np.indices(view.picture.shape)
        columns = {"panel": np.full(y.size, panel), "y": y.ravel(), "x": x.ravel(), "value": view.picture.ravel()}
        cells.append(pl.DataFrame(columns))
        spots = enumerate(zip(view.biases.tolist(), view.kinds, strict=True))
        biases += [{"panel": panel, "place": spot, "bias": bias, "kind": kind} for spot, (bias, kind) in spots]
    found = {"drawn-panels": pl.DataFrame(panels), "drawn-activations": pl.concat(cells)} if panels else {}
    return found | ({"drawn-biases": pl.DataFrame(biases)} if biases else {})


def longest_first(axes: Sequence[Axis]) -> list[Axis]:
    """Axes by falling number of values, numbers before words, else in their order."""
    return sorted(axes, key=lambda axis: (not axis.numeric, -len(axis.values)))


def chosen(views: Sequence[View], axes: Sequence[Axis], points: Sequence[Point]) -> Iterator[tuple[View, str]]:
    """Views of three settings with a heading each; of several axes all but the longest stay in their middle."""
    main, *others = longest_first(axes)
    held = {axis.name: _in_order(axis)[len(axis.values) // 2] for axis in others}
    there = [view for view in views if all(points[view.place][name] == value for name, value in held.items())]
    by_value = {points[view.place][main.name]: view for view in there or views}
    values = [value for value in _in_order(main) if value in by_value]
    for place in dict.fromkeys((0, len(values) // 2, len(values) - 1)) if values else ():
        value = values[place]
        yield by_value[value], f"{called(main.name)} {worded(main.name, value)}"


def _in_order(axis: Axis) -> list[float | str]:
    return sorted(axis.values) if axis.numeric else list(axis.values)  # type: ignore[type-var]
