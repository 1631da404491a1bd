"""The study of the privileged basis: how features are counted into neurons, and the whole of it, tiny."""

from dataclasses import replace

import numpy as np
import pytest

from tropism.figures.theme import render
from tropism.running import train_members
from tropism.studies import load
from tropism.studies import privileged_basis as basis
from tropism.studies._neuron_groups import Groups, groups_of, in_order
from tropism.studies._privileged_measures import is_as_published, published


@pytest.fixture(scope="module")
def tables():
    found = {}
    for sweep in basis.sweeps(steps=30):
        experiment = replace(sweep.resolved({}), batch_size=64)
        found[sweep.name] = train_members(experiment, replace(sweep, seeds=(0, 1, 10, 11)).members(experiment))
    return basis.measure(found)


NOTHING = np.zeros(4)


def test_a_neuron_for_each_feature_shares_nothing():
    assert groups_of(np.eye(3, 4), NOTHING) == Groups(represented=3, shared_neurons=0, shared_features=0, pairs=0)


def test_three_features_in_two_neurons_are_counted_as_published():
    # Feature 0 in both neurons, 1 and 2 in one each and held down in the other; feature 3 alone.
    weight = np.array([[0.8, -0.8, 0.9, 0.0], [0.8, 0.9, -0.7, 0.0], [0.0, 0.0, 0.0, 1.0]])
    assert groups_of(weight, NOTHING) == Groups(represented=4, shared_neurons=2, shared_features=3, pairs=1)
    assert published(0.3)[1] == (3, 2)


def test_neurons_hang_together_through_others():
    weight = np.array([[1.0, 0.8, 0, 0], [0, 0.8, 0.8, 0], [0, 0, 0.8, 1.0]])
    assert groups_of(weight, NOTHING) == Groups(represented=4, shared_neurons=3, shared_features=4, pairs=2)


def test_a_feature_that_is_not_given_back_is_in_no_neuron():
    weight = np.array([[1.0, 0.6, 0, 0]])
    assert groups_of(weight, NOTHING).shared_features == 0  # .36 of it is given back
    weight[0, 1] = 0.8
    assert groups_of(weight, NOTHING).shared_features == 2  # .64
    assert groups_of(weight, np.full(4, -0.2)).represented == 1  # .64 − .2
    assert groups_of(-np.eye(4), NOTHING) == Groups(0, 0, 0, 0)


def test_what_comes_out_of_nothing_is_not_given_back():
    assert groups_of(np.zeros((5, 4)), np.full(4, 0.6)).represented == 0
    weight = np.array([[1.0, 0.6, 0, 0]])
    assert groups_of(weight, np.full(4, 0.5)) == groups_of(weight, NOTHING)


def test_a_network_that_represents_nothing_is_not_as_published():
    for density in basis.DENSITIES:
        assert not is_as_published(Groups(0, 0, 0, 0), density)
    assert is_as_published(Groups(represented=5, shared_neurons=0, shared_features=0, pairs=0), 1.0)
    assert not is_as_published(Groups(represented=4, shared_neurons=0, shared_features=0, pairs=0), 1.0)
    # Three features in two neurons, and the three other neurons one each.
    assert is_as_published(Groups(represented=6, shared_neurons=2, shared_features=3, pairs=1), 0.4)
    assert not is_as_published(Groups(represented=5, shared_neurons=2, shared_features=3, pairs=1), 0.4)
    assert is_as_published(Groups(represented=10, shared_neurons=5, shared_features=10, pairs=10), 0.04)


def test_groups_do_not_depend_on_the_order_of_neurons():
    rng = np.random.default_rng(0)
    for _ in range(20):
        weight, bias = rng.normal(size=(5, 10)), 0.1 * rng.normal(size=10)
        assert groups_of(weight, bias) == groups_of(weight[rng.permutation(5)], bias)
        assert sorted(in_order(weight)) == list(range(5))


def test_every_density_that_is_trained_was_published():
    assert all(published(density)[0] for density in basis.DENSITIES)
    assert published(0.1)[0] == ""


def test_the_best_of_ten_is_the_best_of_its_ten(tables):
    networks, tens = tables["networks"], tables["tens"]
    assert tens.height == 1 * len(basis.DENSITIES)  # four seeds are one ten
    assert networks["excess"].min() == 0
    for row in tens.iter_rows(named=True):
        best = networks.filter(networks["density"] == row["density"]).sort("excess").row(0, named=True)
        assert best["seed"] == row["seed"]


def test_every_claim_finds_its_rows(tables):
    for claim in basis.CLAIMS:
        verdict = claim.judge(tables)
        assert verdict.n + verdict.failed == (4 if claim.table == "priced" else 1)


def test_the_figures_are_drawn_from_the_tables(tables):
    drawn = basis.draw(tables)
    assert [each.name for each in drawn] == ["stacks", "restarts", "price-shared", "price-loss"]
    assert all(render(drawn[0], dpi=40).values())


def test_it_is_on_the_list():
    assert load("privileged-basis").name == "privileged-basis"
