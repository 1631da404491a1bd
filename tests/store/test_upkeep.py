"""Removing, measuring, and a disk that is full."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from toy_run import contents

from tropism.errors import Locked, Missing, NoRoom, StoreError
from tropism.store import Store, check_room, estimate_bytes, estimate_report_bytes, in_words


def test_a_shard_is_removed_after_saying_so(store):
    store.write_shard("one", contents())
    planned = store.rm("one", dry_run=True)
    assert (planned.kind, planned.num_bytes, planned.done) == ("shard", store.size()["shards"], False)
    assert "Would remove shard one" in str(planned)
    assert store.shards() == ["one"]
    removed = store.rm("one")
    assert removed.done
    assert store.shards() == []
    assert store.missing(["m1"]) == ["m1"]
    assert store.size()["shards"] == 0
    assert store.verify() == []


def test_a_shard_that_a_study_uses_is_removed_only_by_force(store):
    store.write_shard("one", contents())
    store.write_shard("two", contents(first=10))
    store.study("toy").write_members(["m1"])
    assert store.rm("one", dry_run=True).used_by == ("toy",)
    with pytest.raises(StoreError, match="used by study 'toy'"):
        store.rm("one")
    assert store.rm("two").used_by == ()
    store.rm("one", force=True)
    assert [problem.path.name for problem in store.verify()] == ["members.json"]
    assert store.rm("toy").kind == "study"
    assert store.verify() == []
    assert store.studies() == []


def test_a_study_whose_members_cannot_be_read_keeps_its_shards(store):
    store.write_shard("one", contents())
    store.study("toy").write_members(["other"])
    (store.study("toy").path / "members.json").write_text("[")
    with pytest.raises(StoreError, match="'toy'"):
        store.rm("one")


def test_what_is_not_there_cannot_be_removed(store):
    store.study("delete-red").write_claims([])
    with pytest.raises(Missing, match="Did you mean 'delete-red'"):
        store.rm("delete-rd")
    for name in ("", "..", "../store", "."):
        with pytest.raises(Missing):
            store.rm(name)


def test_a_name_that_is_a_study_and_a_shard_is_refused(store):
    store.write_shard("both", contents())
    store.study("both").write_claims([])
    with pytest.raises(StoreError, match="both a study and a shard"):
        store.rm("both")


def test_a_shard_that_is_being_written_is_not_removed(store):
    store.write_shard("one", contents())
    with store.partial("one"), pytest.raises(Locked):
        store.rm("one")
    assert store.shards() == ["one"]


def test_a_removed_shard_can_still_be_read_by_who_had_it_open(store):
    store.write_shard("one", contents())
    params = store.read_shard("one").params
    assert len(params) == 2
    store.rm("one")
    assert params["a"].shape == (4, 3)


def test_the_size_is_that_of_the_files(store):
    assert store.size() == {"shards": 0, "studies": 0, "partial": 0, "index": 0}
    folder = store.write_shard("one", contents())
    with store.partial("two") as partial:
        partial.write_checkpoint({"w": np.zeros(1000)}, {})
    size = store.size()
    assert size["shards"] == sum(path.stat().st_size for path in folder.iterdir())
    assert size["partial"] > 8000
    assert size["index"] > 0


def test_the_estimate_is_no_less_than_what_a_run_holds(store):
    members, params, snapshots, records, metrics = 60, 263, 5, 200, 4
    shard = contents(members=members)
    arrays = {"w": np.zeros((members, params), np.float32)}
    kept = {f"w@{step}": arrays["w"] for step in range(snapshots)}
    history = {f"m{name}": np.zeros((records, members), np.float32) for name in range(metrics)}
    store.write_shard("one", type(shard)(arrays, kept, history, {}, shard.members, {}))
    with store.partial("two") as partial:
        partial.write_checkpoint({**arrays, "adam1": arrays["w"], "adam2": arrays["w"], **kept, **history}, {})
    held = store.size()["shards"] + 2 * store.size()["partial"]
    guess = estimate_bytes(params, members, num_snapshots=snapshots, num_records=records, num_metrics=metrics)
    assert held <= guess <= 2 * held


def test_only_the_members_that_are_trained_at_once_have_checkpoints():
    whole, two, none = (estimate_bytes(1000, 50, unfinished=count, num_snapshots=3) for count in (None, 2, 0))
    assert none < two < whole
    assert 24 < (whole - none) / (two - none) < 26
    assert estimate_bytes(1000, 50, unfinished=80, num_snapshots=3) == whole


def test_a_run_for_which_there_is_no_room_is_refused_before_it_begins(store, tmp_path):
    check_room(tmp_path, 1)
    store.check_room(1)
    with pytest.raises(NoRoom, match=r"1000000\.0 TB are needed"):
        store.check_room(10**18)


@pytest.mark.parametrize(
    ("num_bytes", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (1_234_567, "1.2 MB")]
)
def test_bytes_are_said_in_words(num_bytes, words):
    assert in_words(num_bytes) == words


class FullDisk:
    """A disk with room for so many more bytes; `fsync` may be what tells."""

    def __init__(self, monkeypatch, room, *, at="write"):
        self.room = room
        real = os.write

        def write(descriptor, data):
            if len(data) > self.room:
                if self.room <= 0:
                    raise OSError(errno.ENOSPC, "No space left on device")
                data = data[: self.room]
            self.room -= len(data)
            return real(descriptor, data)

        def fsync(descriptor):
            raise OSError(errno.EDQUOT, "Disk quota exceeded")

        monkeypatch.setattr(os, at, write if at == "write" else fsync)


@pytest.mark.parametrize("room", [0, 1, 100, 500, 1000, 1500])
def test_a_full_disk_is_said_and_loses_nothing(store, monkeypatch, room):
    store.write_shard("one", contents())
    with store.partial("two") as partial:
        partial.write_checkpoint({"w": np.ones(3)}, {"step": 1})
        FullDisk(monkeypatch, room)
        with pytest.raises(NoRoom, match=r"bytes are needed .* are free"):
            store.write_shard("two", contents(members=9, first=10))
        with pytest.raises(NoRoom, match="checkpoint"):
            partial.write_checkpoint({"w": np.ones(3000)}, {"step": 2})
        with pytest.raises(NoRoom, match="toy"):
            store.study("toy").write_report("x" * 3000)
        monkeypatch.undo()
        assert partial.read_checkpoint().meta == {"step": 1}
        assert store.verify() == []
        assert store.shards() == ["one"]
        assert store.clean() == 0
        store.write_shard("two", contents(members=9, first=10))
    assert store.missing(["m1", "m18"]) == []
    assert store.read_shard("two", verify=True).row_of("m18") == 8


def test_a_disk_that_is_full_only_when_synced_is_said_too(store, monkeypatch):
    FullDisk(monkeypatch, 0, at="fsync")
    with pytest.raises(NoRoom, match=r"shards?|partial"):
        store.write_shard("one", contents())
    monkeypatch.undo()
    assert list((store.path / ".partial").glob("one*")) == []
    assert store.shards() == []


def test_an_old_shard_can_be_removed_from_a_full_disk(store, monkeypatch):
    store.write_shard("one", contents())
    import shutil

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    store.rm("one")
    monkeypatch.undo()
    assert store.shards() == []
    assert store.missing(["m1"]) == ["m1"]


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EIO, StoreError, r"disk failed at .*input/output error.*tropism verify"),
        (errno.EROFS, StoreError, r"may only be read.*`tropism show STUDY`.*--to FILE\.html.*--store FOLDER"),
        (errno.EACCES, StoreError, "may only be read"),
        (errno.EINVAL, OSError, "no word for it"),
    ],
)
def test_another_error_of_the_system_is_not_called_a_full_disk(store, monkeypatch, number, kind, words):
    def broken(descriptor, data):
        raise OSError(number, "no word for it")

    monkeypatch.setattr(os, "write", broken)
    with pytest.raises(kind, match=words) as found:
        Store(store.path).write_shard("one", contents())
    monkeypatch.undo()
    assert not isinstance(found.value, NoRoom)
    assert list((store.path / ".partial").glob("one*")) == []


def test_a_file_that_is_larger_than_the_system_allows_is_said_and_loses_nothing(store):
    store.write_shard("one", contents())
    with store.partial("two") as partial:
        partial.write_checkpoint({"w": np.ones(3)}, {"step": 1})
        with no_file_above(2000):
            with pytest.raises(NoRoom, match=r"would have 2[45],\d\d\d bytes.*ulimit -f.*ask again"):
                partial.write_checkpoint({"w": np.ones(3000)}, {"step": 2})
            with pytest.raises(NoRoom, match=r"report\.html.* would have 3,000 bytes"):
                store.study("toy").write_report("x" * 3000)
        assert partial.read_checkpoint().meta == {"step": 1}
    assert store.verify() == []
    store.study("toy").write_report("x" * 3000)


@contextlib.contextmanager
def no_file_above(num_bytes: int) -> Iterator[None]:
    """As after `ulimit -f`: Python has SIGXFSZ ignored, so that a write says what is wrong."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_store_that_may_only_be_read_is_refused_before_anything_is_begun(store, monkeypatch):
    store.write_shard("one", contents())
    store.check_writable()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(StoreError, match=r"store may only be read.*`tropism show STUDY`.*--to FILE\.html"):
        store.check_writable()
    with pytest.raises(StoreError, match="open for reading only"):
        Store(store.path, writable=False).check_writable()


