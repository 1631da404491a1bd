"""Keys, tracks, phases and actions say no when they are made, and move as they say."""

import math

import numpy as np
import pytest

from tropism.errors import BadValue, ScheduleError, UnknownName
from tropism.schedules import Action, Key, Phase, Track


def track(*points, **fields):
    return Track("lr", tuple(Key(step, value) for step, value in points), **fields)


def values(made, *steps):
    return made.values(np.array(steps, dtype=np.float64)).tolist()


@pytest.mark.parametrize("step", [-1, 1.0, "1", True, None, 2**31])
@pytest.mark.parametrize("kind", [Key, Phase, Action])
def test_a_step_must_be_a_whole_number_that_fits_32_bits(kind, step):
    with pytest.raises(BadValue, match="step"):
        kind(step, 1.0 if kind is Key else "name")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None, True])
def test_a_keys_value_must_be_a_finite_number(value):
    with pytest.raises(BadValue, match=r"Key\.value"):
        Key(0, value)


def test_numbers_of_any_kind_make_the_same_key():
    made = Key(np.int64(3), np.float64(0.0))
    assert made == Key(3, 0) == Key(3, -0.0)
    assert made.key() == Key(3, 0).key() == Key(3, -0.0).key()
    assert type(made.step) is int
    assert type(made.value) is float


@pytest.mark.parametrize("name", ["", " lr", "lr ", "a:b", "a\nb", "STEP", "PHASE", "ACTION", None])
def test_a_track_needs_a_name_that_a_header_can_hold(name):
    with pytest.raises(BadValue, match=r"Track\.name"):
        Track(name, (Key(0, 1),))


@pytest.mark.parametrize("points", [[(5, 1), (3, 1)], [(5, 1), (5, 2)]])
def test_keys_must_come_in_order_and_once(points):
    with pytest.raises(ScheduleError, match="'lr': step"):
        track(*points)


def test_a_track_without_a_key_is_refused():
    with pytest.raises(ScheduleError, match="'lr': the column has no key"):
        track()


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_log_space_takes_positive_values_only(value):
    with pytest.raises(ScheduleError, match="greater than 0"):
        track((0, 1), (5, value), space="log")


def test_a_misspelled_space_or_easing_is_refused_with_a_guess():
    with pytest.raises(UnknownName, match="Did you mean 'linear'"):
        track((0, 1), space="liner")
    with pytest.raises(UnknownName, match="Did you mean 'minjerk'"):
        track((0, 1), easing="minjerc")


@pytest.mark.parametrize("name", ["", " a", "a\tb", None])
def test_phases_and_actions_need_names_that_a_cell_can_hold(name):
    with pytest.raises(BadValue, match=r"Phase\.name"):
        Phase(0, name)
    with pytest.raises(BadValue, match=r"Action\.name"):
        Action(0, name)


def test_an_actions_name_has_no_comma():
    with pytest.raises(BadValue, match="commas"):
        Action(0, "a,b")


def test_a_track_has_its_first_value_before_its_first_key_and_its_last_after_its_last():
    assert values(track((10, 3.0), (20, 7.0)), 0, 9, 10, 20, 21, 1000) == [3, 3, 3, 7, 7, 7]


def test_linear_moves_evenly_and_steps_wait_for_the_next_key():
    assert values(track((0, 0.0), (4, 8.0), easing="linear"), 0, 1, 2, 3, 4) == [0, 2, 4, 6, 8]
    assert values(track((0, 0.0), (4, 8.0), easing="step"), 0, 1, 3, 4, 5) == [0, 0, 0, 8, 8]


def test_in_log_space_the_middle_is_the_geometric_mean():
    assert values(track((0, 1e-8), (10, 1e-2), space="log"), 5)[0] == pytest.approx(1e-5, rel=1e-12)


@pytest.mark.parametrize("space", ["linear", "log"])
@pytest.mark.parametrize("easing", ["minjerk", "linear", "step"])
def test_between_equal_keys_nothing_moves_not_even_by_a_rounding(space, easing):
    assert set(values(track((0, 0.01), (97, 0.01), space=space, easing=easing), *range(98))) == {0.01}


def test_keys_as_far_apart_as_numbers_go_do_not_overflow():
    assert values(track((0, -1.7e308), (2, 1.7e308), easing="linear"), 0, 1, 2) == [-1.7e308, 0, 1.7e308]
