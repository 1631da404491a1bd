"""The verb `addresses` tells what may be set and swept, and every address that it tells is one."""

from __future__ import annotations

import pytest

from tropism.changing import addresses_of, changed, meant_by
from tropism.cli.addressing import listed
from tropism.cli.training import find_study
from tropism.errors import DoesNotFit
from tropism.overriding import Overrides
from tropism.sizes import refuse_absurd, size_of
from tropism.studies import load
from tropism.subjects.superposition.table_one import sweeps_of


def test_dials_fields_and_parts_stand_apart_with_what_they_hold(tropism):
    said = tropism("addresses", "sparse.py")
    assert said.code == 0, said.err
    heads = [line for line in said.out.splitlines() if line and not line.startswith(" ")]
    assert [head.split()[0].strip(":") for head in heads] == ["Dials", "Fields", "Parts"]
    assert "optimizer.lr             0.01   lr" in said.out
    assert "Adam, AdamW, AdamWOnRows, Lamb, LeashedAdam, SGD" in said.out


def test_a_machine_reads_them_too_and_changes_are_seen(tropism):
    places = {each["address"]: each for each in tropism("addresses", "sparse.py", "--json").json()}
    assert places["network.hidden"] == {
        "address": "network.hidden", "kind": "field", "holds": {"sparse": "6"}, "also": "",
    }  # fmt: skip
    after = tropism("addresses", "sparse.py", "--set", "optimizer=SGD", "--set", "network.hidden=7", "--json").json()
    after = {each["address"]: each for each in after}
    assert after["network.hidden"]["holds"] == {"sparse": "7"}
    assert "optimizer.momentum" in after.keys() - places.keys()
    assert "optimizer.clamp" in places.keys() - after.keys()


@pytest.mark.parametrize("name", ["isolated", "recovery", "sparse-features"])
def test_every_address_that_can_be_set_is_listed(name):
    made = load(name).sweeps[0].experiment
    told = {place.address for place in listed({"one": made})}
    assert told | set(made.aliases()) == set(addresses_of(made))


def test_later_stages_are_listed_and_settings_said(tropism):
    places = {each["address"]: each for each in tropism("addresses", "recovery", "--json").json()}
    assert places["task.first"]["holds"] == dict.fromkeys(("ablate", "prune", "redirect", "fresh"), "by setting")
    assert places["start.reinitialize"]["holds"] == dict.fromkeys(("ablate", "prune", "redirect"), "[]")


def test_other_names_are_taken_for_what_they_mean():
    known = addresses_of(load("sparse-features").sweeps[0].experiment)
    meant = {"N": "task.features", "m": "task.width", "k": "network.hidden", "eps": "task.density", "reg": "l1.weight",
             "decay": "optimizer.decay.rate", "initial_bias": "network.offset", "nonlinearity": "network.activation",
             "period": "optimizer.pace.period"}  # fmt: skip
    assert {name: meant_by(name, known) for name in meant} == meant
    assert meant_by("name", known) == ""  # l1.name, optimizer.decay.name
    assert meant_by("k", ["lr", "network.latent"]) == ""


def test_grids_over_dials_stay_where_no_setting_tells_networks_apart(folder):
    assert len(Overrides(axes=("lr=0.01,0.02",)).applied(find_study("tiny.py")).sweeps[0].settings) == 2
    assert len(Overrides(axes=("anchor.weight=0.01,0.02",)).applied(load("isolated")).sweeps[0].settings) == 2
    for name in ("table-1", "recovery", "anchored"):
        with pytest.raises(DoesNotFit, match=r"settings of its own.*any_sweeps=True"):
            Overrides(axes=("lr=0.01,0.02",)).applied(load(name))


def test_efolds_and_parts_are_swept_like_other_dials_and_fields():
    study = load("sparse-features")
    (efolds,) = Overrides(axes=("optimizer.decay.efolds=4,8",)).applied(study).sweeps
    assert [member.dials for member in efolds.members(efolds.experiment)[::3]] == [
        (("optimizer.decay.efolds", 4.0),), (("optimizer.decay.efolds", 8.0),),
    ]  # fmt: skip
    parts = Overrides(axes=("optimizer=Lamb,Adam", "optimizer.pace=Cosine,Annealed")).applied(study).sweeps
    kinds = [
        (type(each.experiment.optimizer).__name__, type(each.experiment.optimizer.pace).__name__) for each in parts
    ]
    assert kinds == [("Lamb", "Cosine"), ("Lamb", "Annealed"), ("Adam", "Cosine"), ("Adam", "Annealed")]
    assert parts[0].experiment == study.sweeps[0].experiment
    assert parts[3].name == "sparse-features optimizer-Adam pace-Annealed"


def test_a_size_is_that_of_what_is_trained():
    (row,) = sweeps_of("LR1")
    parameters, needed = size_of(row.experiment)
    assert parameters == 64 * 1024 + 1024 + 1024 * 512  # weights and hidden biases
    assert 16 * parameters < needed < 32 * parameters
    wider = changed(row.experiment, {"network.hidden": 10**12})
    assert size_of(wider)[0] == 10**12 * (64 + 1 + 512)


def test_what_no_machine_could_hold_is_refused_with_the_estimate():
    study = load("sparse-features")
    _, needed = size_of(study.sweeps[0].experiment)
    refuse_absurd(study, memory=needed)
    with pytest.raises(DoesNotFit, match=r"590,848 parameters at batches of 128 for 4,096 steps takes about 0 GiB"):
        refuse_absurd(study, memory=needed - 1)
