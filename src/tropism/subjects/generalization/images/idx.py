"""IDX files, as MNIST comes: a magic number, the sizes, then bytes; all whole numbers big-endian."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np

from tropism.errors import UserError

Kind = Literal["images", "labels"]
MAGIC: dict[Kind, int] = {"images": 2051, "labels": 2049}
MOST_SIDE, MOST_COUNT, MOST_BYTES = 1024, 10_000_000, 2**31
"""What nobody's digits exceed: pixels along a side, pictures, bytes."""

_CHUNK = 2**20


def read_idx(path: Path, kind: Kind) -> np.ndarray:
    """The bytes of a file of images `[N, rows, columns]` or labels `[N]`, gzipped or not.

    Memory is taken for what is in the file, whatever its header says.

    Raises:
        UserError: It is not such a file, or not whole: which file, what was found, what would do.
    """
    try:
        with open(path, "rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else open(path, "rb") as stream:
            return _read(path, kind, cast(BinaryIO, stream))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserError(f"{path}: the gzip file is damaged or cut off ({error}); copy or unpack it anew.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from None


def sizes_wanted(path: Path | str, shape: tuple[int, ...]) -> None:
    """Refuse sizes that cannot be those of pictures of digits, before anything is made of them.

    Raises:
        UserError: It names the file and the sizes.
    """
    told = " × ".join(map(str, shape))
    count, sides = shape[0], shape[1:]
    if count == 0:
        raise UserError(f"{path} says that it holds nothing at all ({told}).")
    absurd = count > MOST_COUNT or any(not 1 <= side <= MOST_SIDE for side in sides) or math.prod(shape) > MOST_BYTES
    if absurd:
        raise UserError(
            f"{path} says that it holds {told} numbers, which is absurd: at most {MOST_COUNT} pictures of 1 to "
            f"{MOST_SIDE} pixels a side will do. Its sizes may be written little-endian, or it is damaged."
        )
    if sides and sides[0] != sides[1]:
        raise UserError(f"{path} holds pictures of {sides[0]} × {sides[1]} pixels; only square ones can be turned.")


def _read(path: Path, kind: Kind, stream: BinaryIO) -> np.ndarray:
    _magic_wanted(path, kind, stream.read(4))
    dimensions = MAGIC[kind] & 0xFF
    header = stream.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise UserError(f"{path} is truncated: it ends in its header, after {4 + len(header)} bytes.")
    shape = struct.unpack(f">{dimensions}I", header)
    sizes_wanted(path, shape)
    wanted, found = math.prod(shape), bytearray()
    while len(found) <= wanted and (piece := stream.read(min(_CHUNK, wanted + 1 - len(found)))):
        found += piece
    told = " × ".join(map(str, shape))
    if len(found) < wanted:
        raise UserError(
            f"{path} is truncated: its header says {told} {kind}, {wanted} bytes, and {len(found)} are there."
        )
    if len(found) > wanted:
        raise UserError(f"{path} goes on after the {wanted} bytes ({told} {kind}) that its header says.")
    return np.frombuffer(bytes(found), np.uint8).reshape(shape)


def _magic_wanted(path: Path, kind: Kind, begin: bytes) -> None:
    if len(begin) < 4:
        raise UserError(f"{path} is truncated: it has {len(begin)} bytes, too few for an IDX file's header.")
    magic, turned = (int.from_bytes(begin, order) for order in ("big", "little"))
    wanted = MAGIC[kind]
    if magic == wanted:
        return
    if turned in MAGIC.values():
        raise UserError(
            f"{path} is written little-endian (it begins with 0x{magic:08X}, where IDX files have 0x{turned:08X}); "
            "write its whole numbers big-endian."
        )
    other: Kind = "labels" if kind == "images" else "images"
    if magic == MAGIC[other]:
        raise UserError(f"{path} holds {other} (magic {magic}) where {kind} belong (magic {wanted}).")
    if begin[:2] == b"\0\0" and begin[3] == wanted & 0xFF:
        raise UserError(f"{path} holds numbers of IDX type 0x{begin[2]:02X}; {kind} are bytes, type 0x08.")
    raise UserError(f"{path} is no IDX file of {kind}: it begins with 0x{magic:08X}, not with 0x{wanted:08X}.")
