"""What the studies of plain runs share, rows of Table 1, `sparse-features` and `readme-sweep`: their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.networks import TwoLayer
from tropism.optimizers import BiasDecay, Cosine, Lamb
from tropism.studies._run_axes import Axis, Point, run_of, swept
from tropism.studies._run_claims import alike
from tropism.studies._run_views import View, shown, views_of
from tropism.studies._training_losses import late_loss, loss_curve
from tropism.subjects.superposition.tasks import SparseFeatures
from tropism.terms import L1

if TYPE_CHECKING:
    import polars

EXAMPLES = 16384
"""That the held-out loss is of."""

WINDOW = 16
"""A training loss is the mean over a sixteenth of the run, as where the command line says how settings ended."""

AT_ONCE = 24
"""Networks whose neurons are asked together."""


def sparse_features(
    *, features: int = 512, width: int = 64, hidden: int = 1024, batch: int = 2**7, steps: int = 2**12
) -> Experiment:
    """One run of the refactor's command line, by default with its defaults; price, decay and offset are there, at 0.

    Source: the defaults of `main.py` in jbloomAus/toy_model_interpretability.
    """
    return Experiment(
        task=SparseFeatures(features=features, width=width),
        network=TwoLayer(inputs=width, hidden=hidden, outputs=features),
        terms=(L1(site="hidden", weight=0.0),),
        optimizer=Lamb(lr=0.03, pace=Cosine(), aftermath=(BiasDecay(rate=0.0, patterns=("hidden.bias",)),)),
        steps=steps,
        batch_size=batch,
        snapshots=tuple(2**number for number in range((steps - 1).bit_length())),
    )


def measure(
    ensembles: Mapping[str, Ensemble], *, examples: int = EXAMPLES, written: Experiment | None = None
) -> dict[str, polars.DataFrame]:
    """Every setting and network as it ends, its way there, and pictures of some; `run` names what was swept.

    Args:
        ensembles: By sweep; looked at one at a time.
        examples: That the held-out loss is of.
        written: If given, networks are marked that were trained so, snapshots and the numbers of their dials aside.
    """
    looked = _Looked(examples=examples, written=written)
    for name in ensembles:
        looked.add(name, ensembles[name])
    return looked.tables()


COLUMNS = {
    "member": "place of the network",
    "seed": "the member's luck",
    "run": "what was swept, and its number",
    "as_written": "whether it was trained as the source has it, whatever its swept numbers",
    "first_loss": "training loss of the first record, without L1",
    "train_loss": "mean training loss over the last sixteenth of the run, without L1",
    "held_out": "loss on fresh examples, after the last step",
    "held_out_low": "lower end of its 95 % interval, over examples: how well these networks' loss is known, nothing of "
    "other seeds",
    "held_out_high": "upper end of it",
    "held_out_std": "standard deviation of the held-out loss over networks",
    "share": "monosemantic neurons per feature: the published ratio, duplicates included",
    "covered": "share of features that have a monosemantic neuron",
    "duplicates": "monosemantic neurons beyond the first of a feature, per feature",
    "mono": "share of the neurons that are monosemantic",
    "dead": "share of the neurons that answer to no feature",
    "polysemantic": "share of the neurons that are neither dead nor monosemantic",
    "bias": "mean hidden bias",
    "n": "networks that did not diverge, over which the means are",
    "failed": "networks that diverged, left out of the means",
}


@dataclass
class _Looked:
    """What was seen of the ensembles so far; a network's place among all tells whose a row is."""

    examples: int
    written: Experiment | None
    experiments: dict[str, Experiment] = field(default_factory=dict)
    networks: list[tuple[str, Member]] = field(default_factory=list)
    as_written: list[bool] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    parts: dict[str, list[polars.DataFrame]] = field(default_factory=lambda: {"ends": [], "training": [], "loss": []})

    def add(self, name: str, ensemble: Ensemble) -> None:
        """Look at one sweep's networks."""
        import polars as pl

        first = len(self.networks)
        track = _track(ensemble)
        found = {"ends": _ends(ensemble, track, self.examples), "training": track, "loss": _losses(ensemble)}
        for what, table in found.items():
            self.parts[what].append(table.with_columns((pl.col("place") + first).cast(pl.Int64)))
        self.views += _views(ensemble, first)
        self.networks += [(name, member) for member in ensemble.members]
        same = self.written is not None and alike(ensemble.experiment, self.written)
        self.as_written += [same] * len(ensemble)
        self.experiments[name] = ensemble.experiment

    def tables(self) -> dict[str, polars.DataFrame]:
        """Every table, with columns for what was swept."""
        import polars as pl

        axes, points = swept(self.experiments, self.networks)
        who = self._who(points)
        parts = {
            what: who.join(pl.concat(tables, how="diagonal_relaxed"), on="place", maintain_order="right")
            for what, tables in self.parts.items()
        }
        networks = parts["ends"].rename({"place": "member", "member": "luck"})
        own = ["member", "seed", "run", *points[0], *(["as_written"] if self.written else [])]
        own += [each for each in COLUMNS if each in networks.columns and each not in (*own, "as_written")]
        drawn = parts["ends"].drop("place")
        return {
            "summary": _summary(networks),
            "networks": networks.select(own),
            "drawn-seeds": _by_seed(drawn),
            "drawn-networks": drawn.rename({"train_loss": "loss"}),
            "drawn-training": parts["training"].drop("place"),
            "drawn-loss": parts["loss"].drop("place"),
            "drawn-axes": _told(axes),
            **shown(self.views, axes, points, [str(member.seed) for _, member in self.networks]),
        }

    def _who(self, points: list[Point]) -> polars.DataFrame:
        """A row a network: its place, its number in its setting, its seed, its setting."""
        import polars as pl

        rows: list[dict[str, Any]] = [
            {"place": place, "seed": str(member.seed), "run": run_of(point), **point, "as_written": same}
            for place, ((_, member), point, same) in enumerate(zip(self.networks, points, self.as_written, strict=True))
        ]
        return pl.DataFrame(rows, infer_schema_length=None).with_columns(
            pl.int_range(pl.len()).over("run").alias("member")
        )


