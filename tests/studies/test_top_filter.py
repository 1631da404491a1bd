"""Top filters: the cap, how neurons stand to features, critical widths, and what is trained."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.paths import shapes
from tropism.figures.theme import as_svg
from tropism.studies import _top_filter_runs as runs
from tropism.studies import _top_filter_tables as measured
from tropism.studies import load, top_filter

SMALL = replace(runs.QUICK, widths=(12, 24), linear=(8,), seeds=(0, 1), more=(2,))


def identity(experiment, members):
    """Networks that give each feature back by a neuron of its own, as far as there are neurons."""
    network, none = experiment.network, np.zeros(0, int)
    params = {path: np.zeros((len(members), *shape), np.float32) for path, shape in shapes(network).items()}
    for row, member in enumerate(members):
        width = network.hidden - int(dict(member.dials).get("network.idle", 0))
        params["hidden.weight"][row] = (
            np.eye(network.hidden, network.features) * (np.arange(network.hidden) < width)[:, None]
        )
        params["output.weight"][row] = params["hidden.weight"][row].T
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params, history=History(none, {}, none, {}, {}),
        status=Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members)),
        member_keys=tuple(f"{experiment.key()} {row}" for row in range(len(members))), snapshots={0: params},
    )  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    found = {}
    for sweep in runs.sweeps(SMALL):
        experiment = sweep.resolved(found)
        found[sweep.name] = identity(experiment, sweep.members(experiment))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measured, "EXAMPLES", 2048)
        return top_filter.measure(found)


def test_the_cap_is_what_exact_sums_over_two_features_say():
    # Two features, the larger kept: lost is the square of the smaller where both are on, 1/6 on average.
    for density in (0.05, 0.5, 1.0):
        variance = 2 * (density / 3 - density**2 / 4)
        assert measured.cap_r2(1, 2, density) == pytest.approx(1 - density**2 / 6 / variance, rel=1e-12)
    assert measured.cap_r2(2, 2, 0.5) == 1.0


@pytest.mark.parametrize("kept", [1, 3, 6])
def test_the_cap_is_what_examples_by_lot_have(kept):
    luck = np.random.default_rng(kept)
    x = luck.uniform(size=(400_000, 12)) * (luck.uniform(size=(400_000, 12)) < 0.3)
    lost = np.square(np.sort(x, axis=1)[:, :-kept]).sum(axis=1)
    wanted = 1 - lost.mean() / x.var(axis=0).sum()
    reach = 5 * lost.std() / np.sqrt(len(x)) / x.var(axis=0).sum() + 1e-3  # five standard errors, and the variance's
    assert measured.cap_r2(kept, 12, 0.3) == pytest.approx(wanted, abs=reach)


def test_identities_have_an_r2_of_one_and_with_a_filter_the_cap_of_the_same_examples(tables):
    networks = tables["networks"].filter(pl.col("width") == 24)
    plain = networks.filter(pl.col("filter") == "ReLU")
    np.testing.assert_allclose(plain["r2"], 1.0, atol=1e-6)
    assert plain["solved"].to_list() == [24] * plain.height
    assert plain["alignment"].to_list() == plain["mono"].to_list() == pytest.approx([1.0] * plain.height)
    first = networks.filter((pl.col("filter") == "top 4") & (pl.col("member") == 0))
    np.testing.assert_allclose(first["r2"], tables["cap"]["cap_drawn"][0], rtol=1e-6)
    half = tables["networks"].filter((pl.col("filter") == "ReLU") & (pl.col("width") == 12))
    assert half["solved"].to_list() == [12] * half.height
    assert half["alignment"].to_list() == pytest.approx([0.5] * half.height)  # the other half moves no neuron
    assert half["answering"].to_list() == [12] * half.height


def test_more_seeds_stand_behind_the_usual_ones_of_each_filter(monkeypatch):
    def told(name, first):
        """Three networks of one width, the first of seed `first`, whose alignment says filter and seed."""
        seeds = [first, first + 1, first + 2]
        return pl.DataFrame({
            "filter": [name] * 3, "start": ["random"] * 3, "width": [24] * 3, "member": [0, 1, 2],
            "seed": [str(each) for each in seeds], "alignment": [each + 100.0 * (name == "ReLU") for each in seeds],
            "alignment_fresh": [0.5] * 3,
        })  # fmt: skip

    usual = pl.concat([told("ReLU", 0), told("top 4", 0), told("top 3", 0)])
    others = usual.with_columns(start=pl.lit("aligned"), alignment=pl.lit(-1.0))
    monkeypatch.setattr(measured, "_networks", lambda name, first: told(name, first))
    further = {f"{name}, {runs.MORE}": 5 for name in ("ReLU", "top 4")}
    found = measured._alignment(pl.concat([usual, others]), further)
    for name, add in (("ReLU", 100), ("top 4", 0)):
        own = found.filter(pl.col("filter") == name)
        assert own["member"].to_list() == list(range(6))
        assert own["alignment"].to_list() == [each + add for each in (0, 1, 2, 5, 6, 7)]
    assert set(found["filter"]) == {"ReLU", "top 4"}


def test_alignment_is_one_on_neurons_and_least_where_a_feature_moves_all_alike():
    alone, alike = np.eye(9)[None], np.ones((1, 9, 4))
    broken = np.full((1, 9, 4), np.nan)
    assert measured.alignment(alone)[0] == 1.0
    assert measured.alignment(alike)[0] == pytest.approx(1 / 3)
    assert measured.monosemantic_share(alone)[0] == pytest.approx(1.0)
    assert measured.monosemantic_share(alike)[0] == pytest.approx(1 / 4)
    for measure in (measured.alignment, measured.monosemantic_share):
        assert np.isnan(measure(broken)[0])
    turned = np.random.default_rng(0).normal(size=(1, 9, 200))
    chance = np.abs(np.random.default_rng(1).normal(size=(20_000, 9)))
    wanted = (chance.max(1) / np.linalg.norm(chance, axis=1)).mean()
    assert measured.alignment(turned)[0] == pytest.approx(wanted, abs=0.03)  # of 200 features


def planted():
    """Networks whose R² is known: without a filter 1; with one .99 from the third width on, on the first seed alone."""
    rows = []
    for (name, r2s), start, (place, width), member in product(
        {"ReLU": (1.0, 1.0, 1.0), "top 4": (0.9, 0.95, 0.99)}.items(), ("random", "aligned"),
        enumerate((12, 24, 36)), (0, 1),
    ):  # fmt: skip
        r2 = r2s[place] - (0.04 * member if name == "top 4" else 0)
        rows.append((name, start, width, member, str(member), r2, 0.999))
    return pl.DataFrame(rows, schema=["filter", "start", "width", "member", "seed", "r2", "cap"], orient="row")


def test_gaps_are_beside_the_same_seed_and_the_critical_width_is_the_least_that_closes():
    networks = measured.with_gaps(planted())
    gaps = networks.filter((pl.col("filter") == "top 4") & (pl.col("start") == "random")).sort("member", "width")["gap"]
    np.testing.assert_allclose(gaps, [0.1, 0.05, 0.01, 0.14, 0.09, 0.05], atol=1e-12)
    found = measured.critical(networks)
    assert found["closes"].to_list() == [True, False, True, False]
    np.testing.assert_array_equal(found["critical"], [36, np.nan, 36, np.nan])
    assert not found["at_features"].any()
    best = measured.best(networks).filter((pl.col("filter") == "top 4") & (pl.col("start") == "random"))
    np.testing.assert_allclose(best["gap"], [0.1, 0.05, 0.01], atol=1e-12)


def test_each_filter_is_one_program_but_for_more_seeds_and_narrowed_networks_train_as_long_as_the_others():
    sweeps = {sweep.name: sweep for sweep in runs.sweeps(runs.FULL)}
    assert [name for name in sweeps if name.startswith(("ReLU", "top"))] == [
        "ReLU", "top 1", "top 3", "top 4", "top 6", runs.PATIENT, "ReLU, more seeds", "top 4, more seeds",
    ]  # fmt: skip
    for name in ("ReLU", "top 4"):
        assert len(sweeps[name].members(sweeps[name].experiment)) == 2 * 4 * 5
    before, steps = {}, []
    for name in ("narrowed to 12", "narrowed to 6", runs.ANNEALED):
        experiment = sweeps[name].resolved(before)
        before[name] = identity(experiment, sweeps[name].members(experiment))
        steps.append(experiment.length)
        assert len(before[name]) == 20
    assert sum(steps) == runs.FULL.steps
    assert before[runs.ANNEALED].network.kept == 4
    rates = [ensemble.experiment.schedule.table(["lr"])[-1, 0] for ensemble in before.values()]
    assert rates == pytest.approx([runs.RATE, runs.RATE, 0.0])


@pytest.mark.parametrize("name", ["top-filter", "top-filter-quick"])
def test_claims_name_networks_that_are_trained(name):
    study, sizes = load(name), runs.QUICK if name.endswith("quick") else runs.FULL
    assert study.name == name
    for claim in study.claims:
        for side in (dict(claim.where), dict(claim.where) | dict(claim.versus or ())):
            assert side.get("width", 24) in (*sizes.widths, *sizes.linear), claim.text
            assert side.get("filter", "top 4") in map(runs.named, sizes.kept), claim.text


def test_tables_are_told_judged_and_drawn(tables):
    study = top_filter.sized("top-filter-quick", SMALL)
    for name, table in tables.items():
        told = [each for each in table.columns if each in study.columns or f"{name}.{each}" in study.columns]
        assert told == table.columns, name
    for claim in study.claims:
        assert claim.judge(tables).n >= 2, claim.text
    for figure in study.draw(tables):
        assert as_svg(figure).count("<path") > 10, figure.name
