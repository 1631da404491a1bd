"""Planted features: where plants stand, and what the tables say of networks that were planted and not trained."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import Member, Seed
from tropism.core.paths import assembled, shapes
from tropism.figures.theme import render
from tropism.measures import firing_rates
from tropism.studies import _planted_tables as own_tables
from tropism.studies import load
from tropism.studies._planted_claims import claims
from tropism.studies._planted_runs import (
    HARM,
    HELD,
    NARROW,
    STARTS,
    TASK,
    Arm,
    Scale,
    directions,
    places_of,
    planted,
    started,
)
from tropism.studies._planted_tables import auroc, crossing
from tropism.studies.planted_features import QUICK, draw, scaled
from tropism.subjects.features.scores import learned
from tropism.subjects.features.truth import sample_of, truth

SMALL = Scale(seeds=(0, 1), more_seeds=(0, 1, 2), counts=(16,), frees=(0, 32, 64), cosines=(0.7,))


def standing(experiment, members, params):
    """Networks with these parameters, before training and after it."""
    none = np.zeros(0, int)
    ended = Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members))
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params, history=History(none, {}, none, {}, {}),
        status=ended, member_keys=tuple(f"{experiment.key()} {row}" for row in range(len(members))),
        snapshots={0: params},
    )  # fmt: skip


@pytest.fixture(scope="module")
def grown():
    """All sweeps of a small study as they start; nobody is trained."""
    found = {}
    for sweep in SMALL.sweeps():
        experiment = sweep.resolved(found)
        members = sweep.members(experiment)
        if sweep.name in ("fresh", "more seeds"):
            luck = np.random.default_rng(0)
            params = {path: luck.standard_normal((len(members), *shape)).astype(np.float32)
                      for path, shape in shapes(experiment.network).items() if "bias" not in path}  # fmt: skip
            rows = params["encoder.weight"]
            rows /= np.linalg.norm(rows, axis=2, keepdims=True)
            params |= {"output.weight": rows.swapaxes(1, 2), "encoder.bias": np.zeros(rows.shape[:2], np.float32),
                       "output.bias": np.zeros((len(members), rows.shape[2]), np.float32)}  # fmt: skip
        else:
            source = experiment.start.ensemble
            rows = [source.member_keys.index(each.origin) for each in members]
            params = {path: item[rows] for path, item in source.params.items()}
        found[sweep.name] = standing(experiment, members, params)
    return found


@pytest.fixture(scope="module")
def tables(grown):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_tables, "ASKED", 400)
        return own_tables.tables(grown, SMALL)


@pytest.mark.parametrize("cosine", [0.0, 0.5, 0.95])
def test_a_plant_has_length_one_and_its_cosine_with_a_feature_of_its_members_truth(grown, cosine):
    fresh = grown["fresh"]
    rows = Arm("near", 16, 64, cosine).rows(directions(fresh))
    true = truth(TASK, fresh.members).rows
    np.testing.assert_allclose(np.linalg.norm(rows, axis=2), 1.0, rtol=1e-5)
    found = rows @ true.swapaxes(1, 2)
    assert (np.abs(found - cosine) < 1e-5).any(axis=2).all()
    exact = Arm("true", 16, 64).rows(directions(fresh)) @ true.swapaxes(1, 2)
    np.testing.assert_allclose(exact.max(axis=2), 1.0, rtol=1e-5)


def test_what_is_planted_follows_from_a_members_seed_whatever_its_company(grown):
    both, alone = directions(grown["fresh"]), directions(grown["fresh"].select([1]))
    for name in ("random", "true", "beside"):
        np.testing.assert_array_equal(getattr(both, name)[1:], getattr(alone, name))
        assert np.abs(getattr(both, name)[0] - getattr(both, name)[1]).max() > 0.1


def test_plants_stand_in_their_places_and_places_that_are_left_are_silent(grown):
    fresh, arm = grown["fresh"], Arm("both", 8, 32)
    found, (mine, free) = planted(fresh, arm, NARROW), places_of(arm, NARROW)
    encoder, decoder = found.params["encoder.weight"], found.params["output.weight"].swapaxes(1, 2)
    np.testing.assert_array_equal(encoder[:, mine], arm.rows(directions(fresh)).astype(np.float32))
    np.testing.assert_array_equal(encoder[:, mine], decoder[:, mine])
    np.testing.assert_array_equal(encoder[:, free], fresh.params["encoder.weight"][:, free])
    on = np.zeros(sum(NARROW), bool)
    on[mine] = on[free] = True
    assert on.sum() == 40
    assert (np.abs(encoder).sum(axis=2) > 0).all(axis=0).tolist() == on.tolist()
    assert (np.abs(decoder).sum(axis=2) > 0).all(axis=0).tolist() == on.tolist()


def test_silent_latents_are_off_and_nothing_pulls_at_them(grown):
    whole = planted(grown["fresh"], Arm("random", 16, 32), NARROW)
    module = assembled(whole.network, {path: item[0] for path, item in whole.params.items()})  # its code is TopK
    x = np.random.default_rng(2).normal(size=(20, 32)).astype(np.float32)

    def loss(module):
        heard = {}
        output = module(x, lambda site, value: heard.setdefault(site, value))
        return ((output - x) ** 2).sum() + jnp.abs(heard["code"]).sum(), heard["code"]

    pulled, found = eqx.filter_jit(eqx.filter_grad(loss, has_aux=True))(module)
    assert (found[:, 48:] == 0).all()
    assert (found[:, :48] != 0).any(axis=0).sum() > 10
    for each in (pulled.encoder.weight, pulled.encoder.bias, pulled.output.weight.T):
        assert (each[48:] == 0).all()
        assert (each[:48] != 0).any()


def test_plants_are_held_and_free_latents_are_not(grown):
    for name, places in (("L1, few plants", 16), ("TopK, few plants", 16)):
        leashes = grown[name].experiment.optimizer.leashes
        assert [(each.pattern, each.columns, each.first, each.beyond, each.cosine) for each in leashes] == [
            ("encoder.weight", False, 0, places, 1.0), ("output.weight", True, 0, places, 1.0)]  # fmt: skip


def test_before_training_plants_are_as_good_as_any_and_no_bias_says_which_are_true(tables):
    assert set(tables["both"]["auroc"]) == {0.5}
    random = tables["plants"].filter((tables["plants"]["plants"] == "random") & (tables["plants"]["free"] == 64))
    assert np.abs(random["mass"] - random["mass_chance"]).max() < 0.05
    assert (random["mass"] == random["mass_untrained"]).all()


def test_what_begins_at_the_truth_is_matched_with_it(tables):
    held = tables["held"]
    assert held.height == 2 * len(HELD) * len(STARTS) * 2
    for start, recall in (("truth", 1.0), ("half the truth", 0.5)):
        part = held.filter(held["start"] == start)
        np.testing.assert_allclose(part["matched"], 1.0, rtol=1e-5)
        np.testing.assert_allclose(part["recall"], recall)
    random = held.filter(held["start"] == "random")
    assert np.abs(random["matched"] - random["matched_chance"]).max() < 0.05


def test_the_area_counts_pairs_and_half_of_ties():
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert auroc(np.array([0.0]), np.array([1.0])) == 0.0
    assert auroc(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == pytest.approx((0.5 + 0 + 1 + 1) / 4)


def test_a_level_is_crossed_on_the_line_between_two_points():
    x = np.array([0.3, 0.7, 0.9, 1.0])
    assert crossing(x, np.array([0.0, 0.1, 0.6, 1.0]), 0.5) == pytest.approx(0.86)
    assert crossing(x, np.array([0.0, 0.1, 0.5, 1.0]), 0.5) == pytest.approx(0.9)
    assert np.isnan(crossing(x, np.array([0.6, 0.7, 0.8, 1.0]), 0.5))


def test_every_column_that_is_shown_or_claimed_is_there_and_told(tables):
    study = scaled("small", replace(SMALL, counts=(16,)))
    for claim in study.claims:
        claim.judge(tables)
    for what, table in tables.items():
        told = [each for each in table.columns if each in study.columns]
        assert what.startswith("drawn-") or told == table.columns, what


def test_every_figure_is_drawn(tables):
    assert all(all(render(each, dpi=20).values()) for each in draw(tables))


def test_claims_are_on_arms_that_are_trained():
    for scale in (Scale(), QUICK):
        arms = {(arm.plants, arm.count, arm.free) for arm in (*scale.narrow(), *scale.wide())}
        for claim in claims(scale):
            where = dict(claim.where)
            for side in (where, where | dict(claim.versus or ())):
                asked = {"plants": arms, "harm": {(arm.plants, arm.count, arm.free) for arm in HARM}}.get(claim.table)
                assert asked is None or (side["plants"], side["count"], side["free"]) in asked, claim.text
    assert {claim.text for claim in load("planted-features-quick").claims} < {claim.text for claim in claims(Scale())}


def test_harm_is_asked_of_more_seeds_with_plants_and_without(grown, tables):
    harm = tables["harm"].sort("count", "member")
    assert harm["count"].to_list() == [0] * 3 + [16] * 3
    assert harm["seed"].to_list() == [str(Seed.of(seed)) for seed in (0, 1, 2)] * 2
    members = grown["L1, more seeds"].members
    assert [each.seed for each in members] == [Seed.of(seed) for seed in (0, 1, 2)] * 2
    left = firing_rates(learned(grown["L1, more seeds"], 3, sample_of(grown["L1, more seeds"], 3, 200).x).codes)
    assert not left[:16].any()
    assert left[16:].any()


def test_members_of_an_arm_begin_from_their_own_seeds(grown):
    members = grown["L1, few plants"].members
    assert [each.seed for each in members[:4]] == [Seed.of(0), Seed.of(1)] * 2
    assert all(isinstance(each, Member) and each.origin for each in members)
    assert started(grown["fresh"], "truth").network.latents == 64
