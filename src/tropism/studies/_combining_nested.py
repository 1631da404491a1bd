"""What the study `combining` trains of h(F, G), and whether networks compute it by way of F and G."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.experiment import Experiment
from tropism.core.network import Network
from tropism.core.start import Fresh, From
from tropism.core.sweep import Sweep
from tropism.losses import CrossEntropy
from tropism.networks import Dense, Extended, OneLayerTransformer
from tropism.studies._combining_interchange import interchanged, read_off
from tropism.studies._combining_looks import OPTIMIZER, drawn_looks, firsts, looks
from tropism.subjects.generalization import NestedSums
from tropism.subjects.generalization.tasks.nested import Nested
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Method = Literal["first", "scratch", "fine-tuned", "with replay", "layers on top"]
Kind = Literal["dense", "transformer"]

SEEDS = tuple(range(3))
P, Q, R = 7, 11, 5
KINDS: tuple[Kind, ...] = ("dense", "transformer")
METHODS: tuple[Method, ...] = ("scratch", "fine-tuned", "with replay", "layers on top")
AIMS: tuple[Nested, ...] = ("sum", "less")
FIRST_SHARE, SHARE = 0.5, 0.1
HELD_OUT = (0.5, 1.0)
FIRST_STEPS, STEPS = 1000, 1000
BATCH = 512
LEGAL = CrossEntropy(over="legal")
READ: Mapping[Kind, str] = {"dense": "hidden.1", "transformer": "residual"}
"""Where the layers on top read, and where F and G are looked for."""


@dataclass(frozen=True)
class Arm:
    """One way to learn an h of F and G in one kind of network, or what came before it."""

    kind: Kind
    method: Method
    aim: Nested = "F"

    @property
    def name(self) -> str:
        """What the sweep is called, such as `c6-dense-sum-fine-tuned`."""
        what = ["first"] if self.method == "first" else [self.aim, self.method.replace(" ", "-")]
        return "-".join(["c6", self.kind, *what])

    def task(self, aim: Nested, share: tuple[float, float] = (0.0, 1.0)) -> NestedSums:
        """A share of the examples under an aim, in the code that the network reads."""
        return NestedSums(p=P, q=Q, r=R, aim=aim, share=share, one_hot=self.kind == "dense")

    def network(self) -> Extended:
        """A network with heads for F and G, and a layer on top with heads for the h's."""
        return Extended(first=_below(self.kind), site=READ[self.kind], outputs=R + 2)

    def experiment(self, before: Ensemble | None) -> Experiment:
        """What is trained, from fresh networks or from those before."""
        inner: tuple[Nested, ...] = ("F", "G")
        old = tuple(Part(aim, self.task(aim, (0.0, FIRST_SHARE)), BATCH // 2, loss=LEGAL) for aim in inner)
        new = Part(self.aim, self.task(self.aim, (0.0, SHARE)), BATCH, loss=LEGAL)
        parts = {"first": old, "with replay": (new, *old)}.get(self.method, (new,))
        held = ("F", "G") if self.method == "first" else ("F", "G", self.aim)
        trainable = {"first": ("first.*",), "layers on top": ("added.*", "output.*")}.get(self.method, ("*",))
        steps = FIRST_STEPS if self.method == "first" else STEPS
        return Experiment(
            task=Mixture(parts=parts, checks=tuple(Check(f"{aim}_held", self.task(aim, HELD_OUT)) for aim in held)),
            network=self.network(),
            terms=tuple(Accuracy(where=f"{aim}_held", over="legal", name=f"accuracy_{aim}") for aim in held),
            optimizer=replace(OPTIMIZER, lr=0.003, weight_decay=0.3),
            steps=steps,
            batch_size=sum(part.count for part in parts),
            start=Fresh() if before is None else From(before),
            trainable=trainable,
            validate_at=looks(steps),
            snapshots=(0,) if self.method == "scratch" else (),
        )

    def sweep(self) -> Sweep:
        """Its networks, a seed each."""
        if self.method in ("first", "scratch"):
            return Sweep(self.name, self.experiment(None), SEEDS)
        first = Arm(self.kind, "first").name
        return Sweep(self.name, lambda before: self.experiment(before[first]), SEEDS, after=(first,))


def _below(kind: Kind) -> Network:
    if kind == "dense":
        return Dense(inputs=2 * (P + Q), outputs=P + Q, hidden=(128, 128))
    return OneLayerTransformer(tokens=P + Q, outputs=P + Q, positions=4, width=64, head_width=16, hidden=128)


ARMS: Mapping[str, Arm] = {
    arm.name: arm
    for kind in KINDS
    for arm in (Arm(kind, "first"), *(Arm(kind, method, aim) for aim in AIMS for method in METHODS))
}
"""By the names of their sweeps."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Rows a network that learned an h, arms, what came before, and every look on the way."""
    import polars as pl

    later = [arm for name, arm in ARMS.items() if arm.method != "first" and name in ensembles]
    first = [arm for name, arm in ARMS.items() if arm.method == "first" and name in ensembles]
    networks = pl.concat([_networks(arm, ensembles[arm.name]) for arm in later], how="vertical_relaxed")
    fresh = [_fresh(arm, ensembles[arm.name]) for arm in later if arm.method == "scratch" and arm.aim == AIMS[0]]
    return {
        "c6-arms": _summary(networks),
        "c6-networks": networks,
        "c6-before": pl.concat([*(_first(arm, ensembles[arm.name]) for arm in first), *fresh], how="diagonal_relaxed"),
        "drawn-c6-looks": pl.concat(
            [drawn_looks(ensembles[arm.name], f"accuracy_{arm.aim}").with_columns(**_named(arm)) for arm in later]
        ),
    }


def _networks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    found = firsts(ensemble, f"accuracy_{arm.aim}").with_columns(**_named(arm))
    kept = [pl.Series(f"kept_{aim}", ensemble.history.validation[f"accuracy_{aim}"][:, -1]) for aim in ("F", "G")]
    task, site = arm.task(arm.aim), READ[arm.kind]
    read, swapped = read_off(ensemble, task, site), interchanged(ensemble, task, site)
    return found.with_columns(*kept, *(pl.Series(name, item) for name, item in (read | swapped).items()))


def _first(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """The networks that know F and G: how soon they did, and what can be read off where layers are put on top."""
    import polars as pl

    found = firsts(ensemble, "accuracy_F").select("member", "seed", F_to_99="to_99", F_final="final")
    other = firsts(ensemble, "accuracy_G")
    found = found.with_columns(other["to_99"].alias("G_to_99"), other["final"].alias("G_final"))
    read = read_off(ensemble, arm.task("F"), READ[arm.kind])
    named = {"kind": pl.lit(arm.kind), "what": pl.lit("knows F and G")}
    return found.with_columns(**named).with_columns(*(pl.Series(name, item) for name, item in read.items()))


def _fresh(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """What can be read off networks that never learned."""
    import polars as pl

    read = read_off(ensemble.at(0), arm.task("F"), READ[arm.kind])
    found = ensemble.table().select("member", "seed").with_columns(kind=pl.lit(arm.kind), what=pl.lit("fresh"))
    return found.with_columns(*(pl.Series(name, item) for name, item in read.items()))


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    there = [pl.col(f"to_{level}").is_not_null().sum().alias(f"there_{level}") for level in (90, 99)]
    steps = [pl.col(f"to_{level}").median() for level in (50, 90, 99)]
    names = ("final", "kept_F", "kept_G", "read_F", "read_G", "follows_F", "follows_G", "follows_chance")
    keys = ("kind", "h", "method")
    means = pl.col(*names).mean()
    return networks.group_by(keys, maintain_order=True).agg(pl.len().alias("networks"), *there, *steps, means)


def _named(arm: Arm) -> dict[str, polars.Expr]:
    import polars as pl

    return {"kind": pl.lit(arm.kind), "h": pl.lit(arm.aim), "method": pl.lit(arm.method)}
