"""Subgroups: closed, of the known orders and numbers; cosets cut a group into equal parts."""

import numpy as np
import pytest

from tropism.errors import DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import (
    Alternating,
    Cyclic,
    Symmetric,
    conjugates,
    cosets,
    from_cycles,
    is_normal,
    named_subgroup,
    named_subgroups,
    subgroup,
)

# Orders, and how many subgroups of S5 are conjugate to each: 156 in 19 kinds; 59 in 9 kinds for A5.
# Source: Holt, "Enumerating subgroups of the symmetric group" (2010), for the totals; section 4.1 of the spec.
IN_S5 = {
    "1": (1, 1), "C2": (2, 10), "C2 double": (2, 15), "C3": (3, 10), "V4": (4, 5), "C2×C2": (4, 15), "C4": (4, 15),
    "C5": (5, 6), "C6": (6, 10), "S3": (6, 10), "S3 twisted": (6, 10), "D4": (8, 15), "D5": (10, 6), "A4": (12, 5),
    "S3×S2": (12, 10), "F20": (20, 6), "S4": (24, 5), "A5": (60, 1), "S5": (120, 1),
}  # fmt: skip
IN_A5 = {"1": (1, 1), "C2": (2, 15), "C3": (3, 10), "V4": (4, 5), "C5": (5, 6), "S3": (6, 10), "D5": (10, 6),
         "A4": (12, 5), "A5": (60, 1)}  # fmt: skip


@pytest.mark.parametrize(("group", "known", "total"), [(Symmetric(5), IN_S5, 156), (Alternating(5), IN_A5, 59)])
def test_the_catalogue_is_every_kind_of_subgroup(group, known, total):
    found = {
        name: (len(places), len(conjugates(group.table(), places))) for name, places in named_subgroups(group).items()
    }
    assert found == known
    kinds = [{tuple(each) for each in conjugates(group.table(), places)} for places in named_subgroups(group).values()]
    assert len(set.union(*kinds)) == sum(map(len, kinds)) == total


def test_smaller_groups_have_the_kinds_that_their_points_allow():
    counts = {Symmetric(3): 4, Symmetric(4): 11, Alternating(3): 2, Alternating(4): 5}
    assert {group: len(named_subgroups(group)) for group in counts} == counts


@pytest.mark.parametrize("name", IN_S5)
def test_a_subgroup_is_closed_and_sorted(name):
    table, places = Symmetric(5).table(), named_subgroup(Symmetric(5), name)
    assert list(places) == sorted(set(places))
    assert set(table[np.ix_(places, places)].ravel()) == set(places)


@pytest.mark.parametrize("name", IN_S5)
def test_cosets_are_equal_parts_and_are_moved_as_a_whole(name):
    group = Symmetric(5)
    table, places = group.table(), named_subgroup(group, name)
    left, right = (cosets(table, places, side) for side in ("left", "right"))
    for numbers in (left, right):
        assert set(np.bincount(numbers)) == {len(places)}
        assert set(np.flatnonzero(numbers == 0)) == set(places)
    np.testing.assert_array_equal(left[table[:, places]], np.broadcast_to(left[:, None], (120, len(places))))
    np.testing.assert_array_equal(right[table[places]], np.broadcast_to(right, (len(places), 120)))


def test_the_normal_subgroups_are_the_known_ones():
    def normal(group):
        return {name for name, places in named_subgroups(group).items() if is_normal(group.table(), places)}

    assert normal(Symmetric(5)) == {"1", "A5", "S5"}
    assert normal(Alternating(5)) == {"1", "A5"}
    assert normal(Symmetric(4)) == {"1", "V4", "A4", "S4"}


def test_generators_generate_what_they_should():
    group = Symmetric(5)
    assert len(subgroup(group, [from_cycles("(01234)", 5), from_cycles("(01)", 5)])) == 120
    np.testing.assert_array_equal(named_subgroup(group, "A5"), np.arange(60))
    np.testing.assert_array_equal(subgroup(Cyclic(77), [7]), np.arange(0, 77, 7))
    np.testing.assert_array_equal(subgroup(Cyclic(12), []), [0])


def test_names_and_sides_that_are_not_there_are_refused():
    with pytest.raises(UnknownName, match="F20"):
        named_subgroup(Symmetric(5), "F21")
    with pytest.raises(UnknownName, match="subgroup"):
        named_subgroup(Symmetric(4), "F20")
    with pytest.raises(DoesNotFit, match=r"subgroup\("):
        named_subgroups(Cyclic(6))
    with pytest.raises(UnknownName, match="side"):
        cosets(Cyclic(6).table(), np.array([0, 3]), "both")
