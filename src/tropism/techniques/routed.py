"""Y taught to a part of the network that is then cut away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.ensemble import Ensemble
from tropism.core.plan import Change, Plan, Stage
from tropism.core.start import From
from tropism.errors import BadValue
from tropism.surgery import ablate
from tropism.tasks import Check, Mixture, Part
from tropism.techniques.frames import HELD, X, Y, gentler, mixed, training
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.terms import Routed


@dataclass(frozen=True)
class CutOff(Change):
    """The last so many dimensions of a site are ablated."""

    site: str
    count: int

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        width = ensemble.network.sites()[self.site].width
        return ablate(ensemble, self.site, dims=tuple(range(width - self.count, width)))


@dataclass(frozen=True, kw_only=True)
class GradientRouted(Technique):
    """Fresh networks learn X and Y, but Y may only teach a reserved part of the site; that is cut off, and X mended.

    Attributes:
        share: The part of the site's dimensions that is reserved.
        steps: How long X is mended after the cut.

    Source: Cloud et al. (2024), "Gradient Routing", arXiv 2410.04332: expand, route, ablate.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    share: float = 0.5
    steps: int = 400

    def check(self) -> None:
        if not 0 < self.share < 1:
            raise BadValue("GradientRouted.share", self.share, "between 0 and 1")

    def plan(self, sight: Sight) -> Plan:
        reserved = max(1, round(self.share * sight.network.sites()[sight.site].width))
        both = Mixture(
            parts=(
                Part(X, sight.kept, sight.counts[0], weight=0.0),
                Part(Y, sight.labelled(), sight.counts[1], weight=0.0),
            ),
            checks=(Check(HELD, sight.held),),
        )
        price = Routed(site=sight.site, reserved=reserved, where=Y, weight=1.0)
        mended = {"start": From("routed"), "steps": self.steps, "optimizer": gentler(sight.optimizer)}
        return Plan(
            (
                Stage("routed", training(sight, both, terms=(price,)), CutOff(sight.site, reserved)),
                Stage("train", training(sight, mixed(sight), validate_every=max(1, self.steps // 20), **mended)),
            )
        )
