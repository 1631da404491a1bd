"""Surgery: changes of the weights themselves, as values that an ensemble remembers."""

from tropism.surgery.ablation import Ablate as Ablate
from tropism.surgery.ablation import ablate as ablate
from tropism.surgery.corruption import Corrupted as Corrupted
from tropism.surgery.corruption import Mixed as Mixed
from tropism.surgery.erasure import Erase as Erase
from tropism.surgery.erasure import erase as erase
from tropism.surgery.pruning import Prune as Prune
from tropism.surgery.pruning import prune as prune
from tropism.surgery.redirection import Redirect as Redirect
from tropism.surgery.redirection import redirect as redirect
from tropism.surgery.reflection import Reflect as Reflect
from tropism.surgery.reflection import reflect as reflect

__all__ = [
    "Ablate",
    "Corrupted",
    "Erase",
    "Mixed",
    "Prune",
    "Redirect",
    "Reflect",
    "ablate",
    "erase",
    "prune",
    "redirect",
    "reflect",
]
