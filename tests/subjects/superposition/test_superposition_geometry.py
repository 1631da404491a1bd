"""Dimensionality, interference and fractions: laws, solids whose answers are known, and plateaus that are planted."""

import dataclasses
import itertools
from fractions import Fraction

import numpy as np
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from untrained_networks import untrained

from tropism import Experiment, train
from tropism.core import Adam
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import dimensionality, frobenius_dimensions, interference, norms
from tropism.networks import Autoencoder, Tied, TwoLayer
from tropism.subjects.color import Colors
from tropism.subjects.superposition import ImportantFeatures, SparseFeatures
from tropism.subjects.superposition.measures import feature_geometry, fractions, worlds
from tropism.subjects.superposition.measures.geometry import FIGURES, feature_directions, smooth_count

numbers = st.floats(-4, 4, allow_subnormal=False).map(lambda number: round(number, 2))
MATRICES = hnp.arrays(float, st.tuples(st.integers(1, 7), st.integers(1, 5)), elements=numbers)


def polygon(corners, turn=0.0):
    angles = turn + 2 * np.pi * np.arange(corners) / corners
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def beside(*blocks):
    """Figures in dimensions of their own."""
    whole = np.zeros((sum(len(each) for each in blocks), sum(each.shape[1] for each in blocks)))
    row = column = 0
    for each in blocks:
        whole[row : row + len(each), column : column + each.shape[1]] = each
        row, column = row + len(each), column + each.shape[1]
    return whole


DIGON = np.array([[1.0], [-1.0]])
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)
HALVES = (np.hstack([polygon(4, turn) * 2**0.5, np.full((4, 1), side)]) for turn, side in ((0, 1), (np.pi / 4, -1)))
ANTIPRISM = np.concatenate(list(HALVES)) / 3**0.5  # two squares, one turned, at heights that make it a tight frame


# Laws


@given(MATRICES)
def test_dimensionalities_lie_in_the_unit_interval_and_sum_to_at_most_the_rank(directions):
    found = dimensionality(directions)
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()
    assert found.sum() <= np.linalg.matrix_rank(directions) + 1e-6
    assert (found[norms(directions) == 0] == 0).all()


@given(MATRICES, st.integers(0, 2**31 - 1))
def test_nothing_changes_where_space_is_turned_and_order_follows_the_features(directions, seed):
    random = np.random.default_rng(seed)
    turned = directions @ np.linalg.qr(random.normal(size=(directions.shape[1],) * 2))[0]
    order = random.permutation(len(directions))
    for measure in (dimensionality, interference, norms):
        np.testing.assert_allclose(measure(turned)[order], measure(directions[order]), atol=1e-6)


@given(MATRICES, st.floats(0.1, 10))
def test_dimensionality_has_no_scale_and_interference_grows_with_the_square(directions, scale):
    np.testing.assert_allclose(dimensionality(scale * directions), dimensionality(directions), atol=1e-9)
    np.testing.assert_allclose(interference(scale * directions), scale**2 * interference(directions), atol=1e-6)


@given(MATRICES)
def test_it_is_the_capacity_that_is_defined_by_products_of_directions(directions):
    # Source: Scherlis et al. (2022): C_i = (W_i·W_i)² / Σ_j (W_i·W_j)².
    products = directions @ directions.T
    capacity = np.diag(products) ** 2 / np.maximum((products**2).sum(axis=1), 1e-300)
    np.testing.assert_allclose(dimensionality(directions), capacity, atol=1e-9)


def test_many_networks_are_measured_as_one_by_one():
    many = np.random.default_rng(0).normal(size=(3, 7, 4))
    for measure in (dimensionality, interference, norms, frobenius_dimensions):
        np.testing.assert_allclose(measure(many), np.stack([measure(each) for each in many]), rtol=1e-12)


# Closed forms


