"""Nothing that is computed depends on where chunks end, or on whether a run was interrupted."""

import copy
import itertools

import numpy as np
import pytest

from probe import assert_same_bits, bits_of, grown, sweep, whole_probe, words
from tropism.core import Member, Seed, Stop
from tropism.training.growth import Growth

LENGTH = 60
MEMBERS = sweep(4)


@pytest.fixture(scope="module")
def probe():
    return whole_probe(LENGTH)


@pytest.fixture(scope="module")
def whole(probe):
    return grown(probe, MEMBERS, chunk_steps=4096)


@pytest.mark.parametrize("chunk_steps", [1, 7, 50])
def test_any_chunking_gives_the_same_bits(probe, whole, chunk_steps):
    alone = grown(probe, MEMBERS, chunk_steps=chunk_steps, program=whole.program if chunk_steps > 1 else None)
    assert_same_bits(alone.harvest(), whole.harvest())


@pytest.mark.parametrize("pause", [0, 1, 13, 15, 29, 59])
def test_a_run_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(probe, whole, pause):
    first = Growth(probe, MEMBERS, chunk_steps=1, program=whole.program)
    for _ in itertools.islice(first.run(), pause):
        pass
    arrays, meta = copy.deepcopy(first.checkpoint())
    second = Growth(probe, MEMBERS, program=whole.program)
    second.restore(arrays, meta)
    assert second.step == pause
    for _ in second.run():
        pass
    assert_same_bits(second.harvest(), whole.harvest())


def test_a_checkpoint_and_a_snapshot_are_not_written_over_by_what_comes_after(probe, whole):
    growth = Growth(probe, MEMBERS, chunk_steps=1, program=whole.program)
    steps = growth.run()
    for _ in range(25):
        next(steps)
    (arrays, _), kept = growth.checkpoint(), growth.harvest()
    before, params = copy.deepcopy(arrays), copy.deepcopy(kept.params)
    for _ in steps:
        pass
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    for path, array in kept.params.items():
        np.testing.assert_array_equal(array, params[path], err_msg=path)


@pytest.mark.parametrize("limit", [0.25, 0.08])
def test_windows_of_a_long_run_do_not_depend_on_chunks_also_where_members_stop(limit):
    stop = Stop(metric="error", below=limit)
    experiment = words(steps=4001, stop=stop, snapshots=(0, 3, 9, 50, 4001), validate_every=100, batch_size=4)
    members = sweep(6)
    wanted = grown(experiment, members)
    stopped = wanted.harvest().status.stopped_at >= 0
    assert wanted.window == 3
    assert stopped.any()
    for chunk_steps in (1, 7) if stopped.all() else (50,):
        other = grown(experiment, members, chunk_steps=chunk_steps, program=wanted.program)
        assert_same_bits(other.harvest(), wanted.harvest())


def test_who_stops_at_a_look_does_not_depend_on_chunks_and_is_what_the_look_saw():
    stop = Stop(metric="error", below=0.13, patience=2, validated=True)
    experiment = words(steps=200, stop=stop, snapshots=tuple(range(0, 200, 10)), validate_every=10, batch_size=4)
    members = sweep(6)
    wanted = grown(experiment, members)
    ensemble = wanted.harvest()
    stopped = ensemble.status.stopped_at
    assert (stopped >= 0).any()
    assert (stopped[stopped >= 0] % 10 == 0).all()
    for row in np.flatnonzero(stopped >= 0):
        seen = ensemble.history.validation["error"][row]
        place = int(np.flatnonzero(ensemble.history.validation_steps == stopped[row])[0])
        assert (seen[place - 1 : place + 1] < 0.13).all()
        assert not any((seen[at - 1 : at + 1] < 0.13).all() for at in range(1, place))
        then = ensemble.at(int(stopped[row])) if stopped[row] < 200 else ensemble
        for path, item in ensemble.params.items():
            np.testing.assert_array_equal(item[row], then.params[path][row])
    other = grown(experiment, members, chunk_steps=7, program=wanted.program)
    assert_same_bits(other.harvest(), ensemble)


def test_validation_may_have_steps_of_its_own():
    experiment = words(steps=30, validate_at=(30, 0, 3, 10))
    history = grown(experiment, sweep(2)).harvest().history
    np.testing.assert_array_equal(history.validation_steps, [0, 3, 10, 30])
    assert np.isfinite(history.validation["error"]).all()


def test_what_is_kept_of_a_run_in_which_all_stop_is_what_a_longer_lived_companion_would_have_left():
    stop = Stop(metric="error", below=0.25)
    experiment = words(steps=400, stop=stop, snapshots=(0, 1, 2, 3, 390), validate_every=50, batch_size=4)
    quick = tuple(Member(Seed.of(number)) for number in range(3))
    slow = Member(Seed.of(3), (("lr", 0.0), ("task.density", 0.9)))
    alone, together = grown(experiment, quick).harvest(), grown(experiment, (*quick, slow)).harvest()
    assert (alone.status.stopped_at >= 0).all()
    assert together.status.stopped_at[3] < 0
    assert bits_of(alone).keys() == bits_of(together).keys()
    np.testing.assert_array_equal(alone.history.validation_steps, together.history.validation_steps)
