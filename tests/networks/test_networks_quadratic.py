"""Quadratic neurons: their formula, their sites, and how they start."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Quadratic
from tropism.surgery import Ablate

EACH = [Quadratic(features=6, hidden=3), Quadratic(features=40, hidden=4), Quadratic(features=6, hidden=3, bias=False)]


def with_parameters(network, seed=0):
    rng = np.random.default_rng(seed)
    flat = {path: rng.normal(size=shape).astype(np.float32) for path, shape in shapes(network).items()}
    return assembled(network, {path: jnp.asarray(item) for path, item in flat.items()}), flat


def examples(network):
    return jax.random.normal(jax.random.key(1), (33, network.features))


@pytest.mark.parametrize("network", EACH)
def test_sites_are_offered_in_order_and_a_tap_that_does_nothing_changes_no_bit(network):
    module, x, heard = network.build(jax.random.key(0)), examples(network), []

    def tap(site, value):
        heard.append((site, value.shape))
        return jnp.array(value)

    np.testing.assert_array_equal(module(x, tap), module(x, silent))
    assert heard == [(name, (33, site.width)) for name, site in network.sites().items()]


@pytest.mark.parametrize("network", EACH)
def test_both_forms_inside_are_the_formula(network):
    (module, flat), x = with_parameters(network), examples(network)
    wanted = ((x @ flat["weight"].T) ** 2).sum(axis=1, keepdims=True) + flat.get("bias", 0)
    for form in (module, module.in_rows, module.in_columns):
        np.testing.assert_allclose(form(x, silent), wanted, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(listen(module, x, ("hidden",))[1]["hidden"], x @ flat["weight"].T, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("network", EACH)
def test_what_a_tap_changes_flows_on(network):
    (module, flat), x = with_parameters(network), examples(network)
    pushed = module(x, lambda site, value: value + 1 if site == "hidden" else value)
    wanted = ((x @ flat["weight"].T + 1) ** 2).sum(axis=1, keepdims=True) + flat.get("bias", 0)
    np.testing.assert_allclose(pushed, wanted, rtol=1e-4, atol=1e-4)


def test_turning_the_hidden_space_changes_nothing():
    # ‖RWx‖ = ‖Wx‖ for every rotation R: there is no privileged basis.
    network = Quadratic(features=6, hidden=3)
    (module, flat), x = with_parameters(network), examples(network)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0].astype(np.float32)
    turned = assembled(network, {"weight": jnp.asarray(turn @ flat["weight"]), "bias": jnp.asarray(flat["bias"])})
    np.testing.assert_allclose(turned(x, silent), module(x, silent), rtol=1e-4, atol=1e-4)


def test_it_starts_xavier_normal_without_a_bias_to_speak_of():
    network = Quadratic(features=300, hidden=100)
    flat = flattened(network.build(jax.random.key(0)))
    assert shapes(network) == {"weight": (100, 300), "bias": (1,)}
    assert shapes(Quadratic(features=6, hidden=3, bias=False)) == {"weight": (3, 6)}
    # Glorot and Bengio (2010); 30,000 draws know it to .4 %
    assert np.asarray(flat["weight"]).std() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    np.testing.assert_array_equal(flat["bias"], 0)


def test_nothing_reads_the_hidden_values_so_surgery_is_refused():
    params = {path: np.zeros((1, *shape)) for path, shape in shapes(EACH[0]).items()}
    with pytest.raises(DoesNotFit, match="refuses surgery"):
        Ablate("hidden", (0,)).apply(EACH[0], params)


def test_it_is_described_and_rebuilt_without_jax():
    script = "import sys; from tropism.networks import Quadratic; from tropism.values import describe, rebuild\n"
    script += "it = Quadratic(features=5, hidden=2)\n"
    script += "assert rebuild(describe(it)) == it and it.sites() and it.output_width() == 1\n"
    script += "assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("fields", [{"features": 0}, {"hidden": -1}])
def test_sizes_below_one_are_refused(fields):
    with pytest.raises(BadValue, match="at least 1"):
        Quadratic(**({"features": 5, "hidden": 2} | fields))
