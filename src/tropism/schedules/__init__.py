"""Schedules: keyframes, easings and dope sheets, asked once for a [step, dial] table."""

from tropism.schedules.easing import Motion as Motion
from tropism.schedules.easing import Quintic as Quintic
from tropism.schedules.easing import ease as ease
from tropism.schedules.easing import minimum_jerk as minimum_jerk
from tropism.schedules.easing import retarget as retarget
from tropism.schedules.keyframes import Action as Action
from tropism.schedules.keyframes import Key as Key
from tropism.schedules.keyframes import Phase as Phase
from tropism.schedules.keyframes import Track as Track
from tropism.schedules.schedule import Schedule as Schedule

__all__ = [
    "Action",
    "Key",
    "Motion",
    "Phase",
    "Quintic",
    "Schedule",
    "Track",
    "ease",
    "minimum_jerk",
    "retarget",
]
