"""Groups: the laws of a table, the order of the elements, and refusals."""

import itertools
import subprocess
import sys

import numpy as np
import pytest

from tropism.errors import BadValue, UnknownName
from tropism.subjects.generalization.groups import (
    Alternating,
    Cyclic,
    Dihedral,
    Product,
    Symmetric,
    classes,
    from_cycles,
    in_cycles,
    inverses_of,
    representatives,
    sign,
)
from tropism.values import describe, rebuild

GROUPS = [
    *(Symmetric(degree) for degree in range(1, 6)),
    *(Alternating(degree) for degree in range(1, 6)),
    *(Cyclic(modulus) for modulus in (1, 2, 7, 12)),
    *(Dihedral(rotations) for rotations in (1, 2, 5, 6)),
    Product(Cyclic(3), Symmetric(3)),
    Product(Product(Cyclic(2), Cyclic(2)), Cyclic(5)),
]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_a_table_is_a_group(group):
    table, places = group.table(), np.arange(group.order)
    np.testing.assert_array_equal(np.sort(table, axis=0), np.broadcast_to(places[:, None], table.shape))
    np.testing.assert_array_equal(np.sort(table, axis=1), np.broadcast_to(places, table.shape))
    np.testing.assert_array_equal(table[group.identity], places)
    np.testing.assert_array_equal(table[:, group.identity], places)
    np.testing.assert_array_equal(table[places, group.inverses()], group.identity)
    np.testing.assert_array_equal(table[group.inverses(), places], group.identity)
    few = places[:: max(1, group.order // 12)]  # (ab)c = a(bc), every b, some a and c
    np.testing.assert_array_equal(table[table[few]][:, :, few], table[few][:, table[:, few]])


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_elements_and_names_are_told_apart(group):
    assert len(set(group.elements())) == len(set(group.names())) == group.order
    assert [group.place(element) for element in group.elements()] == list(range(group.order))
    again = rebuild(describe(group))
    assert again == group
    assert again.elements() == group.elements()


def test_orders_are_the_textbook_ones():
    assert [Symmetric(degree).order for degree in range(1, 7)] == [1, 2, 6, 24, 120, 720]
    assert [Alternating(degree).order for degree in range(1, 7)] == [1, 1, 3, 12, 60, 360]
    assert (Cyclic(113).order, Dihedral(59).order, Product(Cyclic(7), Cyclic(11)).order) == (113, 118, 77)


def test_permutations_are_composed_right_to_left():
    group = Symmetric(5)
    elements, table = group.elements(), group.table()
    for a, b in itertools.product(range(0, 120, 17), range(0, 120, 13)):
        composed = tuple(elements[a][elements[b][i]] for i in range(5))
        assert elements[table[a, b]] == composed


def test_even_permutations_come_first_and_are_the_alternating_group():
    group, even = Symmetric(5), Alternating(5)
    signs = [sign(element) for element in group.elements()]
    assert signs == [1] * 60 + [-1] * 60
    for half in (group.elements()[:60], group.elements()[60:]):
        assert list(half) == sorted(half)
    assert even.elements() == group.elements()[:60]
    np.testing.assert_array_equal(even.table(), group.table()[:60, :60])


def test_a_product_of_cyclic_groups_of_coprime_orders_is_cyclic():
    whole, parts = Cyclic(77), Product(Cyclic(7), Cyclic(11))
    place = np.array([parts.place((residue % 7, residue % 11)) for residue in range(77)])
    np.testing.assert_array_equal(place[whole.table()], parts.table()[np.ix_(place, place)])


def test_a_dihedral_group_moves_corners_as_it_says():
    group = Dihedral(6)

    def moved(element, corner):
        turn, flip = element
        return (turn + (-corner if flip else corner)) % 6

    for a, b in itertools.product(range(12), repeat=2):
        product = group.elements()[group.table()[a, b]]
        corners = [moved(group.elements()[a], moved(group.elements()[b], corner)) for corner in range(6)]
        assert corners == [moved(product, corner) for corner in range(6)]


def test_cycles_are_read_and_written():
    assert from_cycles("(01234)", 5) == (1, 2, 3, 4, 0)
    assert from_cycles("(1 2)(3 4)", 5) == (0, 2, 1, 4, 3)
    assert from_cycles("()", 3) == (0, 1, 2)
    assert all(from_cycles(in_cycles(each), 5) == each for each in Symmetric(5).elements())


@pytest.mark.parametrize("text", ["(01", "(0a)", "(01)(12)", "(05)", "", "01"])
def test_what_is_no_product_of_disjoint_cycles_is_refused(text):
    with pytest.raises(BadValue, match="disjoint cycles"):
        from_cycles(text, 5)


IMPOSSIBLE = [
    lambda: Symmetric(0),
    lambda: Symmetric(7),
    lambda: Symmetric(2.5),
    lambda: Alternating(7),
    lambda: Cyclic(0),
    lambda: Dihedral(0),
    lambda: Product(Cyclic(2), 3),
]


@pytest.mark.parametrize("make", IMPOSSIBLE)
def test_what_cannot_be_a_group_is_refused_when_it_is_made(make):
    with pytest.raises(BadValue):
        make()


def test_an_element_of_another_group_has_no_place():
    with pytest.raises(UnknownName, match="element"):
        Alternating(5).place(from_cycles("(01)", 5))


def test_inverses_are_found_wherever_the_identity_stands():
    order = np.random.default_rng(0).permutation(24)
    back = np.argsort(order)
    table = back[Symmetric(4).table()[np.ix_(order, order)]]
    np.testing.assert_array_equal(inverses_of(table), back[Symmetric(4).inverses()[order]])


# Sizes of the classes in increasing order: spec of the subject, section 4.2, for A5 and S5; textbooks for the others.
CLASS_SIZES = {
    Symmetric(3): [1, 2, 3],
    Symmetric(4): [1, 3, 6, 6, 8],
    Alternating(4): [1, 3, 4, 4],
    Alternating(5): [1, 12, 12, 15, 20],
    Symmetric(5): [1, 10, 15, 20, 20, 24, 30],
    Cyclic(5): [1, 1, 1, 1, 1],
    Dihedral(5): [1, 2, 2, 5],
}


@pytest.mark.parametrize(("group", "sizes"), CLASS_SIZES.items(), ids=str)
def test_classes_are_closed_and_of_the_known_sizes(group, sizes):
    numbers, table = classes(group.table()), group.table()
    assert sorted(np.bincount(numbers)) == sizes
    for a in range(0, group.order, 5):
        conjugated = table[table[a], group.inverses()[a]]
        np.testing.assert_array_equal(numbers[conjugated], numbers)
    assert list(numbers[representatives(numbers)]) == list(range(len(sizes)))
    assert list(representatives(numbers)) == sorted(representatives(numbers))


def test_groups_do_not_bring_jax_in():
    script = "import sys; import tropism.subjects.generalization.groups; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
