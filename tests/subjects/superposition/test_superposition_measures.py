"""Counting neurons: networks whose answers are known, and the original's counts."""

import dataclasses

import numpy as np
import pytest

from tropism import Experiment, train
from tropism.core import Adam
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import TwoLayer
from tropism.optimizers import Cosine, Lamb
from tropism.subjects.color import Colors
from tropism.subjects.superposition import SparseFeatures
from tropism.subjects.superposition.measures import monosemanticity, responses, worlds
from tropism.subjects.superposition.measures.neurons import scores

FEATURES, WIDTH, NEURONS = 6, 6, 5


def networks(aim="decoder", **fields):
    """Two untrained networks; as many dimensions as features, so the directions are orthogonal."""
    experiment = Experiment(
        task=SparseFeatures(features=FEATURES, width=WIDTH, aim=aim, held_out=8),
        network=TwoLayer(inputs=WIDTH, hidden=NEURONS, outputs=FEATURES),
        optimizer=Adam(lr=0.0), steps=1, batch_size=2, **fields,
    )  # fmt: skip
    return train(experiment, seeds=(0, 1))


@pytest.fixture(scope="module")
def untrained():
    return networks()


def answering(ensemble, table):
    """The same networks with weights that make `table[neuron][feature]` the answer before the ReLU."""
    weight = np.einsum("kn,enm->ekm", np.asarray(table, np.float32), worlds(ensemble)["directions"])
    params = dict(ensemble.params) | {
        "hidden.weight": weight.astype(np.float32),
        "hidden.bias": np.full_like(ensemble.params["hidden.bias"], -1e-3),
    }
    return dataclasses.replace(ensemble, params=params)


TABLE = np.zeros((NEURONS, FEATURES))
TABLE[0, 2] = TABLE[1, 2] = 1.0  # two neurons for one feature
TABLE[2, 4] = 0.5
TABLE[3, :2] = 1.0  # polysemantic
TABLE[4, 5] = -1.0  # dead, unless asked at -1


def test_worlds_are_those_of_training(untrained):
    made = worlds(untrained)["directions"]
    assert made.shape == (2, FEATURES, WIDTH)
    assert np.abs(made[0] - made[1]).max() > 0.1
    np.testing.assert_allclose(made @ made.swapaxes(1, 2), np.broadcast_to(np.eye(FEATURES), (2, 6, 6)), atol=1e-5)


def test_responses_are_what_each_neuron_answers_to_each_feature(untrained):
    found = responses(answering(untrained, TABLE))
    np.testing.assert_allclose(found, np.broadcast_to(np.maximum(TABLE - 1e-3, 0), (2, NEURONS, FEATURES)), atol=1e-5)


def test_neurons_are_counted_by_what_they_answer_to(untrained):
    rows = monosemanticity(answering(untrained, TABLE)).to_dicts()
    for row in rows:
        assert row["mono"] == 3
        assert row["mono_share"] == pytest.approx(3 / FEATURES)
        assert row["mono_neurons"] == pytest.approx(3 / NEURONS)
        assert row["covered"] == pytest.approx(2 / FEATURES)
        assert (row["duplicates"], row["dead"], row["polysemantic"]) == (1, 1, 1)
        assert row["mean_bias"] == pytest.approx(-1e-3)
    assert [row["seed"] for row in rows] == ["0", "1"]


def test_for_abs_a_neuron_of_negative_features_lives_and_one_of_two_signs_is_no_specialist():
    table = TABLE.copy()
    table[3] = [1, -1, 0, 0, 0, 0]
    row = monosemanticity(answering(networks("abs"), table)).to_dicts()[0]
    assert (row["mono"], row["dead"], row["polysemantic"]) == (4, 0, 1)
    assert row["covered"] == pytest.approx(3 / FEATURES)


def test_a_score_takes_magnitudes_and_a_silent_neuron_has_none():
    np.testing.assert_allclose(scores(np.array([[3.0, -1.0], [0.0, 0.0], [-2.0, 0.0]])), [0.75, 0.0, 1.0], atol=1e-9)


def test_a_site_whose_writers_add_nothing_has_no_mean_bias(untrained):
    assert monosemanticity(untrained, site="output")["mean_bias"].is_nan().all()
    assert monosemanticity(untrained, site="hidden.pre")["mean_bias"].is_finite().all()


def test_snapshots_are_rows_of_their_own():
    table = monosemanticity(networks(snapshots=(0,)), steps=(0,))
    assert table["step"].to_list() == [0, 0, 1, 1]


def test_one_that_diverged_has_no_counts(untrained):
    params = dict(untrained.params) | {"hidden.weight": untrained.params["hidden.weight"] * np.float32(np.nan)}
    table = monosemanticity(dataclasses.replace(untrained, params=params))
    assert table["mono"].is_nan().all()
    assert table["dead"].is_nan().all()


def test_other_networks_are_refused(untrained):
    with pytest.raises(BadValue, match="threshold"):
        monosemanticity(untrained, threshold=1.0)
    colors = Experiment(task=Colors(), network=TwoLayer(inputs=3, hidden=4, outputs=3), optimizer=Adam(lr=0.0), steps=1)
    with pytest.raises(DoesNotFit, match="SparseFeatures"):
        worlds(train(colors, seeds=(0,)))


def test_each_member_may_be_asked_examples_of_its_own(untrained):
    apart = np.random.default_rng(0).normal(size=(2, 3, WIDTH)).astype(np.float32)
    found, _ = untrained.listen(apart, apart=True)
    for row in range(2):
        np.testing.assert_allclose(found[row], untrained.listen(apart[row])[0][row], rtol=1e-6)
    with pytest.raises(DoesNotFit, match="3 members"):
        untrained.listen(np.zeros((3, 3, WIDTH), np.float32), apart=True)


def test_a_short_run_learns_and_looks_at_examples_that_it_did_not_train_on():
    experiment = Experiment(
        task=SparseFeatures(features=64, width=16, density=1 / 32, held_out=256),
        network=TwoLayer(inputs=16, hidden=96, outputs=64, offset=-0.1),
        optimizer=Lamb(lr=0.03, pace=Cosine(period=128)), steps=256, batch_size=64, validate_every=128,
    )  # fmt: skip
    ensemble = train(experiment, seeds=range(2))
    looks = ensemble.history.validation["error"]
    assert (looks[:, -1] < 0.85 * 64 / 32 / 3).all()  # predicting zero costs N ε / 3
    assert (looks[:, 1] < looks[:, 0]).all()
