"""Codes: how much of each atom an example is given, from what the encoder says of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


class Code(Value):
    """From pre-activations to codes, for a `SparseAutoencoder`.

    Latents come first, as the network has them inside: a row a latent, a column an example. It may have parameters of
    its own, a number a latent each; in the network they stand under `code.`.
    """

    biased: ClassVar[bool] = True
    """Whether the encoder has a bias; who has other biases goes without."""

    def parameters(self) -> dict[str, float]:
        """What its parameters are called, and where each starts."""
        return {}

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        """The codes of a batch."""
        raise NotImplementedError

    def steps(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        """1 where a latent is on, with a slope for what decides it.

        Raises:
            DoesNotFit: It learns no thresholds.
        """
        raise DoesNotFit(f"{type(self).__name__} learns no thresholds; StepL0 prices the code JumpReLUCode.")

    def gates(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        """How far each gate is open; zero where it is shut.

        Raises:
            DoesNotFit: It has no gates.
        """
        raise DoesNotFit(f"{type(self).__name__} has no gates; GateNorm and GateError price the code GatedCode.")

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        """The code of the latents that are left, so many, once some were taken out."""
        return self

    def check_latents(self, latents: int) -> None:
        """Raise a `UserError` if it does not suit so many latents."""


@dataclass(frozen=True, kw_only=True)
class CountedCode(Code):
    """A code of which a given number are on.

    Attributes:
        k: How many an example, at most; where a batch is counted, on average.
    """

    k: int

    def check(self) -> None:
        if self.k < 1:
            raise BadValue(f"{type(self).__name__}.k", self.k, "at least 1")

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        return replace(self, k=min(self.k, latents))

    def check_latents(self, latents: int) -> None:
        if self.k > latents:
            raise BadValue(f"{type(self).__name__}.k", self.k, f"at most the {latents} latents that there are")
