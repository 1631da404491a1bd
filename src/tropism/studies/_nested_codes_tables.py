"""What the study `nested-codes` measures: errors, steps to an error, and how alike codes are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import linear_cka, steps_to
from tropism.studies._nested_codes_runs import ARMS, HELD, LEVELS, STEPS, Arm
from tropism.subjects.generalization import Views
from tropism.subjects.generalization.images.upsampling import cubic_weights
from tropism.subjects.generalization.tasks.views import VIEWS

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED = 400
"""How many pictures codes are compared on, the first ones, alike for all networks."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Networks, those before, what the views are, and what is drawn."""
    import polars as pl

    first = {arm.code: codes_of(ensembles[name], arm) for name, arm in ARMS.items() if arm.method == "first"}
    later = [(arm, ensembles[name]) for name, arm in ARMS.items() if arm.method != "first"]
    networks = pl.concat([_networks(arm, ensemble, first[arm.code]) for arm, ensemble in later])
    return {
        "codes": networks,
        "first": pl.concat([_first(ensembles[Arm("first", code).name], code, first[code]) for code in LEVELS]),
        "views": views(),
        "drawn-looks": pl.concat([_looks(arm, ensemble) for arm, ensemble in later]),
    }


def codes_of(ensemble: Ensemble, arm: Arm) -> Float[np.ndarray, "E B A"]:
    """Every network's code of the first pictures."""
    pictures = arm.task().table().inputs[:ASKED]
    return ensemble.listen(pictures, (arm.site(),))[1][arm.site()]


def _networks(arm: Arm, ensemble: Ensemble, first: Float[np.ndarray, "E B A"]) -> polars.DataFrame:
    import polars as pl

    found = steps_to(ensemble, "error", LEVELS[arm.code], above=False)
    seen = ensemble.history.validation["error"].astype(float)
    codes = codes_of(ensemble, arm)
    own = [linear_cka(code, first[row]) for row, code in enumerate(codes)]
    return _named(arm, ensemble).with_columns(
        steps=found["first"].fill_null(STEPS).cast(pl.Float64),
        there=found["first"].is_not_null(),
        final=pl.Series(seen[:, -1]),
        least=pl.Series(seen.min(axis=1)),
        alike=pl.Series(own),
        strangers=pl.Series(_of_strangers(codes, first)),
    )


def _of_strangers(codes: Float[np.ndarray, "E B A"], first: Float[np.ndarray, "E B A"]) -> Float[np.ndarray, "E"]:
    """How alike each network's code is to those of other seeds' autoencoders of digits, mean over them."""
    rows = range(len(codes))
    return np.array([
        np.mean([linear_cka(codes[row], first[other]) for other in rows if other != row] or [np.nan]) for row in rows
    ])  # fmt: skip


def _first(ensemble: Ensemble, code: int, codes: Float[np.ndarray, "E B A"]) -> polars.DataFrame:
    import polars as pl

    seen = ensemble.history.validation["error"][:, -1].astype(float)
    told = {
        "code": pl.lit(str(code)),
        "error": pl.Series(seen),
        "ideal": pl.Series(_in_ideal_frame(ensemble)),
        "strangers": pl.Series(_of_strangers(codes, codes)),
    }
    return ensemble.table().select("member", "seed").with_columns(**told)


def _in_ideal_frame(ensemble: Ensemble) -> Float[np.ndarray, "E"]:
    """The error on held-out larger pictures between the maps that take them to digits, and digits to them, exactly."""
    import jax.numpy as jnp

    from tropism.arrays.streams import stream

    digits, larger = Views(share=HELD), Views(view="larger")
    table = digits.table()
    orders = [digits.world(table, stream(jnp.uint32(each.seed.world), "world")) for each in ensemble.members]
    held = np.stack([table.inputs[np.asarray(order)] for order in orders])
    missed = (ensemble.listen(held, apart=True)[0] - held).reshape(*held.shape[:2], 8, 8)
    weights = cubic_weights(8, 16)
    drawn = np.einsum("ri,ebij,cj->ebrc", weights, missed, weights, optimize=True)
    return np.square(drawn).sum(axis=(2, 3)).mean(axis=1) / larger.variance()


def _named(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    told = {"view": arm.view, "shown": arm.shown, "code": str(arm.code), "method": arm.method}
    return ensemble.table().select("member", "seed").with_columns(**{name: pl.lit(each) for name, each in told.items()})


def _looks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    rows = [
        _named(arm, ensemble).with_columns(step=pl.lit(int(step)), error=pl.Series(seen.astype(float)))
        for step, seen in zip(ensemble.history.validation_steps, ensemble.history.validation["error"].T, strict=True)
    ]
    return pl.concat(rows)


def views() -> polars.DataFrame:
    """How much of each view is a linear map of digits, and what as many principal components as codes leave of it."""
    import polars as pl

    digits = _centered(Views(view="digits"))
    rows = []
    for view in VIEWS:
        seen = _centered(Views(view=view))
        left = seen - digits @ np.linalg.lstsq(digits, seen, rcond=1e-9)[0]
        spread = np.square(np.linalg.svd(seen, compute_uv=False))
        beyond = {f"beyond_{code}": float(spread[code:].sum() / spread.sum()) for code in LEVELS}
        rows.append({"view": view, "linear": float(1 - np.square(left).sum() / np.square(seen).sum()), **beyond})
    return pl.DataFrame(rows)


def _centered(task: Views) -> Float[np.ndarray, "N D"]:
    rows = task.table().inputs.astype(float)
    return rows - rows.mean(axis=0)
