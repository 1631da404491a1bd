"""Surgery: changes of the weights themselves, as values that an ensemble remembers."""

from tropism.surgery.ablation import Ablate as Ablate
from tropism.surgery.ablation import ablate as ablate
from tropism.surgery.pruning import Prune as Prune
from tropism.surgery.pruning import prune as prune

__all__ = ["Ablate", "Prune", "ablate", "prune"]
