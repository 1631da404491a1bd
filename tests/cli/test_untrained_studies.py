"""Studies that train nothing: their seeds are asked for as others' are, and what nobody would hear is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from tropism.cli.training import find_study
from tropism.core import Seed
from tropism.core.sweep import Drawn
from tropism.errors import BadValue, UserError
from tropism.overriding import Overrides
from tropism.studying import with_seeds

LOTS = '''
"""Lots: a study of what is drawn, and not trained."""

import numpy as np
import polars as pl

from tropism import Claim, Study
from tropism.core.sweep import Drawn
from tropism.figures import strip


def study(name):
    return Study(
        name=name, title="Lots", question="Are lots even?", source="A test.", sweeps=(), measure=Drawn((3, 4), tables),
        draw=draw, claims=(Claim("They are.", table="lots", statistic="mean", column="mean", above=0.4, below=0.6),),
    )


def tables(seeds):
    rows = [(row, str(seed), np.random.default_rng(seed.data).random(400).mean()) for row, seed in enumerate(seeds)]
    return {"lots": pl.DataFrame(rows, schema=["member", "seed", "mean"], orient="row")}


def draw(tables):
    return [strip(tables["lots"], "mean", by=None, name="lots", title="Lots", alt="A dot a seed.")]
'''


@pytest.fixture
def lots(folder: Path) -> Path:
    (folder / "lots.py").write_text(LOTS)
    return folder


def test_it_is_planned_carried_out_shown_and_written_down_like_any_other(tropism, lots):
    planned = tropism("run", "lots.py", "--plan")
    assert (planned.code, "would train nothing" in planned.out) == (0, True)
    assert tropism("run", "lots.py", "--plan", "--json").json() == []
    ran = tropism("run", "lots.py", "--readme", "pages")
    assert ran.code == 0
    assert "The one claim holds." in ran.out
    assert "networks ended" not in ran.out
    words = "Draws: of seeds 3–4; no network is trained"
    assert words in tropism("show", "lots").out
    assert words in (lots / "pages/lots/README.md").read_text()
    assert words.partition(": ")[2] in Path(tropism("report", "lots").out.split()[-1]).read_text()


def test_other_seeds_and_streams_are_asked_for_as_of_a_sweep(tropism, lots):
    assert tropism("run", "lots.py", "--seeds", "0..2,7", "--world", "5", "--name", "more").code == 0
    table = pl.read_json(tropism("show", "more", "--table", "lots", "--json").out.encode())
    assert table["seed"].to_list() == ["0/0/5", "1/1/5", "2/2/5", "7/7/5"]
    own, turned = (
        each.measure({})["lots"] for each in (find_study("lots.py"), with_seeds(find_study("lots.py"), (4, 3)))
    )
    assert turned["mean"].to_list() == own["mean"].to_list()[::-1]


@pytest.mark.parametrize("words", [{"changes": ("lr=1",)}, {"axes": ("lr=1,2",)}, {"apart": "world"}])
def test_what_nothing_would_hear_is_refused(lots, words):
    with pytest.raises(UserError, match="trains nothing"):
        Overrides(**words).applied(find_study("lots.py"))


def test_seeds_are_refused_where_nothing_is_drawn_and_where_one_comes_twice(lots):
    fixed = dataclasses.replace(find_study("lots.py"), measure=lambda ensembles: {})
    assert Overrides().applied(fixed) == fixed
    with pytest.raises(UserError, match="has no seeds"):
        Overrides(seeds="0..2").applied(fixed)
    with pytest.raises(BadValue, match="given once"):
        Overrides(init=1, data=1, world=1).applied(find_study("lots.py"))
    with pytest.raises(BadValue, match="at least one"):
        Drawn((), lambda seeds: {})
    assert Drawn((Seed.of(1, world=2),), lambda seeds: {}).each() == (Seed(1, 1, 2),)


def test_there_is_nothing_to_name_in_it(tropism, lots):
    assert "trains nothing" in tropism("addresses", "lots.py").err
