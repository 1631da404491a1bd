"""Arrays on their way from NumPy into compiled programs."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def placed(tree: Any) -> Any:
    """The same tree of JAX's arrays, in copies of their own; 64 bits become 32.

    `jnp.asarray` says the same, and compiles a program for each new shape of what comes from NumPy.
    """
    return jax.tree.map(_placed, tree)


def _placed(leaf: Any) -> jax.Array:
    return jax.device_put(np.array(leaf)) if isinstance(leaf, (np.ndarray, np.generic)) else jnp.asarray(leaf)