@pytest.mark.parametrize(
    ("figure", "wanted"),
    [
        # Source: Elhage et al. (2022), "Toy Models of Superposition", on uniform superposition.
        (np.eye(3), [1, 1, 1]),
        (DIGON, [1 / 2] * 2),
        (polygon(3), [2 / 3] * 3),
        (polygon(5), [2 / 5] * 5),
        (TETRAHEDRON, [3 / 4] * 4),
        (beside(DIGON, DIGON, DIGON), [1 / 2] * 6),  # an octahedron
        (ANTIPRISM, [3 / 8] * 8),
        (beside(polygon(3), DIGON), [2 / 3] * 3 + [1 / 2] * 2),  # a triangular bipyramid
        (beside(polygon(5), DIGON), [2 / 5] * 5 + [1 / 2] * 2),  # a pentagonal bipyramid
        (beside(2 * polygon(3), 0.3 * DIGON), [2 / 3] * 3 + [1 / 2] * 2),  # the parts of a tegum product have any size
    ],
)  # fmt: skip
def test_figures_have_their_fractions(figure, wanted):
    found = dimensionality(figure)
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert found.sum() == pytest.approx(figure.shape[1])  # nothing of the space is left over
    if np.allclose(norms(figure), 1):
        np.testing.assert_allclose(interference(figure), 1 / found - 1, atol=1e-12)
        assert frobenius_dimensions(figure) == pytest.approx(found.mean())


@pytest.mark.parametrize("corners", range(3, 12))
def test_a_regular_polygon_has_two_dimensions_for_all_its_corners(corners):
    np.testing.assert_allclose(dimensionality(polygon(corners)), 2 / corners, atol=1e-12)


def test_the_figures_of_the_fractions_are_those():
    made = {"alone": np.eye(1), "tetrahedron": TETRAHEDRON, "triangle": polygon(3), "digon": DIGON,
            "pentagon": polygon(5), "square antiprism": ANTIPRISM}  # fmt: skip
    for fraction, (figure, size) in FIGURES.items():
        assert len(made[figure]) == size
        np.testing.assert_allclose(dimensionality(made[figure]), float(fraction), atol=1e-12)


def test_a_feature_that_was_given_up_has_nothing_and_takes_nothing():
    directions = beside(DIGON, np.eye(2))
    directions[1] = 0
    np.testing.assert_allclose(dimensionality(directions), [1, 0, 1, 1])
    np.testing.assert_allclose(interference(directions), 0, atol=1e-12)


# Plateaus


def table(found, norm=1.0):
    found = np.asarray(found, float)
    return polars.DataFrame({"dimensionality": found, "norm": np.broadcast_to(norm, found.shape)})


def test_a_smooth_density_puts_everything_somewhere():
    found = np.random.default_rng(0).uniform(0, 1, 50)
    edges = np.linspace(0, 1, 12)
    total = sum(smooth_count(found, low, high, bandwidth=0.08) for low, high in itertools.pairwise(edges))
    assert total == pytest.approx(50, rel=1e-6)
    assert smooth_count(found, 0.98, 1.02, bandwidth=0.08) == smooth_count(found, 0.98, 1.0, bandwidth=0.08)


def test_no_plateau_is_seen_where_there_is_none():
    seen = []
    for seed in range(50):
        random = np.random.default_rng(seed)
        for found in (random.uniform(0, 1, 400), np.clip(random.normal(0.45, 0.15, 400), 0, 1)):
            seen += fractions(table(found))["plateau"].to_list()
    assert np.mean(seen) < 0.03  # of 600 windows; the chance is 2.5 % at most, and less for features in figures


@pytest.mark.parametrize("planted", list(FIGURES))
def test_a_planted_plateau_is_seen_and_no_other(planted):
    random = np.random.default_rng(1)
    found = np.concatenate(
        [random.uniform(0.2, 0.9, 200), np.minimum(float(planted) + random.normal(0, 0.004, 120), 1)]
    )
    rows = {row["fraction"]: row for row in fractions(table(found)).to_dicts()}
    assert rows[str(planted)]["plateau"]
    assert rows[str(planted)]["count"] >= 115
    neighbors = {Fraction(2, 5), Fraction(3, 8)} if planted in (Fraction(2, 5), Fraction(3, 8)) else {planted}
    assert not any(rows[str(other)]["plateau"] for other in FIGURES if other not in neighbors)


