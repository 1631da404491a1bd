"""What the color studies do to trained networks: edits by name, fitted to the width of the bottleneck."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tropism.core.edit import Edit
from tropism.core.ensemble import Ensemble
from tropism.core.intervention import Intervention
from tropism.interventions import Bezier, Bounded, Repel, Suppress, ZeroSubspace
from tropism.subjects.color import presets
from tropism.surgery import Ablate, Prune

Make = Callable[[int], Edit | Intervention]
"""From the width of the bottleneck to an edit there."""


@dataclass(frozen=True)
class Edits:
    """Conditions of a study: the network left whole, and one edit each, by name."""

    named: Mapping[str, Make]

    def __call__(self, ensemble: Ensemble) -> dict[str, Ensemble]:
        """The ensemble under each condition, the untouched one first."""
        found = {"whole": ensemble}
        for name, make in self.named.items():
            edit = make(ensemble.network.sites()["latent"].width)
            found[name] = ensemble.intervene(edit) if isinstance(edit, Intervention) else ensemble.edited(edit)
        return found

    def only(self, *names: str) -> Edits:
        """Some of them."""
        return Edits({name: self.named[name] for name in names})


def suppression(falloff: Bounded | None = None) -> Make:
    """Red's direction taken out of what points there, wholly unless a falloff is given."""
    return lambda width: Suppress("latent", presets.axis(width), falloff or Bounded(0.0, 1.0, 0.0))


def soft_suppression() -> Make:
    """The falloff of Ex 2.2 to 2.5: nothing at 90° from red, everything at red, rising as the square."""
    return suppression(Bounded(0.0, 1.0, 2.0))


def narrow_suppression() -> Make:
    """As `soft_suppression`, within 30° of red: orange, 30° of hue away, is left alone."""
    return suppression(Bounded(math.cos(math.radians(30)), 1.0, 2.0))


def repulsion() -> Make:
    """The turn of Ex 2.2 to 2.5: red goes to 60° from where it was, and what stood at 90° stays."""
    return lambda width: Repel("latent", presets.axis(width), Bezier(0.0, math.cos(math.radians(60))))


def ablation(*dims: int) -> Make:
    """Dimensions silenced in the weights; the first if none is named."""
    return lambda width: Ablate("latent", dims or (0,))


def pruning(*dims: int) -> Make:
    """Dimensions cut out of the weights; the first if none is named."""
    return lambda width: Prune("latent", dims or (0,))


def zeroing(*dims: int) -> Make:
    """Dimensions set to zero after the norm, while the network runs."""
    return lambda width: ZeroSubspace("latent", dims)


STEERED = {"suppression": soft_suppression(), "repulsion": repulsion()}
"""The two interventions of Ex 2.2 to 2.5."""
