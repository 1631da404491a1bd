"""What the study `circuits` watches while a circuit forms: parts of losses, frequencies, learning coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from tropism.core import Batch
from tropism.core.batch import Choice
from tropism.core.sweep import Sweep
from tropism.losses import CrossEntropy
from tropism.measures import Langevin, in_their_worlds, learning_coefficients
from tropism.measures.examples import Examples
from tropism.subjects.generalization.groups import Cyclic
from tropism.subjects.generalization.measures import frequency_shares, key_frequencies, key_losses
from tropism.subjects.generalization.presets import named
from tropism.subjects.generalization.tasks import Composition

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

NAME, PRESET = "forming", "C31"
GROUP = Cyclic(31)
SEEDS = (0, 1, 2)
STEPS = 2500
KEPT = (*range(0, 200, 25), *range(200, 1000, 50), *range(1000, STEPS, 100))
"""Steps at which parameters are kept; those of the end come besides."""
WANDERED = (100, 200, 400, 600, 800, 1200, 1600, 2000)
"""Of these, and at the end, the learning coefficient is estimated."""
FAR = (100, 600, 1200)
SAMPLER = Langevin(step=2e-4, localization=100.0, chains=3, burn_in=300, draws=300)
FARTHER = Langevin(step=3e-4, localization=30.0, chains=3, burn_in=300, draws=300)
"""Chains that are let go farther, at some of the moments: how much hangs on the pull."""
LEGAL = CrossEntropy(over="legal")
KNOWN, UNKNOWN = 0.99, 0.5


def sweep() -> Sweep:
    """The preset, its parameters kept along the way."""
    made = named(PRESET).experiment()
    return Sweep(NAME, replace(made, steps=STEPS, snapshots=KEPT), SEEDS)


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Along training: losses and their parts; coefficients; and what comes first."""
    import polars as pl

    ensemble = ensembles[NAME]
    moments = [(step, ensemble.at(step)) for step in ensemble.snapshots] + [(STEPS, ensemble)]
    asked = in_their_worlds(_pairs(), ensemble.members)
    masks, keys = _masks(asked), _keys(ensemble)
    parts = pl.concat([_parts(step, each, masks, keys) for step, each in moments])
    usual = [_coefficients(step, each, asked, SAMPLER) for step, each in moments if step in (*WANDERED, STEPS)]
    farther = [_coefficients(step, each, asked, FARTHER) for step, each in moments if step in (*FAR, STEPS)]
    wandered = pl.concat(usual)
    wandered = wandered.join(parts.select("member", "step", "right_seen", "right_held"), on=["member", "step"])
    return {
        "three-order": order(parts, wandered),
        "three-coefficients": coefficients_by_step(wandered),
        "three-pull": _by_pull(usual, farther),
        "three-networks": wandered,
        "drawn-three-parts": parts,
    }


def order(parts: polars.DataFrame, wandered: polars.DataFrame) -> polars.DataFrame:
    """A row a network: when each loss has gone half its way, and the coefficient before and after."""
    import polars as pl

    rows = []
    for (member,), part in parts.sort("step").group_by("member", maintain_order=True):
        steps = part["step"].to_numpy()
        held, excluded, share = (part[name].to_numpy() for name in ("held", "excluded", "key"))
        peak = int(np.argmax(held))  # the test loss rises while pairs are remembered, and then falls
        row = {
            "member": member,
            "excluded_rises": _half_way(steps, excluded, start=int(np.argmin(excluded[: peak + 1]))),
            "key_rises": _half_way(steps, share, start=0),
            "held_falls": _half_way(steps, held, start=peak),
        }
        rows.append(row | _before_and_after(wandered.filter(pl.col("member") == member)))
    table = pl.DataFrame(rows)
    return table.with_columns(
        ahead=pl.col("excluded_rises") / pl.col("held_falls"),
        key_ahead=pl.col("key_rises") / pl.col("held_falls"),
        fell=pl.col("generalized") / pl.col("remembered"),
        of_half=2 * pl.col("generalized") / pl.col("num_parameters"),
    )


def coefficients_by_step(wandered: polars.DataFrame) -> polars.DataFrame:
    """Means over networks, and which warnings there were."""
    import polars as pl

    means = pl.col("coefficient", "spread", "drift", "below", "acceptance", "right_seen", "right_held").mean()
    warned = pl.col("warning").filter(pl.col("warning") != "").unique().sort().str.join(", ").alias("warnings")
    return wandered.group_by("step", maintain_order=True).agg(pl.len().alias("networks"), means, warned)


