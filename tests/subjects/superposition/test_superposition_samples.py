"""Neurons on examples as they come: built so that it is known what each of them does, and signs told apart."""

import dataclasses

import numpy as np
import pytest
from untrained_networks import untrained

from tropism import Experiment
from tropism.core import Adam
from tropism.errors import BadValue
from tropism.networks import TwoLayer
from tropism.subjects.superposition import ImportantFeatures, SparseFeatures
from tropism.subjects.superposition.measures import (
    monosemanticity,
    neuron_selectivity,
    responses,
    selectivity,
    signed_monosemanticity,
    worlds,
)

FEATURES, DENSITY = 6, 0.25


def answering(table, aim="decoder", *, bias=0.0, activation="relu", **fields):
    """Two networks on orthogonal directions; `table[neuron][feature]` is the answer before the bias."""
    experiment = Experiment(
        task=SparseFeatures(features=FEATURES, width=FEATURES, aim=aim, density=DENSITY),
        network=TwoLayer(inputs=FEATURES, hidden=len(table), outputs=FEATURES, activation=activation),
        optimizer=Adam(lr=0.0), steps=1, **fields,
    )  # fmt: skip
    made = untrained(experiment)
    weight = np.einsum("kn,enm->ekm", np.asarray(table, np.float32), worlds(made)["directions"])
    biases = np.full_like(made.params["hidden.bias"], bias)
    params = dict(made.params) | {"hidden.weight": weight.astype(np.float32), "hidden.bias": biases}
    snapshots = dict.fromkeys(made.snapshots, params)
    return dataclasses.replace(made, params=params, snapshots=snapshots)


def rows(*pairs):
    """A table with these answers, a row for each dictionary."""
    table = np.zeros((len(pairs), FEATURES))
    for row, pair in zip(table, pairs, strict=True):
        for feature, answer in pair.items():
            row[feature] = answer
    return table


# A neuron of feature 2; one of 0 and 1 alike; a silent one. The bias hides what rounding leaves of orthogonality.
SIMPLE = rows({2: 1.0}, {0: 1.0, 1: 0.9}, {3: -1.0})


# Laws


@pytest.mark.parametrize("aim", ["decoder", "abs"])
def test_signs_add_up_to_what_counts_as_monosemantic(aim):
    random = np.random.default_rng(0)
    table = np.concatenate([rows({1: 1.0}, {1: -1.0}, {4: 2.0}), random.normal(size=(9, FEATURES))])
    for activation in ("relu", "gelu"):
        made = answering(table, aim, bias=-1e-4, activation=activation)
        signed, plain = signed_monosemanticity(made), monosemanticity(made)
        assert (signed["positive_only"] + signed["negative_only"]).to_list() == plain["mono"].to_list()
        assert (signed["rising"] + signed["falling"]).to_list() == plain["mono"].to_list()


def test_shares_lie_in_the_unit_interval_and_a_neuron_is_right_as_often_as_it_can_be():
    made = answering(np.random.default_rng(0).normal(size=(20, FEATURES)), "abs", bias=-0.1)
    table = neuron_selectivity(made, examples=3000)
    for name in ("selectivity", "precision", "recall", "density"):
        assert table[name].is_between(0, 1).all()
    # Times that it is active and its favorite is on, counted both ways: no more than either.
    assert (table["recall"] * table["density"] <= table["density"]).all()
    assert (table["precision"] >= table["recall"] * table["density"]).all()


def test_the_mean_over_neurons_of_a_kind_is_a_members_row():
    made = answering(np.random.default_rng(1).normal(size=(20, FEATURES)) ** 3, bias=-0.3)
    neurons, table = neuron_selectivity(made, examples=500), selectivity(made, examples=500)
    for row in table.to_dicts():
        for kind in ("mono", "polysemantic"):
            own = neurons.filter((neurons["member"] == row["member"]) & (neurons["kind"] == kind))
            assert row[kind] == len(own) > 0
            known = own["precision"].drop_nans()
            assert row[f"{kind}_precision"] == pytest.approx(known.mean())


# Closed forms


def test_a_neuron_of_one_feature_speaks_when_it_is_on_and_one_of_two_half_of_the_time():
    made = answering(SIMPLE, bias=-1e-3)
    table = neuron_selectivity(made, examples=16384)
    assert table["neuron"].to_list() == [0, 1, 0, 1]  # the silent one is not there
    assert table["favorite"].to_list() == [2, 0, 2, 0]
    assert table["kind"].to_list() == ["mono", "polysemantic"] * 2
    one, other = (table.filter(table["neuron"] == number) for number in (0, 1))
    np.testing.assert_allclose(one["selectivity"], 1, atol=1e-6)
    np.testing.assert_allclose(one["precision"], 1, atol=1e-6)
    np.testing.assert_allclose(one["recall"], 1 - 1e-3, atol=2e-3)  # silent below the bias
    np.testing.assert_allclose(one["response_on"], 0.5, atol=0.02)
    np.testing.assert_allclose(one["response_off"], 0, atol=1e-6)
    np.testing.assert_allclose(table["density"], DENSITY, atol=0.02)
    # Active when either is on, 1 − (3/4)²; its activity is in proportion to (1 + 1/4 · .9) and .9 · 3/4.
    np.testing.assert_allclose(other["precision"], 0.25 / (1 - 0.75**2), atol=0.02)
    np.testing.assert_allclose(other["selectivity"], 1.225 / 1.9, atol=0.02)
    np.testing.assert_allclose(other["response_off"], 0.9 * 0.25 / 2, atol=0.01)


