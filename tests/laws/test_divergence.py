"""A member that breaks is frozen and marked; nobody beside it notices."""

from dataclasses import dataclass

import jax
import numpy as np
import pytest

from probe import bits_of, grown, sweep, words
from tropism.core import Adam, Member, Seed

STEPS = 30
WORDS = words(optimizer=Adam(lr=0.01), steps=STEPS, snapshots=tuple(range(STEPS)))


@dataclass(frozen=True, kw_only=True)
class Breaking(Adam):
    """Adam whose update leaves nothing finite."""

    def after(self, params, moment):
        return jax.tree.map(lambda item: item / 0.0, params)


def one(seed: int, lr: float) -> Member:
    return Member(Seed.of(seed), (("lr", lr),))


@pytest.fixture(scope="module")
def broken():
    return grown(WORDS, (one(0, 0.01), one(1, 1e30), one(2, 0.02), one(3, 3e38)))


def test_the_others_are_bit_for_bit_what_they_are_beside_a_healthy_member(broken):
    healthy = grown(WORDS, (one(0, 0.01), one(1, 0.05), one(2, 0.02), one(3, 0.03)), program=broken.program)
    left, right = bits_of(broken.harvest()), bits_of(healthy.harvest())
    for name, item in left.items():
        np.testing.assert_array_equal(item[[0, 2]], right[name][[0, 2]], err_msg=name)


def test_it_is_marked_with_the_step_and_the_cause(broken):
    ensemble = broken.harvest()
    assert ensemble.status.diverged_at.tolist() == [-1, 1, -1, 1]
    assert ensemble.status.cause[1] == "error"
    assert ensemble.failures()["member"].to_list() == [1, 3]
    error = ensemble.history.records["error"][1]
    assert not np.isfinite(error[1:]).any()
    np.testing.assert_array_equal(error[1:], error[1])


def test_it_keeps_the_last_parameters_that_were_finite(broken):
    ensemble = broken.harvest()
    for path, item in ensemble.params.items():
        assert np.isfinite(item).all(), path
        np.testing.assert_array_equal(item[1], ensemble.snapshots[1][path][1])
        np.testing.assert_array_equal(item[1], ensemble.snapshots[STEPS - 1][path][1])


def test_parameters_that_break_at_the_last_step_do_not_go_unnoticed():
    # In the only step the loss is finite, since the parameters still are; after its update none of them is.
    ensemble = grown(words(optimizer=Breaking(lr=0.01), steps=1), sweep(1)[:1]).harvest()
    assert ensemble.status.diverged_at.tolist() == [0]
    assert ensemble.status.cause == ("parameters",)
    assert all(np.isfinite(item).all() for item in ensemble.params.values())
