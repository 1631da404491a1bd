"""What the study `compiled-program` measures: how near methods come to the variables of a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import (
    KSVD,
    OMP,
    Coder,
    Dictionary,
    IndependentComponents,
    LeastSquares,
    Method,
    NonNegativeLeastSquares,
    OnlineDictionary,
    PrincipalComponents,
    RandomDirections,
)
from tropism.measures import cosines
from tropism.studies._compiled_program_information import told
from tropism.studies._compiled_program_nets import (
    FLAGS,
    NOISE,
    VARIABLES,
    alone,
    bell_shaped,
    by_hand,
    compiled,
    directions,
    inputs_of,
)

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

WIDTHS = (24, 8)
"""Of the stream: more than there are variables, and fewer."""
FOUND = 0.9
GIVEN = 6
"""Inputs; they come first."""


@dataclass(frozen=True)
class Scale:
    """How much is asked.

    Attributes:
        seeds: Directions and examples each.
        examples: That methods see; as many others are scored.
        epochs: Of the online dictionary.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    examples: int = 3000
    epochs: int = 15


WHOLE = Scale()
QUICK = Scale(seeds=(0, 1), examples=1000, epochs=5)


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """A row a method, and a row a method and variable."""
    import polars as pl

    long = pl.DataFrame([row for member, seed in enumerate(seeds) for row in _rows(member, seed, scale)])
    keys = ["member", "seed", "width", "values", "method"]
    means = long.group_by(keys, maintain_order=True).agg(
        pl.col("cosine").mean(),
        pl.col("correlation", "information").mean(),
        directions_found=(pl.col("cosine") > FOUND).mean(),
        values_found=(pl.col("correlation") > FOUND).mean(),
        sources=pl.col("source").mean(),
    )
    return {"methods": means, "variables": long.drop("source")}


def _rows(member: int, seed: Seed, scale: Scale) -> Iterable[Mapping[str, object]]:
    for width in WIDTHS:
        random = np.random.default_rng((seed.data, width))
        rows = directions(width, seed)
        program = by_stream(width, seed, 2 * scale.examples, random)
        kinds = {
            "program": program,
            "Gaussian": bell_shaped(program, random),
            "independent": alone(len(program), random),
        }
        for kind, values in kinds.items():
            x = values @ rows + NOISE * random.normal(size=(len(values), width))
            seen, asked = np.split(x, 2)
            for name, found in _dictionaries(seen, rows, seed, scale).items():
                codes = coder_of(name).codes(found, asked)
                near = cosines(found.atoms, rows).max(axis=0)
                wanted = values[len(seen) :]
                follows, tells = correlations(codes, wanted), told(codes, wanted)
                source = cosines(found.atoms, sources(rows)).max(axis=0).mean()
                for place, variable in enumerate(VARIABLES):
                    yield {
                        "member": member, "seed": str(seed), "width": width, "values": kind, "method": name,
                        "variable": variable, "cosine": float(near[place]), "correlation": float(follows[place]),
                        "information": float(tells[place]), "source": float(source),
                    }  # fmt: skip


def by_stream(width: int, seed: Seed, count: int, random: np.random.Generator) -> Float[np.ndarray, "N V"]:
    """Variables as the network computes them; where the stream is narrow, a wider one computes and copies them."""
    inputs = inputs_of(count, random)
    if width < len(VARIABLES):
        return by_hand(inputs)
    program = compiled(width, seed)
    return program.run(inputs @ program.rows[:GIVEN]) @ np.linalg.pinv(program.rows)


def sources(rows: Float[np.ndarray, "V d"]) -> Float[np.ndarray, "K d"]:
    """Where activations go as each input or nonlinear part alone changes: a variable's direction, and those of sums.

    An input that is part of a sum moves the sum, too. Activations are as well told by these as by variables.
    """
    place = {name: rows[at] for at, name in enumerate(VARIABLES)}
    total, count = place["r + s"], place["count of flags"]
    either, other, most = place["c or d"], place["a xor c"], place["max of r, s"]
    inputs = (
        place["a"] + count + other,
        place["b"] + count,
        place["c"] + count + either + other,
        place["d"] + count + either,
        place["r"] + total,
        place["s"] + total + most,
    )
    return np.stack([*inputs, place["a and b"], either, other, most, place["r above s"]])


def _dictionaries(
    x: Float[np.ndarray, "N d"], rows: Float[np.ndarray, "V d"], seed: Seed, scale: Scale
) -> Mapping[str, Dictionary]:
    """What each method finds, the variables' own directions, and directions by lot."""
    spans = int((np.linalg.svd(x - x.mean(axis=0), compute_uv=False) > 2 * NOISE * np.sqrt(len(x))).sum())
    ways: Mapping[str, Method] = {
        "PCA": PrincipalComponents(spans),
        "ICA": IndependentComponents(spans, rounds=300),
        "online": OnlineDictionary(len(VARIABLES), price=0.15, epochs=scale.epochs),
        "K-SVD": KSVD(len(VARIABLES), active=len(FLAGS), rounds=30),
        "by lot": RandomDirections(len(VARIABLES)),
    }
    return {"variables": Dictionary.of(rows), **{name: way.fit(x, seed=seed.init) for name, way in ways.items()}}


def coder_of(method: str) -> Coder:
    """How examples are coded: as each method means it."""
    return {"online": NonNegativeLeastSquares(), "K-SVD": OMP(len(FLAGS))}.get(method, LeastSquares())


def correlations(codes: Float[np.ndarray, "N D"], values: Float[np.ndarray, "N V"]) -> Float[np.ndarray, "V"]:
    """The size of the best correlation of each variable with any code; zero with codes that never change."""
    one, other = codes - codes.mean(axis=0), values - values.mean(axis=0)
    lengths = np.linalg.norm(one, axis=0)[:, None] * np.linalg.norm(other, axis=0)
    return (np.abs(one.T @ other) / np.where(lengths > 0, lengths, np.inf)).max(axis=0)
