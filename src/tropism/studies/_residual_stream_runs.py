"""What the study `residual-stream` trains: small transformers that recall values, names and branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tropism.core.experiment import Experiment
from tropism.core.sweep import Sweep
from tropism.networks import LayeredTransformer
from tropism.subjects.features.recalls import binary_recall, branches, indirect_object, recall

SEEDS = tuple(range(10))
QUICK_SEEDS = (0, 1)
MORE, MORE_SEEDS = "recall, more", tuple(range(10, 30))
"""Further networks of recall, of which it is asked only how well it is learned."""
STEPS, QUICK_STEPS, FEW = 800, 300, 300
"""Steps for ten keys and values, for two pairs of them, and for the tasks that are learned sooner."""

TASKS = ("recall", "two keys, two values", "names", "branches", "branches, no norms")
ROLES: Mapping[str, str] = {
    "k": "keys", "v": "values", "q": "query", "a": "names", "b": "names", "s": "again", "to": "to", "w": "words",
}  # fmt: skip
"""What stands at a position, by its name without its number."""
PARTS: Mapping[str, str] = {
    "attention.0": "attention 1",
    "neurons.0": "neurons 1",
    "attention.1": "attention 2",
    "neurons.1": "neurons 2",
}
"""What writes into the stream, in order, as a reader counts."""
SITES: Mapping[str, str] = {
    "embedding": "embedding",
    "middle.0": "attention 1",
    "residual.0": "neurons 1",
    "middle.1": "attention 2",
    "residual.1": "neurons 2",
}
"""The sites of the stream, by what they come after."""


def sweeps(*, quick: bool) -> tuple[Sweep, ...]:
    """Five tasks of ten seeds, and more of recall; quickly, recall alone, of two pairs and two seeds."""
    if quick:
        unseen = replace(recall(pairs=2, steps=QUICK_STEPS), terms=(), validate_every=0)
        return (Sweep("recall", unseen, QUICK_SEEDS),)
    further = Sweep(MORE, experiment_of("recall"), MORE_SEEDS)  # first, for it takes longest
    return (further, *(Sweep(name, experiment_of(name), SEEDS) for name in TASKS))


def experiment_of(name: str) -> Experiment:
    """What is trained under a name."""
    if name == "recall":
        return recall(steps=STEPS)
    if name == "two keys, two values":
        return binary_recall(steps=FEW)
    if name == "names":
        return indirect_object(steps=FEW)
    found = branches(steps=FEW)
    if name == "branches":
        return found
    network = found.network
    assert isinstance(network, LayeredTransformer), "all of them are"
    return replace(found, network=replace(network, norm=False))