def test_an_index_that_is_behind_on_a_store_that_may_only_be_read_is_healed_in_memory(store, monkeypatch):
    store.write_shard("one", contents())
    (store.path / "index.sqlite").unlink()
    real = os.open

    def refuse(path, flags, *more):
        if flags & (os.O_CREAT | os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", refuse)
    assert Store(store.path).missing(["m1", "m99"]) == ["m99"]


def test_the_room_that_is_asked_for_counts_the_report(store, monkeypatch):
    usage = shutil.disk_usage(store.path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=700_000))
    store.check_room(100_000, 600_000)
    with pytest.raises(NoRoom, match=r"800\.0 kB are needed: 100\.0 kB for networks, the rest for tables, figures and"):
        store.check_room(100_000, 700_000)
    with pytest.raises(NoRoom, match=r"701\.0 kB are needed for tables, figures and report\. Make room, or keep"):
        store.check_room(0, 701_000)


def test_a_report_is_taken_to_be_as_large_as_last_time(store):
    study = store.study("toy")
    assert study.num_bytes() == 0
    study.write_report("x" * 30_000)
    assert 30_000 < study.num_bytes() < 31_000
    assert estimate_report_bytes(study.num_bytes(), 5) == study.num_bytes()
    assert 504_000 < estimate_report_bytes(0, 0) == estimate_report_bytes(0, 1) < estimate_report_bytes(0, 2)
