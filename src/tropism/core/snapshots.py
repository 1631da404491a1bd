"""Snapshots that stay where they are until someone looks: a dozen of them are a dozen times the networks' memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

Params = Mapping[str, np.ndarray]


class Snapshots(Mapping[int, Params]):
    """Parameters at earlier steps, by step, each made when it is asked for and not held afterwards.

    Args:
        steps: At which there are some.
        read: Gives the parameters `[E, …]` by their path at one of these steps.
    """

    def __init__(self, steps: Iterable[int], read: Callable[[int], Params]) -> None:
        self._steps, self._read = tuple(sorted(steps)), read

    def __getitem__(self, step: int) -> Params:
        if step not in self._steps:
            raise KeyError(step)
        return self._read(step)

    def __contains__(self, step: object) -> bool:
        return step in self._steps

    def __iter__(self) -> Iterator[int]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def __reduce__(self) -> tuple[type, tuple[dict[int, dict[str, np.ndarray]]]]:
        """Sent to another process they are read first, and plain there: files are not open elsewhere."""
        return dict, ({step: dict(self[step]) for step in self},)


def rows_of(snapshots: Mapping[int, Params], rows: np.ndarray) -> Snapshots:
    """The snapshots of some members."""
    return Snapshots(snapshots, lambda step: {path: item[rows] for path, item in snapshots[step].items()})


def joined_snapshots(parts: Sequence[Mapping[int, Params]]) -> Snapshots:
    """The snapshots of several ensembles of one experiment as those of one, members in the order given."""

    def read(step: int) -> Params:
        kept = [part[step] for part in parts]
        return {path: np.concatenate([each[path] for each in kept]) for path in kept[0]}

    return Snapshots(parts[0], read)
