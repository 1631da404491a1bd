"""Room for draws, dials of networks, paces and what follows an update: what the engine does with each."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from probe import Ratchet, Readout, grown, words
from tropism.arrays.streams import threefry
from tropism.core import Aftermath, Batch, Dial, Experiment, From, Member, Optimizer, Pace, Seed, Task
from tropism.core.dial import constant_of, within
from tropism.errors import BadValue, DoesNotFit, RunError
from tropism.schedules import Schedule
from tropism.training.growth import Growth
from tropism.training.tables import Tables


@dataclass(frozen=True, kw_only=True)
class Queue(Task):
    """As many numbers as its dial says, one after the other in slots that were counted beforehand."""

    on: float | Dial | None = within(3.0, low=0.0, high=7.0)
    room: int | None = None

    def input_width(self):
        return 1

    def capacity(self, ranges, size):
        return int(ranges["on"][1]) if self.room is None else self.room

    def draw(self, scene, key, size):
        words = jax.random.key_data(key)
        slots = jnp.arange(scene.capacity)
        numbers = threefry(words[0], words[1], slots.astype(jnp.uint32), jnp.uint32(0))[0]
        x = jnp.where(slots < self.on, (numbers >> 8).astype(jnp.float32) * 2**-24, 0.0).sum()
        cut = jnp.maximum(self.on - scene.capacity, 0).astype(jnp.int32)
        return Batch(jnp.full((size, 1), x), jnp.full((size, 1), x), overflow=cut)

    def error(self, output, batch):
        return jnp.square(output - batch.targets).mean(-1)


@dataclass(frozen=True, kw_only=True)
class Follow(Optimizer):
    """Moves every parameter by the rate itself, so that rates can be read off."""

    def transformation(self):
        import optax

        return optax.stateless(lambda updates, params: jax.tree.map(lambda g: jnp.full_like(g, self.lr), updates))


@dataclass(frozen=True)
class Ramp(Pace):
    """From 0 to nearly 1."""

    def factor(self, step, length):
        return step / length


@dataclass(frozen=True)
class Halve(Aftermath):
    """Halves the biases, in the first `steps` steps."""

    steps: int = 2
    share: float | Dial = 0.5
    name: str = "halve"

    def applied(self, params, moment):
        share = jnp.where(moment.step < self.steps, self.share, 1.0)
        return type(params)(params.into, params.bias * share, params.out)


@dataclass(frozen=True, kw_only=True)
class Shifted(Readout):
    """A readout whose biases begin where its dial says."""

    offset: float | Dial = within(0.0, low=-5.0, high=5.0)

    def build(self, key):
        module = super().build(key)
        return type(module)(module.into, module.bias + constant_of(self.offset), module.out)


def queues(**changes) -> Experiment:
    return Experiment(
        task=Queue(**changes), network=Readout(inputs=1, hidden=2, outputs=1), batch_size=4, steps=4,
        optimizer=Follow(lr=0.0),
    )  # fmt: skip


def on(number: int, many: float) -> Member:
    return Member(Seed.of(number), (("task.on", many),))


def test_room_follows_from_the_dials_of_a_program_and_decides_no_draw():
    alone = grown(queues(), (on(0, 2.0), on(1, 3.0)))
    beside = grown(queues(), (on(0, 2.0), on(1, 3.0), on(2, 6.0)))
    assert (alone.program.capacity, beside.program.capacity) == (3, 6)
    left, right = alone.harvest().history.records["error"], beside.harvest().history.records["error"]
    np.testing.assert_allclose(left, right[:2], rtol=1e-6)  # the numbers are the same; their sum may round otherwise
    assert left.any()


def test_a_program_with_another_room_is_compiled_anew():
    small = grown(queues(), (on(0, 2.0),))
    assert Growth(queues(), (on(1, 2.0),), program=small.program).program is small.program
    assert Growth(queues(), (on(1, 4.0),), program=small.program).program is not small.program


def test_examples_that_do_not_fit_end_the_run_and_are_never_cut():
    with pytest.raises(RunError, match=r"Queue: .* did not fit the room .* 2 \(most for seed 1\)"):
        grown(queues(room=2), (on(0, 1.0), on(1, 4.0)))


def test_a_dial_that_follows_a_rule_may_go_as_far_as_its_bounds():
    ruled = queues(on=Dial(2.0, Ratchet()))
    ranges = Tables.of(ruled, (Member(Seed.of(0)),)).ranges(ruled, "task")
    assert ranges == {"on": (0.0, 7.0)}


def test_a_scheduled_dial_has_the_range_of_its_schedule():
    scheduled = Experiment(
        task=Queue(on=None), network=Readout(inputs=1, hidden=2, outputs=1), optimizer=Follow(lr=0.0),
        schedule=Schedule.of({"task.on": {0: 1.0, 9: 5.0}}, 10),
    )  # fmt: skip
    assert Tables.of(scheduled, (Member(Seed.of(0)),)).ranges(scheduled, "task") == {"on": (1.0, 5.0)}


def test_a_pace_shapes_the_rate_of_every_member():
    members = tuple(Member(Seed.of(7), (("lr", lr),)) for lr in (0.1, 0.2))
    paced = grown(words(optimizer=Follow(pace=Ramp(), lr=0.0), steps=4, snapshots=(0,)), members).harvest()
    moved = paced.params["into"] - paced.snapshots[0]["into"]
    np.testing.assert_allclose(moved[0], 0.1 * (0 + 1 + 2 + 3) / 4, rtol=1e-4)
    np.testing.assert_allclose(moved[1], 0.2 * (0 + 1 + 2 + 3) / 4, rtol=1e-4)


def test_what_follows_an_update_sees_the_step_and_has_dials():
    experiment = words(optimizer=Follow(lr=1.0, aftermath=(Halve(),)), steps=3)
    assert "optimizer.halve.share" in experiment.dials()
    members = (Member(Seed.of(0)), Member(Seed.of(0), (("optimizer.halve.share", 0.0),)))
    biases = grown(experiment, members).harvest().params["bias"]
    np.testing.assert_allclose(biases[0], ((0 + 1) / 2 + 1) / 2 + 1)
    np.testing.assert_allclose(biases[1], 1.0)


def test_two_parts_of_one_name_would_share_their_dials_and_are_refused():
    with pytest.raises(BadValue, match="'halve'"):
        Follow(lr=1.0, aftermath=(Halve(), Halve(share=0.1)))
    assert Follow(lr=1.0, aftermath=(Halve(), Halve(name="again"))).aftermath[1].name == "again"


def test_a_dial_of_a_network_is_read_when_parameters_are_made():
    experiment = words(network=Shifted(inputs=6, hidden=8, outputs=12), steps=1, snapshots=(0,))
    members = (Member(Seed.of(0)), Member(Seed.of(0), (("network.offset", -1.0),)))
    start = grown(experiment, members).harvest().snapshots[0]
    np.testing.assert_array_equal(start["bias"][1], start["bias"][0] - 1.0)
    np.testing.assert_array_equal(start["into"][1], start["into"][0])


def test_a_dial_of_a_network_says_nothing_where_parameters_come_from_trained_ones():
    network = Shifted(inputs=6, hidden=8, outputs=12)
    source = grown(words(network=network, steps=1), (Member(Seed.of(0)),)).harvest()
    later = words(network=network, steps=1, start=From(source))
    with pytest.raises(DoesNotFit, match=r"network\.offset"):
        Growth(later, (Member(Seed.of(0), (("network.offset", 1.0),)),))
    anew = words(network=network, steps=1, start=From(source, reinitialize=("bias",)))
    assert Growth(anew, (Member(Seed.of(0), (("network.offset", 1.0),)),)).length == 1


def test_a_dial_of_a_network_follows_no_schedule_and_no_rule():
    network = Shifted(inputs=6, hidden=8, outputs=12)
    with pytest.raises(DoesNotFit, match="read once"):
        words(network=network, optimizer=Follow(lr=0.0), schedule=Schedule.of({"network.offset": {0: 0.0, 5: 1.0}}, 6))
    with pytest.raises(DoesNotFit, match="read once"):
        words(network=Shifted(inputs=6, hidden=8, outputs=12, offset=Dial(0.0, Ratchet())))
