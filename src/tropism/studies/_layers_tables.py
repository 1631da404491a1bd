"""What the study `more-layers` measures: whether paired components are the same by what they say and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.measures import linear_cka, permuted, procrustes, pwcca, svcca
from tropism.studies._layers_runs import AGAIN, HALF, OTHER_HALF, SAME_ORDER, SHUFFLED, UNTRAINED, LayersScale, named
from tropism.studies._retrain_behind import Behind, behind, effects
from tropism.studies._retrain_parts import TOP, Layer, Parts, correlated, layers, matched_across, partners, parts_of
from tropism.studies._retrain_runs import Model, asked, shown

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Row = dict[str, Any]
BASE = "base"
PAIRS = {what: (BASE, what) for what in (*AGAIN, SAME_ORDER)} | {
    OTHER_HALF: HALF,
    SHUFFLED: (BASE, SHUFFLED),
    UNTRAINED: (BASE, UNTRAINED),
}
"""Which networks are compared, by what tables call it."""
POINT = 0.01
"""The gate: networks that were trained again can do what they could, but for a point."""


class Network(NamedTuple):
    """One network: its layer, its principal components, what stands behind, and what it can do.

    Attributes:
        worth: How much each example's loss rises without each component.
    """

    layer: Layer
    parts: Parts
    rest: Behind
    quality: float
    worth: Float[np.ndarray, "K M"]


class Pair(NamedTuple):
    """Two networks that are compared.

    Attributes:
        name: What they are.
        member: Which base network the first is, or stands for.
        one: The first.
        other: The second.
        open: Whether the gate is.
    """

    name: str
    member: int
    one: Network
    other: Network
    open: bool


def tables(ensembles: Mapping[str, Ensemble], scale: LayersScale) -> dict[str, polars.DataFrame]:
    """Networks, components one by one and in the mean, and layers as a whole."""
    import polars as pl

    rows: dict[str, list[Row]] = {}
    for name, model in scale.chosen().items():
        base = ensembles[named(name, BASE)]
        seeds, right = [str(each.seed) for each in base.members], asked(model, base)[1]
        kinds = networks_of(name, model, ensembles)
        pairs = list(pairs_of(kinds))
        found = {
            "networks": [{"network": what, "member": member, "quality": each.quality}
                         for what, own in kinds.items() for member, each in enumerate(own)],
            "components": [row for pair in pairs for row in component_rows(pair)],
            "layers": [layer_row(pair, right) for pair in pairs],
        }  # fmt: skip
        for table, each in found.items():
            told = ({"model": model.words, **row, "seed": seeds[row["member"]]} for row in each)
            rows.setdefault(table, []).extend(told)
    framed = {table: pl.DataFrame(found, infer_schema_length=None) for table, found in rows.items()}
    return framed | {"pairs": _means(framed["components"])}


def networks_of(name: str, model: Model, ensembles: Mapping[str, Ensemble]) -> dict[str, list[Network]]:
    """A model's networks by what they are; an untrained one is of another seed than the base network beside it."""
    base = ensembles[named(name, BASE)]
    names = (BASE, *AGAIN, SAME_ORDER, *HALF, SHUFFLED)
    sorts = {what: ensembles[named(name, what)] for what in names if named(name, what) in ensembles}
    sorts[UNTRAINED] = base.at(0).select(np.roll(np.arange(len(base)), 1))
    (inputs, right), learned_on = asked(model, base), shown(model, base)
    found: dict[str, list[Network]] = {}
    for what, own in sorts.items():
        seen = layers(own, learned_on, inputs, linear=model.linear)
        found[what] = [_network(layer, behind(own.params, row), right) for row, layer in enumerate(seen)]
    return found


def pairs_of(kinds: Mapping[str, Sequence[Network]]) -> Iterator[Pair]:
    """Every pair of networks that there are."""
    for name, (one, other) in PAIRS.items():
        if not {one, other} <= kinds.keys():
            continue
        for member, (a, b) in enumerate(zip(kinds[one], kinds[other], strict=True)):
            yield Pair(name, member, a, b, name not in AGAIN or abs(b.quality - a.quality) <= POINT)


