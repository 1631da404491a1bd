"""Checkpoints are whole or the last one; a damaged one is put aside."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from toy_run import KEY, grow

from tropism.errors import BadValue, StoreError
from tropism.store import Store

ARRAYS = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "step": np.int64(7).reshape(()), "none": np.zeros((0, 2))}
META = {"step": 7, "dials": [0.1, 0.2], "name": "ü"}


def test_a_checkpoint_reads_back_as_it_was_written(store):
    with store.partial("one") as partial:
        assert partial.read_checkpoint() is None
        partial.write_checkpoint(ARRAYS, META)
    with Store(store.path).partial("one") as partial:
        arrays, meta = partial.read_checkpoint()
    assert meta == META
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert (arrays[name].shape, arrays[name].dtype) == (array.shape, array.dtype)


def test_the_last_checkpoint_counts(store):
    with store.partial("one") as partial:
        for step in range(3):
            partial.write_checkpoint(ARRAYS, {"step": step})
        assert partial.read_checkpoint().meta == {"step": 2}


def test_a_checkpoint_that_cannot_be_written_leaves_the_last(store):
    with store.partial("one") as partial:
        partial.write_checkpoint(ARRAYS, META)
        with pytest.raises(BadValue):
            partial.write_checkpoint(ARRAYS, {"step": float("nan")})
        with pytest.raises(BadValue):
            partial.write_checkpoint({"w": np.array([object()])}, META)
        assert partial.read_checkpoint().meta == META


def test_a_damaged_checkpoint_is_put_aside_and_counts_as_none(store, caplog):
    draws = random.Random(3)
    with store.partial("one") as partial:
        path = store.path / ".partial" / "one" / "checkpoint"
        partial.write_checkpoint(ARRAYS, META)
        whole = path.read_bytes()
        harmed = [whole[: draws.randrange(len(whole))] for _ in range(10)] + [b"", whole + b"x"]
        for _ in range(40):
            place = draws.randrange(len(whole))
            harmed.append(whole[:place] + bytes([whole[place] ^ 1 << draws.randrange(8)]) + whole[place + 1 :])
        for data in harmed:
            path.write_bytes(data)
            assert partial.read_checkpoint() is None
            assert path.with_name("checkpoint.damaged").read_bytes() == data
            assert not path.exists()
    assert caplog.text.count("checkpoint is damaged") == len(harmed)
    assert [problem.path.name for problem in store.verify()] == ["checkpoint.damaged"]


def test_a_run_whose_checkpoint_was_damaged_ends_with_the_same_bytes(tmp_path, start):
    grow(Store(tmp_path / "whole"))
    start("grow", tmp_path / "harmed", 6, 0).wait()
    path = tmp_path / "harmed" / ".partial" / KEY / "checkpoint"
    path.write_bytes(path.read_bytes()[:-3])
    grow(Store(tmp_path / "harmed"))
    for file in (tmp_path / "whole" / "shards" / KEY).iterdir():
        assert (tmp_path / "harmed" / "shards" / KEY / file.name).read_bytes() == file.read_bytes()


def test_the_first_placement_counts(store):
    with store.partial("one") as partial:
        assert partial.placement({"processes": 2}) == {"processes": 2}
    with store.partial("one") as partial:
        assert partial.placement({"processes": 9}) == {"processes": 2}


def test_a_damaged_placement_is_put_aside_with_the_checkpoint_that_rests_on_it(store, caplog):
    with store.partial("one") as partial:
        partial.placement({"processes": 2})
        partial.write_checkpoint(ARRAYS, META)
        path = store.path / ".partial" / "one" / "placement.json"
        path.write_bytes(path.read_bytes().replace(b"2", b"3", 1))
        assert partial.placement({"processes": 4}) == {"processes": 4}
        assert partial.read_checkpoint() is None
    assert "placement.json is damaged" in caplog.text


def test_discarding_leaves_nothing(store):
    with store.partial("one") as partial:
        partial.placement({})
        partial.write_checkpoint(ARRAYS, META)
        partial.discard()
        assert partial.read_checkpoint() is None
    assert not (store.path / ".partial" / "one").exists()


def test_work_that_was_begun_is_listed_until_it_is_discarded(store):
    with store.partial("one") as partial:
        partial.write_checkpoint(ARRAYS, META)
    assert store.unfinished() == ["one"]
    with store.partial("one") as partial:
        partial.discard()
    assert store.unfinished() == []


def test_work_is_not_touched_once_the_lock_is_let_go(store):
    with store.partial("one") as partial:
        partial.write_checkpoint(ARRAYS, META)
    for use in (partial.read_checkpoint, partial.discard, lambda: partial.write_checkpoint(ARRAYS, META)):
        with pytest.raises(StoreError, match="no longer held"):
            use()


def test_an_error_inside_keeps_the_checkpoint(store):
    def fail() -> None:
        with store.partial("one") as partial:
            partial.write_checkpoint(ARRAYS, META)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.partial("one", wait=False) as partial:
        assert partial.read_checkpoint().meta == META


def test_a_checkpoint_of_a_small_run_takes_milliseconds(store):
    """Sixty networks of 263 parameters with Adam; a few milliseconds, and ten times that on a busy machine."""
    arrays = {name: np.zeros((60, 263), np.float32) for name in ("w", "m", "v")}
    with store.partial("one") as partial:
        began = time.perf_counter()
        for _ in range(5):
            partial.write_checkpoint(arrays, META)
    assert (time.perf_counter() - began) / 5 < 0.2