def test_a_higher_bar_for_being_active_costs_recall_and_not_precision():
    table = neuron_selectivity(answering(SIMPLE, bias=-1e-3), examples=8000, above=0.5)
    one = table.filter(table["neuron"] == 0)
    np.testing.assert_allclose(one["precision"], 1)
    np.testing.assert_allclose(one["recall"], 0.5, atol=0.04)  # a uniform number is above one half


def test_for_abs_a_neuron_is_asked_about_its_own_sign():
    made = answering(rows({2: 1.0}, {4: -1.0}), "abs", bias=-1e-3)
    table = neuron_selectivity(made, examples=8000)
    assert table["sign"].to_list() == [1, -1] * 2
    np.testing.assert_allclose(table["precision"], 1, atol=1e-6)
    np.testing.assert_allclose(table["recall"], 1, atol=0.01)
    # Source: half of the features that are on, whose density is ε − ε²/4, have either sign.
    np.testing.assert_allclose(table["density"], (DENSITY - DENSITY**2 / 4) / 2, atol=0.015)


def test_signs_of_features_and_of_answers_are_told_apart():
    table = rows({0: 1.0}, {1: -1.0}, {2: 1.0, 3: -1.0}, {4: 1.0}, {5: -2.0})
    row = signed_monosemanticity(answering(table, "abs", bias=-1e-3)).to_dicts()[0]
    assert (row["positive_only"], row["negative_only"], row["both"]) == (2, 2, 0)
    assert (row["rising"], row["falling"]) == (4, 0)
    assert row["as_published"] == 3  # asked at +1 only, the neuron of +2 and −3 looks like one of 2
    assert (row["asked_plus"], row["asked_minus"], row["mistaken"], row["missed"]) == (3, 3, 1, 2)
    straight = signed_monosemanticity(answering(rows({0: 1.0}, {1: -1.0}), "abs", activation="linear")).to_dicts()[0]
    assert (straight["both"], straight["positive_only"], straight["negative_only"]) == (2, 0, 0)
    assert (straight["asked_plus"], straight["asked_minus"], straight["mistaken"], straight["missed"]) == (2, 2, 0, 0)


def test_features_that_a_network_sees_as_they_are_are_asked_as_they_are():
    table = np.array([[2.0, 0.0, 0.0], [0.0, -1.0, 0.0], [1.0, 0.0, -0.5], [0.0, 0.0, 0.0]], np.float32)
    experiment = Experiment(
        task=ImportantFeatures(features=3, aim="abs"),
        network=TwoLayer(inputs=3, hidden=4, outputs=3, hidden_bias=False),
        optimizer=Adam(lr=0.0), steps=1,
    )  # fmt: skip
    made = untrained(experiment)
    made = dataclasses.replace(made, params=dict(made.params) | {"hidden.weight": np.stack([table, table])})
    np.testing.assert_array_equal(responses(made, amplitude=-3.0)[1], 3 * np.maximum(-table, 0))
    row = signed_monosemanticity(made).to_dicts()[1]
    assert (row["asked_plus"], row["asked_minus"], row["mistaken"], row["missed"]) == (2, 2, 1, 1)
    counts = monosemanticity(made).to_dicts()[0]
    assert (counts["mono"], counts["dead"], counts["polysemantic"], counts["covered"]) == (2, 1, 1, 2 / 3)


def test_a_neuron_that_answers_with_negative_values_falls():
    row = signed_monosemanticity(answering(rows({0: 1.0}, {1: -1.0}), activation="linear")).to_dicts()[0]
    assert (row["rising"], row["falling"], row["negative_only"], row["both"]) == (1, 1, 0, 0)


def test_the_published_score_counts_untrained_neurons_whose_answers_may_be_negative():
    # Source: 5 of 1,024 untrained GeLU neurons passed in one run of adamjermyn/toy_model_interpretability at N = 512,
    # m = 64; with ReLU none could. The neurons are drawn alike, so a count is nearly Poisson, at a mean of about 5.
    task = SparseFeatures()
    found = {}
    for activation in ("gelu", "relu"):
        network = TwoLayer(inputs=64, hidden=1024, outputs=512, activation=activation)
        experiment = Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1)
        found[activation] = signed_monosemanticity(untrained(experiment, (0, 1)))
    assert found["relu"]["as_published"].to_list() == [0, 0]
    assert found["gelu"]["positive_only"].to_list() == [0, 0]
    assert 2 <= found["gelu"]["as_published"].sum() <= 22


# Examples


def test_snapshots_are_rows_of_their_own():
    made = answering(SIMPLE, bias=-1e-3, snapshots=(0,))
    assert selectivity(made, examples=64, steps=(0,))["step"].to_list() == [0, 0, 1, 1]
    assert neuron_selectivity(made, examples=64, steps=(0,))["step"].to_list() == [0, 0, 1, 1] * 2
    assert signed_monosemanticity(made, steps=(0,))["step"].to_list() == [0, 0, 1, 1]


def test_one_that_diverged_and_one_without_neurons_have_no_shares():
    made = answering(SIMPLE, bias=-1e-3)
    failed = dataclasses.replace(made, status=dataclasses.replace(made.status, diverged_at=np.array([1, -1])))
    table = selectivity(failed, examples=64)
    assert table["mono"].to_list() == [0, 1]
    assert np.isnan(table["mono_precision"][0])
    assert np.isnan(signed_monosemanticity(failed)["both"][0])
    dead = selectivity(answering(-SIMPLE[:2], bias=-1e-3), examples=64)
    assert dead["polysemantic_selectivity"].is_nan().all()
    with pytest.raises(BadValue, match="above"):
        neuron_selectivity(made, above=-0.1)
