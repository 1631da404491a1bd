"""Where features are looked for: what counts as found twice, and what would be by chance."""

import numpy as np
import pytest

from tropism.arrays.streams import stream
from tropism.dictionaries import Dictionary
from tropism.studies import _location_tables as tables
from tropism.studies import load
from tropism.studies._how_well import recalled
from tropism.subjects.features.scores import Learned
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall

RANDOM = np.random.default_rng(0)


def holding(rows, x):
    """A dictionary with these directions, all of them live."""
    return Learned(Dictionary.of(rows, signed=True), rows, x @ rows.T, x, np.ones(len(rows), bool))


def test_the_same_directions_are_found_whatever_their_order():
    rows, x = RANDOM.normal(size=(20, 16)), RANDOM.normal(size=(300, 16))
    found = tables._consistency(holding(rows, x), holding(rows[RANDOM.permutation(20)], x))
    assert found["consistency"] == pytest.approx(1)
    assert found["corrected"] == pytest.approx(1)
    assert found["shared"] == 1
    assert found["chance"] < 0.7


def test_directions_by_lot_within_a_thin_cloud_are_near_chance_and_far_above_random_ones():
    spread = np.geomspace(10, 0.1, 16)
    x = RANDOM.normal(size=(2000, 16)) * spread
    one, other = (RANDOM.normal(size=(20, 16)) * spread for _ in range(2))
    found = tables._consistency(holding(one, x), holding(other, x))
    assert abs(found["corrected"]) < 0.25
    assert found["chance"] > found["random"] + 0.1


def test_components_that_stand_apart_are_found_twice_and_those_of_a_ball_are_not():
    clear = RANDOM.normal(size=(4000, 16)) * np.geomspace(100, 1, 16)
    assert tables._components(clear, 0)["components"] > 0.99
    assert tables._components(RANDOM.normal(size=(4000, 16)), 0)["components"] < 0.6


def test_the_quick_form_claims_less_of_less():
    whole, quick = load("location"), load("location-quick")
    assert len(quick.sweeps) < len(whole.sweeps)
    assert {each.text for each in quick.claims} < {each.text for each in whole.claims}


def test_what_is_right_in_recall_is_the_value_of_the_key_that_is_asked_for():
    task = KeyValueRecall()
    inputs, right = task.drawn(stream(3, "data"), 50)
    assert np.array_equal(recalled(np.asarray(inputs), task.keys), np.asarray(right))
