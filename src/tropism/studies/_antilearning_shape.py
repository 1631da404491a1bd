"""A2 asked the other way: is shape learned sooner by networks that know color, or by fresh ones?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.cohort import gathered
from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.start import From
from tropism.core.sweep import Sweep
from tropism.subjects.generalization.examiner.cells import BASE, FRESH, Column
from tropism.subjects.generalization.tasks import ColoredShapes
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

if TYPE_CHECKING:
    import polars

TABLE = "shape"
STEPS, LOOKS = 300, (0, 10, 30, 60, 100, 200, 300)


def shape_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns in whose pair color and shape say the same."""
    return tuple(each for each in columns if isinstance(each.pair.x, ColoredShapes))


def shape_sweep(column: Column) -> Sweep:
    """Red squares and red triangles, learned from the base and from fresh networks, at the pair's rate."""
    ends = tuple(f"{column.pair.name}.{name}" for name in (BASE, FRESH))
    return Sweep(f"{column.pair.name}.shape", _Shape(column, ends), (), after=ends)


def shape_table(columns: Sequence[Column], ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """Accuracy on shapes that were held out: one row a network to begin with, a seed and a step."""
    import polars as pl

    tables = []
    for column in columns:
        found = ensembles[f"{column.pair.name}.shape"]
        steps, seen = found.history.validation_steps, found.history.validation["accuracy_held"]
        seeds = [str(member.seed) for member in found.members]
        count = len(seeds) // 2
        named = {"pair": column.pair.name, "row": np.repeat([BASE] * count + [FRESH] * count, len(steps))}
        named |= {"seed": np.repeat(seeds, len(steps)), "step": np.tile(steps, len(seeds))}
        named |= {"member": np.repeat([*range(count), *range(count)], len(steps))}
        tables.append(pl.DataFrame(named | {"accuracy_shape": seen.ravel().astype(float)}))
    return pl.concat(tables)


@dataclass(frozen=True)
class _Shape:
    """The experiment, once the networks to begin with are there."""

    column: Column
    ends: tuple[str, ...]

    def __call__(self, before: Mapping[str, Ensemble]) -> Experiment:
        pair = self.column.pair
        assert isinstance(pair.x, ColoredShapes), "only such columns are asked"
        shape = replace(pair.x, part="shape")
        held = Check("held", replace(shape, share=(pair.cuts_x[1], 1.0)))
        count = sum(pair.counts)
        taught = Part("shape", replace(shape, share=(0.0, pair.cuts_x[0])), count)
        return Experiment(
            task=Mixture(parts=(taught,), checks=(held,)),
            network=pair.network,
            terms=(Accuracy(where="held", name="accuracy_held"),),
            optimizer=pair.optimizer,
            steps=STEPS,
            batch_size=count,
            start=From(gathered(before[name] for name in self.ends), each=True),
            validate_at=LOOKS,
        )
