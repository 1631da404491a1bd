"""What the study `circuits` trains on many moduli, and what it asks these networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.experiment import Experiment
from tropism.core.sweep import Setting, Sweep, grid
from tropism.measures import in_their_worlds, steps_to
from tropism.networks import Dense
from tropism.optimizers import AdamW, WarmUp
from tropism.studies._circuits_sharing import LEAST, Asked, Sharing, pairs_among, pairs_of, prices, sharing
from tropism.studies._circuits_solutions import OUTPUTS, SOLUTIONS, needed, written
from tropism.subjects.generalization.tasks import ModularSums
from tropism.subjects.generalization.tasks.moduli import HELD_OUT, Encoding, training_moduli
from tropism.tasks import Check, Mixture, Part, Relabelled
from tropism.tasks.listed import Numbered
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

SEEDS = (0, 1, 2)
MANY = training_moduli(30, 0)
FEW = (14, 17, 23, 26, 33, 39)
ASKED: Mapping[int, tuple[int, ...]] = {30: (14, 16, 17, 20, 23, 26, 30, 33, 36, 39), 6: FEW}
"""Moduli whose neurons are silenced, by how many were trained on; those with enough pairs."""
WIDTHS = (32, 64, 128, 256)
FEW_WIDTHS = (64, 128)
DECAYS = (0.03, 0.3, 0.6)
USUAL = 0.3
SHARE, SCARCE = 0.8, 0.2
"""The shares of pairs that are trained on."""
STEPS: Mapping[int, int] = {32: 6000, 64: 4000, 128: 2500, 256: 2000}
"""By width: narrow networks are slower to learn, and cheaper."""
BATCH = 512
LOOKS = {"seen": "pairs trained on", "unseen": "other pairs of the same moduli", "new": "moduli never trained on"}
LEVEL = 0.9
LAYERS = {"both": (0, 1), "first": (0,), "second": (1,)}


@dataclass(frozen=True)
class Arm:
    """Networks that learn sums modulo many numbers, or a few."""

    width: int
    moduli: int = 30
    encoding: Encoding = "bits"
    share: float = SHARE
    swept: bool = True
    longer: int = 1
    made_up: bool = False

    @property
    def name(self) -> str:
        """What the sweep is called, such as `sums-30-128` or `sums-30-128-tokens-bits-20`."""
        usual = self.encoding == "bits" and self.share == SHARE
        kind = "answers" if self.made_up else "sums"
        return f"{kind}-{self.moduli}-{self.width}" + ("" if usual else f"-{self.encoding}-{100 * self.share:.0f}")

    @property
    def steps(self) -> int:
        """How long it trains."""
        return self.longer * STEPS[self.width]

    def task(self, low: float, high: float) -> ModularSums:
        """Sums of what is trained on, from one part of the pairs' order to another."""
        return ModularSums(
            moduli=MANY if self.moduli == 30 else FEW, encoding=self.encoding, largest=OUTPUTS, share=(low, high)
        )

    def learned(self) -> Numbered:
        """What is trained on; with answers that are made up, one by lot a pair, moduli have nothing in common."""
        sums = self.task(0.0, self.share)
        return Relabelled(sums) if self.made_up else sums

    def settings(self) -> tuple[Setting, ...]:
        """Weight decays, where they are swept."""
        if self.made_up:
            return grid(optimizer__weight_decay=DECAYS[:1])
        return grid(optimizer__weight_decay=DECAYS) if self.swept else ((),)

    def experiment(self) -> Experiment:
        """What is trained, looked at on seen pairs, others, and new moduli."""
        train = self.learned()
        asked = {
            "seen": train if self.made_up else self.task(0.0, 0.1),
            "unseen": self.task(0.9, 1.0),
            "new": ModularSums(moduli=HELD_OUT, encoding=self.encoding),
            "wrapped": ModularSums(moduli=HELD_OUT, encoding=self.encoding, wrapped=True),
        }
        return Experiment(
            task=Mixture(
                parts=(Part("train", train, BATCH),),
                checks=tuple(Check(f"at_{name}", task) for name, task in asked.items()),
            ),
            network=Dense(inputs=self.task(0.0, 1.0).input_width(), outputs=OUTPUTS, hidden=(self.width, self.width)),
            terms=tuple(Accuracy(where=f"at_{name}", name=f"accuracy_{name}") for name in asked),
            optimizer=AdamW(lr=3e-3, b2=0.98, weight_decay=USUAL, pace=WarmUp(10)),
            steps=self.steps,
            batch_size=BATCH,
            validate_at=tuple(step for step in LOOKED_AT if step <= self.steps),
        )

    def sweep(self) -> Sweep:
        """Three seeds, and a weight decay each where those are swept."""
        return Sweep(self.name, self.experiment(), SEEDS, self.settings())


