"""Conversion between color spaces: a round trip, the standard library as an oracle, and both array libraries."""

import colorsys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.subjects.color import cell_corners, hsv_to_rgb, isclose_cyclic, rgb_to_hsv

unit = st.floats(0, 1)
color = st.tuples(unit, unit, unit).map(np.array)


@given(color)
def test_a_color_comes_back_from_its_hue_saturation_and_value(rgb):
    np.testing.assert_allclose(hsv_to_rgb(rgb_to_hsv(rgb)), rgb, rtol=0, atol=1e-12)


@given(color)
def test_a_hue_is_less_than_a_whole_turn_and_the_rest_lies_in_the_unit_interval(rgb):
    hue, saturation, value = rgb_to_hsv(rgb)
    assert 0 <= hue < 1
    assert 0 <= saturation <= 1
    assert 0 <= value <= 1


@given(color)
def test_hue_saturation_and_value_are_those_of_the_standard_library(rgb):
    hue, saturation, value = rgb_to_hsv(rgb)
    wanted = colorsys.rgb_to_hsv(*(float(channel) for channel in rgb))
    assert isclose_cyclic(hue, wanted[0], atol=1e-12)
    assert (saturation, value) == pytest.approx(wanted[1:], abs=1e-12)


@given(color)
def test_red_green_and_blue_are_those_of_the_standard_library(hsv):
    wanted = colorsys.hsv_to_rgb(*(float(channel) for channel in hsv))
    np.testing.assert_allclose(hsv_to_rgb(hsv), wanted, rtol=0, atol=1e-12)


@given(color, st.integers(-3, 3))
def test_a_hue_some_turns_away_is_the_same_color(hsv, turns):
    np.testing.assert_allclose(hsv_to_rgb(hsv + np.array([turns, 0, 0])), hsv_to_rgb(hsv), rtol=0, atol=1e-12)


def test_jax_goes_in_and_comes_out_and_agrees_inside_a_traced_program():
    rgb = cell_corners(5)
    hsv = jax.jit(rgb_to_hsv)(jnp.asarray(rgb))
    back = jax.jit(hsv_to_rgb)(hsv)
    assert isinstance(hsv, jax.Array)
    # Single precision: a few roundings of 6e-8 each.
    assert isclose_cyclic(hsv[:, 0], rgb_to_hsv(rgb)[:, 0], atol=2e-6).all()
    np.testing.assert_allclose(hsv[:, 1:], rgb_to_hsv(rgb)[:, 1:], rtol=0, atol=1e-6)
    np.testing.assert_allclose(back, rgb, rtol=0, atol=2e-6)


def test_numpy_goes_in_and_comes_out_in_its_own_precision_and_shape():
    rgb = np.zeros((2, 4, 3), dtype=np.float32)
    for converted in (rgb_to_hsv(rgb), hsv_to_rgb(rgb)):
        assert isinstance(converted, np.ndarray)
        assert converted.shape == (2, 4, 3)
        assert converted.dtype == np.float32


def test_a_whole_number_is_a_color_channel_too():
    np.testing.assert_array_equal(rgb_to_hsv(np.array([0, 1, 0])), [1 / 3, 1, 1])
    np.testing.assert_array_equal(hsv_to_rgb(np.array([0, 1, 1])), [1, 0, 0])
