"""Adam on a leash: what is held stays to the bit, what is free moves as under Adam, nothing leaves its cone."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tropism.core.dial import bounds_of, dials_of, with_dials
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.optimizers import Adam, BiasDecay, Leash, LeashedAdam
from tropism.values import describe, rebuild

LONG, WIDE = 4, 6


def trained(optimizer, params, given):
    """The parameters after as many steps as gradients were given."""

    def step(carry, gradient):
        params, state = carry
        moves, state = optimizer.following().update(gradient, state, params)
        return (optax.apply_updates(params, moves), state), None

    return jax.lax.scan(step, (params, optimizer.following().init(params)), given)[0][0]


def some(steps=60, seed=2):
    luck = np.random.default_rng(seed)
    params = {"weight": jnp.asarray(luck.normal(size=(LONG, WIDE)), jnp.float32), "bias": jnp.ones(LONG)}
    push = {name: luck.normal(size=p.shape) for name, p in params.items()}
    given = {name: jnp.asarray(each + 0.3 * luck.normal(size=(steps, *each.shape)), jnp.float32)
             for name, each in push.items()}  # fmt: skip
    return params, given


@pytest.fixture(scope="module")
def by_cosine():
    """One program of four members whose columns 1 to 3 may turn as far as a cosine of 1, .8, .3 and −1."""
    params, given = some()
    optimizer = LeashedAdam(lr=0.05, leashes=(Leash(pattern="weight", columns=True, first=1, beyond=4),))
    turned = lambda cosine: with_dials(optimizer, "optimizer", {"optimizer.leash.cosine": cosine})  # noqa: E731
    after = jax.jit(jax.vmap(lambda cosine: trained(turned(cosine), params, given)))(jnp.array([1.0, 0.8, 0.3, -1.0]))
    return params, jax.jit(lambda: trained(Adam(lr=0.05), params, given))(), after


def cosines(one, other):
    unit = [np.asarray(each, float) / np.linalg.norm(each, axis=0) for each in (one, other)]
    return (unit[0] * unit[1]).sum(axis=0)


def test_what_is_held_stays_to_the_bit_and_what_is_let_go_moves_as_under_adam(by_cosine):
    params, free, after = by_cosine
    np.testing.assert_array_equal(after["weight"][0][:, 1:4], params["weight"][:, 1:4])
    np.testing.assert_allclose(after["weight"][3], free["weight"], rtol=1e-6, atol=1e-6)


def test_what_is_not_leashed_moves_as_under_adam(by_cosine):
    _, free, after = by_cosine
    for member in range(4):
        np.testing.assert_allclose(after["weight"][member][:, [0, 4, 5]], free["weight"][:, [0, 4, 5]], rtol=1e-6)
        np.testing.assert_allclose(after["bias"][member], free["bias"], rtol=1e-6)


def test_a_direction_goes_to_the_edge_of_its_cone_and_no_further(by_cosine):
    params, free, after = by_cosine
    wanted = cosines(free["weight"], params["weight"])[1:4]
    for member, cosine in ((1, 0.8), (2, 0.3)):
        found, pulls = cosines(after["weight"][member], params["weight"])[1:4], wanted < cosine
        assert pulls.any()
        np.testing.assert_allclose(found[pulls], cosine, rtol=1e-5)
        assert (found > cosine - 1e-5).all()


def test_a_step_ends_at_the_nearest_direction_that_is_allowed_as_long_as_it_was():
    params = {"weight": jnp.array([[1.0, 0.0], [2.0, 0.0]])}
    leash = Leash(pattern="weight", cosine=0.6)
    after = trained(LeashedAdam(lr=1.0, leashes=(leash,)), params, {"weight": jnp.array([[[1.0, -1.0], [0.0, -1.0]]])})
    # Adam's first step is the rate against the gradient's sign: (0, 1), which is beyond, and (2, 1), which is not.
    np.testing.assert_allclose(after["weight"], [[0.6, 0.8], [2.0, 1.0]], rtol=1e-5)


def test_a_direction_that_began_at_zero_is_free_unless_it_is_held():
    params, given = {"weight": jnp.zeros((2, 3))}, {"weight": jnp.ones((3, 2, 3))}
    free, held = (trained(LeashedAdam(lr=0.1, leashes=(Leash(pattern="weight", cosine=c),)), params, given)
                  for c in (0.9, 1.0))  # fmt: skip
    np.testing.assert_allclose(free["weight"], -0.3, rtol=1e-5)
    np.testing.assert_array_equal(held["weight"], 0.0)


def test_a_leash_is_a_dial_at_its_name_and_survives_its_description():
    leashes = (Leash(pattern="a", cosine=0.8, name="code"), Leash(pattern="b", columns=True, first=2))
    optimizer = LeashedAdam(lr=0.1, leashes=leashes, aftermath=(BiasDecay(rate=0.1),))
    assert dials_of(optimizer, "optimizer")["optimizer.code.cosine"] == 0.8
    assert bounds_of(optimizer, "optimizer")["optimizer.leash.cosine"] == (-1.0, 1.0)
    again = rebuild(describe(optimizer))
    assert again == optimizer
    assert again.key() == optimizer.key()


@pytest.mark.parametrize(
    ("make", "culprit"),
    [
        (lambda: Leash(pattern=""), "Leash.pattern"),
        (lambda: Leash(pattern="a", first=-1), "Leash.first and beyond"),
        (lambda: Leash(pattern="a", first=2, beyond=2), "Leash.first and beyond"),
        (lambda: Leash(pattern="a", cosine=1.1), "Leash.cosine"),
        (lambda: Leash(pattern="a", name="a.b"), "Leash.name"),
        (lambda: LeashedAdam(leashes=()), "LeashedAdam.leashes"),
        (lambda: LeashedAdam(leashes=("weight",)), "LeashedAdam.leashes"),
        (
            lambda: LeashedAdam(leashes=(Leash(pattern="a"), Leash(pattern="b"))),
            "the name of one of LeashedAdam.leashes",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(make, culprit):
    with pytest.raises(BadValue) as refusal:
        make()
    assert refusal.value.where == culprit


def test_rows_that_are_not_there_are_refused():
    params, _ = some(1)
    for leash, said in ((Leash(pattern="weight", beyond=5), "no rows 0 to 4"),
                        (Leash(pattern="weight", columns=True, first=6), "no columns 6 to 6"),
                        (Leash(pattern="bias"), r"bias has shape \(4,\)")):  # fmt: skip
        with pytest.raises(DoesNotFit, match=said):
            LeashedAdam(leashes=(leash,)).following().init(params)
    with pytest.raises(UnknownName, match="wait"):
        LeashedAdam(leashes=(Leash(pattern="wait"),)).following().init(params)