LOOKED_AT = (0, 10, 20, 30, 40, *range(50, 501, 25), *range(550, 1001, 50), *range(1100, 10_001, 100))


SWEPT = (*(Arm(width) for width in WIDTHS), *(Arm(width, moduli=6) for width in FEW_WIDTHS))
TIMED = (
    Arm(128, share=SCARCE, swept=False, longer=2),
    Arm(128, encoding="tokens-bits", swept=False, longer=2),
)
MADE_UP = Arm(128, moduli=6, longer=2, made_up=True)
ARMS: Mapping[str, Arm] = {arm.name: arm for arm in (*SWEPT, *TIMED, MADE_UP)}
"""By the names of their sweeps."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """What solutions need, what networks share, controls, and when each level of generality comes."""
    import polars as pl

    swept = [arm for arm in SWEPT if arm.name in ensembles]
    found = [_networks(arm, ensembles[arm.name]) for arm in swept]
    networks, lines, alike = (pl.concat(each) for each in zip(*found, strict=True))
    timed = {arm.name: arm for arm in (Arm(128), *TIMED) if arm.name in ensembles}
    return {
        "one-solutions": _solutions(),
        "one-sharing": _summary(networks),
        "one-controls": controls(),
        "one-together": _together(networks),
        "one-made-up": _beside_made_up(networks, ensembles[MADE_UP.name]),
        "one-networks": networks,
        "drawn-one-lines": lines,
        "drawn-one-digits": alike,
        "two-times": pl.concat([_times(arm, ensembles[name]) for name, arm in timed.items()]),
        "drawn-two-looks": pl.concat([_looks(arm, ensembles[name]) for name, arm in timed.items()]),
    }


def controls(width: int = 128) -> polars.DataFrame:
    """What the measure says of networks that were written down, a row a solution and modulus."""
    import polars as pl

    ranked, asked = pairs_of(ASKED[30])
    rows = []
    for solution in SOLUTIONS:
        params = written(solution, MANY, width)
        price = prices(params, ranked)
        for layers, chosen in LAYERS.items():
            told = sharing(params, price, asked, layers=chosen)
            means = np.nanmean(told.shared(), axis=1)
            needs = told.counts[told.halving()]
            rows += [
                {"solution": solution, "layers": layers, "member": place, "modulus": modulus, "needed": int(need),
                 "shared": float(mean)}
                for place, (modulus, need, mean) in enumerate(zip(ASKED[30], needs, means, strict=True))
            ]  # fmt: skip
    return pl.DataFrame(rows)


def _solutions() -> polars.DataFrame:
    import polars as pl

    return pl.concat([needed(WIDTHS, len(moduli), round(SHARE * sum(p * p for p in moduli))) for moduli in (MANY, FEW)])


def _networks(arm: Arm, ensemble: Ensemble) -> tuple[polars.DataFrame, polars.DataFrame, polars.DataFrame]:
    """A row a network; a row a network and count of silenced neurons; a row a network and number of digits apart."""
    import polars as pl

    ranked, asked = pairs_of(ASKED[arm.moduli])
    rows, lines, alike = [], [], []
    for place, member in enumerate(ensemble.members):
        params = {path: item[place] for path, item in ensemble.params.items()}
        decay = dict(member.dials).get("optimizer.weight_decay", USUAL)
        who = {"moduli": arm.moduli, "width": arm.width, "decay": decay, "member": place, "seed": str(member.seed)}
        ends = {name: float(ensemble.history.validation[f"accuracy_{name}"][place, -1])
                for name in ("seen", "unseen", "new", "wrapped")}  # fmt: skip
        knows = ends["unseen"] >= LEAST
        told = _told(params, ranked, asked) if knows else None
        rows.append(who | ends | (_row(told, arm) if told else {}))
        if told:
            lines += [who | line for line in _lines(told["both"], arm)]
            alike += [who | each for each in _by_digits(told["both"], ASKED[arm.moduli])]
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.Float64))
    table = pl.concat([pl.DataFrame(rows, infer_schema_length=None), empty.clear()], how="diagonal_relaxed")
    order = ["moduli", "width", "decay", "member", "seed", "seen", "unseen", "new", "wrapped", *_COLUMNS]
    return table.select(order), pl.DataFrame(lines, schema=_LINES), pl.DataFrame(alike, schema=_DIGITS)


def _beside_made_up(networks: polars.DataFrame, ensemble: Ensemble) -> polars.DataFrame:
    """Networks that learned answers by lot, beside those that learned sums: same moduli, width, and decay."""
    import polars as pl

    asked = in_their_worlds(MADE_UP.learned(), ensemble.members)
    rows = []
    for place, member in enumerate(ensemble.members):
        params = {path: item[place] for path, item in ensemble.params.items()}
        pairs = pairs_among(np.asarray(asked.inputs[place]), np.asarray(asked.classes[place]), FEW)
        who = {"what": "answers by lot", "member": place, "seed": str(member.seed)}
        seen = float(ensemble.history.validation["accuracy_seen"][place, -1])
        rows.append(who | {"seen": seen} | (_row(_told(params, *pairs), MADE_UP) if seen >= LEAST else {}))
    sums = networks.filter(
        (pl.col("moduli") == 6) & (pl.col("width") == MADE_UP.width) & (pl.col("decay") == DECAYS[0])
    ).select(pl.lit("sums").alias("what"), "member", "seed", "seen", *_COLUMNS)
    table = pl.concat([sums, pl.DataFrame(rows, infer_schema_length=None)], how="diagonal_relaxed")
    return table.select("what", "member", "seed", "seen", *_COLUMNS[:-2])


_COLUMNS = ("needed", "part", "shared", "shared_first", "shared_second", "overlap", "by_lot", "beyond", "near", "far")
_WHO = {"moduli": int, "width": int, "decay": float, "member": int, "seed": str}
_LINES = _WHO | {"neurons": int, "part": float, "own": float, "others": float, "lot": float}
_DIGITS = _WHO | {"apart": int, "shared": float}


def _told(params: Mapping[str, np.ndarray], ranked: Asked, asked: Asked) -> dict[str, Sharing]:
    price = prices(params, ranked)
    return {name: sharing(params, price, asked, layers=layers) for name, layers in LAYERS.items()}


def _row(told: Mapping[str, Sharing], arm: Arm) -> dict[str, float]:
    both = told["both"]
    shared = {name: float(np.nanmean(each.shared())) for name, each in told.items()}
    needed_ = float(np.median(both.counts[both.halving()]))
    overlap, by_lot = both.overlap()
    digits = {each["apart"]: each["shared"] for each in _by_digits(both, ASKED[arm.moduli])}
    near, far = ([value for apart, value in digits.items() if low <= apart <= high] for low, high in ((1, 2), (4, 6)))
    return {
        "needed": needed_,
        "part": needed_ / (2 * arm.width),
        "shared": shared["both"],
        "shared_first": shared["first"],
        "shared_second": shared["second"],
        "overlap": overlap,
        "by_lot": by_lot,
        "beyond": (overlap - by_lot) / (1 - by_lot),
        "near": float(np.mean(near)),
        "far": float(np.mean(far)),
    }


def _lines(told: Sharing, arm: Arm) -> list[dict[str, float]]:
    """What is left of the accuracy before, of the modulus itself, of others, and by lot, the mean over moduli."""
    left = told.after / told.before
    moduli = len(told.before)
    own = np.einsum("gii->g", left) / moduli
    others = (left.sum(axis=(1, 2)) - own * moduli) / (moduli * (moduli - 1))
    lot = (told.lot / told.before).mean(axis=1)
    return [
        {"neurons": int(count), "part": count / (2 * arm.width), "own": float(a), "others": float(b), "lot": float(c)}
        for count, a, b, c in zip(told.counts, own, others, lot, strict=True)
    ]


def _by_digits(told: Sharing, moduli: tuple[int, ...]) -> list[dict[str, float]]:
    """How much is shared by moduli of which so many binary digits differ."""
    shared, numbers = told.shared(), np.array(moduli)
    apart = np.array([[int(i ^ j).bit_count() for j in numbers.tolist()] for i in numbers.tolist()])
    return [{"apart": int(each), "shared": float(shared[apart == each].mean())} for each in np.unique(apart[apart > 0])]


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    means = ("unseen", "new", "wrapped", "needed", "part", "shared", "shared_first", "shared_second", "overlap",
             "by_lot")  # fmt: skip
    keys = ("moduli", "width", "decay")
    return networks.group_by(keys, maintain_order=True).agg(
        pl.len().alias("networks"), (pl.col("unseen") >= LEAST).sum().alias("learned"), pl.col(means).mean()
    )


def _together(networks: polars.DataFrame) -> polars.DataFrame:
    """Whether networks that share more know new moduli better: rank correlations, with intervals over networks."""
    import polars as pl

    known = networks.drop_nulls("shared")
    rows = []
    for words, part in (("30 moduli", known.filter(pl.col("moduli") == 30)), ("all", known)):
        for column in ("shared", "beyond"):
            pairs = part.select(column, "wrapped").to_numpy()
            estimate, low, high = rank_correlation(pairs)
            rows.append({"networks": words, "of": column, "correlation": estimate, "correlation_low": low,
                         "correlation_high": high, "n": len(pairs)})  # fmt: skip
    return pl.DataFrame(rows)


def rank_correlation(pairs: np.ndarray, draws: int = 2000) -> tuple[float, float, float]:
    """Spearman's, with a 95 % bootstrap interval over rows; NaN where there are fewer than four."""
    if len(pairs) < 4:
        return np.nan, np.nan, np.nan

    def of(rows: np.ndarray) -> float:
        ranks = np.stack([_ranks(column) for column in rows.T])
        return float(np.corrcoef(ranks)[0, 1]) if np.ptp(ranks, axis=1).min() > 0 else np.nan

    rng = np.random.default_rng(0)
    drawn = [of(pairs[rng.integers(0, len(pairs), len(pairs))]) for _ in range(draws)]
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return of(pairs), float(low), float(high)


