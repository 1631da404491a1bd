"""An experiment is changed in one step, and what nobody set follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tropism import Experiment
from tropism.changing import changed
from tropism.core.places import places_of, varied
from tropism.errors import DoesNotFit, UserError
from tropism.networks import Autoencoder, Tied, TwoLayer
from tropism.optimizers import BiasDecay, Lamb
from tropism.subjects.superposition import SparseFeatures


def sparse(**fields: object) -> Experiment:
    return Experiment(
        **{
            "task": SparseFeatures(features=12, width=4),
            "network": TwoLayer(inputs=4, hidden=4, outputs=12),
            "optimizer": Lamb(lr=0.01, aftermath=(BiasDecay(rate=0.0),)),
            "steps": 16,
            "snapshots": (1, 2, 4, 8, 16),
        }
        | fields
    )


def test_parts_that_fit_only_together_are_changed_together():
    made = changed(sparse(), {"task.width": 16, "task.features": 32, "network.hidden": 5})
    assert made.task == SparseFeatures(features=32, width=16)
    assert made == changed(sparse(), {"network.hidden": 5, "task.features": 32, "task.width": 16})


def test_a_network_follows_the_width_of_its_task_and_nothing_else():
    made = changed(sparse(), {"task.width": 6})
    assert made.network == TwoLayer(inputs=6, hidden=4, outputs=12)  # hidden was as wide, and stays
    assert changed(sparse(), {"task.features": 20}).network == TwoLayer(inputs=4, hidden=4, outputs=20)
    assert changed(sparse(), {"task.aim": "re-projector"}).network == TwoLayer(inputs=4, hidden=4, outputs=4)


def test_a_network_that_is_one_width_at_both_ends_follows_once():
    tied = sparse(task=SparseFeatures(features=4, width=4), network=Tied(features=4, hidden=2))
    assert changed(tied, {"task.features": 6, "task.width": 6}).network == Tied(features=6, hidden=2)
    auto = sparse(task=SparseFeatures(features=4, width=4), network=Autoencoder(inputs=4, hidden=4, latent=2))
    assert changed(auto, {"task.features": 6, "task.width": 6}).network == replace(auto.network, inputs=6)


def test_a_width_that_was_set_stays_as_it_was_set():
    with pytest.raises(DoesNotFit, match="inputs of width 5, and SparseFeatures has 6"):
        changed(sparse(), {"task.width": 6, "network.inputs": 5})


def test_a_shorter_run_drops_the_snapshots_that_it_does_not_reach():
    assert changed(sparse(), {"steps": 8}).snapshots == (1, 2, 4)
    assert changed(sparse(), {"steps": 16}).snapshots == (1, 2, 4, 8, 16)
    assert changed(sparse(), {"steps": 99}).snapshots == (1, 2, 4, 8, 16)
    assert changed(sparse(), {"steps": 8, "snapshots": (8,)}).snapshots == (8,)


def test_a_whole_number_is_one_however_it_was_written():
    made = changed(sparse(), {"batch_size": 128.0, "network.hidden": 8.0, "task.density": 1})
    assert (made.batch_size, type(made.batch_size), type(made.network.hidden)) == (128, int, int)
    assert made.key() == changed(sparse(), {"batch_size": 128, "network.hidden": 8, "task.density": 1.0}).key()


def test_a_dial_is_changed_once_whatever_it_is_called():
    with pytest.raises(UserError, match=r"lr and optimizer\.lr are one dial by two names"):
        changed(sparse(), {"lr": 0.1, "optimizer.lr": 0.2})


def test_nothing_changed_is_the_same_experiment():
    assert changed(sparse(), {}) == sparse()


def test_every_place_takes_back_what_stands_there():
    made = sparse()
    for address, value in places_of(made).items():
        if isinstance(value, (int, float, str)):
            assert changed(made, {address: value}) == made, address


def test_what_varies_is_found_by_address():
    wide = {
        str(hidden): changed(sparse(), {"network.hidden": hidden, "optimizer.decay.rate": 0.5}) for hidden in (8, 16)
    }
    assert varied(wide) == {"8": {"network.hidden": 8}, "16": {"network.hidden": 16}}
    assert varied({"one": sparse()}) == {"one": {}}
