"""Cuts of directions that were looked for after training, and readers that try to find red all the same."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.edit import Edit
from tropism.core.ensemble import Ensemble
from tropism.core.network import Network
from tropism.subjects.color import Redness, direction_of_means, leace, similarity_to
from tropism.subjects.color.measures import Eraser, colors_of
from tropism.subjects.color.measures.conditions import latents
from tropism.surgery import ablate, erase

if TYPE_CHECKING:
    from jaxtyping import Array

RED = Redness(rate=1.0)
"""What training's labels say in the limit of many: each color bears red by its chance of being labeled."""

REDDISH = 0.5
"""Colors more similar to red than this are reddish: 22 of the 343 held-out ones."""

_PURPOSE = zlib.crc32(b"a random direction in latent space")


@dataclass(frozen=True)
class Cut:
    """A network after a cut.

    Attributes:
        ensemble: The cut networks.
        eraser: Where the cut is in the decoder's first layer: the map that it applies to what it reads at `latent`.
    """

    ensemble: Ensemble
    eraser: Eraser | None = None

    def read(self, colors: Float[np.ndarray, "n 3"], site: str) -> Float[np.ndarray, "E n D"]:
        """What a reader behind the cut sees at a site."""
        values = latents(self.ensemble, colors, site)
        return self.eraser.apply(values) if self.eraser is not None and site == "latent" else values


@dataclass(frozen=True, eq=False)
class ReadThrough(Edit):
    """Whatever reads a site, reads it through an affine map a member: W ← W M and b ← b + W o.

    Unlike a change of what writes a normalized bottleneck, nothing is renormalized afterwards. A layer's bias is taken
    to stand beside its weight.

    Attributes:
        matrix: `[E, D, D]`.
        offset: `[E, D]`.

    Source: Belrose et al. (2023), "LEACE: Perfect linear concept erasure in closed form", arXiv 2306.03819.
    """

    matrix: np.ndarray
    offset: np.ndarray

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        held = dict(params)
        for path in self.place(network).reads:
            bias = path.removesuffix("weight") + "bias"
            weight = np.asarray(params[path], dtype=np.float64)
            for name, change in (
                (path, weight @ self.matrix),
                (bias, np.asarray(params[bias]) + np.einsum("eoi,ei->eo", weight, self.offset)),
            ):
                held[name] = change.astype(np.asarray(params[name]).dtype)  # type: ignore[assignment]
        return network, held


def cuts_of(ensemble: Ensemble) -> dict[str, Cut]:
    """The same networks whole and cut in five ways, by name.

    Where a network gives every color one latent, no mean differs from another, and the first axis is cut instead.
    """
    means = direction_of_means(ensemble, RED)
    means = np.where(np.any(means, axis=-1, keepdims=True), means, np.eye(means.shape[-1])[0])
    exact = leace(ensemble, RED)
    before = leace(ensemble, RED, site="encoder")
    return {
        "whole": Cut(ensemble),
        "axis": Cut(ablate(ensemble, "latent", dims=(0,))),
        "random": Cut(erase(ensemble, "latent", directions=random_directions(ensemble))),
        "means": Cut(erase(ensemble, "latent", directions=means)),
        "LEACE, cut": Cut(erase(ensemble, "encoder", projection=before.matrix, shift=before.offset)),
        "LEACE, read": Cut(ensemble.edited(ReadThrough("latent", *exact)), exact),
    }


def random_directions(ensemble: Ensemble) -> Float[np.ndarray, "E D"]:
    """A direction a member, evenly over the sphere, by the seed that gave its first parameters and by nothing else."""
    width = ensemble.network.sites()["latent"].width
    drawn = [np.random.default_rng((int(seed), _PURPOSE)).normal(size=width) for seed in ensemble.seeds]
    return np.stack([each / np.linalg.norm(each) for each in drawn])


def axis_cosines(ensemble: Ensemble) -> dict[str, Float[np.ndarray, "E"]]:
    """How far the directions that are cut point along the first axis, |cosine|, one a member.

    LEACE takes away along the difference of means, too: it differs in what it reads off, and where it stays.
    """
    found = {"random": random_directions(ensemble), "means": direction_of_means(ensemble, RED)}
    return {name: np.abs(directions[:, 0]) for name, directions in found.items()}


def readability(cut: Cut, site: str) -> dict[str, Float[np.ndarray, "E"]]:
    """How well red can be read at a site by least squares, fitted to the label on the trained colors, one a member.

    A linear reader sees the D values, a quadratic one also their products. `explained` is R² of the linear one on the
    colors that it was fitted on. `linear` and `quadratic` are the chance that a reddish held-out color (similarity
    above 1/2) is put above another: 1/2 is guessing. R² would not do there, because few held-out colors bear the label.
    """
    trained, unseen = (colors_of(cut.ensemble, which) for which in ("trained", "held-out"))
    seen, new = cut.read(trained, site), cut.read(unseen, site)
    label, reddish = np.asarray(RED(trained)), similarity_to("red", unseen) > REDDISH
    pairs = list(zip(seen, new, strict=True))
    return {
        "explained": np.array([_explained(z, label) for z in seen]),
        "linear": np.array([_ranked(_read(z, label, other, 1), reddish) for z, other in pairs]),
        "quadratic": np.array([_ranked(_read(z, label, other, 2), reddish) for z, other in pairs]),
    }


def _read(
    seen: Float[np.ndarray, "n D"], label: Float[np.ndarray, "n"], new: Float[np.ndarray, "m D"], degree: int
) -> Float[np.ndarray, "m"]:
    return _features(new, degree) @ np.linalg.lstsq(_features(seen, degree), label, rcond=1e-7)[0]


def _explained(z: Float[np.ndarray, "n D"], label: Float[np.ndarray, "n"]) -> float:
    missed = label - _read(z, label, z, 1)
    return float(1 - (missed**2).sum() / ((label - label.mean()) ** 2).sum())


def _ranked(values: Float[np.ndarray, "m"], positive: np.ndarray) -> float:
    """The chance that a positive lies above another, ties counting half; differences below 1e-6 are rounding."""
    from scipy.stats import rankdata

    ranks, count = rankdata(values.round(6)), int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(values) - count)))


def _features(z: Float[np.ndarray, "n D"], degree: int) -> Float[np.ndarray, "n F"]:
    parts = [np.ones((len(z), 1)), z]
    if degree == 2:
        upper = np.triu_indices(z.shape[1])
        parts.append(z[:, upper[0]] * z[:, upper[1]])
    return np.concatenate(parts, axis=1)
