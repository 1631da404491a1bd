"""Paces: closed forms over whole runs, in single precision."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core.optimizer import Steady
from tropism.errors import BadValue
from tropism.optimizers import Annealed, CoolDown, Cosine, WarmUp

LONGEST = 131_072
"""Steps of a run of the original superposition study."""


def factors(pace, length, upto=None):
    """The factors at every step, computed by a compiled program from whole numbers as the engine does."""
    steps = jnp.arange(upto or length, dtype=jnp.int32)
    found = jax.jit(jax.vmap(lambda step: pace.factor(step, length) * jnp.float32(1.0)))(steps)
    assert found.dtype == jnp.float32
    return np.asarray(found)


@pytest.mark.parametrize(
    "pace",
    [Cosine(), Cosine(period=7), Annealed(), CoolDown(), WarmUp(50), WarmUp(50, Cosine()), WarmUp(50, Annealed())],
    ids=repr,
)
@pytest.mark.parametrize("length", [1, 60, 3000])
def test_a_factor_is_between_zero_and_one(pace, length):
    found = factors(pace, length)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_cosine_is_the_closed_form_over_the_longest_run():
    wanted = (1 + np.cos(np.pi * np.arange(LONGEST) / 512)) / 2
    np.testing.assert_allclose(factors(Cosine(), LONGEST), wanted, rtol=0, atol=1e-6)


def test_the_cosine_repeats_itself_bit_for_bit():
    periods = factors(Cosine(period=1000), 128_000).reshape(-1, 1000)
    assert (periods == periods[0]).all()


def test_the_cosine_is_exactly_nothing_in_its_trough_and_exactly_all_at_its_peak():
    found = factors(Cosine(), LONGEST, upto=LONGEST + 1)
    assert found[512] == found[LONGEST - 512] == 0.0
    assert found[0] == found[1024] == found[LONGEST] == 1.0  # the run's end: the next step would have the full rate
    assert (found == 0.0).sum() == LONGEST // 1024
    np.testing.assert_allclose(found[:-1].mean(dtype=np.float64), 0.5, rtol=1e-6)


def test_the_cosine_does_not_ask_how_long_the_run_is():
    np.testing.assert_array_equal(factors(Cosine(), 100), factors(Cosine(), 5000)[:100])


def test_a_period_of_one_step_is_steady():
    assert (factors(Cosine(period=1), 10) == 1.0).all()


@pytest.mark.parametrize("length", [1, 2, 1000, LONGEST])
def test_annealing_goes_from_one_to_nearly_nothing_over_the_run(length):
    found = factors(Annealed(), length)
    wanted = (1 + np.cos(np.pi * np.arange(length) / length)) / 2
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6)
    assert found[0] == 1.0
    assert (np.diff(found) <= 0).all()
    last = np.sin(np.pi / 2 / length) ** 2
    np.testing.assert_allclose(found[-1], last, rtol=1e-5)  # relative: small as it is, it is not rounding


def test_a_cool_down_is_full_and_then_goes_straight_to_its_last_step():
    wanted = [1.0] * 8 + [1.0, 0.5]
    np.testing.assert_array_equal(factors(CoolDown(0.2), 10), np.float32(wanted))
    found = factors(CoolDown(0.2), 3000)
    np.testing.assert_allclose(found[2400:], np.arange(600, 0, -1) / 600, rtol=1e-6)
    assert (found[:2401] == 1.0).all()


def test_a_cool_down_of_the_whole_run_is_a_straight_line_and_one_of_a_short_run_has_a_step():
    np.testing.assert_allclose(factors(CoolDown(1.0), 4), [1, 0.75, 0.5, 0.25], rtol=1e-7)
    assert (factors(CoolDown(0.2), 2) == 1.0).all()


@pytest.mark.parametrize("part", [0.0, 1.1, float("nan")])
def test_a_part_to_cool_down_in_is_one(part):
    with pytest.raises(BadValue, match=r"CoolDown\.part"):
        CoolDown(part)


def test_a_warm_up_climbs_evenly_and_then_stays():
    found = factors(WarmUp(8), 20)
    np.testing.assert_allclose(found[:8], np.arange(1, 9) / 8, rtol=1e-7)
    assert (found[7:] == 1.0).all()


def test_after_a_warm_up_the_other_pace_counts_from_zero_over_what_is_left():
    for then in (Cosine(period=16), Annealed()):
        found = factors(WarmUp(10, then), 50)
        np.testing.assert_array_equal(found[10:], factors(then, 40))


def test_warm_ups_can_be_nested():
    found = factors(WarmUp(4, WarmUp(2)), 10)
    np.testing.assert_array_equal(found, np.float32([0.25, 0.5, 0.75, 1, 0.5, 1, 1, 1, 1, 1]))


def test_a_run_shorter_than_its_warm_up_ends_on_the_way_up():
    np.testing.assert_allclose(factors(WarmUp(10, Annealed()), 5), np.arange(1, 6) / 10, rtol=1e-7)


def test_steady_is_one():
    assert (factors(Steady(), 10) == 1.0).all()
