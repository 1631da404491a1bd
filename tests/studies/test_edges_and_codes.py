"""Edges before objects and codes within codes: what is trained from what, and what the measures say of nobody."""

from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import polars as pl
import pytest

from tropism.core import From
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.paths import shapes
from tropism.figures.theme import render
from tropism.studies import _edges_runs as edges_runs
from tropism.studies import _edges_tables as edges_tables
from tropism.studies import _nested_codes_figures as codes_figures
from tropism.studies import _nested_codes_runs as codes_runs
from tropism.studies import edges, load, nested_codes

STUDIES = {"edges": edges, "nested-codes": nested_codes}
CODES = ("digits-all-8-first", "digits-all-16-first", "coded-few-8-afresh", "coded-few-8-framed-frozen")


def untrained(experiment, members):
    """Networks that nobody trained: numbers of the right shapes, and a history in which everything climbs."""
    luck = np.random.default_rng(int(experiment.key()[:8], 16))
    params = {
        path: 0.3 * luck.standard_normal((len(members), *shape)).astype(np.float32)
        for path, shape in shapes(experiment.network).items()
    }
    steps = np.array(experiment.validation_steps())
    names = ["error", *(term.name for term in experiment.terms)]
    seen = {name: np.tile(np.linspace(0, 1, len(steps)), (len(members), 1)) for name in names}
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params, history=History(steps, {}, steps, seen, {}),
        status=Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members)),
        member_keys=tuple(f"{experiment.key()} {row}" for row in range(len(members))),
        snapshots=dict.fromkeys(experiment.snapshots, params),
    )  # fmt: skip


def grown(sweeps):
    """What a study's measure is given: all sweeps, nobody trained, two seeds."""
    found = {}
    for sweep in sweeps:
        experiment = sweep.resolved(found)
        found[sweep.name] = untrained(experiment, replace(sweep, seeds=sweep.seeds[:2]).members(experiment))
    return found


def by_lot(ensemble):
    """Curves of channels that tell nothing; compiling the true ones would take seconds."""
    luck = np.random.default_rng(len(ensemble))
    return {site: luck.uniform(size=(len(ensemble), 16, width)) for site, width in (("maps.0", 16), ("maps.1", 32))}


def asked(task, members):
    """The first pictures of a task for every member, whatever its world."""
    told = task.listed()
    rows = len(members)
    inputs, right = (np.repeat(each[None, ::50], rows, axis=0) for each in (told.inputs, told.right))
    return edges_tables.Examples(inputs, right, ends=(np.full_like(right, told.low), np.full_like(right, told.high)))


