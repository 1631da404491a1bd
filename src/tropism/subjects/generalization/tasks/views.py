"""Digits seen in several ways, to be given back as they were seen."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core.batch import Batch, Scene
from tropism.errors import BadValue, UnknownName
from tropism.subjects.generalization.images import Digits8, Source, fitted
from tropism.subjects.generalization.images.upsampling import upsampled
from tropism.tasks.listed import Examples, Listed
from tropism.values import replaced

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray

View = Literal["digits", "larger", "turned", "coded"]
VIEWS: tuple[View, ...] = ("digits", "larger", "turned", "coded")
_NEURONS, _GAIN = 64, 1.5


@dataclass(frozen=True, kw_only=True)
class Views(Listed):
    """Pictures of digits that an autoencoder gives back, in one of several views; all views list them in one order.

    The views: `digits`, 8 × 8 pixels as they are; `larger`, 16 × 16 by cubic interpolation, a linear map of the first;
    `turned`, the larger ones after a fixed rotation of all 256 numbers, so that no pixel has a neighbor; `coded`, 256
    numbers that are a fixed function W₂ tanh(W₁z) of z alone, the digit's first `latent` principal components, each
    with variance 1: about what the code of an autoencoder of digits holds, and no linear map of the digit.

    The error of an example is the sum of squares that it is off by, over the total variance of all pictures of the
    view: who answers with the mean picture is off by 1.

    Attributes:
        view: How digits are seen.
        source: Where they come from.
        latent: How many principal components the coded view is made of.
        seed: Which rotation, and which function.

    Source: the seed text's autoencoders B→A→B, then C→A→C and C→B→A→B→C, and the prototypes' views of digits; the coded
    view is ours.
    """

    view: View = "digits"
    source: Source = dataclasses.field(default_factory=Digits8)
    latent: int = 8
    seed: int = 0

    def check(self) -> None:
        super().check()
        if self.view not in VIEWS:
            raise UnknownName("view", str(self.view), VIEWS, "Views.view")
        if not isinstance(self.source, Source):
            raise BadValue("Views.source", self.source, "Digits8() or Images.read(path)")
        for name, low, high in (("latent", 1, 64), ("seed", 0, 2**31)):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
                raise BadValue(f"Views.{name}", number, f"a whole number from {low} to {high}")

    def listed(self) -> Examples:
        pictures = self.source.pictures()
        gray = fitted(pictures.images, 8)
        seen = _seen(self.view, gray, self.latent, self.seed)
        return Examples(seen.astype(np.float32), pictures.labels, 0, 10)

    def kinds(self) -> np.ndarray:
        """Which digit each picture shows."""
        return self.table().right

    def shown(self, scene: Scene, numbers: Int[Array, "B"], key: PRNGKeyArray | None) -> Batch:
        inputs = scene.table.inputs[scene.world[numbers]]
        return Batch(inputs, inputs)

    def error(self, output: Array, batch: Batch) -> Array:
        import jax.numpy as jnp

        return jnp.square(output - batch.targets).sum(-1) / self.variance()

    def variance(self) -> float:
        """The variance of all pictures about their mean, summed over the numbers that each has."""
        return _variance(replaced(self, share=(0.0, 1.0), whole=False))

    def input_width(self) -> int:
        return 64 if self.view == "digits" else 256

    def output_width(self) -> int:
        return self.input_width()


def components(rows: Float[np.ndarray, "N D"], count: int) -> Float[np.ndarray, "N count"]:
    """The first principal components of each row, scaled to variance 1; each axis points where most of it is up."""
    centered = rows - rows.mean(axis=0)
    axes = np.linalg.eigh(centered.T @ centered)[1][:, ::-1][:, :count]
    found = centered @ (axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)]))
    return found / found.std(axis=0)


@functools.lru_cache(maxsize=16)
def _variance(task: Views) -> float:
    return float(task.table().inputs.astype(float).var(axis=0).sum())


def _seen(view: View, gray: np.ndarray, latent: int, seed: int) -> np.ndarray:
    flat, luck = gray.reshape(len(gray), -1).astype(float), np.random.default_rng(seed)
    if view == "digits":
        return flat
    if view == "coded":
        into, out = luck.normal(size=(latent, _NEURONS)), luck.normal(size=(_NEURONS, 256))
        hidden = np.tanh(_GAIN / latent**0.5 * components(flat, latent) @ into)
        return hidden @ out / _NEURONS**0.5
    larger = upsampled(gray, 16).reshape(len(gray), -1)
    return larger if view == "larger" else larger @ np.linalg.qr(luck.normal(size=(256, 256)))[0]
