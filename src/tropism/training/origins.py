"""Where members start when they do not start fresh, and the frozen networks that they may look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.lineage import held, place_of_source, rows_of
from tropism.core.member import Member
from tropism.core.paths import assembled, flattened, matches, path_name, patterns_fit
from tropism.core.start import From, Reference
from tropism.errors import DoesNotFit
from tropism.training.state import State, Tree


def started(
    experiment: Experiment, members: tuple[Member, ...], fresh: State, rested: Callable[[dict[str, Tree]], Any]
) -> State:
    """The state before step 0: fresh, or with the parameters that the experiment starts from.

    `rested` gives the optimizers' states for parameters: some remember where they began.
    """
    start = experiment.start
    if not isinstance(start, From):
        return fresh
    source = held(start)
    rows = rows_of(start, members, place_of_source(start))
    tree = fresh.params[FIRST_PLAYER]
    paths = flattened(tree)
    patterns_fit(start.reinitialize, tuple(paths), "From.reinitialize")
    _same_shapes({path: leaf for path, leaf in paths.items() if not matches(path, start.reinitialize)}, source)

    def pick(path: Any, leaf: Any) -> Any:
        name = path_name(path)
        return leaf if matches(name, start.reinitialize) else jnp.asarray(source.params[name][rows], leaf.dtype)

    params = fresh.params | {FIRST_PLAYER: jax.tree_util.tree_map_with_path(pick, tree)}
    return fresh._replace(params=params, optimizer=rested(params))


def reference_params(reference: Reference, members: tuple[Member, ...]) -> Any:
    """A frozen network's parameters for each member, `[E, …]`."""
    source = held(reference)
    rows = rows_of(reference, members, place_of_source(reference))
    flat = {path: item[rows] for path, item in source.params.items() if ":" not in path}
    return eqx.filter(jax.vmap(lambda one: assembled(source.network, one))(flat), eqx.is_inexact_array)


def _same_shapes(paths: dict[str, Any], source: Ensemble) -> None:
    for path, leaf in paths.items():
        given = source.params.get(path)
        if given is None or given.shape[1:] != leaf.shape[1:]:
            shape = "no such parameter" if given is None else f"shape {given.shape[1:]}"
            raise DoesNotFit(
                f"Experiment.start: the parameter {path!r} has shape {leaf.shape[1:]} here, and {shape} there."
            )
