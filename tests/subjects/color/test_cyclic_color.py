"""Numbers on a circle: what holds must hold wherever the circle is cut open."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tropism.errors import BadValue
from tropism.subjects.color import arange_cyclic, isbetween_cyclic, isclose_cyclic

somewhere = st.floats(-2, 2)
arc = st.floats(0.01, 0.99)


@given(somewhere, somewhere)
def test_closeness_is_symmetric(a, b):
    # Away from the edge of the tolerance, where rounding decides.
    apart = abs((a - b + 0.5) % 1 - 0.5)
    assume(abs(apart - 0.1) > 1e-9)
    assert isclose_cyclic(a, b, atol=0.1) == isclose_cyclic(b, a, atol=0.1) == (apart < 0.1)


@given(somewhere, arc, st.floats(0.001, 0.999), somewhere)
def test_membership_does_not_depend_on_where_the_circle_is_cut(lower, width, place, turn):
    assume(abs(place - width) > 1e-6)
    inside = place < width
    assert isbetween_cyclic(lower + place + turn, lower + turn, lower + width + turn) == inside


@given(somewhere, arc)
def test_both_ends_belong_to_an_arc_and_the_tolerance_widens_both(lower, width):
    upper = lower + width
    ends = np.array([lower, upper])
    assert isbetween_cyclic(ends, lower, upper).all()
    outside = ends + np.array([-0.002, 0.002])
    assert not isbetween_cyclic(outside, lower, upper, atol=0.001).any()
    assert isbetween_cyclic(outside, lower, upper, atol=0.003).all()


def test_the_tolerance_counts_on_an_arc_through_zero_as_elsewhere():
    # The prototype's other branch compared strictly here.
    assert isbetween_cyclic([0.8999, 0.1001], 0.9, 0.1, atol=0.001).all()
    assert not isbetween_cyclic([0.8999, 0.1001], 0.9, 0.1, atol=1e-8).any()


def test_an_arc_of_a_whole_period_holds_everything_and_an_empty_one_its_end():
    hues = np.linspace(0, 1, 37)
    assert isbetween_cyclic(hues, 0.2, 1.2).all()
    assert isbetween_cyclic([0.25, 0.5], 0.25, 0.25).tolist() == [True, False]


def test_the_period_may_be_in_degrees():
    assert isbetween_cyclic([350, 10, 180], 330, 30, period=360).tolist() == [True, True, False]
    assert isclose_cyclic(359.5, 0.5, atol=1, period=360)


@given(somewhere, st.integers(1, 50))
def test_a_whole_turn_has_as_many_numbers_as_steps_and_all_differ(lower, steps):
    numbers = arange_cyclic(lower, step=1 / steps)
    assert len(numbers) == steps
    assert ((numbers >= 0) & (numbers < 1)).all()
    np.testing.assert_allclose(np.diff(np.sort(numbers)), 1 / steps, atol=1e-8)  # a hue within 1e-9 of 0 is made 0


@given(somewhere, st.integers(1, 20), st.integers(21, 50))
def test_the_stop_belongs_to_the_range_only_when_asked(lower, count, steps):
    upper = lower + count / steps
    without = arange_cyclic(lower, upper, step=1 / steps)
    with_stop = arange_cyclic(lower, upper, step=1 / steps, inclusive=True)
    assert (len(without), len(with_stop)) == (count, count + 1)
    assert not isclose_cyclic(without, upper, atol=1e-6).any()
    assert isclose_cyclic(with_stop[-1], upper, atol=1e-6)


def test_a_stop_between_two_steps_is_not_overshot():
    np.testing.assert_allclose(arange_cyclic(0, 0.5, step=0.3, inclusive=True), [0, 0.3])
    np.testing.assert_allclose(arange_cyclic(0, 0.5, step=0.3), [0, 0.3])


@pytest.mark.parametrize(("name", "given_number"), [("step", 0.0), ("step", -0.1), ("period", 0.0)])
def test_a_step_or_period_that_is_not_positive_is_refused(name, given_number):
    with pytest.raises(BadValue, match=rf"arange_cyclic\.{name}"):
        arange_cyclic(0, 1, **{name: given_number})
