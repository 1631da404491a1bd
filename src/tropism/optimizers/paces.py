"""Paces: shapes of the learning rate over training. The rate itself stays a dial.

Phases are whole numbers of steps until the last division, so they are as exact at step 131,072 as at step 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tropism.core.optimizer import Pace, Steady
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array

_MOST = 2**30
"""Twice as many steps no longer fit into 32 bits."""


@dataclass(frozen=True)
class Cosine(Pace):
    """A cosine that goes on and on: (1 + cos(2π · step / period)) / 2, whatever the run's length.

    It is 1 at step 0 and at every multiple of `period` (in steps), and 0 halfway between; its mean is a half. A run of
    whole periods therefore ends at the full rate, not annealed.

    Source: adamjermyn/toy_model_interpretability, where a cosine annealing over 512 steps is stepped past its end.
    """

    period: int = 1024

    def check(self) -> None:
        _steps_wanted("Cosine.period", self.period)

    def factor(self, step: Array, length: int) -> Array:
        return _eased(self.period - 2 * (step % self.period), self.period)


@dataclass(frozen=True)
class Annealed(Pace):
    """Half a cosine over the run: (1 + cos(π · step / length)) / 2.

    It is 1 at step 0 and would be 0 at step `length`, where the run is over; so at the last step it is about
    (π / 2 length)², and no step is idle.

    Source: Loshchilov and Hutter (2017), "SGDR", arXiv 1608.03983, without restarts.
    """

    def factor(self, step: Array, length: int) -> Array:
        return _eased(length - step, length)


@dataclass(frozen=True)
class WarmUp(Pace):
    """A straight climb, then another pace: (step + 1) / steps, so it is 1 at step `steps` − 1.

    `then` counts from the end of the climb, and its length is what is left of the run: a cosine begins at its top, and
    a half cosine still ends with the run. A run shorter than the climb ends on the way up.

    Source: Goyal et al. (2017), arXiv 1706.02677, gradual warm-up.
    """

    steps: int
    then: Pace = field(default_factory=Steady)

    def check(self) -> None:
        _steps_wanted("WarmUp.steps", self.steps)
        if not isinstance(self.then, Pace):
            raise BadValue("WarmUp.then", self.then, "a Pace")

    def factor(self, step: Array, length: int) -> Array:
        import jax.numpy as jnp

        climb = (jnp.asarray(step) + 1) / self.steps
        later = self.then.factor(jnp.maximum(step - self.steps, 0), max(length - self.steps, 1))
        return jnp.where(step < self.steps, climb, later)


@dataclass(frozen=True)
class CoolDown(Pace):
    """The full rate, and then straight down: min(1, ahead / n) over the last n steps, with `ahead` of them to come.

    n is `part` of the run, rounded; the last step still has 1 / n, so no step is idle. A dictionary with a price on its
    code comes nearer the truth by it than by half a cosine, which halves the rate's mean.

    Attributes:
        part: Of the run, above 0 and at most 1.

    Source: Hägele et al. (2024), arXiv 2405.18392, for a constant rate and a linear end.
    """

    part: float = 0.2

    def check(self) -> None:
        if not 0 < self.part <= 1:
            raise BadValue("CoolDown.part", self.part, "a part of the run: above 0, and at most 1")

    def factor(self, step: Array, length: int) -> Array:
        import jax.numpy as jnp

        cooling = max(round(self.part * length), 1)
        return jnp.minimum(length - jnp.asarray(step), cooling) / cooling


def _eased(ahead: Array, whole: int) -> Array:
    """(1 + cos(π (1 − ahead / whole))) / 2, written so that it is exactly 0 at 0, and exact near it."""
    import jax.numpy as jnp

    return jnp.sin(jnp.asarray(ahead) / whole * (jnp.pi / 2)) ** 2


def _steps_wanted(where: str, given: int) -> None:
    if not 1 <= given <= _MOST:
        raise BadValue(where, given, f"a whole number of steps, 1 to {_MOST}")
