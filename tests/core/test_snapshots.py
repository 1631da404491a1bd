"""Snapshots: read when asked for, one step at a time, and not held."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from tropism.core.snapshots import Snapshots, joined_snapshots, rows_of


class Shelf:
    """Three members at two steps, and what was read."""

    def __init__(self, first: int = 0) -> None:
        self.read: list[int] = []
        self.first = first

    def __call__(self, step: int) -> dict[str, np.ndarray]:
        self.read.append(step)
        return {"w": self.first + step + np.arange(3.0)}


def test_a_look_reads_that_step_alone_and_every_look_reads_anew():
    shelf = Shelf()
    kept = Snapshots((8, 2), shelf)
    assert (list(kept), len(kept), 8 in kept, 5 in kept) == ([2, 8], 2, True, False)
    assert shelf.read == []
    kept[8], kept[8]
    assert shelf.read == [8, 8]


def test_a_step_without_a_snapshot_is_not_read():
    shelf = Shelf()
    with pytest.raises(KeyError):
        Snapshots((2,), shelf)[3]
    assert shelf.read == []


def test_choosing_members_and_joining_reads_nothing_until_someone_looks():
    here, there = Shelf(), Shelf(100)
    kept = rows_of(joined_snapshots([Snapshots((2, 8), here), Snapshots((2, 8), there)]), np.array([4, 0]))
    assert here.read == there.read == []
    np.testing.assert_array_equal(kept[8]["w"], [109, 8])
    assert here.read == there.read == [8]


def test_a_choice_of_a_choice_is_a_choice():
    kept = rows_of(rows_of(Snapshots((2,), Shelf()), np.array([2, 1, 0])), np.array([0, 2]))
    np.testing.assert_array_equal(kept[2]["w"], [4, 2])


def test_they_may_be_sent_to_another_process():
    sent = pickle.loads(pickle.dumps(rows_of(Snapshots((2, 8), Shelf()), np.array([1]))))
    assert list(sent) == [2, 8]
    np.testing.assert_array_equal(sent[8]["w"], [9])
