"""What the study `recovery-limits` measures with a dictionary that is known: who gets how many active atoms back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.each import each
from tropism.studies._limits_theory import active_in_the_limit, by_coherence, by_rule, by_spark, crossing
from tropism.studies._limits_trials import CODERS, Known, Scale, got_back, known

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

LEVELS = MappingProxyType({"half": 0.5, "most": 0.9})
"""Shares of codes that are got back."""
SPREADS: Mapping[str, Callable[[Known], Float[np.ndarray, "N G"]]] = MappingProxyType(
    {
        "even": lambda made: np.ones_like(made.sizes),
        "half-normal": lambda made: made.sizes,
        "halving": lambda made: 0.5**made.order,
    }
)
"""How uneven magnitudes are; halving ones are each half of the one before, and of twelve none is too small to count."""
PHASE_WIDTH = 24


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """Successes by number of active atoms, the limits they show, uneven magnitudes, and the phase diagram."""
    several = list(enumerate(seeds))
    sizes = [(*one, width, scale.counts[width], scale.trials[width]) for one in several for width in scale.counts]
    uneven = [(*one, scale.uneven, scale.trials[32]) for one in several]
    success = of_each(_success, sizes)
    phase = of_each(_phase, [(*one, scale.atoms, scale.cells, scale.draws) for one in several])
    return {
        "limits": _limits(success, seeds, scale),
        "success": success,
        "magnitudes": of_each(_uneven, uneven),
        "edges": _edges(phase),
        "drawn-phase": _pooled(phase, scale.draws),
    }


def of_each(function: Callable[..., list[dict[str, object]]], items: Iterable[tuple[object, ...]]) -> polars.DataFrame:
    """The rows that a function tells of each item, one below the other; several processes may share the items."""
    import polars as pl

    return pl.DataFrame([row for part in each(function, items) for row in part])


def size_of(width: int) -> str:
    """A size in words: dimensions and atoms."""
    return f"{width} × {2 * width}"


def _success(member: int, seed: Seed, width: int, counts: Sequence[int], trials: int) -> list[dict[str, object]]:
    """The share of a dictionary's examples that each coder gets back, a row a number of active atoms."""
    made = known(width, 2 * width, seed, trials, "trials")
    about = {"member": member, "seed": str(seed), "size": size_of(width), "width": width}
    return [{**about, "at": f"k = {active}", "active": active, **_shares(made, active)} for active in counts]


def _shares(made: Known, active: int, coders: Sequence[str] = CODERS) -> dict[str, float]:
    codes = made.codes(active)
    return {name: float(got_back(name, made.atoms, codes, active).mean()) for name in coders}


def _limits(success: polars.DataFrame, seeds: Sequence[Seed], scale: Scale) -> polars.DataFrame:
    """A row a dictionary: what is certain of it, what theory expects, and at how many active atoms coders fall."""
    import polars as pl

    rows = []
    for member, seed in enumerate(seeds):
        for width in scale.counts:
            own = success.filter(pl.col("member") == member, pl.col("width") == width).sort("active")
            active, told = own["active"].to_numpy().astype(float), _told(known(width, 2 * width, seed, 1, "trials"))
            falls = {
                f"{name}, {words}": crossing(active, own[name].to_numpy(), level)
                for name in CODERS
                for words, level in LEVELS.items()
            }
            at_spark = own.filter(pl.col("active") == by_spark(width))["basis pursuit"][0]
            about = {"member": member, "seed": str(seed), "size": size_of(width)}
            rows.append({**about, **told, **falls, **_compared(told, falls), "at_spark": at_spark})
    return pl.DataFrame(rows)


