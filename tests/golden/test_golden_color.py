"""Golden numbers of the color subject.

They were computed with the original code, z0u/ex-preppy, or stand in its paper, arXiv 2512.12469. Where one belongs to
a defect of the original, the test says so.
"""

import numpy as np
import pytest

from tropism.subjects.color import (
    ColorCube,
    Redness,
    Vibrancy,
    arange_cyclic,
    cell_centers,
    cell_corners,
    displaced_centers,
    expected_labels,
    redness,
    rgb_of,
    similarity_to,
    with_corners,
)

GRID = cell_corners(8)
NUM_SAMPLES = 96_064  # 1,501 steps of 64

# Likeness to red: angular and cosine within the half circle, then both on the whole circle. Source: original code, four
# digits (three for the last number of teal and azure, whose fourth is a zero: (1 − √3/2) / 2 = .06699).
SIMILARITY = {
    ("red",): (1, 1, 1, 1),
    ("orange", "pink"): (0.6667, 0.8660, 0.8333, 0.9330),
    ("yellow", "magenta"): (0.3333, 0.5, 0.6667, 0.75),
    ("lime", "purple"): (0, 0, 0.5, 0.5),
    ("green", "blue"): (0, 0, 0.3333, 0.25),
    ("teal", "azure"): (0, 0, 0.1667, 0.0670),
    ("cyan", "black", "dark gray", "gray", "light gray", "white"): (0, 0, 0, 0),
}

# Source: original code; all are exact in binary.
REDNESS = {
    "red": 1,
    "orange": 0.75,
    "pink": 0.75,
    "yellow": 0.5,
    "magenta": 0.5,
    "lime": 0.25,
    "purple": 0.25,
    "green": 0,
    "cyan": 0,
    "blue": 0,
    "white": 0,
    "dark gray": 0.1875,
    "gray": 0.25,
    "light gray": 0.1875,
}


@pytest.mark.parametrize(("names", "wanted"), SIMILARITY.items(), ids=lambda each: str(each[0]))
def test_likeness_to_red_is_the_originals(names, wanted):
    kinds = [("angular", True), ("cosine", True), ("angular", False), ("cosine", False)]
    for name in names:
        likeness = [similarity_to("red", rgb_of(name), mode=mode, hemi=hemi) for mode, hemi in kinds]
        np.testing.assert_allclose(likeness, wanted, rtol=0, atol=5.1e-5)


def test_redness_of_named_colors_is_the_originals():
    for name, wanted in REDNESS.items():
        assert redness(rgb_of(name)) == pytest.approx(wanted, abs=1e-12)


def test_the_sampling_bias_of_a_small_cube_is_the_originals():
    cube = ColorCube.from_hsv(arange_cyclic(step=1 / 4), np.linspace(0, 1, 3), np.linspace(0, 1, 3))
    wanted = [[0.0833, 0.1667, 0.25], [0.0833, 0.3542, 0.625], [0.0833, 0.5417, 1]]
    for hue in range(4):
        np.testing.assert_allclose(cube.bias[hue], wanted, rtol=0, atol=5e-5)  # four digits were printed
    assert cube.bias.sum() == pytest.approx(12.75)


def test_cyclic_ranges_are_the_originals():
    # The original gave the stop of the first one unasked, because its step count was rounded up. Here it must be asked.
    np.testing.assert_allclose(
        arange_cyclic(0.9, 0.1, step=0.05, inclusive=True), [0.9, 0.95, 0, 0.05, 0.1], atol=1e-12
    )
    np.testing.assert_allclose(arange_cyclic(0.9, 0.1, step=0.05), [0.9, 0.95, 0, 0.05], atol=1e-12)
    np.testing.assert_allclose(arange_cyclic(0, 0.5, step=0.25, inclusive=True), [0, 0.25, 0.5])


def test_training_and_validation_sets_have_their_published_sizes():
    assert len(GRID) == 512
    assert len(with_corners(displaced_centers(8))) == 351


def test_validation_points_stand_where_the_original_put_them_and_true_centers_where_they_belong():
    # Source: linspace(1/16, 15/16, 7) in the original's data set; true centers are odd fourteenths.
    np.testing.assert_allclose(np.unique(displaced_centers(8)), 0.0625 + 0.875 / 6 * np.arange(7))
    axis = np.unique(cell_centers(8).round(12))
    np.testing.assert_allclose(axis, np.arange(1, 14, 2) / 14, atol=1e-12)


def test_the_red_label_budget_is_the_papers():
    # Source: mean probability 8.99e-4, hence about 86 labels expected; observed 83.6 ± 8.0 over sixty seeds.
    red = Redness(power=8, rate=0.08)
    assert np.mean(red(GRID)) == pytest.approx(8.99e-4, abs=5e-7)
    assert expected_labels(red, GRID, NUM_SAMPLES) == pytest.approx(86, abs=0.5)
    assert abs(expected_labels(red, GRID, NUM_SAMPLES) - 83.6) < 8.0


@pytest.mark.parametrize(("power", "rate", "wanted"), [(10, 0.01, 114), (8, 0.008, 105)])
def test_the_vibrant_label_budgets_are_the_papers(power, rate, wanted):
    assert expected_labels(Vibrancy(power=power, rate=rate), GRID, NUM_SAMPLES) == pytest.approx(wanted, abs=0.5)


@pytest.mark.parametrize(
    ("rgb", "wanted"),
    [
        ((1, 0, 0), 0.08),
        ((1, 1 / 7, 0), 0.0442),
        ((1, 0, 1 / 7), 0.0442),
        ((1, 2 / 7, 0), 0.0233),
        ((1, 1 / 7, 1 / 7), 0.0233),
        ((1, 0, 2 / 7), 0.0233),
    ],
)
def test_the_largest_chances_of_a_red_label_are_the_papers(rgb, wanted):
    # Four digits were printed.
    assert Redness(power=8, rate=0.08)(np.array(rgb)) == pytest.approx(wanted, abs=5e-5)
    assert np.sort(Redness(power=8, rate=0.08)(GRID))[-6:].min() == pytest.approx(0.0233, abs=5e-5)
