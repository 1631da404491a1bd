"""The verb `new`: a study of the user's own, as a file that runs at once."""

from __future__ import annotations

from pathlib import Path

from tropism.errors import BadValue, UserError

TEMPLATE = '''"""{title}: one question, asked of every seed at once.

Run it with `tropism run {file}`.
"""

from __future__ import annotations

import polars as pl

from tropism import Claim, Study, Sweep
from tropism.figures import strip
from tropism.subjects.color import presets
from tropism.subjects.color.measures import damage
from tropism.surgery import ablate


def study(name: str) -> Study:
    return Study(
        name=name,
        title="{title}",
        question="What does deleting the first axis cost red, and what does it cost the others?",
        source="A study of my own.",
        sweeps=(Sweep("isolated", presets.isolated(), seeds=tuple(range(8))),),
        measure=measure,
        draw=draw,
        claims=(
            Claim(
                "Deleting the axis costs red at least .2.",
                table="damage",
                statistic="mean",
                column="concept_added",
                where=(("condition", "ablated"),),
                above=0.2,
            ),
        ),
    )


def measure(ensembles):
    whole = ensembles["isolated"]
    return {{"damage": damage({{"whole": whole, "ablated": ablate(whole, "latent", dims=(0,))}})}}


def draw(tables):
    cut = tables["damage"].filter(pl.col("condition") == "ablated")
    return [
        strip(
            cut,
            "concept_added",
            name="red",
            title="What red loses",
            alt="One dot a seed: the error that deleting the axis adds to red.",
        )
    ]
'''


def new(name: str, folder: Path) -> None:
    """Write `NAME.py`; an existing file is never overwritten."""
    if not name or not all(
        (each.isalnum() and each.isascii() and each == each.lower()) or each in "-_" for each in name
    ):
        raise BadValue("the study's name", name, "lower case letters, digits and hyphens")
    path = folder / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise UserError(f"{path} is already there; choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(TEMPLATE.format(title=name.replace("-", " ").capitalize(), file=path.name), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    print(f"Wrote {path}. Run it with: tropism run {path}")
