"""Surgery: changes of the weights themselves, as values that an ensemble remembers."""

from tropism.surgery.ablation import Ablate as Ablate
from tropism.surgery.ablation import ablate as ablate
from tropism.surgery.corruption import Corrupted as Corrupted
from tropism.surgery.corruption import Mixed as Mixed
from tropism.surgery.damage import Noise as Noise
from tropism.surgery.damage import PrunedWeights as PrunedWeights
from tropism.surgery.damage import Rounded as Rounded
from tropism.surgery.damage import noise as noise
from tropism.surgery.damage import pruned_weights as pruned_weights
from tropism.surgery.damage import rounded as rounded
from tropism.surgery.erasure import Erase as Erase
from tropism.surgery.erasure import erase as erase
from tropism.surgery.planting import Plant as Plant
from tropism.surgery.planting import Rows as Rows
from tropism.surgery.planting import plant as plant
from tropism.surgery.pruning import Prune as Prune
from tropism.surgery.pruning import prune as prune
from tropism.surgery.reading import Maps as Maps
from tropism.surgery.reading import ReadThrough as ReadThrough
from tropism.surgery.reading import read_through as read_through
from tropism.surgery.redirection import Redirect as Redirect
from tropism.surgery.redirection import redirect as redirect
from tropism.surgery.reflection import Reflect as Reflect
from tropism.surgery.reflection import reflect as reflect

__all__ = [
    "Ablate",
    "Corrupted",
    "Erase",
    "Maps",
    "Mixed",
    "Noise",
    "Plant",
    "Prune",
    "PrunedWeights",
    "ReadThrough",
    "Redirect",
    "Reflect",
    "Rounded",
    "Rows",
    "ablate",
    "erase",
    "noise",
    "plant",
    "prune",
    "pruned_weights",
    "read_through",
    "redirect",
    "reflect",
    "rounded",
]
