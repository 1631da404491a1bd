"""What networks answer when the values at a site are others, or pass through an affine map, each member's its own.

An `Intervention` is compiled into the program and is one for all members, so a search over directions would compile
once a member and direction. Here the values are data: one program a site serves every member and every direction, and
computes only what comes after the site.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core import Ensemble, Intervention, Network
from tropism.errors import DoesNotFit, UnknownName
from tropism.measures.examples import values_at

if TYPE_CHECKING:
    from jaxtyping import Array


class AffineMaps(NamedTuple):
    """An affine map a member: z ↦ matrix z + offset. At a site with positions, z is all of them laid side by side."""

    matrix: Float[np.ndarray, "E F F"]
    offset: Float[np.ndarray, "E F"]

    def apply(self, values: Float[np.ndarray, "E B F"]) -> Float[np.ndarray, "E B F"]:
        """Every member's values after its map."""
        return values @ np.swapaxes(self.matrix, 1, 2) + self.offset[:, None]


def projecting_out(directions: Float[np.ndarray, "E R F"]) -> AffineMaps:
    """Takes the span of each member's orthonormal directions out of its values."""
    matrix = np.eye(directions.shape[-1]) - np.swapaxes(directions, 1, 2) @ directions
    return AffineMaps(matrix, np.zeros((len(directions), directions.shape[-1])))


def replacing_by(mean: Float[np.ndarray, "E F"]) -> AffineMaps:
    """Puts a constant a member in place of whatever was there."""
    return AffineMaps(np.zeros((*mean.shape, mean.shape[-1])), mean)


def mean_ablating(ensemble: Ensemble, inputs: np.ndarray, site: str, *, apart: bool = False) -> AffineMaps:
    """Puts each member's mean over some inputs in place of the values at a site, at every position that position's.

    Source: Wang et al. (2022), arXiv 2211.00593, on mean ablation.
    """
    return replacing_by(values_at(ensemble, inputs, (site,), apart=apart)[site].mean(1))


def rewritten(
    ensemble: Ensemble,
    inputs: np.ndarray,
    site: str,
    maps: AffineMaps,
    *,
    apart: bool = False,
    known: Float[np.ndarray, "E B F"] | None = None,
) -> Float[np.ndarray, "E B ..."]:
    """Every member's answers, as the task reads them out, when the values at a site pass through its own map.

    Interventions in force act before it. A member that diverged answers NaN.

    Args:
        known: What `values_at` finds at the site for these inputs, if it has been asked already.

    Raises:
        UnknownName: The network has no such site.
        DoesNotFit: Maps for another number of members.
    """
    _check_site(ensemble, site, "rewritten")
    if len(maps.matrix) != len(ensemble):
        raise DoesNotFit(f"rewritten: maps for {len(maps.matrix)} members, and there are {len(ensemble)}.")
    values = values_at(ensemble, inputs, (site,), apart=apart)[site] if known is None else known
    return answered_from(ensemble, inputs, site, maps.apply(values), apart=apart)


def answered_from(
    ensemble: Ensemble, inputs: np.ndarray, site: str, values: Float[np.ndarray, "E B F"], *, apart: bool = False
) -> Float[np.ndarray, "E B ..."]:
    """Every member's answers, as the task reads them out, with these values at a site, whatever would be there.

    What only the site hears is not computed. A member that diverged answers NaN.

    Args:
        values: One vector an example, as of `values_at`; or `[E, 1, F]`, one for all examples.

    Raises:
        UnknownName: The network has no such site.
        DoesNotFit: Values for another number of members or of examples, or of another width.
    """
    _check_site(ensemble, site, "answered_from")
    count = np.shape(inputs)[1 if apart else 0]
    if len(values) != len(ensemble) or values.shape[1] not in (1, count):
        raise DoesNotFit(
            f"answered_from: values of shape {values.shape} for {len(ensemble)} members and {count} examples."
        )
    params = {path: item for path, item in ensemble.params.items() if ":" not in path}
    run = _runner(ensemble.network, ensemble.interventions, site, apart)
    output = run(params, np.asarray(inputs), np.asarray(values, np.float32))
    found = np.array(ensemble.experiment.task.read_out(output))
    found[ensemble.status.diverged_at >= 0] = np.nan
    return found


def _check_site(ensemble: Ensemble, site: str, where: str) -> None:
    sites = ensemble.network.sites()
    if site not in sites:
        raise UnknownName("site", site, sites, where)


@functools.lru_cache(maxsize=64)
def _runner(
    network: Network, interventions: tuple[Intervention, ...], site: str, apart: bool
) -> Callable[[Mapping[str, np.ndarray], np.ndarray, np.ndarray], Array]:
    import jax
    import jax.numpy as jnp

    from tropism.core.ensemble import chained
    from tropism.core.paths import assembled

    before = chained(interventions)

    def one(flat: Mapping[str, Array], x: Array, given: Array) -> Array:
        def tap(at: str, value: Array) -> Array:
            if at != site:
                return before(at, value)
            if math.prod(value.shape[1:]) != given.shape[-1]:
                raise DoesNotFit(f"answered_from: {given.shape[-1]} values an example do not fit {site!r}.")
            whole = jnp.broadcast_to(given, (len(value), given.shape[-1]))
            return whole.reshape(value.shape).astype(value.dtype)

        return assembled(network, flat)(x, tap, None)

    return jax.jit(jax.vmap(one, in_axes=(0, 0 if apart else None, 0)))
