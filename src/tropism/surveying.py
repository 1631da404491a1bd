"""Surveys: all studies of a subject, side by side, and one report of what they found."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.crew import end_with_parent
from tropism.errors import Interrupted, RunError, TropismError, UnknownName
from tropism.lean import look_rarely
from tropism.stopping import held_back, patient

if TYPE_CHECKING:
    import polars

    from tropism.store.folder import Store
    from tropism.store.studies import StudyFolder

PROGRESS = "progress"
QUICK = "-quick"
OVERVIEW = "studies"
"""The table of all studies, which stands first."""
_LOOK_EVERY = 0.5
_GRACE = 10.0


class Ended(NamedTuple):
    """How one study of a survey ended.

    Attributes:
        study: Its name.
        seconds: How long it took, networks that were stored already not counted.
        cpu_seconds: What it cost of one core; beside `seconds`, it tells of waiting and of company.
        error: What went wrong, in a line; empty where nothing did.
    """

    study: str
    seconds: float
    cpu_seconds: float = 0.0
    error: str = ""


Told = Callable[[Ended], None]
"""Called when a study has ended."""


@dataclass(frozen=True)
class Survey:
    """All studies of a subject, as one thing that is asked for.

    Attributes:
        name: What its report is stored as.
        title: What a reader sees.
        studies: Which, in the order of the report.
    """

    name: str
    title: str
    studies: tuple[str, ...]


def survey_of(subject: str, *, quick: bool = False) -> Survey:
    """The survey of a subject; the quick one takes the quick form of every study that has one.

    The whole one leaves out the few studies that take as long as all others together; they are carried out one by one.

    Raises:
        UnknownName: There is no such subject.
    """
    from tropism.studies import APART, STUDIES, SUBJECTS

    if subject not in SUBJECTS:
        raise UnknownName("subject", subject, SUBJECTS, "survey")
    listed = SUBJECTS[subject]
    whole = [name for name in listed if not (name.endswith(QUICK) and name.removesuffix(QUICK) in listed)]
    asked = (name + QUICK if quick and name + QUICK in STUDIES else name for name in whole)
    names = tuple(name for name in asked if name not in APART)
    title = f"{subject.capitalize()}: all studies{', the quick forms' if quick else ''}"
    return Survey(subject + (QUICK if quick else ""), title, names)


def carry_out(
    survey: Survey, store: Store, *, processes: int, again: bool = False, told: Told
) -> tuple[Path, list[Ended]]:
    """Carry out the studies, so many at a time, each on a core of its own; then write one report.

    A survey that was stopped goes on with the studies that had not ended; one that had ended begins anew.

    Returns:
        The report's file, and how each study ended.

    Raises:
        Interrupted: On Ctrl-C; the same survey goes on from there.
        RunError: No study could be carried out.
    """
    store.check_writable()
    folder = store.study(survey.name)
    before = [] if again else _ended_before(folder, survey)
    ended = {each.study: each for each in before}

    def note(one: Ended) -> None:
        ended[one.study] = one
        _write_progress(folder, ended.values())
        told(one)

    _write_progress(folder, ended.values())
    _side_by_side([name for name in survey.studies if name not in ended], str(store.path), processes, note)
    done = [ended[name] for name in survey.studies if not ended[name].error]
    if not done:
        raise RunError(
            f"No study of the survey {survey.name!r} could be carried out: {next(iter(ended.values())).error}"
        )
    report = write_survey(survey, store, done)
    return report, [ended[name] for name in survey.studies]


def write_survey(survey: Survey, store: Store, done: Sequence[Ended]) -> Path:
    """One report of stored studies: claims by study, then figures and tables of each; nothing is computed."""
    from tropism.store.merging import merge
    from tropism.studying import rendered

    folder = store.study(survey.name)
    parts = {each.study: store.study(each.study) for each in done}
    merge(folder, parts, title=survey.title, overview=(OVERVIEW, _overview(store, done)))
    return folder.write_report(rendered(folder))


def _overview(store: Store, done: Sequence[Ended]) -> polars.DataFrame:
    import polars

    from tropism.values import rebuild

    rows = []
    for each in done:
        folder = store.study(each.study)
        verdicts = [rebuild(claim).verdict for claim in folder.read_claims()]
        counts = {word: verdicts.count(word) for word in ("holds", "fails", "undecided")}
        title = folder.read_about()["title"]
        times = {"seconds": round(each.seconds, 1), "cpu_seconds": round(each.cpu_seconds, 1)}
        rows.append({"study": each.study, **counts, **times, "title": title})
    return polars.DataFrame(rows)


def _ended_before(folder: StudyFolder, survey: Survey) -> list[Ended]:
    """The studies that had ended when the same survey was stopped; none, if it was not."""
    if PROGRESS not in folder.names():
        return []
    rows = [Ended(**row) for row in folder.read_table(PROGRESS).iter_rows(named=True)]
    names = {each.study for each in rows if each.study}
    return [each for each in rows if each.study] if names < set(survey.studies) else []


def _write_progress(folder: StudyFolder, ended: Any) -> None:
    import polars

    kept = [each for each in ended if not each.error]
    folder.write_table(
        PROGRESS,
        polars.DataFrame(
            [(each.study, float(each.seconds), float(each.cpu_seconds)) for each in kept],
            schema={"study": polars.String, "seconds": polars.Float64, "cpu_seconds": polars.Float64},
            orient="row",
        ),
    )


def _side_by_side(names: Sequence[str], path: str, processes: int, note: Told) -> None:
    """Carry out studies in processes of their own, a core each; one that dies takes only its own study along."""
    from tropism.training.device import cores

    context = multiprocessing.get_context("spawn")
    news, waiting, running = context.Queue(), list(names), {}
    free = cores()[:processes]
    with patient() as stopped:
        try:
            while waiting or running:
                while waiting and free and not stopped():
                    name, core = waiting.pop(0), free.pop(0)
                    child = context.Process(target=_one, args=(name, path, core, news), daemon=False)
                    with held_back():
                        child.start()
                    running[name] = (child, core)
                for one in _news(news, running):
                    child, core = running.pop(one.study)
                    child.join()
                    free.append(core)
                    note(one)
                if stopped():
                    raise Interrupted("Stopped; the same survey goes on with what has not ended.")
        finally:
            _dismiss([child for child, _ in running.values()])


def _news(news: Any, running: Mapping[str, Any]) -> list[Ended]:
    """Who has ended, by its own word or because its process is no more."""
    try:
        return [news.get(timeout=_LOOK_EVERY)]
    except queue.Empty:
        gone = [(name, child.exitcode) for name, (child, _) in running.items() if not child.is_alive()]
    try:
        return [news.get(timeout=_LOOK_EVERY)] if gone else []  # it may have spoken just before it ended
    except queue.Empty:
        return [Ended(name, 0.0, error=f"its process ended with code {code}") for name, code in gone]


def _dismiss(children: Sequence[Any]) -> None:
    for child in children:
        if child.is_alive():
            os.kill(child.pid, signal.SIGINT)
    deadline = time.monotonic() + _GRACE
    for child in children:
        child.join(max(0.0, deadline - time.monotonic()))
        if child.is_alive():
            child.terminate()
            child.join()


def _one(name: str, path: str, core: int, news: Any) -> None:
    """One study in a process of its own."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    end_with_parent(_GRACE)
    look_rarely()
    from tropism.training.device import pin, start

    pin(core)  # before JAX starts
    start()
    from tropism.store.folder import Store
    from tropism.studies import load
    from tropism.studying import carry_out as carried

    began, error = time.monotonic(), ""
    try:
        carried(load(name), Store(path), processes=1)
    except KeyboardInterrupt:
        return
    except Interrupted:
        return
    except TropismError as wrong:
        error = str(wrong)
    news.put(Ended(name, time.monotonic() - began, _cpu_seconds(), error))


def _cpu_seconds() -> float:
    """What this process and those that it waited for have cost so far, of one core."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
