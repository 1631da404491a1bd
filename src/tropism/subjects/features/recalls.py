"""Small transformers over short sequences, as experiments: recall of values by their keys, and what is like it.

Each has two layers of four heads, a residual stream of width 32 and 128 neurons a layer.
"""

from __future__ import annotations

from tropism.core.experiment import Experiment
from tropism.networks.layered_transformer import LayeredTransformer
from tropism.optimizers import AdamW
from tropism.subjects.features.tasks.branches import Branches
from tropism.subjects.features.tasks.indirect_object import IndirectObject
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall
from tropism.subjects.features.tasks.sequences import Sequences
from tropism.terms import Accuracy

STEPS = 800


def recall(keys: int = 10, values: int = 10, pairs: int = 3, *, steps: int = STEPS) -> Experiment:
    """Recall of a value by its key; by default three pairs of ten keys and ten values, in sequences of seven tokens."""
    return answering(KeyValueRecall(keys=keys, values=values, pairs=pairs), steps=steps)


def binary_recall(*, steps: int = STEPS) -> Experiment:
    """The same with two keys and two values, so that each token has one binary attribute."""
    return recall(2, 2, 2, steps=steps)


def indirect_object(names: int = 10, *, steps: int = STEPS) -> Experiment:
    """Which of two names did not come again."""
    return answering(IndirectObject(names=names), steps=steps)


def branches(level: int = 1, depth: int = 3, words: int = 3, *, steps: int = STEPS) -> Experiment:
    """In which branch of a binary tree a word lies; at level 1, one attribute of each word matters."""
    return answering(Branches(level=level, depth=depth, words=words), steps=steps)


def answering(task: Sequences, *, steps: int = STEPS) -> Experiment:
    """A transformer that learns a task of sequences; accuracy is looked at while it does."""
    return Experiment(
        task=task,
        network=LayeredTransformer(tokens=task.num_tokens(), outputs=task.output_width(), positions=task.input_width()),
        terms=(Accuracy(),),
        optimizer=AdamW(lr=0.003),
        steps=steps,
        batch_size=128,
    )
