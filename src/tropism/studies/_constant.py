"""Constant weights in the place of staged ones: a sweep's setting made from its dope sheet."""

from __future__ import annotations

from tropism.core.experiment import Experiment
from tropism.core.sweep import Setting
from tropism.errors import DoesNotFit


def mean_weights(experiment: Experiment) -> Setting:
    """Every scheduled weight at its mean over the steps; the learning rate stays as scheduled."""
    return _constants(experiment, peak=False)


def peak_weights(experiment: Experiment) -> Setting:
    """Every scheduled weight at the largest that it reaches; the learning rate stays as scheduled."""
    return _constants(experiment, peak=True)


def _constants(experiment: Experiment, *, peak: bool) -> Setting:
    schedule = experiment.schedule
    if schedule is None:
        raise DoesNotFit("Constant weights are made from a schedule, and this experiment has none.")
    names = tuple(name for name in schedule.names if name != "lr")
    values = schedule.table(names)
    return tuple(zip(names, (float(each) for each in (values.max(0) if peak else values.mean(0))), strict=True))