def _told(made: Known) -> dict[str, float]:
    """What is known of a dictionary beforehand."""
    count, width = made.atoms.shape
    cosines = np.abs(made.atoms @ made.atoms.T)
    coherence = float(np.where(np.eye(count, dtype=bool), 0, cosines).max())
    return {
        "coherence": coherence,
        "welch": math.sqrt((count - width) / (width * (count - 1))),
        "by_coherence": by_coherence(coherence),
        "by_spark": by_spark(width),
        "by_rule": by_rule(width, count),
        "limit": active_in_the_limit(width, count, non_negative=False),
        "limit_non_negative": active_in_the_limit(width, count, non_negative=True),
    }


def _compared(told: Mapping[str, float], falls: Mapping[str, float]) -> dict[str, float]:
    """How far beyond certainty basis pursuit gets, what signs are worth, and how far the limit's curve is off."""
    return {
        "beyond": falls["basis pursuit, most"] / told["by_coherence"],
        "times_half": falls["non-negative, half"] / falls["basis pursuit, half"],
        "times_most": falls["non-negative, most"] / falls["basis pursuit, most"],
        "off": falls["basis pursuit, half"] / told["limit"] - 1,
        "off_non_negative": falls["non-negative, half"] / told["limit_non_negative"] - 1,
    }


def _uneven(member: int, seed: Seed, counts: Sequence[int], trials: int) -> list[dict[str, object]]:
    """Basis pursuit and OMP in 32 dimensions, where the same atoms are on by magnitudes of another spread."""
    made, rows = known(32, 64, seed, trials, "trials"), []
    for words, sized in SPREADS.items():
        spread = made._replace(sizes=sized(made))
        for active in counts:
            shares = _shares(spread, active, ("basis pursuit", "OMP"))
            about = {"member": member, "seed": str(seed), "magnitudes": words, "active": active}
            rows.append({**about, **shares, "ahead": shares["basis pursuit"] - shares["OMP"]})
    return rows


def _phase(member: int, seed: Seed, sizes: Sequence[int], cells: Sequence[int], draws: int) -> list[dict[str, object]]:
    """Successes in 24 dimensions, by the number of atoms and of active ones; fewer atoms are the first of more."""
    most, rows = known(PHASE_WIDTH, max(sizes), seed, draws, "phase"), []
    for atoms in sizes:
        made, about = most.first(atoms), {"member": member, "seed": str(seed), "atoms": atoms}
        rows += [{**about, "active": active, **_shares(made, active)} for active in cells]
    return rows


def _edges(phase: polars.DataFrame) -> polars.DataFrame:
    """A row a dictionary of the phase diagram: on average over examples, up to how many active atoms are got back."""
    import polars as pl

    rows = []
    for (member, seed, atoms), part in phase.group_by("member", "seed", "atoms", maintain_order=True):
        own = part.sort("active")
        places = np.concatenate([[0.0], own["active"].to_numpy(), [PHASE_WIDTH]])
        areas = {
            name: float(np.trapezoid(np.concatenate([[1.0], own[name].to_numpy(), [0.0]]), places)) for name in CODERS
        }
        limits = {
            "limit": active_in_the_limit(PHASE_WIDTH, int(str(atoms)), non_negative=False),
            "limit_non_negative": active_in_the_limit(PHASE_WIDTH, int(str(atoms)), non_negative=True),
        }
        compared = {
            "times": areas["non-negative"] / areas["basis pursuit"],
            "off": areas["basis pursuit"] / limits["limit"] - 1,
            "off_non_negative": areas["non-negative"] / limits["limit_non_negative"] - 1,
        }
        rows.append({"member": member, "seed": seed, "atoms": atoms, **areas, **limits, **compared})
    return pl.DataFrame(rows)


def _pooled(phase: polars.DataFrame, draws: int) -> polars.DataFrame:
    """The share of a cell's examples over all dictionaries, a row a coder."""
    import polars as pl

    long = phase.unpivot(CODERS, index=["atoms", "active"], variable_name="coder", value_name="share")
    cells = long.group_by("atoms", "active", "coder", maintain_order=True)
    return cells.agg(pl.col("share").mean(), n=pl.len() * draws)
