"""A truncated or altered file is found, and named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from toy_run import contents

from tropism.errors import Damaged, StoreError
from tropism.store import Store

FILES = (
    "params.safetensors",
    "snapshots.safetensors",
    "history.safetensors",
    "experiment.json",
    "members.json",
    "origin.json",
    "checksums.json",
)


def touch_everything(store: Store) -> None:
    shard = store.read_shard("one")
    for arrays in (shard.params, shard.snapshots, shard.history):
        dict(arrays)


def assert_damage_is_named(store: Store, name: str) -> None:
    with pytest.raises(Damaged) as lazily:
        touch_everything(store)
    with pytest.raises(Damaged) as at_once:
        store.read_shard("one", verify=True)
    wanted = f"{store.path / 'shards' / 'one' / name} is "
    assert str(lazily.value).startswith(wanted)
    assert str(at_once.value).startswith(wanted)
    assert "ask again" in str(lazily.value)
    assert [problem.path for problem in store.verify()] == [store.path / "shards" / "one" / name]


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(store, name):
    path = store.write_shard("one", contents()) / name
    whole, draws = path.read_bytes(), random.Random(name)
    for length in [0, 1, len(whole) - 1, *(draws.randrange(len(whole)) for _ in range(6))]:
        path.write_bytes(whole[:length])
        assert_damage_is_named(Store(store.path), name)
    path.write_bytes(whole + b" ")
    assert_damage_is_named(Store(store.path), name)


@pytest.mark.parametrize("name", FILES)
def test_one_altered_byte_is_named(store, name):
    path = store.write_shard("one", contents()) / name
    whole, draws = path.read_bytes(), random.Random(name)
    for _ in range(12):
        place, change = draws.randrange(len(whole)), draws.randrange(1, 256)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :])
        assert_damage_is_named(Store(store.path), name)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_is_named(store, name):
    (store.write_shard("one", contents()) / name).unlink()
    assert_damage_is_named(store, name)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_shard_is_named(store, name):
    path = store.write_shard("one", contents()) / name
    other = store.write_shard("two", contents(first=10, fill=2.0)) / name
    shutil.copyfile(other, path)
    same = {"experiment.json"}  # both are of one experiment
    if name not in same:
        with pytest.raises(Damaged):
            touch_everything(store)


def test_a_flipped_bit_in_the_format_file_never_opens_as_a_store(store):
    path = store.path / "tropism-store.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        if whole[place] != ord(" "):
            with pytest.raises(StoreError):
                Store(store.path)


def test_a_file_that_does_not_belong_to_a_shard_is_named(store):
    stray = store.write_shard("one", contents()) / "notes.txt"
    stray.write_text("mine")
    (store.path / "shards" / "a.folder").mkdir()
    assert [problem.path.name for problem in store.verify()] == ["a.folder", "notes.txt"]


def test_a_file_altered_after_it_was_checked_is_found_again(store):
    path = store.write_shard("one", contents()) / "params.safetensors"
    touch_everything(store)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Damaged, match=r"params\.safetensors"):
        touch_everything(store)


def test_a_sealed_file_that_lists_something_else_is_damaged(store):
    from tropism.store.files import seal

    folder = store.write_shard("one", contents())
    for content in (
        {},
        {name: 1 for name in FILES if name != "checksums.json"},
        {"../../x": {"bytes": 1, "sha256": ""}},
    ):
        (folder / "checksums.json").write_bytes(seal(content, "test"))
        with pytest.raises(Damaged, match=r"checksums\.json"):
            store.read_shard("one")


def test_a_damaged_shard_does_not_hide_the_others(store, caplog):
    (store.write_shard("one", contents()) / "members.json").write_text("[")
    store.write_shard("two", contents(first=10))
    (store.path / "index.sqlite").unlink()
    assert store.find(["m1", "m11"]) == {"m11": ("two", 1)}
    assert store.missing(["m1", "m11"]) == ["m1"]
    assert caplog.text.count("leaves out a shard") == 1
    assert "members.json" in caplog.text


def test_no_file_of_a_store_can_run_code(store):
    folder: Path = store.write_shard("one", contents())
    store.study("toy").write_claims([{"claim": "x"}])
    suffixes = {path.suffix for path in store.path.rglob("*") if path.is_file()}
    assert suffixes == {".safetensors", ".json", ".sqlite", ".lock"}
    assert not any(b"pickle" in path.read_bytes() for path in folder.iterdir())
