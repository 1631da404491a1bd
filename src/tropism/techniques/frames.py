"""What most techniques are made of: a mixture of X and Y, a gentler rate, a look at X that was held back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tropism.core.experiment import Experiment
from tropism.core.loss import Loss
from tropism.core.optimizer import Optimizer
from tropism.core.plan import GIVEN
from tropism.core.start import From
from tropism.errors import BadValue
from tropism.tasks import Check, Mixture, Numbered, Part
from tropism.techniques.sight import Sight
from tropism.terms import Accuracy

X, Y, HELD = "x", "y", "held"
"""The labels of X's and Y's examples, and of X's that were held back."""


def mixed(sight: Sight, unwanted: Numbered | None = None, *, loss: Loss | None = None, weight: float = 1.0) -> Mixture:
    """X as it is, and examples of Y with a loss of their own, if there are any."""
    parts = [Part(X, sight.kept, sight.counts[0])]
    if unwanted is not None:
        parts.append(Part(Y, unwanted, sight.counts[1], loss, weight))
    return Mixture(parts=tuple(parts), checks=(Check(HELD, sight.held),))


def gentler(optimizer: Optimizer, factor: float = 1 / 3) -> Optimizer:
    """The optimizer at a part of its rate: what is trained on should keep what it has.

    Raises:
        BadValue: A rate that is no plain number.
    """
    if isinstance(optimizer.lr, bool) or not isinstance(optimizer.lr, (int, float)):
        raise BadValue("the optimizer's lr", optimizer.lr, "a plain number, so that a part of it can be taken")
    return replace(optimizer, lr=optimizer.lr * factor)


def training(sight: Sight, task: Mixture, **fields: Any) -> Experiment:
    """An experiment with the sight's network that learns as the pair's networks do, from fresh parameters."""
    told = {
        "task": task,
        "network": sight.network,
        "optimizer": sight.optimizer,
        "steps": sight.steps,
        "batch_size": task.batch_size(),
        "terms": (),
        "validate_every": max(1, sight.steps // 20),
    }
    told |= fields
    told["terms"] = (Accuracy(where=HELD, name="accuracy_held"), *told["terms"])
    return Experiment(**told)


def onwards(sight: Sight, task: Mixture, steps: int, **fields: Any) -> Experiment:
    """The same from the given networks, at a gentler rate."""
    told: dict[str, Any] = {"optimizer": gentler(sight.optimizer), "start": From(GIVEN), "steps": steps}
    return training(sight, task, **(told | {"validate_every": max(1, steps // 20)} | fields))
