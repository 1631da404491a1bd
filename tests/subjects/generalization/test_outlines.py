"""Edges, arcs and objects drawn by a pen."""

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization import Outlines
from tropism.subjects.generalization.images.strokes import inked, turned_points
from tropism.subjects.generalization.tasks.outlines import OBJECTS, arcs, outline


def test_a_long_level_stroke_has_as_much_ink_a_column_as_the_pen_is_wide():
    line = np.array([[[-5.0, 4.3], [20.0, 4.3]]])
    ink = inked(line, 10, width=2.0)[0]
    np.testing.assert_allclose(ink.sum(axis=0), 2.0, atol=1e-9)
    np.testing.assert_allclose(ink[4], 1.0)
    assert ink[:2].max() == ink[7:].max() == 0


def test_a_stroke_that_goes_back_leaves_no_more_ink():
    there = np.array([[[2.0, 2.0], [7.0, 5.0]]])
    back = np.array([[[2.0, 2.0], [7.0, 5.0], [2.0, 2.0]]])
    np.testing.assert_allclose(inked(there, 9), inked(back, 9), atol=1e-9)


def test_points_turn_clockwise_where_down_is_positive():
    np.testing.assert_allclose(turned_points(np.array([[[1.0, 0.0]]]), np.array([90.0])), [[[0.0, 1.0]]], atol=1e-12)


def test_an_arc_has_its_chord_its_turn_and_its_middle():
    straight, bent, other = arcs(np.array([2.0, 2.0, 2.0]), np.array([0.0, 120.0, -120.0]))
    np.testing.assert_allclose(straight, np.stack([np.linspace(-2, 2, len(straight)), 0 * straight[:, 0]], 1))
    np.testing.assert_allclose(bent[-1] - bent[0], [4.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(np.ptp(bent[:, 1]), 2 / np.sin(np.pi / 3) * (1 - 0.5))  # radius (1 - cos 60°)
    np.testing.assert_allclose(bent[:, 1].max(), -bent[:, 1].min())
    np.testing.assert_allclose(other, bent * [1, -1], atol=1e-12)  # it bulges to the other side


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_lies_in_the_unit_circle_and_fills_most_of_it(name):
    assert 0.84 < np.linalg.norm(outline(name), axis=1).max() < 1.01


def test_straight_edges_lie_as_their_class_says():
    task = Outlines(count=20, noise=0.0)
    listed = task.listed()
    down, across = np.indices((12, 12)).reshape(2, -1)
    straight = listed.inputs[listed.right < 8].astype(float)
    weights = straight / straight.sum(1, keepdims=True)
    x, y = (each - (weights * each).sum(1, keepdims=True) for each in (across, down))
    slant = 0.5 * np.arctan2(2 * (weights * x * y).sum(1), (weights * (x * x - y * y)).sum(1))
    wanted = np.pi * listed.right[listed.right < 8] / 8
    apart = np.degrees(np.abs((slant - wanted + np.pi / 2) % np.pi - np.pi / 2))
    assert apart.max() < 8 + 3  # the slant that is drawn, and the pixels


def test_places_are_asked_of_the_same_pictures():
    edges, places = Outlines(count=40).listed(), Outlines(count=40, asked="places").listed()
    np.testing.assert_array_equal(edges.inputs, places.inputs)
    assert (edges.low, edges.high) == (places.low, places.high) == (0, 16)
    assert set(places.right) == set(range(16))
    ink = np.maximum(places.inputs.reshape(-1, 12, 12) - 0.3, 0)
    rows = (ink.sum(2) * np.arange(12)).sum(1) / ink.sum((1, 2))
    means = [rows[places.right // 4 == row].mean() for row in range(4)]
    assert (np.diff(means) > 0.7).all()


def test_objects_have_answers_of_their_own():
    listed = Outlines(asked="objects", count=5).listed()
    assert listed.inputs.shape == (30, 144)
    assert np.bincount(listed.right).tolist() == [0] * 16 + [5] * 6
    assert (listed.low, listed.high) == (16, 22) == (16, Outlines().output_width())


def test_nothing_is_drawn_beyond_the_rim():
    for asked in ("edges", "objects"):
        task = Outlines(asked=asked, count=60)
        lines = task._objects()[0] if asked == "objects" else task._edges()[0]
        assert lines.min() > 0.59
        assert lines.max() < 12 - 0.59


@pytest.mark.parametrize(
    ("wrong", "error", "name"),
    [
        ({"asked": "edge"}, UnknownName, "edges"),
        ({"count": 0}, BadValue, "Outlines.count"),
        ({"noise": -0.1}, BadValue, "Outlines.noise"),
        ({"size": 9}, DoesNotFit, "Outlines.size"),
    ],
)
def test_outlines_refuse_what_cannot_be_drawn(wrong, error, name):
    with pytest.raises(error, match=name):
        Outlines(**wrong)
