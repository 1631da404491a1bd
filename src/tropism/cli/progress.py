"""Progress: bars with networks done of all, time left and losses on a terminal; a JSON line now and then otherwise."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tropism.cli.words import duration
from tropism.work import Report, Whole

_LINE_EVERY = 2.0

MOST_LINES = 8
"""Sweeps that have a line on a terminal; of those that are trained to the end, the first make room."""


class Bar:
    """Follows the programs of several sweeps, a line each, and all networks above them; while nothing is known, a line
    that moves."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._lines: dict[str, Any] = {}
        self._done: dict[str, dict[int, int]] = {}
        self._told: Any = None
        self._all: Any = None
        self._sweeps = 0
        self._hidden: set[Any] = set()
        self._idle: Any = self._waiting()

    def __call__(self, name: str, report: Report | None) -> None:
        if report is None:
            self._finish(name)
            return
        progress = report.progress
        if report.whole is not None:
            self._tell_all(report.whole)
        if name not in self._lines:
            self._lines[name], self._idle = self._waiting() if self._idle is None else self._idle, None
        line, done = self._lines[name], self._done.setdefault(name, {})
        done[report.pack] = progress.step
        total = progress.length * report.packs
        self._display.update(
            line,
            description=name,
            completed=sum(done.values()),
            total=total,
            count=f"{sum(done.values()):,}/{total:,} steps",
            losses=_losses(progress.metrics, progress.diverged),
            rate=_rate(self._display.tasks[line], progress.members, ends=sum(done.values()) >= total),
        )
        self._make_room()
        self._say_if_idle()

    def _make_room(self) -> None:
        """Hides lines that are full, the first ones first, and says how many there were."""
        seen = [line for line in self._lines.values() if line not in self._hidden]
        full = [line for line in seen if self._display.tasks[line].finished]
        for line in full[: max(0, len(seen) - MOST_LINES)]:
            self._display.update(line, visible=False)
            self._hidden.add(line)
            if self._told is None:
                self._told = self._added("")
            hidden, total = len(self._hidden), max(self._sweeps, len(self._lines))
            self._display.update(
                self._told, description="sweeps done", completed=hidden, total=total, count=f"{hidden}/{total}"
            )

    def _tell_all(self, whole: Whole) -> None:
        """The first line: networks that are done, and the work by its share, since networks end many at a time."""
        if self._all is None:
            first = self._idle is not None and not self._lines
            self._all, self._idle = self._idle if first else self._added(""), None if first else self._idle
        self._sweeps = whole.sweeps
        self._display.update(
            self._all,
            description="everything",
            completed=whole.share,
            total=1.0,
            count=f"{whole.done:,}/{whole.networks:,} networks",
            rate=f"about {duration(whole.seconds)} left" if whole.seconds and whole.done < whole.networks else "",
        )

    def _finish(self, name: str) -> None:
        if name in self._lines:
            line = self._lines.pop(name)
            del self._done[name]
            total = self._display.tasks[line].total or 0
            self._display.update(line, completed=total, count=f"{total:,.0f}/{total:,.0f} steps")
        if not self._lines and self._idle is None:
            self._idle = self._waiting()

    def _say_if_idle(self) -> None:
        """A moving line where every known line is full: the next sweep is being compiled."""
        full = all(self._display.tasks[line].finished for line in self._lines.values())
        if full and self._idle is None:
            self._idle = self._waiting()
        elif not full and self._idle is not None:
            self._display.update(self._idle, visible=False)
            self._idle = None

    def close(self) -> None:
        """Take away the line of what is not done."""
        if self._idle is not None:
            self._display.update(self._idle, visible=False)

    def _waiting(self) -> Any:
        """A line that moves while programs are compiled, or tables and figures made, so that nobody thinks it hangs."""
        return self._added("working")

    def _added(self, words: str) -> Any:
        return self._display.add_task(words, total=None, count="", losses="", rate="")


class Lines:
    """Writes a JSON line to standard error every couple of seconds."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, name: str, report: Report | None) -> None:
        now = time.monotonic()
        if report is None or (now - self._last < _LINE_EVERY and report.progress.step < report.progress.length):
            return
        self._last = now
        progress = report.progress
        line = {
            "sweep": name,
            "program": report.pack,
            "programs": report.packs,
            "step": progress.step,
            "of": progress.length,
            "networks": progress.members,
            "diverged": progress.diverged,
            "metrics": {key: round(value, 6) for key, value in progress.metrics.items()},
            **_of_all(report.whole),
        }
        print(json.dumps(line), file=sys.stderr, flush=True)


@contextmanager
def shown() -> Iterator[Bar | Lines]:
    """What tells the user how far a run is: a bar where someone watches, lines where something reads."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}", justify="right"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[losses]}", style="dim"),
    )
    with Progress(*columns, console=Console(stderr=True)) as display:
        bar = Bar(display)
        try:
            yield bar
        finally:
            bar.close()


def _of_all(whole: Whole | None) -> dict[str, object]:
    if whole is None:
        return {}
    said = {"networks_done": whole.done, "networks_in_all": whole.networks, "sweeps_in_all": whole.sweeps}
    return {**said} if whole.seconds is None else {**said, "seconds_left": round(whole.seconds)}


def _rate(task: Any, networks: int, *, ends: bool) -> str:
    """Steps of single networks a second, and how long the sweep still takes at that rate."""
    if not task.speed:
        return ""
    left = f", {duration(task.time_remaining)} left" if task.time_remaining and not ends else ""
    return f"{networks * task.speed:,.0f} steps/s{left}"


def _losses(metrics: Any, diverged: int) -> str:
    shown_first = [f"{name} {metrics[name]:.2g}" for name in ("loss", "error") if name in metrics]
    return ", ".join([*shown_first, *([f"{diverged} diverged"] if diverged else [])])
