"""Activations from a file that something else wrote: NumPy's or safetensors'. Nothing that is read can run."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy.lib import format as npy

from tropism.errors import BadValue, UnknownName, UserError

ENDINGS = (".npy", ".npz", ".safetensors")
"""Files that are read."""

_TORCH = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")
"""Files whose reading would run what they say."""
_NUMBERS = "fiub"
_WIDE = {"F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"}
"""Types of safetensors that NumPy has, too."""


def is_file_of_activations(word: str) -> bool:
    """Whether a word means a file, by its ending, rather than a study; also one that will not be read."""
    return Path(_parted(word)[0]).suffix.lower() in (*ENDINGS, *_TORCH)


def read_activations(path: str | Path) -> Float[np.ndarray, "..."]:
    """The array in a file, `FILE.npy`, `FILE.npz:NAME` or `FILE.safetensors:NAME`; the last axis is the width.

    A file with one array needs no name. Half-precision numbers become single ones, those of bfloat16 too. Hand what you
    get to `Recorded.of`, which looks at the numbers.

    Raises:
        UserError: There is no such file, it is truncated, or of a kind that is not read.
        UnknownName: It has no array of that name.
        BadValue: It has several and none is named, or holds something else than numbers.
    """
    place, name = _parted(str(path))
    file = Path(place)
    kind = file.suffix.lower()
    if kind in _TORCH:
        raise UserError(
            f"{file}: reading such a file can run code, so it is not read. Save the tensor as safetensors, "
            f"save_file({{'activations': tensor}}, '{file.stem}.safetensors'), or as an array, "
            f"np.save('{file.stem}.npy', tensor.float().cpu().numpy())."
        )
    if kind not in ENDINGS:
        raise UserError(f"{file} is none of the files that are read: {', '.join(ENDINGS)}.")
    if not file.is_file():
        raise UserError(f"{file} is {'a folder' if file.is_dir() else 'not there'}; name a file of activations.")
    try:
        return _READERS[kind](file, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise UserError(f"{file} is truncated, or no {kind} file: {error}".rstrip(".") + ".") from None
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}.") from None


def _parted(word: str) -> tuple[str, str]:
    """The file and the array's name in it, which may hold colons and dots."""
    for ending in ENDINGS:
        before, found, name = word.partition(f"{ending}:")
        if found:
            return before + ending, name
    return word, ""


def _of_npy(file: Path, name: str) -> np.ndarray:
    if name:
        raise UserError(f"{file} holds one array without a name; leave ':{name}' out.")
    with file.open("rb") as stream:
        there = file.stat().st_size
        _header_wanted(stream, str(file), there)
    return np.load(file, allow_pickle=False)


def _of_npz(file: Path, name: str) -> np.ndarray:
    with zipfile.ZipFile(file) as packed:
        names = [each.removesuffix(".npy") for each in packed.namelist() if each.endswith(".npy")]
        chosen = _chosen(file, names, name)
        with packed.open(f"{chosen}.npy") as stream:
            _header_wanted(stream, f"{file}:{chosen}", packed.getinfo(f"{chosen}.npy").file_size)
    with np.load(file, allow_pickle=False) as arrays:
        return arrays[chosen]


def _of_safetensors(file: Path, name: str) -> np.ndarray:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as opened:
            chosen = _chosen(file, sorted(opened.keys()), name)
            kind = opened.get_slice(chosen).get_dtype()
            if kind in _WIDE:
                return opened.get_tensor(chosen)
    except SafetensorError as error:
        raise ValueError(error) from None
    if kind != "BF16":
        raise BadValue(f"{file}:{chosen}", f"of type {kind}", "numbers, such as float32")
    return _brain_floats(file, chosen)


_READERS = {".npy": _of_npy, ".npz": _of_npz, ".safetensors": _of_safetensors}


def _chosen(file: Path, names: Sequence[str], name: str) -> str:
    """The array that is meant."""
    if name:
        if name not in names:
            raise UnknownName("array", name, names, str(file))
        return name
    if len(names) != 1:
        told = ", ".join(sorted(names)[:8]) + (", …" if len(names) > 8 else "")
        wanted = f"one of its arrays, as in {file.name}:{sorted(names)[0]}" if names else "a file with an array"
        raise BadValue(str(file), told or "empty", wanted)
    return names[0]


def _header_wanted(stream: object, where: str, there: int) -> None:
    """Refuse what an array's header says of it before anything else is read."""
    version = npy.read_magic(stream)  # type: ignore[arg-type]
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)  # type: ignore[arg-type]
    if dtype.kind not in _NUMBERS:
        held = "Python objects" if dtype.hasobject else f"of type {dtype}"
        raise BadValue(where, held, "numbers, such as float32")
    if there < math.prod(shape) * dtype.itemsize:
        raise UserError(f"{where} is truncated: its header says {shape}, and {there} bytes are there.")


def _brain_floats(file: Path, name: str) -> np.ndarray:
    """Numbers of bfloat16, which are the upper halves of single ones; NumPy has no such type."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        about = json.loads(stream.read(length))[name]
        first, last = about["data_offsets"]
        stream.seek(8 + length + first)
        halves = np.frombuffer(stream.read(last - first), "<u2")
    return (halves.astype(np.uint32) << 16).view(np.float32).reshape(about["shape"])


__all__ = ["ENDINGS", "is_file_of_activations", "read_activations"]
