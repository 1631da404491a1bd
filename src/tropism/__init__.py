"""Tropism: grow many small neural networks at once, steer what they learn, cut pieces out, measure what is left.

The public nouns, loaded when they are asked for:

    from tropism import Experiment, Schedule, train
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tropism.core import Claim as Claim
    from tropism.core import Dial as Dial
    from tropism.core import Ensemble as Ensemble
    from tropism.core import Experiment as Experiment
    from tropism.core import From as From
    from tropism.core import Member as Member
    from tropism.core import Player as Player
    from tropism.core import Seed as Seed
    from tropism.core import Stop as Stop
    from tropism.core.sweep import Study as Study
    from tropism.core.sweep import Sweep as Sweep
    from tropism.running import train as train
    from tropism.schedules import Schedule as Schedule
    from tropism.store import Store as Store

__version__ = "0.1.0"

_HOMES = {
    "Claim": "core",
    "Dial": "core",
    "Ensemble": "core",
    "Experiment": "core",
    "From": "core",
    "Member": "core",
    "Player": "core",
    "Schedule": "schedules",
    "Seed": "core",
    "Stop": "core",
    "Store": "store",
    "Study": "core.sweep",
    "Sweep": "core.sweep",
    "train": "running",
}

__all__ = [
    "Claim",
    "Dial",
    "Ensemble",
    "Experiment",
    "From",
    "Member",
    "Player",
    "Schedule",
    "Seed",
    "Stop",
    "Store",
    "Study",
    "Sweep",
    "train",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'tropism' has no attribute {name!r}")
    return getattr(importlib.import_module(f"tropism.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
