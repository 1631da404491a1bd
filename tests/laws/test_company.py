"""A member's luck is its own: who else is trained beside it changes none of its draws."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from probe import Lamb, assert_same_bits, bits_of, grown, sweep, whole_probe, words
from tropism.core import Adam, Dial, Member, Regularizer, Seed, Term, View
from tropism.core.dial import with_dials
from tropism.core.ensemble import joined
from tropism.core.member import members_of
from tropism.schedules import Schedule
from tropism.training.growth import Growth


@dataclass(frozen=True, kw_only=True)
class Witness(Term):
    """Costs nothing and mixes every bit of every batch, label and key that it sees into one word."""

    def start(self, widths):
        return jnp.uint32(0)

    def price(self, view: View, state):
        seen = (view.batch.inputs, view.batch.targets, view.batch.labels["first"])
        words = [jax.lax.bitcast_convert_type(item, jnp.uint32).ravel() for item in seen]
        words = jnp.concatenate([*words, jax.random.key_data(view.key)])
        places = jnp.arange(1, len(words) + 1, dtype=jnp.uint32) * jnp.uint32(2_654_435_761)
        return jnp.float32(0), state * jnp.uint32(16_777_619) ^ (words * (places | 1)).sum()


WATCHED = words(terms=(Witness(weight=1.0),), steps=20)
COMPANY = sweep(32)


def drawn(growth: Growth) -> dict[str, np.ndarray]:
    """What luck decided: starting parameters, the world, and the witness of every batch."""
    start = dict(growth.harvest().params) if growth.step == 0 else {}
    arrays = growth.checkpoint()[0]
    return {name: np.array(item) for name, item in (start | arrays).items() if "witness" in name or name in start}


@pytest.fixture(scope="module")
def in_company():
    growth = Growth(WATCHED, COMPANY)
    before = drawn(growth) | {"world": np.array(growth._fixed.world)}
    for _ in growth.run():
        pass
    return before, drawn(growth)


@pytest.mark.parametrize("rows", [[5], [0, 3, 9, 17, 18, 30, 31]], ids=["alone", "of seven"])
def test_the_draws_are_the_same_alone_as_in_company(in_company, rows):
    growth = Growth(WATCHED, tuple(COMPANY[row] for row in rows), chunk_steps=7)
    for name, item in (drawn(growth) | {"world": np.array(growth._fixed.world)}).items():
        np.testing.assert_array_equal(item.view(np.uint32), in_company[0][name][rows].view(np.uint32), err_msg=name)
    for _ in growth.run():
        pass
    (witness,) = drawn(growth).values()
    np.testing.assert_array_equal(witness, next(iter(in_company[1].values()))[rows])


def test_no_two_seeds_see_the_same_batches(in_company):
    (witness,) = in_company[1].values()
    assert len(set(witness.tolist())) == len(COMPANY)


def test_permuting_the_members_permutes_everything_bit_for_bit():
    experiment, order = whole_probe(40), np.array([4, 0, 6, 2, 5, 1, 3])
    members = sweep(7)
    straight = grown(experiment, members)
    mixed = grown(experiment, tuple(members[row] for row in order), program=straight.program)
    assert_same_bits(mixed.harvest(), straight.harvest().select(order))


def test_with_gentle_settings_parameters_agree_whatever_the_company():
    # A tolerance of 1e-4: programs of other widths add in another order, and 200 steps pass that on.
    experiment = words(optimizer=Adam(lr=0.001), steps=200)
    members = members_of(range(32))
    whole = grown(experiment, members).harvest()
    for rows in ([7], [0, 3, 9, 17, 18, 30, 31]):
        few = grown(experiment, tuple(members[row] for row in rows)).harvest()
        for path, item in few.params.items():
            scale = np.abs(whole.params[path]).max()
            np.testing.assert_allclose(item, whole.params[path][rows], rtol=1e-4, atol=1e-4 * scale, err_msg=path)


def test_settings_of_one_seed_share_its_draws():
    setting = (("optimizer.lr", 0.5),)
    growth = grown(WATCHED, (Member(Seed.of(3)), Member(Seed.of(3), setting), Member(Seed.of(4))))
    (witness,) = drawn(growth).values()
    assert witness[0] == witness[1] != witness[2]
    assert not np.array_equal(growth.harvest().params["into"][0], growth.harvest().params["into"][1])


def test_the_three_streams_of_a_seed_act_apart():
    seeds = [Seed.of(1), Seed.of(1, init=2), Seed.of(1, data=2), Seed.of(1, world=2), Seed.of(2)]
    growth = Growth(WATCHED, members_of(seeds))
    start, world = growth.harvest().params["into"], np.array(growth._fixed.world)
    targets = [batch_of(growth, row) for row in range(5)]
    for same, pairs in (
        (start, {1: False, 2: True, 3: True, 4: False}),
        (world, {1: True, 2: True, 3: False, 4: False}),
        (targets, {1: True, 2: False, 3: True, 4: False}),
    ):
        assert {row: np.array_equal(same[0], same[row]) for row in pairs} == pairs
    np.testing.assert_array_equal(start[1], start[4])
    np.testing.assert_array_equal(world[3], world[4])
    np.testing.assert_array_equal(targets[2], targets[4])


def batch_of(growth: Growth, row: int) -> np.ndarray:
    """The targets of a member's batch at step 0, which are the same in every world."""
    from tropism.arrays.streams import fold
    from tropism.core import Scene
    from tropism.training.streams import at_step

    task = with_dials(growth.experiment.task, "task", {"task.density": 0.25})
    key = fold(at_step(growth._fixed.streams.data[row], 0), "batch")
    return np.array(task.draw(Scene((), growth._fixed.world[row]), key, 16).targets)


