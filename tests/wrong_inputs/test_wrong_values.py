"""Wrong values in Python: each refuses to be made, with one sentence that names the culprit."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tropism import Experiment, Schedule, Study, Sweep, cli
from tropism.changing import changed
from tropism.core import Adam, From, Seed
from tropism.core.member import members_of
from tropism.core.sweep import grid
from tropism.errors import Damaged, Missing, TropismError, UserError
from tropism.interventions import Suppress
from tropism.networks import Autoencoder, Tied, TwoLayer
from tropism.optimizers import SGD, BiasDecay, BiasFade, Cosine, Lamb, WarmUp
from tropism.running import train
from tropism.schedules import Key, Track
from tropism.store import Store
from tropism.subjects.color import Colors, Redness, presets
from tropism.subjects.superposition import SparseFeatures
from tropism.subjects.superposition.table_one import sweeps_of
from tropism.surgery import ablate, prune
from tropism.terms import AngularAnchor, Separate, Subspace
from tropism.values import describe, rebuild


def tiny(**fields: object) -> Experiment:
    """A small experiment with other fields."""
    return Experiment(
        **{
            "task": Colors(levels=3, labels=(Redness(power=8, rate=0.5),)),
            "network": Autoencoder(hidden=4, latent=2),
            "optimizer": Adam(lr=0.01),
            "steps": 40,
            "batch_size": 8,
        }
        | fields
    )


def sheet(text: str) -> Callable[[], object]:
    """To read a dope sheet with this text."""

    def read() -> object:
        Path("sheet.csv").write_text(text)
        return tiny(schedule=Schedule.read("sheet.csv"), steps=None, optimizer=Adam())

    return read


def described(**changes: object) -> Callable[[], object]:
    """To rebuild a network's description with other words."""
    return lambda: rebuild(describe(Autoencoder(hidden=4, latent=2)) | changes)


def sparse(**fields: object) -> Experiment:
    """A small experiment of the superposition subject with other fields."""
    task = fields.get("task", SparseFeatures())
    network = TwoLayer(inputs=64, hidden=8, outputs=512)
    return Experiment(**{"task": task, "network": network, "optimizer": Lamb(lr=0.01), "steps": 4} | fields)


def sparse_grown(activation: str):
    """A network that would be cut at its hidden layer, as it begins."""
    made = changed(sparse(), {"task.features": 8, "task.width": 4, "network.activation": activation, "steps": 1})
    return ablate(train(made, seeds=(0,)), "hidden", dims=(0,))


def grown():
    """The stored networks of `tiny.py`; nothing is trained."""
    module = cli.training.find_study("tiny.py")
    return train(module.sweeps[0].experiment, seeds=(0, 1), store="store")


