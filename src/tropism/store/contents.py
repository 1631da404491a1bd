"""What one shard holds, before it is written: the networks of one packed program."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from tropism.errors import BadValue, Damaged
from tropism.store.files import JsonDict, json_bytes

ARRAY_FILES = ("params", "snapshots", "history")
JSON_FILES = ("experiment", "members", "origin")

_INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
_DTYPES = _INTEGERS | {"bool", "float16", "float32", "float64", "complex64"}


@dataclasses.dataclass(frozen=True, eq=False)
class ShardContents:
    """The networks of one packed program, as plain arrays and JSON.

    Args:
        params: Every parameter, members first: `[E, …]`.
        snapshots: What was kept on the way, members first: `[E, …]`.
        history: What was measured on the way, of any shape.
        experiment: The description of the experiment.
        members: One for each member, in the order of the rows; each has a `key` of its own, and may have a `label` and
            a `seed`, which the index repeats.
        origin: Where it came from: versions, kind of machine, placement, command, `when` (ISO 8601, UTC), seconds.

    Raises:
        BadValue: An array without one row for each member, a type that cannot be stored, a member without a key or
            with another's.
    """

    params: Mapping[str, np.ndarray]
    snapshots: Mapping[str, np.ndarray]
    history: Mapping[str, np.ndarray]
    experiment: JsonDict
    members: Sequence[JsonDict]
    origin: JsonDict

    def __post_init__(self) -> None:
        for part in ARRAY_FILES:
            check_arrays(getattr(self, part), part)
        for part in ("params", "snapshots"):
            self._check_rows(part)
        self._check_members()

    def files(self) -> dict[str, bytes]:
        """The bytes of each file of the shard but its checksums; the same contents give the same bytes."""
        arrays = {f"{part}.safetensors": arrays_bytes(getattr(self, part)) for part in ARRAY_FILES}
        texts = {
            "experiment.json": json_bytes(self.experiment, "experiment"),
            "members.json": json_bytes(list(self.members), "members"),
            "origin.json": json_bytes(self.origin, "origin"),
        }
        return {**arrays, **texts}

    def _check_rows(self, part: str) -> None:
        wanted = len(self.members)
        for name, array in getattr(self, part).items():
            if array.ndim == 0 or array.shape[0] != wanted:
                raise BadValue(f"the shape of {part}[{name!r}]", array.shape, f"[{wanted}, …], one row a member")

    def _check_members(self) -> None:
        seen: set[str] = set()
        for row, member in enumerate(self.members):
            key = member.get("key")
            if not isinstance(key, str) or not key or key in seen:
                raise BadValue(f"members[{row}]['key']", key, "a text that no other member of the shard has")
            seen.add(key)


def check_arrays(arrays: Mapping[str, np.ndarray], where: str) -> None:
    """Refuses what is not a plain NumPy array of numbers.

    Raises:
        BadValue: One that cannot be stored.
    """
    for name, array in arrays.items():
        if not isinstance(array, (np.ndarray, np.generic)):
            raise BadValue(f"{where}[{name!r}]", type(array).__name__, "a NumPy array")
        if array.dtype.name not in _DTYPES:
            raise BadValue(f"the type of {where}[{name!r}]", array.dtype.name, f"one of {', '.join(sorted(_DTYPES))}")
        if name == "__metadata__":
            raise BadValue(f"a name in {where}", name, "any other; the file format keeps this one")


def arrays_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """The safetensors form of some arrays; the order in which they are given does not matter."""
    ordered = {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}
    return safetensors.numpy.save(ordered)


def arrays_of(path: Path, data: bytes) -> dict[str, np.ndarray]:
    """The arrays that some bytes hold; `path` names them in errors.

    Raises:
        Damaged: They are not in the safetensors form.
    """
    try:
        return safetensors.numpy.load(data)
    except (SafetensorError, KeyError, ValueError) as error:
        raise Damaged(f"{path} is damaged: it is not a safetensors file ({error}).") from error
