"""What the study `combining` trains of a second token set, and how it tells one circuit from two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core.experiment import Experiment
from tropism.core.start import Fresh, From
from tropism.core.sweep import Setting, Sweep, grid
from tropism.losses import CrossEntropy
from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW
from tropism.studies._combining_looks import OPTIMIZER, drawn_looks, firsts, looks, on_rows, overlap, spectra
from tropism.subjects.generalization import TokenSets
from tropism.subjects.generalization.measures import tables_of
from tropism.subjects.generalization.tasks.second_tokens import Names
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Method = Literal["first", "scratch", "with replay", "new tokens"]
Answers = Literal["shared", "own"]

MODULUS = 31
SEEDS = tuple(range(3))
FIRST_SHARE = 0.6
SHARES: Mapping[Answers, tuple[float, ...]] = {"shared": (0.2, 0.35, 0.5), "own": (0.5,)}
"""The shares of pairs of new tokens that are trained on, by whose tokens answer."""
METHODS: tuple[Method, ...] = ("scratch", "with replay", "new tokens")
STEPS: Mapping[Method, int] = {"first": 1500, "scratch": 4000, "with replay": 4000, "new tokens": 1000}
LEVELS = (50, 90, 95, 99)
LEGAL = CrossEntropy(over="legal")
TABLES = ("left", "right")

HIDDEN = (32, 64, 128)
DECAYS = (0.5, 1.0, 2.0)
SWEPT_SHARE = 0.7
NARROW = 64
"""The embedding's width in the sweep over hidden widths, where it is kept small."""
SWEPT_STEPS: Mapping[str, int] = {"first": 2000, "shared": 1500, "own": 2500}


@dataclass(frozen=True)
class Arm:
    """One way to learn sums of new tokens, or what came before it."""

    method: Method
    answers: Answers = "shared"
    share: float = 0.0
    hidden: int = 128
    swept: bool = False

    @property
    def name(self) -> str:
        """What the sweep is called, such as `c2-own-50-scratch`, or `c2-h64-shared` in the sweep over widths."""
        what = ["first"] if self.method == "first" else [self.answers, f"{100 * self.share:.0f}", self._word()]
        return "-".join(["c2", *([f"h{self.hidden}"] if self.swept else []), *what])

    @property
    def steps(self) -> int:
        """How long it trains."""
        return SWEPT_STEPS["first" if self.method == "first" else self.answers] if self.swept else STEPS[self.method]

    def task(self, names: Names, share: tuple[float, float] = (0.0, 1.0)) -> TokenSets:
        """Sums of old tokens, or of new ones by the answers of this arm; all of the share at every step."""
        answers: Names = "new" if names == "new" and self.answers == "own" else "old"
        return TokenSets(modulus=MODULUS, left=names, right=names, answers=answers, share=share, whole=True)

    def settings(self) -> tuple[Setting, ...]:
        """Weight decays, where they are swept."""
        return grid(optimizer__weight_decay=DECAYS) if self.swept else ((),)

    def experiment(self, before: Ensemble | None) -> Experiment:
        """What is trained, from fresh networks or from those before."""
        tasks = {"old": self.task("old", (0.0, FIRST_SHARE)), "new": self.task("new", (0.0, self.share or 1.0))}
        shown = {"first": ("old",), "with replay": ("new", "old")}.get(self.method, ("new",))
        parts = tuple(Part(name, tasks[name], len(tasks[name]), loss=LEGAL) for name in shown)
        held = {"old": self.task("old", (FIRST_SHARE, 1.0))}
        if self.method != "first":
            held["new"] = self.task("new", (self.share, 1.0))
        optimizer, trainable = self._learning()
        return Experiment(
            task=Mixture(parts=parts, checks=tuple(Check(f"{name}_held", task) for name, task in held.items())),
            network=EmbeddedSum(
                tokens=2 * MODULUS, outputs=2 * MODULUS, hidden=self.hidden, embedding=NARROW if self.swept else 256
            ),
            terms=tuple(Accuracy(where=f"{name}_held", over="legal", name=f"accuracy_{name}") for name in held),
            optimizer=optimizer,
            steps=self.steps,
            batch_size=sum(part.count for part in parts),
            start=Fresh() if before is None else From(before),
            trainable=trainable,
            validate_at=looks(self.steps),
        )

    def sweep(self) -> Sweep:
        """Its networks, a seed each, and a weight decay each where those are swept."""
        if self.method in ("first", "scratch"):
            return Sweep(self.name, self.experiment(None), SEEDS, self.settings())
        first = Arm("first", hidden=self.hidden, swept=self.swept).name
        return Sweep(self.name, lambda before: self.experiment(before[first]), SEEDS, self.settings(), after=(first,))

    def _learning(self) -> tuple[AdamW, tuple[str, ...]]:
        if self.method == "first":
            return on_rows(("*.embedding", 0, MODULUS), ("output.weight", 0, MODULUS)), ("*",)
        if self.method != "new tokens":
            return OPTIMIZER, ("*",)
        rows = [("*.embedding", MODULUS, 2 * MODULUS)]
        if self.answers == "own":
            rows.append(("output.weight", MODULUS, 2 * MODULUS))
        return on_rows(*rows, weight_decay=0.1), tuple(pattern for pattern, _, _ in rows)

    def _word(self) -> str:
        return self.method.replace(" ", "-")


