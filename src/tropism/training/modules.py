"""The networks of an experiment as trees: what is fixed about them, how one is made, and which parameters move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tropism.core.dial import join, with_dials
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.network import Network
from tropism.core.paths import flattened, matches, path_name, patterns_fit
from tropism.training.state import Tree


class Modules:
    """Every player's network, and the frozen references.

    Args:
        experiment: Whose they are.
        numbers: Any number for each dial, by its address: shapes must not depend on dials.

    Attributes:
        shapes: Every player's parameters, as shapes.
    """

    def __init__(self, experiment: Experiment, numbers: Mapping[str, Any]) -> None:
        self._experiment = experiment
        self._networks = {player.name: player.network for player in experiment.all_players()}
        key = jax.random.key(0)
        shapes = {name: eqx.filter_eval_shape(self._turned(name, numbers).build, key) for name in self._networks}
        self.shapes = {name: eqx.filter(tree, _is_parameter) for name, tree in shapes.items()}
        self._statics = {name: eqx.filter(tree, _is_parameter, inverse=True) for name, tree in shapes.items()}
        self._referred = {}
        for reference in experiment.references:
            tree = eqx.filter_eval_shape(reference.ensemble.network.build, key)  # type: ignore[union-attr]
            self._referred[reference.name] = eqx.filter(tree, _is_parameter, inverse=True)
        like = jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), self.shapes[FIRST_PLAYER])
        patterns_fit(experiment.trainable, tuple(flattened(like)), "Experiment.trainable")

    def made(self, player: str, numbers: Mapping[str, Any], key: Array) -> Tree:
        """Fresh parameters of a player's network; its dials are read here, once."""
        return eqx.filter(self._turned(player, numbers).build(key), eqx.is_inexact_array)

    def whole(self, player: str, params: Tree) -> Any:
        """The module of a player with some parameters."""
        return eqx.combine(params, self._statics[player])

    def references(self, params: Mapping[str, Tree]) -> dict[str, Any]:
        """The frozen networks by name."""
        return {name: eqx.combine(params[name], tree) for name, tree in self._referred.items()}

    def split(self, player: str, params: Tree) -> tuple[Tree, Tree]:
        """The parameters that move and those that stay; every parameter of a further player moves."""
        patterns = self._experiment.trainable if player == FIRST_PLAYER else ("*",)
        mask = jax.tree_util.tree_map_with_path(lambda path, _: matches(path_name(path), patterns), params)
        return eqx.partition(params, mask)

    def _turned(self, player: str, numbers: Mapping[str, Any]) -> Network:
        prefix = FIRST_PLAYER if player == FIRST_PLAYER else join(player, "network")
        return with_dials(self._networks[player], prefix, numbers)


def _is_parameter(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact)
