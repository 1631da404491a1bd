"""Sparse autoencoders: what their codes let through, what is paid for it, and what can be cut."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen
from tropism.core.paths import flattened
from tropism.dictionaries import (
    BatchTopKCode,
    GatedCode,
    HybridCode,
    JumpReLUCode,
    ReLUCode,
    SparseAutoencoder,
    TopKCode,
)
from tropism.dictionaries._jumps import jump, step
from tropism.errors import BadValue, DoesNotFit
from tropism.values import describe, rebuild

X = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
CODES = {
    "relu": ReLUCode(),
    "top k": TopKCode(k=3),
    "batch top k": BatchTopKCode(k=3),
    "jump": JumpReLUCode(threshold=0.3),
    "gated": GatedCode(),
    "hybrid": HybridCode(dense=2, sparse=TopKCode(k=3)),
}


def heard(code, latents=20, seed=0):
    network = SparseAutoencoder(inputs=6, latents=latents, code=code)
    module = network.build(jax.random.key(seed))
    output, at = listen(module, jnp.asarray(X), ("code.pre", "code"))
    return network, module, np.asarray(output), {name: np.asarray(value) for name, value in at.items()}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_the_output_is_the_code_times_the_atoms_and_sites_tell_their_parameters(code):
    network, module, output, at = heard(code)
    np.testing.assert_allclose(output, at["code"] @ np.asarray(module.atoms()), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(module.atoms(), axis=1), 1, atol=1e-6)
    site = network.sites()["code"]
    params = flattened(module)
    assert set(site.writes) | set(site.reads) | {"output.bias"} == set(params)
    assert all(params[path].shape[0] == 20 for path in site.writes)
    assert all(params[path].shape[1] == 20 for path in site.reads)


def test_of_each_example_the_k_largest_are_on_and_nothing_negative():
    _, _, _, at = heard(TopKCode(k=3))
    kept = np.sort(np.maximum(at["code.pre"], 0), axis=1)[:, -3:]
    np.testing.assert_array_equal(np.sort(at["code"], axis=1)[:, -3:], kept)
    assert ((at["code"] != 0).sum(1) <= 3).all()
    few = heard(TopKCode(k=20))[3]
    np.testing.assert_array_equal(few["code"], np.maximum(few["code.pre"], 0))


def test_of_a_batch_the_k_times_as_many_largest_are_on():
    _, _, _, at = heard(BatchTopKCode(k=3))
    assert (at["code"] != 0).sum() == 3 * len(X)
    assert at["code"][at["code"] != 0].min() >= at["code.pre"][at["code"] == 0].max()


def test_a_jump_lets_through_what_is_above_its_threshold_and_a_gate_what_it_opens_for():
    _, _, _, at = heard(JumpReLUCode(threshold=0.3))
    np.testing.assert_array_equal(at["code"], np.where(at["code.pre"] > 0.3, at["code.pre"], 0))
    _, _, _, at = heard(GatedCode())
    np.testing.assert_allclose(at["code"], np.maximum(at["code.pre"], 0), atol=1e-6)  # as all starts at zero


def test_dense_latents_are_as_they_are_and_the_others_count_alone():
    _, _, _, at = heard(HybridCode(dense=2, sparse=TopKCode(k=3)))
    np.testing.assert_array_equal(at["code"][:, :2], at["code.pre"][:, :2])
    assert ((at["code"][:, 2:] != 0).sum(1) == 3).all()


def test_thresholds_learn_by_the_rectangle_around_them():
    pre = jnp.asarray([[0.0, 0.29, 0.31, 0.5]])
    theta, slope = jnp.asarray([0.3]), jnp.asarray([[1.0, 2.0, 4.0, 8.0]])
    for_pre, for_theta = jax.grad(lambda a, t: (slope * jump(a, t, 0.05)).sum(), (0, 1))(pre, theta)
    np.testing.assert_allclose(for_pre[0], [0, 0, 4, 8])
    np.testing.assert_allclose(for_theta, [-0.3 / 0.05 * (2 + 4)], rtol=1e-6)
    for_pre, for_theta = jax.grad(lambda a, t: (slope * step(a, t, 0.05)).sum(), (0, 1))(pre, theta)
    np.testing.assert_allclose(for_pre, 0)
    np.testing.assert_allclose(for_theta, [-(2 + 4) / 0.05], rtol=1e-6)


def test_a_code_is_cut_with_its_latents():
    network = SparseAutoencoder(inputs=6, latents=5, code=HybridCode(dense=2, sparse=TopKCode(k=3)))
    cut = network.narrowed("code", (1, 3))
    assert cut == SparseAutoencoder(inputs=6, latents=3, code=HybridCode(dense=1, sparse=TopKCode(k=2)))
    with pytest.raises(DoesNotFit, match="not at 'output'"):
        network.narrowed("output", (1,))


def test_what_cannot_be_is_refused():
    with pytest.raises(BadValue, match="at most the 5 latents"):
        SparseAutoencoder(inputs=6, latents=5, code=TopKCode(k=6))
    with pytest.raises(BadValue, match="at most the 3 latents"):
        SparseAutoencoder(inputs=6, latents=5, code=HybridCode(dense=2, sparse=BatchTopKCode(k=4)))
    with pytest.raises(BadValue, match="fewer than the 5 latents"):
        SparseAutoencoder(inputs=6, latents=5, code=HybridCode(dense=5, sparse=ReLUCode()))
    for wrong in (
        lambda: TopKCode(k=0),
        lambda: BatchTopKCode(k=0),
        lambda: JumpReLUCode(threshold=-1.0),
        lambda: JumpReLUCode(bandwidth=0.0),
        lambda: HybridCode(dense=1, sparse=GatedCode()),
        lambda: SparseAutoencoder(inputs=0, latents=5),
        lambda: SparseAutoencoder(inputs=6, latents=5, length=0.0),
    ):
        with pytest.raises(BadValue):
            wrong()


def test_its_code_is_read_back_with_it():
    network = SparseAutoencoder(inputs=6, latents=5, code=HybridCode(dense=2, sparse=TopKCode(k=3)))
    assert rebuild(describe(network)) == network
