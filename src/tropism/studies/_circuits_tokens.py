"""One circuit with second names, or two: what each costs, of networks that learned a second token set.

Where new tokens answer, training learns a second circuit. The other solution is built here from the network before: new
tokens get the rows of the old tokens of the same numbers, in both embeddings and in the output. It is then trained as
long as the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.sweep import Sweep, grid
from tropism.measures import Langevin, in_their_worlds
from tropism.measures.examples import Examples
from tropism.studies._circuits_forming import coefficients
from tropism.studies._combining_looks import overlap, spectra
from tropism.studies._combining_tokens import FIRST_SHARE, SWEPT_SHARE, TABLES, Answers, Arm, sizes
from tropism.subjects.generalization.measures import tables_of
from tropism.subjects.generalization.renamed import Renamed

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

WIDTHS = (64, 128)
DECAYS = (0.5, 2.0)
SEEDS = (0, 1, 2)
SETTINGS = grid(optimizer__weight_decay=DECAYS)
ANSWERS: tuple[Answers, ...] = ("shared", "own")
SAMPLER = Langevin(step=3e-4, localization=30.0, chains=3, burn_in=300, draws=300)
SOLUTIONS = {"shared": "old answers: one", "own": "new answers: two", "built": "new answers: one, built"}


def first_of(width: int) -> Arm:
    """Networks that know sums of old tokens."""
    return Arm("first", hidden=width, swept=True)


def later_of(width: int, answers: Answers) -> Arm:
    """And those that learned new tokens after it."""
    return Arm("with replay", answers, SWEPT_SHARE, hidden=width, swept=True)


def sweeps() -> tuple[Sweep, ...]:
    """What the study `combining` trains at some widths and decays."""
    found = []
    for width in WIDTHS:
        for arm in (first_of(width), *(later_of(width, answers) for answers in ANSWERS)):
            found.append(replace(arm.sweep(), seeds=SEEDS, settings=SETTINGS))
        found.append(_built(width))
    return tuple(found)


def built_name(width: int) -> str:
    """The sweep of networks with one circuit and second names."""
    return f"c2-h{width}-built"


def _built(width: int) -> Sweep:
    first, arm = first_of(width).name, later_of(width, "own")
    task = arm.task("new")
    edit = Renamed("hidden", *(tuple(task.tokens_of(names).tolist()) for names in ("old", "new")))
    return Sweep(
        built_name(width), lambda before: arm.experiment(before[first].edited(edit)), SEEDS, SETTINGS, after=(first,)
    )


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A row a network and solution, means, and two circuits beside one."""
    import polars as pl

    parts = []
    for width in WIDTHS:
        for answers in ANSWERS:
            arm = later_of(width, answers)
            trained = ensembles[arm.name]
            parts.append(_costs(arm, trained, SOLUTIONS[answers]))
            if answers == "own":
                parts.append(_costs(arm, ensembles[built_name(width)], SOLUTIONS["built"]))
    networks = pl.concat(parts)
    keys = ("solution", "width", "decay")
    means = pl.col("parameters", "coefficient", "spread", "acceptance", "squares", "loss", "right", "held",
                   "overlap").mean()  # fmt: skip
    return {
        "four-costs": networks.group_by(keys, maintain_order=True).agg(
            pl.len().alias("networks"), means,
            pl.col("warning").filter(pl.col("warning") != "").unique().sort().str.join(", ").alias("warnings")),
        "four-beside": beside(networks),
        "four-networks": networks,
    }  # fmt: skip


def beside(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a network: what two circuits cost that were trained, as a multiple of one that was built."""
    import polars as pl

    who = ("width", "decay", "member", "seed")
    costs = ("coefficient", "squares", "parameters")
    sides = [networks.filter(pl.col("solution") == SOLUTIONS[which]).select(*who, *costs)
             for which in ("own", "built")]  # fmt: skip
    both = sides[0].join(sides[1], on=who, suffix="_built")
    found = both.with_columns(**{f"{name}_ratio": pl.col(name) / pl.col(f"{name}_built") for name in costs})
    return found.select(*who, *(f"{name}_ratio" for name in costs))


def _costs(arm: Arm, ensemble: Ensemble, solution: str) -> polars.DataFrame:
    """Learning coefficient, sum of squares and the count of needed parameters, of each network."""
    import polars as pl

    asked = _both(arm, ensemble, held=False)
    found = coefficients(ensemble, asked, SAMPLER)
    counts = sizes().filter((pl.col("answers") == arm.answers) & (pl.col("hidden") == arm.hidden))
    needed = counts["two_circuits" if solution == SOLUTIONS["own"] else "one_circuit"][0]
    folded, task = tables_of(ensemble, TABLES), arm.task("new")
    alike = overlap(*(spectra(folded, task.tokens_of(names)) for names in ("old", "new")))
    return found.select("member", "seed", "coefficient", "spread", "loss", "drift", "below", "acceptance", "warning",
                        "num_parameters").with_columns(
        solution=pl.lit(solution), width=pl.lit(arm.hidden), parameters=pl.lit(float(needed)),
        decay=pl.Series([dict(member.dials)["optimizer.weight_decay"] for member in ensemble.members]),
        squares=pl.Series(_squares(ensemble)), overlap=pl.Series(alike),
        right=pl.Series(_right(ensemble, asked)),
        held=pl.Series(_right(ensemble, _both(arm, ensemble, held=True))),
    )  # fmt: skip


def _both(arm: Arm, ensemble: Ensemble, *, held: bool) -> Examples:
    """Pairs of old and of new tokens, of each network its own: those trained on, or those held out."""
    tasks = (
        arm.task("old", (FIRST_SHARE, 1.0) if held else (0.0, FIRST_SHARE)),
        arm.task("new", (SWEPT_SHARE, 1.0) if held else (0.0, SWEPT_SHARE)),
    )
    parts = [in_their_worlds(task, ensemble.members) for task in tasks]
    ends = [each.ends for each in parts if each.ends is not None]
    low, high = (np.concatenate([np.asarray(end[side]) for end in ends], axis=1) for side in (0, 1))
    inputs, classes = (np.concatenate([np.asarray(each[place]) for each in parts], axis=1) for place in (0, 1))
    return Examples(inputs, classes, ends=(low, high))


def _right(ensemble: Ensemble, asked: Examples) -> Float[np.ndarray, "E"]:
    outputs = ensemble.listen(asked.inputs, apart=True)[0]
    legal = np.where(asked.legal(outputs.shape[-1]), outputs, -np.inf)
    return (legal.argmax(axis=-1) == asked.classes).mean(axis=1)


def _squares(ensemble: Ensemble) -> Float[np.ndarray, "E"]:
    return np.sum([np.square(item.astype(float)).reshape(len(item), -1).sum(1) for item in ensemble.params.values()], 0)
