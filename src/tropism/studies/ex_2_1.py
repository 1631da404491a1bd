"""Ex 2.1: interventions as lobes, drawn in two dimensions; nothing is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.claim import Claim
from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study
from tropism.studies._published import NOTEBOOKS

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

SOURCE = f"{NOTEBOOKS}, Ex 2.1, which draws the same eight lobes and prints no numbers"
DIRECTIONS = 720
SUPPRESSIONS = ("half, linear", "half, squared", "within 60°, linear", "within 60°, squared")
REPULSIONS = ("to 60°, linear", "to 60°, Bézier", "60° to 30°, linear", "60° to 30°, Bézier")
HOLES = {"to 60°": 60.0, "60° to 30°": 30.0}


def study(name: str) -> Study:
    """The study `ex-2.1`: eight interventions on a circle of directions."""
    return Study(
        name=name,
        title="Interventions as lobes",
        question="What do suppression and repulsion do to a direction, by its angle to the concept?",
        source=SOURCE,
        lede=(
            "Each member is one of 720 directions around a circle, none exactly along the concept; nothing is trained. "
            "The original draws at random where a vector lies exactly along the concept; ours turns it to a fixed side."
        ),
        sweeps=(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns={
            "member": "one direction",
            "lobe": "the intervention",
            "before": "angle to the concept, in degrees",
            "after": "the same afterwards",
            "length": "length afterwards; before it was 1",
            "moved": "distance from where it was",
            "outside": "whether it lies beyond the angle at which the intervention begins",
            "hole": "half-angle of the cone that a repulsion empties, in degrees",
        },
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A row a direction and lobe."""
    import jax.numpy as jnp
    import polars as pl

    from tropism.subjects.color.figures import published_lobes

    turn = (np.arange(DIRECTIONS) + 0.5) * 2 * np.pi / DIRECTIONS
    circle = np.stack([np.cos(turn), np.sin(turn)], -1).astype(np.float32)
    parts = []
    for lobe, each in published_lobes().items():
        after = np.asarray(each(jnp.asarray(circle))).astype(float)
        length = np.linalg.norm(after, axis=-1)
        before_angle = np.degrees(np.arccos(np.clip(circle[:, 0], -1, 1)))
        begins = np.degrees(next(cone.angle for cone in each.cones() if cone.kind == "begins"))
        parts.append(
            pl.DataFrame(
                {
                    "member": np.arange(DIRECTIONS),
                    "lobe": [lobe] * DIRECTIONS,
                    "before": before_angle.astype(float),
                    "after": np.degrees(np.arccos(np.clip(after[:, 0] / np.where(length > 0, length, 1), -1, 1))),
                    "length": length,
                    "moved": np.linalg.norm(after - circle, axis=-1),
                    "outside": before_angle > begins + 1e-3,
                    "hole": [HOLES.get(lobe.partition(",")[0], float("nan"))] * DIRECTIONS,
                }
            )
        )
    lobes = pl.concat(parts)
    clear = (pl.col("after") - pl.col("hole")).alias("clear_of_hole")
    rim = lobes.filter(~pl.col("outside")).group_by("lobe", maintain_order=True).agg(
        pl.col("moved").sort_by("before", descending=True).first().alias("moved_at_the_rim"),
        pl.col("moved").max().alias("moved_most"),
        pl.col("length").min().alias("shortest"),
        pl.col("after").min().alias("nearest_to_the_concept"),
    )  # fmt: skip
    return {"rims": rim, "lobes": lobes.with_columns(clear)}


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The eight lobes."""
    from tropism.subjects.color.figures import lobes

    return [lobes()]


def _share(text: str, lobe: str, column: tuple[str, str, float], **where: bool) -> Claim:
    return Claim(
        f"{lobe}: {text}.",
        table="lobes",
        statistic="share",
        column=column,
        where=(("lobe", lobe), *where.items()),
        above=0.98,
        source=f"{NOTEBOOKS}: by its definition; tested on every direction",
    )


def _gentler(start: str) -> Claim:
    return Claim(
        f"{start}: within the cone, the Bézier turns directions less on average than the straight line does.",
        table="lobes",
        statistic="difference",
        column="moved",
        where=(("lobe", f"{start}, linear"), ("outside", False)),
        versus=(("lobe", f"{start}, Bézier"),),
        above=0.0,
        source=f"{NOTEBOOKS}: it begins smoothly",
    )


CLAIMS = (
    *(
        _share(
            "what lies beyond the angle where it begins stays where it was", lobe, ("moved", "<=", 0.0), outside=True
        )
        for lobe in (*SUPPRESSIONS, *REPULSIONS)
    ),
    *(
        _share("nothing that it acts on grows longer", lobe, ("length", "<", 1.00001), outside=False)
        for lobe in SUPPRESSIONS
    ),
    *(_share("what it turns keeps its length", lobe, ("length", ">", 0.99999), outside=False) for lobe in REPULSIONS),
    *(
        _share("nothing is left in the hole", lobe, ("clear_of_hole", ">=", -0.01), outside=False)
        for lobe in REPULSIONS
    ),
    *(_gentler(start) for start in HOLES),
)
