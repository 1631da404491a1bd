"""Optimizers: Optax transformations that receive their dials. Adam, the default, is defined beside the noun."""

from tropism.core.optimizer import Adam as Adam

__all__ = ["Adam"]
