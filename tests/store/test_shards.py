"""Shards: what is written is what is read, once, in the same bytes."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from toy_run import contents

from tropism.errors import BadValue, Damaged, Missing, StoreError
from tropism.store import ShardContents, Store


def bytes_of(store: Store, key: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (store.path / "shards" / key).iterdir()}


def test_a_shard_reads_back_as_it_was_written(store):
    written = contents()
    store.write_shard("one", written)
    for shard in (store.read_shard("one"), store.read_shard("one", verify=True)):
        for part in ("params", "snapshots", "history"):
            read = getattr(shard, part)
            assert sorted(read) == sorted(getattr(written, part))
            for name, array in getattr(written, part).items():
                np.testing.assert_array_equal(read[name], array)
                assert read[name].dtype == array.dtype
                assert read.shape(name) == array.shape
        assert shard.experiment == written.experiment
        assert list(shard.members) == list(written.members)
        assert shard.origin == written.origin


def test_every_kind_of_number_and_shape_reads_back(store):
    names = ["bool", "int8", "int64", "uint8", "uint64", "float16", "float32", "float64", "complex64"]
    history = {name: np.arange(6).reshape(2, 3).astype(name) for name in names}
    history |= {"scalar": np.float32(2.5).reshape(()), "empty": np.zeros((0, 3)), "strange name / ü": np.ones(1)}
    history |= {"turned": np.arange(6).reshape(2, 3).T, "every other": np.arange(9)[::2]}
    history |= {"big end first": np.arange(3, dtype=">f4"), "infinite": np.array([np.nan, np.inf, -0.0])}
    store.write_shard("kinds", dataclasses.replace(contents(), history=history))
    read = store.read_shard("kinds").history
    assert set(read) == set(history)
    for name, array in history.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].shape == array.shape


def test_one_row_reads_as_the_row_of_the_whole(store):
    store.write_shard("one", contents())
    params = store.read_shard("one").params
    for row in (0, 3, -1, -4):
        np.testing.assert_array_equal(params.row("a", row), params["a"][row])
    for row in (4, -5):
        with pytest.raises(IndexError, match="4 rows"):
            params.row("a", row)
    with pytest.raises(KeyError):
        params["nothing"]


def test_the_same_contents_give_the_same_bytes_in_whatever_order(tmp_path):
    one, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    written = contents()
    turned = dataclasses.replace(
        written,
        params=dict(reversed(written.params.items())),
        members=[dict(reversed(member.items())) for member in written.members],
    )
    one.write_shard("same", written)
    other.write_shard("same", turned)
    assert list(written.params) != list(turned.params)
    assert bytes_of(one, "same") == bytes_of(other, "same")


def test_a_shard_is_written_once(store):
    store.write_shard("one", contents(fill=1.0))
    before = bytes_of(store, "one")
    store.write_shard("one", contents(fill=2.0))
    assert bytes_of(store, "one") == before


def test_a_damaged_shard_is_replaced_when_it_is_written_again(store, caplog):
    folder = store.write_shard("one", contents())
    (folder / "params.safetensors").write_bytes(b"")
    store.write_shard("one", contents())
    assert store.read_shard("one", verify=True).row_of("m1") == 1
    assert "is damaged; it is put aside" in caplog.text
    assert store.find(["m1"]) == {"m1": ("one", 1)}
    assert store.verify() == []


def test_a_missing_shard_is_named(store):
    with pytest.raises(Missing, match="'gone'"):
        store.read_shard("gone")
    assert not store.has_shard("gone")


@pytest.mark.parametrize("key", ["", "..", "a/b", "a.b", "ü", "x" * 129, "a\n"])
def test_an_unsafe_key_is_refused(store, key):
    with pytest.raises(BadValue):
        store.write_shard(key, contents())
    with pytest.raises(BadValue):
        store.read_shard(key)
    with pytest.raises(BadValue), store.partial(key):
        pass


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("params", {"w": np.zeros((3, 2))}, r"params\['w'\]"),
        ("params", {"w": np.zeros(())}, r"params\['w'\]"),
        ("snapshots", {"w": np.zeros((5, 2))}, r"snapshots\['w'\]"),
        ("params", {"w": np.array([object()] * 4)}, "object"),
        ("params", {"w": [1, 2, 3, 4]}, "list"),
        ("history", {"__metadata__": np.zeros(1)}, "__metadata__"),
        ("members", [{"key": "a"}, {"key": "a"}, {"key": "b"}, {"key": "c"}], r"members\[1\]"),
        ("members", [{"key": "a"}, {}, {"key": "b"}, {"key": "c"}], r"members\[1\]"),
    ],
)
def test_contents_that_do_not_fit_are_refused_when_they_are_made(field, value, named):
    with pytest.raises(BadValue, match=named):
        dataclasses.replace(contents(), **{field: value})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.zeros(2), {1, 2}, b"bytes", "\ud800"])
def test_what_json_cannot_hold_is_refused_and_leaves_nothing(store, value):
    with pytest.raises(BadValue, match="origin"):
        store.write_shard("one", dataclasses.replace(contents(), origin={"odd": value}))
    assert store.shards() == []
    assert store.verify() == []


def test_a_shard_of_no_members_is_a_shard(store):
    store.write_shard("none", ShardContents({"w": np.zeros((0, 3))}, {}, {}, {}, [], {}))
    assert store.read_shard("none", verify=True).members == ()
    assert store.verify() == []


def test_a_row_is_found_by_the_members_key(store):
    store.write_shard("one", contents())
    assert store.read_shard("one").row_of("m2") == 2
    with pytest.raises(Missing, match="m9"):
        store.read_shard("one").row_of("m9")


def test_a_new_store_is_made_and_opened_again(tmp_path):
    Store(tmp_path / "deep" / "store").write_shard("one", contents())
    assert Store(tmp_path / "deep" / "store").shards() == ["one"]
    (tmp_path / "empty").mkdir()
    assert Store(tmp_path / "empty").shards() == []


def test_what_is_not_a_store_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    for writable in (True, False):
        with pytest.raises(StoreError, match="not a store"):
            Store(tmp_path, writable=writable)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(StoreError, match="is a file"):
        Store(tmp_path / "thesis.txt")
    with pytest.raises(Missing, match="train something"):
        Store(tmp_path / "nowhere", writable=False)
    assert not (tmp_path / "nowhere").exists()


def test_a_store_of_a_newer_format_is_refused(store):
    (store.path / "tropism-store.json").write_text('{"format": 2}')
    with pytest.raises(StoreError, match="Update Tropism"):
        Store(store.path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "1"}', '{"format": 0}', '{"format": true}', "\xff"])
def test_a_damaged_format_file_is_named(store, text):
    (store.path / "tropism-store.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(Damaged, match=r"tropism-store\.json"):
        Store(store.path)


def test_a_reader_that_may_not_write_leaves_no_trace(store):
    store.write_shard("one", contents())
    (store.path / "index.sqlite").unlink()
    before = sorted(store.path.rglob("*"))
    reader = Store(store.path, writable=False)
    assert reader.find(["m1"]) == {"m1": ("one", 1)}
    for forbidden in (
        lambda: reader.write_shard("two", contents()),
        lambda: reader.study("toy"),
        lambda: reader.rm("one"),
        reader.clean,
        reader.rebuild_index,
        reader.partial("two").__enter__,
    ):
        with pytest.raises(StoreError):
            forbidden()
    assert sorted(store.path.rglob("*")) == before


def test_opening_a_store_loads_neither_jax_nor_polars():
    code = "import sys, tropism.store; print([name for name in ('jax', 'polars') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
