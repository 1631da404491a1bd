"""The likeness of colors: symmetric, between 0 and 1, and 1 for a color and itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.errors import UnknownName
from tropism.subjects.color import cell_corners, hsv_similarity, named_colors, rgb_to_hsv, similarity_to

unit = st.floats(0, 1)
color = st.tuples(unit, unit, unit).map(np.array)
kind = st.fixed_dictionaries({"mode": st.sampled_from(["angular", "cosine"]), "hemi": st.booleans()})


@given(color, color, kind)
def test_likeness_is_symmetric_and_lies_between_0_and_1(a, b, how):
    likeness = hsv_similarity(a, b, **how)
    assert 0 <= likeness <= 1
    assert hsv_similarity(b, a, **how) == likeness


@given(color, kind)
def test_a_color_is_wholly_like_itself(a, how):
    assert hsv_similarity(a, a, **how) == pytest.approx(1, abs=1e-12)


@given(color, color, st.floats(-2, 2), kind)
def test_turning_both_hues_changes_nothing(a, b, turn, how):
    turned = np.array([turn, 0, 0])
    # The angular likeness has a slope of at most 4 per turn, so rounding stays below 1e-12.
    assert hsv_similarity(a + turned, b + turned, **how) == pytest.approx(hsv_similarity(a, b, **how), abs=1e-12)


@given(unit, unit, unit, kind)
def test_among_grays_the_hue_plays_no_part(h1, h2, value, how):
    assert hsv_similarity([h1, 0, value], [h2, 0, value], **how) == pytest.approx(1)


def test_a_hue_a_third_of_the_quarter_away_is_two_thirds_alike():
    assert hsv_similarity([0, 1, 1], [1 / 12, 1, 1]) == pytest.approx(2 / 3)
    # Half as vibrant on both sides: the hue counts half, so half of the missing third is missing.
    assert hsv_similarity([0, 1, 0.5], [1 / 12, 1, 0.5]) == pytest.approx(1 - 1 / 6)


def test_colors_may_be_compared_with_a_name_or_a_color_and_broadcast():
    colors = cell_corners(4)
    by_name = similarity_to("red", colors)
    assert by_name.shape == (64,)
    np.testing.assert_array_equal(by_name, similarity_to((1, 0, 0), colors))
    np.testing.assert_array_equal(by_name, hsv_similarity(rgb_to_hsv(colors), np.array([0, 1, 1])))
    all_pairs = hsv_similarity(named_colors().hsv[:, None], named_colors().hsv)
    assert all_pairs.shape == (17, 17)


def test_an_unknown_name_or_mode_is_refused_with_a_guess():
    with pytest.raises(UnknownName, match="Did you mean 'azure'"):
        similarity_to("azur", cell_corners(2))
    with pytest.raises(UnknownName, match="Did you mean 'cosine'"):
        hsv_similarity([0, 1, 1], [0, 1, 1], mode="cosin")
