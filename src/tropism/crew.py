"""The crew: programs and questions on several processes, one core each.

A worker never outlives the process that started it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.errors import Interrupted, RunError, TropismError, UserError
from tropism.lean import look_rarely, one_thread_each
from tropism.plugins import Stumbled, load_plugin, loaded_plugins, stumbled
from tropism.running import check_counts, run_pack
from tropism.sending import refuse_unsendable, refuse_untold, sendable
from tropism.stopping import Stopped, held_back, noted, patient
from tropism.work import Job, Listener, Report

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tropism.store.folder import Store

_LOOK_EVERY = 0.5
_DONE = "done"
_STOPPED = "Stopped; the same request goes on from the last checkpoints."
_GRACE = 10.0
"""Seconds in which a worker may end its chunk and write a checkpoint."""


@dataclass(frozen=True)
class Question:
    """A function's call, to be made by a worker.

    Attributes:
        number: Which of several it is.
        function: What is called, a module's own.
        arguments: With what.
    """

    number: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def answer(self) -> tuple[int, Any]:
        """Its number and what the function says.

        Raises:
            Stumbled: The function raised what is no error of the house.
        """
        try:
            said = self.function(*self.arguments)
            refuse_untold(self.function, "answers", said)
            return self.number, said
        except TropismError:
            raise
        except (Exception, SystemExit) as error:
            raise Stumbled(stumbled(error)) from None


class Worker(NamedTuple):
    """A process, and the pipe through which it is heard: its own, which ends with it, even in the middle of a word."""

    process: Any
    news: Connection


class Crew:
    """Who carries out jobs: this process, or several, one core each. They are started when they are first needed, or
    before, and stay until the crew ends, so that what comes after other work finds them at hand, with all that they
    have imported.

    Args:
        store: Where what is made is kept.
        processes: How many there are at most.
        chunk_steps: The most steps between two checkpoints.
    """

    def __init__(self, store: Store, processes: int = 1, chunk_steps: int | None = None) -> None:
        check_counts(processes, chunk_steps)
        self.store, self.processes, self.chunk_steps = store, processes, chunk_steps
        self._workers: list[Worker] = []
        self._jobs: Any = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._end(early=error is not None)

    def begin(self, count: int) -> None:
        """Start workers for so many jobs to come, while this process still finds out what they are."""
        if self.processes > 1 and count > 1:
            _refuse_import()
            self._grow(min(self.processes, count))

    def carry_out(self, todo: Sequence[Job], on_progress: Listener) -> None:
        """Carry out every job; one alone is done in this process. Workers are spawned, never forked.

        Raises:
            Interrupted: On Ctrl-C, once the checkpoints are written.
            RunError: A worker died.
            UserError: An experiment that cannot be sent to a worker.
            TropismError: What a worker said was wrong.
        """
        if self.processes == 1 or len(todo) <= 1:
            program = None
            for job in todo:
                program = run_pack(
                    self.store, job.experiment, job.members, on_progress=job.told(on_progress),
                    chunk_steps=self.chunk_steps, program=program,
                )  # fmt: skip
            return
        refuse_unsendable(todo)
        self._hand_out(todo, on_progress, _GRACE)

    def ask(self, function: Callable[..., Any], items: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What a function answers to each tuple of arguments, in their order; the workers share them.

        Raises:
            Stumbled: It stumbled over one of them.
            KeyboardInterrupt: On Ctrl-C; nobody waits for answers then.
            RunError: A worker died.
            TropismError: What the function said was wrong.
        """
        questions = [Question(number, function, item) for number, item in enumerate(items)]
        for question in questions:
            refuse_untold(function, "is asked", question)
        answers: dict[int, Any] = {}
        try:
            self._hand_out(questions, lambda heard: answers.update([heard]), 0.0)
        except Interrupted:
            raise KeyboardInterrupt from None
        return [answers[number] for number in range(len(items))]

    def _hand_out(self, things: Sequence[Job | Question], hear: Callable[[Any], object], grace: float) -> None:
        """Let workers do all of this; where that fails, end them, with so many seconds to leave off well."""
        _refuse_import()
        done = False
        with patient() as stopped:
            try:  # an exception may arrive anywhere, and be lost in somebody's callback; a note is not
                self._grow(min(self.processes, len(things)))
                for thing in things:
                    self._jobs.put(thing)
                _listen_to(self._workers, len(things), hear, stopped)
                if stopped():
                    raise Interrupted(_STOPPED)
                done = True
            except KeyboardInterrupt:
                raise Interrupted(_STOPPED) from None
            finally:
                if not done:
                    self._end(early=True, grace=grace)

    def _grow(self, count: int) -> None:
        """Start workers until there are so many, or one a core."""
        from tropism.training.device import cores

        context = multiprocessing.get_context("spawn")
        if not all(worker.process.is_alive() for worker in self._workers):  # one was ended while it had nothing to do
            self._end(early=True)
        if not self._workers:
            self._jobs = context.Queue()
        told = (str(self.store.path), loaded_plugins(), self._jobs, self.chunk_steps)
        with held_back(), one_thread_each():
            for core in cores()[len(self._workers) : count]:
                ends: Any = context.Pipe(duplex=False)  # elsewhere they are of other classes
                news, its_end = ends
                with its_end:  # held here no longer than until the worker has it
                    worker = Worker(context.Process(target=_worker, args=(core, its_end, *told), daemon=True), news)
                    self._workers.append(worker)
                    worker.process.start()

    def _end(self, *, early: bool, grace: float = _GRACE) -> None:
        """Dismiss the workers; early, with jobs that nobody will read."""
        workers, self._workers = self._workers, []
        if not workers:
            return
        if early:
            self._jobs.cancel_join_thread()
            for worker in workers:
                worker.news.close()  # who is in the middle of a message to nobody is held up no longer
        else:
            for _ in workers:
                self._jobs.put(None)
        _dismiss(workers, early=early, grace=grace)
        for worker in workers:
            worker.news.close()


