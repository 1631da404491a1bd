"""Two opinions on the same examples: that one says nothing of the other, and that they part where they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.network import silent
from tropism.core.term import Term, View
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class Second(Term):
    """What prices the first player's answers beside a second opinion: another player's, or a frozen network's.

    Attributes:
        player: Whose network gives the second opinion, from what the first one has at `site`.
        site: What that player reads.
        reference: The frozen network that gives it instead, from the inputs.
        where: The label of the examples that count; all of them by default.
    """

    player: str | None = None
    site: str = "hidden"
    reference: str | None = None
    where: str | None = None

    def check(self) -> None:
        if (self.player is None) == (self.reference is None):
            raise DoesNotFit(f"{self.name} wants one second opinion, a player's or a reference's.")

    def listens(self) -> tuple[str, ...]:
        return () if self.player is None else (self.site,)

    def players(self) -> tuple[str, ...]:
        return () if self.player is None else (self.player,)

    def references(self) -> tuple[str, ...]:
        return () if self.reference is None else (self.reference,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def opinions(self, view: View) -> tuple[Float[Array, "B K"], Float[Array, "B K"]]:
        """The logarithms of what both give each answer."""
        import jax

        if self.player is not None:
            second = view.modules[self.player](view.sites[self.site], silent)
        else:
            second = view.references[str(self.reference)](view.batch.inputs, silent)
        return jax.nn.log_softmax(view.output), jax.nn.log_softmax(second)

    def counted(self, view: View) -> Float[Array, "B"]:
        """1 for each example that counts, 0 for the others."""
        import jax.numpy as jnp

        if self.where is None:
            return jnp.ones(len(view.output))
        return (view.batch.labels[self.where] > 0).astype(jnp.float32)


@dataclass(frozen=True, kw_only=True)
class Independent(Second):
    """How much one opinion tells of the other, in nats, and how far each is from how often answers should be given.

    The mutual information is that of two answers drawn from both opinions on the same example. Over all examples, each
    opinion then pays the divergence of its answers from the frequencies of those that are right where `like` is borne.

    Attributes:
        like: The label of the examples whose right answers say how often each answer should be given.
        balance: What both divergences are multiplied by.

    Source: Lee, Yao and Finn (2022), "Diversify and Disambiguate", arXiv 2202.03418.
    """

    like: str
    balance: float | Dial = within(1.0, low=0.0)

    def check(self) -> None:
        super().check()
        number_wanted(f"{self.name}.balance", self.balance, low=0.0)

    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*super().labels(), self.like)))

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax
        import jax.numpy as jnp

        first, second = map(jnp.exp, self.opinions(view))
        counts = self.counted(view)[:, None]
        share = counts / (counts.sum() + _LEAST)
        joint = (share * first).T @ second
        one, other = (share * first).sum(0), (share * second).sum(0)
        told = (joint * (_log(joint) - _log(one)[:, None] - _log(other))).sum()
        alike = (view.batch.labels[self.like] > 0).astype(jnp.float32)[:, None]
        right = jax.nn.one_hot(view.batch.targets.right, first.shape[-1])
        wanted = (alike * right).sum(0) / (alike.sum() + _LEAST)
        apart = sum((each * (_log(each) - _log(wanted))).sum() for each in (one, other))
        return told + self.balance * apart, state  # type: ignore[operator]


@dataclass(frozen=True, kw_only=True)
class Disagree(Second):
    """How far the opinions are from surely differing, in nats, where they are nearest to it.

    An example costs −log of the chance that two answers drawn from the opinions differ. Only those pay that are nearest
    to it already, `rate` of all that count, rounded up: so many of them are taken to be of the kind where the opinions
    should part, and the others may be answered alike.

    Attributes:
        rate: The part of the examples, in (0, 1].

    Source: Daniels et al. (2025), "ACE and Diverse Generalization via Selective Disagreement", arXiv 2509.07955, to
    whose lower bound on the mix rate this rate answers.
    """

    rate: float = 0.25

    def check(self) -> None:
        super().check()
        if not 0 < self.rate <= 1:
            raise BadValue(f"{self.name}.rate", self.rate, "above 0, and at most 1")

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax
        import jax.numpy as jnp

        first, second = self.opinions(view)
        same = jnp.eye(first.shape[-1], dtype=bool)
        others = jax.scipy.special.logsumexp(jnp.where(same, -jnp.inf, second[:, None]), axis=-1)
        prices = -jax.scipy.special.logsumexp(first + others, axis=-1)
        counts = self.counted(view) > 0
        order = jnp.argsort(jnp.where(counts, jax.lax.stop_gradient(prices), jnp.inf))
        paying = counts & (jnp.argsort(order) < self.rate * counts.sum())
        return jnp.where(paying, prices, 0.0).sum() / jnp.maximum(paying.sum(), 1), state


_LEAST = 1e-8


def _log(share: Array) -> Array:
    """A logarithm that stays finite where a share is none."""
    import jax.numpy as jnp

    return jnp.log(share + _LEAST)
