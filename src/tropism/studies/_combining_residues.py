"""What the study `combining` trains of sums modulo p and q, and then modulo pq."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.start import Fresh, From
from tropism.core.sweep import Sweep
from tropism.losses import CrossEntropy
from tropism.networks import EmbeddedSum, Extended
from tropism.optimizers import AdamW
from tropism.studies._combining_looks import LEVELS, OPTIMIZER, drawn_looks, firsts, looks, on_rows, overlap, spectra
from tropism.subjects.generalization import ResidueSums
from tropism.subjects.generalization.measures import factor_shares
from tropism.subjects.generalization.tasks.residues import AIMS, Aim
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Method = Literal["first", "scratch", "fine-tuned", "with replay", "new head", "added layer", "tokens apart"]

SEEDS = tuple(range(5))
FEW = SEEDS[:3]
FACTORS: Mapping[tuple[int, int], tuple[int, ...]] = {(7, 11): SEEDS, (5, 13): SEEDS, (11, 13): FEW}
"""Which p and q, with which seeds."""
SHARES = (0.35, 0.2)
"""The shares of all pairs that sums modulo pq are trained on."""
HELD_OUT = (0.5, 1.0)
FIRST_STEPS, STEPS, SCRATCH_STEPS = 300, 1000, 2500
BATCH = 512
METHODS: tuple[Method, ...] = ("scratch", "fine-tuned", "with replay", "new head", "added layer", "tokens apart")
LEGAL = CrossEntropy(over="legal")


@dataclass(frozen=True)
class Arm:
    """One way to learn sums modulo pq, or what came before it."""

    p: int
    q: int
    method: Method
    share: float = 0.0
    layered: bool = False
    apart: bool = False

    @property
    def name(self) -> str:
        """What the sweep is called, such as `c1-7x11-35-fine-tuned`."""
        words = [f"{self.p}x{self.q}"]
        if self.method == "first":
            words += ["first", *(["layer"] if self.layered else []), *(["apart"] if self.apart else [])]
        else:
            words += [f"{100 * self.share:.0f}", self.method.replace(" ", "-")]
        return "-".join(("c1", *words))

    @property
    def steps(self) -> int:
        """How long it trains."""
        return {"first": FIRST_STEPS, "scratch": SCRATCH_STEPS, "tokens apart": SCRATCH_STEPS}.get(self.method, STEPS)

    def first(self) -> Arm | None:
        """What it goes on from."""
        if self.method in ("first", "scratch"):
            return None
        return Arm(self.p, self.q, "first", layered=self.layered, apart=self.apart)

    def task(self, aim: Aim, share: tuple[float, float]) -> ResidueSums:
        """A share of the sums that an aim asks for."""
        return ResidueSums(p=self.p, q=self.q, aim=aim, share=share, apart=self.apart)

    def network(self) -> EmbeddedSum | Extended:
        """The network of the group studies, with three heads; or with two, and the third on a layer put on top."""
        task, heads = self.task("pq", HELD_OUT), self.p + self.q
        tokens = task.num_tokens()
        if not self.layered:
            return EmbeddedSum(tokens=tokens, outputs=task.output_width())
        return Extended(first=EmbeddedSum(tokens=tokens, outputs=heads), site="hidden", outputs=task.modulus)

    def parts(self) -> tuple[Part, ...]:
        """What a batch consists of."""
        factors: list[tuple[Aim, int]] = [("p", BATCH // 2), ("q", BATCH // 2)]
        old = tuple(Part(aim, self.task(aim, (0.0, 0.5)), count, loss=LEGAL) for aim, count in factors)
        if self.method == "first":
            return old
        new = Part("pq", self.task("pq", (0.0, self.share)), BATCH, loss=LEGAL)
        return (new, *old) if self.method == "with replay" else (new,)

    def learning(self) -> tuple[AdamW, tuple[str, ...]]:
        """How, and which parameters move: what nobody has shown yet stays as it was drawn."""
        heads, whole = self.p + self.q, self.p + self.q + self.p * self.q
        old_tokens = self.task("pq", HELD_OUT).residues().start
        if self.method == "first" and self.layered:
            return OPTIMIZER, ("first.*",)
        if self.method == "first":
            rows = [("output.weight", 0, heads), *([("*.embedding", 0, old_tokens)] if self.apart else [])]
            return on_rows(*rows), ("*",)
        if self.method == "new head":
            return on_rows(("output.weight", heads, whole)), ("output.weight",)
        return OPTIMIZER, ("added.*", "output.*") if self.layered else ("*",)

    def experiment(self, before: Ensemble | None) -> Experiment:
        """What is trained, from fresh networks or from those before."""
        parts, (optimizer, trainable) = self.parts(), self.learning()
        checks = tuple(Check(f"{aim}_held", self.task(aim, HELD_OUT)) for aim in AIMS)
        return Experiment(
            task=Mixture(parts=parts, checks=checks),
            network=self.network(),
            terms=tuple(Accuracy(where=f"{aim}_held", over="legal", name=f"accuracy_{aim}") for aim in AIMS),
            optimizer=optimizer,
            steps=self.steps,
            batch_size=sum(part.count for part in parts),
            start=Fresh() if before is None else From(before),
            trainable=trainable,
            validate_at=looks(self.steps),
        )

    def sweep(self) -> Sweep:
        """Its networks, a seed each."""
        first, seeds = self.first(), FACTORS[self.p, self.q]
        if first is None:
            return Sweep(self.name, self.experiment(None), seeds)
        return Sweep(self.name, lambda before: self.experiment(before[first.name]), seeds, after=(first.name,))


def _arms() -> tuple[Arm, ...]:
    usual = (7, 11)
    found = [Arm(*factors, "first") for factors in FACTORS]
    found += [Arm(*usual, "first", layered=True), Arm(*usual, "first", apart=True)]
    for share in SHARES:
        found += [
            Arm(*usual, method, share, layered=method == "added layer")
            for method in METHODS
            if method != "tokens apart"
        ]
    found.append(Arm(*usual, "tokens apart", SHARES[0], apart=True))
    for factors in list(FACTORS)[1:]:
        found += [Arm(*factors, method, SHARES[0]) for method in METHODS[:2]]
    return tuple(found)


ARMS: Mapping[str, Arm] = {arm.name: arm for arm in _arms()}
"""By the names of their sweeps."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A row a network that learned sums modulo pq; arms; what came before; and every look on the way."""
    import polars as pl

    later = [arm for name, arm in ARMS.items() if arm.method != "first" and name in ensembles]
    networks = pl.concat([_networks(arm, ensembles) for arm in later], how="vertical_relaxed")
    first = [arm for name, arm in ARMS.items() if arm.method == "first" and name in ensembles]
    return {
        "c1-arms": _summary(networks),
        "c1-networks": networks,
        "c1-first": pl.concat([_before(arm, ensembles[arm.name]) for arm in first], how="vertical_relaxed"),
        "drawn-c1-looks": pl.concat(
            [drawn_looks(ensembles[arm.name], "accuracy_pq").with_columns(**_named(arm)) for arm in later]
        ),
    }