def _ranks(values: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N"]:
    """From 0; equal values have the mean of theirs."""
    below, upto = (np.searchsorted(np.sort(values), values, side=side) for side in ("left", "right"))
    return (below + upto - 1) / 2


def _words(arm: Arm) -> str:
    how = "digits" if arm.encoding == "bits" else "tokens"
    return f"a and b in {how}, {100 * arm.share:.0f} % of pairs"


def _usual(ensemble: Ensemble) -> Ensemble:
    """Members of the usual decay."""
    return ensemble.select(np.array([dict(member.dials).get("optimizer.weight_decay", USUAL) == USUAL
                                     for member in ensemble.members]))  # fmt: skip


def _times(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """A row a network: the steps to 90 % of seen pairs, of others, and of new moduli, and how they compare."""
    import polars as pl

    chosen = _usual(ensemble)
    steps = {f"to_{name}": steps_to(chosen, f"accuracy_{name}", LEVEL)["first"].cast(pl.Float64) for name in LOOKS}
    ends = {f"end_{name}": pl.Series(chosen.history.validation[f"accuracy_{name}"][:, -1].astype(float))
            for name in LOOKS}  # fmt: skip
    table = pl.DataFrame({"setting": _words(arm), "member": np.arange(len(chosen)), **steps, **ends})
    return table.with_columns(
        within=pl.col("to_unseen") / pl.col("to_seen"), over=pl.col("to_new") / pl.col("to_unseen"),
        apart=pl.col("to_new") - pl.col("to_unseen"),
    )  # fmt: skip


def _looks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    chosen = _usual(ensemble)
    parts = []
    for name, words in LOOKS.items():
        for member, values in enumerate(chosen.history.validation[f"accuracy_{name}"]):
            told = {"setting": _words(arm), "member": member, "step": chosen.history.validation_steps}
            parts.append(pl.DataFrame(told | {"what": words, "accuracy": values.astype(float)}))
    return pl.concat(parts)
