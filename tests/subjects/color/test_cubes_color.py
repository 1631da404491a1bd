"""Grids of colors: laws of cubes, closed forms of their points, and which colors are held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.errors import BadValue, UnknownName
from tropism.subjects.color import (
    ColorCube,
    arange_cyclic,
    cell_centers,
    cell_corners,
    coordinate_grid,
    displaced_centers,
    hold_out,
    hsv_to_rgb,
    rgb_of,
    rgb_to_hsv,
    sampling_bias,
    with_corners,
)


@pytest.fixture
def cube():
    return ColorCube.from_hsv(arange_cyclic(step=1 / 4), np.linspace(0, 1, 3), np.linspace(0.2, 1, 5))


@pytest.mark.parametrize("space", ["svh", "vhs", "shv"])
def test_permuting_back_gives_every_variable_back(cube, space):
    cube = cube.assign(twice=2 * cube.bias)
    there = cube.permute(space)
    back = there.permute("hsv")
    assert there.space == space
    assert there.shape == tuple(cube.shape["hsv".index(letter)] for letter in space)
    assert there.colors.shape == (*there.shape, 3)
    for name in cube.variables:
        np.testing.assert_array_equal(back[name], cube[name])
    for mine, theirs in zip(back.coordinates, cube.coordinates, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_permuted_cube_holds_the_colors_of_its_coordinates(cube):
    saturations, values, hues = cube.permute("svh").coordinates
    wanted = hsv_to_rgb(np.array([hues[1], saturations[2], values[3]]))
    np.testing.assert_array_equal(cube.permute("svh").colors[2, 3, 1], wanted)


def test_slicing_cuts_variables_and_coordinates_alike(cube):
    part = cube[::2, 1:, -1:]
    assert part.shape == (2, 2, 1)
    np.testing.assert_array_equal(part.colors, cube.colors[::2, 1:, -1:])
    np.testing.assert_array_equal(part.coordinates[2], [1.0])


def test_assigning_leaves_the_first_cube_as_it_was(cube):
    more = cube.assign(error=np.zeros(cube.shape), latent=np.zeros((*cube.shape, 5)))
    assert more["latent"].shape == (*cube.shape, 5)
    assert "error" not in cube.variables


def test_nothing_in_a_cube_changes_even_when_its_makers_arrays_do():
    axis = np.linspace(0, 1, 3)
    cube = ColorCube.from_rgb(axis, axis, axis)
    axis[0] = 0.7
    assert cube.coordinates[0][0] == 0
    with pytest.raises(ValueError, match="read-only"):
        cube.colors[0, 0, 0, 0] = 1
    with pytest.raises(TypeError):
        cube.variables["error"] = cube.bias


def test_a_cube_without_its_bias_is_refused():
    axis = np.linspace(0, 1, 2)
    with pytest.raises(BadValue, match="bias"):
        ColorCube({"color": coordinate_grid(axis, axis, axis)}, (axis, axis, axis), "rgb")


def test_what_does_not_fit_a_cube_is_refused(cube):
    with pytest.raises(BadValue, match="shape"):
        cube.assign(error=np.zeros((4, 3)))
    with pytest.raises(BadValue, match="shape"):
        cube.assign(bias=np.zeros((*cube.shape, 2)))
    with pytest.raises(BadValue, match="order"):
        cube.permute("rgb")
    with pytest.raises(BadValue, match="three slices"):
        cube[0:1, 0:1]
    with pytest.raises(UnknownName, match="Did you mean 'color'"):
        cube["colour"]


def test_hues_wrap_and_saturations_and_values_are_clipped():
    cube = ColorCube.from_hsv([-1 / 12, 1 + 1 / 12], [2.0], [-1.0, 1.0])
    np.testing.assert_allclose(cube.colors[:, 0, 1], [rgb_of("pink"), rgb_of("orange")], atol=1e-12)
    np.testing.assert_array_equal(cube.colors[:, 0, 0], 0)
    np.testing.assert_array_equal(cube.coordinates[0], [-1 / 12, 1 + 1 / 12])


def test_an_rgb_cube_weighs_every_point_the_same():
    cube = ColorCube.from_rgb([0, 1], [0, 0.5, 1], [0.25])
    assert cube.shape == (2, 3, 1)
    np.testing.assert_array_equal(cube.colors[1, 2, 0], [1, 1, 0.25])
    np.testing.assert_array_equal(cube.bias, np.ones((2, 3, 1)))


def test_the_bias_undoes_the_copies_of_black_and_white():
    # All the blacks of a grid weigh together what one pure hue weighs, and so do all the whites.
    cube = ColorCube.from_hsv(arange_cyclic(step=1 / 6), np.linspace(0, 1, 5), np.linspace(0, 1, 4))
    assert cube.bias[:, :, 0].sum() == pytest.approx(1)
    assert cube.bias[:, 0, -1].sum() == pytest.approx(1)
    assert cube.bias[:, -1, -1].tolist() == pytest.approx([1] * 6)
    assert sampling_bias(0.5, 0.5, num_hues=2, num_saturations=2) == pytest.approx(0.5 / 4 + 0.25 / 2 + 0.25)


@given(st.integers(2, 9))
def test_centers_are_the_means_of_the_corners_of_their_cells(levels):
    corners = cell_corners(levels).reshape(levels, levels, levels, 3)
    eight = [corners[i : i - 1 or None, j : j - 1 or None, k : k - 1 or None] for i, j, k in np.ndindex(2, 2, 2)]
    np.testing.assert_allclose(cell_centers(levels), np.mean(eight, axis=0).reshape(-1, 3), atol=1e-12)


def test_displaced_centers_are_not_the_centers():
    assert displaced_centers(8).shape == cell_centers(8).shape
    # By how much the prototype's points miss, at worst: 1/14 − 1/16 a channel.
    assert np.abs(displaced_centers(8) - cell_centers(8)).max() == pytest.approx(1 / 14 - 1 / 16)


def test_the_corners_come_after_the_colors():
    colors = with_corners(cell_centers(3))
    assert colors.shape == (8 + 8, 3)
    assert {tuple(row) for row in colors[8:]} == set(np.ndindex(2, 2, 2))


def test_a_grid_of_one_level_is_refused():
    for points in (cell_corners, cell_centers, displaced_centers):
        with pytest.raises(BadValue, match="at least 2"):
            points(1)


def test_the_first_axis_of_a_grid_varies_along_the_first_dimension():
    grid = coordinate_grid([0, 1], [5, 6, 7])
    assert grid.shape == (2, 3, 2)
    np.testing.assert_array_equal(grid[1, 2], [1, 7])


@given(st.floats(0, 1), st.floats(0, 0.9))
def test_what_is_held_out_and_what_is_kept_make_the_hue_circle(start, width):
    hues = ColorCube.from_hsv(arange_cyclic(step=1 / 36), [0.5, 1], [0.5, 1])
    held, rest = hold_out(hues, hues=(start, start + width)), hold_out(hues, hues=(start + width, start + 1))
    ends = held & rest
    assert (held | rest).all()
    assert ends.sum() <= 2 * 4


def test_a_range_through_red_holds_out_reds_and_no_gray():
    colors = cell_corners(8)
    held = hold_out(colors, hues=(11 / 12, 1 / 12))
    hue, saturation, _ = rgb_to_hsv(colors).T
    grays = saturation == 0
    assert grays.sum() == 8
    assert not held[grays].any()
    reddish = ~grays & ((hue <= 1 / 12 + 1e-9) | (hue >= 11 / 12 - 1e-9))
    np.testing.assert_array_equal(held, reddish)
    for name in ("red", "orange", "pink"):
        assert hold_out(rgb_of(name), hues=(11 / 12, 1 / 12))


def test_single_precision_does_not_move_a_color_out_of_its_range():
    held = hold_out(cell_corners(8), hues=(1 / 12, 1 / 6))
    np.testing.assert_array_equal(hold_out(cell_corners(8).astype(np.float32), hues=(1 / 12, 1 / 6)), held)
