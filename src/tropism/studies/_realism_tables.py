"""What the study `realism` measures: spectra, tails and means, and who is told from whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.member import Seed
from tropism.studies._how_well import how_well
from tropism.studies._realism_measures import (
    VIEWS,
    View,
    axes_of,
    described,
    gaussian_twin,
    seen,
    statistics_of,
    told_apart,
)
from tropism.studies._realism_runs import BASE, DATA, ROWS, Scale, data, network_rows, site_of, sliders
from tropism.subjects.features.truth import sample

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

HALF = ROWS // 2
Row = dict[str, Any]


class Source(NamedTuple):
    """Some examples, and how a classifier sees the second half of them in each view."""

    x: Float[np.ndarray, "N D"]
    views: Mapping[View, Float[np.ndarray, "M F"]]


def tables(ensembles: Mapping[str, Ensemble], scale: Scale) -> dict[str, polars.DataFrame]:
    """How networks have learned; statistics, classifiers' areas, those by slider, and which data set is nearest."""
    import polars as pl

    count = min(len(each) for each in ensembles.values())
    networks = _each(list(ensembles), count, lambda name, row: network_rows(name, ensembles[name], row))
    known = _each(list(scale.data), count + 1, lambda name, row: _drawn(data(name), row))
    twins = {name: [source(gaussian_twin(each.x, row)) for row, each in enumerate(found)]
             for name, found in networks.items()}  # fmt: skip
    moved = {place: [source(_drawn(task, row)) for row in range(count)] for place, task in sliders(scale).items()}
    areas = pl.DataFrame(_areas(networks, known, twins, count))
    return {
        "networks": pl.DataFrame(_learned(ensembles)),
        "statistics": pl.DataFrame(_statistics(networks, known, twins, count)),
        "classifier": areas,
        "nearest": _nearest(areas),
        "sliders": (found := pl.DataFrame(_moved(networks, known, moved, count))),
        "best-slider": _best(found),
        "worlds": pl.DataFrame(_worlds(known, count)),
        "drawn-spectra": pl.DataFrame(_spectra(networks, known, count)),
    }


def source(x: Float[np.ndarray, "N D"]) -> Source:
    """Examples whose first half gives the axes in which the second is seen."""
    half = len(x) // 2
    axes = axes_of(x[:half])
    return Source(x, {view: described(seen(x[half:], axes, view)) for view in VIEWS})


def _learned(ensembles: Mapping[str, Ensemble]) -> list[Row]:
    return [
        {"network": name, "member": row, "right": float(each)}
        for name, ensemble in ensembles.items()
        for row, each in enumerate(how_well(ensemble, site_of(name), ROWS))
    ]


def _each(names: list[str], count: int, rows: Callable[[str, int], np.ndarray]) -> dict[str, list[Source]]:
    return {name: [source(rows(name, row)) for row in range(count)] for name in names}


def _drawn(task: Any, row: int) -> Float[np.ndarray, "N D"]:
    return sample(task, Seed.of(row), ROWS).x.astype(float)


def _statistics(
    networks: Mapping[str, list[Source]],
    known: Mapping[str, list[Source]],
    twins: Mapping[str, list[Source]],
    count: int,
) -> list[Row]:
    rows: list[Row] = []
    for kind, group in (("network", networks), ("data", known)):
        for name, found in group.items():
            for member in range(count):
                told: Row = {"source": name, "kind": kind, "member": member} | statistics_of(found[member].x, member)
                twin = twins[name][member].x if name in twins else gaussian_twin(found[member].x, member)
                level = statistics_of(twin, member)
                rows.append(told | {f"{key}_gaussian": level[key] for key in ("kurtosis_scores", "norms")})
    return rows