def _arms() -> tuple[Arm, ...]:
    found = [Arm("first")]
    for answers, shares in SHARES.items():
        found += [Arm(method, answers, share) for share in shares for method in METHODS]
    for hidden in HIDDEN:
        found.append(Arm("first", hidden=hidden, swept=True))
        found += [Arm("with replay", answers, SWEPT_SHARE, hidden=hidden, swept=True) for answers in SHARES]
    return tuple(found)


ARMS: Mapping[str, Arm] = {arm.name: arm for arm in _arms()}
"""By the names of their sweeps."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Rows a network, arms, mixed pairs, what a circuit costs, and what is drawn."""
    import polars as pl

    later = [arm for name, arm in ARMS.items() if arm.method != "first" and name in ensembles]
    networks = pl.concat([_networks(arm, ensembles[arm.name]) for arm in later], how="diagonal_relaxed")
    usual, swept = (networks.filter(pl.col("swept") == which).drop("swept") for which in (False, True))
    unswept = [arm for arm in later if not arm.swept]
    found = {
        "c2-arms": _summary(usual, ("answers", "share", "method")),
        "c2-mixed": pl.concat([_mixed(arm, ensembles[arm.name]) for arm in unswept if arm.answers == "shared"]),
        "c2-sizes": sizes(),
        "c2-networks": usual.drop("hidden", "decay"),
        "drawn-c2-looks": pl.concat(
            [drawn_looks(ensembles[arm.name], "accuracy_new").with_columns(**_named(arm)) for arm in unswept]
        ),
        "drawn-c2-spectra": pl.concat([_spectra(arm, ensembles[arm.name]) for arm in unswept]),
    }
    if swept.height:
        found |= {
            "c2-choice": _summary(swept, ("answers", "hidden", "decay")),
            "c2-choice-networks": swept.drop("share", "method"),
        }
    return found


def sizes(modulus: int = MODULUS, embedding: int = NARROW) -> polars.DataFrame:
    """How many parameters two circuits take, and one with second names for its tokens, by hidden width.

    Of an embedding e wide and a hidden layer of h, each token has a row of e on either side; a circuit has 2·e·h
    numbers before its hidden layer and h a name behind it. Two circuits have both twice. One circuit with second names
    has the second rows besides; with answers of their own also second rows behind.
    """
    import polars as pl

    rows = []
    for hidden in HIDDEN:
        names, circuit, answers = 4 * modulus * embedding, 2 * embedding * hidden, modulus * hidden
        for which, one in (("shared", names + circuit + answers), ("own", names + circuit + 2 * answers)):
            rows.append((which, hidden, one, names + 2 * circuit + 2 * answers))
    table = pl.DataFrame(rows, schema=["answers", "hidden", "one_circuit", "two_circuits"], orient="row")
    return table.with_columns(saved=1 - pl.col("one_circuit") / pl.col("two_circuits"))


def _networks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    found = firsts(ensemble, "accuracy_new", LEVELS)
    decay = found["optimizer.weight_decay"] if arm.swept else pl.Series([None] * len(ensemble), dtype=pl.Float64)
    old, new = _spectra_of(arm, ensemble)
    shared, got_there = overlap(old, new), found["to_90"].is_not_null().to_numpy()
    return found.drop("optimizer.weight_decay", strict=False).with_columns(
        **_named(arm), swept=pl.lit(arm.swept), hidden=pl.lit(arm.hidden), decay=decay,
        kept_old=pl.Series(ensemble.history.validation["accuracy_old"][:, -1].astype(float)),
        overlap=pl.Series(shared), overlap_there=pl.Series(np.where(got_there, shared, np.nan)),
        strangers=pl.Series(_of_strangers(ensemble, old, new)), neurons=pl.Series(_neurons(arm, ensemble)),
        squares=pl.Series(_squares(ensemble)),
    )  # fmt: skip