def _listen_to(crew: list[Worker], count: int, hear: Callable[[Any], object], stopped: Stopped) -> None:
    """Hear reports and answers until so many jobs and questions are done."""
    done = 0
    while done < count:
        if stopped():
            raise Interrupted(_STOPPED)
        messages = _heard(crew)
        for message in messages:
            if isinstance(message, BaseException):
                raise message
        _refuse_dead(crew)
        if not messages and any(worker.news.closed for worker in crew):
            raise Interrupted("The workers were stopped; the same request goes on from their last checkpoints.")
        for message in messages:
            done += not isinstance(message, Report)
            if message != _DONE:
                hear(message)


def _heard(crew: list[Worker]) -> list[Any]:
    """What is said within half a second. Where a worker has ended, its pipe is closed."""
    messages = []
    speaking = connection.wait([worker.news for worker in crew if not worker.news.closed], timeout=_LOOK_EVERY)
    for worker in crew:
        if worker.news in speaking:
            try:
                messages.append(worker.news.recv())
            except (EOFError, OSError):  # before a message, or in the middle of one
                worker.news.close()
                worker.process.join(_LOOK_EVERY)
    return messages


def _refuse_dead(crew: list[Worker]) -> None:
    for process, _ in crew:
        code = process.exitcode
        if code not in (None, 0):
            how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"
            raise RunError(
                f"Worker process {process.pid} {how}. What was finished is kept; the same request goes on from the "
                "last checkpoints."
            )


def _dismiss(crew: list[Worker], *, early: bool, grace: float) -> None:
    """Wait for the workers to end; where they should not go on, tell them; where they do not listen, end them."""
    started = [worker.process for worker in crew if worker.process.pid is not None]
    deadline = time.monotonic() + grace
    with contextlib.suppress(KeyboardInterrupt):  # a second Ctrl-C does not wait
        for worker in started:
            if early and worker.is_alive():
                os.kill(worker.pid, signal.SIGINT)
        for worker in started:
            worker.join(max(0.0, deadline - time.monotonic()))
    for worker in started:
        if worker.is_alive():
            worker.terminate()
    for worker in started:
        worker.join()


def _worker(
    core: int, news: Connection, path: str, plugins: tuple[str, ...], jobs: Any, chunk_steps: int | None
) -> None:
    stopped = _told_or_orphaned()
    end_with_parent(_GRACE)
    look_rarely()
    from tropism.training.device import pin

    pin(core)  # before JAX starts
    from tropism.store.folder import Store as Folder

    def tell(message: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody listens any more, and what is made is kept all the same
            news.send(message)

    try:
        for plugin in plugins:
            load_plugin(plugin)
        store, program = Folder(path), None
        while (job := _next(jobs, stopped)) is not None:
            if isinstance(job, Question):
                tell(job.answer())
                del job  # what it was asked about may be large
                continue
            program = run_pack(
                store, job.experiment, job.members, on_progress=job.told(tell), chunk_steps=chunk_steps,
                stopped=stopped, program=program,
            )  # fmt: skip
            tell(_DONE)
    except Interrupted:
        pass
    except (TropismError, Stumbled) as error:
        tell(sendable(error))


def _next(jobs: Any, stopped: Stopped) -> Job | Question | None:
    while not stopped():
        with contextlib.suppress(queue.Empty):
            return jobs.get(timeout=_LOOK_EVERY)
    return None


def end_with_parent(grace: float) -> None:
    """End this process so many seconds after its parent died, if it has not ended by itself.

    A worker asks between chunks whether its parent lives. One that waits in the middle of a message hears nothing: who
    was killed while writing a job leaves half of it, and the pipe stays open, as workers hold both of its ends.
    """
    parent = multiprocessing.parent_process()

    def watch() -> None:
        assert parent is not None
        parent.join()
        time.sleep(grace)
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()


def _told_or_orphaned() -> Stopped:
    told, parent = noted(), multiprocessing.parent_process()
    return lambda: told() or (parent is not None and not parent.is_alive())


def _refuse_import() -> None:
    """A script that trains while it is imported would start itself again in every worker."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise UserError("Training on several processes must stand below `if __name__ == '__main__':` in a script.")
