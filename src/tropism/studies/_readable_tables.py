"""What the study `readable-features` measures: which digits each unit answers to most, and how pure they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from tropism.dictionaries import PrincipalComponents
from tropism.measures import explained_variance, mutual_information, purity, values_at
from tropism.studies._readable_runs import ACTIVE, ARMS, DENSE, NETWORKS, task_of
from tropism.studies._retrain_runs import SITE
from tropism.subjects.features import HELD_OUT, Digits
from tropism.subjects.features.scores import learned
from tropism.subjects.features.tasks.activations import activations_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

TOP = 20
"""Strongest examples that count; a unit that is on for fewer is not looked at."""
COMPONENTS, RANDOM = 16, 32
"""Principal components, and random directions."""
SHUFFLES = 5
BINS = 3
"""Parts of equal size into which the examples are cut for which a unit is on."""
SHOWN, PICTURES = 4, 8
"""Units of each kind that are drawn, chosen by lot, and pictures of each."""
Row = dict[str, Any]


class Readings(NamedTuple):
    """How readable each of U units is, beside what it would be with classes in another order.

    Attributes:
        purity: The share of the most frequent class among the strongest examples.
        purity_chance: The same with classes shuffled.
        information: Between classes and how strongly a unit is on, in [0, 1].
        information_chance: The same with classes shuffled.
        best: The most frequent class among the strongest examples.
    """

    purity: Float[np.ndarray, "U"]
    purity_chance: Float[np.ndarray, "U"]
    information: Float[np.ndarray, "U"]
    information_chance: Float[np.ndarray, "U"]
    best: Int[np.ndarray, "U"]


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Methods by network, dictionaries, units, how the two stand-ins agree, and pictures."""
    import polars as pl

    inputs, classes = Digits(share=HELD_OUT).examples()
    methods: list[Row] = []
    units: list[Row] = []
    dictionaries: list[Row] = []
    drawn: list[Row] = []
    for member in range(len(ensembles[NETWORKS])):
        found, told = _units(ensembles, member, inputs)
        dictionaries += told
        for name, values in found.items():
            live = values[:, (values > 0).sum(axis=0) >= TOP]
            luck = np.random.default_rng((member, len(name)))
            read = readings(live, classes, luck)
            methods.append({"method": name, "member": member} | _summary(read, values.shape[1]))
            units += [{"method": name, "member": member, "purity": float(one), "information": float(other)}
                      for one, other in zip(read.purity, read.information, strict=True)]  # fmt: skip
            if not member:
                drawn += _pictures(name, live, read, inputs, luck)
    table = pl.DataFrame(units)
    return {
        "methods": pl.DataFrame(methods),
        "dictionaries": pl.DataFrame(dictionaries),
        "agreement": _agreement(table),
        "drawn-units": table,
        "drawn-pictures": pl.DataFrame(drawn),
    }


def readings(values: Float[np.ndarray, "N U"], classes: Int[np.ndarray, "N"], luck: np.random.Generator) -> Readings:
    """Purity and mutual information of units that are on for enough examples."""
    strongest = np.argsort(-values, axis=0, kind="stable")[:TOP]
    binned = _binned(values)
    others = [luck.permutation(classes) for _ in range(SHUFFLES)]
    top = [np.isin(np.arange(len(values)), each) for each in strongest.T]

    def pure(labels: np.ndarray) -> np.ndarray:
        return np.array([purity(each, labels) for each in top])

    def told(labels: np.ndarray) -> np.ndarray:
        return np.array([mutual_information(each, labels, over="least") for each in binned.T])

    best = np.array([np.bincount(classes[each], minlength=10).argmax() for each in strongest.T], int)
    chances = [np.mean([score(each) for each in others], axis=0) for score in (pure, told)]
    return Readings(pure(classes), chances[0], told(classes), chances[1], best)


def _binned(values: Float[np.ndarray, "N U"]) -> Int[np.ndarray, "N U"]:
    """0 where a unit is off; else from 1, which third of those examples it is among, the weakest first."""
    found = np.zeros(values.shape, int)
    for place, each in enumerate(values.T):
        on = np.flatnonzero(each > 0)
        order = np.argsort(each[on], kind="stable")
        found[on[order], place] = 1 + np.arange(len(on)) * BINS // max(len(on), 1)
    return found


