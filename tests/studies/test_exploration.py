"""Exploration: what the arms train, how minima of one loss are told apart, and the rates' own look beforehand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tropism import Experiment, train
from tropism.figures.theme import render
from tropism.networks import TwoLayer
from tropism.optimizers import SGD, Annealed, Cosine, Lamb, WarmUp
from tropism.running import train_members
from tropism.studies import _exploration_arms as arms
from tropism.studies import _exploration_claims as claims
from tropism.studies import _exploration_features as beyond
from tropism.studies import _exploration_measures as measures
from tropism.studies import exploration, load
from tropism.studies._exploration_arms import ARMS, Arm
from tropism.subjects.superposition import SparseFeatures
from tropism.subjects.superposition.measures import worlds
from tropism.subjects.superposition.table_one import sweeps_of
from tropism.training.tables import Tables

TINY = replace(arms.SCALE, batch=4, steps=4)
SEEDS = (0, 1)
FEW = tuple(ARMS[name] for name in ("LR1-SGD-annealed", "LR1-Lamb-annealed", "LR3-Adam-cosine"))


def small(arm):
    """The arm's sweep with a tiny network, for a few steps."""
    sweep = arm.sweep(SEEDS, TINY)
    task = replace(sweep.experiment.task, features=12, width=4)
    network = replace(sweep.experiment.network, inputs=4, hidden=16, outputs=12)
    return replace(sweep, experiment=replace(sweep.experiment, task=task, network=network))


@pytest.fixture(scope="module")
def trained():
    """Two arms, tiny, two seeds."""
    sweeps = {arm.name: small(arm) for arm in FEW}
    return {name: train_members(each.experiment, each.members(each.experiment)) for name, each in sweeps.items()}


@pytest.fixture(scope="module")
def tables(trained):
    return exploration.measure(trained, examples=64)


def numbers(arm):
    """The dials' numbers of an arm's member, at its first step."""
    sweep = arm.sweep()
    members = sweep.members(sweep.experiment)[:1]
    return dict(zip(sweep.experiment.dials(), Tables.of(sweep.experiment, members).numbers[0, 0], strict=True))