def _areas(
    networks: Mapping[str, list[Source]],
    known: Mapping[str, list[Source]],
    twins: Mapping[str, list[Source]],
    count: int,
) -> list[Row]:
    rows = []
    for name, mine in networks.items():
        for member in range(count):
            others = {each: found[member] for each, found in known.items()}
            others |= {"Gaussian twin": twins[name][member], "another network": mine[(member + 1) % count]}
            rows += [_row(name, each, mine[member], other, member) for each, other in others.items()]
            rows.append(_halved(name, mine[member], member))
    return [view for found in rows for view in found]


def _row(network: str, other: str, one: Source, two: Source, member: int) -> list[Row]:
    about = {"network": network, "other": other, "member": member}
    return [about | {"view": view, "area": told_apart(one.views[view], two.views[view], member)} for view in VIEWS]


def _halved(network: str, one: Source, member: int) -> list[Row]:
    """One sample in two, in the same axes: chance."""
    halves = {view: (each[::2], each[1::2]) for view, each in one.views.items()}
    about = {"network": network, "other": "split in two", "member": member}
    return [about | {"view": view, "area": told_apart(*halves[view], member)} for view in VIEWS]


def _nearest(areas: polars.DataFrame) -> polars.DataFrame:
    """Of each network and view, the data set that is hardest to tell from it, beside another network."""
    import polars as pl

    rows = []
    for (network, member, view), part in areas.group_by("network", "member", "view", maintain_order=True):
        best = part.filter(pl.col("other").is_in(DATA)).sort("area").row(0, named=True)
        other = {each["other"]: each["area"] for each in part.iter_rows(named=True)}
        told = {"network": network, "member": member, "view": view, "nearest": best["other"], "area": best["area"]}
        rows.append(told | {"another": other["another network"], "gaussian": other["Gaussian twin"]})
    return pl.DataFrame(rows)


def _moved(
    networks: Mapping[str, list[Source]],
    known: Mapping[str, list[Source]],
    moved: Mapping[tuple[str, int], list[Source]],
    count: int,
) -> list[Row]:
    rows: list[Row] = []
    for name, mine in networks.items():
        for member in range(count):
            start = {each["view"]: each["area"] for each in _row(name, BASE, mine[member], known[BASE][member], member)}
            for (slider, level), found in moved.items():
                for each in _row(name, slider, mine[member], found[member], member):
                    told = {"network": name, "slider": slider, "level": level, "member": member, "view": each["view"]}
                    first = start[each["view"]]
                    rows.append(told | {"area": each["area"], "base": first, "gain": first - each["area"]})
    return rows


def _best(moved: polars.DataFrame) -> polars.DataFrame:
    """Of each kind and view, the slider and level that is hardest to tell, by the mean over networks."""
    import polars as pl

    places = ["network", "view", "slider", "level"]
    means = moved.group_by(places, maintain_order=True).agg(pl.col("area", "base", "gain").mean())
    order = {name: place for place, name in enumerate(VIEWS)}
    found = means.sort("area", maintain_order=True).group_by("network", "view", maintain_order=True).first()
    return found.sort("network", pl.col("view").replace_strict(order))


def _worlds(known: Mapping[str, list[Source]], count: int) -> list[Row]:
    """One data set in two worlds: whether a classifier sees directions, which it should not."""
    return [
        each | {"data": each.pop("network")}
        for name, found in known.items()
        for member in range(count)
        for each in _row(name, "another world", found[member], found[member + 1], member)
    ]


def _spectra(networks: Mapping[str, list[Source]], known: Mapping[str, list[Source]], count: int) -> list[Row]:
    rows: list[Row] = []
    for kind, group in (("network", networks), ("data", known)):
        for name, found in group.items():
            shares = np.stack([axes_of(each.x).spread ** 2 for each in found[:count]])
            whole = (shares.cumsum(axis=1) / shares.sum(axis=1, keepdims=True)).mean(axis=0)
            rows += [{"source": name, "kind": kind, "component": place + 1, "held": float(each)}
                     for place, each in enumerate(whole)]  # fmt: skip
    return rows
