"""Presets: what a network is, what it learns and how, and what is known of such networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tropism.core.experiment import Experiment
from tropism.core.loss import Loss
from tropism.core.network import Network
from tropism.core.optimizer import Optimizer
from tropism.errors import BadValue
from tropism.networks import EmbeddedSum, OneLayerTransformer
from tropism.subjects.generalization.groups import Group
from tropism.subjects.generalization.tasks import Composition
from tropism.tasks import Check, Mixture, Part

Kind = Literal["reliable", "other", "unreliable", "transformer", "variant", "published"]
"""`reliable`: every seed of a prototype came to 99 %, and it was picked; `other`: every seed did; `unreliable`: not
every seed did; `transformer`: tried once; `variant`: another optimizer or loss; `published`: slow, for who asks."""

EAGER_RATE = 25e9
"""Operations a second that an eager loop of the prototypes came to on one core: 20 to 50 · 10⁹, the lower half."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a source says of networks that were trained so.

    Attributes:
        source: Who says it.
        reached: How many came to 99 % held out, of `tried`.
        tried: How many there were; none where nothing is told.
        first: The steps at which they did: each one's, or the least and the most.
        seen: The steps at which 99 % of the training pairs were right, the least and the most.
        seconds: CPU time of a network up to there, in seconds, the least and the most.
        note: What else there is to know.
    """

    source: str
    reached: int = 0
    tried: int = 0
    first: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    seconds: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Products in a group, a share of them to learn from, the others held out.

    Attributes:
        group: Whose products are learned.
        share: Of all pairs, the part that is trained on.
        network: What learns.
        optimizer: How.
        batch: Pairs a step, drawn with replacement; `None` for all of the share at every step.
        steps: How long.
        kind: Where it comes from, and how far it may be trusted.
        told: What is known of such networks.
        loss: What is lowered; exact cross-entropy by default.
        every: Steps between looks at all pairs.
    """

    group: Group
    share: float
    network: Network
    optimizer: Optimizer
    batch: int | None
    steps: int
    kind: Kind
    told: Told
    loss: Loss | None = None
    every: int = 25

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise BadValue("Preset.share", self.share, "above 0 and below 1, so that pairs are held out")

    def experiment(self) -> Experiment:
        """The experiment: `accuracy` is looked at on held-out pairs, `accuracy_seen` on those trained on."""
        from tropism.terms import Accuracy

        pairs = Composition(group=self.group, share=(0.0, self.share), whole=self.batch is None)
        count = len(pairs) if self.batch is None else self.batch
        checks = (
            Check("held_out", Composition(group=self.group, share=(self.share, 1.0))),
            Check("seen", Composition(group=self.group, share=(0.0, self.share))),
        )
        return Experiment(
            task=Mixture(parts=(Part("pairs", pairs, count),), checks=checks),
            network=self.network,
            terms=(Accuracy(where="held_out"), Accuracy(where="seen", name="accuracy_seen")),
            optimizer=self.optimizer,
            loss=self.loss,
            steps=self.steps,
            batch_size=count,
            validate_every=self.every,
        )

    def num_pairs(self) -> int:
        """How many pairs are trained on."""
        return round(self.share * self.group.order**2)

    def operations(self) -> float:
        """Operations on floating-point numbers that a step takes, about; a multiplication and an addition are two.

        Forward and backward, with embeddings multiplied once a token, not once an example.
        """
        n, examples = self.group.order, self.num_pairs() if self.batch is None else self.batch
        if isinstance(self.network, EmbeddedSum):
            hidden = self.network.hidden
            return 6.0 * (examples * hidden * n + 2 * n * self.network.embedding * hidden)
        assert isinstance(self.network, OneLayerTransformer), "every preset is one of the two"
        width = self.network.width
        return 6.0 * examples * (2 * width * self.network.hidden + width**2 + width * n)

    def eager_seconds(self) -> float:
        """CPU time that all of its steps would take an eager loop on one core: an estimate by `EAGER_RATE`."""
        return self.operations() * self.steps / EAGER_RATE