def _networks(arm: Arm, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    import polars as pl

    ensemble, first = ensembles[arm.name], arm.first()
    found = firsts(ensemble, "accuracy_pq").with_columns(**_named(arm))
    for aim in ("p", "q"):
        found = found.with_columns(pl.Series(f"kept_{aim}", ensemble.history.validation[f"accuracy_{aim}"][:, -1]))
    found = found.with_columns(_shares(arm, ensemble))
    if first is None:
        return found.with_columns(alike=pl.lit(None, pl.Float64))
    tokens = [np.array(arm.task(aim, HELD_OUT).residues()) for aim in ("p", "pq")]
    before, after = (spectra(_below(ensembles[name]), rows)
                     for name, rows in zip((first.name, arm.name), tokens, strict=True))  # fmt: skip
    return found.with_columns(pl.Series("alike", overlap(before, after)))


def _shares(arm: Arm, ensemble: Ensemble) -> list[polars.Series]:
    """How much of what the hidden layer sees of the residues is of period p, of period q, and neither."""
    import polars as pl

    rows = np.array(arm.task("pq", HELD_OUT).residues())
    found = factor_shares(_below(ensemble), arm.p, arm.q, matrices=("left", "right"), rows=rows)
    means = found.group_by("member", maintain_order=True).agg(pl.col("constant", "period_p", "period_q", "full").mean())
    return [means[name] for name in ("period_p", "period_q", "full")]


def _below(ensemble: Ensemble) -> dict[str, np.ndarray]:
    """The tables of what adds two tokens' embeddings up, as the hidden layer sees them; NaN for who diverged."""
    start = "first." if isinstance(ensemble.network, Extended) else ""
    found = {}
    for side in ("left", "right"):
        embedding, weight = (ensemble.params[f"{start}{side}.{name}"] for name in ("embedding", "weight"))
        folded = np.einsum("enk,ehk->enh", embedding, weight)
        found[side] = np.where((ensemble.status.diverged_at >= 0)[:, None, None], np.nan, folded)
    return found


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    steps = [pl.col(f"to_{level}").median() for level in LEVELS]
    means = pl.col("final", "kept_p", "kept_q", "period_p", "period_q", "full", "alike").mean()
    there = [pl.col(f"to_{level}").is_not_null().sum().alias(f"there_{level}") for level in LEVELS]
    keys = ("p", "q", "share", "method")
    return networks.group_by(keys, maintain_order=True).agg(pl.len().alias("networks"), *there, *steps, means)


def _before(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    columns = []
    for aim in ("p", "q"):
        found = firsts(ensemble, f"accuracy_{aim}")
        columns += [found["to_99"].alias(f"{aim}_to_99"), found["final"].alias(f"{aim}_final")]
    kind = "a layer to be put on top" if arm.layered else "tokens apart" if arm.apart else "usual"
    members = firsts(ensemble, "accuracy_p").select("member", "seed")
    return members.with_columns(p=pl.lit(arm.p), q=pl.lit(arm.q), kind=pl.lit(kind)).with_columns(columns)


def _named(arm: Arm) -> dict[str, polars.Expr]:
    import polars as pl

    return {"p": pl.lit(arm.p), "q": pl.lit(arm.q), "share": pl.lit(arm.share), "method": pl.lit(arm.method)}
