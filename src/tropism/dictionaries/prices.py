"""What training pays for in the code of a dictionary, besides what it fails to rebuild."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tropism.core.dial import Dial, within
from tropism.core.term import Term, View
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array

    from tropism.dictionaries._sparse_autoencoder_module import SparseAutoencoderModule

CODE, BEFORE = "code", "code.pre"


@dataclass(frozen=True, kw_only=True)
class CodeNorm(Term):
    """Σ |f_i|ᵖ ‖w_i‖ over an example's code: the sum of magnitudes where p is 1 and atoms have length one.

    Attributes:
        power: p.
        first: From which latent on; those before are free, as the dense ones of a `HybridCode`.

    Source: Conerly et al. (2024), Transformer Circuits Thread, April update, for the lengths of atoms.
    """

    default_name: ClassVar[str] = "code_norm"

    weight: float | Dial | None = within(None, low=0.0)
    power: float = 1.0
    first: int = 0

    def check(self) -> None:
        if not 0 < self.power < math.inf:
            raise BadValue("CodeNorm.power", self.power, "a finite number above 0")
        if self.first < 0:
            raise BadValue("CodeNorm.first", self.first, "at least 0")

    def listens(self) -> tuple[str, ...]:
        return (CODE,)

    def fits(self, widths: Mapping[str, int]) -> None:
        if self.first >= widths[CODE]:
            raise DoesNotFit(f"CodeNorm.first is {self.first}, and the code has {widths[CODE]} latents.")

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax.numpy as jnp

        from tropism.arrays.products import weighted_sum
        from tropism.arrays.unit import length

        size = jnp.abs(view.sites[CODE].T[self.first :])
        if self.power != 1:
            size = jnp.where(size > 0, jnp.where(size > 0, size, 1.0) ** self.power, 0.0)
        return weighted_sum(length(_module(self, view).output.weight, axis=0)[self.first :], size), state


@dataclass(frozen=True, kw_only=True)
class Revived(Term):
    """What the dead latents fail to explain of the error that is left: AuxK.

    A latent is dead that has not been on for `after` steps. The `k` dead ones whose pre-activations are largest rebuild
    the error x − x̂, which is held fixed, so that latents that live hear nothing of it. Where fewer are dead than k,
    the price is less in proportion, and nothing where none is.

    Attributes:
        k: How many rebuild; half of the inputs' width is customary.
        after: Steps.

    Source: Gao et al. (2024), arXiv 2406.04093; the proportion as in SAELens.
    """

    default_name: ClassVar[str] = "revived"

    weight: float | Dial | None = within(1.0, low=0.0)
    k: int = 16
    after: int = 200

    def check(self) -> None:
        for name in ("k", "after"):
            if getattr(self, name) < 1:
                raise BadValue(f"Revived.{name}", getattr(self, name), "at least 1")

    def listens(self) -> tuple[str, ...]:
        return (BEFORE, CODE)

    def fits(self, widths: Mapping[str, int]) -> None:
        if self.k > widths[CODE]:
            raise BadValue("Revived.k", self.k, f"at most the {widths[CODE]} latents that there are")

    def start(self, widths: Mapping[str, int]) -> Any:
        import jax.numpy as jnp

        return jnp.zeros(widths[CODE], jnp.int32)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.largest import largest_down
        from tropism.arrays.products import product

        off = jnp.where((view.sites[CODE].T != 0).any(axis=1), 0, state + 1)
        dead = off >= self.after
        pre = jnp.where(dead[:, None], jax.nn.relu(view.sites[BEFORE].T), 0.0)
        rebuilt = product(_module(self, view).output.weight, largest_down(pre, self.k))
        error = jax.lax.stop_gradient(view.batch.inputs - view.output).T
        share = jnp.minimum(dead.sum() / self.k, 1.0)
        return share * jnp.square(error - rebuilt).sum(axis=0), off


@dataclass(frozen=True, kw_only=True)
class Nested(Term):
    """What the first latents alone fail to rebuild, added over some numbers of them: a Matryoshka.

    The task's error prices all latents together; so `widths` are those below.

    Attributes:
        widths: How many first latents, rising.

    Source: Bussmann et al. (2025), arXiv 2503.17547.
    """

    default_name: ClassVar[str] = "nested"

    weight: float | Dial | None = within(1.0, low=0.0)
    widths: tuple[int, ...] = ()

    def check(self) -> None:
        rising = all(0 < low < high for low, high in zip(self.widths, self.widths[1:], strict=False))
        if not self.widths or not rising or self.widths[0] < 1:
            raise BadValue("Nested.widths", self.widths, "at least one number, positive and rising")

    def listens(self) -> tuple[str, ...]:
        return (CODE,)

    def fits(self, widths: Mapping[str, int]) -> None:
        if self.widths[-1] >= widths[CODE]:
            raise BadValue("Nested.widths", self.widths, f"below the {widths[CODE]} latents that there are")

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax.numpy as jnp

        from tropism.arrays.products import product

        module, code, wanted = _module(self, view), view.sites[CODE].T, view.batch.inputs.T
        weight, total, rebuilt, start = module.output.weight, jnp.zeros(code.shape[1]), module.output.bias[:, None], 0
        for end in self.widths:
            rebuilt = rebuilt + product(weight[:, start:end], code[start:end])
            total, start = total + jnp.square(wanted - rebuilt).sum(axis=0), end
        return total, state


@dataclass(frozen=True, kw_only=True)
class StepL0(Term):
    """How many latents of a `JumpReLUCode` are on, of a `HybridCode` its sparse ones; or how far their number is from a
    target, as a part of it, squared.

    Only thresholds hear of it, by the slope that the code tells.

    Attributes:
        target: The number of latents wanted on over a batch, on average; without one each costs the same.

    Source: Rajamanoharan et al. (2024), arXiv 2407.14435; the target as in saprmarks/dictionary_learning.
    """

    default_name: ClassVar[str] = "l0"

    weight: float | Dial | None = within(None, low=0.0)
    target: float | None = None

    def check(self) -> None:
        if self.target is not None and not 0 < self.target < math.inf:
            raise BadValue("StepL0.target", self.target, "a finite number above 0, or None")

    def listens(self) -> tuple[str, ...]:
        return (BEFORE,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax.numpy as jnp

        module = _module(self, view)
        on = module.coding.steps(view.sites[BEFORE].T, module.code).sum(axis=0)
        return on if self.target is None else jnp.square(on.mean() / self.target - 1), state


@dataclass(frozen=True, kw_only=True)
class GateNorm(Term):
    """Σ ReLU(π_i) ‖w_i‖ over the gates π = a + b_gate of a `GatedCode`.

    Source: Rajamanoharan et al. (2024), arXiv 2404.16014.
    """

    default_name: ClassVar[str] = "gate_norm"

    weight: float | Dial | None = within(None, low=0.0)

    def listens(self) -> tuple[str, ...]:
        return (BEFORE,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        from tropism.arrays.products import weighted_sum
        from tropism.arrays.unit import length

        module = _module(self, view)
        gates = module.coding.gates(view.sites[BEFORE].T, module.code)
        return weighted_sum(length(module.output.weight, axis=0), gates), state


@dataclass(frozen=True, kw_only=True)
class GateError(Term):
    """What the gates of a `GatedCode` alone would fail to rebuild, with a decoder that is held fixed.

    Source: Rajamanoharan et al. (2024), arXiv 2404.16014, where the decoder is held fixed; SAELens does not.
    """

    default_name: ClassVar[str] = "gate_error"

    weight: float | Dial | None = within(1.0, low=0.0)

    def listens(self) -> tuple[str, ...]:
        return (BEFORE,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.products import product

        module = _module(self, view)
        gates = module.coding.gates(view.sites[BEFORE].T, module.code)
        held = jax.lax.stop_gradient(module.output)
        rebuilt = product(held.weight, gates) + held.bias[:, None]
        return jnp.square(view.batch.inputs.T - rebuilt).sum(axis=0), state


def _module(term: Term, view: View) -> SparseAutoencoderModule:
    """The network whose code is priced.

    Raises:
        DoesNotFit: It is none that has a dictionary.
    """
    from tropism.dictionaries._sparse_autoencoder_module import SparseAutoencoderModule

    if not isinstance(view.module, SparseAutoencoderModule):
        raise DoesNotFit(f"{term.name} ({type(term).__name__}) prices the code of a SparseAutoencoder, and no other's.")
    return view.module
