"""What the study `wider-layer` measures: what narrow layers' components are in wide ones, and what is new there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from tropism.measures import effective_rank, subspace_overlap
from tropism.studies._retrain_behind import Behind, behind, effects
from tropism.studies._retrain_bench import latents_of
from tropism.studies._retrain_parts import SHOWN, TOP, Layer, Parts, correlated, layers, likenesses, parts_of
from tropism.studies._retrain_runs import LUCKS, Model, asked, shown
from tropism.studies._wider_measures import agreement, nested, real_components
from tropism.studies._wider_runs import WiderScale, at

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Row = dict[str, Any]
NARROW, NEW, UNTRAINED = "narrow", "new network", "untrained"
POINT = 0.01
"""The gate: a layer that was trained again, wider, can do what the narrow one could but for a point."""
WELL = 0.9
"""A feature is represented where more than this share of its variance comes back."""


@dataclass(frozen=True)
class Kind:
    """A model's networks of one sort.

    Attributes:
        words: What tables call them.
        width: Of the layer.
        layers: One a network, in the order of the base networks.
        parts: Their principal components.
        rests: What stands behind the layer.
        quality: What they can do.
    """

    words: str
    width: int
    layers: tuple[Layer, ...]
    parts: tuple[Parts, ...]
    rests: tuple[Behind, ...]
    quality: Float[np.ndarray, "E"]


def tables(ensembles: Mapping[str, Ensemble], scale: WiderScale) -> dict[str, polars.DataFrame]:
    """Networks, containment, components in two orders, dictionaries, and features of known importance."""
    rows: dict[str, list[Row]] = {}
    for name, model in scale.chosen().items():
        base = ensembles[f"{name} base"].select(range(len(scale.seeds)))
        seeds = [str(each.seed) for each in base.members]
        right = asked(model, base)[1]
        kinds = kinds_of(name, model, ensembles, scale)
        found = {
            "networks": network_rows(kinds, right),
            "contained": contained_rows(kinds),
            "components": component_rows(kinds, right),
        }
        if name == "linear" and scale.learned:
            found["dictionaries"] = dictionary_rows(kinds, ensembles, scale)
        if right.ndim > 1:
            found["features"] = feature_rows(kinds, right)
        for table, each in found.items():
            told = ({"model": model.words, **row, "seed": seeds[row["member"]]} for row in each)
            rows.setdefault(table, []).extend(told)
    framed = {table: _framed(found) for table, found in rows.items()}
    return framed | ({"gained": gained(framed["features"])} if "features" in framed else {})


def kinds_of(name: str, model: Model, ensembles: Mapping[str, Ensemble], scale: WiderScale) -> list[Kind]:
    """Base networks, their layers at every width, new networks, and the same before training."""
    count, base = len(scale.seeds), ensembles[f"{name} base"]
    others = range(count, 2 * count)
    sorts = {NARROW: (model.width, base.select(range(count)))}
    sorts |= {again_at(width): (width, ensembles[at(name, width)]) for width in scale.widths[name]}
    sorts |= {NEW: (model.width, base.select(others)), UNTRAINED: (model.width, base.at(0).select(others))}
    (inputs, right), learned_on = asked(model, sorts[NARROW][1]), shown(model, sorts[NARROW][1])
    found = []
    for words, (width, own) in sorts.items():
        seen = tuple(layers(own, learned_on, inputs, linear=model.linear))
        rests = tuple(behind(own.params, row) for row in range(count))
        parts = tuple(parts_of(layer, "PCA", min(SHOWN, width)) for layer in seen)
        quality = np.array([rest.quality(layer.held, right) for rest, layer in zip(rests, seen, strict=True)])
        found.append(Kind(words, width, seen, parts, rests, quality))
    return found


def again_at(width: int) -> str:
    """What tables call a layer that was trained again with so many neurons."""
    return f"trained again, {width}"


def network_rows(kinds: Sequence[Kind], right: np.ndarray) -> Iterator[Row]:
    """What networks can do, how many dimensions they fill, and whether variance says what matters."""
    for kind in kinds:
        for member, layer in enumerate(kind.layers):
            gain = (kind.quality[member] - kinds[0].quality[member]) / POINT
            worth = _worth(kind, member, right)
            yield {"network": kind.words, "width": kind.width, "member": member, "quality": kind.quality[member],
                   "gain": gain, "passed": bool(gain >= -1), "real": real_components(layer.held),
                   "rank": float(effective_rank(layer.held - layer.held.mean(axis=0))),
                   "agreement": agreement(kind.parts[member].variances, worth)}  # fmt: skip


def contained_rows(kinds: Sequence[Kind]) -> Iterator[Row]:
    """How much of the narrow layer's first components other layers hold; nothing where the gate is shut."""
    narrow = kinds[0]
    for kind in kinds[1:]:
        for member, (a, b) in enumerate(zip(narrow.parts, kind.parts, strict=True)):
            one, other = a.rows["activation"], b.rows["activation"]
            mixed = other[:, np.random.default_rng(member).permutation(other.shape[1])]
            told = nested(one, other, TOP)._asdict() | {
                f"chance_{name}": number for name, number in nested(one, mixed, TOP)._asdict().items()
            }
            for system in ("pull-back", "push-forward"):
                told[system] = subspace_overlap(a.rows[system][:TOP], b.rows[system][:TOP])
            again = kind.words not in (NEW, UNTRAINED)
            shut = again and kind.quality[member] < narrow.quality[member] - POINT
            yield {"network": kind.words, "width": kind.width, "member": member} | {
                name: float("nan") if shut else number for name, number in told.items()
            }


