"""Sending: whether something can go to another process, and if not, what of it is in the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from multiprocessing.reduction import ForkingPickler
from typing import Any

from tropism.errors import RunError, UserError
from tropism.work import Job


def refuse_unsendable(jobs: Iterable[Job]) -> None:
    """Look before workers start: a queue sends from a thread of its own, and what fails there is lost.

    Raises:
        UserError: A part of an experiment that cannot be sent, and why.
    """
    for job in {id(job.experiment): job for job in jobs}.values():
        error = _in_the_way(job)
        if error is not None:
            part, error = _culprit(job, error)
            raise UserError(
                f"{part} cannot be sent to another process: {error}. Its class must stand at the top of a module or a "
                "plugin, and hold nothing that is open or made on the spot; or train on one process."
            ) from error


def refuse_untold(function: Callable[..., object], what: str, thing: object) -> None:
    """Look before something that a function is asked, or that it answers, is sent.

    Raises:
        UserError: It cannot be sent, and why.
    """
    error = _in_the_way(thing)
    if error is not None:
        raise UserError(
            f"What {getattr(function, '__qualname__', function)} {what} cannot be sent to another process: {error}. "
            "Functions and classes must stand at the top of a module or a plugin; or ask for one process."
        ) from error


def sendable(error: Exception) -> Exception:
    """The error, or its words where it holds something that cannot be sent."""
    return error if _in_the_way(error) is None else RunError(str(error))


def _culprit(job: Job, error: Exception) -> tuple[str, Exception]:
    """The field of the experiment that cannot be sent, one of its items where it is a tuple; or all of the job."""
    for field in dataclasses.fields(job.experiment):
        value = getattr(job.experiment, field.name)
        name = f"Experiment.{field.name}"
        parts = [(f"{name}[{place}]", each) for place, each in enumerate(value)] if isinstance(value, tuple) else []
        for part, each in (*parts, (name, value)):
            found = _in_the_way(each)
            if found is not None:
                return f"{part} ({type(each).__name__})", found
    return "A program's training", error


def _in_the_way(thing: Any) -> Exception | None:
    """What goes wrong when something is sent; each class has its own way of failing."""
    try:
        ForkingPickler(_Nowhere()).dump(thing)
    except Exception as error:
        return error
    return None


class _Nowhere:
    """A file that keeps nothing: networks to start from are large."""

    def write(self, data: Any) -> int:
        return memoryview(data).nbytes
