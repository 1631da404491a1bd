"""Golden numbers of the interventions, computed with the original code, z0u/ex-preppy, at four digits."""

import jax.numpy as jnp
import numpy as np
import pytest

from tropism.interventions import Bezier, Bounded, Linear, Repel, Suppress

ALPHA = jnp.arange(11) / 10
ANGLES = np.radians([0, 30, 60, 90, 120, 180])
CIRCLE = jnp.asarray(np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1), jnp.float32)

CURVES = {
    "BoundedFalloff(0,1,2)": (Bounded(0, 1, 2), (0, 0.01, 0.04, 0.09, 0.16, 0.25, 0.36, 0.49, 0.64, 0.81, 1)),
    "BoundedFalloff(0,1,0)": (Bounded(0, 1, 0), (0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
    "Linear(0,.5)": (Linear(0, 0.5), (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)),
    "Bezier(0,.5)": (
        Bezier(0, 0.5),
        (0, 0.0959, 0.1830, 0.2603, 0.3270, 0.3826, 0.4270, 0.4603, 0.4830, 0.4959, 0.5),
    ),
    # The original looked this one up in a table of a thousand entries; the digits are the same.
    "FastBezier(0,.5,end_slope=.2)": (
        Bezier(0, 0.5, end_slope=0.2),
        (0, 0.0931, 0.1732, 0.2413, 0.2989, 0.3476, 0.3888, 0.4236, 0.4532, 0.4784, 0.5),
    ),
}

HALF = 0.8660
UNTOUCHED = ((-0.5, HALF), (-1, 0))

# At 0, 30, 60, 90, 120 and 180° on the unit circle.
ACTS = {
    "Suppression(0,1,2)": (
        Suppress("latent", (1, 0), Bounded(0, 1, 2)),
        ((0, 0), (0.2165, 0.5), (0.375, HALF), (0, 1), *UNTOUCHED),
    ),
    "Suppression, constant": (Suppress("latent", (1, 0)), ((0, 0), (0, 0.5), (0, HALF), (0, 1), *UNTOUCHED)),
    # The first was (.5, ±.8660) at random in the original; here it is towards the first axis across.
    "Repulsion, FastBezier(0,.5)": (
        Repel("latent", (1, 0), Bezier(0, 0.5)),
        ((0.5, HALF), (0.4926, 0.8703), (0.3826, 0.9239), (0, 1), *UNTOUCHED),
    ),
}


@pytest.mark.parametrize("name", CURVES)
def test_curves_are_the_originals(name):
    curve, wanted = CURVES[name]
    np.testing.assert_allclose(curve(ALPHA), wanted, atol=5.1e-5)


@pytest.mark.parametrize("name", ACTS)
def test_interventions_on_the_circle_are_the_originals(name):
    act, wanted = ACTS[name]
    np.testing.assert_allclose(act(CIRCLE), wanted, atol=5.1e-5)