def _track(ensemble: Ensemble) -> polars.DataFrame:
    """Neurons at every snapshot and at the end, as shares: a row a network and step."""
    import polars as pl

    from tropism.subjects.superposition.measures import monosemanticity
    from tropism.subjects.superposition.measures.probes import num_features
    from tropism.subjects.superposition.measures.rows import looks

    parts = []
    for _, then in looks(ensemble, sorted(ensemble.snapshots)):  # a snapshot is read once
        for start in range(0, len(ensemble), AT_ONCE):
            rows = np.arange(start, min(start + AT_ONCE, len(ensemble)))
            table = monosemanticity(then.select(rows))
            parts.append(table.with_columns((pl.col("member") + start).alias("place")))
    features, width = num_features(ensemble), ensemble.network.sites()["hidden"].width
    return pl.concat(parts, how="diagonal_relaxed").select(
        "place",
        "step",
        pl.col("mono_share").alias("share"),
        "covered",
        pl.col("duplicates") / features,
        pl.col("mono_neurons").alias("mono"),
        pl.col("dead") / width,
        pl.col("polysemantic") / width,
        pl.col("mean_bias").alias("bias"),
    )


def _ends(ensemble: Ensemble, track: polars.DataFrame, examples: int) -> polars.DataFrame:
    """What each network is when training ends."""
    import polars as pl

    from tropism.subjects.superposition.measures.losses import held_out_loss

    held_out = held_out_loss(ensemble, examples=examples)
    length = ensemble.experiment.length
    return track.filter(pl.col("step") == length).with_columns(
        pl.Series("first_loss", ensemble.history.records["error"][:, 0]),
        pl.Series("train_loss", late_loss(ensemble, last=max(1, length // WINDOW))),
        held_out["loss"].alias("held_out"),
        held_out["low"].alias("held_out_low"),
        held_out["high"].alias("held_out_high"),
    )


def _losses(ensemble: Ensemble) -> polars.DataFrame:
    """Training loss in means over stretches that are even on a logarithmic axis: a row a network and stretch."""
    import polars as pl

    steps, losses = loss_curve(ensemble)
    count = range(len(ensemble))
    return pl.concat(
        pl.DataFrame({"place": count, "step": [step] * len(ensemble), "loss": losses[:, place]})
        for place, step in enumerate(steps.tolist())
    )


def _views(ensemble: Ensemble, first: int) -> list[View]:
    """A look at one network of each setting, the first that did not diverge."""
    rows: dict[object, int] = {}
    for row, member in enumerate(ensemble.members):
        if ensemble.status.diverged_at[row] < 0:
            rows.setdefault(member.dials, row)
    own = list(rows.values())
    parts = (own[start : start + AT_ONCE] for start in range(0, len(own), AT_ONCE))
    return [view for part in parts for view in views_of(ensemble, part, first)]


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a setting; the interval of the held-out loss is that of the mean over these networks, over examples."""
    import polars as pl

    finite = pl.col("held_out").is_finite()
    count = finite.sum().alias("n")
    means = ("share", "covered", "duplicates", "dead", "bias", "train_loss", "held_out")
    reach = ((pl.col("held_out_high") - pl.col("held_out")) ** 2).filter(finite).sum().sqrt() / finite.sum()
    return (
        networks.group_by("run", maintain_order=True)
        .agg(
            count,
            (~finite).sum().alias("failed"),
            *(pl.col(name).filter(finite).mean() for name in means),
            reach.alias("reach"),
            pl.col("held_out").filter(finite).std().alias("held_out_std"),
        )
        .with_columns(
            (pl.col("held_out") - pl.col("reach")).alias("held_out_low"),
            (pl.col("held_out") + pl.col("reach")).alias("held_out_high"),
        )
        .select("run", "n", "failed", *means, "held_out_low", "held_out_high", "held_out_std")
    )


def _by_seed(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a seed, which is what claims stand on: the setting that learned least, and the largest gap of all."""
    import polars as pl

    gap = (pl.col("share") - pl.col("covered")).abs()
    diverged = ~pl.col("held_out").is_finite()
    return networks.group_by("member", maintain_order=True).agg(
        pl.col("seed").first(),
        pl.len().alias("settings"),
        pl.when(diverged).then(1.0).otherwise(pl.col("train_loss") / pl.col("first_loss")).max().alias("least_learned"),
        gap.filter(~diverged).max().fill_null(float("nan")).alias("largest_gap"),
    )


def _told(axes: list[Axis]) -> polars.DataFrame:
    import polars as pl

    rows = [{"name": axis.name, "numeric": axis.numeric, "values": len(axis.values)} for axis in axes]
    return pl.DataFrame(rows)
