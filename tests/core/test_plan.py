"""Plans: experiments and changes in a row, what they begin from, and what they leave."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from probe import Readout, SparseWords
from tropism import train
from tropism.core import Adam, Experiment, From
from tropism.core.plan import GIVEN, Change, Plan, Stage
from tropism.core.start import Reference
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.running import train_members
from tropism.surgery import ablate

NETWORK = Readout(inputs=6, hidden=8, outputs=12)
SEEDS = (0, 1)


@dataclass(frozen=True)
class Cut(Change):
    """Takes one hidden dimension away."""

    dim: int

    def __call__(self, ensemble):
        return ablate(ensemble, "hidden", dims=(self.dim,))


def design(*, lr=1e-2, steps=3, density=0.3, **more):
    task = SparseWords(density=density)
    return Experiment(task=task, network=NETWORK, steps=steps, batch_size=8, optimizer=Adam(lr=lr), **more)


def still(source, **more):
    """Networks that begin from others and do not move."""
    return design(lr=0.0, steps=1, start=From(source), **more)


@pytest.fixture(scope="module")
def given():
    return train(design(), SEEDS)


def carried_out(plan, given=None):
    """All sweeps of a plan, trained in order, and what it leaves."""
    ensembles = {} if given is None else {"start": given}
    source = None if given is None else "start"
    for sweep in plan.sweeps("row", SEEDS, source):
        for name in sweep.after:
            assert name in ensembles, f"{sweep.name} comes before {name}"
        experiment = sweep.resolved(ensembles)
        ensembles[sweep.name] = train_members(experiment, sweep.members(experiment))
    return ensembles, plan.outcome("row", ensembles, source)


def test_a_plan_of_one_experiment_leaves_what_it_trains():
    ensembles, left = carried_out(Plan((Stage("train", design()),)))
    assert list(ensembles) == ["row.train"]
    assert left is ensembles["row.train"]


def test_a_plan_that_only_changes_trains_nothing(given):
    plan = Plan((Stage("one", None, Cut(2)), Stage("two", None, Cut(5))))
    assert plan.needs_given()
    assert plan.sweeps("row", SEEDS, "start") == ()
    left = plan.outcome("row", {"start": given}, "start")
    np.testing.assert_array_equal(left.params["out"], ablate(given, "hidden", dims=(2, 5)).params["out"])
    assert not np.array_equal(left.params["out"], given.params["out"])


def test_what_comes_after_a_change_begins_from_changed_networks(given):
    plan = Plan((Stage("cut", None, Cut(3)), Stage("train", still("cut"))))
    ensembles, left = carried_out(plan, given)
    assert list(ensembles) == ["start", "row.train"]
    np.testing.assert_array_equal(left.params["out"], ablate(given, "hidden", dims=(3,)).params["out"])


def test_a_change_of_a_stage_that_trains_comes_after_its_training(given):
    plan = Plan((Stage("first", still(GIVEN), Cut(1)), Stage("second", still("first"), Cut(4))))
    ensembles, left = carried_out(plan, given)
    np.testing.assert_array_equal(ensembles["row.first"].params["out"], given.params["out"])
    once, twice = (ablate(given, "hidden", dims=dims).params["out"] for dims in ((1,), (1, 4)))
    np.testing.assert_array_equal(ensembles["row.second"].params["out"], once)
    np.testing.assert_array_equal(left.params["out"], twice)


def test_a_later_stage_may_begin_from_any_before_it(given):
    plan = Plan((Stage("cut", None, Cut(0)), Stage("aside", still("cut"), Cut(7)), Stage("back", still(GIVEN))))
    left = carried_out(plan, given)[1]
    np.testing.assert_array_equal(left.params["out"], given.params["out"])


def test_each_member_goes_on_from_the_network_of_its_own_seed(given):
    left = carried_out(Plan((Stage("train", still(GIVEN)),)), given)[1]
    assert [member.seed for member in left.members] == [member.seed for member in given.members]
    np.testing.assert_array_equal(left.params["into"], given.params["into"])


def test_a_reference_waits_for_its_stage_as_a_start_does(given):
    taught = design(references=(Reference("teacher", "cut"),))
    plan = Plan((Stage("cut", None, Cut(2)), Stage("train", taught)))
    (sweep,) = plan.sweeps("row", SEEDS, "start")
    assert sweep.after == ("start",)
    seen = sweep.resolved({"start": given}).references[0].ensemble
    np.testing.assert_array_equal(seen.params["out"], ablate(given, "hidden", dims=(2,)).params["out"])


def test_sweeps_wait_for_what_they_begin_from_and_for_nothing_else():
    plan = Plan((Stage("one", design()), Stage("other", design(lr=1e-3)), Stage("on", still("one"))))
    assert not plan.needs_given()
    assert {sweep.name: sweep.after for sweep in plan.sweeps("row", SEEDS)} == {
        "row.one": (),
        "row.other": (),
        "row.on": ("row.one",),
    }


def test_a_plan_that_begins_from_networks_must_be_given_some():
    for first in (Stage("cut", None, Cut(0)), Stage("train", still(GIVEN))):
        with pytest.raises(DoesNotFit, match="must be given"):
            Plan((first,)).sweeps("row", SEEDS)


def test_stages_are_named_once_by_names_that_can_be_told_apart():
    with pytest.raises(BadValue, match=r"Stage\.name"):
        Stage(GIVEN, design())
    with pytest.raises(BadValue, match=r"Stage\.name"):
        Stage("two words", design())
    with pytest.raises(DoesNotFit, match="two stages"):
        Plan((Stage("train", design()), Stage("train", design())))
    with pytest.raises(DoesNotFit, match="neither trains nor changes"):
        Stage("idle", None)
    with pytest.raises(BadValue, match=r"Plan\.stages"):
        Plan(())


def test_a_stage_begins_from_one_that_stands_before_it():
    with pytest.raises(UnknownName, match="later"):
        Plan((Stage("train", still("later")), Stage("later", design())))
    with pytest.raises(UnknownName, match="train"):
        Plan((Stage("train", still("train")),))
    looking = replace(design(), references=(Reference("teacher", "nowhere"),))
    with pytest.raises(UnknownName, match="nowhere"):
        Plan((Stage("train", looking),))
