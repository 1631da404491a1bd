"""Rules in the loop: a dial that follows what was measured."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Dial, Experiment
from tropism.core.optimizer import Adam
from tropism.errors import BadValue, UnknownName
from tropism.networks import Autoencoder
from tropism.rules import DualAscent, Retarget
from tropism.subjects.color import Colors


def followed(rule, measurements, scheduled=1.0):
    state, numbers = rule.start(), []
    for step, number in enumerate(measurements):
        value, state = rule.turn(jnp.float32(scheduled), {"error": jnp.float32(number)}, state, jnp.int32(step))
        numbers.append(float(value))
    return np.array(numbers)


def test_until_it_is_tripped_the_dial_is_what_the_schedule_says():
    assert (followed(Retarget(metric="error", to=0.0, below=0.1), [1.0] * 20) == 1.0).all()


def test_a_tripped_dial_arrives_at_rest_after_its_duration():
    numbers = followed(Retarget(metric="error", to=0.25, below=0.1, duration=40), [1.0] * 5 + [0.0] * 60)
    assert numbers[4] == 1.0
    assert numbers[5 + 40] == 0.25
    assert (numbers[5 + 40 :] == 0.25).all()


def test_the_way_is_the_minimum_jerk_between_rests():
    numbers = followed(Retarget(metric="error", to=0.0, below=0.1, duration=40), [1.0] * 5 + [0.0] * 41)
    tau = np.arange(41) / 40
    wanted = 1 - (10 * tau**3 - 15 * tau**4 + 6 * tau**5)  # Flash & Hogan (1985)
    np.testing.assert_allclose(numbers[5:], wanted, atol=1e-6)


def test_a_change_of_mind_in_mid_flight_does_not_jump():
    rule = Retarget(metric="error", to=0.0, below=0.1, duration=40, once=False)
    numbers = followed(rule, [1.0] * 5 + [0.0] * 20 + [1.0] * 60)
    steps = np.diff(numbers)
    assert np.abs(np.diff(steps)).max() < 0.01  # velocity is continuous: a jump of the dial itself would be .5
    assert numbers[-1] == 1.0


def test_dual_ascent_rises_while_the_constraint_is_violated_and_stays_within_its_bounds():
    rule = DualAscent(metric="error", level=0.5, rate=0.1, high=1.0)
    up = followed(rule, [1.0] * 50, scheduled=0.0)
    assert (np.diff(up) >= 0).all()
    assert up[-1] == 1.0
    assert followed(rule, [0.0] * 50, scheduled=1.0)[-1] == 0.0


def test_a_rule_that_reads_what_nobody_measures_is_refused():
    with pytest.raises(UnknownName, match=r"errro.*Did you mean 'error'"):
        Experiment(
            task=Colors(levels=3),
            network=Autoencoder(latent=2),
            optimizer=Adam(lr=Dial(0.01, rule=Retarget(metric="errro", to=0.0, below=0.1))),
            steps=5,
        )


def test_a_rule_needs_one_threshold():
    with pytest.raises(BadValue, match="exactly one"):
        Retarget(metric="error", to=0.0)


def test_a_rule_moves_the_learning_rate_of_a_real_run():
    from tropism.core.member import members_of
    from tropism.training.growth import Growth

    def grown(rule):
        experiment = Experiment(
            task=Colors(levels=3, validation="none"),
            network=Autoencoder(latent=2, hidden=4),
            optimizer=Adam(lr=Dial(0.01, rule=rule)),
            steps=40,
            batch_size=16,
        )
        growth = Growth(experiment, members_of([0]))
        list(growth.run())
        return growth.harvest()

    stopped = grown(Retarget(metric="error", to=0.0, below=10.0, duration=1))  # tripped at once: it stands still
    free = grown(None)
    still = stopped.history.records["error"][0]
    assert np.abs(stopped.params["encoder.0.bias"] - free.params["encoder.0.bias"]).max() > 1e-3
    assert still[-10:].mean() > free.history.records["error"][0][-10:].mean()
