"""IDX files made by hand, right ones and wrong ones."""

import gzip
import struct
from pathlib import Path

import numpy as np

NAMES = {
    (part, kind): f"{part}-{kind}-idx{sizes}-ubyte"
    for part in ("train", "t10k")
    for kind, sizes in (("images", 3), ("labels", 1))
}


def pictures(count: int = 20, side: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Gray noise, and labels of which every digit is one."""
    images = np.random.default_rng(seed).integers(0, 256, (count, side, side), dtype=np.uint8)
    return images, (np.arange(count) % 10).astype(np.uint8)


def idx(array: np.ndarray, order: str = ">", shape: tuple[int, ...] | None = None) -> bytes:
    """An array of bytes as an IDX file holds it; another order of bytes or another shape is a lie."""
    shape = array.shape if shape is None else shape
    return struct.pack(f"{order}{1 + len(shape)}I", 0x0800 | len(shape), *shape) + array.tobytes()


def write(folder: Path, part: str, images: np.ndarray, labels: np.ndarray, *, zipped: bool = False) -> Path:
    """Both files of a part."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, array in (("images", images), ("labels", labels)):
        path = folder / (NAMES[part, kind] + (".gz" if zipped else ""))
        path.write_bytes(gzip.compress(idx(array)) if zipped else idx(array))
    return folder
