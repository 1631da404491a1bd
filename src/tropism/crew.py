"""The crew: programs on several processes, one core each. A worker never outlives the process that started it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tropism.errors import Interrupted, RunError, TropismError, UserError
from tropism.plugins import load_plugin, loaded_plugins
from tropism.running import run_pack
from tropism.sending import refuse_unsendable
from tropism.stopping import Stopped, held_back, noted, patient
from tropism.work import Job, Listener, Report

if TYPE_CHECKING:
    from tropism.store.folder import Store

_LOOK_EVERY = 0.5
_DONE = "done"
_STOPPED = "Stopped; the same request goes on from the last checkpoints."
_GRACE = 10.0
"""Seconds in which a worker may end its chunk and write a checkpoint."""


def side_by_side(
    todo: Sequence[Job], store: Store, on_progress: Listener, processes: int, chunk_steps: int | None
) -> None:
    """Carry out every job; workers are spawned, never forked.

    Raises:
        Interrupted: On Ctrl-C, once the workers have written their checkpoints.
        RunError: A worker died.
        UserError: An experiment that cannot be sent to a worker.
        TropismError: What a worker said was wrong.
    """
    from tropism.training.device import cores

    _refuse_import()
    refuse_unsendable(todo)
    context = multiprocessing.get_context("spawn")
    jobs, news = context.Queue(), context.Queue()
    count = len(todo)
    free = cores()[: min(processes, count)]
    for job in [*todo, *(None for _ in free)]:
        jobs.put(job)
    told = (str(store.path), loaded_plugins(), jobs, news, chunk_steps)
    crew = [context.Process(target=_worker, args=(core, *told), daemon=True) for core in free]
    done = False
    with patient() as stopped:  # an exception may arrive anywhere, and be lost in somebody's callback; a note is not
        try:
            with held_back():
                for worker in crew:
                    worker.start()
            _listen_to(crew, news, count, on_progress, stopped)
            done = True
            if stopped():
                raise Interrupted(_STOPPED)
        except KeyboardInterrupt:
            raise Interrupted(_STOPPED) from None
        finally:
            _dismiss(crew, early=not done)
            if not done:
                jobs.cancel_join_thread()  # nobody will read the jobs that are left


def _listen_to(crew: list[Any], news: Any, count: int, on_progress: Listener, stopped: Stopped) -> None:
    done = 0
    while done < count:
        if stopped():
            raise Interrupted(_STOPPED)
        working = any(worker.is_alive() for worker in crew)
        try:
            message = news.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            message = None
        if isinstance(message, BaseException):
            raise message
        _refuse_dead(crew)
        if isinstance(message, Report):
            on_progress(message)
        elif message is not None:
            done += 1
        elif not working:
            raise Interrupted("The workers were stopped; the same request goes on from their last checkpoints.")


def _refuse_dead(crew: list[Any]) -> None:
    for worker in crew:
        code = worker.exitcode
        if code not in (None, 0):
            how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"
            raise RunError(
                f"Worker process {worker.pid} {how}. What was finished is kept; the same request goes on from the last "
                "checkpoints."
            )


def _dismiss(crew: list[Any], *, early: bool) -> None:
    """Wait for the workers to end; where they should not go on, tell them; where they do not listen, end them."""
    started = [worker for worker in crew if worker.pid is not None]
    deadline = time.monotonic() + _GRACE
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


def _worker(core: int, path: str, plugins: tuple[str, ...], jobs: Any, news: Any, chunk_steps: int | None) -> None:
    stopped = _told_or_orphaned()
    end_with_parent(_GRACE)
    from tropism.training.device import pin

    pin(core)  # before JAX starts
    from tropism.store.folder import Store as Folder

    try:
        for plugin in plugins:
            load_plugin(plugin)
        store, program = Folder(path), None
        while (job := _next(jobs, stopped)) is not None:
            program = run_pack(
                store, job.experiment, job.members, on_progress=job.told(news.put), chunk_steps=chunk_steps,
                stopped=stopped, program=program,
            )  # fmt: skip
            news.put(_DONE)
    except Interrupted:
        pass
    except TropismError as error:
        news.put(error)
    if stopped():
        news.cancel_join_thread()  # nobody may be reading any more


def _next(jobs: Any, stopped: Stopped) -> Job | None:
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
