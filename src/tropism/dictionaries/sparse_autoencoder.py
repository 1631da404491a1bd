"""The network that learns a dictionary: an encoder to a sparse code, and a row of weights a latent to decode it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.dictionaries.code import Code
from tropism.dictionaries.relu_code import ReLUCode
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class SparseAutoencoder(Network):
    """a = E (x − c) + b, f = code(a), x̂ = W f + c: the columns of W are the atoms.

    Sites, in order: `code.pre` (a), `code` (f), `output` (x̂). The parameters are `encoder.weight` (E, `[latents,
    inputs]`), `encoder.bias` (b) unless the code has biases of its own, `output.weight` (W, `[inputs, latents]`),
    `output.bias` (c) and the code's, such as `code.threshold`.

    Atoms start as random directions of the given length and the encoder as the same; biases at zero. Atoms keep their
    length where the optimizer has the aftermath `UnitColumns`.

    Attributes:
        inputs: Width of an example.
        latents: How many atoms.
        code: What the encoder's values become.
        centered: Whether c is taken off the input.
        length: Of atoms and of the encoder's rows at the start.

    Source: Bricken et al. (2023), "Towards Monosemanticity"; Gao et al. (2024), arXiv 2406.04093, for the tied start.
    """

    version: ClassVar[int] = 2  # sums are rounded otherwise than in the first

    inputs: int
    latents: int
    code: Code = field(default_factory=ReLUCode)
    centered: bool = True
    length: float = 1.0

    def check(self) -> None:
        for name in ("inputs", "latents"):
            if getattr(self, name) < 1:
                raise BadValue(f"SparseAutoencoder.{name}", getattr(self, name), "at least 1")
        if not isinstance(self.code, Code):
            raise BadValue("SparseAutoencoder.code", self.code, "a Code, such as TopKCode(k=3)")
        if not 0 < self.length < float("inf"):
            raise BadValue("SparseAutoencoder.length", self.length, "a finite number above 0")
        self.code.check_latents(self.latents)

    def sites(self) -> dict[str, Site]:
        own = tuple(f"code.{name}" for name in self.code.parameters())
        writes = ("encoder.weight", *(("encoder.bias",) if self.code.biased else ()), *own)
        latents = Site(self.latents, writes=writes, reads=("output.weight",))
        return {"code.pre": latents, "code": latents, "output": Site(self.inputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.dictionaries._sparse_autoencoder_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.inputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("code.pre", "code"):
            raise DoesNotFit(
                f"SparseAutoencoder can be pruned at 'code', not at {site!r}, whose width the task decides."
            )
        left = self.latents - len(dims)
        return replace(self, latents=left, code=self.code.without(dims, left))
