"""Y's answers erased from an inner site, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.ensemble import Ensemble
from tropism.core.plan import Change, Plan, Stage
from tropism.errors import DoesNotFit
from tropism.measures import in_their_worlds, leace
from tropism.surgery import read_through
from tropism.tasks import Numbered
from tropism.techniques.sight import Grant, Sight, Technique

MOST = 4000
"""Examples at most that an eraser is fitted to."""


@dataclass(frozen=True)
class ErasedClasses(Change):
    """The site is read through the least change after which no least-squares reader tells a task's answers from it.

    Where what reads the site has no bias to take the map's offset, the map is about zero instead of the mean; what can
    be read is the same.
    """

    site: str
    task: Numbered

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        asked = in_their_worlds(self.task, ensemble.members, most=MOST)
        maps = leace(ensemble, self.site, asked)
        try:
            return read_through(ensemble, self.site, matrix=maps.matrix, offset=maps.offset)
        except DoesNotFit:
            return read_through(ensemble, self.site, matrix=maps.matrix)


@dataclass(frozen=True, kw_only=True)
class Erased(Technique):
    """LEACE at the pair's site, fitted to Y: nothing is trained. The map is put into the weights, so X goes through it.

    Source: Belrose et al. (2023), "LEACE", arXiv 2306.03819. Applied to Y's inputs alone it would be a gate.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    def plan(self, sight: Sight) -> Plan:
        return Plan((Stage("erased", None, ErasedClasses(sight.site, sight.labelled())),))
