"""A layer trained again: what is invariant stays, what is compared is comparable, and claims find their tables."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from unlearned import unlearned

from tropism.core import listen
from tropism.core.paths import assembled, shapes
from tropism.figures.theme import render
from tropism.networks import Dense
from tropism.studies import _retrain_claims as claims
from tropism.studies import _retrain_parts as parts
from tropism.studies import _retrain_runs as runs
from tropism.studies import _retrain_tables as tables
from tropism.studies import load, retrain_layer
from tropism.studies._retrain_behind import Behind, behind, effects
from tropism.studies._retrain_bench import Bench
from tropism.studies._retrain_parts import Layer


def by_lot(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def layer(seed=0, scale=(9.0, 5.0, 3.0, 2.0, 1.0)):
    """A linear layer of five neurons that hears seven; its components have unlike variances."""
    frame = np.linalg.qr(by_lot(5, 5, seed=seed))[0] * np.array(scale)
    into, given = frame @ np.linalg.qr(by_lot(7, 5, seed=seed + 1))[0].T, by_lot(600, 7, seed=seed + 2)
    values = given @ into.T
    return Layer(into, by_lot(6, 5, seed=seed + 3), np.ones(5), values, values, given)


def based_anew(one, basis):
    """The same function by other neurons."""
    back = np.linalg.inv(basis)
    held = one.held @ basis.T
    return one._replace(into=basis @ one.into, out=one.out @ back, shown=held, held=held)


@pytest.mark.parametrize("way", ["PCA", "SVD"])
def test_a_turn_of_the_neurons_is_no_difference_but_to_raw_directions(way):
    one = layer()
    other = based_anew(one, np.linalg.qr(by_lot(5, 5, seed=9))[0])
    found = parts.likenesses(parts.parts_of(one, way, 5), parts.parts_of(other, way, 5))
    for system in ("pull-back", "push-forward", "activation"):
        assert found[system][0] == pytest.approx((1, 1, 1), abs=1e-6)
    assert found["raw"][0].diagonal < 0.8


def test_the_map_through_the_layer_knows_no_neurons_at_all():
    one = layer()
    other = based_anew(one, by_lot(5, 5, seed=9))
    found = parts.likenesses(*(parts.parts_of(each, "W out · W in", 5) for each in (one, other)))
    assert set(found) == {"pull-back", "push-forward", "activation"}
    for score, _ in found.values():
        assert score == pytest.approx((1, 1, 1), abs=1e-6)
    raw = parts.likenesses(*(parts.parts_of(each, "PCA", 5) for each in (one, other)))
    assert raw["activation"][0].diagonal < 0.99


def test_by_chance_is_near_chance():
    one, other = (parts.parts_of(layer(seed), "PCA", 4) for seed in (0, 10))
    chance = parts.likenesses(one, other)["activation"][1]
    assert chance.diagonal < 3 / np.sqrt(600)
    assert chance.block < 9 / 600


def test_components_that_trade_places_within_a_block_are_alike_as_a_block():
    rows = np.linalg.qr(by_lot(40, 3))[0].T
    one = parts.Parts({"raw": rows}, np.array([3.0, 1.05, 1.0]))
    other = parts.Parts({"raw": rows[[0, 2, 1]]}, np.array([3.0, 1.05, 1.0]))
    assert parts.likenesses(one, other)["raw"][0] == pytest.approx((1 / 3, 1, 1))
    assert parts.likenesses(one, other, 2)["raw"][0].block == pytest.approx(1)  # blocks go on beyond those that count


def test_partners_are_chosen_on_one_half_and_scored_on_the_other():
    rows, noise = by_lot(3, 400), by_lot(3, 200, seed=5)
    mixed = rows[[2, 0, 1]]
    np.testing.assert_allclose(parts.matched_across(rows, mixed), 1)
    mixed[:, 1::2] = noise  # what the choice cannot see
    assert parts.matched_across(rows, mixed).max() < 0.25


def test_a_row_without_a_partner_has_zero():
    rows = by_lot(3, 400)
    np.testing.assert_allclose(parts.matched_across(rows, rows[:2]), [1, 1, 0], atol=1e-12)


def test_what_stands_behind_a_layer_says_what_the_network_says():
    network = Dense(inputs=3, hidden=(6, 4, 5), outputs=2, linear=(1,))
    random, x = np.random.default_rng(1), by_lot(8, 3).astype(np.float32)
    params = {path: random.normal(size=shape).astype(np.float32) for path, shape in shapes(network).items()}
    output, heard = listen(assembled(network, params), x, ("hidden.1",))
    rest = behind({path: item[None] for path, item in params.items()}, 0)
    np.testing.assert_allclose(rest.output(np.asarray(heard["hidden.1"])), output, atol=1e-5)


def test_a_direction_is_worth_what_depends_on_it():
    rest = Behind(np.array([[1.0, 0.0]]), np.array([5.0]), np.ones((1, 1)), np.array([-5.0]))  # gives the first back
    values = by_lot(50, 2)
    right = values[:, :1]
    found = effects(rest, values, np.eye(2), right)
    np.testing.assert_allclose(found[0], (values[:, 0] - values[:, 0].mean()) ** 2)
    np.testing.assert_allclose(found[1], 0, atol=1e-12)


def test_losses_are_cross_entropy_where_answers_are_classes():
    rest = Behind(np.eye(2), np.zeros(2), np.eye(2), np.zeros(2))
    assert rest.losses(np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([1, 1])) == pytest.approx([np.log(2), 30.0])


def test_only_networks_that_came_back_are_compared():
    quality = {"base": [0.97, 0.97], "retrained": [0.965, 0.95], "new": [0.5, 0.5], "untrained": [0.1, 0.1]}
    held = Bench(None, {}, {}, np.zeros(0), {name: np.array(each) for name, each in quality.items()})
    seeds = property(lambda self: ("0", "1"))
    two = type("Two", (Bench,), {"seeds": seeds})(**held.__dict__)
    assert two.comparable("base", "retrained").tolist() == [True, False]
    assert two.comparable("base", "new").tolist() == [True, True] == two.comparable("base", "untrained").tolist()


@dataclass(frozen=True)
class Trained:
    """What a layer is trained again in, where only its description matters."""

    experiment: object
    snapshots: tuple = ()
    interventions: tuple = ()
    params: tuple = ()


def test_what_starts_anew_is_what_moves_and_only_the_layers_own():
    for model in runs.models().values():
        again = runs.again(model, Trained(model.experiment))
        assert again.start.reinitialize == again.trainable == ("hidden.1.*", "hidden.2.*")
        assert again.network == model.experiment.network
        assert again.length == model.longer * model.experiment.length


def test_no_luck_is_shared_and_every_dictionary_reads_its_own_network():
    scale = replace(retrain_layer.QUICK, kinds=("linear",))
    found = unlearned(replace(load("retrain-layer-quick"), sweeps=runs.sweeps(scale)))
    base, again = found["linear base"], found["linear retrained"]
    lucks = [each.seed for name in ("base", "retrained", "retrained again") for each in found[f"linear {name}"].members]
    assert len({luck.init for luck in lucks}) == len({luck.data for luck in lucks}) == len(lucks)
    assert [each.origin for each in again.members] == list(base.member_keys[:2])
    dictionaries = found["linear dictionaries"]
    source = dictionaries.experiment.task.source
    read = [source.lineage(member) for member in dictionaries.members]
    families = runs.families(found, "linear", 2)
    side_by_side = runs.numbered(families.values())
    assert list(side_by_side.member_keys) == [each.row_key(row) for each in families.values() for row in range(2)]
    assert read == [side_by_side.row_key(row) for row in range(8)] * runs.LUCKS
    assert len(set(read)) == 8


def test_every_claim_finds_its_numbers_and_every_figure_its_tables():
    scale = replace(retrain_layer.QUICK, kinds=("sparse",), ways=runs.WAYS)
    study = replace(load("retrain-layer-quick"), sweeps=runs.sweeps(scale), claims=claims.claims(scale))
    found = tables.tables(unlearned(study), scale)
    digits = {name: table.with_columns(model=pl.lit("digits, linear layer")) for name, table in found.items()}
    for asked, own in ((study.claims, found), (load("retrain-layer-quick").claims, digits)):
        assert all(claim.judge(own).verdict in ("holds", "fails", "undecided") for claim in asked)
    drawn = study.draw(found)
    assert [each.name for each in drawn] == ["components", "systems", "both", "ways", "truth"]
    assert all(render(drawn[place], dpi=30) for place in (0, 2))
    told = {name for table in found.values() for name in table.columns}
    assert told <= {name.split(".")[-1] for name in retrain_layer.COLUMNS}