WRONG: dict[str, Callable[[], object]] = {
    "a bare function in an experiment": lambda: tiny(loss=len),
    "a list of terms": lambda: tiny(terms=[Separate(weight=1)]),
    "a class instead of a term": lambda: tiny(terms=(Separate,)),
    "two terms of one name": lambda: tiny(terms=(Separate(weight=1), Separate(weight=2))),
    "a term called as a part": lambda: tiny(terms=(Separate(weight=1, name="task"),)),
    "a name with a dot": lambda: Separate(weight=1, name="a.b"),
    "a phase that is none": lambda: Separate(weight=1, phase="training"),
    "a term whose weight nobody gives": lambda: tiny(terms=(Separate(),)),
    "a weight that is not a number": lambda: tiny(terms=(Separate(weight=math.nan),)),
    "a site that is misspelt": lambda: tiny(terms=(Separate(site="latnet", weight=1),)),
    "a label that is misspelt": lambda: tiny(terms=(AngularAnchor(direction=(1, 0), where="read", weight=1),)),
    "a direction of another width": lambda: tiny(terms=(AngularAnchor(direction=(1, 0, 0), weight=1),)),
    "a direction without a length": lambda: AngularAnchor(direction=(0, 0), weight=1),
    "a dimension that is not there": lambda: tiny(terms=(Subspace(dims=(0, 2), weight=1),)),
    "a dimension twice": lambda: Subspace(dims=(0, 0), weight=1),
    "no dimension": lambda: Subspace(dims=(), weight=1),
    "a network that takes other inputs": lambda: tiny(network=Autoencoder(inputs=4, latent=2)),
    "a width of zero": lambda: Autoencoder(hidden=0, latent=2),
    "a width that is a text": lambda: Autoencoder(hidden="16", latent=2),
    "a truth value for a batch": lambda: tiny(batch_size=True),
    "neither steps nor a schedule": lambda: tiny(steps=None),
    "steps and a schedule": lambda: tiny(schedule=presets.sheet("ex-2.4.1")),
    "a parameter pattern that fits nothing": lambda: train(tiny(trainable=("decodr.*",)), seeds=(0,)),
    "an address that is not there": lambda: changed(tiny(), {"optimizer.learning_rate": 1}),
    "an easing that is misspelt": sheet("STEP,lr::minjrek\n0,0.1\n9,0.2\n"),
    "a space that is misspelt": sheet("STEP,lr:lgo\n0,0.1\n9,0.2\n"),
    "a track that nobody hears": sheet("STEP,lr,anchor\n0,0.1,1\n9,0.2,1\n"),
    "a sheet without the only dial": sheet("STEP,task.red.rate\n0,0.1\n9,0.2\n"),
    "a cell that is a word": sheet("STEP,lr\n0,fast\n9,0.2\n"),
    "a zero in log space": sheet("STEP,lr:log\n0,0\n9,0.2\n"),
    "a step that goes back": sheet("STEP,lr\n10,0.1\n5,0.2\n"),
    "a step twice": sheet("STEP,lr\n0,0.1\n0,0.2\n9,0.2\n"),
    "a step that is a word": sheet("STEP,lr\n0,0.1\nnine,0.2\n"),
    "a row with a cell too many": sheet("STEP,lr\n0,0.1,7\n9,0.2\n"),
    "a sheet with semicolons": sheet("STEP;lr\n0;0.1\n"),
    "an empty sheet": sheet(""),
    "an action that nobody answers": sheet("STEP,ACTION,lr\n0,,0.1\n5,snapshoot,\n9,,0.2\n"),
    "a sheet that is not there": lambda: Schedule.read("shets.csv"),
    "a track without keys": lambda: Track("lr", ()),
    "keys out of order": lambda: Track("lr", (Key(5, 1.0), Key(0, 2.0))),
    "a seed below zero": lambda: Seed.of(-1),
    "a seed that is a text": lambda: members_of(("7",)),
    "a huge seed": lambda: Seed.of(2**40),
    "no seeds": lambda: train(tiny(), seeds=()),
    "a setting of a dial that is not there": lambda: train(tiny(), seeds=(0,), settings=grid(lrr=(0.1,))),
    "an axis without numbers": lambda: grid(lr=()),
    "no processes": lambda: train(tiny(), seeds=(0,), processes=0),
    "two sweeps of one name": lambda: study_with(Sweep("a", tiny(), (0,)), Sweep("a", tiny(), (1,))),
    "a class that is not on its shelf": described(**{"is": "networks.Autoencodr"}),
    "a shelf that is none": described(**{"is": "os.system"}),
    "a plug-in that is not loaded": described(**{"is": "mine:Network"}),
    "a newer version of a class": described(v=99),
    "a field that the class has not": described(width=3),
    "a description that lacks a field": lambda: rebuild({"is": "networks.Autoencoder", "v": 1, "hidden": 4}),
    "a stored network of another kind of field": described(hidden="many"),
    "to start from seeds that are not there": lambda: train(tiny(start=From(grown())), seeds=(0, 5)),
    "to start from networks of another shape": lambda: train(
        tiny(start=From(grown()), network=Autoencoder(hidden=5, latent=2)), seeds=(0,)
    ),
    "to start from a number": lambda: tiny(start=From(3)),
    "to ablate a dimension that is not there": lambda: ablate(grown(), "latent", dims=(2,)),
    "to ablate at a misspelt site": lambda: ablate(grown(), "laten", dims=(0,)),
    "to prune everything": lambda: prune(grown(), "latent", dims=(0, 1)),
    "to suppress along a direction of another width": lambda: grown().intervene(Suppress("latent", (1, 0, 0))),
    "to suppress at a misspelt site": lambda: grown().intervene(Suppress("latnt", (1, 0))),
    "to select a member that is not there": lambda: grown().select([7]),
    "a store that may not be made": lambda: Store("nowhere", writable=False),
    "a shard that is not there": lambda: Store("store").read_shard("none"),
    "a study with an unsafe name": lambda: Store("store").study("../up"),
    "an aim that is none": lambda: SparseFeatures(aim="autoencoder"),
    "a spread that is none": lambda: SparseFeatures(spread="power_law"),
    "no features": lambda: SparseFeatures(features=0),
    "more dimensions than features": lambda: SparseFeatures(features=8, width=9),
    "a density above one": lambda: sparse(task=SparseFeatures(density=1.5)),
    "half a feature": lambda: SparseFeatures(features=8.5, width=4),
    "no held-out examples": lambda: SparseFeatures(held_out=0),
    "a network of no neurons": lambda: TwoLayer(inputs=4, hidden=0, outputs=8),
    "a nonlinearity in capitals": lambda: TwoLayer(inputs=4, hidden=8, outputs=8, activation="ReLU"),
    "one neuron to be normalized": lambda: TwoLayer(inputs=4, hidden=1, outputs=8, activation="solu-norm"),
    "an offset that is scheduled": lambda: TwoLayer(inputs=4, hidden=8, outputs=8, offset=None),
    "a network of another output than its task's": lambda: sparse(network=TwoLayer(inputs=64, hidden=8, outputs=64)),
    "a tied network of no kind": lambda: Tied(features=5, hidden=2, kind="relu"),
    "a tied network without a middle": lambda: Tied(features=5, hidden=0),
    "a tied network that is cut": lambda: Tied(features=5, hidden=2).narrowed("hidden", (0,)),
    "a softmax layer that is cut": lambda: sparse_grown("solu"),
    "a clamp of zero": lambda: Lamb(lr=0.1, clamp=0),
    "a decay of weights below zero": lambda: Lamb(lr=0.1, weight_decay=-1),
    "a memory without end": lambda: Lamb(lr=0.1, b1=1.0),
    "a momentum of one": lambda: SGD(lr=0.1, momentum=1.0),
    "a period of no steps": lambda: Cosine(period=0),
    "a climb of no steps": lambda: WarmUp(steps=0),
    "a climb to a number": lambda: WarmUp(steps=4, then=0.1),
    "a pace by its name": lambda: Lamb(lr=0.1, pace="cosine"),
    "an aftermath that stands alone": lambda: Lamb(lr=0.1, aftermath=BiasDecay(rate=0.1)),
    "two aftermaths of one name": lambda: Lamb(lr=0.1, aftermath=(BiasDecay(rate=0.1), BiasFade(efolds=1.0))),
    "a decay until before the start": lambda: BiasDecay(rate=0.1, until=0.0),
    "a decay below zero": lambda: BiasDecay(rate=-0.1),
    "a decay of nothing": lambda: BiasDecay(rate=0.1, patterns=()),
    "a decay of biases that are not there": lambda: train(
        sparse(optimizer=Lamb(lr=0.1, aftermath=(BiasDecay(rate=0.1, patterns=("hiden.bias",)),))), seeds=(0,)
    ),
    "a row of the table that is not there": lambda: sweeps_of("LR6"),
    "a scale that is not there": lambda: sweeps_of("LR1", "labtop"),
    "a setting of an offset that is no number": lambda: train(
        sparse(), seeds=(0,), settings=grid(network__offset=(math.inf,))
    ),
    "a snapshot that was not taken": lambda: grown().at(7),
    "a setting that comes twice under two names": lambda: train(
        tiny(), seeds=(0,), settings=((("lr", 0.1), ("optimizer.lr", 0.2)),)
    ),
}
"""What is wrong, and what makes it."""


