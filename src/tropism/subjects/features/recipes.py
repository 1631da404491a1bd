"""How sparse dictionaries are trained here unless something is said: in seconds, and without dead latents at that."""

from __future__ import annotations

from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.task import Task
from tropism.core.term import Term
from tropism.dictionaries import Code, SparseAutoencoder, TopKCode
from tropism.errors import DoesNotFit
from tropism.optimizers import CoolDown, UnitColumns


def dictionary(
    task: Task,
    latents: int,
    code: Code | None = None,
    *,
    terms: tuple[Term, ...] = (),
    steps: int = 3000,
    batch_size: int = 512,
    lr: float = 2e-3,
) -> Experiment:
    """A sparse autoencoder of a task whose examples are to be rebuilt, `KnownFeatures` or `Activations`.

    The decoder's directions have length one after every step, the encoder begins as their transpose, biases at zero.
    Adam's rate is full until the last fifth, and then falls to zero. Settings of a price's weight, such as
    `code_norm`, and seeds are members of one program.

    Args:
        task: What is rebuilt.
        latents: Directions that are learned, twice the features or more where their number is not known.
        code: By default the three largest.
        terms: Prices of the code; a `ReLUCode` without one learns no sparse dictionary.
        steps: How many.
        batch_size: Examples a step.
        lr: Adam's rate at the beginning.

    Raises:
        DoesNotFit: A task whose examples have no single width.
    """
    width = task.input_width()
    if width is None:
        raise DoesNotFit(f"A dictionary rebuilds examples of one width, and those of {type(task).__name__} have none.")
    return Experiment(
        task=task,
        network=SparseAutoencoder(inputs=width, latents=latents, code=code or TopKCode(k=3)),
        terms=terms,
        optimizer=Adam(lr=lr, pace=CoolDown(), aftermath=(UnitColumns(),)),
        steps=steps,
        batch_size=batch_size,
        validate_every=max(1, steps // 2),
    )
