"""Where members start when they do not start fresh, and the frozen networks that they may look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.member import Member
from tropism.core.paths import assembled, flattened, matches, path_name, patterns_fit
from tropism.core.start import From, Reference
from tropism.errors import DoesNotFit, Missing
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
    source = _held(start.ensemble)
    rows = _rows(source, members, start.member, "Experiment.start")
    tree = fresh.params[FIRST_PLAYER]
    paths = flattened(tree)
    patterns_fit(start.reinitialize, tuple(paths), "From.reinitialize")
    _same_shapes(paths, source)

    def pick(path: Any, leaf: Any) -> Any:
        name = path_name(path)
        return leaf if matches(name, start.reinitialize) else jnp.asarray(source.params[name][rows], leaf.dtype)

    params = fresh.params | {FIRST_PLAYER: jax.tree_util.tree_map_with_path(pick, tree)}
    return fresh._replace(params=params, optimizer=rested(params))


def reference_params(reference: Reference, members: tuple[Member, ...]) -> Any:
    """A frozen network's parameters for each member, `[E, …]`."""
    source = _held(reference.ensemble)
    rows = _rows(source, members, reference.member, f"the reference {reference.name!r}")
    flat = {path: item[rows] for path, item in source.params.items() if ":" not in path}
    return eqx.filter(jax.vmap(lambda one: assembled(source.network, one))(flat), eqx.is_inexact_array)


def _held(ensemble: Ensemble | str) -> Ensemble:
    if isinstance(ensemble, str):
        raise Missing(f"The ensemble {ensemble[:12]}… that this experiment starts from is not at hand; load it first.")
    return ensemble


def _rows(source: Ensemble, members: tuple[Member, ...], one: int | None, where: str) -> np.ndarray:
    if one is not None:
        if not 0 <= one < len(source):
            raise DoesNotFit(f"{where}: member {one} is asked for, and there are {len(source)}.")
        return np.full(len(members), one)
    return np.array([_row(source, member, where) for member in members])


def _row(source: Ensemble, member: Member, where: str) -> int:
    """The row with the member's own seed; of several settings, the one with its own dials."""
    rows = [row for row, other in enumerate(source.members) if other.seed == member.seed]
    if not rows:
        raise DoesNotFit(f"{where}: the ensemble has no member with seed {member.seed}; it has {len(source)} members.")
    if len(rows) > 1:
        rows = [row for row in rows if sorted(source.members[row].dials) == sorted(member.dials)]
    if len(rows) != 1:
        raise DoesNotFit(f"{where}: the ensemble has several members with seed {member.seed}; select one setting.")
    return rows[0]


def _same_shapes(paths: dict[str, Any], source: Ensemble) -> None:
    for path, leaf in paths.items():
        given = source.params.get(path)
        if given is None or given.shape[1:] != leaf.shape[1:]:
            shape = "no such parameter" if given is None else f"shape {given.shape[1:]}"
            raise DoesNotFit(
                f"Experiment.start: the parameter {path!r} has shape {leaf.shape[1:]} here, and {shape} there."
            )
