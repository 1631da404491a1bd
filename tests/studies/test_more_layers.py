"""More layers trained again: stitching finds the map that there is, and who is compared with whom."""

from dataclasses import replace

import numpy as np
import pytest
from unlearned import unlearned

from tropism.core.paths import matches, shapes
from tropism.figures.theme import render
from tropism.studies import _layers_claims as claims
from tropism.studies import _layers_runs as runs
from tropism.studies import _layers_tables as tables
from tropism.studies import load, more_layers


def by_lot(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("kind", ["free", "turn"])
def test_values_that_are_the_others_turned_scaled_and_moved_stand_in_for_them(kind):
    values, asked = by_lot(100, 4), by_lot(20, 4, seed=1)
    turn = np.linalg.qr(by_lot(4, 4, seed=2))[0]
    found = tables._mapped(kind, values, 3 * values @ turn + 7, asked)
    np.testing.assert_allclose(found, 3 * asked @ turn + 7, atol=1e-9)


def test_a_free_map_finds_what_a_turn_cannot():
    values, matrix = by_lot(100, 4), by_lot(4, 6, seed=2)
    np.testing.assert_allclose(tables._mapped("free", values, values @ matrix, values), values @ matrix, atol=1e-9)
    skew = np.diag([1.0, 1, 1, 0.1])
    assert np.abs(tables._mapped("turn", values, values @ skew, values) - values @ skew).max() > 0.1


def test_effects_are_compared_about_their_mean_and_nothing_correlates_with_none():
    effect = by_lot(50)
    assert tables._signed(effect, 2 * effect + 1) == pytest.approx(1)
    assert tables._signed(effect, -effect) == pytest.approx(-1)
    assert tables._signed(effect, np.zeros(50)) == 0.0


def test_more_and_more_starts_anew_and_halves_of_the_data_share_nothing():
    whole = runs.LayersScale(kinds=("linear",), seeds=(30, 31))
    found = unlearned(replace(load("more-layers"), sweeps=runs.sweeps(whole)))
    counts = []
    for what, patterns in runs.AGAIN.items():
        experiment = found[f"linear {what}"].experiment
        assert experiment.trainable == experiment.start.reinitialize == patterns
        counts.append(sum(matches(path, patterns) for path in shapes(experiment.network) if path.endswith("weight")))
    assert counts == [2, 3, 4]
    halves = [found[f"linear half {place}"].experiment.task.examples()[0] for place in (0, 1)]
    rows = [{row.tobytes() for row in half} for half in halves]
    assert rows[0].isdisjoint(rows[1])
    same, base = found["linear same order"].members, found["linear base"].members
    assert [each.seed.data for each in same] == [each.seed.data for each in base]
    assert {each.seed.init for each in same}.isdisjoint(each.seed.init for each in base)


def test_every_claim_finds_its_numbers_and_every_figure_its_tables():
    study, whole = load("more-layers"), runs.LayersScale(kinds=("linear",), seeds=(30, 31))
    found = tables.tables(unlearned(replace(study, sweeps=runs.sweeps(whole))), whole)
    for claim in claims.claims(whole):
        assert claim.judge(found).verdict in ("holds", "fails", "undecided")
    left = {claim.text for claim in claims.claims(whole)} - {claim.text for claim in load("more-layers-quick").claims}
    assert len(left) == 6  # those of three layers, of halves, and of wrong labels
    drawn = study.draw(found)
    assert [each.name for each in drawn] == ["places", "identity", "stitched", "whole"]
    assert all(render(drawn[place], dpi=30) for place in (0, 1))
    told = {name for table in found.values() for name in table.columns}
    assert told <= {name.split(".")[-1] for name in more_layers.COLUMNS}


def test_what_is_left_out_is_not_asked_for():
    study = load("more-layers-quick")
    kinds = tables.networks_of("linear", runs.QUICK.chosen()["linear"], unlearned(study))
    pairs = {each.name for each in tables.pairs_of(kinds)}
    assert pairs == set(tables.PAIRS) - {"3 layers", runs.OTHER_HALF, runs.SHUFFLED}
    asked = {value for claim in study.claims for name, value in (*claim.where, *(claim.versus or ())) if name == "pair"}
    assert asked <= pairs


def test_an_untrained_network_is_of_other_luck_than_the_one_beside_it():
    study = load("more-layers-quick")
    found = unlearned(study)
    kinds = tables.networks_of("linear", runs.QUICK.chosen()["linear"], found)
    started = found["linear base"].snapshots[0]["hidden.1.weight"]
    for member, network in enumerate(kinds[runs.UNTRAINED]):
        np.testing.assert_array_equal(network.layer.into, started[1 - member])
