"""Representations of rotations of the plane, with and without reflections."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from tropism.subjects.generalization.groups.cyclic import Cyclic, Dihedral


def cyclic_irreps(group: Cyclic) -> dict[str, Float[np.ndarray, "n d d"]]:
    """The trivial one, the sign if the modulus is even, and a rotation by 2πka/n for each frequency k < n/2."""
    residues = np.arange(group.modulus)
    found = {"trivial": _one_dimensional(np.ones(group.modulus))}
    if group.modulus % 2 == 0:
        found["sign"] = _one_dimensional(1.0 - 2 * (residues % 2))
    return found | {str(k): _rotations(k * residues, group.modulus) for k in range(1, (group.modulus + 1) // 2)}


def dihedral_irreps(group: Dihedral) -> dict[str, Float[np.ndarray, "n d d"]]:
    """One-dimensional signs, and the rotations of each frequency with a reflection of the second coordinate."""
    turns, flips = np.array(group.elements()).T
    reflected, odd = 1.0 - 2 * flips, 1.0 - 2 * (turns % 2)
    signs = {"trivial": np.ones(len(turns)), "sign": reflected}
    if group.rotations % 2 == 0:
        signs |= {"alternating": odd, "alternating_sign": odd * reflected}
    found = {name: _one_dimensional(values) for name, values in signs.items()}
    mirror = np.stack([np.ones(len(turns)), reflected], axis=1)
    frequencies = range(1, (group.rotations + 1) // 2)
    return found | {str(k): _rotations(k * turns, group.rotations) * mirror[:, None, :] for k in frequencies}


def _one_dimensional(values: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n 1 1"]:
    return values[:, None, None]


def _rotations(steps: np.ndarray, whole: int) -> Float[np.ndarray, "n 2 2"]:
    angles = 2 * np.pi * (steps % whole) / whole
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([cosine, -sine], 1), np.stack([sine, cosine], 1)], 1)
