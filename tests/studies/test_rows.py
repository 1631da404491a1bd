"""Rows of Table 1 as studies: all of them are made, one is carried to its verdicts in small, and slips are refused."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tropism.errors import UnknownName
from tropism.figures.theme import render
from tropism.overriding import Overrides
from tropism.running import train_members
from tropism.store import Store
from tropism.store.names import is_name
from tropism.studies import STUDIES, load, rows
from tropism.studies import _table_one_parts as parts
from tropism.studies._long_published import readings
from tropism.studies._run_claims import beside
from tropism.studying import carry_out
from tropism.subjects.superposition.table_one import ROWS, SCALES, VARIANTS

SMALL = ("task.features=16", "task.width=4", "network.hidden=24", "batch_size=2^3", "steps=2^5")


def keys(sweep):
    return sweep.experiment.key(), sweep.members(sweep.experiment)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("row", [*ROWS, *VARIANTS])
def test_every_row_is_a_study_at_every_scale(row, scale):
    study = load(f"{row}-at-{scale}")
    assert study.name == (row if scale == "laptop" else f"{row}-at-{scale}")
    assert is_name(study.name)
    assert "@" not in study.name
    assert len({claim.text for claim in study.claims}) == len(study.claims) >= 2
    assert all(sweep.members(sweep.experiment) for sweep in study.sweeps)
    assert all(sweep.experiment.length == SCALES[scale].steps for sweep in study.sweeps)
    assert f"{SCALES[scale].steps:,} steps" in study.lede
    assert study.any_sweeps


def test_no_row_is_called_like_a_study_and_a_variant_is_no_scale():
    assert not set(STUDIES) & set(rows.names())
    assert rows.which("LR3-refactor") == ("LR3-refactor", "laptop")
    assert rows.which("LR3-at-refactor") == ("LR3", "refactor")
    assert rows.which("LR3-refactor-at-refactor") == ("LR3-refactor", "refactor")
    assert load("LR3-refactor").sweeps[0].experiment != load("LR3-at-refactor").sweeps[0].experiment
    assert load("LR1-at-laptop").name == "LR1"


def test_a_row_trains_the_networks_of_the_study_of_the_whole_table():
    for part in parts.parts():
        if part.name in rows.names() and part.scale == "laptop":
            for ours, theirs in zip(load(part.name).sweeps, part.sweeps(), strict=True):
                (key, mine), (other, there) = keys(ours), keys(theirs)
                assert key == other
                assert set(there) <= set(mine), "nothing that is stored there is trained again"
                if part.name in parts.REPEATED:
                    assert there == mine
    assert set(parts.REPEATED) >= {"LR1", "LR2", "LR3", "LR4"}


def test_published_numbers_are_claimed_of_what_is_as_published_alone():
    near = {"LR1": 6, "LR2": 6, "LR3": 0, "B1": 0}  # after 2^10, 2^11 and 2^12 steps, share and bias
    assert {name: len(load(name).claims) - 2 for name in near} == near
    assert len(load("LR1-at-picture").claims) - 2 == len(list(readings("LR1")))
    assert len(load("LR1-at-refactor").claims) == 2  # another batch
    whole = load("LR1")
    for changes, left in (
        ({"changes": ("network.hidden=64",)}, 0),
        ({"changes": ("steps=2^10",)}, 2),
        ({"changes": ("steps=2^13",)}, 4),  # what is kept stays as it was, so nothing is seen after 2^12
        ({"axes": ("lr=0.01,0.02",)}, 0),
        ({"axes": ("lr=0.03",)}, 6),
        ({"axes": ("network.hidden=512,1024",)}, 6),
        ({"seeds": "7"}, 6),
    ):
        assert len(Overrides(**changes).applied(whole).claims) - 2 == left, changes


def test_a_row_is_carried_to_its_verdicts_in_small(tmp_path):
    study = Overrides(changes=SMALL, seeds="0,1", axes=("lr=0.003,0.01,0.03",)).applied(load("LR1"))
    found = carry_out(study, Store(tmp_path), processes=1)
    assert [verdict.n for verdict in found.verdicts] == [2, 2]
    assert found.tables["summary"]["n"].to_list() == [2, 2, 2]
    pictures = sorted(each.stem for each in (tmp_path / "studies" / "LR1" / "figures").glob("*light*"))
    assert [name.split(".")[0] for name in pictures] == ["activations", "biases", "history", "share"]
    described = set(study.columns or {})
    for name, table in found.tables.items():
        if not name.startswith("drawn-"):
            assert set(table.columns) - {"lr", "seed"} <= described, name


def test_widths_and_two_numbers_are_told_apart_and_drawn():
    for name, axes in (("K0", ["hidden"]), ("G3", ["offset", "lr"])):
        study = Overrides(changes=("task.features=8", "task.width=4", "batch_size=4", "steps=4"), seeds="0").applied(
            replace(load(name), sweeps=load(name).sweeps[:2])
        )
        small = [
            replace(
                sweep,
                experiment=replace(sweep.experiment, network=replace(sweep.experiment.network, hidden=8 * (place + 1))),
                settings=sweep.settings[:6],
            )
            for place, sweep in enumerate(study.sweeps)
        ]
        tables = study.measure({w.name: train_members(w.experiment, w.members(w.experiment)) for w in small})
        assert tables["drawn-axes"]["name"].to_list() == axes
        history, share, *_ = study.draw(tables)
        assert [history.name, share.name] == ["history", "share"]
        assert all(render(share, dpi=30).values())


def test_published_numbers_stand_beside_those_of_networks_as_published():
    one = {"member": 0, "seed": "0", "lr": 0.03, "step": 2**10, "share": 0.5, "bias": -0.25, "as_written": True}
    training = pl.DataFrame([one, one | {"member": 1, "as_written": False}, one | {"member": 2, "lr": 0.02}])
    table = beside(training, tuple(readings("LR1")))
    assert table.select("what", "member", "number", "ours").rows() == [
        ("share", 0, 0.17, 0.5),
        ("bias", 0, -0.2, -0.25),
    ]
    verdict = next(claim for claim in load("LR1").claims if claim.published == 0.17).judge({"drawn-published": table})
    assert (verdict.estimate, verdict.n, verdict.verdict) == (0.5, 1, "undecided")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("LR9", "LR"),
        ("lr1", "'LR1'"),
        ("LR3-refactr", "'LR3-refactor'"),
        ("LR1@refactor", "'LR1-at-refactor'"),
        ("LR1-at-refacter", "'refactor'"),
        ("K0@papr", "'K0-at-paper'"),
        ("sparse-feature", "'sparse-features'"),
    ],
)
def test_a_misspelt_name_is_guessed_at(given, meant):
    with pytest.raises(UnknownName, match=f"Did you mean .*{meant.strip(chr(39))}.*Known: "):
        load(given)


def test_the_list_names_every_row_in_few_lines():
    told = rows.listed()
    assert len(told.splitlines()) == 3
    assert all(f" {name}" in told for name in rows.names())
    assert all(scale in told for scale in SCALES)
    assert rows.described("LR1-at-paper").endswith("?")
    assert rows.described("mine") == rows.described("LR1-at-mine") == ""
