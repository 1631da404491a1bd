"""Single rows of Table 1, and their variants, each a study of its own at every scale: `LR1`, `LR1-at-refactor`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study
from tropism.errors import UnknownName
from tropism.studies._long_published import Reading, readings
from tropism.studies._published_monosemanticity import PAPER
from tropism.studies._run_claims import CLAIMS, PlainRun, beside, found_again
from tropism.studies._run_figures import draw
from tropism.studies._sparse_runs import COLUMNS, measure
from tropism.subjects.superposition.figures.words import NAMES, in_a_sentence, worded
from tropism.subjects.superposition.table_one import ROWS, SCALES, VARIANTS, Row, Scale, Swept, sweeps_of

if TYPE_CHECKING:
    import polars

AT = "-at-"
USUAL = "laptop"
"""The scale that a name without one means."""

SEEDS: Mapping[str, tuple[int, ...]] = {"laptop": (0, 1, 2), "laptop-unscaled": (0, 1, 2)}
"""Whose luck, by scale; elsewhere one seed, for networks take long."""


class Which(NamedTuple):
    """What a name stands for: a row of the table or a variant of one, and a name in `SCALES`."""

    row: str
    scale: str


def names() -> list[str]:
    """Every row and variant: what may stand before `-at-SCALE`, or alone."""
    return [*ROWS, *VARIANTS]


def described(name: str) -> str:
    """The question of a row, if the name stands for one; empty if not, so that a list may ask of every name."""
    row, at, scale = name.partition(AT)
    there = row in names() and (not at or scale in SCALES)
    return question({**ROWS, **VARIANTS}[row]) if there else ""


def listed() -> str:
    """All rows, variants and scales in a few lines."""
    scales = ", ".join(scale for scale in SCALES if scale != USUAL)
    return (
        f"Rows of Table 1, each a study of its own: {' '.join(ROWS)}\n"
        f"as other sources have them: {' '.join(VARIANTS)}\n"
        f"tropism run NAME is at the scale {USUAL}, tropism run NAME{AT}SCALE at {scales}."
    )


def near(name: str) -> list[str]:
    """What a misspelt name may have meant: rows, or rows at scales where it seems to name a scale."""
    scaled = "@" in name or AT.strip("-") in name.split("-")
    return [f"{row}{AT}{scale}" for row in names() for scale in SCALES] if scaled else names()


def which(name: str) -> Which | None:
    """What a study's name stands for, if a row of the table.

    Raises:
        UnknownName: A row that is there, at a scale that is not.
    """
    row, at, scale = name.partition(AT)
    if row not in names():
        return None
    if at and scale not in SCALES:
        raise UnknownName("scale", scale, SCALES, f"the row {row!r} of Table 1")
    return Which(row, scale if at else USUAL)


def study(name: str) -> Study:
    """The study of one row at one scale.

    Raises:
        UnknownName: There is no such row or scale.
    """
    found = which(name)
    if found is None:
        raise UnknownName("row of Table 1", name, names())
    row, scale = {**ROWS, **VARIANTS}[found.row], SCALES[found.scale]
    sweeps = sweeps_of(found.row, found.scale, seeds=SEEDS.get(found.scale, (0,)))
    published = _published(found.row, scale)
    return PlainRun(
        name=found.row if found.scale == USUAL else f"{found.row}{AT}{found.scale}",
        title=f"{found.row} of Table 1" + (f", scale {found.scale}" if found.scale != USUAL else ""),
        question=question(row),
        source=_source(found.row, row),
        lede=_lede(row, found.scale),
        sweeps=sweeps,
        measure=functools.partial(_measured, written=row.experiment(scale), published=published),
        draw=draw,
        claims=CLAIMS,
        asked=tuple(map(found_again, published)),
        written=row.experiment(scale),
        columns=COLUMNS,
        any_sweeps=True,
    )


def question(row: Row) -> str:
    """What a row asks, in a sentence."""
    swept = " and the ".join(in_a_sentence(name) for name, _ in row.swept)
    return f"How many features come to have a neuron of their own, and at which loss, by the {swept}?"


def _measured(
    ensembles: Mapping[str, Ensemble], *, written: Experiment, published: tuple[Reading, ...]
) -> dict[str, polars.DataFrame]:
    tables = measure(ensembles, written=written if published else None)
    found = beside(tables["drawn-training"], published)
    return tables | ({"drawn-published": found} if found.height else {})


def _published(name: str, scale: Scale) -> tuple[Reading, ...]:
    """Numbers read off pictures of these very runs, or of longer ones that begin as they do."""
    if scale.batch != SCALES["picture"].batch:
        return ()
    return tuple(each for each in readings(name) if 2**each.power <= scale.steps)


def _source(name: str, row: Row) -> str:
    where = f"{PAPER}, Table 1" if name in ROWS else "Beside Table 1"
    rest = "scripts of adamjermyn/toy_model_interpretability and jbloomAus/toy_model_interpretability"
    return f"{where}; what the table leaves out is from the {rest}." + (f" {row.note}" if row.note else "")


def _lede(row: Row, scale: str) -> str:
    size, seeds = SCALES[scale], len(SEEDS.get(scale, (0,)))
    batch = (
        f"{size.batch:,} examples" if size.neurons is None else f"{size.neurons:,} examples over the neurons' number"
    )
    runs = (
        f"Scale {scale}: {size.steps:,} steps, batches of {batch} examples, "
        f"{seeds} seed{'s' if seeds > 1 else ''}, unless changed."
    )
    return "\n\n".join(
        part for part in (f"{_setting(row)} {_values(row)}", f"{runs}{_decay(row, size)}", _standing(seeds)) if part
    )


def _setting(row: Row) -> str:
    """The row's setting in a sentence, without what it sweeps."""
    swept = dict(row.swept)
    them = {"decoder": "the features themselves", "abs": "the features' magnitudes"}
    wanted = them.get(row.aim, "another projection of them")
    said = [f"512 {row.spread} features in 64 dimensions; wanted are {wanted}"]
    said += [] if "hidden" in swept else [f"{row.hidden:,} neurons"]
    said += [{"relu": "ReLU", "gelu": "GeLU"}.get(row.activation, row.activation)]
    fixed: dict[Swept, float] = {"density": row.density, "lr": row.lr, "offset": row.offset, "decay": row.decay}
    said += [f"{NAMES[name]} {worded(name, value)}" for name, value in fixed.items() if name not in swept and value]
    return ", ".join(said) + "."


def _values(row: Row) -> str:
    told = (f"{NAMES[name]} {', '.join(worded(name, value) for value in values)}" for name, values in row.swept)
    return f"Swept: {'; '.join(told)}."


def _decay(row: Row, scale: Scale) -> str:
    decays = "decay" in dict(row.swept) or row.decay
    if not (decays and scale.rescaled):
        return ""
    times = scale.stretch
    trained = f", {worded('lr', row.decay * times)}" if row.decay else ""
    held = " LAMB cannot hold a bias against a decay above one half." if row.decay * times > 0.5 else ""
    return (
        f" The decay is trained at {times:g} times the rate above{trained}, so that a run shorter than the paper's "
        f"keeps its e-folds; tables and figures have it as trained.{held}"
    )


def _standing(seeds: int) -> str:
    alone = " With one, as here, they stay undecided for want of seeds: --seeds 0..2 trains three." if seeds < 2 else ""
    return f"Claims stand on seeds, and look on each at the setting that is worst.{alone}"
