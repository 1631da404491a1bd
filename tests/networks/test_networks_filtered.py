"""The filtered layer: its formula, who passes, neurons that are not there, and its two starts."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Adam, Experiment, listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Filtered
from tropism.subjects.superposition import ImportantFeatures
from tropism.surgery import Ablate

SIZES = {"features": 7, "hidden": 12}
X = np.asarray(jax.random.uniform(jax.random.key(1), (33, 7)))


def with_parameters(network, seed=0):
    luck = np.random.default_rng(seed)
    flat = {path: luck.normal(size=shape).astype(np.float32) for path, shape in shapes(network).items()}
    return assembled(network, {path: jnp.asarray(item) for path, item in flat.items()}), flat


def passed(flat, kept):
    """What passes, in NumPy, by sorting."""
    rows = np.maximum(X @ flat["hidden.weight"].T + flat["hidden.bias"], 0)
    return np.where(rows >= np.sort(rows, axis=1)[:, -kept, None], rows, 0)


@pytest.mark.parametrize(("kept", "output"), [(1, "relu"), (3, "linear"), (12, "relu")])
def test_it_is_the_formula_and_no_more_pass_than_are_kept(kept, output):
    module, flat = with_parameters(Filtered(**SIZES, kept=kept, output_activation=output))
    found, heard = listen(module, X, ("hidden.pre", "hidden"))
    wanted = passed(flat, kept)
    np.testing.assert_allclose(heard["hidden"], wanted, rtol=1e-5, atol=1e-5)
    assert ((np.asarray(heard["hidden"]) > 0).sum(axis=1) <= kept).all()
    below = wanted @ flat["output.weight"].T + flat["output.bias"]
    np.testing.assert_allclose(found, np.maximum(below, 0) if output == "relu" else below, rtol=1e-4, atol=1e-4)


def test_a_filter_as_wide_as_the_layer_is_none_bit_for_bit():
    plain, wide = Filtered(**SIZES), Filtered(**SIZES, kept=12)
    one, other = (network.build(jax.random.key(4))(X, silent) for network in (plain, wide))
    np.testing.assert_array_equal(one, other)


def test_what_a_tap_does_after_the_filter_flows_on():
    module, flat = with_parameters(Filtered(**SIZES, kept=2, output_activation="linear"))
    found = module(X, lambda site, value: value + 1 if site == "hidden" else value)
    wanted = (passed(flat, 2) + 1) @ flat["output.weight"].T + flat["output.bias"]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kept", [None, 2])
def test_idle_neurons_have_no_gradient_so_the_others_are_a_narrower_network(kept):
    wide, narrow = Filtered(**SIZES, kept=kept, idle=7), Filtered(features=7, hidden=5, kept=kept)
    flat = flattened(wide.build(jax.random.key(2)))
    cut = {path: item[:5] if path.startswith("hidden") else item for path, item in flat.items()}
    cut["output.weight"] = flat["output.weight"][:, :5]

    def price(network):
        return lambda flat: ((assembled(network, flat)(X, silent) - X) ** 2).mean()

    there, slopes = jax.jit(jax.value_and_grad(price(wide)))(flat)
    alone, narrower = jax.jit(jax.value_and_grad(price(narrow)))(cut)
    assert float(there) == pytest.approx(float(alone), rel=1e-6)
    for path, slope in slopes.items():
        own = slope[:, :5] if path == "output.weight" else slope[: len(narrower[path])]
        np.testing.assert_allclose(own, narrower[path], rtol=1e-4, atol=1e-6)
    for idle in (slopes["hidden.weight"][5:], slopes["hidden.bias"][5:], slopes["output.weight"][:, 5:]):
        assert not np.any(idle)


def test_an_aligned_start_is_the_identity_as_far_as_there_are_neurons():
    network = Filtered(features=7, hidden=12, kept=7, aligned=1.0)
    np.testing.assert_array_equal(network.build(jax.random.key(0))(X, silent), X)
    weight = flattened(Filtered(features=7, hidden=12, idle=8, aligned=1.0).build(jax.random.key(0)))["hidden.weight"]
    np.testing.assert_array_equal(weight[:4, :4], np.eye(4))
    assert np.all(weight[:4, 4:] != 0)
    assert not np.any(weight[4:])


def test_a_random_start_is_normal_with_the_variance_of_its_own_width():
    flat = flattened(Filtered(features=300, hidden=200, idle=100).build(jax.random.key(0)))
    weight = np.asarray(flat["hidden.weight"])
    assert weight[:100].var() == pytest.approx(2 / 100, rel=0.03)  # of 30,000 numbers
    np.testing.assert_array_equal(flat["output.weight"], weight.T)
    np.testing.assert_array_equal(np.concatenate([flat["hidden.bias"], flat["output.bias"]]), 0)


def test_dials_may_differ_from_member_to_member_and_are_refused_where_they_do_not_fit():
    task = ImportantFeatures(features=7, density=0.1)
    made = Experiment(task=task, network=Filtered(**SIZES, kept=2), optimizer=Adam(lr=0.1), steps=3)
    assert made.setting([("network.idle", 4), ("network.aligned", 1)]) == (
        ("network.aligned", 1.0),
        ("network.idle", 4.0),
    )
    for idle in (12, 2.5):
        with pytest.raises(DoesNotFit, match="wanted is a whole number below that"):
            made.setting([("network.idle", idle)])
    with pytest.raises(BadValue, match=r"in \[0, 1\]"):
        Filtered(**SIZES, aligned=1.5)


def test_surgery_is_refused_where_a_neuron_would_leave_its_place_to_another():
    for kept, whole in ((None, True), (12, True), (3, False)):
        network = Filtered(**SIZES, kept=kept)
        params = {path: np.ones((1, *shape), np.float32) for path, shape in shapes(network).items()}
        if whole:
            assert not Ablate("hidden", (3,)).apply(network, params)[1]["hidden.weight"][0, 3].any()
            continue
        with pytest.raises(DoesNotFit, match="refuses surgery"):
            Ablate("hidden", (3,)).apply(network, params)


@pytest.mark.parametrize("fields", [{"features": 0}, {"hidden": 1.5}, {"kept": 0}, {"kept": True}])
def test_counts_that_are_none_are_refused(fields):
    with pytest.raises(BadValue, match="at least 1"):
        Filtered(**(SIZES | fields))


def test_an_output_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match="Did you mean 'relu'"):
        Filtered(**SIZES, output_activation="rleu")


def test_it_is_described_and_rebuilt_without_jax():
    script = "import sys; from tropism.networks import Filtered; from tropism.values import describe, rebuild\n"
    script += "it = Filtered(features=5, hidden=9, kept=2, idle=3, aligned=.5)\n"
    script += "assert rebuild(describe(it)) == it and it.sites() and it.output_width() == 5\n"
    script += "assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
