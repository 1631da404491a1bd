"""What both parts of the study `rotation` share: networks, how they train, and right answers by angle."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.network import Network
from tropism.measures import in_their_worlds
from tropism.networks import Convolutional, Dense, Polar
from tropism.optimizers import AdamW
from tropism.subjects.generalization import RotatedDigits

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

SIZE, CLASSES = 12, 7
SHOWN, HELD_OUT = (0.0, 0.75), (0.75, 1.0)
"""Which pictures are trained on, and which are only asked; each network's world puts them in an order of its own."""
BATCH, STEPS = 128, 600
OPTIMIZER = AdamW(lr=2e-3, weight_decay=1e-3)
ANGLES = np.arange(0.0, 360.0, 10.0)
"""At which angles networks are asked; degrees, clockwise."""
DENSE, CONVOLUTIONAL = "dense", "convolutional"
POLAR, POLAR_WEAK, POLAR_POSITION = "polar", "polar, position .3", "polar, position 1"
NETWORKS: Mapping[str, Network] = MappingProxyType(
    {
        DENSE: Dense(inputs=SIZE * SIZE, outputs=CLASSES, hidden=(256, 256)),
        CONVOLUTIONAL: Convolutional(size=SIZE, outputs=CLASSES, channels=(32,)),
        POLAR_POSITION: Polar(size=SIZE, outputs=CLASSES, position=1.0),
        POLAR_WEAK: Polar(size=SIZE, outputs=CLASSES, position=0.3),
        POLAR: Polar(size=SIZE, outputs=CLASSES),
    }
)
"""From those that know nothing of turning to the one that cannot tell a turned picture from another."""


def digits(low: float, high: float, share: tuple[float, float] = SHOWN) -> RotatedDigits:
    """Digits turned by angles between two."""
    return RotatedDigits(low=low, high=high, share=share, size=SIZE)


def right_by_angle(ensemble: Ensemble) -> Float[np.ndarray, "E A"]:
    """The share of held-out pictures that each network names right, at each of `ANGLES`; NaN where it diverged."""
    asked = in_their_worlds(digits(0.0, 0.0, HELD_OUT), ensemble.members)
    flat, found = asked.inputs.reshape(-1, SIZE * SIZE), []
    for angle in ANGLES:
        seen = turned(flat, np.full(len(flat), angle)).reshape(asked.inputs.shape)
        output = ensemble.listen(seen, apart=True)[0]
        right = (output.argmax(axis=-1) == asked.classes).mean(axis=-1)
        found.append(np.where(np.isfinite(output).all(axis=(1, 2)), right, np.nan))
    return np.stack(found, axis=1)


def turned(pictures: np.ndarray, degrees: np.ndarray) -> Float[np.ndarray, "B P"]:
    """Pictures, each turned clockwise by its angle."""
    import jax.numpy as jnp

    return np.asarray(RotatedDigits.turned(jnp.asarray(pictures), jnp.asarray(degrees, jnp.float32)))


def mean_between(right: Float[np.ndarray, "E A"], low: float, high: float) -> Float[np.ndarray, "E"]:
    """Mean over angles from `low` to `high`, both in [0, 360] and of `ANGLES`, by the trapezoid rule; 360 is 0.

    Between two equal angles it is the accuracy there, and NaN where `low` lies beyond `high`.
    """
    ends = np.append(ANGLES, 360.0)
    chosen = np.concatenate([right, right[:, :1]], axis=1)[:, (ends >= low) & (ends <= high)]
    if chosen.shape[1] < 2:
        return chosen[:, 0] if chosen.shape[1] else np.full(len(right), np.nan)
    return (chosen[:, 1:] + chosen[:, :-1]).mean(axis=1) / 2
