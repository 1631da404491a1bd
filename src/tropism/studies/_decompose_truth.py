"""What is known of the networks that are decomposed: which direction each feature has, and examples for all alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import cosines, matching
from tropism.studies._decompose_look import MOST_HELD, Look
from tropism.subjects.features import Watched
from tropism.subjects.features.tasks.sources import held_inputs
from tropism.subjects.superposition.measures import worlds as directions_of
from tropism.subjects.superposition.measures.examples import held_out
from tropism.subjects.superposition.measures.probes import responses
from tropism.subjects.superposition.tasks import SparseFeatures

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.studies._decompose_dictionaries import One

MOST_FEATURES = 100
"""Features that are drawn at most."""
LEAST = 0.1
"""A feature whose effect is less than this part of the strongest one's counts as not there."""


def knows_features(look: Look) -> bool:
    """Whether the task is made of features, each of which can be turned on alone."""
    ensemble = look.ensemble
    if ensemble is None or not isinstance(look.source, Watched):
        return False
    task, site = ensemble.experiment.task, ensemble.network.sites()[look.source.site]
    return hasattr(task, "features") and hasattr(task, "held_out") and not site.positions


def compares(look: Look) -> bool:
    """Whether there are examples that mean the same to all networks, of which there are several."""
    ensemble = look.ensemble
    if ensemble is None or look.networks < 2:
        return False
    return isinstance(ensemble.experiment.task, SparseFeatures) or _one_world(ensemble)


def true_directions(look: Look) -> list[Float[np.ndarray, "N d"]] | None:
    """Each network's features as directions at the site: what turning one on changes there, from nothing at all.

    Features that change next to nothing are left out. Nothing where the task has no features of its own.
    """
    ensemble = look.ensemble
    if ensemble is None or not isinstance(look.source, Watched) or not knows_features(look):
        return None
    site = look.source.site
    on = responses(ensemble, site=site).swapaxes(1, 2).astype(float)
    nothing = np.zeros((1, ensemble.experiment.task.input_width() or 1), np.float32)
    effects = on - ensemble.listen(nothing, (site,))[1][site].astype(float)
    found = []
    for network in range(look.networks):
        effect = effects[look.row(network)]
        size = np.linalg.norm(effect, axis=1)
        found.append(effect[size > LEAST * size.max()])
    return found


def truth_beside(one: One, true: Float[np.ndarray, "N d"]) -> polars.DataFrame:
    """The cosines of the first features with the latents that they are matched with, a row a pair.

    Latents stand in the order of their features, so that what is found lies on the diagonal.
    """
    import polars as pl

    found = matching(true, one.found.pruned().atoms, signed=True)
    features, latents = found.learned[:MOST_FEATURES], found.true[:MOST_FEATURES]
    near = cosines(one.found.pruned().atoms[latents], true[features], signed=True)
    down, across = np.indices(near.shape)
    return pl.DataFrame({"latent": down.ravel(), "feature": across.ravel(), "cosine": near.ravel()})


def alike_examples(look: Look) -> np.ndarray | None:
    """Examples that mean the same to all networks, `[E, B, …]`, each as a network gets it; nothing where none do.

    Networks of one world are asked the same. Where each sees features from a side of its own, they are asked about the
    same features.
    """
    ensemble = look.ensemble
    if ensemble is None or not isinstance(look.source, Watched) or not compares(look):
        return None
    if isinstance(ensemble.experiment.task, SparseFeatures):
        features = np.concatenate([each.features for each in held_out(ensemble, 0, examples=MOST_HELD)])
        return (features @ directions_of(ensemble)["directions"]).astype(np.float32)
    asked = held_inputs(look.source, 0)[:MOST_HELD]
    return np.broadcast_to(asked, (len(ensemble), *asked.shape))


def _one_world(ensemble: Ensemble) -> bool:
    """Whether the task decides the same for all networks, whatever their `world` streams."""
    import jax

    from tropism.arrays.placing import placed
    from tropism.arrays.streams import stream

    task = ensemble.experiment.task
    table = placed(task.table())
    decided = [task.world(table, stream(each.seed.world, "world")) for each in ensemble.members]
    first = jax.tree.leaves(decided[0])
    return all(
        np.array_equal(np.asarray(a), np.asarray(b))
        for each in decided[1:]
        for a, b in zip(first, jax.tree.leaves(each), strict=True)
    )
