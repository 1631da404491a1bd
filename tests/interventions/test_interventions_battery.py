"""What every intervention must do, whichever it is: a new one is refused until it stands in `INTERVENTIONS`."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism import interventions
from tropism.core import Intervention
from tropism.errors import DoesNotFit
from tropism.interventions import Bezier, Bounded, Linear, Project, Repel, Suppress, ZeroSubspace
from tropism.values import describe, rebuild

E0 = (1, 0, 0, 0)
SLANTED = (1.0, -2.0, 0.5, 3.0)

INTERVENTIONS = {
    "Project": [Project("latent", E0), Project("latent", (SLANTED, E0))],
    "Repel": [
        Repel("latent", E0, Linear(0.0, 0.5)),
        Repel("latent", SLANTED, Bezier(0.5, 0.7)),
        Repel("latent", SLANTED, Linear(np.cos(np.pi / 2), np.cos(np.radians(89)))),
    ],
    "Suppress": [
        Suppress("latent", E0),
        Suppress("latent", SLANTED, Bounded(0.5, 1.0, 2.0)),
        Suppress("latent", SLANTED, Bounded(0.0, 0.5, 1.0)),
    ],
    "ZeroSubspace": [ZeroSubspace("latent", (0,)), ZeroSubspace("latent", (3, 1))],
}
CURVES = {
    "Bezier": [Bezier(0.0, 0.5), Bezier(0.3, 0.5, end_slope=0.2), Bezier(0.0, 0.5, control_distance=1.0)],
    "Bounded": [Bounded(), Bounded(0.5, 0.8, 0.0), Bounded(0.2, 1.0, 0.5)],
    "Linear": [Linear(0.0, 0.5), Linear(0.5, -0.2)],
}


def listed(table):
    return [pytest.param(each, id=f"{name}-{number}") for name, row in table.items() for number, each in enumerate(row)]


EACH = listed(INTERVENTIONS)
SPARING = [param for param in EACH if isinstance(param.values[0], Suppress | Repel)]

RANDOM = np.random.default_rng(5).normal(size=(40, 4)).astype(np.float32)
HARD = np.concatenate(
    [
        RANDOM,
        RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True),
        np.float32([E0, SLANTED, np.negative(E0), np.negative(SLANTED), np.zeros(4)]),
        1e4 * RANDOM[:3],
        1e-20 * RANDOM[:3],
        1e-8 * RANDOM[:3],
    ]
).astype(np.float32)


def test_the_battery_knows_every_public_intervention_and_curve():
    assert sorted(INTERVENTIONS | CURVES) == sorted(interventions.__all__)
    for name, row in (INTERVENTIONS | CURVES).items():
        assert all(type(each).__name__ == name for each in row)
        assert issubclass(type(row[0]), Intervention) == (name in INTERVENTIONS)


@pytest.mark.parametrize("act", EACH)
def test_shape_and_dtype_stay_as_they_are(act):
    for shape in [(4,), (1, 4), (6, 4), (2, 3, 4), (0, 4)]:
        for dtype in (jnp.float32, jnp.bfloat16, jnp.float16):
            value = jnp.ones(shape, dtype)
            found = jax.eval_shape(act, value)
            assert (found.shape, found.dtype) == (shape, dtype)


@pytest.mark.parametrize("act", EACH)
def test_everything_stays_finite_and_so_do_gradients(act):
    value, back = jax.jit(lambda z: (act(z), jax.grad(lambda z: (act(z) ** 2).sum())(z)))(jnp.asarray(HARD))
    assert np.isfinite(value).all()
    assert np.isfinite(back).all()


@pytest.mark.parametrize("act", EACH)
def test_half_precision_agrees_to_its_own_digits(act):
    unit = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
    half = jnp.asarray(unit, jnp.bfloat16)
    # Eight bits of mantissa: 2**-8 of a number up to 1.
    found = np.asarray(act(half), np.float32)
    np.testing.assert_allclose(found, act(half.astype(jnp.float32)), atol=2**-8)


@pytest.mark.parametrize("act", EACH)
def test_a_vector_is_treated_the_same_alone_and_in_company_compiled_or_not(act):
    together = jax.jit(act)(jnp.asarray(HARD))
    mapped = jax.vmap(act)(jnp.asarray(HARD))
    grid = act(jnp.asarray(HARD[:80].reshape(4, 20, 4))).reshape(80, 4)
    scale = 1e-6 * (1 + np.abs(HARD).max(axis=1, keepdims=True))
    assert np.all(np.abs(together - mapped) <= scale)
    assert np.all(np.abs(together[:80] - grid) <= scale[:80])


@pytest.mark.parametrize("act", SPARING)
def test_vectors_not_aligned_stay_bit_for_bit(act):
    direction = np.float32(act.direction)
    pairs = HARD @ direction
    spared = HARD[pairs <= 0]
    assert len(spared) > 10
    np.testing.assert_array_equal(act(jnp.asarray(spared)), spared)
    assert not np.array_equal(act(jnp.asarray(HARD)), HARD)


@pytest.mark.parametrize("act", SPARING)
def test_vectors_aligned_less_than_where_it_begins_stay_bit_for_bit(act):
    begins = next(cone for cone in act.cones() if cone.kind == "begins")
    cosines = HARD @ np.float64(act.direction) / np.maximum(np.linalg.norm(HARD, axis=1), 1e-12)
    outside = HARD[cosines < np.cos(begins.angle) - 1e-4]
    np.testing.assert_array_equal(act(jnp.asarray(outside)), outside)


@pytest.mark.parametrize("act", EACH)
def test_an_intervention_survives_its_own_description(act):
    again = rebuild(describe(act))
    assert again == act
    assert again.key() == act.key()
    assert hash(again) == hash(act)


@pytest.mark.parametrize("act", EACH)
def test_it_fits_its_own_width_only(act):
    act.fits(4)
    if not isinstance(act, ZeroSubspace):
        with pytest.raises(DoesNotFit, match="the site 'latent' is 5 wide"):
            act.fits(5)
    with pytest.raises(DoesNotFit):
        act.fits(0)


@pytest.mark.parametrize("curve", listed(CURVES))
def test_a_curve_is_finite_and_survives_its_description(curve):
    found = curve(jnp.linspace(0, 1, 301))
    assert np.isfinite(found).all()
    assert rebuild(describe(curve)) == curve


@pytest.mark.parametrize("curve", listed({name: CURVES[name] for name in ("Linear", "Bezier")}))
def test_a_mapping_changes_nothing_before_it_begins_and_ends_where_it_says(curve):
    before = jnp.linspace(0, curve.a, 50)
    np.testing.assert_array_equal(curve(before), before)
    np.testing.assert_allclose(curve(jnp.array(1.0)), curve.b, atol=1e-6)
    assert curve.handles()[0] == (curve.a, curve.a)
    assert curve.handles()[-1] == (1.0, curve.b)


@pytest.mark.parametrize("curve", listed({"Bounded": CURVES["Bounded"]}))
def test_a_falloff_is_zero_until_it_begins_and_whole_at_the_end(curve):
    assert np.all(curve(jnp.linspace(0, curve.a, 50)) == 0)
    np.testing.assert_allclose(curve(jnp.array(1.0)), curve.b, rtol=1e-6)
