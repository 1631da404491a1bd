"""Pictures are turned clockwise, and nothing is made up."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

from tropism.subjects.generalization.images.rotation import turned

RNG = np.random.default_rng(0)


def turn(image, degrees):
    side = len(image)
    found = turned(jnp.asarray(image.reshape(1, -1)), jnp.array([degrees], jnp.float32))
    return np.asarray(found).reshape(side, side)


@pytest.mark.parametrize("side", [8, 11, 12])
@pytest.mark.parametrize("quarters", range(5))
def test_quarter_turns_move_whole_pixels_clockwise(side, quarters):
    image = RNG.uniform(size=(side, side)).astype(np.float32)
    np.testing.assert_array_equal(turn(image, 90.0 * quarters), np.rot90(image, -quarters))


@pytest.mark.parametrize("degrees", [0.5, 30.0, 45.0, 137.0, 200.0, 359.0])
def test_other_angles_are_scipys(degrees):
    image = RNG.uniform(size=(12, 12)).astype(np.float32)
    expected = ndimage.rotate(
        image, -degrees, reshape=False, order=1, mode="grid-constant"
    )  # its own are the other way
    np.testing.assert_allclose(turn(image, degrees), expected, atol=2e-5)  # sines are rounded to 2**-20, times 6 pixels


def test_each_picture_has_its_own_angle():
    batch = RNG.uniform(size=(3, 144)).astype(np.float32)
    found = np.asarray(turned(jnp.asarray(batch), jnp.array([0.0, 33.0, 270.0])))
    for row, degrees in enumerate((0.0, 33.0, 270.0)):
        np.testing.assert_array_equal(found[row].reshape(12, 12), turn(batch[row].reshape(12, 12), degrees))


def test_what_is_beyond_the_rim_is_zero():
    found = turn(np.ones((12, 12), np.float32), 45.0)
    assert found[0, 0] == 0
    assert found[5, 5] == pytest.approx(1)