def study_with(*sweeps: Sweep) -> Study:
    return dataclasses.replace(cli.training.find_study("tiny.py"), sweeps=sweeps)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_value_refuses_to_be_made_and_says_why(what: str, folder: Path, plain: Callable[[str], str], snapshot):
    with pytest.raises(UserError) as caught:
        WRONG[what]()
    said = plain(str(caught.value))
    assert "\n" not in said
    assert without_shelves(said) == snapshot


def without_shelves(text: str) -> str:
    """A message without lists that grow with the house, or with the tests that ran before."""
    text = re.sub(r"(there is no plug-in 'mine'\.).*", r"\1 <those that are loaded>", text)
    text = re.sub(r"(there is no class .*Known: ).*", r"\1<the shelf>.", text)
    return re.sub(r"(?<=Known: ).*, … \(\d+ in all\)\.", "<many>.", text)


@pytest.mark.parametrize("name", ["params.safetensors", "history.safetensors", "members.json", "checksums.json"])
@pytest.mark.parametrize("how", ["truncated", "altered", "gone"])
def test_a_damaged_file_of_a_shard_is_named(name: str, how: str, folder: Path):
    (file,) = folder.glob(f"store/shards/*/{name}")
    data = file.read_bytes()
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(data[:-3] if how == "truncated" else data[:-30] + b"?" + data[-29:])
    with pytest.raises((Damaged, Missing)) as caught:
        Store("store").read_shard(file.parent.name, verify=True)
    assert str(file.relative_to(folder)) in str(caught.value)


def test_every_error_that_a_worker_may_send_arrives_as_it_was_said():
    import pickle

    from tropism import errors

    said = [
        errors.BadValue("here", 1, "there"),
        errors.UnknownName("site", "a", ["b"]),
        errors.ScheduleError("wrong", row=3),
        errors.NoRoom("full"),
    ]
    for error in said:
        arrived = pickle.loads(pickle.dumps(error))
        assert isinstance(arrived, TropismError)
        assert (type(arrived), str(arrived), vars(arrived)) == (type(error), str(error), vars(error))
