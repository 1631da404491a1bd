"""Whether the latents of one network's dictionary are found in another network, by what they answer to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import neuron_matching, permuted
from tropism.subjects.features.tasks.activations import activations_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.studies._decompose_dictionaries import One
    from tropism.studies._decompose_look import Look

DRAWS = 10


def elsewhere(
    look: Look, known: Sequence[One], trained: dict[tuple[int, int], Ensemble], examples: np.ndarray
) -> polars.DataFrame:
    """A row a network and size: the mean correlation of its first dictionary's latents with those of other networks.

    Latents are matched one to one; beside it stands the same with examples shuffled, and of the site's own dimensions.

    Args:
        trained: The dictionaries by latents and active ones.
        examples: What each network is asked, `[E, B, …]`; the same to all of them.
    """
    import polars as pl

    values = _values(look, examples)
    rows = []
    for size, ensemble in trained.items():
        firsts = {}
        for one in known:
            if (one.latents, one.active) == size:
                firsts.setdefault(one.network, one)
        codes = {network: _codes(ensemble, one, values[network]) for network, one in firsts.items()}
        for network, mine in codes.items():
            pairs = [
                (mine, other, values[network], values[place]) for place, other in codes.items() if place != network
            ]
            about = {"network": network, "latents": size[0], "active": size[1]}
            rows.append(about | {name: float(np.mean(each)) for name, each in _likenesses(pairs).items()})
    return pl.DataFrame(rows)


def _likenesses(pairs: Sequence[tuple[np.ndarray, ...]]) -> dict[str, list[float]]:
    """Of each pair of networks: codes matched, codes shuffled, and the site's dimensions matched."""
    found: dict[str, list[float]] = {"elsewhere": [], "elsewhere_shuffled_high": [], "elsewhere_site": []}
    for mine, other, values, others in pairs:
        found["elsewhere"].append(neuron_matching(mine, other, signed=True))
        found["elsewhere_shuffled_high"].append(
            permuted(lambda a, b: neuron_matching(a, b, signed=True), mine, other, draws=DRAWS).high
        )
        found["elsewhere_site"].append(neuron_matching(values, others))
    return found


def _values(look: Look, examples: np.ndarray) -> list[Float[np.ndarray, "B d"]]:
    """Each network's standardized activations on the same examples; positions are rows."""
    ensemble, site = look.ensemble, look.source.site  # type: ignore[union-attr]
    assert ensemble is not None, "only networks can be asked"
    found = []
    for network in range(look.networks):
        row = look.row(network)
        heard = ensemble.select([row]).listen(examples[row], (site,))[1][site][0]
        told = activations_of(look.task(), ensemble.members[row])
        found.append((heard.reshape(-1, heard.shape[-1]) - told.mean) / told.scale)
    return found


def _codes(ensemble: Ensemble, one: One, values: Float[np.ndarray, "B d"]) -> Float[np.ndarray, "B D"]:
    """What live latents say of activations."""
    codes = ensemble.select([one.row]).listen(values.astype(np.float32), ("code",))[1]["code"][0]
    return codes[:, one.found.live] if one.found.live.any() else codes
