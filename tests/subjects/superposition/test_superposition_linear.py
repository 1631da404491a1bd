"""The linearized network and its polysemantic block: built with known blocks, whose table is worked out by hand."""

import dataclasses

import numpy as np
import pytest
from untrained_networks import untrained

from tropism import Experiment
from tropism.core import Adam
from tropism.errors import DoesNotFit
from tropism.networks import Tied, TwoLayer
from tropism.subjects.superposition import ImportantFeatures, SparseFeatures
from tropism.subjects.superposition.measures import (
    held_out_loss,
    linearized,
    polysemantic_block,
    rank_profile,
    worlds,
)

FEATURES, WIDTH = 24, 6


def networks(hidden=2 * WIDTH, activation="relu", aim="decoder", width=WIDTH):
    task = SparseFeatures(features=FEATURES, width=width, density=0.1, aim=aim)
    network = TwoLayer(inputs=width, hidden=hidden, outputs=task.output_width(), activation=activation)
    return untrained(Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1))


def with_block(scale=0.5, right=None):
    """Linear neurons, all polysemantic, whose block is `scale` · PPᵀ, or `right` of the directions."""
    made = networks(WIDTH, "linear")
    directions = worlds(made)["directions"]
    read = scale * directions if right is None else right(directions)
    eye = np.broadcast_to(np.eye(WIDTH, dtype=np.float32), (2, WIDTH, WIDTH))
    return dataclasses.replace(
        made, params={"hidden.weight": eye, "hidden.bias": np.zeros((2, WIDTH), np.float32), "output.weight": read}
    )


# Laws


@pytest.mark.parametrize("aim", ["decoder", "abs", "re-projector"])
def test_a_network_of_linear_neurons_is_its_own_linearization(aim):
    made = networks(activation="linear", aim=aim)
    still = dict(made.params) | {"hidden.bias": np.zeros_like(made.params["hidden.bias"])}
    made = dataclasses.replace(made, params=still)
    whole, embedder = linearized(made)
    answers, heard = made.listen(worlds(made)["directions"], ("hidden",), apart=True)
    np.testing.assert_allclose(whole, answers.swapaxes(1, 2), atol=1e-5)
    np.testing.assert_allclose(embedder, heard["hidden"].swapaxes(1, 2), atol=1e-5)


def test_the_loss_is_the_held_out_one_and_each_fit_is_at_least_as_good_as_a_simpler_one():
    made = networks(64)
    table = polysemantic_block(made, examples=3000)
    np.testing.assert_allclose(table["loss"], held_out_loss(made, examples=3000)["loss"], rtol=1e-5)
    shapes, fits = ("identity", "best_identity", "projection"), ("features", "projection", "common", "rest", "gain")
    for name in (*shapes, *(f"by_{each}" for each in fits)):
        assert table[name].is_between(-1e-9, 1 + 1e-9).all(), name
    assert (table["best_identity"] >= table["identity"] - 1e-9).all()
    assert (table["by_gain"] >= table["by_rest"] - 1e-9).all()
    assert (table["rank"] <= WIDTH + 1e-6).all()
    spectrum = rank_profile(made)
    for row in range(2):
        s = spectrum.filter(spectrum["member"] == row)["singular"].to_numpy()
        assert (s**2).sum() ** 2 / (s**4).sum() == pytest.approx(table["rank"][row], rel=1e-4)
        assert (np.diff(s) <= 1e-6).all()


# Closed forms


