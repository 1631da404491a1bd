"""What the study `grokking` measures: when networks generalize, whether they keep it, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.intervals import wilson
from tropism.errors import DoesNotFit
from tropism.measures import steps_to
from tropism.studies._grokking_claims import KEY, spread
from tropism.subjects.generalization._preset import Preset
from tropism.subjects.generalization.groups import Alternating, Group, Symmetric, irreps
from tropism.subjects.generalization.measures import embedding_shares, logit_similarity, tables_of
from tropism.subjects.generalization.presets import PRESETS
from tropism.subjects.generalization.tasks import Composition
from tropism.tasks import Mixture

if TYPE_CHECKING:
    import polars

LEVEL = 0.99
ALL = "all"
HOLDING = 0.9
"""What key irreps hold together of what is not constant."""


def preset_of(sweep: str) -> Preset | None:
    """The preset that a sweep trains, if any; a grid's sweeps begin with its name."""
    return PRESETS.get(sweep.split(" ")[0])


def group_of(ensemble: Ensemble) -> Group:
    """Whose products an ensemble learned.

    Raises:
        DoesNotFit: It learned something else.
    """
    task = ensemble.experiment.task
    first = task.parts[0].task if isinstance(task, Mixture) else task
    if not isinstance(first, Composition):
        raise DoesNotFit(f"This measure wants networks that learned products, not {type(first).__name__}.")
    return first.group


