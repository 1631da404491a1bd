"""A run that is killed, at whatever moment, ends with the same bytes when it is asked again."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from toy_run import KEY, MEMBERS, grow

from tropism.store import Store

ARRAYS = ("params.safetensors", "snapshots.safetensors", "history.safetensors")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """The bytes that a run leaves which nobody disturbs."""
    store = Store(tmp_path_factory.mktemp("whole") / "store")
    grow(store)
    return shard_bytes(store)


def shard_bytes(store: Store) -> dict[str, bytes]:
    folder = store.path / "shards" / KEY
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_a_reader_sees_all_or_nothing(path: Path) -> None:
    if not (path / "tropism-store.json").exists():
        return
    reader = Store(path, writable=False)
    if reader.shards():
        assert dict(reader.read_shard(KEY, verify=True).params)["w"].shape[0] == MEMBERS
        assert reader.missing(["toy0"]) == []
    else:
        assert reader.missing(["toy0"]) == ["toy0"]


def assert_going_on_gives(expected: dict[str, bytes], path: Path) -> None:
    store = Store(path)
    grow(store)
    store.clean()
    assert {name: shard_bytes(store)[name] for name in ARRAYS} == {name: expected[name] for name in ARRAYS}
    assert shard_bytes(store) == expected
    assert store.verify() == []
    assert store.unfinished() == []
    assert store.find(["toy2"]) == {"toy2": (KEY, 2)}


def test_the_toy_run_passes_every_moment_that_the_next_tests_place_a_kill_at(tmp_path):
    events: list[str] = []
    grow(Store(tmp_path / "whole", on_event=events.append))
    assert events == [
        "lock:held",
        "placement:written",
        *["checkpoint:writing", "checkpoint:renamed"] * 4,
        *["shard:writing", "shard:before-rename", "shard:renamed", "index:before", "index:after"],
        "partial:discarding",
    ]


@pytest.mark.parametrize("moment", range(16))
def test_a_run_killed_at_a_placed_moment_goes_on_to_the_same_bytes(tmp_path, start, whole, moment):
    killed = tmp_path / "killed"
    assert start("grow", killed, moment, 0).wait() == -signal.SIGKILL
    assert_a_reader_sees_all_or_nothing(killed)
    assert_going_on_gives(whole, killed)


@pytest.mark.parametrize("draw", range(10))
def test_a_run_killed_at_a_random_moment_goes_on_to_the_same_bytes(tmp_path, start, whole, draw):
    killed = tmp_path / "killed"
    process = start("grow", killed, -1, 0.005)
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(draw).uniform(0, 0.1))
    process.kill()
    process.wait()
    assert_a_reader_sees_all_or_nothing(killed)
    assert_going_on_gives(whole, killed)


def test_a_run_killed_again_and_again_still_ends_with_the_same_bytes(tmp_path, start, whole):
    killed = tmp_path / "killed"
    for moment in (4, 3, 2, 5, 3):
        start("grow", killed, moment, 0).wait()
    assert_going_on_gives(whole, killed)


@pytest.mark.parametrize("moment", [0, 1])
def test_a_study_killed_while_writing_holds_what_it_held_or_what_is_new(tmp_path, start, moment):
    store = Store(tmp_path / "store")
    store.study("toy").write_claims([{"claim": "old"}])
    assert start("claim", store.path, moment).wait() == -signal.SIGKILL
    assert store.study("toy").read_claims() == [{"claim": ["old", "new"][moment]}]
    store.study("toy").write_claims([{"claim": "newest"}])
    assert store.study("toy").read_claims() == [{"claim": "newest"}]
    assert store.verify() == []


def test_what_a_killed_writer_left_is_named_and_cleaned(store, start):
    assert start("grow", store.path, 11, 0).wait() == -signal.SIGKILL
    left = [problem.path.name for problem in store.verify()]
    assert len(left) == 1
    assert left[0].startswith(f"{KEY}.")
    assert store.clean() > 0
    assert store.verify() == []
    assert store.unfinished() == [KEY]


def test_what_a_living_writer_is_writing_is_not_cleaned(tmp_path):
    found: list[object] = []

    def clean_meanwhile(event: str) -> None:
        if event == "shard:before-rename":
            found.extend([Store(tmp_path / "store").clean(), Store(tmp_path / "store").verify()])

    grow(Store(tmp_path / "store", on_event=clean_meanwhile))
    assert found == [0, []]
