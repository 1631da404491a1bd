"""Frames of figures at right angles: closed forms against what is measured, and components found again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import (
    dimensionality,
    overlap_components,
    overlaps,
    polygon,
    simplex,
    tegum,
    welch_bound,
)

FRAMES = {
    "digon": (simplex(1), 1 / 2, 1.0),
    "triangle": (simplex(2), 2 / 3, 1 / 2),
    "tetrahedron": (simplex(3), 3 / 4, 1 / 3),
    "square": (polygon(4), 1 / 2, 1.0),
    "pentagon": (polygon(5), 2 / 5, math.cos(math.pi / 5)),
    "decagon": (polygon(10), 1 / 5, 1.0),
}


@pytest.mark.parametrize("name", FRAMES)
def test_figures_have_their_fraction_and_their_coherence(name: str) -> None:
    # Source: Elhage et al. (2022), "Toy Models of Superposition", for 1/2, 2/3, 3/4 and 2/5.
    frame, fraction, coherence = FRAMES[name]
    found = overlaps(frame.directions)
    np.testing.assert_allclose(frame.dimensionality, fraction)
    np.testing.assert_allclose(dimensionality(frame.directions), fraction)
    np.testing.assert_allclose(np.linalg.norm(frame.directions, axis=1), 1)
    np.testing.assert_allclose(frame.directions.sum(axis=0), 0, atol=1e-12)
    assert frame.coherence == pytest.approx(coherence)
    assert found.most == pytest.approx(coherence)
    assert frame.rms == pytest.approx(found.rms)
    assert frame.rms == pytest.approx(welch_bound(*frame.directions.shape))  # regular figures are tight


def test_a_product_keeps_its_figures_fractions_and_fills_the_space() -> None:
    product = tegum(polygon(5), simplex(1), simplex(3))
    assert product.directions.shape == (11, 6)
    np.testing.assert_allclose(product.dimensionality, dimensionality(product.directions))
    assert dimensionality(product.directions).sum() == pytest.approx(6)
    found = overlaps(product.directions)
    assert (product.coherence, product.rms) == pytest.approx((found.most, found.rms))
    sizes = [(len(component.members), component.rank) for component in overlap_components(product.directions)]
    assert sizes == [(5, 2), (4, 3), (2, 1)]


# The pilot's rows: corners, dimensions, largest, mean square, orthogonal share, mean size, components.
@pytest.mark.parametrize(
    ("frame", "most", "square", "orthogonal", "mean", "component"),
    [
        (tegum(*[simplex(1)] * 12), 1.0, 0.0435, 0.957, 0.044, (12, 2, 1)),
        (tegum(*[polygon(10)] * 6), 1.0, 0.0678, 0.847, 0.093, (6, 10, 2)),
        (tegum(*[polygon(5)] * 6), 0.809, 0.0517, 0.862, 0.077, (6, 5, 2)),
    ],
)
def test_products_of_one_figure_are_what_the_pilot_found(frame, most, square, orthogonal, mean, component) -> None:
    found = overlaps(frame.directions)
    assert found.most == pytest.approx(most, abs=5e-4)
    assert found.rms**2 == pytest.approx(square, abs=5e-5)
    assert (found.orthogonal, found.mean) == pytest.approx((orthogonal, mean), abs=1e-3)  # to its three digits
    assert frame.rms == pytest.approx(welch_bound(*frame.directions.shape))
    for threshold in (0.05, 0.1, 0.2, 0.3):
        pieces = overlap_components(frame.directions, threshold=threshold)
        assert {(len(pieces), len(piece.members), piece.rank) for piece in pieces} == {component}


def test_components_are_found_in_any_order_and_turn_with_lengths_of_their_own() -> None:
    random, frame = np.random.default_rng(0), tegum(polygon(5), simplex(2), simplex(1)).directions
    order, turn = random.permutation(10), np.linalg.qr(random.normal(size=(5, 5)))[0]
    found = overlap_components((frame * random.uniform(0.1, 5, size=(10, 1)))[order] @ turn)
    groups = [set(order[component.members].tolist()) for component in found]
    assert groups == [set(range(5)), {5, 6, 7}, {8, 9}]
    assert [component.rank for component in found] == [2, 2, 1]


def test_a_random_frame_hangs_together() -> None:
    frame = np.random.default_rng(1).normal(size=(60, 12))
    [whole] = overlap_components(frame)
    assert (len(whole.members), whole.rank) == (60, 12)


def test_what_has_no_direction_is_alone_and_what_is_not_finite_has_no_component() -> None:
    found = overlap_components(np.array([[1.0, 0], [0, 0], [2, 0]]))
    assert [(component.members.tolist(), component.rank) for component in found] == [([0, 2], 1), ([1], 0)]
    assert overlap_components(np.array([[1.0, np.nan]])) == ()
    assert overlap_components(np.zeros((0, 2))) == ()


def test_a_product_is_as_coherent_as_its_most_coherent_figure() -> None:
    assert tegum(simplex(5), simplex(1), simplex(2)).coherence == 1
    assert tegum(simplex(2), simplex(2)).coherence == pytest.approx(0.5)


def test_figures_that_are_none_are_refused() -> None:
    with pytest.raises(BadValue, match=r"simplex\(1\)"):
        polygon(2)
    with pytest.raises(BadValue, match="at least 1"):
        simplex(0)
    with pytest.raises(BadValue, match="at least one"):
        tegum()
    with pytest.raises(DoesNotFit, match="shape"):
        overlap_components(np.zeros(3))
