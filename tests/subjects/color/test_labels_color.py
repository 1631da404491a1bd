"""Labels of colors: one battery over all of them, then what each means."""

import subprocess
import sys
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.core.dial import Dial, dials_of, with_dials
from tropism.errors import BadValue
from tropism.subjects.color import (
    Blueness,
    ColorLabel,
    Desaturation,
    Greenness,
    Redness,
    Vibrancy,
    blueness,
    cell_corners,
    expected_labels,
    greenness,
    named_colors,
    redness,
    rgb_of,
    rgb_to_hsv,
    vibrancy,
)
from tropism.values import describe, rebuild, replaced

LABELS = [Redness(), Greenness(), Blueness(), Vibrancy(), Desaturation(power=2.5)]
unit = st.floats(0, 1)
color = st.tuples(unit, unit, unit).map(np.array)
any_label = st.sampled_from(LABELS)


@given(any_label, color)
def test_a_measure_lies_between_0_and_1_and_an_affinity_below_the_rate(label, rgb):
    assert 0 <= label.measure(rgb) <= 1
    assert 0 <= label(rgb) <= label.rate
    assert label(rgb) == pytest.approx(label.rate * label.measure(rgb) ** label.power)


@given(any_label, color)
def test_an_exact_label_is_borne_by_the_colors_whose_affinity_is_the_rate(label, rgb):
    # Between the two bounds the tolerance decides.
    measure = label.measure(rgb)
    if measure == 1:
        assert label.exact(rgb) == 1
        assert label(rgb) == pytest.approx(label.rate)
    if measure < 1 - 2 * label.tolerance:
        assert label.exact(rgb) == 0


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_a_label_says_the_same_inside_a_traced_program(label):
    rgb = cell_corners(8)
    traced = jax.jit(lambda colors: (label(colors), label.exact(colors)))(jnp.asarray(rgb))
    # Single precision under a power of ten: ten roundings of 6e-8.
    np.testing.assert_allclose(traced[0], label(rgb), rtol=0, atol=1e-6 * label.rate)
    np.testing.assert_array_equal(traced[1], label.exact(rgb))
    assert isinstance(label(rgb), np.ndarray)


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_a_rate_may_be_traced_where_a_dial_stood(label):
    affinity = jax.jit(lambda rate, colors: replaced(label, rate=rate)(colors))(0.25, jnp.asarray(cell_corners(3)))
    np.testing.assert_allclose(affinity, replace(label, rate=0.25)(cell_corners(3)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_a_label_comes_back_from_what_describes_it(label):
    assert rebuild(describe(label)) == label
    assert rebuild(describe(label)).key() == label.key()


def test_a_power_is_one_number_whole_or_not():
    whole, broken = Redness(power=8), Redness(power=8.0)
    assert whole.key() == broken.key()
    colors = jnp.asarray(cell_corners(8))
    np.testing.assert_array_equal(whole(colors), broken(colors))


def test_the_three_primaries_are_one_measure_of_turned_channels():
    rgb = cell_corners(5)
    np.testing.assert_array_equal(redness(rgb), greenness(rgb[:, [2, 0, 1]]))
    np.testing.assert_array_equal(redness(rgb), blueness(rgb[:, [1, 2, 0]]))


@given(color)
def test_vibrancy_is_saturation_times_value(rgb):
    _, saturation, value = rgb_to_hsv(rgb)
    assert vibrancy(rgb) == pytest.approx(saturation * value, abs=1e-12)


@pytest.mark.parametrize(
    ("label", "prototypes"),
    [
        (Redness(), {"red"}),
        (Greenness(), {"green"}),
        (Blueness(), {"blue"}),
        (Vibrancy(), set(named_colors(12, 0).names)),
        (Desaturation(), set(named_colors(0, 5).names)),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_a_label_has_the_prototypes_that_its_name_says(label, prototypes):
    names, _, rgb = named_colors()
    assert {name for name, exact in zip(names, label.exact(rgb), strict=True) if exact} == prototypes


def test_exactness_survives_single_precision_and_does_not_reach_the_next_grid_point():
    colors = cell_corners(8)
    for label, count in ((Redness(), 1), (Desaturation(), 8)):
        assert label.exact(colors.astype(np.float32)).sum() == label.exact(colors).sum() == count


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("power", 0.0), ("power", -1.0), ("power", float("nan")), ("rate", -0.1), ("rate", 1.5), ("name", "")],
)
def test_what_a_label_cannot_be_is_refused_when_it_is_made(field, wrong):
    with pytest.raises(BadValue, match=rf"Redness\.{field}"):
        Redness(**{field: wrong})


def test_a_rate_is_a_dial_under_the_labels_address():
    assert dials_of(Redness(rate=0.1), "task.red") == {"task.red.rate": 0.1}
    turned = with_dials(Redness(), "task.red", {"task.red.rate": 0.5})
    assert turned(rgb_of("red")) == pytest.approx(0.5)


def test_a_dials_constant_is_its_rate_and_one_without_must_be_scheduled():
    assert Redness(rate=Dial(0.3))(rgb_of("red")) == pytest.approx(0.3)
    with pytest.raises(BadValue, match="schedule"):
        expected_labels(Redness(rate=Dial()), cell_corners(2), 10)
    with pytest.raises(BadValue, match=r"Redness\.rate"):
        Redness(rate=Dial(1.5))


def test_a_label_of_ones_own_is_a_measure_and_a_name():
    @dataclass(frozen=True)
    class Darkness(ColorLabel):
        name: str = "dark"

        def measure(self, rgb):
            return 1 - rgb.max(axis=-1)

    dark = Darkness(power=1, rate=0.5)
    assert dark(rgb_of("dark gray")) == pytest.approx(0.375)
    assert dark.exact(rgb_of("black")) == 1
    with pytest.raises(TypeError, match="measure"):
        ColorLabel()


def test_as_many_labels_are_expected_as_there_are_samples_times_the_mean_chance():
    colors = np.array([[1.0, 0, 0], [0, 1, 0]])
    assert expected_labels(Redness(rate=0.1), colors, 1000) == pytest.approx(50)


def test_colors_and_labels_are_described_without_jax():
    code = "import sys, tropism.subjects.color as c; c.Redness(); c.named_colors(); print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