def coefficients(ensemble: Ensemble, asked: Examples, sampler: Langevin) -> polars.DataFrame:
    """Learning coefficients on each network's own examples."""
    import jax.numpy as jnp

    assert asked.ends is not None
    targets = Choice(*map(jnp.asarray, (asked.classes, *asked.ends)))
    batch = Batch(asked.inputs, targets)
    return learning_coefficients(ensemble, batch, error=LEGAL, sampler=sampler, apart=True).table


def _half_way(steps: np.ndarray, values: Float[np.ndarray, "V"], *, start: int) -> float:
    """The step, between looks, at which the values have gone half the way from one look to the last."""
    way = (values[start:] - values[start]) / (values[-1] - values[start])
    there = int(np.argmax(way >= 0.5))
    if there == 0:
        return float(steps[start])
    low, high = way[there - 1], way[there]
    begun, done = steps[start + there - 1], steps[start + there]
    return float(begun + (0.5 - low) / (high - low) * (done - begun))


def _before_and_after(own: polars.DataFrame) -> dict[str, Any]:
    """The coefficient where seen pairs were known and others were not (the last such look), and at the end."""
    import polars as pl

    remembered = own.filter((pl.col("right_seen") >= KNOWN) & (pl.col("right_held") <= UNKNOWN)).sort("step")
    last = own.sort("step").row(-1, named=True)
    found = remembered.row(-1, named=True) if remembered.height else {}
    return {
        "remembered_at": found.get("step"),
        "remembered": found.get("coefficient"),
        "generalized": last["coefficient"],
        "num_parameters": last["num_parameters"],
        "warned": " / ".join(row.get("warning") or "none" for row in (found, last)),
    }


def _pairs() -> Composition:
    return Composition(group=GROUP, share=(0.0, named(PRESET).share))


def _masks(asked: Examples) -> Bool[np.ndarray, "E n n"]:
    """Which pairs each network was trained on."""
    masks = np.zeros((len(asked.inputs), GROUP.order, GROUP.order), bool)
    for mask, pairs in zip(masks, asked.inputs, strict=True):
        mask[pairs[:, 0], pairs[:, 1]] = True
    return masks


def _keys(ensemble: Ensemble) -> list[list[int]]:
    """The frequencies that each network's hidden layer sees of numbers at the end: the fewest with nine tenths."""
    found = key_frequencies(frequency_shares(ensemble, matrices=("left",)))
    return [row["frequencies"] for row in found.sort("member").iter_rows(named=True)]


def _parts(step: int, moment: Ensemble, masks: Bool[np.ndarray, "E n n"], keys: list[list[int]]) -> polars.DataFrame:
    """A row a network: losses on pairs seen and held out, with its key frequencies alone and without them."""
    import polars as pl

    shares = frequency_shares(moment, matrices=("left",))
    rows = []
    for member in range(len(moment)):
        alone, mask, names = moment.select([member]), masks[member], [str(each) for each in keys[member]]
        every, seen, held = (key_losses(alone, GROUP, names, pairs=pairs) for pairs in (None, mask, ~mask))
        own = shares.filter((pl.col("member") == member) & (pl.col("frequency") > 0))
        part = float(own.filter(pl.col("frequency").is_in(keys[member]))["share"].sum()) / float(own["share"].sum())
        right = _right(alone)
        rows.append(
            {"member": member, "step": step, "seen": seen["loss"][0], "held": held["loss"][0],
             "restricted": every["restricted"][0], "excluded": seen["excluded"][0], "key": part,
             "keys": len(names), "right_seen": float(right[mask].mean()), "right_held": float(right[~mask].mean())}
        )  # fmt: skip
    return pl.DataFrame(rows)


def _right(alone: Ensemble) -> Bool[np.ndarray, "n n"]:
    numbers = np.arange(GROUP.order)
    pairs = np.stack(np.meshgrid(numbers, numbers, indexing="ij"), axis=-1).reshape(-1, 2)
    return (alone(pairs)[0].argmax(axis=-1) == pairs.sum(axis=1) % GROUP.order).reshape(GROUP.order, -1)


def _coefficients(step: int, moment: Ensemble, asked: Examples, sampler: Langevin) -> polars.DataFrame:
    import polars as pl

    found = coefficients(moment, asked, sampler)
    return found.select(pl.lit(step).alias("step"), pl.lit(sampler.localization).alias("pull"), pl.all())


def _by_pull(usual: list[polars.DataFrame], farther: list[polars.DataFrame]) -> polars.DataFrame:
    """Means over networks by moment and pull."""
    import polars as pl

    table = pl.concat([*usual, *farther]).filter(pl.col("step").is_in((*FAR, STEPS)))
    means = pl.col("coefficient", "spread", "drift", "acceptance").mean()
    return table.group_by("pull", "step", maintain_order=True).agg(pl.len().alias("networks"), means)
