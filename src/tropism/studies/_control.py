"""What the studies of control have in common: conditions, scores, damage, health, published numbers, pictures.

Scores are told twice: on the colors that were trained on, as the source scored them, and on the 343 true centers of the
grid's cells, which were not. A published mean stands beside ours with the 99 % interval of the difference (Welch).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.ensemble import Ensemble
from tropism.studies import _pictures as pictures
from tropism.studies import _published_colors as chosen
from tropism.studies import _reds as red
from tropism.studies._claims import score_claims as score_claims
from tropism.studies._published import (
    NOTEBOOKS as NOTEBOOKS,
)
from tropism.studies._published import (
    PAPER as PAPER,
)
from tropism.studies._published import (
    PUBLISHED_COLUMNS,
    Published,
    PublishedSeed,
    among_ours,
    beside_published,
)
from tropism.studies._summary import SUMMARY_COLUMNS, summarized

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

Tables = Mapping[str, "polars.DataFrame"]

COLUMNS = {
    "member": "row in the ensemble",
    "seed": "the member's luck",
    "sweep": "what was trained",
    "condition": "what was done to the trained network",
    "colors": "the colors that were scored: trained on, or held out (343 cell centers)",
    "errors.colors": "a dense HSV cube of 20,480 colors; of seed 0 the source's full one, too; or the held-out ones. A "
    "strided cube ends at 46/47 of saturation and value, as Ex 2.10's did",
    "r2": "squared correlation of each color's error with its similarity to red (or vibrancy), to the given power",
    "power": "the exponent of the similarity",
    "concept_added": "error that the condition adds at pure red",
    "neighbors_added": "mean error added at named colors that resemble red",
    "collateral_mean": "mean error added at named colors with similarity 0 to red",
    "collateral_max": "largest error added at a color with similarity 0",
    "collateral_share": "that mean as a share of what is added at red",
    "leak": "mean |z₀| of colors that are not red",
    "anchor_loss": "1 − cosine of red's latent to the anchor",
    "reconstruction": "mean squared error on cell centers and the cube's corners",
    "healthy": "leak < .1, anchor loss < .3 and reconstruction < .01",
    **PUBLISHED_COLUMNS,
    **SUMMARY_COLUMNS,
    **red.REDS_COLUMNS,
    **chosen.SELECTED_COLUMNS,
    "labels.share": "labeled examples as a share of all that were drawn",
}


@dataclass(frozen=True)
class Control:
    """How a study of control is measured and drawn.

    Attributes:
        conditions: From a trained ensemble to what is done to it, by name, the untouched one first.
        powers: The exponent of the ground truth, by condition; those without are not scored.
        against: `similarity` to red, or `vibrancy`.
        published: Means over seeds in the source, of the first sweep.
        published_seeds: Single networks of the source, of the sweep `published_sweep`.
        published_sweep: The sweep that the published numbers belong to; the first by default.
        pictured: Sweeps whose member is drawn; the first by default.
        member: Which member is drawn; decided before its score was seen.
        selected: The published errors of named colors, of the network with the highest score (`_published_colors`); its
            score is that of the first condition of `powers`.
        cube: Whether errors on a dense cube of colors are measured, as the notebooks did.
        strided: Whether that is Ex 2.10's cube, in which no pure hue is.
    """

    conditions: Callable[[Ensemble], Mapping[str, Ensemble]]
    powers: Mapping[str, float]
    against: Any = "similarity"
    published: tuple[Published, ...] = ()
    published_seeds: tuple[PublishedSeed, ...] = ()
    published_sweep: str = ""
    pictured: tuple[str, ...] = ()
    member: int = 0
    selected: str = ""
    cube: bool = False
    strided: bool = False

    def measure(self, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        """The tables of a study; those of several sweeps say which in a column `sweep`."""
        several = len(ensembles) > 1
        parts = [self._measured(name, each, ensembles) for name, each in ensembles.items()]
        tables = _joined(parts, list(ensembles) if several else [])
        sweep = (self.published_sweep or next(iter(ensembles))) if several else ""
        first: dict[str, polars.DataFrame] = {}
        if self.published:
            first["published"] = beside_published(tables, self.published, sweep=sweep)
        if self.published_seeds:
            first["published_seed"] = among_ours(tables, self.published_seeds, sweep=sweep)
        first["summary"] = summarized(tables)
        if self.selected:
            first |= self._best_tables(tables, ensembles, sweep)
        return first | tables

    def draw(self, tables: Tables) -> list[Figure]:
        """Every seed a dot, then the dope sheet and the pictured member."""
        from tropism.studies._strips import seed_strips

        found = seed_strips(self, tables)
        for sweep, part in _by_sweep(tables):
            suffix, said = (f"-{sweep}", f", {sweep}") if sweep else ("", "")
            if part["drawn-dials"].height:
                found.append(
                    pictures.dope_sheet_figure(part, name=f"dope-sheet{suffix}", title=f"The dope sheet{said}")
                )
            if part["drawn-slices"].height:
                found += pictures.member_figures(
                    part, powers=self.powers, against=self.against, suffix=suffix, said=said
                )
                found.append(pictures.composite_figure(part, against=self.against, suffix=suffix, said=said))
        if self.selected:
            found.append(self._best_figure(tables))
        return found

    def _best_tables(
        self, tables: Tables, ensembles: Mapping[str, Ensemble], sweep: str
    ) -> dict[str, polars.DataFrame]:
        best = chosen.best_member(tables["scores"], next(iter(self.powers)), sweep=sweep)
        conditions = dict(self.conditions(ensembles[sweep or next(iter(ensembles))]))
        part = pictures.picture_tables(conditions, [best])
        beside = chosen.beside_selected(tables["named"], best, self.selected, sweep=sweep)
        return {"selected": beside} | {f"{name}-best": table for name, table in part.items()}

    def _best_figure(self, tables: Tables) -> Figure:
        part = {name.removesuffix("-best"): table for name, table in tables.items() if name.endswith("-best")}
        figure = pictures.composite_figure(part, against=self.against, suffix="-best", said=", the best of our seeds")
        return figure.retitled(
            figure.title, caption=f"Chosen for its score, as the source chose its own. {figure.caption}"
        )

    def _measured(
        self, name: str, ensemble: Ensemble, ensembles: Mapping[str, Ensemble]
    ) -> dict[str, polars.DataFrame]:
        conditions = dict(self.conditions(ensemble))
        tables = self._scored(conditions) | pictures.schedule_pictures(ensemble)
        if name in (self.pictured or (next(iter(ensembles)),)):
            tables |= pictures.picture_tables(conditions, [self.member])
        return tables

    def _scored(self, conditions: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        from tropism.subjects.color.measures import concept_losses, damage, health, label_counts, selectivity

        ensemble = next(iter(conditions.values()))
        whole = {"whole": ensemble}
        touched = {name: conditions[name] for name in self.powers}
        named = red.named_answers(conditions)
        tables = {
            "colors": per_color(named),
            "scores": selectivity(touched, power=dict(self.powers), against=self.against),
            "damage": with_share(damage(conditions)),
            "health": health(whole),
            "places": red.places(ensemble),
            "reds": red.reds(conditions),
            "labels": with_label_share(label_counts(whole), ensemble),
            "losses": concept_losses(whole),
            "named": named,
            "kinds": red.kinds(named),
        }
        return tables | ({"errors": cube_errors(conditions, strided=self.strided)} if self.cube else {})


def cube_errors(conditions: Mapping[str, Ensemble], *, strided: bool = False) -> polars.DataFrame:
    """`error_extremes` on a dense cube and on held-out colors, and of seed 0 on the cube of the source.

    The cubes of Ex 2.2 to 2.9 hold pure red. That of Ex 2.10 takes every second point of 48 saturations and values and
    ends at 46/47, so no pure hue is in it; `strided` measures all seeds on fewer hues of such a cube, too.
    """
    import numpy as np
    import polars as pl

    from tropism.subjects.color import ColorCube, arange_cyclic
    from tropism.subjects.color.measures import error_extremes, fine_cube

    centers, steps = np.linspace(1, 13, 7) / 14, np.linspace(0, 1, 48)[::2]
    zero = {name: each.select(each.seeds == 0) for name, each in conditions.items()}
    sets = [("cube", conditions, fine_cube(every=3)), ("held-out", conditions, ColorCube.from_rgb(*[centers] * 3))]
    if strided:
        sets.append(("strided cube", conditions, ColorCube.from_hsv(arange_cyclic(step=1 / 40), steps, steps)))
    if all(len(each) for each in zero.values()):
        exact = ColorCube.from_hsv(arange_cyclic(step=1 / 120), steps, steps) if strided else fine_cube(every=1)
        sets.append(("full cube", zero, exact))
    parts = [error_extremes(some, cube=cube).with_columns(pl.lit(name).alias("colors")) for name, some, cube in sets]
    return pl.concat(parts)


def per_color(errors: polars.DataFrame) -> polars.DataFrame:
    """Mean and spread over members of the error at each color: a row a condition and color."""
    import polars as pl

    return errors.group_by("condition", "color", maintain_order=True).agg(
        pl.col("mse").mean().alias("mse"),
        pl.col("added").mean().alias("added"),
        pl.col("added").std().alias("added_std"),
        pl.col("added").max().alias("added_max"),
        pl.len().alias("n"),
    )


def with_share(table: polars.DataFrame) -> polars.DataFrame:
    """`damage`, with the collateral as a share of what is added at the anchor, where that is anything."""
    import polars as pl

    share = pl.when(pl.col("concept_added") > 1e-6).then(pl.col("collateral_mean") / pl.col("concept_added"))
    return table.with_columns(share.alias("collateral_share"))


def with_label_share(table: polars.DataFrame, ensemble: Ensemble) -> polars.DataFrame:
    """`label_counts`, with the share of examples that bore any label."""
    import polars as pl

    return table.with_columns(
        (pl.col("any") / (ensemble.experiment.length * ensemble.experiment.batch_size)).alias("share")
    )


def seed_figures(control: Control, scores: polars.DataFrame, health: polars.DataFrame) -> list[Figure]:
    """Every seed a dot: scores by condition beside what was published, and how far other colors reach."""
    from tropism.studies._strips import leak_strip, score_strip

    return [score_strip(control, scores), leak_strip(health)]


def _joined(parts: Sequence[Mapping[str, polars.DataFrame]], sweeps: Sequence[str]) -> dict[str, polars.DataFrame]:
    import polars as pl

    if not sweeps:
        return dict(parts[0])
    found: dict[str, polars.DataFrame] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        marked = [
            part[name].select(pl.lit(sweep).alias("sweep"), pl.all())
            for sweep, part in zip(sweeps, parts, strict=True)
            if name in part
        ]
        found[name] = pl.concat(marked, how="diagonal")
    return found


def _by_sweep(tables: Tables) -> list[tuple[str, dict[str, polars.DataFrame]]]:
    drawn = {name: table for name, table in tables.items() if name.startswith("drawn-") and not name.endswith("-best")}
    if "sweep" not in drawn["drawn-dials"].columns:
        return [("", drawn)]
    sweeps = drawn["drawn-dials"]["sweep"].unique(maintain_order=True).to_list()
    return [
        (sweep, {name: table.filter(table["sweep"] == sweep).drop("sweep") for name, table in drawn.items()})
        for sweep in sweeps
    ]


__all__ = [
    "COLUMNS",
    "NOTEBOOKS",
    "PAPER",
    "Control",
    "Published",
    "PublishedSeed",
    "Tables",
    "cube_errors",
    "per_color",
    "score_claims",
    "seed_figures",
    "with_share",
]
