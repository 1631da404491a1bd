"""The engine trains what has nothing to do with color: see `probe`."""

from dataclasses import replace

import numpy as np
import optax
import pytest

from probe import Guess, Lamb, Readout, Resemble, grown, sweep, whole_probe, words
from tropism.core import Adam, From, Member, Player, Reference, Seed, Stop
from tropism.errors import BadValue, DoesNotFit, UnknownName, UserError
from tropism.schedules import Schedule
from tropism.training.growth import Growth

MEMBERS = sweep(4)


@pytest.fixture(scope="module")
def growth():
    return grown(whole_probe(60), MEMBERS)


@pytest.fixture(scope="module")
def trained(growth):
    return growth.harvest()


def test_it_learns(trained):
    error = trained.history.records["error"]
    assert (error[:, -10:].mean(1) < 0.8 * error[:, :5].mean(1)).all()


def test_the_adversary_is_updated_twice_a_step_and_the_network_once(growth):
    arrays, _ = growth.checkpoint()
    counts = {name.split(".")[1]: item for name, item in arrays.items() if name.endswith("count")}
    assert {name: set(item.tolist()) for name, item in counts.items()} == {"network": {60}, "adversary": {120}}
    assert any(path.startswith("adversary:") for path in growth.harvest().params)


def test_an_action_is_carried_out_once_at_its_step(growth, trained):
    price = trained.history.records["remember"]
    assert (price[:, :15] == 0).all()
    assert (price[:, 15] < 1e-8).all()  # at its own step nothing has drifted yet
    assert (price[:, 20:] > 0).all()
    steps = next(item for name, item in growth.checkpoint()[0].items() if name.endswith("remember.steps"))
    assert (steps == 60).all()


def test_a_rule_moves_its_dial_with_what_was_measured(trained):
    records = trained.history.records
    met = np.cumsum(records["error"] < 0.2, axis=1) - (records["error"] < 0.2)  # before each step
    weight = 0.1 + 0.01 * met
    rest = records["loss"] - records["error"] - 0.5 * records["remember"]
    np.testing.assert_allclose(rest, weight * records["hide"], atol=1e-5)


def test_snapshots_are_taken_before_the_update_of_their_step(trained):
    assert list(trained.snapshots) == [0, 20, 30, 60]
    fresh = Growth(whole_probe(60), MEMBERS).harvest()
    for path, item in fresh.params.items():
        np.testing.assert_array_equal(trained.snapshots[0][path], item)
        np.testing.assert_array_equal(trained.snapshots[60][path], trained.params[path])


def test_what_was_trained_at_another_step_has_another_key(trained):
    assert len({trained.key, trained.at(0).key, trained.at(20).key}) == 3
    begun = [words(start=From(source), steps=5) for source in (trained, trained.at(0), trained.at(20))]
    assert len({key for each in begun for key in Growth(each, MEMBERS).harvest().member_keys}) == 3 * len(MEMBERS)


def test_only_what_may_move_moves(trained):
    frozen = grown(words(steps=5, trainable=("out", "bias")), MEMBERS).harvest()
    fresh = Growth(words(steps=5), MEMBERS).harvest()
    moved = {path: not np.array_equal(item, fresh.params[path]) for path, item in frozen.params.items()}
    assert moved == {"into": False, "bias": True, "out": True}


def test_a_pattern_that_fits_no_parameter_is_refused():
    with pytest.raises(UnknownName, match=r"'outt'.*Did you mean 'out'"):
        Growth(words(trainable=("outt",)), MEMBERS)


def test_training_goes_on_from_an_ensemble_each_from_its_own_seed(trained):
    experiment = words(start=From(trained, reinitialize=("out",)), steps=5)
    members = (MEMBERS[2], MEMBERS[0])
    begun, fresh = Growth(experiment, members).harvest(), Growth(words(steps=5), members).harvest()
    np.testing.assert_array_equal(begun.params["into"], trained.params["into"][[2, 0]])
    np.testing.assert_array_equal(begun.params["out"], fresh.params["out"])


def test_training_that_goes_on_asks_which_of_several_settings_is_meant(trained):
    twins = replace(trained, members=(*MEMBERS[:3], Member(MEMBERS[0].seed, (("lr", 0.5),))))
    begun = Growth(words(start=From(twins), steps=5), MEMBERS[:1]).harvest()
    np.testing.assert_array_equal(begun.params["into"][0], trained.params["into"][0])
    with pytest.raises(DoesNotFit, match="several members with seed 0"):
        Growth(words(start=From(twins), steps=5), (Member(MEMBERS[0].seed, (("lr", 0.1),)),))
    with pytest.raises(DoesNotFit, match="no member with seed 9"):
        Growth(words(start=From(trained), steps=5), (Member(Seed.of(9)),))


