"""Golden numbers of the terms, computed with the original code, z0u/ex-preppy, at its four to six digits."""

import jax.numpy as jnp
import numpy as np
import pytest

from tropism.terms import Anchor, AngularAnchor, AntiAnchor, Separate, Subspace, UnitLength

ROWS = jnp.array([(1, 0, 0, 0), (0.8, 0.6, 0, 0), (0, 0, 2, 0), (-1, 0, 0, 0), (0.5, 0.5, 0.5, 0.5)])
E0 = (1, 0, 0, 0)
FAR = (-1, 0, 0, 0)

EXACT = {
    "Anchor": (Anchor(E0), (0, 0.4, 5, 4, 1)),
    "AngularAnchor": (AngularAnchor(E0), (0, 0.2, 1, 2, 0.5)),
    "AntiAnchor, hemi": (AntiAnchor(FAR), (0, 0, 0, 1, 0)),
    "AntiAnchor, full": (AntiAnchor(FAR, hemi=False), (0, 0.1, 0.5, 1, 0.25)),
    "Unitarity": (UnitLength(), (0, 0, 1, 0, 0)),
    "Planarity": (Subspace((0, 1)), (0, 0, 4, 0, 0.5)),
    "AxisAlignedSubspace((0,), invert)": (Subspace((0,), keep=False), (1, 0.64, 0, 1, 0.25)),
}


@pytest.mark.parametrize("name", EXACT)
def test_prices_are_the_originals(name):
    term, wanted = EXACT[name]
    np.testing.assert_allclose(term.cost(ROWS), wanted, atol=5e-7)


def test_separation_at_power_10_without_shift_is_the_originals():
    # Five digits after the point; the antipodal pair contributes 1.
    wanted = (1.10835, 0.24300, 0.00098, 1.10835, 0.03118)
    np.testing.assert_allclose(Separate(power=10, shift=False).cost(ROWS), wanted, atol=5e-6)


def test_separation_at_power_100_with_shift_is_the_originals():
    # Five, five, two, two and three digits.
    wanted, unsure = (2.6561e-5, 2.6649e-5, 3.2e-13, 1.6e-30, 8.75e-8), (5e-10, 5e-10, 5e-15, 5e-32, 5e-11)
    found = np.asarray(Separate(power=100, shift=True).cost(ROWS))
    # A cosine in single precision, raised to the 100th power, is good to 1e-5 of itself.
    assert np.all(np.abs(found - wanted) <= np.array(unsure) + 1e-5 * np.array(wanted)), found