def _units(
    ensembles: Mapping[str, Ensemble], member: int, inputs: Float[np.ndarray, "N I"]
) -> tuple[dict[str, Float[np.ndarray, "N U"]], list[Row]]:
    """What the units of every method say of held-out digits; those of both signs count twice, once a sign."""
    networks = ensembles[NETWORKS]
    standard = activations_of(task_of(networks), networks.members[member])
    heard = values_at(networks.select([member]), inputs, (SITE, "output"))
    x = ((heard[SITE][0] - standard.mean) / standard.scale).astype(np.float32)
    components = PrincipalComponents(num_atoms=COMPONENTS).fit(standard.shown, seed=0).atoms
    random = np.random.default_rng(member).normal(size=(RANDOM, x.shape[1]))
    answers = heard["output"][0]
    found = {
        "answers": np.maximum(answers - answers.mean(axis=1, keepdims=True), 0),
        "neurons": heard[SITE][0],
        "PCA": poles(x @ components.T),
        f"PCA, first {DENSE}": poles(x @ components[:DENSE].T),
        "random directions": poles(x @ random.T),
    }
    told: list[Row] = []
    for name in ensembles:
        if name == NETWORKS:
            continue
        dense = ARMS[name].dense
        row, l0 = _chosen(ensembles[name], networks.members[member].seed.world, x, dense)
        one = learned(ensembles[name], row, x)
        about = {"dictionary": name, "member": member, "l0": l0, "live": int(one.live[dense:].sum())}
        told.append(about | {"explained": float(explained_variance(x, one.rebuilt))})
        found[f"{name}: sparse part" if dense else name] = one.codes[:, dense:]
        if dense:
            found[f"{name}: dense part"] = poles(one.codes[:, :dense])
    return found, told


def poles(values: Float[np.ndarray, "N U"]) -> Float[np.ndarray, "N V"]:
    """Units of both signs as two each: what is above their mean, and what is below it."""
    about = values - values.mean(axis=0)
    return np.maximum(np.concatenate([about, -about], axis=1), 0)


def _chosen(ensemble: Ensemble, world: int, x: Float[np.ndarray, "N D"], dense: int) -> tuple[int, float]:
    """Of the dictionaries of one network, that with nearest to `ACTIVE` sparse latents on."""
    rows = [row for row, each in enumerate(ensemble.members) if each.seed.world == world]
    counts = [float((learned(ensemble, row, x).codes[:, dense:] > 0).sum(axis=1).mean()) for row in rows]
    best = int(np.abs(np.log(np.array(counts) / ACTIVE)).argmin())
    return rows[best], counts[best]


def _summary(read: Readings, count: int) -> Row:
    numbers = {name: float(np.mean(getattr(read, name))) for name in Readings._fields[:4]}
    pure = read.purity >= 0.8
    classes = len(np.unique(read.best[pure]))
    numbers["information_above"] = numbers["information"] - numbers["information_chance"]
    return numbers | {"pure": float(pure.mean()), "classes": float(classes), "units": len(pure), "all": count}


def _agreement(units: polars.DataFrame) -> polars.DataFrame:
    """How alike purity and information order the units of a method."""
    import polars as pl

    return (
        units.group_by("method", "member", maintain_order=True)
        .agg(pl.corr("purity", "information", method="spearman").alias("spearman"), pl.len().alias("units"))
        .with_columns(pl.col("spearman").fill_nan(None))
    )


def _pictures(
    name: str,
    values: Float[np.ndarray, "N U"],
    read: Readings,
    inputs: Float[np.ndarray, "N I"],
    luck: np.random.Generator,
) -> list[Row]:
    chosen = np.sort(luck.permutation(values.shape[1])[:SHOWN])
    rows: list[Row] = []
    for unit in chosen:
        for place, example in enumerate(np.argsort(-values[:, unit], kind="stable")[:PICTURES]):
            about = {"method": name, "unit": int(unit), "purity": float(read.purity[unit]), "place": place}
            rows += [about | {"pixel": pixel, "gray": float(gray)} for pixel, gray in enumerate(inputs[example])]
    return rows