class Nostalgic(Adam):
    """Adam with a memory of where it began."""

    def transformation(self):
        def update(updates, state, params):
            return updates, state

        return optax.chain(optax.adam(self.lr), optax.GradientTransformation(lambda params: params, update))


def test_an_optimizer_that_remembers_its_start_remembers_the_true_one(trained):
    members = (MEMBERS[0], MEMBERS[3])
    growth = Growth(words(start=From(trained), optimizer=Nostalgic(lr=0.01), steps=5), members)
    memory = [item for name, item in growth.checkpoint()[0].items() if "optimizer.network.1" in name]
    np.testing.assert_array_equal(memory[0], trained.params["into"][[0, 3]])


def test_a_term_sees_each_members_own_teacher(trained):
    same = words(
        start=From(trained), references=(Reference("teacher", trained),), terms=(Resemble(weight=1.0),), steps=3
    )
    price = grown(same, MEMBERS).harvest().history.records["resemble"]
    assert (price[:, 0] == 0).all()
    assert (price[:, 2] > 0).all()
    one = replace(same, references=(Reference("teacher", trained, member=1),))
    price = grown(one, MEMBERS).harvest().history.records["resemble"]
    assert [value == 0 for value in price[:, 0]] == [False, True, False, False]


def test_who_meets_the_stopping_condition_is_frozen_there_and_the_others_go_on():
    stop = Stop(metric="error", below=0.1, patience=3)
    ended = grown(words(stop=stop, steps=80, snapshots=tuple(range(80))), MEMBERS).harvest()
    free = grown(words(steps=80), MEMBERS).harvest()
    at, error = ended.status.stopped_at, free.history.records["error"]
    assert (at >= 0).any()
    for row, step in enumerate(at):
        row_of = [bool((error[row, k - 2 : k + 1] < 0.1).all()) for k in range(2, 80)]
        assert step == (row_of.index(True) + 2 if any(row_of) else -1)
        if step >= 0:
            np.testing.assert_array_equal(ended.params["into"][row], ended.snapshots[step]["into"][row])
            assert (ended.history.records["error"][row, step:] == ended.history.records["error"][row, step]).all()


def test_the_last_keyframe_is_reached_in_training():
    schedule = Schedule.of({"lr": 0.01, "resemble": {0: 0.0, 9: 7.0}}, 10)
    source = Growth(words(steps=5), MEMBERS).harvest()
    experiment = words(
        optimizer=Lamb(), schedule=schedule, terms=(Resemble(),), references=(Reference("teacher", source),)
    )
    records = grown(experiment, MEMBERS).harvest().history.records
    np.testing.assert_allclose(records["loss"][:, 9] - records["error"][:, 9], 7 * records["resemble"][:, 9], rtol=1e-5)


def test_a_metric_that_is_not_measured_cannot_stop_anyone():
    told = Resemble(weight=1.0, phase="validate")
    with pytest.raises(UnknownName, match="resemble"):
        words(terms=(told,), stop=Stop(metric="resemble", below=1.0))
    silent = words(terms=(Guess(weight=0.0),), stop=Stop(metric="guess", below=1.0))
    with pytest.raises(DoesNotFit, match="'guess' is not measured"):
        Growth(silent, MEMBERS)


def test_a_player_cannot_have_two_terms_of_one_name():
    with pytest.raises(BadValue, match="'guess'"):
        Player(name="adversary", network=Readout(inputs=8, hidden=4, outputs=1), terms=(Guess(), Guess()))


def test_a_dial_cannot_be_set_twice_by_its_alias():
    with pytest.raises(DoesNotFit, match="twice"):
        Growth(words(), (Member(Seed.of(0), (("lr", 0.1), ("optimizer.lr", 0.2))),))


def test_a_checkpoint_of_something_else_is_refused(growth):
    arrays, meta = growth.checkpoint()
    with pytest.raises(UserError, match="checkpoint"):
        Growth(whole_probe(60), MEMBERS, program=growth.program).restore(arrays, meta | {"numerics": -1})
    with pytest.raises(UserError, match="checkpoint"):
        Growth(growth.experiment, MEMBERS[:2], program=growth.program).restore(arrays, meta)
