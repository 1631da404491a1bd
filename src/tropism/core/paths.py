"""Parameters by their paths: `encoder.0.weight`, as files, patterns and sites name them."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tropism.errors import UnknownName

if TYPE_CHECKING:
    from jaxtyping import Array

    from tropism.core.network import Module, Network


def flattened(tree: Any) -> dict[str, Array]:
    """The floating-point arrays of a tree by their paths, in the tree's order."""
    import equinox as eqx
    import jax

    leaves = jax.tree_util.tree_flatten_with_path(eqx.filter(tree, eqx.is_inexact_array))[0]
    return {path_name(path): leaf for path, leaf in leaves}


def shapes(network: Network) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter of a network by its path, without making any."""
    import jax

    leaves = jax.tree_util.tree_flatten_with_path(_skeleton(network))[0]
    return {path_name(path): tuple(leaf.shape) for path, leaf in leaves if _is_shape(leaf)}


def assembled(network: Network, flat: Mapping[str, Array]) -> Module:
    """A network's module with the given parameters, one member's."""
    import equinox as eqx
    import jax

    skeleton = _skeleton(network)
    found = jax.tree_util.tree_map_with_path(
        lambda path, leaf: flat[path_name(path)] if eqx.is_inexact_array_like(leaf) or _is_shape(leaf) else leaf,
        skeleton,
    )
    return found


def path_name(path: Sequence[Any]) -> str:
    """A tree path as dotted names and numbers."""
    parts = []
    for entry in path:
        for attribute in ("name", "key", "idx"):
            if hasattr(entry, attribute):
                parts.append(str(getattr(entry, attribute)))
                break
    return ".".join(parts)


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path fits any of the patterns (`*` stands for anything)."""
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def patterns_fit(patterns: Sequence[str], paths: Sequence[str], where: str) -> None:
    """Refuse a pattern that fits no parameter.

    Raises:
        UnknownName: With the parameters' paths.
    """
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(path, pattern) for path in paths):
            raise UnknownName("parameter", pattern, paths, where)


@functools.lru_cache(maxsize=256)
def _skeleton(network: Network) -> Any:
    import equinox as eqx
    import jax

    return eqx.filter_eval_shape(network.build, jax.random.key(0))


def _is_shape(leaf: Any) -> bool:
    import jax
    import jax.numpy as jnp

    return isinstance(leaf, jax.ShapeDtypeStruct) and jnp.issubdtype(leaf.dtype, jnp.inexact)
