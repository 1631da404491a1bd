"""Whether a network goes by way of F and G: what can be read off a site, and what follows when parts are exchanged."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.core.network import Network
from tropism.core.paths import assembled
from tropism.measures import values_at
from tropism.subjects.generalization import NestedSums

if TYPE_CHECKING:
    from jaxtyping import Array

    from tropism.core.ensemble import Ensemble

EXAMPLES = 2000
"""How many are asked: the first half shows where F and G lie, the second is judged."""
RIDGE = 1e-3


def read_off(ensemble: Ensemble, task: NestedSums, site: str, *, seed: int = 0) -> dict[str, Float[np.ndarray, "E"]]:
    """How often a linear reader of a site names F, and G, of examples that it was not fitted to: `read_F`, `read_G`.

    The reader is least squares on one-hot classes; it has 1,000 examples, and decays as `RIDGE` of the mean square.
    """
    rows, inner = _asked(task, seed)
    values = values_at(ensemble, task.listed().inputs[rows], (site,))[site]
    half = len(rows) // 2
    found = {}
    for name, classes in inner.items():
        shares = [_named_right(value[:half], classes[:half], value[half:], classes[half:]) for value in values]
        found[f"read_{name}"] = np.array(shares)
    return found


def interchanged(
    ensemble: Ensemble, task: NestedSums, site: str, *, seed: int = 0
) -> dict[str, Float[np.ndarray, "E"]]:
    """How often h follows when the part of a site that tells F is taken from another example; and G; and any part.

    That part is the span of the mean values by class, less their mean: of p classes p − 1 directions. Examples are
    paired by lot; where F' is the other one's, the answer should be h(F', G). Counted are the pairs where that is
    another answer than h(F, G): `follows_F`, `follows_G`. `follows_chance` is the larger of the two where the
    directions are drawn by lot, as many as F, or G, has. Source: interchange interventions, Geiger et al. (2021),
    arXiv 2106.02997.
    """
    rows, inner = _asked(task, seed)
    inputs, half = task.listed().inputs[rows], len(rows) // 2
    values = values_at(ensemble, inputs, (site,))[site]
    luck = np.random.default_rng(seed)
    other = half + luck.permutation(half)
    mine, theirs = values[:, half:], values[:, other]
    found = {}
    for name, classes in inner.items():
        means = _class_means(values[:, :half], classes[:half])
        spans = {"means": means, "lot": luck.standard_normal(means.shape)}
        wanted = _answers(task, inner, name, other, half)
        for kind, span in spans.items():
            basis = _orthonormal(span)
            moved = mine + np.einsum("ebd,edr,ekr->ebk", theirs - mine, basis, basis)
            given = _given(ensemble, inputs[half:], site, moved)[..., task.head().start : task.head().stop]
            counted = wanted != task.answer(*(each[half:] for each in inner.values()))
            follows = (given.argmax(-1) == wanted)[:, counted].mean(axis=1)
            found[f"follows_{name}" if kind == "means" else f"lot_{name}"] = _unless_diverged(ensemble, follows)
    chance = np.maximum(found.pop("lot_F"), found.pop("lot_G"))
    return found | {"follows_chance": chance}


def _asked(task: NestedSums, seed: int) -> tuple[Int[np.ndarray, "B"], dict[str, Int[np.ndarray, "B"]]]:
    f, g = task.inner()
    rows = np.random.default_rng(seed).permutation(len(f))[: 2 * (min(EXAMPLES, len(f)) // 2)]
    return rows, {"F": f[rows], "G": g[rows]}


def _answers(
    task: NestedSums, inner: dict[str, np.ndarray], name: str, other: Int[np.ndarray, "b"], half: int
) -> Int[np.ndarray, "b"]:
    """What h should be of the judged examples with F, or G, of their partners."""
    mixed = {which: each[other] if which == name else each[half:] for which, each in inner.items()}
    return task.answer(mixed["F"], mixed["G"])


def _class_means(values: Float[np.ndarray, "E B D"], classes: Int[np.ndarray, "B"]) -> Float[np.ndarray, "E r D"]:
    """Each class's mean less the mean of them, without the last, which the others decide."""
    means = np.stack([values[:, classes == each].mean(axis=1) for each in np.unique(classes)], axis=1)
    return (means - means.mean(axis=1, keepdims=True))[:, :-1]


def _orthonormal(rows: Float[np.ndarray, "E r D"]) -> Float[np.ndarray, "E D r"]:
    finite = np.where(np.isfinite(rows), rows, 0.0)
    return np.linalg.qr(np.swapaxes(finite, 1, 2))[0]


def _named_right(
    seen: Float[np.ndarray, "n D"],
    classes: Int[np.ndarray, "n"],
    new: Float[np.ndarray, "m D"],
    new_classes: Int[np.ndarray, "m"],
) -> float:
    if not (np.isfinite(seen).all() and np.isfinite(new).all()):
        return float("nan")
    middle = seen.mean(axis=0)
    x = seen - middle
    gram = x.T @ x / len(x)
    gram += RIDGE * max(float(np.trace(gram)) / len(gram), 1e-12) * np.eye(len(gram))
    targets = np.eye(int(classes.max()) + 1)[classes]
    weights = np.linalg.solve(gram, x.T @ (targets - targets.mean(axis=0)) / len(x))
    named = ((new - middle) @ weights + targets.mean(axis=0)).argmax(axis=1)
    return float((named == new_classes).mean())


def _given(
    ensemble: Ensemble, inputs: np.ndarray, site: str, values: Float[np.ndarray, "E B D"]
) -> Float[np.ndarray, "E B O"]:
    """What networks answer when the values at a site are these."""
    params = {path: item for path, item in ensemble.params.items() if ":" not in path}
    return np.asarray(_runner(ensemble.network, site)(params, inputs, values.astype(np.float32)))


@functools.lru_cache(maxsize=16)
def _runner(network: Network, site: str) -> Callable[..., Array]:
    import jax

    def one(flat: dict[str, Array], x: Array, values: Array) -> Array:
        return assembled(network, flat)(x, lambda at, value: values if at == site else value)

    return jax.jit(jax.vmap(one, in_axes=(0, None, 0)))


def _unless_diverged(ensemble: Ensemble, values: Float[np.ndarray, "E"]) -> Float[np.ndarray, "E"]:
    return np.where(ensemble.status.diverged_at >= 0, np.nan, values)