def component_rows(kinds: Sequence[Kind], right: np.ndarray) -> Iterator[Row]:
    """Components one by one: their variance, what they are worth, and whether the narrow layer has them."""
    for kind in kinds:
        for member, parts in enumerate(kind.parts):
            worth = _worth(kind, member, right)
            there = correlated(parts.rows["activation"], kinds[0].parts[member].rows["activation"])
            for place, number in enumerate(worth):
                yield {"network": kind.words, "width": kind.width, "member": member, "place": place + 1,
                       "share": parts.variances[place], "worth": number, "own": there[place, place],
                       "best": there[place].max()}  # fmt: skip


def dictionary_rows(kinds: Sequence[Kind], ensembles: Mapping[str, Ensemble], scale: WiderScale) -> Iterator[Row]:
    """Latents of narrow and wide layers, matched by activation, and how many are live.

    No two dictionaries that are compared have the same luck.
    """
    wide = next(kind for kind in kinds if kind.words == again_at(scale.learned))
    learned = {
        words: latents_of(ensembles[f"{words} dictionaries"], kind.layers)
        for words, kind in (("narrow", kinds[0]), ("wide", wide))
    }
    pairs = {
        "same narrow layer": ("narrow", "narrow"),
        "same wide layer": ("wide", "wide"),
        "narrow and wide": ("narrow", "wide"),
    }
    same: dict[int, list[float]] = {}
    for pair, (one, other) in pairs.items():
        for member in range(len(wide.layers)):
            a, b = learned[one][member], learned[other][member]
            lucks = [(0, 1)] if one == other else list(itertools.permutations(range(LUCKS), 2))
            found = [likenesses(_heard(a[mine]), _heard(b[theirs]))["activation"] for mine, theirs in lucks]
            score, chance = (float(np.mean([each[side].matched for each in found])) for side in (0, 1))
            ceiling = float("nan") if one == other else float(np.mean(same[member]))
            same.setdefault(member, []).append(score)
            yield {"pair": pair, "member": member, "matched": score, "chance_matched": chance, "ceiling": ceiling,
                   "live": float(np.mean([len(each.rows["activation"]) for each in b]))}  # fmt: skip


def feature_rows(kinds: Sequence[Kind], right: Float[np.ndarray, "M N"]) -> Iterator[Row]:
    """How much of each feature's variance comes back."""
    spread = np.square(right - right.mean(axis=0)).sum(axis=0)
    for kind in kinds:
        for member, (layer, rest) in enumerate(zip(kind.layers, kind.rests, strict=True)):
            back = 1 - np.square(rest.output(layer.held) - right).sum(axis=0) / spread
            for feature, number in enumerate(back):
                yield {"network": kind.words, "width": kind.width, "member": member, "feature": feature + 1,
                       "back": float(number)}  # fmt: skip


def gained(features: polars.DataFrame) -> polars.DataFrame:
    """A row a network: how many features it represents, and how important those are that it gained.

    `gained_place` is the mean place of features that it represents and the narrow layer does not, `kept_place` of those
    that both do.
    """
    import polars as pl

    keys = ["model", "member", "seed", "feature"]
    narrow = features.filter(pl.col("network") == NARROW).select(*keys, before=pl.col("back") > WELL)
    both = features.join(narrow, on=keys, how="left").with_columns(after=pl.col("back") > WELL)
    by = ["model", "network", "width", "member", "seed"]
    place = pl.col("feature")
    return both.group_by(by, maintain_order=True).agg(
        represented=pl.col("after").sum(),
        gained_place=place.filter(pl.col("after") & ~pl.col("before")).mean(),
        kept_place=place.filter(pl.col("after") & pl.col("before")).mean(),
    )


def _heard(parts: Parts) -> Parts:
    return Parts({"activation": parts.rows["activation"]}, parts.variances)


def _worth(kind: Kind, member: int, right: np.ndarray) -> Float[np.ndarray, "K"]:
    """What the loss rises by, on average, without each component."""
    layer, parts = kind.layers[member], kind.parts[member]
    return effects(kind.rests[member], layer.held, parts.rows["raw"], right).mean(axis=1)


def _framed(rows: Sequence[Row]) -> polars.DataFrame:
    import polars as pl

    return pl.DataFrame(list(rows), infer_schema_length=None)