def made_up(**arms_of):
    """Networks by arm: losses and coverages, a seed each; the share is the coverage."""
    rows = [
        {"member": seed, "seed": str(seed), "setting": "LR1", "optimizer": name, "schedule": "cosine"}
        | {"held_out": loss, "train_loss": loss, "share": covered, "covered": covered}
        for name, pairs in arms_of.items()
        for seed, (loss, covered) in enumerate(pairs)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("row", ["LR1", "LR3"])
def test_lamb_under_the_cosine_is_a_member_of_table_one(row):
    (theirs,) = sweeps_of(row, seeds=arms.SEEDS)
    ours = ARMS[f"{row}-Lamb-cosine"].sweep()
    assert ours.experiment.key() == theirs.experiment.key()
    assert set(ours.members(ours.experiment)) <= set(theirs.members(theirs.experiment))


def test_an_arm_changes_nothing_but_the_optimizer():
    whole = ARMS["LR3-Lamb-cosine"].experiment()
    for arm in ARMS.values():
        if arm.row == "LR3":
            assert replace(arm.experiment(), optimizer=whole.optimizer) == whole


def test_arms_are_what_their_names_say():
    assert len(ARMS) == 4 * 4 * 2
    assert ARMS["LR1-Lamb-cosine"].experiment().optimizer == Lamb(lr=0.003, pace=Cosine())
    assert ARMS["LR1-SGD-annealed"].experiment().optimizer == SGD(momentum=0.9, lr=0.003, pace=Annealed())
    assert ARMS["LR1-Adam-warm-up"].experiment().optimizer.pace == WarmUp(256, Annealed())
    assert {name: numbers(ARMS[f"LR1-{name}-constant"])["optimizer.lr"] for name in arms.RATES} == pytest.approx(
        dict(arms.RATES)
    )


def test_biases_decay_alike_under_every_optimizer():
    products = [
        numbers(ARMS[f"LR3-{name}-annealed"])["optimizer.decay.rate"]
        * numbers(ARMS[f"LR3-{name}-annealed"])["optimizer.lr"]
        for name in arms.OPTIMIZERS
    ]
    np.testing.assert_allclose(products, 0.03 * 32 * 0.03, rtol=1e-6)  # Table 1's decay, stretched from 2^17 to 2^12


def test_rates_are_those_that_the_look_beforehand_chose():
    looked = measures.rates()
    best = looked.filter(pl.col("loss") == pl.col("loss").min().over("optimizer"))
    assert dict(zip(best["optimizer"], best["lr"], strict=True)) == dict(arms.RATES)
    assert best["chosen"].all()
    assert looked["chosen"].sum() == len(arms.RATES)
    for _, listed in looked.group_by("optimizer"):  # a best rate at the end of its list says too little
        assert listed["lr"].min() < listed.filter(pl.col("chosen"))["lr"][0] < listed["lr"].max()


def test_minima_of_one_loss_are_told_apart_by_coverage():
    networks = made_up(Lamb=[(1.0, 0.9), (1.1, 0.95)], Adam=[(1.01, 0.2), (1.09, 0.1)], SGD=[(2.0, 0.9), (2.1, 0.9)])
    pairs = measures.pairs(networks)
    verdicts = {(one, other): (loss, minima) for one, other, loss, minima in pairs.select(
        pl.col("one", "other").str.strip_suffix(", cosine"), "loss", "minima").iter_rows()}  # fmt: skip
    assert verdicts["Lamb", "Adam"] == ("the same", "different")
    assert verdicts["Lamb", "SGD"] == ("different", "alike")
    assert measures.same_loss(pairs)["coverage_difference"].to_list() == pytest.approx([0.775])


def test_the_pair_that_is_furthest_apart_is_chosen_on_other_seeds():
    networks = made_up(Lamb=[(1.0, 0.9), (1.0, 0.2)], Adam=[(1.02, 0.1), (1.02, 0.1)], SGD=[(1.01, 0.0), (1.01, 0.5)])
    found = measures.widest(networks).filter(pl.col("what") == "covered").sort("member")
    # Seed 1 would choose SGD over Adam, and is .1 − 0 short of it on seed 0; seed 0 chooses Lamb over SGD.
    assert found["apart"].to_list() == pytest.approx([0.0 - 0.1, 0.2 - 0.5])
    assert found["loss_apart"].to_list() == pytest.approx([0.01 / 1.015, 0.01 / 1.005])  # never below zero
    numbers = found.select("one", "other", "one_covered", "other_covered", "one_loss", "other_loss").row(0)
    assert numbers == ("SGD, cosine", "Adam, cosine", 0.0, 0.1, 1.01, 1.02)


def test_gaps_of_opposite_sign_do_not_cancel():
    networks = made_up(Lamb=[(1.0, 0.9), (1.5, 0.9), (1.0, 0.9)], Adam=[(1.5, 0.1), (1.0, 0.1), (1.0, 0.1)])
    found = measures.widest(networks)
    assert found["one"].is_null().all()
    assert found["apart"].is_nan().all()


def test_a_pair_whose_losses_differ_on_the_seed_left_out_counts_as_none():
    networks = made_up(Lamb=[(1.0, 0.9), (1.0, 0.9), (1.2, 0.9)], Adam=[(1.0, 0.1), (1.0, 0.1), (1.0, 0.1)])
    found = measures.widest(networks).filter(pl.col("what") == "covered").sort("member")
    assert found["one"].to_list() == [None, None, "Lamb, cosine"]
    assert found["apart"][2] == pytest.approx(0.8)
    assert found["apart_if_equal"].is_nan().all()


def test_one_seed_alone_chooses_no_pair_and_decides_nothing(trained):
    alone = {name: each.select([0]) for name, each in trained.items()}
    tables = exploration.measure(alone, examples=64)
    assert tables["widest"]["one"].is_null().all()
    judged = [claim.judge(tables) for claim in claims.SAME_LOSS if claim.table == "widest"]
    assert {each.verdict for each in judged} == {"undecided"}


def test_without_two_arms_of_one_loss_nothing_is_compared():
    networks = made_up(Lamb=[(1.0, 0.9), (1.0, 0.9)], Adam=[(2.0, 0.1), (2.0, 0.1)])
    found = measures.widest(networks)
    assert found["apart"].is_nan().all()
    verdicts = [claim.judge({"widest": found}) for claim in claims.SAME_LOSS if claim.table == "widest"]
    assert [(each.n, each.failed, each.verdict) for each in verdicts] == [(2, 2, "fails")] * 5
    assert measures.same_loss(measures.pairs(networks)).is_empty()


def test_tables_hold_a_row_a_network(tables, trained):
    networks = tables["networks"]
    assert networks.height == len(FEW) * len(SEEDS)
    assert networks["held_out_low"].to_numpy() == pytest.approx(
        2 * networks["held_out"].to_numpy() - networks["held_out_high"].to_numpy()
    )
    steps = sorted(set(tables["drawn-tracks"]["step"].to_list()))
    assert steps == [1, 2, 4]
    only = trained["LR1-SGD-annealed"]
    records = only.history.records["error"]
    assert records.shape[1] == 4
    found = networks.filter(pl.col("optimizer") == "SGD")["train_loss"].to_numpy()
    np.testing.assert_allclose(found, records.mean(axis=1), rtol=1e-6)


def test_features_are_told_apart_by_how_many_neurons_they_have():
    # As many dimensions as features, so that directions are orthogonal and neurons answer as they are told to.
    experiment = Experiment(
        task=SparseFeatures(features=6, width=6, density=0.2),
        network=TwoLayer(inputs=6, hidden=4, outputs=6),
        optimizer=Lamb(lr=0.0), steps=1, batch_size=2,
    )  # fmt: skip
    made = train(experiment, seeds=(0, 1))
    answers = np.zeros((4, 6), np.float32)
    answers[0, 2] = answers[1, 2] = answers[2, 4] = answers[3, 0] = answers[3, 1] = 1.0
    read = np.zeros((2, 6, 4), np.float32)
    read[:, 4, 2], read[:, 2, 0] = 1.0, 0.5  # feature 4 is given back, 2 by half, and no other
    params = {
        "hidden.weight": np.einsum("kn,enm->ekm", answers, worlds(made)["directions"]).astype(np.float32),
        "hidden.bias": np.full((2, 4), -1e-5, np.float32),
        "output.weight": read,
    }
    made = replace(made, params=params)
    found = beyond.features(ARMS["LR1-Lamb-cosine"], made, examples=512)
    assert found["own"].to_list() == list(beyond.OWN) * 2
    assert found["features"].to_list() == [4, 1, 1, 2] * 2
    np.testing.assert_allclose(found["loss"], found["loss_on"] + found["loss_off"])
    by_own = {row["own"]: row for row in beyond.by_own(found).to_dicts()}
    assert [by_own[name]["loss"] for name in ("none", "one", "several")] == pytest.approx([1, 0, 0.25], abs=1e-3)
    assert 0 < by_own["some"]["loss"] < 0.25
    assert by_own["none"]["loss_off"] == pytest.approx(0, abs=1e-6)
    nobody = replace(made, params=params | {"hidden.weight": 0 * params["hidden.weight"]})
    assert beyond.features(ARMS["LR1-Lamb-cosine"], nobody, examples=64)["loss"].is_nan().to_list() == [
        False, True, True, True] * 2  # fmt: skip


def test_claims_on_features_find_their_rows(trained):
    parts = [
        beyond.features(ARMS[name], trained["LR1-Lamb-annealed"], examples=64).with_columns(pl.lit(1.0).alias("loss"))
        for name in beyond.FEATURED
    ]
    for claim in claims.FEATURES:
        verdict = claim.judge({"drawn-features": pl.concat(parts)})
        assert (verdict.estimate, verdict.n, verdict.failed) == (1, 2, 0)


def test_what_is_claimed_of_one_setting_is_claimed_of_the_other():
    first = [
        claim
        for claim in (*claims.SAME_LOSS, *claims.SCHEDULES, *claims.OPTIMIZERS)
        if not claim.text.startswith(("What annealing lowers", "Nor with other neurons"))  # of nothing, nothing is lost
    ]
    for one, other in zip(first, claims.ALSO, strict=True):
        assert other.text.endswith(one.text)
        assert dict(other.where) == dict(one.where) | {"setting": "LR3"}
        assert (other.above, other.below, other.statistic) == (one.above, one.below, one.statistic)
        untrained = any(dict(side or ()).get("schedule") in ("constant", "warm-up") for side in (one.where, one.versus))
        assert ("had not been trained" in other.note) == (untrained or one.table == "widest")


def test_every_claim_is_about_arms_that_there_are():
    claims = exploration.CLAIMS
    assert len({claim.text for claim in claims}) == len(claims)
    for claim in claims:
        assert claim.source
        for side in (claim.where, claim.versus):
            named = dict(side or ())
            if "optimizer" in named:
                assert Arm(named["setting"], named["optimizer"], named["schedule"]) in ARMS.values()


def test_the_study_is_at_equal_budget_and_its_figures_are_drawn(tables):
    study = load("exploration")
    assert {(each.experiment.length, each.experiment.batch_size) for each in study.sweeps} == {(4096, 128)}
    figures = exploration.draw(tables)
    assert [each.name for each in figures] == ["plane", "ways-lr1", "ways-lr3", "blocks"]
    assert all(all(render(each, dpi=30).values()) for each in figures)
