"""What the study `planted-features` measures: what becomes of planted directions, and of dictionaries that are held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import Dictionary
from tropism.measures.codes import firing_rates, live_latents
from tropism.measures.reconstruction import explained_variance
from tropism.studies._planted_runs import (
    HARM,
    HELD,
    MORE,
    NARROW,
    STARTS,
    WEIGHT,
    WIDE,
    Arm,
    Scale,
    places_of,
)
from tropism.subjects.features.scores import Learned, learned, scores_of
from tropism.subjects.features.truth import Sample, sample_of, truth_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED = 8000
"""Examples that each dictionary is asked, of its own truth and none of them trained on."""
DEAD = 1e-4
"""A latent is dead that is on for a smaller share of examples."""
HALF = 0.5
"""Of what true plants take, as a share: where a plant counts as accepted."""


class Network(NamedTuple):
    """One trained dictionary with its plants.

    Attributes:
        arm: What was planted.
        member: Whose luck, counted from 0.
        seed: The same as a number.
        places: Where its plants are, and its free latents.
        now: What it says of examples.
        before: What it said of them before training.
        bias: Of each latent's encoder.
        seen: The examples.
        true: Its truth.
    """

    arm: Arm
    member: int
    seed: str
    places: tuple[slice, slice]
    now: Learned
    before: Learned
    bias: Float[np.ndarray, "D"]
    seen: Sample
    true: Float[np.ndarray, "G d"]


def tables(ensembles: Mapping[str, Ensemble], scale: Scale) -> dict[str, polars.DataFrame]:
    """Plants by arm, both kinds beside each other, how near a plant must be, and dictionaries that are held."""
    import polars as pl

    plants, both, biases = [], [], []
    for code in scale.codes:
        for network in _networks(ensembles, code, scale):
            about = {"code": code, "member": network.member, "seed": network.seed}
            plants.append(about | _told(network))
            if network.arm.plants == "both":
                both.append(about | _apart(network))
                biases += [about | row for row in _biases(network)]
    found = {"plants": pl.DataFrame(plants), "both": pl.DataFrame(both), "drawn-biases": pl.DataFrame(biases)}
    if scale.asked_again:
        found["harm"] = pl.DataFrame([row for code in scale.asked_again for row in _harm(ensembles, code)])
    found["acceptance"] = _acceptance(found["plants"])
    found["resolution"] = _resolution(found["acceptance"])
    if scale.held:
        found["held"] = pl.DataFrame([row for code in scale.codes for row in _held(ensembles[f"{code}, held"], code)])
    return found


def _networks(ensembles: Mapping[str, Ensemble], code: str, scale: Scale) -> Iterator[Network]:
    for few, arms, places in (("few", scale.narrow(), NARROW), ("many", scale.wide(), WIDE)):
        if arms:
            yield from _planted(ensembles[f"{code}, {few} plants"], arms, places)


def _harm(ensembles: Mapping[str, Ensemble], code: str) -> list[dict[str, object]]:
    """How well free latents match the truth with plants and without, of more seeds."""
    told = []
    for network in _planted(ensembles[f"{code}, {MORE}"], HARM, NARROW):
        about, found = {"code": code, "member": network.member, "seed": network.seed}, _told(network)
        names = ("plants", "arm", "count", "free", "mass", "explained", "matched_free", "matched_free_chance")
        told.append(about | {name: found[name] for name in names})
    return told


def _planted(ensemble: Ensemble, arms: Sequence[Arm], places: tuple[int, int]) -> Iterator[Network]:
    """An ensemble's networks, which stand by arm, and in each by seed."""
    count = len(ensemble) // len(arms)  # whatever seeds were asked for
    truth, first = truth_of(ensemble).rows.astype(float), ensemble.at(0)
    seen = [sample_of(ensemble, row, ASKED) for row in range(count)]
    for row, member in enumerate(ensemble.members):
        arm, own = arms[row // count], row % count
        now, before = (learned(each, row, seen[own].x) for each in (ensemble, first))
        bias = ensemble.params["encoder.bias"][row].astype(float)
        told = (now, before, bias, seen[own], truth[row])
        yield Network(arm, own, str(member.seed), places_of(arm, places), *told)


def _told(network: Network) -> dict[str, object]:
    """What becomes of an arm's plants and of the latents beside them."""
    arm, (mine, free), now = network.arm, network.places, network.now
    rates = firing_rates(now.codes)
    scored = _scores(now.dictionary.atoms[free], network.true)
    return {
        "plants": arm.plants,
        "arm": arm.words,
        "count": arm.count,
        "free": arm.free,
        "cosine": _cosine(arm),
        "mass": _mass(now.codes, network),
        "mass_chance": arm.count / (arm.count + arm.free),
        "mass_untrained": _mass(network.before.codes, network),
        "bias": _mean(network.bias[mine]),
        "bias_free": _mean(network.bias[free]),
        "z": _z(network.bias[mine], network.bias[free]),
        "firing": _mean(rates[mine]),
        "firing_free": _mean(rates[free]),
        "dead": _mean(rates[mine] < DEAD),
        "explained": float(explained_variance(network.seen.x, now.rebuilt)),
        "cost": _cost(network),
        "matched_free": scored["matched"],
        "matched_free_chance": scored["matched_chance"],
    }


def _scores(atoms: Float[np.ndarray, "R d"], true: Float[np.ndarray, "G d"]) -> Mapping[str, float]:
    """What some directions are worth, beside as many random ones; nothing where there are none."""
    if not len(atoms):
        return dict.fromkeys(("matched", "matched_chance", "recall"), np.nan)
    return scores_of(Dictionary.of(atoms, signed=True), true)


def _cosine(arm: Arm) -> float:
    """Of a plant with a true direction, where that is known."""
    return arm.cosine if arm.plants == "near" else {"true": 1.0}.get(arm.plants, np.nan)


def _mass(codes: Float[np.ndarray, "N D"], network: Network) -> float:
    """The plants' share of all that latents are on by; atoms have length one."""
    mine, free = network.places
    own, others = float(codes[:, mine].sum()), float(codes[:, free].sum())
    return own / (own + others) if own + others > 0 else np.nan


def _cost(network: Network) -> float:
    """How much less variance is explained where the plants are silenced."""
    mine, now, x = network.places[0], network.now, network.seen.x
    without = now.rebuilt - now.codes[:, mine] @ now.dictionary.atoms[mine]
    return float(explained_variance(x, now.rebuilt) - explained_variance(x, without))


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def _z(bias: np.ndarray, free: np.ndarray) -> float:
    """How many deviations of the free latents' biases the plants' mean lies from theirs."""
    if not len(bias) or len(free) < 2:
        return np.nan
    spread = float(free.std(ddof=1))
    return float((bias.mean() - free.mean()) / spread) if spread > 0 else np.nan


def _apart(network: Network) -> dict[str, float]:
    """How well plants' biases say which are true, where as many of both kinds are planted."""
    half = network.arm.count // 2
    random, true = network.bias[:half], network.bias[half : network.arm.count]
    codes = network.now.codes
    rates = firing_rates(codes)
    return {
        "auroc": auroc(true, random),
        "auroc_chance": 0.5,
        "auroc_firing": auroc(rates[half : network.arm.count], rates[:half]),
        "bias_random": _mean(random),
        "bias_true": _mean(true),
        "bias_free": _mean(network.bias[network.places[1]]),
    }


def auroc(high: Float[np.ndarray, "N"], low: Float[np.ndarray, "M"]) -> float:
    """How often one of the first is larger than one of the second; ties count half."""
    above = (high[:, None] > low[None, :]).mean() + 0.5 * (high[:, None] == low[None, :]).mean()
    return float(above)


def _biases(network: Network) -> list[dict[str, object]]:
    half, free = network.arm.count // 2, network.places[1]
    groups = {
        "planted at random": network.bias[:half],
        "planted, true": network.bias[half : network.arm.count],
        "free": network.bias[free],
    }
    return [{"group": name, "bias": float(each)} for name, values in groups.items() for each in values]


def _acceptance(plants: polars.DataFrame) -> polars.DataFrame:
    """Plants by their cosine with a true direction, their mass as a share of what true ones have."""
    import polars as pl

    near = plants.filter(pl.col("cosine").is_not_nan()).select(
        "code", "cosine", "member", "seed", "mass", "bias", "firing", "dead"
    )
    whole = near.filter(pl.col("cosine") == 1).select("code", "member", of="mass")
    told = near.join(whole, on=["code", "member"]).with_columns(accepted=pl.col("mass") / pl.col("of")).drop("of")
    return told.sort("code", "cosine", "member")


def _resolution(acceptance: polars.DataFrame) -> polars.DataFrame:
    """The cosine at which a plant takes half of what a true one does, on straight lines between those tried."""
    import polars as pl

    rows = []
    for (code, member, seed), part in acceptance.group_by(["code", "member", "seed"], maintain_order=True):
        line = part.sort("cosine")
        half = crossing(line["cosine"].to_numpy(), line["accepted"].to_numpy(), HALF)
        rows.append({"code": code, "member": member, "seed": seed, "half": half})
    return pl.DataFrame(rows)


def crossing(x: Float[np.ndarray, "N"], y: Float[np.ndarray, "N"], level: float) -> float:
    """Where a line through points first comes up to a level; NaN where it never does."""
    for place in range(1, len(x)):
        if y[place - 1] < level <= y[place]:
            part = (level - y[place - 1]) / (y[place] - y[place - 1])
            return float(x[place - 1] + part * (x[place] - x[place - 1]))
    return float("nan")


def _held(ensemble: Ensemble, code: str) -> Iterator[dict[str, object]]:
    """Dictionaries by where they began and what moved: the truth, what they explain, and their loss."""
    per_setting = len(ensemble) // len(HELD)
    count, truth = per_setting // len(STARTS), truth_of(ensemble).rows.astype(float)
    for row, member in enumerate(ensemble.members):
        moves, start = list(HELD)[row // per_setting], STARTS[row % per_setting // count]
        seen = sample_of(ensemble, row, ASKED)
        now = learned(ensemble, row, seen.x)
        atoms = now.dictionary.atoms[:32] if start == "half the truth" else now.dictionary.atoms
        found, error = _scores(atoms, truth[row]), np.square(seen.x - now.rebuilt).sum(axis=1).mean()
        price = WEIGHT * now.codes.sum(axis=1).mean() if code == "L1" else 0.0
        yield {
            "code": code,
            "start": start,
            "moves": moves,
            "member": row % count,
            "seed": str(member.seed),
            **{name: found[name] for name in ("matched", "matched_chance", "recall")},
            "explained": float(explained_variance(seen.x, now.rebuilt)),
            "error": float(error),
            "loss": float(error + price),
            "live": int(live_latents(now.codes).sum()),
        }