@dataclass(frozen=True, kw_only=True)
class Length(Regularizer):
    """The square of the activations."""

    def cost(self, value):
        return (value * value).sum(-1)


def test_a_term_of_weight_zero_changes_no_bit_and_one_that_costs_anything_is_kept():
    plain = grown(words(steps=30), sweep(3))
    priced = words(steps=30, terms=(Length(site="hidden", name="size", weight=0.0),))
    assert_same_bits(grown(priced, sweep(3)).harvest(), plain.harvest())
    paying = tuple(Member(Seed.of(number), (("size.weight", 0.3 * number + 0.01),)) for number in range(3))
    assert "size" in Growth(priced, paying).program.metrics


def test_a_term_that_is_scheduled_to_zero_throughout_changes_no_bit():
    lr, sizes = {"lr": 0.01}, (Length(site="hidden", name="size"),)
    plain = words(optimizer=Lamb(), schedule=Schedule.constant(30, lr))
    priced = words(optimizer=Lamb(), schedule=Schedule.constant(30, lr | {"size": 0.0}), terms=sizes)
    assert_same_bits(grown(priced, sweep(3)).harvest(), grown(plain, sweep(3)).harvest())


def test_a_term_that_a_rule_moves_is_kept_though_its_weight_is_zero():
    from probe import Ratchet

    experiment = words(steps=3, terms=(Length(site="hidden", name="size", weight=Dial(0.0, Ratchet())),))
    assert "size" in Growth(experiment, sweep(1)).program.metrics


def test_packs_that_measured_different_terms_can_be_joined():
    priced = words(steps=5, terms=(Length(site="hidden", name="size", weight=0.0),), optimizer=Lamb(lr=0.01))
    plain = grown(priced, sweep(1)).harvest()
    paying = grown(priced, (Member(Seed.of(8), (("size.weight", 0.3),)),)).harvest()
    for parts in ((plain, paying), (paying, plain)):
        size = joined(parts).history.records["size"]
        assert [bool(np.isnan(row).all()) for row in size] == [part is plain for part in parts]
    assert bits_of(joined((plain, paying))).keys() >= bits_of(plain).keys()
