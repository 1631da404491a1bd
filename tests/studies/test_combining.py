"""Combining: what is trained from what, how one circuit is told from two, and whether answers go by way of F and G."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from tropism.core import Experiment, From
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.paths import shapes
from tropism.figures.theme import render
from tropism.running import train
from tropism.studies import _combining_interchange as interchange
from tropism.studies import _combining_looks as shared
from tropism.studies import _combining_nested as nested
from tropism.studies import _combining_residues as residues
from tropism.studies import _combining_tokens as tokens
from tropism.studies import combining, load
from tropism.subjects.generalization import NestedSums
from tropism.subjects.generalization.figures.spectra import spectra_figure

PARTS = {"c1": residues, "c2": tokens, "c6": nested}


def arms():
    return {name: arm for part in PARTS.values() for name, arm in part.ARMS.items()}


@dataclass(frozen=True)
class Untrained:
    """What an experiment is begun from, where only its description matters."""

    experiment: Experiment
    snapshots: tuple = ()
    interventions: tuple = ()
    params: tuple = ()


def described(name):
    """The experiment of a sweep, from networks that were never trained."""
    sweep = arms()[name].sweep()
    before = {each: Untrained(arms()[each].sweep().experiment) for each in sweep.after or ()}
    return sweep.resolved(before)


def test_every_arm_begins_from_the_networks_that_it_says():
    for name, arm in arms().items():
        sweep, experiment = arm.sweep(), described(name)
        fresh = arm.method in ("first", "scratch")
        assert (sweep.after is None) == fresh
        if not fresh:
            assert isinstance(experiment.start, From)
            before = described(sweep.after[0])
            assert before.network == experiment.network
            assert set(sweep.settings) == set(arms()[sweep.after[0]].sweep().settings)


def test_held_out_pairs_modulo_pq_are_shown_in_no_stage():
    for arm in residues.ARMS.values():
        for part in arm.parts():
            assert part.task.share[1] <= residues.HELD_OUT[0]
            assert part.task.apart == arm.apart
        assert {check.task.share for check in arm.experiment(None).task.checks} == {residues.HELD_OUT}
    for arm in nested.ARMS.values():
        for part in arm.experiment(None).task.parts:
            assert part.task.share[1] <= nested.HELD_OUT[0]


def test_what_is_frozen_is_what_the_arm_says():
    frozen = described("c1-7x11-35-new-head")
    assert frozen.trainable == ("output.weight",)
    assert frozen.optimizer.rows == (("output.weight", 18, 95),)
    layered = described("c1-7x11-35-added-layer")
    moved = [path for path in shapes(layered.network) if path.split(".")[0] in ("added", "output")]
    assert layered.trainable == ("added.*", "output.*")
    assert len(moved) == 4
    apart = described("c1-7x11-first-apart")
    assert apart.optimizer.rows == (("output.weight", 0, 18), ("*.embedding", 0, 154))
    new = described("c2-own-50-new-tokens")
    assert new.optimizer.rows == (("*.embedding", 31, 62), ("output.weight", 31, 62))
    assert new.trainable == ("*.embedding", "output.weight")
    assert new.optimizer.weight_decay == 0.1
    assert described("c2-shared-35-new-tokens").trainable == ("*.embedding",)


def test_old_and_new_spectra_are_compared_in_the_numbers_order():
    task = tokens.Arm("first").task("new")
    numbers = np.arange(31)
    old = np.cos(2 * np.pi * 4 * numbers / 31)[:, None]
    table = np.zeros((2, 62, 2))
    table[:, task.tokens_of("old"), :1] = old
    table[0, task.tokens_of("new"), 1:] = np.sin(2 * np.pi * 4 * numbers / 31)[:, None]
    table[1, task.tokens_of("new"), 1:] = np.sin(2 * np.pi * 5 * numbers / 31)[:, None]
    spectra = [shared.spectra({"left": table, "right": 3 * table}, task.tokens_of(names)) for names in ("old", "new")]
    np.testing.assert_allclose(shared.overlap(*spectra), [1, 0], atol=1e-9)
    assert spectra[0][:, 3] == pytest.approx(1)  # frequency 4; the first is 1


def test_two_circuits_cost_what_they_cost():
    sizes = tokens.sizes(31, 10).filter(pl.col("hidden") == 32).sort("answers")
    names, circuit, answers = 2 * 2 * 31 * 10, 2 * 10 * 32, 32 * 31
    assert sizes["two_circuits"].to_list() == [names + 2 * circuit + 2 * answers] * 2
    assert sizes["one_circuit"].to_list() == [names + circuit + 2 * answers, names + circuit + answers]  # own, shared


def planted(by_way):
    """An untrained ensemble, with a site's values and the answers that follow from values put in their place."""
    experiment = Experiment(
        task=NestedSums(p=3, q=4, r=5, one_hot=True), network=nested.Dense(inputs=14, outputs=14, hidden=(16,)),
        optimizer=shared.OPTIMIZER, steps=1, batch_size=8,
    )  # fmt: skip
    made = train(experiment, seeds=(0, 1))
    task = experiment.task
    f, g = task.inner()
    turn = np.linalg.qr(np.random.default_rng(5).standard_normal((16, 16)))[0]
    ways = np.zeros((len(f), 16))
    ways[np.arange(len(f)), f] = 1
    ways[np.arange(len(f)), 3 + g] = 1
    hidden = ways @ turn

    def answers(ensemble, inputs, site, values):
        told = values @ turn.T
        right = (told[..., :3].argmax(-1) + told[..., 3:7].argmax(-1)) % 5
        logits = np.eye(5)[right] if by_way else np.eye(5)[np.zeros_like(right)]
        return np.concatenate([np.zeros((*right.shape, 7)), logits, np.zeros((*right.shape, 2))], axis=-1)

    def values(ensemble, inputs, sites):
        rows = (inputs[:, None] == task.listed().inputs[None]).all(-1).argmax(1)
        return {site: np.repeat(hidden[rows][None], 2, axis=0) for site in sites}

    return made, task, values, answers


