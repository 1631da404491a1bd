"""What the study `causal-features` measures: does ablating a direction cut the examples in two, and along what?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.measures import (
    bimodality,
    membership_area,
    mixture_gain,
    mutual_information,
    otsu,
    partition,
    purity,
    share_right,
)
from tropism.studies._causal_features_cases import FAMILIES, Case, digits_case, recall_case
from tropism.studies._causal_features_toy import toy_tables
from tropism.subjects.features.ablating import ABLATIONS, Ablation, effects

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

DESTROYED = 1.0
"""Nats that an example must lose to count as destroyed."""
TWO_MODES = 5 / 9
"""The bimodality of even numbers: above it, there is evidence of two modes."""
SHARES, QUIET = (0.02, 0.5), 0.05
"""Between which shares of destroyed examples a direction may be called a feature, and how little others may lose."""
NUMBERS = ("share", "inside", "outside", "bimodality", "separation", "gain", "area", "information", "information_lot",
           "purity", "classes", "score", "stable", "alone", "called")  # fmt: skip


def tables(ensembles: Mapping[str, Ensemble], *, search: bool = True) -> dict[str, polars.DataFrame]:
    """Directions one by one, by family, and the toy networks in which the truth is known."""
    import polars as pl

    rows, drawn, classes, climbs = [], [], [], []
    for data in ("digits", "recall"):
        for row in range(len(ensembles[data]) if data in ensembles else 0):
            case = recall_case(ensembles[data], row) if data == "recall" else digits_case(ensembles, row, search=search)
            who = {"data": data, "member": row, "seed": str(case.ensemble.members[row].seed)}
            found: dict[Ablation, dict[str, np.ndarray]] = {each: _effects(case, each) for each in ABLATIONS}
            halves = [_effects(case.along(half), "mean") for half in case.halves]
            rows += [who | each for each in _directions(case, found, halves)]
            if data == "digits":
                classes += [who | each for each in _classes(case, found["mean"])]
                climbs += [who | _climb(case, found["mean"]["searched"])] if search else []
            if data == "digits" and row == 0:
                drawn = _drawn(case, found["mean"])
    directions = pl.DataFrame(rows, infer_schema_length=None)
    return {
        "networks": _networks(ensembles),
        "families": _families(directions),
        "one": directions.filter(pl.col("ablation") == "mean").filter(pl.col("number") < 10).drop("ablation"),
        **({"searches": pl.DataFrame(climbs)} if search else {}),
        "drawn-effects": pl.DataFrame(drawn),
        "drawn-classes": pl.DataFrame(classes),
        "drawn-directions": directions,
    } | toy_tables(ensembles["toy"])


def _networks(ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    import polars as pl

    from tropism.subjects.features import HELD_OUT, Digits

    inputs, labels = Digits(share=HELD_OUT).examples()
    right = share_right(ensembles["digits"](inputs), np.broadcast_to(labels, (len(ensembles["digits"]), len(labels))))
    parts = [("digits", ensembles["digits"], right)]
    if "recall" in ensembles:
        parts.append(("recall", ensembles["recall"], ensembles["recall"].history.validation["accuracy"][:, -1]))
    return pl.concat(
        [
            pl.DataFrame({"data": data, "member": np.arange(len(each)), "seed": [str(m.seed) for m in each.members],
                          "accuracy": np.asarray(numbers, float)})
            for data, each, numbers in parts
        ]
    )  # fmt: skip


def _effects(case: Case, ablation: Ablation) -> dict[str, Float[np.ndarray, "K N"]]:
    return {
        family: effects(case.ensemble, case.row, case.inputs, case.site, directions, ablation, case.loss,
                        position=case.position)
        for family, directions in case.directions.items()
    }  # fmt: skip


def _directions(
    case: Case, found: Mapping[Ablation, Mapping[str, np.ndarray]], halves: list[dict[str, np.ndarray]]
) -> list[dict[str, Any]]:
    """A row a direction and ablation."""
    shuffled = np.random.default_rng(case.row).permutation(case.labels)
    rows = []
    for ablation, by_family in found.items():
        for family, all_effects in by_family.items():
            for number, rises in enumerate(all_effects):
                along = case.said @ case.directions[family][number]
                told = _numbers(rises, along - along.mean(), case.labels, shuffled)
                told["gain"] = mixture_gain(rises) if ablation == "mean" and number < 10 else float("nan")
                told["stable"] = _stable(halves, family, number) if ablation == "mean" else float("nan")
                rows.append({"family": family, "number": number, "ablation": ablation} | told)
    return rows


def _numbers(
    rises: Float[np.ndarray, "N"],
    along: Float[np.ndarray, "N"],
    labels: Int[np.ndarray, "N"],
    shuffled: Int[np.ndarray, "N"],
) -> dict[str, float]:
    cut = partition(rises, threshold=DESTROYED)
    inside, outside = np.nan_to_num([cut.inside, cut.outside])
    modes = bimodality(rises)
    return {
        "share": cut.share,
        "inside": cut.inside,
        "outside": cut.outside,
        "bimodality": modes,
        "separation": otsu(rises).separation,
        "area": membership_area(along, cut.destroyed),
        "information": _told_by(cut.destroyed, labels),
        "information_lot": _told_by(cut.destroyed, shuffled),
        "purity": purity(cut.destroyed, labels),
        "classes": float((destroyed_of(cut.destroyed, labels) > 0.5).sum()),
        "score": inside * (1 - max(outside, 0.0)) * modes,
        "alone": float(modes > TWO_MODES),
        "called": float(modes > TWO_MODES and SHARES[0] <= cut.share <= SHARES[1] and outside <= QUIET),
    }


def _told_by(destroyed: Bool[np.ndarray, "N"], labels: Int[np.ndarray, "N"]) -> float:
    """The information that being destroyed has of the label, over the lesser entropy; 0 where all or none are."""
    found = mutual_information(destroyed, labels, over="least")
    return found if np.isfinite(found) else 0.0


def destroyed_of(destroyed: Bool[np.ndarray, "N"], labels: Int[np.ndarray, "N"]) -> Float[np.ndarray, "C"]:
    """Which share of each class is destroyed."""
    return np.array([destroyed[labels == each].mean() for each in np.unique(labels)])


def _stable(halves: list[dict[str, np.ndarray]], family: str, number: int) -> float:
    """How much the sets that two halves' directions destroy have in common, of all that either does."""
    if not halves or family not in halves[0]:
        return float("nan")
    one, other = (half[family][number] > DESTROYED for half in halves)
    either = (one | other).sum()
    return float((one & other).sum() / either) if either else float("nan")


