"""The other optimizers against NumPy, and what every optimizer on the shelf keeps."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tropism.core.dial import bounds_of, dials_of, with_dials
from tropism.core.optimizer import Steady
from tropism.optimizers import SGD, Adam, AdamW, Annealed, BiasDecay, BiasFade, Cosine, Lamb, UnitRows, WarmUp
from tropism.values import describe, rebuild, replaced

EVERY = (
    Adam(lr=0.01),
    AdamW(lr=0.01, weight_decay=0.1),
    Lamb(lr=0.01, weight_decay=0.1),
    SGD(lr=0.01),
    SGD(lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.1),
)


def trained(optimizer, params, given):
    """The parameters after as many steps as gradients were given."""

    def step(carry, gradient):
        params, state = carry
        moves, state = optimizer.transformation().update(gradient, state, params)
        return (optax.apply_updates(params, moves), state), None

    return jax.lax.scan(step, (params, optimizer.transformation().init(params)), given)[0][0]


def some(steps=40, seed=5):
    luck = np.random.default_rng(seed)
    params = {"weight": luck.standard_normal((4, 3)), "bias": 0.1 * luck.standard_normal(4)}
    given = {name: luck.standard_normal((steps, *p.shape)) for name, p in params.items()}
    return params, given


def single(tree):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), tree)


def adam_in_numpy(p, given, lr, b1, b2, eps, weight_decay):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for count, g in enumerate(given, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        p = p - lr * (m / (1 - b1**count) / (np.sqrt(v / (1 - b2**count)) + eps) + weight_decay * p)
    return p


def sgd_in_numpy(p, given, lr, momentum, nesterov, weight_decay):
    m = np.zeros_like(p)
    for g in given:
        g = g + weight_decay * p
        m = momentum * m + g
        p = p - lr * (g + momentum * m if nesterov else m)
    return p


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda each: type(each).__name__)
def test_members_with_rates_of_their_own_are_each_as_if_alone(optimizer):
    params, given = single(some()[0]), single(some()[1])
    rates = jnp.array([0.001, 0.01, 0.0])
    together = jax.jit(jax.vmap(lambda lr: trained(replaced(optimizer, lr=lr), params, given)))(rates)
    for member, lr in enumerate(rates):
        alone = trained(dataclasses.replace(optimizer, lr=float(lr)), params, given)
        for name in params:
            np.testing.assert_allclose(together[name][member], alone[name], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(together["weight"][2], params["weight"])
    assert np.abs(together["weight"][1] - together["weight"][0]).max() > 0.01


@pytest.mark.parametrize("optimizer", EVERY[1:3] + EVERY[4:], ids=lambda each: type(each).__name__)
def test_decay_is_a_dial_that_may_be_traced_and_nothing_of_it_is_none(optimizer):
    params, given = single(some()[0]), single(some()[1])
    assert bounds_of(optimizer, "optimizer")["optimizer.weight_decay"] == (0.0, None)
    turned = lambda number: with_dials(optimizer, "optimizer", {"optimizer.weight_decay": number})  # noqa: E731
    together = jax.jit(jax.vmap(lambda number: trained(turned(number), params, given)))(jnp.array([0.0, 0.1]))
    without = trained(dataclasses.replace(optimizer, weight_decay=0.0), params, given)
    with_it = trained(optimizer, params, given)
    for name in params:
        np.testing.assert_allclose(together[name][0], without[name], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(together[name][1], with_it[name], rtol=1e-5, atol=1e-6)
    assert np.abs(with_it["weight"] - without["weight"]).max() > 1e-3


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda each: type(each).__name__)
def test_zeros_with_zero_gradients_stay_zeros(optimizer):
    after = trained(optimizer, {"p": jnp.zeros((2, 3))}, {"p": jnp.zeros((5, 2, 3))})
    np.testing.assert_array_equal(after["p"], 0.0)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_adam_and_adamw_agree_with_plain_numpy(weight_decay):
    params, given = some()
    fields = {"lr": 0.02, "b1": 0.8, "b2": 0.99, "eps": 1e-6}
    optimizer = AdamW(**fields, weight_decay=weight_decay) if weight_decay else Adam(**fields)
    found = trained(optimizer, single(params), single(given))
    for name, p in params.items():
        wanted = adam_in_numpy(p, given[name], **fields, weight_decay=weight_decay)
        np.testing.assert_allclose(found[name], wanted, rtol=1e-5, atol=2e-6)


def test_without_gradients_adamw_only_decays():
    after = trained(AdamW(lr=0.1, weight_decay=0.2), {"p": jnp.full(3, 2.0)}, {"p": jnp.zeros((30, 3))})
    np.testing.assert_allclose(after["p"], 2.0 * (1 - 0.1 * 0.2) ** 30, rtol=1e-5)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_sgd_agrees_with_plain_numpy(momentum, nesterov, weight_decay):
    params, given = some()
    fields = {"lr": 0.02, "momentum": momentum, "nesterov": nesterov, "weight_decay": weight_decay}
    found = trained(SGD(**fields), single(params), single(given))
    for name, p in params.items():
        np.testing.assert_allclose(found[name], sgd_in_numpy(p, given[name], **fields), rtol=1e-5, atol=2e-6)


def test_sgd_falls_into_a_parabola_geometrically():
    params = {"p": jnp.float32(3.0)}
    for _ in range(20):
        optimizer = SGD(lr=0.1).transformation()
        moves, _ = optimizer.update({"p": 2.0 * params["p"]}, optimizer.init(params), params)  # of p²
        params = optax.apply_updates(params, moves)
    np.testing.assert_allclose(params["p"], 3.0 * 0.8**20, rtol=1e-5)


def test_momentum_multiplies_a_steady_gradient_by_what_its_memory_is_worth():
    after = trained(SGD(lr=0.01, momentum=0.9), {"p": jnp.zeros(1)}, {"p": jnp.ones((200, 1))})
    wanted = -0.01 * (200 - 0.9 * (1 - 0.9**200) / 0.1) / 0.1  # Σ over steps of (1 - .9^t) / .1
    np.testing.assert_allclose(after["p"], wanted, rtol=1e-5)


@pytest.mark.parametrize(
    "optimizer",
    [
        *EVERY,
        Lamb(lr=0.003, pace=Cosine(), aftermath=(BiasDecay(rate=0.03),)),
        Lamb(pace=Cosine(period=8), aftermath=(BiasFade(efolds=2, until=0.25), UnitRows(("decoder.weight",)))),
        AdamW(lr=0.01, pace=WarmUp(100, then=Annealed())),
        SGD(lr=0.01, pace=WarmUp(10)),
        Adam(lr=1, pace=Steady(), aftermath=(BiasDecay(patterns=("encoder.*.bias", "*.b"), name="slow"),)),
    ],
    ids=repr,
)
def test_what_was_written_down_is_rebuilt_the_same(optimizer):
    again = rebuild(describe(optimizer))
    assert again == optimizer
    assert again.key() == optimizer.key()


def test_no_two_optimizers_share_a_key():
    several = [*EVERY, Lamb(lr=0.01), AdamW(lr=0.01), Lamb(lr=0.01, pace=Cosine()), Lamb(lr=0.01, pace=Annealed())]
    assert len({each.key() for each in several}) == len(several)


def test_an_aftermaths_dials_are_at_its_name():
    optimizer = Lamb(lr=0.01, aftermath=(BiasDecay(rate=0.03), BiasFade(efolds=2.0, name="fade"), UnitRows()))
    found = dials_of(optimizer, "optimizer")
    assert found["optimizer.decay.rate"] == 0.03
    assert found["optimizer.fade.efolds"] == 2.0
    assert set(found) == {f"optimizer.{name}" for name in ("lr", "weight_decay", "decay.rate", "fade.efolds")}


def test_making_optimizers_does_not_import_jax():
    script = (
        "import sys; from tropism.optimizers import *; from tropism.values import describe, rebuild;"
        "made = Lamb(lr=.01, pace=WarmUp(5, Cosine()), aftermath=(BiasDecay(rate=.03), UnitRows())); BiasFade();"
        "rebuild(describe(made)), SGD(), AdamW(), Annealed(); assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
