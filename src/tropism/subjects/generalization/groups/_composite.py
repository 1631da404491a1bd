"""Representations of two groups side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float


def product_irreps(
    left: Mapping[str, Float[np.ndarray, "m d d"]], right: Mapping[str, Float[np.ndarray, "n e e"]]
) -> dict[str, Float[np.ndarray, "mn de de"]]:
    """Kronecker products; where both factors are complex pairs, the product falls into two parts.

    With J and K commuting with the factors and J² = K² = -1, J⊗K commutes with the product and squares to 1; the parts
    are where it is 1 and -1.
    """
    found = {}
    for left_name, a in left.items():
        for right_name, b in right.items():
            name = "trivial" if left_name == right_name == "trivial" else f"{left_name}×{right_name}"
            size = a.shape[1] * b.shape[1]
            both = np.einsum("aij,bkl->abikjl", a, b).reshape(-1, size, size)
            turn, other = _turn(a), _turn(b)
            if turn is None or other is None:
                found[name] = both
                continue
            for mark, basis in zip("+-", split_by(np.kron(turn, other)), strict=True):
                found[name + mark] = basis.T @ both @ basis
    return found


def split_by(symmetric: Float[np.ndarray, "d d"]) -> tuple[Float[np.ndarray, "d h"], Float[np.ndarray, "d h"]]:
    """Orthonormal bases of where a symmetric matrix is positive, and where it is negative."""
    values, vectors = np.linalg.eigh(symmetric)
    return vectors[:, values > 0], vectors[:, values < 0]


def averaged(
    representation: Float[np.ndarray, "n d d"], signs: Float[np.ndarray, "n"] | float = 1.0
) -> Float[np.ndarray, "d d"]:
    """The mean of s(g)·ρ(g)·X·ρ(g)ᵀ for a fixed X without symmetry; it commutes with ρ up to the signs s."""
    start = np.random.default_rng(0).normal(size=representation.shape[1:])
    signed = representation * np.broadcast_to(signs, len(representation))[:, None, None]
    return np.einsum("gij,jk,glk->il", signed, start, representation, optimize=True) / len(representation)


def _turn(representation: Float[np.ndarray, "n d d"]) -> Float[np.ndarray, "d d"] | None:
    """The J that commutes with a complex pair, J² = -1; `None` for a representation that is no such pair."""
    commuting = averaged(representation)
    skew = commuting - commuting.T
    size = np.linalg.norm(skew)
    return skew * np.sqrt(len(skew)) / size if size > 1e-6 else None