def _families(directions: polars.DataFrame) -> polars.DataFrame:
    """Means over a family's directions, a row a network, family and ablation, and the most bimodal of them."""
    import polars as pl

    keys = ["data", "member", "seed", "family", "ablation"]
    means = [pl.col(name).fill_nan(None).mean().fill_null(float("nan")) for name in NUMBERS]
    best = pl.col("bimodality").fill_nan(None).max().alias("best")
    return directions.group_by(keys, maintain_order=True).agg(*means, best, pl.len().alias("directions"))


def _climb(case: Case, found: np.ndarray) -> dict[str, float]:
    """What the search climbed to, and what is left of it on other examples."""
    modes = np.array([bimodality(each) for each in found])
    return {"climbed": case.climbed, "others": float(modes.mean()), "share": float((found > DESTROYED).mean())}


def _drawn(case: Case, found: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Effects of some directions on all examples of the first network, for a histogram."""
    modes = [bimodality(each) for each in found["class mean"]]
    best = int(np.argmax(modes))
    chosen = {
        "first principal component": found["principal"][0],
        f"mean of class {best}": found["class mean"][best],
        **({"best of the search": found["searched"][0]} if "searched" in found else {}),
        "first by lot": found["by lot"][0],
    }
    return [
        {"direction": words, "label": int(label), "effect": float(rise)}
        for words, rises in chosen.items()
        for label, rise in zip(case.labels, rises, strict=True)
    ]


def _classes(case: Case, found: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Which share of each class principal components and class means destroy."""
    return [
        {"family": family, "number": number, "label": label, "destroyed": float(share)}
        for family in FAMILIES[:2]
        for number, rises in enumerate(found[family])
        for label, share in enumerate(destroyed_of(rises > DESTROYED, case.labels))
    ]
