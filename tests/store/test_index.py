"""The index says what the shards say, and comes back by itself."""

from __future__ import annotations

import dataclasses
import random
import shutil
import sqlite3

import pytest
from toy_run import contents

from tropism.errors import NoRoom
from tropism.store import Store


@pytest.fixture
def two(store):
    store.write_shard("one", contents())
    store.write_shard("two", contents(members=3, first=10))
    return store


EVERY = {f"m{row}": ("one", row) for row in range(4)} | {f"m{10 + row}": ("two", row) for row in range(3)}


def test_stored_members_are_found_and_the_others_are_missing(two):
    assert two.find([*EVERY, "m99"]) == EVERY
    assert two.missing(["m99", "m1", "m98", "m99"]) == ["m99", "m98"]
    assert two.find([]) == {}
    assert two.missing([]) == []


def test_a_request_for_more_seeds_is_the_missing_members(store):
    store.write_shard("sixty", contents(members=60))
    hundred = [f"m{seed}" for seed in range(100)]
    assert store.missing(hundred) == [f"m{seed}" for seed in range(60, 100)]


def test_thousands_are_found_at_once(store):
    store.write_shard("many", contents(members=3000))
    assert len(store.find([f"m{row}" for row in range(5000)])) == 3000


def test_the_index_repeats_key_label_seed_and_experiment(two):
    rows = two.members()
    assert [(row.member, row.shard, row.row, row.label, row.seed) for row in rows[:2]] == [
        ("m0", "one", 0, "toy", 0),
        ("m1", "one", 1, "toy", 1),
    ]
    assert len({row.experiment for row in rows}) == 1


def test_the_experiments_key_is_the_key_of_the_value(store):
    from tropism.values import Value, canonical_json, describe

    @dataclasses.dataclass(frozen=True)
    class Growing(Value):
        rate: float = 0.5
        name: str = "ü"

    described = describe(Growing())
    store.write_shard("one", dataclasses.replace(contents(), experiment=described))
    assert canonical_json(Growing())
    assert store.members()[0].experiment == Growing().key()


@pytest.mark.parametrize("seed", [None, 3, "three", -(2**63), 2**64, {"init": 1, "data": 2}])
def test_any_seed_can_be_indexed(store, seed):
    store.write_shard("one", dataclasses.replace(contents(members=1), members=[{"key": "m0", "seed": seed}]))
    assert store.find(["m0"]) == {"m0": ("one", 0)}
    assert store.verify() == []


def garble(path, draws):
    whole = bytearray(path.read_bytes())
    for _ in range(200):
        whole[draws.randrange(len(whole))] ^= draws.randrange(1, 256)
    path.write_bytes(whole)


@pytest.mark.parametrize("writable", [True, False])
def test_an_index_that_is_gone_or_garbled_comes_back(two, writable):
    path = two.path / "index.sqlite"
    harms = [
        path.unlink,
        lambda: path.write_bytes(b""),
        lambda: path.write_bytes(b"not an index at all" * 100),
        lambda: path.write_bytes(path.read_bytes()[:5000]),
        lambda: path.write_bytes(path.read_bytes()[:100] + bytes(len(path.read_bytes()) - 100)),
        lambda: sqlite3.connect(path).executescript("PRAGMA user_version = 9").connection.close(),
        lambda: sqlite3.connect(path).executescript("DROP TABLE members").connection.close(),
    ]
    for harm in harms:
        two.rebuild_index()
        harm()
        assert Store(two.path, writable=writable).find(EVERY) == EVERY


def test_an_altered_row_is_found_by_verify_and_mended_by_rebuilding(two):
    connection = sqlite3.connect(two.path / "index.sqlite")
    connection.execute("UPDATE members SET row = 0 WHERE member = 'm2'")
    connection.commit()
    connection.close()
    assert [problem.path.name for problem in two.verify()] == ["index.sqlite"]
    assert "Rebuild the index" in str(two.verify()[0])
    assert two.rebuild_index() == 7
    assert two.verify() == []


def test_a_garbled_index_is_named_by_verify(two):
    garble(two.path / "index.sqlite", random.Random(2))
    assert [problem.path.name for problem in two.verify()] == ["index.sqlite"]


def test_an_index_behind_the_shards_heals_at_the_next_question(two):
    before = (two.path / "index.sqlite").read_bytes()
    two.write_shard("three", contents(first=20))
    (two.path / "index.sqlite").write_bytes(before)
    assert two.verify() == []
    assert two.find(["m21"]) == {"m21": ("three", 1)}
    shutil.rmtree(two.path / "shards" / "three")
    assert two.missing(["m21"]) == ["m21"]
    assert two.find(EVERY) == EVERY


def test_rebuilding_gives_what_growing_gave(two):
    grown = two.members()
    two.rebuild_index()
    assert two.members() == grown


def test_of_two_shards_with_one_member_the_first_written_counts_for_good(store):
    later = dataclasses.replace(contents(), origin={"when": "2024-06-01"})
    store.write_shard("b", dataclasses.replace(contents(), origin={"when": "2024-05-01"}))
    store.write_shard("a", later)
    assert store.find(["m1"]) == {"m1": ("b", 1)}
    store.rebuild_index()
    assert store.find(["m1"]) == {"m1": ("b", 1)}


def test_a_shard_is_kept_even_if_there_is_no_room_for_the_index(store, monkeypatch):
    import tropism.store.index as index

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index.os, "replace", full)
    with pytest.raises((NoRoom, OSError)):
        store.rebuild_index()
    monkeypatch.undo()
    store.write_shard("one", contents())
    assert store.find(["m1"]) == {"m1": ("one", 1)}
