"""Two writers harm nothing, and a reader never sees half."""

from __future__ import annotations

import signal
import threading

import pytest
from toy_run import contents

from tropism.errors import Damaged, Locked, Missing
from tropism.store import Store


def test_two_processes_that_write_the_same_shard_leave_one_whole_shard(store, start):
    writers = [start("write", store.path, "same", fill) for fill in (1.0, 2.0)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.wait() for writer in writers] == [0, 0]
    fills = store.read_shard("same", verify=True).params["a"][1]
    assert fills.tolist() in ([1.0] * 3, [2.0] * 3)
    assert list((store.path / ".partial").glob("same*")) == []
    assert store.verify() == []


def test_the_second_of_two_writers_drops_its_shard_and_gets_the_first_ones_folder(tmp_path):
    def another_wins(event: str) -> None:
        if event == "shard:before-rename":
            Store(tmp_path / "store").write_shard("same", contents(fill=2.0))

    store = Store(tmp_path / "store", on_event=another_wins)
    folder = store.write_shard("same", contents(fill=1.0))
    assert store.read_shard("same").params["a"][1].tolist() == [2.0] * 3
    assert folder == store.path / "shards" / "same"
    assert store.verify() == []


def test_a_reader_that_hammers_while_another_writes_never_sees_half_a_shard(store):
    reader, seen, failures = Store(store.path, writable=False), set(), []
    done = threading.Event()

    def hammer() -> None:
        while not done.is_set():
            try:
                for key in reader.shards():
                    shard = reader.read_shard(key, verify=True)
                    rows = [len(array) for array in shard.params.values()]
                    assert rows == [len(shard.members)] * 2
                    assert reader.find([shard.members[0]["key"]])
                    seen.add(key)
            except (Missing, Damaged, AssertionError) as error:
                failures.append(error)

    thread = threading.Thread(target=hammer, daemon=True)
    thread.start()
    for number in range(30):
        store.write_shard(f"shard{number}", contents(first=10 * number))
    done.set()
    thread.join()
    assert failures == []
    assert len(seen) > 1


def test_a_reader_in_another_process_never_sees_half_a_shard(store, start):
    writer = start("write", store.path, "one", 1.0)
    assert writer.stdout.readline() == "ready\n"
    writer.stdin.write("go\n")
    writer.stdin.flush()
    reader = Store(store.path, writable=False)
    while not reader.shards():
        assert writer.poll() in (None, 0)
    assert reader.read_shard("one", verify=True).row_of("m3") == 3
    assert writer.wait() == 0


def test_a_lock_names_its_holder_and_is_free_once_the_holder_is_killed(store, start):
    other = start("hold", store.path, "busy")
    assert other.stdout.readline() == "ready\n"
    with pytest.raises(Locked, match=f"process {other.pid} on "), store.partial("busy", wait=False):
        pass
    other.send_signal(signal.SIGKILL)
    other.wait()
    with store.partial("busy", wait=False) as partial:
        assert partial.read_checkpoint().meta == {"held": True}
        partial.discard()
    assert store.unfinished() == []


def test_a_writer_that_waits_goes_on_when_the_other_ends(tmp_path, start):
    other = start("hold", tmp_path / "store", "busy")
    assert other.stdout.readline() == "ready\n"
    events: list[str] = []

    def listen(event: str) -> None:
        events.append(event)
        if event == "lock:waiting":
            other.stdin.close()

    with Store(tmp_path / "store", on_event=listen).partial("busy") as partial:
        assert partial.read_checkpoint().meta == {"held": True}
    assert events == ["lock:waiting", "lock:held"]


def test_one_who_waited_for_a_lock_that_was_removed_excludes_the_next(store):
    order: list[str] = []
    first = store.partial("busy")
    first.__enter__()

    def wait_and_hold() -> None:
        with Store(store.path, on_event=lambda event: waiting.set() if event == "lock:waiting" else None).partial(
            "busy"
        ):
            order.append("waiter holds")
            held.set()
            go_on.wait()
            order.append("waiter ends")

    waiting, held, go_on = threading.Event(), threading.Event(), threading.Event()
    thread = threading.Thread(target=wait_and_hold, daemon=True)
    thread.start()
    waiting.wait()
    order.append("first ends")
    first.__exit__(None, None, None)
    held.wait()
    with pytest.raises(Locked), store.partial("busy", wait=False):
        order.append("never")
    go_on.set()
    thread.join()
    assert order == ["first ends", "waiter holds", "waiter ends"]
    assert store.unfinished() == []


def test_a_file_that_is_replaced_is_never_seen_half(store):
    study = store.study("toy")
    texts = [letter * 400_000 for letter in "ab"]
    seen: set[str] = set()
    study.write_report(texts[0])
    done = threading.Event()

    def hammer() -> None:
        while not done.is_set():
            seen.add((study.path / "report.html").read_text())

    thread = threading.Thread(target=hammer, daemon=True)
    thread.start()
    for number in range(40):
        study.write_report(texts[number % 2])
    done.set()
    thread.join()
    assert seen == set(texts)
