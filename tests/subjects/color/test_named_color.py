"""Named colors: each is where its name says, and each is the nearest to itself."""

import numpy as np
import pytest

from tropism.errors import BadValue, UnknownName
from tropism.subjects.color import named_colors, nearest_name, rgb_of


def test_every_named_color_is_nearest_to_itself():
    for name, rgb in zip(named_colors().names, named_colors().rgb, strict=True):
        assert nearest_name(rgb) == name
        assert nearest_name(0.9 * rgb + 0.1 * np.array([0.5, 0.4, 0.45])) == name
        np.testing.assert_array_equal(rgb_of(name), rgb)


def test_there_are_seventeen_by_default_hues_first():
    names, hsv, rgb = named_colors()
    assert len(names) == len(set(names)) == 17
    assert hsv.shape == rgb.shape == (17, 3)
    assert names[0] == "red"
    assert names[12:] == ("black", "dark gray", "gray", "light gray", "white")


@pytest.mark.parametrize(
    ("name", "rgb"),
    [
        ("red", (1, 0, 0)),
        ("orange", (1, 0.5, 0)),
        ("lime", (0.5, 1, 0)),
        ("green", (0, 1, 0)),
        ("teal", (0, 1, 0.5)),
        ("azure", (0, 0.5, 1)),
        ("purple", (0.5, 0, 1)),
        ("pink", (1, 0, 0.5)),
        ("dark gray", (0.25, 0.25, 0.25)),
        ("light gray", (0.75, 0.75, 0.75)),
    ],
)
def test_a_name_has_the_color_that_it_says(name, rgb):
    np.testing.assert_allclose(rgb_of(name), rgb, atol=1e-12)


def test_fewer_hues_are_the_primaries_and_then_the_secondaries_and_fewer_grays_the_ends():
    assert named_colors(3, 2).names == ("red", "green", "blue", "black", "white")
    assert named_colors(6, 3).names[:6] == ("red", "yellow", "green", "cyan", "blue", "magenta")
    assert named_colors(6, 3).names[6:] == ("black", "gray", "white")
    assert named_colors(0, 5).rgb.shape == (5, 3)
    assert named_colors(0, 0).rgb.shape == (0, 3)


def test_what_cannot_be_named_is_refused():
    with pytest.raises(BadValue, match="n_hues"):
        named_colors(7)
    with pytest.raises(BadValue, match="n_grays"):
        named_colors(n_grays=4)
    with pytest.raises(UnknownName, match="Did you mean 'magenta'"):
        rgb_of("magneta")
    with pytest.raises(BadValue, match="one color"):
        nearest_name(np.zeros((2, 3)))