@pytest.mark.parametrize("by_way", [True, False])
def test_answers_follow_another_examples_f_only_where_they_go_by_way_of_it(monkeypatch, by_way):
    made, task, values, answers = planted(by_way)
    monkeypatch.setattr(interchange, "values_at", values)
    monkeypatch.setattr(interchange, "_given", answers)
    found = interchange.interchanged(made, task, "hidden.0")
    read = interchange.read_off(made, task, "hidden.0")
    np.testing.assert_allclose([read["read_F"], read["read_G"]], 1)
    if by_way:
        np.testing.assert_allclose([found["follows_F"], found["follows_G"]], 1)
        assert (found["follows_chance"] < 0.7).all()
    else:
        assert (found["follows_F"] < 0.5).all()


def test_values_put_in_place_of_themselves_change_no_answer():
    arm = nested.ARMS["c6-dense-sum-scratch"]
    made = train(replace(arm.experiment(None), steps=2, validate_at=()), seeds=(0,))
    inputs = arm.task("sum").listed().inputs[::50]
    output, heard = made.listen(inputs, ("hidden.1",))
    np.testing.assert_allclose(interchange._given(made, inputs, "hidden.1", heard["hidden.1"]), output, rtol=1e-5)


def untrained(experiment, members):
    """Networks that nobody trained: numbers of the right shapes, and a history in which accuracy climbs."""
    luck = np.random.default_rng(int(experiment.key()[:8], 16))
    params = {
        path: 0.3 * luck.standard_normal((len(members), *shape)).astype(np.float32)
        for path, shape in shapes(experiment.network).items()
    }
    steps = np.array(experiment.validation_steps())
    seen = {term.name: np.tile(np.linspace(0, 1, len(steps)), (len(members), 1)) for term in experiment.terms}
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params,
        history=History(steps, {}, steps, seen, {}),
        status=Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members)),
        member_keys=tuple(f"{experiment.key()} {row}" for row in range(len(members))),
        snapshots=dict.fromkeys(experiment.snapshots, params),
    )  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    """What the measures say of networks that were never trained, all arms of them, two seeds each."""
    ensembles = {}
    for name, arm in arms().items():
        sweep = arm.sweep()
        experiment = sweep.resolved(ensembles)
        members = [each for each in sweep.members(experiment) if each.seed.init in (0, 1)]
        ensembles[name] = untrained(experiment, members)
    return combining.measure(ensembles)


def test_every_claim_finds_its_column_and_all_arms_are_named(tables):
    assert len({claim.text for claim in combining.CLAIMS}) == len(combining.CLAIMS)
    named = {(arm.p, arm.q, arm.share, arm.method) for arm in residues.ARMS.values()}
    for claim in combining.CLAIMS:
        column = claim.column[0] if isinstance(claim.column, tuple) else claim.column
        assert column in tables[claim.table].columns, claim.text
        assert claim.judge(tables).n >= (2 if claim.column != "overlap_there" else 0), claim.text
        where = dict(claim.where)
        if claim.table == "c1-networks":
            for side in (where, where | dict(claim.versus or ())):
                assert (side["p"], side["q"], side["share"], side["method"]) in named, claim.text


def test_every_table_is_explained_and_every_figure_drawn(tables):
    told = combining.COLUMNS
    for name, table in tables.items():
        if not name.startswith("drawn-"):
            missing = [each for each in table.columns if each not in told and f"{name}.{each}" not in told]
            assert set(missing) <= {"p", "q"}, name
    figures = combining.draw(tables)
    names = [each.name for each in figures]
    assert names == [
        "c1-approach", "c1-periods", "c2-approach", "c2-spectra", "c2-choice", "c6-approach", "c6-ways",
    ]  # fmt: skip
    assert all(all(render(each, dpi=30).values()) for each in figures)


def test_networks_that_never_learned_have_in_common_what_strangers_have(tables):
    for name in ("c2-networks", "c2-choice-networks"):
        found = tables[name].select(pl.col("overlap", "strangers").mean()).row(0)
        assert found[0] == pytest.approx(found[1], abs=0.05), name
    chance = tables["c2-mixed"]["as_they_are"].mean()
    assert chance == pytest.approx(1 / 31, abs=0.01)
    assert (tables["c2-mixed"]["up_to_offset"] >= tables["c2-mixed"]["as_they_are"]).all()


def test_sums_modulo_pq_that_were_never_learned_have_no_period(tables):
    found = tables["c1-networks"].filter(pl.col("method") == "scratch").group_by("p", "q").agg(pl.col("full").mean())
    for p, q, full in found.iter_rows():
        assert full == pytest.approx((p - 1) * (q - 1) / (p * q - 1), abs=0.06)  # of frequencies other than 0


def test_a_spectrum_of_a_network_that_diverged_is_drawn_as_nothing():
    rows = [{"member": 0, "names": names, "frequency": k, "part": float("nan"), "row": "x"}
            for names in ("old", "new") for k in (1, 2)]  # fmt: skip
    table = pl.DataFrame([*rows, {"member": 1, "names": "old", "frequency": 1, "part": 0.5, "row": "x"}])
    figure = spectra_figure(table, row="row", sides=("old", "new"), name="a", title="b", alt="c")
    assert all(render(figure, dpi=30).values())


def test_the_study_stands_in_the_list():
    study = load("combining")
    assert [section.name for section in study.sections] == ["c1", "c2", "c6"]
    assert len(study.sweeps) == len(arms())
