"""Easings stay between their ends; a number in flight takes a new target without a jolt."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropism.errors import BadValue, UnknownName
from tropism.schedules import Motion, Quintic, ease, minimum_jerk, retarget
from tropism.schedules.easing import EASINGS

STEADY = settings(derandomize=True, deadline=None, database=None)
numbers = st.floats(-100, 100)
durations = st.floats(0.5, 1000)


@pytest.mark.parametrize("easing", EASINGS)
def test_an_easing_begins_at_zero_ends_at_one_and_never_turns_back(easing):
    shares = ease(easing, np.linspace(0, 1, 10_001))
    assert shares[0] == 0
    assert shares[-1] == 1
    assert np.all(np.diff(shares) >= -1e-15)  # a rounding of the polynomial near its end


def test_an_unknown_easing_is_refused_with_a_guess():
    with pytest.raises(UnknownName, match="'minjerk'"):
        ease("minjerc", 0.5)


@pytest.mark.parametrize(("tau", "share"), [(0.25, 0.103515625), (0.5, 0.5), (0.75, 0.896484375)])
def test_minimum_jerk_is_its_closed_form(tau, share):
    # 10τ³ − 15τ⁴ + 6τ⁵ by hand: at 1/4 it is 53/512, at 3/4 459/512.
    assert minimum_jerk(tau) == share


@STEADY
@given(numbers, numbers, durations, st.floats(0, 1))
def test_from_rest_a_retargeted_motion_is_the_minimum_jerk(start, target, duration, share):
    motion = retarget(Motion(start, 0.0, 0.0), target, duration).at(share * duration)
    expected = start + (target - start) * minimum_jerk(share)
    assert math.isclose(float(motion.value), expected, rel_tol=1e-9, abs_tol=1e-9)


@STEADY
@given(numbers, numbers, numbers, durations, durations, st.floats(0, 1))
def test_retargeting_in_flight_keeps_value_velocity_and_acceleration(start, first, second, duration, other, share):
    flying = retarget(Motion(start, 0.0, 0.0), first, duration).at(share * duration)
    taken = retarget(flying, second, other).at(0.0)
    for before, after in zip(flying, taken, strict=True):
        assert math.isclose(float(before), float(after), rel_tol=1e-12, abs_tol=1e-12)


@STEADY
@given(numbers, st.floats(-5, 5), st.floats(-1, 1), numbers, st.floats(1, 100))
def test_a_retargeted_motion_comes_to_rest_at_its_target(value, velocity, acceleration, target, duration):
    end = retarget(Motion(value, velocity, acceleration), target, duration).at(duration)
    scale = 100 + abs(velocity) * duration + abs(acceleration) * duration**2  # what cancels in the sums
    assert math.isclose(float(end.value), target, abs_tol=1e-12 * scale)
    assert math.isclose(float(end.velocity), 0, abs_tol=1e-12 * scale)
    assert math.isclose(float(end.acceleration), 0, abs_tol=1e-12 * scale)


@STEADY
@given(numbers, st.floats(-5, 5), st.floats(-1, 1), numbers, st.floats(1, 100))
def test_the_closed_form_solves_the_three_equations(value, velocity, acceleration, target, duration):
    # p(1) = target, p'(1) = 0, p''(1) = 0, solved by elimination instead.
    way = retarget(Motion(value, velocity, acceleration), target, duration)
    c0, c1, c2 = value, velocity * duration, acceleration * duration**2 / 2
    matrix = np.array([[1.0, 1, 1], [3, 4, 5], [6, 12, 20]])
    solved = np.linalg.solve(matrix, [target - c0 - c1 - c2, -c1 - 2 * c2, -2 * c2])
    scale = 1 + max(abs(float(c)) for c in way[:6])
    np.testing.assert_allclose([way.c3, way.c4, way.c5], solved, atol=1e-12 * scale)


def test_velocity_and_acceleration_are_the_derivatives_of_the_value():
    way = retarget(Motion(0.3, -0.02, 0.004), 1.7, 40.0)
    t, h = np.linspace(1, 39, 77), 1e-3
    numeric = (way.at(t + h).value - way.at(t - h).value) / (2 * h)
    np.testing.assert_allclose(way.at(t).velocity, numeric, atol=1e-9)
    numeric = (way.at(t + h).velocity - way.at(t - h).velocity) / (2 * h)
    np.testing.assert_allclose(way.at(t).acceleration, numeric, atol=1e-9)


def test_a_motion_may_be_made_of_traced_numbers():
    jax = pytest.importorskip("jax")

    @jax.jit
    def halfway(value, target, duration):
        way = retarget(Motion(value, value * 0, value * 0), target, duration)
        return way, way.at(duration / 2)

    way, motion = halfway(1.0, 3.0, 10.0)
    assert isinstance(way, Quintic)
    assert isinstance(motion, Motion)
    assert float(motion.value) == pytest.approx(2.0, rel=1e-6)


@pytest.mark.parametrize("duration", [0, -1.0, math.nan, math.inf])
def test_a_duration_must_be_finite_and_positive(duration):
    with pytest.raises(BadValue, match="duration"):
        retarget(Motion(0.0, 0.0, 0.0), 1.0, duration)
