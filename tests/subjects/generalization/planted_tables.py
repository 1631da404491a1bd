"""Tables and activations that are made of known shares of irreps."""

import numpy as np

from tropism.subjects.generalization.groups import coefficient_basis, irreps


def planted(group, shares, width=24, seed=0):
    """A table `[n, width]` with exactly these shares of its sum of squares in these irreps."""
    draws = np.random.default_rng(seed)
    total = 0.0
    for name, share in shares.items():
        basis = coefficient_basis(irreps(group)[name])
        mix = draws.normal(size=(basis.shape[1], width))
        total = total + np.sqrt(share) * basis @ mix / np.linalg.norm(mix)
    return 7.0 * total


def cube(group, values):
    """A function of a·b·c⁻¹ over all triples."""
    table = group.table()
    return values[table[table][:, :, group.inverses()]]


def flat(matrices):
    return matrices.reshape(len(matrices), -1)
