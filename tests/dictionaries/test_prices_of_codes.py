"""What is paid for a code: the price, and who hears of it."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, View, listen
from tropism.dictionaries import (
    CodeNorm,
    GatedCode,
    GateError,
    GateNorm,
    HybridCode,
    JumpReLUCode,
    Nested,
    ReLUCode,
    Revived,
    SparseAutoencoder,
    StepL0,
    TopKCode,
)
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Autoencoder

X = jnp.asarray(np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32))
WIDTHS = {"code": 10, "code.pre": 10, "output": 6}


def module_of(code, latents=10):
    built = SparseAutoencoder(inputs=6, latents=latents, code=code).build(jax.random.key(0))
    longer = built.output.weight * (1 + jnp.arange(latents) / latents)
    return dataclasses.replace(built, output=dataclasses.replace(built.output, weight=longer))


def priced(term, module, state=None):
    output, sites = listen(module, X, ("code.pre", "code"))
    view = View(module, {}, Batch(X, X), output, sites, {}, jax.random.key(0), jnp.int32(0))
    return term.price(view, term.start(WIDTHS) if state is None else state)


def slopes(term, module, state=None):
    return jax.grad(lambda each: jnp.mean(priced(term, each, state)[0]))(module)


def test_a_code_costs_its_sizes_times_the_lengths_of_its_atoms():
    module = module_of(ReLUCode())
    code = np.maximum(X @ module.encoder.weight.T, 0)
    lengths = 1 + np.arange(10) / 10
    np.testing.assert_allclose(priced(CodeNorm(weight=1.0), module)[0], code @ lengths, rtol=1e-5)
    later = priced(CodeNorm(weight=1.0, first=4), module)[0]
    np.testing.assert_allclose(later, code[:, 4:] @ lengths[4:], rtol=1e-5)
    roots = priced(CodeNorm(weight=1.0, power=0.5), module)[0]
    np.testing.assert_allclose(roots, np.sqrt(code) @ lengths, rtol=1e-5)
    finite = jax.tree.leaves(slopes(CodeNorm(weight=1.0, power=0.5), module))
    assert all(np.isfinite(each).all() for each in finite)


def test_only_the_dead_hear_what_the_others_fail_to_explain():
    module, term = module_of(TopKCode(k=2)), Revived(k=3, after=5)
    dead = jnp.zeros(10, jnp.int32).at[jnp.asarray([1, 4])].set(9)
    quiet = module.encoder.bias.at[jnp.asarray([1, 4])].set(-9.0)
    module = dataclasses.replace(module, encoder=dataclasses.replace(module.encoder, bias=quiet))
    price, after = priced(term, module, dead)
    assert after[1] == after[4] == 10
    assert (np.asarray(after)[[0, 2, 3, 5, 6, 7, 8, 9]] <= 1).all()
    loud = dataclasses.replace(module, encoder=dataclasses.replace(module.encoder, bias=quiet.at[1].set(0.5)))
    assert float(price.mean()) > 0
    slope = slopes(term, loud, dead.at[1].set(9))
    heard = np.abs(np.asarray(slope.output.weight)).sum(0) > 0
    assert not heard[[0, 2, 3, 5, 6, 7, 8, 9]].any()
    assert not np.asarray(slope.output.bias).any()
    assert np.asarray(slope.encoder.weight)[[0, 2, 3, 5, 6, 7, 8, 9]].any() == np.False_


def test_a_dead_latent_that_could_explain_is_taught():
    module, term = module_of(TopKCode(k=1)), Revived(k=3, after=1)
    module = dataclasses.replace(
        module, encoder=dataclasses.replace(module.encoder, bias=jnp.zeros(10).at[7].set(-0.5))
    )
    _, at = listen(module, X, ("code.pre", "code"))
    never = ~np.asarray((at["code"] != 0).any(0))
    state = jnp.where(jnp.asarray(never), 5, 0)
    slope = np.abs(np.asarray(slopes(term, module, state).output.weight)).sum(0)
    assert not slope[~never].any()
    assert float(priced(term, module, jnp.zeros(10, jnp.int32))[0].sum()) == 0 or never.any()


def test_nothing_is_paid_where_nothing_is_dead():
    module = module_of(ReLUCode())
    price, after = priced(Revived(k=3, after=2), module)
    assert not np.asarray(price).any()
    assert not np.asarray(after).any()


def test_first_latents_pay_for_what_they_alone_leave():
    module = module_of(ReLUCode())
    code, atoms = np.maximum(X @ module.encoder.weight.T, 0), np.asarray(module.atoms())
    wanted = sum(np.square(X - code[:, :end] @ atoms[:end]).sum(1) for end in (2, 5))
    np.testing.assert_allclose(priced(Nested(widths=(2, 5)), module)[0], wanted, rtol=1e-5)


def test_thresholds_alone_hear_of_how_many_are_on():
    module = module_of(JumpReLUCode(threshold=0.3, bandwidth=0.5))
    on = np.asarray(X @ module.encoder.weight.T > 0.3).sum(1)
    np.testing.assert_array_equal(priced(StepL0(weight=1.0), module)[0], on)
    aimed = priced(StepL0(weight=1.0, target=2.0), module)[0]
    assert float(aimed) == pytest.approx((on.mean() / 2 - 1) ** 2, rel=1e-5)
    slope = slopes(StepL0(weight=1.0, target=2.0), module)
    assert not np.asarray(slope.encoder.weight).any()
    assert (np.asarray(slope.code["threshold"]) <= 0).all()  # too many are on: thresholds rise
    assert np.asarray(slope.code["threshold"]).any()


def test_of_a_hybrid_the_sparse_latents_are_counted_alone():
    jumping = JumpReLUCode(threshold=0.3, bandwidth=0.5)
    module = module_of(HybridCode(dense=4, sparse=jumping))
    on = np.asarray(X @ module.encoder.weight.T > 0.3)[:, 4:].sum(1)
    np.testing.assert_array_equal(priced(StepL0(weight=1.0), module)[0], on)
    slope = np.asarray(slopes(StepL0(weight=1.0), module).code["threshold"])
    assert not slope[:4].any()
    assert slope[4:].any()


def test_a_price_on_what_a_code_has_not_is_refused_by_name():
    for term in (GateNorm(weight=1.0), GateError()):
        with pytest.raises(DoesNotFit, match="TopKCode has no gates"):
            priced(term, module_of(TopKCode(k=2)))
    with pytest.raises(DoesNotFit, match="ReLUCode learns no thresholds"):
        priced(StepL0(weight=1.0), module_of(HybridCode(dense=2, sparse=ReLUCode())))
    other = Autoencoder(hidden=4, latent=2).build(jax.random.key(0))
    view = View(other, {}, Batch(X, X), X, {"code": X, "code.pre": X}, {}, jax.random.key(0), jnp.int32(0))
    with pytest.raises(DoesNotFit, match=r"code_norm \(CodeNorm\) prices the code of a SparseAutoencoder"):
        CodeNorm(weight=1.0).price(view, ())


def test_gates_pay_and_learn_and_leave_the_decoder_alone():
    module = module_of(GatedCode())
    gates = np.maximum(X @ module.encoder.weight.T, 0)
    np.testing.assert_allclose(priced(GateNorm(weight=1.0), module)[0], gates @ (1 + np.arange(10) / 10), rtol=1e-5)
    wanted = np.square(X - gates @ np.asarray(module.atoms())).sum(1)
    np.testing.assert_allclose(priced(GateError(), module)[0], wanted, rtol=1e-5)
    slope = slopes(GateError(), module)
    assert not np.asarray(slope.output.weight).any()  # the offset hears by what is taken off the input
    assert np.asarray(slope.code["gate"]).any()


def test_what_cannot_be_is_refused():
    for wrong in (
        lambda: CodeNorm(weight=1.0, power=0.0),
        lambda: CodeNorm(weight=1.0, first=-1),
        lambda: Revived(k=0),
        lambda: Revived(after=0),
        lambda: Nested(widths=()),
        lambda: Nested(widths=(4, 4)),
        lambda: StepL0(weight=1.0, target=0.0),
    ):
        with pytest.raises(BadValue):
            wrong()
    with pytest.raises(BadValue, match="below the 10 latents"):
        Nested(widths=(4, 10)).fits(WIDTHS)
    with pytest.raises(BadValue, match="at most the 10 latents"):
        Revived(k=11).fits(WIDTHS)
    with pytest.raises(DoesNotFit, match="10 latents"):
        CodeNorm(weight=1.0, first=10).fits(WIDTHS)
