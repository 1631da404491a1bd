"""Layers wired by hand: what is measured of their weights, on the closed form, on chance and on a few examples."""

import math

import numpy as np
import polars as pl
import pytest

from tropism.core import Seed
from tropism.core.sweep import Drawn
from tropism.figures.theme import as_svg
from tropism.studies import _feature_circuits_nets as nets
from tropism.studies import _feature_circuits_tables as measured
from tropism.studies import feature_circuits
from tropism.studies._feature_circuits_edges import Heard, edges_for, effects, gini, hoyer, left, strongest

SEEDS = (Seed.of(7), Seed.of(8))
TINY = nets.Scale(examples=300, shown=300, rounds=2, starts=1)


@pytest.fixture(scope="module")
def tables():
    return feature_circuits.tables(SEEDS, TINY)


@pytest.mark.parametrize("features", nets.WORLDS.values())
def test_each_next_feature_hears_two_features_and_each_is_heard_by_two(features):
    wiring, gates = nets.wired(features, np.random.default_rng(3))
    assert (np.abs(wiring).sum(axis=0) == 2).all()
    assert (np.abs(wiring).sum(axis=1) == 2).all()
    assert (wiring.min(axis=0)[gates == "XOR"] == -1).all()
    assert (wiring.min(axis=0)[gates == "sum"] == 0).all()


def test_gates_make_what_they_are_called():
    features = 32
    wiring, gates = nets.wired(features, np.random.default_rng(3))
    codes = nets.codes_of(features, 500, np.random.default_rng(4))
    made = nets.through(gates, codes @ wiring)
    for place, gate in enumerate(gates):
        one, other = codes[:, np.flatnonzero(wiring[:, place])].T
        both = (one > 0) & (other > 0)
        if gate == "AND":
            np.testing.assert_array_equal(made[:, place] > 0, both)
        elif gate == "XOR":
            np.testing.assert_allclose(made[:, place], np.abs(one - other), atol=1e-12)
        else:
            wanted = one + other if gate == "sum" else np.maximum(one, other)
            np.testing.assert_allclose(made[:, place], wanted, atol=1e-12)


def test_two_equal_wires_of_32_have_the_sparsity_of_the_closed_form():
    layer = nets.layer_of(32, SEEDS[0])
    weights = measured.virtual(layer, measured.Pair(layer.before, layer.after))
    np.testing.assert_allclose(weights, layer.wiring, atol=1e-9)
    # 64 equal weights of 1,024: (32 − 8) / 31, 58 of them for nine tenths, and a Gini of 1 − 1/16.
    assert math.isclose(hoyer(layer.wiring), 24 / 31, rel_tol=1e-12)
    assert edges_for(layer.wiring) == 58
    assert math.isclose(gini(layer.wiring), 15 / 16, rel_tol=1e-12)


def test_equal_weights_are_not_sparse_and_normal_ones_have_a_known_sparsity():
    assert math.isclose(hoyer(np.ones((4, 5))), 0, abs_tol=1e-12)
    assert math.isclose(gini(np.ones((4, 5))), 0, abs_tol=1e-12)
    normal = np.random.default_rng(0).normal(size=(400, 400))
    # Σ|w| / √Σw² is √n √(2/π) in the limit; a Gini of absolute normals is √2 − 1. 160,000 draws: to some 1/400.
    assert math.isclose(hoyer(normal), (400 - 400 * math.sqrt(2 / math.pi)) / 399, abs_tol=5 / 400)
    assert math.isclose(gini(normal), math.sqrt(2) - 1, abs_tol=5 / 400)


def test_an_effect_is_what_the_squared_error_grows_by_without_the_edge():
    random = np.random.default_rng(1)
    heard = Heard(random.normal(size=(4, 3)), random.normal(size=(50, 4)), random.normal(size=(50, 3)))

    def error(weights):
        off = heard.heard - heard.codes @ weights
        return ((off - off.mean(axis=0)) ** 2).mean(axis=0).sum()

    for place in np.ndindex(4, 3):
        cut = heard.weights.copy()
        cut[place] = 0
        assert math.isclose(effects(heard)[place], error(cut) - error(heard.weights), abs_tol=1e-10)


def test_all_wires_leave_nothing_and_no_edge_leaves_everything():
    wiring, _ = nets.wired(32, np.random.default_rng(3))
    codes = nets.codes_of(32, 400, np.random.default_rng(4))
    heard = Heard(wiring, codes, codes @ wiring)
    assert left(heard, heard, wiring != 0)[0] < 1e-20
    assert math.isclose(left(heard, heard, np.zeros_like(wiring, bool))[0], 1, rel_tol=1e-12)


def test_the_strongest_edges_are_as_many_as_asked_for():
    strength = np.random.default_rng(5).random((6, 9))
    chosen = strongest(strength, 1.5)
    assert chosen.sum() == 9
    assert strength[chosen].min() > strength[~chosen].max()


def test_wires_of_learned_directions_are_those_of_their_true_partners():
    layer, order = nets.layer_of(64, SEEDS[1]), np.random.default_rng(6).permutation(64)
    wires = measured._wires(layer, measured.Pair(-layer.before[order], layer.after))
    np.testing.assert_array_equal(wires, layer.edges[order])


def test_the_same_seed_gives_the_same_tables(tables):
    again = feature_circuits.tables(SEEDS[1:], TINY)
    for name, table in again.items():
        alone = tables[name].filter(pl.col("member") == 1).drop("member")
        assert alone.equals(table.drop("member")), name


def test_every_column_is_told_every_claim_is_judged_and_chance_stands_beside(tables):
    study = feature_circuits.study()
    assert isinstance(study.measure, Drawn)
    assert len(study.measure.seeds) == 5
    for claim in study.claims:
        assert claim.judge(tables).n == len(SEEDS)
    told = {key.rpartition(".")[2] for key in study.columns or {}}
    assert all(set(table.columns) <= told for table in tables.values())
    by_lot = tables["edges"].filter(pl.col("ranking") == "by lot")
    # 128 edges by lot of 4,096 with 128 wires: 4 ± 2 hits; ten deviations.
    assert ((by_lot["precision"] - by_lot["chance"]).abs() < 10 * 2 / 64).all()


def test_figures_are_drawn_from_tables_alone(tables):
    drawn = feature_circuits.study().draw(tables)
    assert [each.name for each in drawn] == ["sparsity", "edges", "left", "gates", "again"]
    assert all(as_svg(each).startswith("<?xml") for each in drawn)
    assert all("nan" not in each.alt for each in drawn)