def _spectra_of(arm: Arm, ensemble: Ensemble) -> tuple[Float[np.ndarray, "E f"], Float[np.ndarray, "E f"]]:
    """The frequencies of the old and of the new tokens, in the numbers' order."""
    task, folded = arm.task("new"), tables_of(ensemble, TABLES)
    return spectra(folded, task.tokens_of("old")), spectra(folded, task.tokens_of("new"))


def _of_strangers(
    ensemble: Ensemble, old: Float[np.ndarray, "E f"], new: Float[np.ndarray, "E f"]
) -> Float[np.ndarray, "E"]:
    """What the old tokens' spectrum has in common with the new tokens' of other seeds' networks, mean over them."""
    found = []
    for row, member in enumerate(ensemble.members):
        others = [place for place, each in enumerate(ensemble.members)
                  if each.dials == member.dials and each.seed != member.seed]  # fmt: skip
        found.append(overlap(old[[row] * len(others)], new[others]).mean() if others else np.nan)
    return np.array(found)


def _neurons(arm: Arm, ensemble: Ensemble) -> Float[np.ndarray, "E"]:
    """Whether neurons that old tokens drive are those that new ones drive: the correlation of the two energies."""
    folded, task = tables_of(ensemble, TABLES), arm.task("new")
    energies = [
        sum(np.square(folded[side][:, task.tokens_of(names)]).sum(axis=1) for side in TABLES)
        for names in ("old", "new")
    ]
    return np.array([np.corrcoef(old, new)[0, 1] for old, new in zip(*energies, strict=True)])


def _squares(ensemble: Ensemble) -> Float[np.ndarray, "E"]:
    """The sum of all squared parameters, which is what decay weighs."""
    return np.sum([np.square(item.astype(float)).reshape(len(item), -1).sum(1) for item in ensemble.params.values()], 0)


def _mixed(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """Pairs of an old and a new token, up to a constant: how many are right, with none and with the best."""
    import polars as pl

    rows = []
    for left, right in (("old", "new"), ("new", "old")):
        asked = TokenSets(modulus=MODULUS, left=left, right=right).listed()  # type: ignore[arg-type]
        answers = ensemble(asked.inputs)[..., :MODULUS]
        chosen = np.where(np.isfinite(answers).all(axis=-1), answers.argmax(axis=-1), -1)
        ahead = (chosen - asked.right) % MODULUS
        for member in range(len(ensemble)):
            shares = np.bincount(ahead[member][chosen[member] >= 0], minlength=MODULUS) / len(asked.right)
            offset = int(shares.argmax())
            rows.append((member, str(ensemble.members[member].seed), f"{left} + {right}", float(shares[0]), offset,
                         float(shares[offset])))  # fmt: skip
    names = ["member", "seed", "pairs", "as_they_are", "offset", "up_to_offset"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    table = table.with_columns(((pl.col("offset").sum().over("member") % MODULUS) == 0).alias("opposite"))
    return table.with_columns(**_named(arm))


def _spectra(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    parts = []
    for names, shares in zip(("old", "new"), _spectra_of(arm, ensemble), strict=True):
        for member, row in enumerate(shares):
            told = {"member": member, "names": names, "frequency": np.arange(1, len(row) + 1), "part": row}
            parts.append(pl.DataFrame(told))
    return pl.concat(parts).with_columns(**_named(arm))


def _summary(networks: polars.DataFrame, keys: tuple[str, ...]) -> polars.DataFrame:
    import polars as pl

    there = [pl.col(f"to_{level}").is_not_null().sum().alias(f"there_{level}") for level in (90, 99)]
    steps = [pl.col(f"to_{level}").median() for level in LEVELS]
    means = pl.col("final", "kept_old", "overlap", "strangers", "neurons", "squares").mean()
    return networks.group_by(keys, maintain_order=True).agg(pl.len().alias("networks"), *there, *steps, means)


def _named(arm: Arm) -> dict[str, polars.Expr]:
    import polars as pl

    return {"answers": pl.lit(arm.answers), "share": pl.lit(arm.share), "method": pl.lit(arm.method)}
