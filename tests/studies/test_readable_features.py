"""Which features could one read: purity and information of units whose classes we know."""

import numpy as np
import pytest

from tropism.studies import _readable_tables as tables
from tropism.studies import load

CLASSES = np.arange(400) % 10


def read(values, classes=CLASSES):
    return tables.readings(np.asarray(values, float), classes, np.random.default_rng(0))


def test_a_unit_of_one_class_is_pure_and_tells_all_it_can_of_it():
    found = read((CLASSES == 3)[:, None] * np.linspace(1, 2, 400)[:, None])
    assert found.purity == pytest.approx([1])
    assert found.best == [3]
    assert found.purity_chance[0] < 0.4
    assert found.information_chance[0] < 0.2 < found.information[0]


def test_a_unit_that_is_on_or_off_with_its_class_has_all_of_its_entropy():
    binned = tables._binned((CLASSES == 3)[:, None] * 1.0)
    assert set(binned[CLASSES == 3, 0]) == {1, 2, 3}
    assert set(binned[CLASSES != 3, 0]) == {0}


def test_a_unit_of_chance_is_where_shuffled_classes_are():
    found = read(np.random.default_rng(1).uniform(size=(400, 50)))
    assert found.purity.mean() == pytest.approx(found.purity_chance.mean(), abs=0.03)  # 50 units of 20 digits
    assert found.information.mean() == pytest.approx(found.information_chance.mean(), abs=0.01)


def test_a_unit_of_both_signs_counts_as_two_that_are_never_on_together():
    both = tables.poles(np.random.default_rng(2).normal(size=(30, 4)))
    assert both.shape == (30, 8)
    assert (both >= 0).all()
    assert not (both[:, :4] * both[:, 4:]).any()


def test_purity_does_not_depend_on_units_scales():
    values = np.random.default_rng(3).uniform(size=(400, 5))
    assert np.array_equal(read(values).purity, read(values * [1, 2, 3, 4, 5]).purity)


def test_the_quick_form_claims_less_of_less():
    whole, quick = load("readable-features"), load("readable-features-quick")
    assert len(quick.sweeps) < len(whole.sweeps)
    assert {each.text for each in quick.claims} < {each.text for each in whole.claims}
