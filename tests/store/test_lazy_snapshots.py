"""A stored ensemble's snapshots stay in the store until someone looks, and are what was trained."""

from __future__ import annotations

import numpy as np
import pytest

from tropism import Experiment, train
from tropism.core.optimizer import Adam
from tropism.errors import Damaged
from tropism.networks import Autoencoder
from tropism.store import Store
from tropism.store.shards import Arrays
from tropism.subjects.color import Colors

EXPERIMENT = Experiment(
    task=Colors(levels=3, validation="none"), network=Autoencoder(latent=3, hidden=4), optimizer=Adam(lr=0.01), steps=4,
    batch_size=8, snapshots=(0, 2),
)  # fmt: skip


def test_what_is_read_back_is_what_was_trained(tmp_path):
    first = train(EXPERIMENT, range(3), store=tmp_path / "store")
    again = train(EXPERIMENT, (2, 0), store=tmp_path / "store")
    fresh = train(EXPERIMENT, range(3))
    assert list(first.snapshots) == list(again.snapshots) == [0, 2]
    for step in (0, 2):
        for path, item in fresh.at(step).params.items():
            np.testing.assert_array_equal(first.at(step).params[path], item)
            np.testing.assert_array_equal(again.at(step).params[path], item[[2, 0]])


def test_reading_networks_reads_none_of_their_snapshots(tmp_path, monkeypatch):
    train(EXPERIMENT, range(3), store=tmp_path / "store")
    asked: list[str] = []
    plain = Arrays.__getitem__
    monkeypatch.setattr(Arrays, "__getitem__", lambda self, name: asked.append(name) or plain(self, name))
    found = train(EXPERIMENT, range(3), store=tmp_path / "store").select([1])
    steps = [name for name in asked if name[0].isdigit()]
    assert asked
    assert steps == []
    found.at(2)
    assert {name for name in asked if name[0].isdigit()} == {f"2/{path}" for path in found.params}


def test_a_damaged_snapshot_is_named_when_networks_are_read_not_later(tmp_path):
    train(EXPERIMENT, range(2), store=tmp_path / "store")
    [path] = Store(tmp_path / "store").path.glob("shards/**/snapshots.safetensors")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(Damaged, match=r"snapshots\.safetensors"):
        train(EXPERIMENT, range(2), store=tmp_path / "store")
