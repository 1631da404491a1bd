"""Interventions: rewrites of activations after training. One file an intervention, one line here."""

from tropism.interventions.falloffs import Bounded as Bounded
from tropism.interventions.mappings import Bezier as Bezier
from tropism.interventions.mappings import Linear as Linear
from tropism.interventions.project import Project as Project
from tropism.interventions.repel import Repel as Repel
from tropism.interventions.suppress import Suppress as Suppress
from tropism.interventions.zero_subspace import ZeroSubspace as ZeroSubspace

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line
