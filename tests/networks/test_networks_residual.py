"""One step of a residual stream: its formula, its sites, surgery, and a write that cannot take away."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Residual
from tropism.surgery import Ablate

SIZES = {"inputs": 6, "outputs": 9, "width": 5, "hidden": 4}
X = np.random.default_rng(1).normal(size=(33, 6)).astype(np.float32)


def with_parameters(network, seed=0):
    luck = np.random.default_rng(seed)
    flat = {path: luck.normal(size=shape).astype(np.float32) for path, shape in shapes(network).items()}
    return assembled(network, {path: jnp.asarray(item) for path, item in flat.items()}), flat


@pytest.mark.parametrize("output", ["relu", "linear"])
def test_it_is_the_formula_at_every_site(output):
    network = Residual(**SIZES, output_activation=output)
    (module, flat), sites = with_parameters(network), tuple(network.sites())
    found, heard = listen(module, X, sites)
    stream = X @ flat["into.weight"].T
    pre = stream @ flat["hidden.weight"].T + flat["hidden.bias"]
    written = np.maximum(pre, 0) @ flat["write.weight"].T
    below = (stream + written) @ flat["output.weight"].T + flat["output.bias"]
    answer = np.maximum(below, 0) if output == "relu" else below
    wanted = (stream, pre, np.maximum(pre, 0), written, stream + written, answer)
    for site, values in zip(sites, wanted, strict=True):
        np.testing.assert_allclose(heard[site], values, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(found, heard["output"])


def test_along_what_one_neuron_writes_the_stream_only_grows():
    module, flat = with_parameters(Residual(**(SIZES | {"hidden": 1})))
    heard = listen(module, X, ("stream", "stream.after"))[1]
    along = (heard["stream.after"] - heard["stream"]) @ flat["write.weight"][:, 0]
    assert float(along.min()) >= -1e-6
    assert float(along.max()) > 0.1


def test_what_a_tap_writes_flows_on():
    module, flat = with_parameters(Residual(**SIZES))
    pushed = module(X, lambda site, value: jnp.zeros_like(value) if site == "written" else value)
    wanted = X @ flat["into.weight"].T @ flat["output.weight"].T + flat["output.bias"]
    np.testing.assert_allclose(pushed, wanted, rtol=1e-4, atol=1e-4)


def test_a_neuron_that_is_cut_writes_nothing():
    network = Residual(**SIZES)
    module, flat = with_parameters(network)
    params = {path: item[None] for path, item in flat.items()}
    cut = {path: item[0] for path, item in Ablate("hidden", (2,)).apply(network, params)[1].items()}
    silenced = module(X, lambda site, value: value.at[:, 2].set(0.0) if site == "hidden" else value)
    np.testing.assert_allclose(assembled(network, cut)(X, silent), silenced, rtol=1e-4, atol=1e-4)
    with pytest.raises(DoesNotFit, match="refuses surgery"):
        Ablate("stream", (0,)).apply(network, params)
    assert network.narrowed("hidden", (0, 1)) == Residual(**(SIZES | {"hidden": 2}))
    with pytest.raises(DoesNotFit, match="can be pruned at 'hidden'"):
        network.narrowed("stream", (0,))


def test_it_starts_as_glorot_and_bengio_have_it():
    flat = flattened(Residual(inputs=100, outputs=100, width=200, hidden=100).build(jax.random.key(0)))
    for path in ("into", "hidden", "write", "output"):
        assert np.var(flat[f"{path}.weight"]) == pytest.approx(2 / 300, rel=0.04)  # of 20,000 numbers
    np.testing.assert_array_equal(np.concatenate([flat["hidden.bias"], flat["output.bias"]]), 0)


def test_it_is_described_and_rebuilt_without_jax():
    script = "import sys; from tropism.networks import Residual; from tropism.values import describe, rebuild\n"
    script += "it = Residual(inputs=5, outputs=3, width=2, hidden=4)\n"
    script += "assert rebuild(describe(it)) == it and it.sites() and it.output_width() == 3\n"
    script += "assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_cannot_be_is_refused():
    for fields in ({"inputs": 0}, {"width": 2.5}, {"hidden": True}):
        with pytest.raises(BadValue, match="at least 1"):
            Residual(**(SIZES | fields))
    with pytest.raises(UnknownName, match="Did you mean 'relu'"):
        Residual(**SIZES, output_activation="rleu")