def component_rows(pair: Pair) -> Iterator[Row]:
    """The first's components, each with its partner: paired on one half of the examples, compared on the other."""
    one, other = pair.one, pair.other
    a, b = one.parts.rows["activation"], other.parts.rows["activation"]
    paired, scored = partners(a, b), matched_across(a, b)
    by_chance = matched_across(a, b[:, np.random.default_rng(pair.member).permutation(b.shape[1])])
    own = np.diag(correlated(a[:, 1::2], b[:, 1::2]))
    mine, theirs = (each.worth[:, 1::2] for each in (one, other))
    shuffled = np.random.default_rng(pair.member).permutation(mine.shape[1])
    for place, partner in zip(paired.learned, paired.true, strict=True):
        said = {"own": own[place], "matched": scored[place], "chance_matched": by_chance[place]}
        done = {"worth": mine[place].mean(), "worth_there": theirs[partner].mean(),
                "causal": _signed(mine[place], theirs[partner]),
                "chance_causal": _signed(mine[place], theirs[partner][shuffled])}  # fmt: skip
        yield {"pair": pair.name, "member": pair.member, "place": int(place) + 1, **_if(pair.open, said | done)}


def layer_row(pair: Pair, right: np.ndarray) -> Row:
    """Two layers as a whole, and what is lost where the second stands in for the first by way of a linear map."""
    one, a, b = pair.one, pair.one.layer, pair.other.layer
    mixed = np.random.default_rng(pair.member).permutation(len(b.shown))

    def lost(kind: str, given: Float[np.ndarray, "N D"]) -> float:
        return (one.quality - one.rest.quality(_mapped(kind, given, a.shown, b.held), right)) / POINT

    told = {"cka": linear_cka(a.held, b.held), "chance_cka": permuted(linear_cka, a.held, b.held, draws=2).mean,
            "svcca": float(svcca(a.held, b.held).mean()), "pwcca": pwcca(a.held, b.held, variance=0.99),
            "stitched": lost("free", b.shown), "turned": lost("turn", b.shown),
            "chance_stitched": lost("free", b.shown[mixed])}  # fmt: skip
    return {"pair": pair.name, "member": pair.member, **_if(pair.open, told)}


def _network(layer: Layer, rest: Behind, right: np.ndarray) -> Network:
    parts = parts_of(layer, "PCA")
    worth = effects(rest, layer.held, parts.rows["raw"], right)
    return Network(layer, parts, rest, rest.quality(layer.held, right), worth)


def _if(comparable: bool, scores: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(number) if comparable else float("nan") for name, number in scores.items()}


def _mapped(
    kind: str, given: Float[np.ndarray, "N E"], wanted: Float[np.ndarray, "N D"], asked_of: Float[np.ndarray, "M E"]
) -> Float[np.ndarray, "M D"]:
    """Values made to stand in for others: by least squares, or by a turn and one scale, about their means."""
    middle, aim = given.mean(axis=0), wanted.mean(axis=0)
    x, y = np.asarray(given - middle, float), np.asarray(wanted - aim, float)
    if kind == "free":
        return (asked_of - middle) @ np.linalg.lstsq(x, y, rcond=1e-6)[0] + aim
    turn = procrustes(y, x).turn
    return (asked_of - middle) @ turn * (np.sum(y * (x @ turn)) / np.sum(x * x)) + aim


def _signed(one: Float[np.ndarray, "M"], other: Float[np.ndarray, "M"]) -> float:
    """Their correlation; 0 where one does not change."""
    a, b = one - one.mean(), other - other.mean()
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths > 0 else 0.0


def _means(components: polars.DataFrame) -> polars.DataFrame:
    """A row a pair of networks: means over the first components, and over the others that were looked at."""
    import polars as pl

    early, late = pl.col("place") <= TOP, pl.col("place") > TOP
    names = ("matched", "chance_matched", "causal", "chance_causal")
    return components.group_by(["model", "pair", "member", "seed"], maintain_order=True).agg(
        **{name: pl.col(name).filter(early).mean() for name in names},
        **{f"{name}_later": pl.col(name).filter(late).mean() for name in names},
        third=pl.col("matched").filter(pl.col("place") <= 3).mean(),
    )
