"""Grids over fields, dials and seeds: what is trained, under which names, from whose luck, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tropism.cli.training import find_study
from tropism.core.lineage import member_keys
from tropism.core.sweep import Study
from tropism.errors import DoesNotFit
from tropism.overriding import Overrides
from tropism.store import Store
from tropism.store.names import check_name


@pytest.fixture
def made(folder: Path) -> Callable[..., Study]:
    """The study `sparse`, changed as words say."""

    def make(**words: object) -> Study:
        return Overrides(**words).applied(find_study("sparse.py"))  # type: ignore[arg-type]

    return make


def keys_of(study: Study) -> set[str]:
    return {key for sweep in study.sweeps for key in member_keys(sweep.experiment, sweep.members(sweep.experiment))}


def test_fields_make_sweeps_and_dials_make_settings(made):
    study = made(axes=("network.hidden=4,8", "lr=0.01,0.02,0.03", "network.activation=relu,gelu"), seeds="0..4")
    assert [sweep.name for sweep in study.sweeps] == [
        "sparse hidden-4 activation-relu",
        "sparse hidden-4 activation-gelu",
        "sparse hidden-8 activation-relu",
        "sparse hidden-8 activation-gelu",
    ]
    assert all(len(sweep.members(sweep.experiment)) == 3 * 5 for sweep in study.sweeps)
    networks = [sweep.experiment.network for sweep in study.sweeps]
    assert [(each.hidden, each.activation) for each in networks] == [(4, "relu"), (4, "gelu"), (8, "relu"), (8, "gelu")]
    assert len(keys_of(study)) == 4 * 3 * 5


@pytest.mark.parametrize(
    ("axis", "count"),
    [("network.hidden=2^1..2^4", 4), ("task.features=8,16", 2), ("task.width=2,3", 2), ("batch_size=2^2..2^3", 2),
     ("steps=8,16", 2), ("task.aim=decoder,abs,re-projector", 3), ("task.spread=uniform,power-law", 2),
     ("snapshots=[],[1,2]", 2), ("network.output_bias=true,false", 2)],
)  # fmt: skip
def test_every_kind_of_field_can_be_swept(axis, count, made):
    study = made(axes=(axis,))
    assert len(study.sweeps) == len({sweep.experiment.key() for sweep in study.sweeps}) == count
    for sweep in study.sweeps:
        assert check_name(sweep.name, "sweep") == sweep.name


def test_fields_that_fit_only_together_are_swept_beside_what_is_set(made):
    study = made(changes=("task.features=64",), axes=("task.width=16,32",))
    networks = [sweep.experiment.network for sweep in study.sweeps]
    assert [(each.inputs, each.outputs) for each in networks] == [(16, 64), (32, 64)]


def test_a_change_that_no_setting_would_hear_is_refused(made):
    swept = made(axes=("lr=0.01,0.02",))
    for name in ("lr", "optimizer.lr", "sparse:lr"):
        with pytest.raises(DoesNotFit, match=r"trained all the same.*--grid"):
            Overrides(changes=(f"{name}=0.1",)).applied(swept)
    with pytest.raises(DoesNotFit, match="by another name"):
        made(changes=("lr=0.1",), axes=("optimizer.lr=0.01,0.02",))
    other = Overrides(changes=("lr=0.1",), axes=("task.density=0.1,0.2",)).applied(swept)  # a grid takes their place
    assert other.sweeps[0].experiment.optimizer.lr == 0.1


def test_what_is_said_of_one_sweep_wins_in_either_order(made):
    for changes in (("lr=0.1", "sparse:lr=0.2"), ("sparse:lr=0.2", "lr=0.1")):
        assert made(changes=changes).sweeps[0].experiment.optimizer.lr == 0.2


def test_a_point_of_a_grid_is_what_it_is_alone(made):
    grid = made(axes=("network.hidden=4,8", "lr=0.01,0.02"))
    alone = made(changes=("network.hidden=8",), axes=("lr=0.02",))
    assert keys_of(alone) < keys_of(grid)


def test_settings_of_one_seed_share_its_streams_unless_they_are_kept_apart(made):
    axes = ("task.aim=decoder,abs", "lr=0.01,0.02")
    shared = [member for sweep in made(axes=axes).sweeps for member in sweep.members(sweep.experiment)]
    apart = [member for sweep in made(axes=axes, apart="world").sweeps for member in sweep.members(sweep.experiment)]
    assert [member.seed.init for member in shared] == [member.seed.init for member in apart] == [0, 1] * 4
    assert [member.seed.data for member in apart] == [0, 1] * 4
    assert {member.seed.world for member in shared} == {0, 1}
    assert len({member.seed.world for member in apart}) == 8
    assert [member.dials for member in shared] == [member.dials for member in apart]


def test_settings_kept_apart_have_worlds_of_their_own(made):
    from tropism.training.streams import streams_of

    def directions(study: Study) -> list[bytes]:
        found = []
        for sweep in study.sweeps:
            for key in streams_of(sweep.members(sweep.experiment)).world:
                found.append(np.asarray(sweep.experiment.task.world((), key)["directions"]).tobytes())
        return found

    words = {"axes": ("lr=0.01,0.02",), "seeds": "3"}
    one, other = directions(made(**words))
    assert one == other
    one, other = directions(made(**words, apart="data,world"))
    assert one != other


def test_what_is_kept_apart_is_the_same_whatever_else_is_swept(made):
    few = made(axes=("lr=0.01,0.03",), apart="init,data,world")
    more = made(axes=("lr=0.005,0.01,0.02,0.03",), apart="init,data,world", seeds="0..3")
    assert keys_of(few) < keys_of(more)
    assert keys_of(few).isdisjoint(keys_of(made(axes=("lr=0.01,0.03",))))


def test_a_grid_is_trained_measured_drawn_and_summed_up(tropism, folder):
    said = tropism(
        "run", "sparse.py", "--grid", "batch_size=4,8", "--grid", "lr=0.01,0.02", "--processes", "1", "--name", "two",
        "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    (found,) = said.json()
    ends = found["endings"]
    assert [(each["sweep"], each["setting"], each["n"], each["failed"]) for each in ends] == [
        ("sparse batch_size-4", {"lr": 0.01}, 2, 0),
        ("sparse batch_size-4", {"lr": 0.02}, 2, 0),
        ("sparse batch_size-8", {"lr": 0.01}, 2, 0),
        ("sparse batch_size-8", {"lr": 0.02}, 2, 0),
    ]
    store = Store(folder / "store", writable=False)
    for each in ends:
        losses, looks = [], []
        for key in store.shards():
            shard = store.read_shard(key)
            if shard.experiment["batch_size"] == int(each["sweep"][-1]):
                for row, member in enumerate(shard.members):
                    if dict(member["dials"])["optimizer.lr"] == each["setting"]["lr"]:
                        losses.append(shard.history["records/loss"][row, -2:].mean(dtype=float))  # 32 steps / 16
                        looks.append(float(shard.history["validation/error"][row, -1]))
        assert each["loss"] == pytest.approx(np.mean(losses), rel=1e-6)
        assert each["loss_std"] == pytest.approx(np.std(losses, ddof=1), rel=1e-6)
        assert each["validation"] == pytest.approx(np.mean(looks), rel=1e-6)
    again = tropism("run", "sparse.py", "--grid", "batch_size=4,8", "--grid", "lr=0.01,0.02", "--name", "two")
    assert "two: how its networks ended (mean ± std)" in again.out
    assert "sparse batch_size-8   lr 0.02" in again.out
    assert tropism("show", "two", "--table", "ends", "--json").json()[-1]["setting"] == "batch_size 8"


def test_members_that_failed_are_counted_and_left_out_of_the_means(tropism, folder):
    said = tropism(
        "run", "sparse.py", "--grid", "lr=0.01,1e30", "--processes", "1", "--json", "--set", "validate_every=0"
    )
    whole, broken = said.json()[0]["endings"]
    assert (whole["n"], whole["failed"], whole["validation"]) == (2, 0, None)
    assert (broken["n"], broken["failed"], broken["loss"], broken["loss_std"]) == (0, 2, None, None)


@pytest.mark.parametrize(
    "words",
    [
        "--set task.aim=abs --set network.activation=gelu --set task.spread=power-law",
        "--set task.aim=re-projector --set network.activation=solu",
    ],
)
def test_what_the_original_could_train_is_trained_and_stored_under_a_name_of_its_own(words, tropism, folder):
    said = tropism("run", "sparse.py", *words.split(), "--seeds", "0", "--device", "cpu", "--processes", "1", "--json")
    assert said.code == 0, said.err
    name = said.json()[0]["study"]
    assert (folder / "store" / "studies" / name / "report.html").is_file()
    (shard,) = Store(folder / "store", writable=False).shards()
    trained = json.dumps(Store(folder / "store", writable=False).read_shard(shard).experiment)
    assert all(f'"{change.partition("=")[2]}"' in trained for change in words.split() if "=" in change)