@pytest.fixture(scope="module")
def tables():
    """The tables of both studies; of few pictures and cuts, and of some of the arms."""
    arms = {name: codes_runs.ARMS[name] for name in CODES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tropism.studies._nested_codes_tables.ARMS", arms)
        for name, other in {"DRAWS": 1, "KEPT": (0, 600), "curves_at": by_lot, "in_their_worlds": asked}.items():
            patch.setattr(edges_tables, name, other)
        codes = nested_codes.measure(grown(arm.sweep() for arm in arms.values()))
        return {"edges": edges.measure(grown(edges_runs.sweeps())), "nested-codes": codes}


@pytest.mark.parametrize("name", STUDIES)
def test_every_column_that_is_shown_or_claimed_is_there_and_told(tables, name):
    study = load(name)
    for claim in study.claims:
        assert claim.column in tables[name][claim.table].columns, claim.text
        if name == "edges":
            assert claim.judge(tables[name]).n + claim.judge(tables[name]).failed >= 2, claim.text
    for what, table in tables[name].items():
        told = [each for each in table.columns if each in study.columns or f"{what}.{each}" in study.columns]
        assert what.startswith("drawn-") or told == table.columns, what


@pytest.mark.parametrize("name", STUDIES)
def test_every_figure_is_drawn(tables, name):
    assert all(all(render(each, dpi=20).values()) for each in STUDIES[name].draw(tables[name]))


def test_what_pictures_say_of_numbers_follows_their_tables(tables):
    """Networks of other seeds are told of in other words."""
    flat = {"accuracy": 0.123, "drop": 0.234, "index": 0.345, "alike": 0.456}

    def alts(name):
        told = {
            what: table.with_columns(pl.lit(value).alias(column) for column, value in flat.items() if column in table)
            for what, table in tables[name].items()
        }
        return {each.name: each.alt for each in STUDIES[name].draw(told)}

    found = alts("edges")
    assert "48 pictures, maps frozen: edges (0.12 to 0.12)" in found["approach"]
    assert "second maps: most tuned (0.23 to 0.23)" in found["cuts"]
    assert "first maps: tuning index before objects (0.34 to 0.34)" in found["tuning"]
    assert "with the digits' code, own seed (0.46 to 0.46)" in alts("nested-codes")["alike"]


def test_the_way_with_the_largest_error_is_named_by_panel():
    table = pl.DataFrame({"panel": ["p", "p", "q"], "way": ["slow", "fast", "slow"], "final": [0.1, 0.2, float("nan")]})
    assert codes_figures._largest(table, "final") == "p: fast; q: no finite value"


def test_claims_on_codes_name_arms_that_are_trained():
    arms = {(arm.view, arm.shown, str(arm.code), arm.method) for arm in codes_runs.ARMS.values()}
    for claim in nested_codes.CLAIMS:
        for side in (dict(claim.where), dict(claim.where) | dict(claim.versus or ())):
            if claim.table == "codes":
                assert (side["view"], side["shown"], side["code"], side["method"]) in arms, claim.text


def test_held_out_pictures_are_shown_in_no_stage():
    for arm in codes_runs.ARMS.values():
        task = arm.task()
        ends = [codes_runs.SHOWN[1], codes_runs.FEW]
        assert max(ends) <= codes_runs.HELD[0]
        assert len(task) == 1438
    for sweep in edges_runs.sweeps()[: len(edges_runs.FIRST)]:
        part = sweep.experiment.task.parts[0].task
        assert getattr(part, "of", part).share[1] <= edges_runs.HELD[0]
    assert max(high for _, high in edges_runs.SHOWN.values()) <= edges_runs.HELD[0]


def test_a_framed_network_begins_as_the_one_within_and_with_a_frame_of_its_own():
    first = codes_runs.ARMS["digits-all-8-first"]
    before = untrained(first.experiment(), first.sweep().members(first.experiment())[:2])
    arm = codes_runs.ARMS["larger-all-8-framed-frozen"]
    start = arm.experiment(before).start
    assert isinstance(start, From)
    assert start.ensemble.network == arm.network()
    assert {path: item.shape[1:] for path, item in start.ensemble.params.items()} == shapes(arm.network())
    for path, item in before.params.items():
        np.testing.assert_array_equal(start.ensemble.params[f"inner.{path}"], item)
    anew = [path for path in shapes(arm.network()) if any(fnmatchcase(path, each) for each in start.reinitialize)]
    assert sorted(anew) == ["into.bias", "into.weight", "out.bias", "out.weight"]
    assert start.ensemble.member_keys == before.member_keys


def test_accuracy_is_asked_among_the_outputs_that_are_legal():
    asked = edges_tables.Examples(
        np.zeros((1, 2, 144)), np.array([[16, 21]]), ends=(np.full((1, 2), 16), np.full((1, 2), 22))
    )
    output = np.zeros((1, 2, 22))
    output[..., 3] = 9
    output[0, :, 16] = 1
    assert edges_tables._right(output, asked)[0] == 0.5


def test_channels_are_chosen_by_tuning_and_those_that_never_answer_last():
    angles = np.pi * np.arange(16) / 16
    depth = np.array([0.9, 0.1, 0.5, 0.0, 0.7, 0.3, 0.2, 0.6])
    curves = 1 + depth * np.cos(2 * angles)[:, None]
    curves[:, 3] = 0
    curves[:, 1] *= 5
    found = edges_tables._chosen(curves, 0)
    assert found["most tuned"][0].tolist() == [0, 4]
    assert found["least tuned"][0].tolist() == [3, 1]
    assert found["strongest"][0][0] == 1
    assert len(found["by lot"]) == edges_tables.DRAWS
    assert all(len(set(each)) == 2 for each in found["by lot"])


def test_a_rise_is_told_where_there_is_one():
    steps, rows = edges_runs.KEPT, []
    for place, step in enumerate(steps):
        share = place / (len(steps) - 1)
        for what, value in {"objects": share, "maps.0": 0.2 + 0.4 * share, "maps.1": 0.5}.items():
            rows.append(("fresh", 0, "0", step, what, value))
    table = pl.DataFrame(rows, schema=["before", "member", "seed", "step", "what", "value"], orient="row")
    found = edges_tables._when(table, 1).rows_by_key("site", named=True)
    assert found["maps.0"][0]["rise"] == pytest.approx(0.4)
    assert found["maps.0"][0]["share_then"] == pytest.approx(6 / 7)
    assert found["maps.0"][0]["step_80"] == steps[6]
    assert np.isnan(found["maps.1"][0]["share_then"])
