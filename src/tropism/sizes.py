"""Sizes: what one network takes in memory, so that what no machine could hold is refused before anything is made."""

from __future__ import annotations

import math
import os

from tropism.core.experiment import Experiment
from tropism.core.paths import shapes
from tropism.core.sweep import Study
from tropism.errors import DoesNotFit

_COPIES = 4
"""Parameters, gradients, and an optimizer's two moments."""

_NUMBER = 4


def refuse_absurd(study: Study, memory: int | None = None) -> None:
    """Refuse a study of which a single network would not fit into this machine's memory, or `memory` bytes.

    Sweeps that start from trained networks are left out: they have the sizes of those.

    Raises:
        DoesNotFit: With the estimate, and what may be made smaller.
    """
    room = memory_here() if memory is None else memory
    for sweep in study.sweeps:
        if not isinstance(sweep.experiment, Experiment):
            continue
        parameters, needed = size_of(sweep.experiment)
        if needed <= room:
            continue
        raise DoesNotFit(
            f"The sweep {sweep.name!r}: a network of {_said(parameters)} parameters at batches of "
            f"{_said(sweep.experiment.batch_size)} for {_said(sweep.experiment.length)} steps takes about "
            f"{_said(needed / 2**30)} GiB to train, and this machine has {_said(room / 2**30)} GiB. Make the network, "
            "the task, the batch or the run smaller."
        )


def size_of(experiment: Experiment) -> tuple[int, int]:
    """How many parameters one network has with its further players, and about how many bytes training it takes.

    Counted are parameters, gradients, two moments, a batch at every site there and back, and the table of dials.
    """
    networks = [experiment.network, *(each.network for each in experiment.players)]
    parameters = sum(math.prod(shape) for network in networks for shape in shapes(network).values())
    widths = sum(site.width for network in networks for site in network.sites().values())
    widths += (experiment.task.input_width() or 0) + (experiment.task.output_width() or 0)
    table = 3 * experiment.length * len(experiment.dials())
    numbers = _COPIES * parameters + 2 * experiment.batch_size * widths + table
    return parameters, numbers * _NUMBER


def memory_here() -> int:
    """Bytes of this machine's memory; a pebibyte where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**50


def _said(number: float) -> str:
    """A number as one reads it: `1,024`, or `5.8e+14` where it is large."""
    return (
        f"{number:.2g}" if number >= 1e9 else f"{number:,.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
    )