def test_a_multiple_of_the_projection_is_seen_as_one():
    made = with_block(0.5)
    rows = polysemantic_block(made, examples=2000).to_dicts()
    for row, directions in zip(rows, worlds(made)["directions"], strict=True):
        values = np.linalg.svd(directions, compute_uv=False) ** 2  # of PPᵀ, near N / M each
        assert row["polysemantic"] == WIDTH
        assert row["projection"] == pytest.approx(1, abs=1e-5)
        assert row["off_diagonal"] == pytest.approx(1, abs=1e-5)
        assert row["by_projection"] == pytest.approx(1, abs=1e-4)
        assert row["best_rank"] == WIDTH
        assert row["best_identity"] == pytest.approx(values.sum() ** 2 / (WIDTH * (values**2).sum()), rel=1e-5)
        assert row["identity"] == pytest.approx(FEATURES**2 / (FEATURES * (values**2).sum()), rel=1e-5)
        assert row["loss_fitted"] == pytest.approx(row["loss"], rel=1e-4)
        assert row["loss_without"] > row["loss_constant"]  # they alone speak; without them the output is zero
    spectrum = rank_profile(made)
    np.testing.assert_allclose(spectrum["singular"], spectrum["identity"], rtol=1e-4)


def test_minus_the_identity_is_no_identity():
    for row in polysemantic_block(with_block(-0.5), examples=500).to_dicts():
        assert (row["identity"], row["projection"]) == (0, 0)
        assert row["best_identity"] < 1e-6
        assert row["by_projection"] == pytest.approx(1, abs=1e-4)  # a fit, whatever its sign


def test_a_block_that_is_no_identity_is_seen_as_none():
    random = np.random.default_rng(0)
    made = with_block(right=lambda directions: random.normal(size=directions.shape).astype(np.float32))
    for row in polysemantic_block(made, examples=2000).to_dicts():
        assert row["projection"] < 0.1
        assert row["by_projection"] < 0.2
        assert abs(row["off_diagonal"]) < 0.2
        assert row["loss_fitted"] < row["loss"] - 1  # what such neurons add is noise


def test_one_number_for_all_outputs_is_seen_as_common():
    made = with_block(right=lambda directions: np.broadcast_to(directions.sum(1, keepdims=True), directions.shape))
    for row in polysemantic_block(made, examples=500).to_dicts():
        assert row["by_common"] == pytest.approx(1, abs=1e-5)
        assert row["rank"] == pytest.approx(1, abs=1e-5)
        assert row["by_features"] < 0.6


def test_a_gain_for_the_whole_output_is_seen_as_one():
    # As many dimensions as features; half of the neurons give every feature, two others each, in equal parts, the sum.
    made = networks(FEATURES, width=FEATURES)
    directions = worlds(made)["directions"]
    half = FEATURES // 2
    pairs = np.zeros((2, FEATURES, FEATURES), np.float32)
    pairs[:, range(half), range(half)] = 1.0
    pairs[:, half:] = 1.0  # neurons of all features: the sum of what is on
    read = np.zeros((2, FEATURES, FEATURES), np.float32)
    read[:, range(half), range(half)] = 1.0
    read[:, :, half:] = 1.0 / half
    params = {"hidden.weight": pairs @ directions, "hidden.bias": np.full((2, FEATURES), -1e-3, np.float32)}
    table = polysemantic_block(dataclasses.replace(made, params=params | {"output.weight": read}), examples=500)
    assert table["polysemantic"].to_list() == [half, half]
    np.testing.assert_allclose(table["by_common"], 1, atol=1e-4)
    assert (table["by_gain"] < 0.9).all()  # a sum is no gain of what is there


# Examples


def test_networks_without_polysemantic_neurons_have_no_block():
    made = networks(FEATURES, width=FEATURES)
    still = np.full((2, FEATURES), -1e-3, np.float32)
    params = dict(made.params) | {"hidden.weight": worlds(made)["directions"], "hidden.bias": still}
    made = dataclasses.replace(made, params=params)
    table = polysemantic_block(made, examples=64)
    assert table["polysemantic"].to_list() == [0, 0]
    assert rank_profile(made)["singular"].is_nan().all()
    assert rank_profile(made)["identity"].is_nan().all()


def test_other_networks_and_tasks_are_refused():
    with pytest.raises(DoesNotFit, match="decoder"):
        polysemantic_block(networks(aim="abs"))
    task, network = ImportantFeatures(features=4), Tied(features=4, hidden=2)
    tied = untrained(Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1))
    with pytest.raises(DoesNotFit, match="Tied"):
        linearized(tied)
