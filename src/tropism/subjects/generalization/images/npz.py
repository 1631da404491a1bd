"""Pictures in one `.npz` file, as Keras has them: x_train, y_train, x_test, y_test."""

from __future__ import annotations

import math
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from tropism.errors import UserError
from tropism.subjects.generalization.images.idx import sizes_wanted


def read_npz(path: Path, name: str) -> np.ndarray | None:
    """One array of the file as bytes, or `None` where it has none of that name.

    The array's own header is looked at before anything is unpacked, and no objects are.

    Raises:
        UserError: Another kind of file, or an array of another kind.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if f"{name}.npy" not in packed.namelist():
                return None
            _header_wanted(path, packed, name)
        with np.load(path, allow_pickle=False) as arrays:
            found = arrays[name]
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise UserError(f"{path} is damaged, or no .npz file: {error}.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from None
    if found.size and (found.min() < 0 or found.max() > 255):
        raise UserError(f"{path}: {name} holds {found.min()} to {found.max()}; whole numbers 0 to 255 will do.")
    return found.astype(np.uint8)


def _header_wanted(path: Path, packed: zipfile.ZipFile, name: str) -> None:
    with packed.open(f"{name}.npy") as stream:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(stream)
    where = f"{path}: {name}"
    if dtype.hasobject:
        raise UserError(f"{where} holds Python objects, which are not read; save whole numbers, 0 to 255.")
    if dtype.kind not in "ui":
        raise UserError(f"{where} holds numbers of type {dtype}; whole numbers, 0 to 255, will do.")
    wanted = 3 if name.startswith("x") else 1
    if len(shape) != wanted:
        raise UserError(f"{where} has the shape {shape}; {'[N, side, side]' if wanted == 3 else '[N]'} will do.")
    sizes_wanted(where, shape)
    there = packed.getinfo(f"{name}.npy").file_size
    if there < math.prod(shape) * dtype.itemsize:
        raise UserError(f"{where} is truncated: its header says {shape}, and {there} bytes are there.")
