"""A term of your own: one class; its weight is a dial at once, and a dope sheet can move it."""

from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp

from tropism import Experiment, Schedule, train
from tropism.core import Regularizer
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors


@dataclass(frozen=True, kw_only=True)
class Sparse(Regularizer):
    """Prices the absolute value of activations: Σ_k |z_k|, after Tibshirani (1996)."""

    default_name: ClassVar[str] = "sparse"

    def cost(self, value):
        return jnp.abs(value).sum(-1)


experiment = Experiment(
    task=Colors(levels=6),
    network=Autoencoder(latent=4),
    terms=(Sparse(site="encoder.0"),),
    schedule=Schedule.of({"lr": {0: 0.02, 300: 0.001}, "sparse": {0: 0.0, 150: 0.01, 300: 0.0}}),
)
print(train(experiment, seeds=range(3)).table().select("seed", "error", "sparse"))
