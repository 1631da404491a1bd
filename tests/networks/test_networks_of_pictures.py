"""Networks that look at pictures, as a family: fast forms are the plain ones, surgery is what it says."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Convolutional, Polar
from tropism.networks._polar_module import around, around_plainly, rings
from tropism.surgery import Ablate, Prune
from tropism.values import describe, rebuild

CONVOLUTIONAL = Convolutional(size=9, in_channels=2, channels=(4, 3), outputs=5)
POLAR = Polar(size=8, radii=4, angles=12, channels=(5, 6), kernel=5, hidden=7, outputs=5)
NETWORKS = {
    "two convolutions": CONVOLUTIONAL,
    "a hidden layer": replace(CONVOLUTIONAL, hidden=7),
    "patches of three, a window of five": replace(CONVOLUTIONAL, channels=(4,), pool=3, kernel=5),
    "no patches": replace(CONVOLUTIONAL, pool=1, kernel=1),
    "polar": POLAR,
    "polar with position": replace(POLAR, position=1.0),
}
by_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
by_convolution = pytest.mark.parametrize(
    "network", [each for each in NETWORKS.values() if isinstance(each, Convolutional)]
)


def pictures(network, count=11):
    return jnp.asarray(np.random.default_rng(1).uniform(size=(count, network.input_width())), jnp.float32)


def made(network):
    """A module with parameters of NumPy's making: to draw them takes longer than all else here."""
    luck = np.random.default_rng(0)
    held = {path: luck.normal(size=shape) / np.prod(shape[1:]) ** 0.5 for path, shape in shapes(network).items()}
    return assembled(network, {path: jnp.asarray(item, jnp.float32) for path, item in held.items()})


@by_convolution
def test_the_fast_form_is_the_plain_one(network):
    module, x = made(network), pictures(network)

    @partial(jax.jit, static_argnums=1)
    def run(module, form):
        def price(each):
            output = getattr(each, form)(x, silent)
            return (output**2).sum(), output

        return jax.grad(price, has_aux=True)(module)

    (fast, output), (slow, expected) = run(module, "__call__"), run(module, "plain")
    np.testing.assert_allclose(output, expected, atol=1e-5)
    for own, plain_one in zip(jax.tree.leaves(fast), jax.tree.leaves(slow), strict=True):
        np.testing.assert_allclose(own, plain_one, rtol=1e-4, atol=1e-4)  # sums over all pictures and positions


def test_a_convolution_is_the_closed_form():
    network = Convolutional(size=4, channels=(1,), outputs=1)
    held = {path: jnp.zeros(shape) for path, shape in shapes(network).items()}
    held["maps.0.weight"] = held["maps.0.weight"].at[0, 0, 0, 1].set(1.0)  # the pixel above
    held["maps.0.bias"] = jnp.array([-2.0])
    module, x = assembled(network, held), jnp.arange(16.0)[None]
    found = listen(module, x, ("maps.0",))[1]["maps.0"]
    np.testing.assert_array_equal(found[0, :, 0], [0, 1, 7, 9])  # row 1 sees 0 … 3, row 3 sees 8 … 11, less 2


def test_a_convolution_around_is_the_librarys_and_goes_around():
    layer = made(Polar(size=4, radii=3, angles=9, outputs=1, kernel=5)).maps[0]
    values = jnp.asarray(np.random.default_rng(1).normal(size=(6, 9, 3)), jnp.float32)
    np.testing.assert_allclose(around(values, layer), around_plainly(values, layer), atol=1e-5)
    turned = around(jnp.roll(values, 4, axis=1), layer)
    np.testing.assert_allclose(turned, jnp.roll(around(values, layer), 4, axis=1), atol=1e-5)


def turned_by(angles):
    """A tap that turns what the rings hold."""
    return lambda site, value: jnp.roll(value, angles, axis=1) if site == "polar" else value


@pytest.mark.parametrize("angles", [1, 5, 11])
def test_the_polar_network_does_not_tell_a_turned_picture_and_with_position_it_does(angles):
    x = pictures(POLAR)
    module = made(POLAR)
    np.testing.assert_allclose(module(x, turned_by(angles)), module(x, silent), atol=1e-6)
    told = made(replace(POLAR, position=1.0))
    assert np.abs(told(x, turned_by(angles)) - told(x, silent)).max() > 1e-3


def test_a_quarter_turn_of_the_picture_shifts_the_rings_by_a_quarter_clockwise():
    x = pictures(POLAR)
    turned = jnp.rot90(x.reshape(-1, 8, 8), -1, axes=(1, 2)).reshape(x.shape)
    np.testing.assert_allclose(rings(turned, 8, 4, 12), jnp.roll(rings(x, 8, 4, 12), 3, axis=1), atol=1e-6)
    module = made(POLAR)
    np.testing.assert_allclose(module(turned, silent), module(x, silent), atol=1e-6)


