"""Modular addition and products in A5, as published: what is trained on, and by which network. No JAX until asked.

Source: Nanda et al. (2023), arXiv 2301.05217, for the transformer; Chughtai et al. (2023), arXiv 2302.03025, for A5 and
the networks of two embeddings. Rate .001, decay 1, β (.9, .98), ten steps of warm-up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tropism.core import Experiment
from tropism.core.experiment import Stop
from tropism.networks import EmbeddedSum, OneLayerTransformer
from tropism.optimizers import AdamW, WarmUp
from tropism.subjects.generalization import Alternating, Composition, Cyclic
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

WARM_UP = 10
OPTIMIZER = AdamW(lr=1e-3, b1=0.9, b2=0.98, weight_decay=1.0, pace=WarmUp(WARM_UP))
MOST = 60_000
"""Steps of a training of which only some are timed."""


@dataclass(frozen=True)
class Workload:
    """What is trained; how many steps a peer takes for a measurement; what is asked of ours.

    Attributes:
        says: Its line on the page.
        kind: Which network, for the peers: `transformer` or `sum`.
        experiment: The whole of it.
        steps: Of one measurement of a peer, in the published and in the best manner.
        faster: How many times faster than the published manner it must be, if anything is asked.
    """

    says: str
    kind: str
    experiment: Experiment
    steps: tuple[int, int]
    faster: float | None = None


def transformer() -> Workload:
    """Sums modulo 113, 30 % of the pairs, every pair in every step."""
    network = OneLayerTransformer(tokens=113, outputs=113)
    task = Composition(group=Cyclic(113), share=(0, 0.3), whole=True)
    says = "Sums modulo 113, one-layer transformer, 226,688 parameters, all of 3,831 pairs"
    return Workload(says, "transformer", _trained(task, network, len(task)), (5, 20), faster=3.0)


def sums() -> Workload:
    """The same pairs by two embeddings and a hidden layer."""
    network = EmbeddedSum(tokens=113, outputs=113)
    task = Composition(group=Cyclic(113), share=(0, 0.3), whole=True)
    says = "Sums modulo 113, two embeddings and 128 neurons, 137,856 parameters, all of 3,831 pairs"
    return Workload(says, "sum", _trained(task, network, len(task)), (40, 80))


def products() -> Workload:
    """Products in A5, half of the pairs, every pair in every step."""
    network = EmbeddedSum(tokens=60, outputs=60)
    task = Composition(group=Alternating(5), share=(0, 0.5), whole=True)
    says = "Products in A5, two embeddings and 128 neurons, 103,936 parameters, all of 1,800 pairs"
    return Workload(says, "sum", _trained(task, network, len(task)), (80, 200))


def small_batches() -> Workload:
    """Products in A5 by batches of 512, as the presets that take seconds have them."""
    network = EmbeddedSum(tokens=60, outputs=60)
    task = Composition(group=Alternating(5), share=(0, 0.6))
    says = "Products in A5, the same network, batches of 512 drawn from 2,160 pairs"
    return Workload(says, "sum", _trained(task, network, 512), (200, 400))


WORKLOADS = {"transformer": transformer, "sums": sums, "products": products, "products, 512": small_batches}


LEVEL, EVERY = 0.99, 100
"""Held-out pairs right that count as generalizing, and steps between looks."""


def watched(experiment: Experiment) -> Experiment:
    """The same training with looks at the pairs that were held out, until 99 % of them are right."""
    task = experiment.task
    assert isinstance(task, Composition)
    held_out = replace(task, share=(task.share[1], 1.0), whole=False)
    return replace(
        experiment,
        task=Mixture(parts=(Part("pairs", task, experiment.batch_size),), checks=(Check("held_out", held_out),)),
        terms=(Accuracy(where="held_out"),),
        validate_every=EVERY,
        stop=Stop(metric="accuracy", above=LEVEL, validated=True),
    )


def _trained(task: Composition, network: EmbeddedSum | OneLayerTransformer, batch: int) -> Experiment:
    return Experiment(task=task, network=network, optimizer=OPTIMIZER, steps=MOST, batch_size=batch, validate_every=0)
