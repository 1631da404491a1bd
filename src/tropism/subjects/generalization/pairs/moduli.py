"""A4: sums modulo many numbers, and modulo numbers that were held out."""

from __future__ import annotations

from tropism.networks import Dense
from tropism.optimizers import AdamW, WarmUp
from tropism.subjects.generalization.pairs.pair import Piece, TaskPair
from tropism.subjects.generalization.tasks import ModularSums
from tropism.subjects.generalization.tasks.moduli import HELD_OUT, training_moduli

ATTACKED = (7, 19, 29)
"""The held-out moduli that an attacker may know, when the others judge."""


def many_moduli() -> TaskPair:
    """A4: (a + b) mod p for 31 moduli up to 40, written in bits, and for seven that were held out.

    X brings Y with it: moduli are made of bits that were all trained on. About half of all sums are right without any
    idea of the modulus, where a + b is smaller than it; so Y is sums that wrap around, a + b ≥ p, alone. Its floor is
    one in 22, the middle one of the held-out moduli. What is apart is cut by modulus, not as Y is: techniques may have
    been shown some of what judges there.

    Source: the seed text's "several p"; moduli, sizes and settings as in its prototypes.
    """
    moduli = training_moduli(31, seed=0)
    return TaskPair(
        name="A4",
        title="many moduli → new moduli",
        x=ModularSums(moduli=moduli),
        y=ModularSums(moduli=HELD_OUT, wrapped=True),
        network=Dense(inputs=18, hidden=(256, 256), outputs=40),
        optimizer=AdamW(lr=3e-3, b2=0.98, weight_decay=0.3, pace=WarmUp(10)),
        steps=2500,
        counts=(512, 256),
        coupling="zero-shot",
        shown=False,
        floor=1 / 22,
        cuts_x=(0.8, 0.9),
        lessons=(moduli[:16], moduli[16:23], moduli[23:28], moduli[28:]),
        site="hidden.1",
        apart=(
            ModularSums(moduli=ATTACKED, wrapped=True),
            ModularSums(moduli=tuple(p for p in HELD_OUT if p not in ATTACKED), wrapped=True),
        ),
        parts=(
            Piece(name="first layer", trainable=("hidden.0.*",)),
            Piece(name="last layer", trainable=("output.*",)),
        ),
    )