def networks(ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """A row a network: when it had 99 % of held-out pairs right, of those it saw, and what became of it."""
    import polars as pl

    parts: list[pl.DataFrame] = []
    for name in ensembles:
        ensemble, known = ensembles[name], preset_of(name)
        found, count = steps_to(ensemble, "accuracy", LEVEL), len(ensemble)
        columns = {
            "preset": labels(name, ensemble),
            "kind": [known.kind if known else "other"] * count,
            "member": np.arange(count) + sum(part.height for part in parts),
            "seed": found["seed"],
            "first": found["first"].cast(pl.Float64),
            "seen": steps_to(ensemble, "accuracy_seen", LEVEL)["first"].cast(pl.Float64),
            "end": found["end"],
            "worst": found["worst"],
            "fell_back": found["fell_back"],
            "slowest": np.full(count, float(max(known.told.first, default=np.nan) if known else np.nan)),
            "diverged_at": ensemble.status.diverged_at,
        }
        parts.append(derived(pl.DataFrame(columns)))
    return pl.concat(parts)


def derived(found: polars.DataFrame) -> polars.DataFrame:
    """What follows of each network: whether it came to the level and had it at the end, and how late it was."""
    import polars as pl

    first, end = pl.col("first"), pl.col("end")
    return found.with_columns(
        reached=first.is_not_null(),
        kept=(end >= LEVEL) & end.is_not_nan(),  # NaN is above all numbers there
        delay=first / pl.col("seen"),
        part_of_slowest=first / pl.col("slowest"),
    )


def labels(sweep: str, ensemble: Ensemble) -> list[str]:
    """What each member is an example of: its sweep, and its own dials if there are any."""
    own = (((name.rpartition(".")[2], value) for name, value in member.dials) for member in ensemble.members)
    told = (", ".join(f"{name} {value:g}" for name, value in dials) for dials in own)
    return [f"{sweep}, {words}" if words else sweep for words in told]


def counts(found: polars.DataFrame) -> polars.DataFrame:
    """The share of networks that reached the level, by preset and in all, as an interval without width."""
    import polars as pl

    rows = []
    for label, part in (*_by_preset(found), (ALL, found)):
        share = float(part["reached"].mean())  # type: ignore[arg-type]
        rows.append({"preset": label, "share": share, "share_low": share, "share_high": share, "n": part.height})
    return pl.DataFrame(rows)


def summary(found: polars.DataFrame) -> polars.DataFrame:
    """A row a preset: how many networks generalize, when, and what the source says of its own."""
    import polars as pl

    return pl.DataFrame([_summarized(label, part) for label, part in _by_preset(found)], infer_schema_length=None)


def failures(found: polars.DataFrame) -> polars.DataFrame:
    """The networks that never reached the level, or did not have it at the end."""
    import polars as pl

    words = (
        pl.when(pl.col("diverged_at") >= 0).then(pl.lit("diverged"))
        .when(~pl.col("reached")).then(pl.lit("never"))
        .otherwise(pl.lit("not at the end"))
    )  # fmt: skip
    lost = found.filter(~(pl.col("reached") & pl.col("kept")))
    return lost.select("preset", "seed", words.alias("what"), "first", "worst", "end")


def accuracies(ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """Accuracy on held-out pairs and on those that are trained on, a row a network and look."""
    import polars as pl

    parts = []
    for name in ensembles:
        ensemble, known = ensembles[name], preset_of(name)
        history, count = ensemble.history, len(ensemble)
        looks = len(history.validation_steps)
        parts.append(
            pl.DataFrame(
                {
                    "preset": np.repeat(labels(name, ensemble), looks),
                    "kind": [known.kind if known else "other"] * (count * looks),
                    "member": np.repeat(np.arange(count), looks),
                    "step": np.tile(history.validation_steps, count),
                    "held_out": history.validation["accuracy"].ravel().astype(float),
                    "seen": history.validation["accuracy_seen"].ravel().astype(float),
                }
            )
        )
    return pl.concat(parts)


def content(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """What final networks are made of.

    `irreps` has each irrep's share, of networks that learned a group of permutations; `key` how few irreps hold nine
    tenths of a network, whichever its group. A table without a row is left out.
    """
    import polars as pl

    each, few = [], []
    for name in ensembles:
        ensemble, group = ensembles[name], group_of(ensembles[name])
        label = pl.Series("preset", labels(name, ensemble))
        shares = _shares(ensemble, group)
        shares = shares.with_columns(label.gather(shares["member"]))
        few.append(_fewest(shares))
        if isinstance(group, (Alternating, Symmetric)):
            similarity = logit_similarity(ensemble, group).rename({"similarity": "logits"})
            similarity = similarity.filter(pl.col("irrep") != "trivial").select("member", "irrep", "logits")
            each.append(shares.join(similarity, on=["member", "irrep"], how="left", maintain_order="left"))
    order = ["preset", "member", "seed", "irrep", "dimension", "embedding", "unembedding", "logits"]
    return {"key": pl.concat(few)} | ({"irreps": pl.concat(each).select(order)} if each else {})


def beside(found: polars.DataFrame) -> polars.DataFrame:
    """Our networks' key irreps and logit similarities beside the published ones: a row an irrep, where any are."""
    import polars as pl

    rows = []
    for preset, published in PUBLISHED.items():
        for irrep, (theirs, similarity) in published.items():
            part = found.filter((pl.col("preset") == preset) & (pl.col("irrep") == irrep))
            if part.height:
                have = int((part["logits"] > KEY).sum())
                row = {"preset": preset, "irrep": irrep, "networks": f"{have} of {part.height}", "theirs": theirs}
                rows.append(row | {"logits": part["logits"].mean(), "their_logits": similarity})
    return pl.DataFrame(rows, schema_overrides={"their_logits": pl.Float64}) if rows else pl.DataFrame()


PUBLISHED: Mapping[str, Mapping[str, tuple[str, float | None]]] = MappingProxyType(
    {
        "A5": {
            "3a": ("4 of 4", 0.315),
            "3b": ("2 of 4", 0.134),
            "4": ("4 of 4", 0.587),
            "5": ("2 of 4", 0.006),
        },
        "S5": {
            "sign": ("49 of 50", None),
            "standard": ("49 of 50", None),
            "standard_sign": ("17 of 50", None),
            "5a": ("18 of 50", None),
            "5b": ("10 of 50", None),
            "6": ("0 of 50", None),
        },
    }
)
"""Networks with an irrep among their key ones, and the mean logit similarity, by preset and irrep.

Source: Chughtai et al. (2023), arXiv 2302.03025; those of A5 measured again on the stored weights, since the published
ones are of matrices that are no representation.
"""


def _by_preset(found: polars.DataFrame) -> list[tuple[str, polars.DataFrame]]:
    return [(str(key[0]), part) for key, part in found.group_by("preset", maintain_order=True)]


def _summarized(label: str, part: polars.DataFrame) -> dict[str, Any]:
    known = preset_of(label.split(",")[0])
    told = known.told if known else None
    count = wilson(int(part["reached"].sum()), part.height)
    half = part["first"].fill_null(np.inf).median()  # who never comes there is later than all
    return {
        "preset": label,
        "n": part.height,
        "reached": int(part["reached"].sum()),
        "share_low": count.low,
        "share_high": count.high,
        "steps": spread(part["first"].drop_nulls().to_list()),
        "median": half if isinstance(half, float) and np.isfinite(half) else None,
        "seen": part["seen"].median(),
        "fell": int(part["fell_back"].sum()),
        "worst": part["worst"].min(),
        "kept": int(part["kept"].sum()),
        "least_end": part["end"].min(),
        "prototypes": f"{told.reached} of {told.tried}" if told and told.tried else "",
        "their_steps": spread(list(told.first)) if told else "",
    }


def _shares(ensemble: Ensemble, group: Group) -> polars.DataFrame:
    """Each irrep's share of what tokens are to a network, and of what outputs are, a row a member and irrep."""
    import polars as pl

    names = tables_of(ensemble)
    inward = [name for name in names if name != "unembedding" and not name.endswith(".embedding")]
    found = embedding_shares(ensemble, irreps(group), matrices=[*inward, "unembedding"])
    outward = pl.col("matrix") == "unembedding"
    return found.group_by("member", "seed", "irrep", "dimension", maintain_order=True).agg(
        pl.col("share").filter(~outward).mean().alias("embedding"),
        pl.col("share").filter(outward).mean().alias("unembedding"),
    )


def _fewest(shares: polars.DataFrame) -> polars.DataFrame:
    """How few irreps, the constant aside, hold nine tenths of the embeddings, a row a member."""
    import polars as pl

    rows = []
    for _, part in shares.group_by("member", maintain_order=True):
        moving = part.filter(pl.col("irrep") != "trivial").sort("embedding", descending=True)
        held = np.cumsum(moving["embedding"].to_numpy()) / moving["embedding"].sum()
        key = int((held < HOLDING).sum()) + 1 if np.isfinite(held).all() else None
        who = part.row(0, named=True)
        named = ", ".join(moving["irrep"].to_list()[:key]) if key else ""
        rows.append(
            {"preset": who["preset"], "member": who["member"], "seed": who["seed"], "irreps": moving.height,
             "key": key, "which": named}
        )  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"key": pl.Int64})