def test_rings_hold_the_radius():
    down, right = np.indices((12, 12)) - 5.5
    found = rings(jnp.asarray(np.hypot(down, right), jnp.float32).reshape(1, -1), 12, 6, 32)[0]
    np.testing.assert_allclose(found[:, 1:5], np.broadcast_to([1.5, 2.5, 3.5, 4.5], (32, 4)), atol=0.1)  # interpolated


def test_rings_begin_at_the_right():
    picture = jnp.zeros((12, 12)).at[5:7, 10:].set(1.0).reshape(1, -1)
    assert int(rings(picture, 12, 6, 32)[0].sum(axis=1).argmax()) == 0


@by_network
def test_surgery_takes_channels_and_neurons(network):
    module, x = made(network), pictures(network)
    held = {path: np.asarray(item)[None] for path, item in flattened(module).items()}
    for site, about in network.sites().items():
        if not about.writes:
            continue
        silenced, cut = Ablate(site, (0, 2)).apply(network, held), Prune(site, (0, 2)).apply(network, held)
        still = assembled(silenced[0], {path: jnp.asarray(item[0]) for path, item in silenced[1].items()})
        narrow = assembled(cut[0], {path: jnp.asarray(item[0]) for path, item in cut[1].items()})
        output, heard = listen(still, x, (site,))
        assert not np.asarray(heard[site])[..., [0, 2]].any()
        np.testing.assert_allclose(narrow(x, silent), output, atol=1e-5)
        kept = jnp.ones(about.width).at[jnp.array([0, 2])].set(0)
        zeroed = module(x, lambda at, value, to=site, kept=kept: value * kept if at == to else value)
        np.testing.assert_allclose(zeroed, output, atol=1e-5)


@by_network
def test_a_description_comes_back_and_has_the_parameters_that_it_says(network):
    assert rebuild(describe(network)) == network
    paths = shapes(network)
    for site in network.sites().values():
        assert all(paths[path][0] == site.width for path in site.writes)
        assert all(paths[path][1] == site.width for path in site.reads)


def test_the_known_networks_have_as_many_parameters_as_they_had():
    # Generalization notes of the prototypes: CNN-nb 63,050; CNN12 8.4k; POLAR about 20k and POLAR+POS about 21k.
    def count(network):
        return sum(int(np.prod(shape)) for shape in shapes(network).values())

    assert count(Convolutional(size=28, outputs=10)) == 63_050
    assert count(Convolutional(size=12, outputs=7)) == 8_391
    assert count(Polar(size=12, outputs=7)) == 20_391
    assert count(Polar(size=12, outputs=7, position=1.0)) == 20_839


WRONG = {
    "an even kernel": (CONVOLUTIONAL, {"kernel": 4}, BadValue),
    "no channels": (CONVOLUTIONAL, {"channels": ()}, BadValue),
    "no channel": (CONVOLUTIONAL, {"channels": (4, 0)}, BadValue),
    "no pixels left": (CONVOLUTIONAL, {"channels": (4, 4, 4, 4)}, DoesNotFit),
    "no size": (CONVOLUTIONAL, {"size": 0}, BadValue),
    "a negative layer": (CONVOLUTIONAL, {"hidden": -1}, BadValue),
    "a kernel beyond the circle": (POLAR, {"kernel": 13}, BadValue),
    "an even kernel around": (POLAR, {"kernel": 4}, BadValue),
    "a negative position": (POLAR, {"position": -1.0}, BadValue),
    "no rings": (POLAR, {"radii": 0}, BadValue),
}


@pytest.mark.parametrize(("network", "fields", "kind"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused(network, fields, kind):
    with pytest.raises(kind):
        replace(network, **fields)


@pytest.mark.parametrize("network", [CONVOLUTIONAL, POLAR])
def test_only_channels_and_neurons_can_be_pruned(network):
    with pytest.raises(DoesNotFit, match="cannot be pruned at 'output'"):
        network.narrowed("output", (0,))


@pytest.mark.parametrize("network", [CONVOLUTIONAL, POLAR])
def test_parameters_start_uniform_within_what_they_look_at(network):
    for path, item in flattened(network.build(jax.random.key(0))).items():
        weight = shapes(network)[path.replace("bias", "weight")]
        reach = np.prod(weight[1:]) ** -0.5
        assert np.abs(item).max() <= reach
        assert item.size < 30 or np.abs(item).mean() == pytest.approx(reach / 2, rel=0.35)  # few numbers, 30 at least
