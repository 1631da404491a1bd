"""What another player tells from a site: how badly it does, and how far it is from telling nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.network import silent
from tropism.core.term import Term, View
from tropism.errors import DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class Guess(Term):
    """How badly a player tells an example's answer from what the network has at a site: cross-entropy, in nats.

    It is the player's own price; among the first player's terms it makes the network help the player, and with the
    player at work for it the trunk comes to tell what the player is asked.

    Attributes:
        player: Whose network reads the site.
        site: What it reads.
        where: The label of the examples that count; all of them by default.
        of: A label to be told instead of the answer: output 1 for who bears it, 0 for who does not.

    Source: the adversary and the discriminator of the seed text on learning X without Y.
    """

    player: str
    site: str
    where: str | None = None
    of: str | None = None

    def check(self) -> None:
        if self.of is not None and self.of == self.where:
            raise DoesNotFit(f"{self.name} is asked who bears {self.of!r} among those alone who do.")

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def players(self) -> tuple[str, ...]:
        return (self.player,)

    def labels(self) -> tuple[str, ...]:
        return tuple(name for name in (self.where, self.of) if name is not None)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        from tropism.arrays.answers import cross_entropy

        batch = view.batch
        right = batch.targets.right if self.of is None else (batch.labels[self.of] > 0).astype("int32")
        return meant(cross_entropy(told(self, view), right), view, self.where), state


@dataclass(frozen=True, kw_only=True)
class Confuse(Term):
    """How far a player is from telling nothing: cross-entropy from uniform over the legal answers to what it tells.

    Least, at the logarithm of their number, where the player finds all legal answers equally likely, and no others.

    Attributes:
        player: Whose network reads the site.
        site: What it reads.
        where: The label of the examples that count; all of them by default.

    Source: domain confusion as in Tzeng et al. (2015), arXiv 1510.02192.
    """

    player: str
    site: str
    where: str | None = None

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def players(self) -> tuple[str, ...]:
        return (self.player,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        from tropism.arrays.answers import from_uniform

        targets = view.batch.targets
        return meant(from_uniform(told(self, view), targets.low, targets.high), view, self.where), state


def told(term: Guess | Confuse, view: View) -> Float[Array, "B K"]:
    """What the player says of the site."""
    return view.modules[term.player](view.sites[term.site], silent)


def meant(prices: Float[Array, "B"], view: View, where: str | None) -> Array:
    """The prices, or their mean over who bears a label; nothing where nobody does."""
    if where is None:
        return prices
    mass = view.batch.labels[where]
    return (mass * prices).sum() / (mass.sum() + 1e-8)