def test_features_of_one_figure_are_one_finding():
    # Eight features of one antiprism are as little evidence as one feature alone; forty antiprisms are enough.
    rest = np.linspace(0.05, 0.95, 40)
    few, many = (fractions(table(np.append(rest, [3 / 8] * 8 * count)))["plateau"][5] for count in (1, 40))
    assert (few, many) == (False, True)


def test_features_without_a_direction_and_diverged_ones_are_left_out():
    found = np.append(np.full(30, 0.5), np.full(70, 0.75))
    rows = fractions(table(found, norm=np.append(np.full(30, 1.0), np.full(70, 0.05))))
    assert rows["features"].to_list() == [30] * 6
    assert rows["count"].to_list() == [0, 0, 0, 30, 0, 0]
    assert fractions(table([0.5, np.nan], norm=[1.0, np.nan]))["features"][0] == 1
    assert not fractions(table([]))["plateau"].any()


# Networks


def toy(make=untrained, **fields):
    task, network = ImportantFeatures(features=5, density=0.1), Tied(features=5, hidden=2)
    experiment = Experiment(task=task, network=network, optimizer=Adam(lr=0.01), steps=4, batch_size=64, **fields)
    return make(experiment, (0, 1))


def test_a_pentagon_is_found_in_a_tied_network():
    ensemble = toy()
    params = dict(ensemble.params) | {"weight": np.stack([polygon(5).T, 2 * polygon(5).T]).astype(np.float32)}
    found = feature_geometry(dataclasses.replace(ensemble, params=params))
    assert found["member"].to_list() == [0] * 5 + [1] * 5
    assert found["feature"].to_list() == [*range(5)] * 2
    np.testing.assert_allclose(found["dimensionality"], 0.4, atol=1e-6)
    np.testing.assert_allclose(found["norm"], [1] * 5 + [2] * 5, rtol=1e-6)
    np.testing.assert_allclose(found["interference"], [1.5] * 5 + [6] * 5, rtol=1e-5)
    assert fractions(found)["count"].to_list() == [0, 0, 0, 0, 10, 0]


def test_snapshots_are_rows_of_their_own_and_one_that_diverged_has_none():
    ensemble = toy(train, snapshots=(2,))
    failed = dataclasses.replace(ensemble.status, diverged_at=np.array([-1, 3]))
    found = feature_geometry(dataclasses.replace(ensemble, status=failed), steps=(2,))
    assert found["step"].to_list() == [2] * 10 + [4] * 10
    assert found["dimensionality"].is_nan().to_list() == [False] * 15 + [True] * 5
    assert not found.filter(found["step"] == 2)["norm"].equals(found.filter(found["step"] == 4)["norm"])


def test_directions_are_what_the_hidden_layer_sees_of_each_feature():
    task = SparseFeatures(features=6, width=4, held_out=8)
    network = TwoLayer(inputs=4, hidden=5, outputs=6)
    two = untrained(Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1, batch_size=2))
    bare = two.listen(worlds(two)["directions"], ("hidden.pre",), apart=True)[1]["hidden.pre"]
    found = feature_directions(two)
    assert found.shape == (2, 6, 5)
    np.testing.assert_allclose(found, bare - two.params["hidden.bias"][:, None, :], atol=1e-5)
    tied = toy()
    np.testing.assert_array_equal(feature_directions(tied)[1], tied.params["weight"][1].T)


def test_where_features_are_the_input_they_are_columns_of_the_first_matrix():
    task, network = ImportantFeatures(features=3, aim="abs"), TwoLayer(inputs=3, hidden=6, outputs=3)
    two = untrained(Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1, batch_size=2), (0,))
    np.testing.assert_array_equal(feature_directions(two)[0], two.params["hidden.weight"][0].T)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(BadValue, match="bandwidth"):
        fractions(table([0.5]), reach=0.1)
    with pytest.raises(UnknownName, match="norm"):
        fractions(table([0.5]).drop("norm"))
    colors = Experiment(task=Colors(), network=Autoencoder(hidden=4, latent=2), optimizer=Adam(lr=0.0), steps=1)
    with pytest.raises(DoesNotFit, match="Autoencoder on Colors"):
        feature_geometry(untrained(colors, (0,)))
