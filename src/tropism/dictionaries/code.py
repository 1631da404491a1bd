"""Codes: how much of each atom an example is given, from what the encoder says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tropism.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


class Code(Value):
    """From pre-activations to codes, for a `SparseAutoencoder`.

    It may have parameters of its own, a number a latent each; in the network they stand under `code.`.
    """

    biased: ClassVar[bool] = True
    """Whether the encoder has a bias; who has other biases goes without."""

    def parameters(self) -> dict[str, float]:
        """What its parameters are called, and where each starts."""
        return {}

    def of(self, pre: Float[Array, "B D"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "B D"]:
        """The codes of a batch."""
        raise NotImplementedError

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        """The code of the latents that are left, so many, once some were taken out."""
        return self

    def check_latents(self, latents: int) -> None:
        """Raise a `UserError` if it does not suit so many latents."""
