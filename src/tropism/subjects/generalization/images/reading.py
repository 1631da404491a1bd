"""A user's own pictures: a folder of IDX files, torchvision's folder, or one `.npz` file."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np

from tropism.errors import UserError
from tropism.subjects.generalization.images.idx import Kind, read_idx
from tropism.subjects.generalization.images.npz import read_npz
from tropism.subjects.generalization.images.pictures import Pictures

PARTS = ("train", "t10k")
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    "images": ("images-idx3-ubyte", "images.idx3-ubyte"),
    "labels": ("labels-idx1-ubyte", "labels.idx1-ubyte"),
}
_WOULD_DO = (
    "a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, or the same of t10k, or both (gzipped or not, "
    "also below MNIST/raw), or an .npz file with x_train and y_train, x_test and y_test"
)


def read_images(path: str | os.PathLike[str]) -> Pictures:
    """All pictures of a folder or file, those for training first, those for testing behind them.

    Which of them networks train on is decided by their world, so a folder with one of the two parts will do.

    Args:
        path: A folder with the IDX files of MNIST, gzipped or not; one that has them below `MNIST/raw`, as torchvision
            does; or an `.npz` file with x_train, y_train, x_test, y_test (or one of the two pairs).

    Raises:
        UserError: Anything is missing, damaged or of another kind: which file, what was found, what would do.
    """
    place = Path(path).expanduser()
    if place.is_dir():
        found = _of_folder(place)
    elif place.suffix == ".npz" and place.is_file():
        found = _of_npz(place)
    elif place.is_file():
        raise UserError(f"{place} is a single file; give {_WOULD_DO}.")
    else:
        raise UserError(f"{place} is not there; give {_WOULD_DO}.")
    for images, labels, *files in found:
        _together(images, labels, *files)
    sides = {files[0]: images.shape[1] for images, _, *files in found}
    if len(set(sides.values())) > 1:
        told = " and ".join(f"{file} of {side}" for file, side in sides.items())
        raise UserError(f"Pictures of one size are wanted, and there are {told} pixels a side.")
    return Pictures(*(np.concatenate([part[place] for part in found]) for place in (0, 1)))


def _of_folder(folder: Path) -> list[tuple[np.ndarray, np.ndarray, str, str]]:
    for place in (folder, folder / "MNIST" / "raw", folder / "raw"):
        files = {(part, kind): _file(place, part, kind) for part in PARTS for kind in _ENDINGS}
        if any(files.values()):
            break
    else:
        there = sorted(each.name for each in folder.iterdir())
        told = ", ".join(there[:5]) + (", …" if len(there) > 5 else "")
        raise UserError(f"{folder} holds none of the files ({told or 'it is empty'}); give {_WOULD_DO}.")
    found = []
    for part in PARTS:
        images, labels = files[part, "images"], files[part, "labels"]
        if images is None and labels is None:
            continue
        if images is None or labels is None:
            kind: Kind = "images" if images is None else "labels"
            raise UserError(f"{place} has {images or labels} without its {kind}, {part}-{_ENDINGS[kind][0]}.")
        found.append((read_idx(images, "images"), read_idx(labels, "labels"), str(images), str(labels)))
    return found


def _file(folder: Path, part: str, kind: Kind) -> Path | None:
    names = [f"{part}-{ending}{packed}" for packed in ("", ".gz") for ending in _ENDINGS[kind]]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _of_npz(path: Path) -> list[tuple[np.ndarray, np.ndarray, str, str]]:
    found = []
    for part in ("train", "test"):
        images, labels = read_npz(path, f"x_{part}"), read_npz(path, f"y_{part}")
        if images is None and labels is None:
            continue
        if images is None or labels is None:
            there, lacking = ("y", "x") if images is None else ("x", "y")
            raise UserError(f"{path} has {there}_{part} without {lacking}_{part}.")
        found.append((images, labels, f"{path}: x_{part}", f"{path}: y_{part}"))
    if not found:
        raise UserError(f"{path} has neither x_train and y_train nor x_test and y_test; give {_WOULD_DO}.")
    return found


def _together(images: np.ndarray, labels: np.ndarray, images_file: str, labels_file: str) -> None:
    if len(images) != len(labels):
        raise UserError(f"{images_file} has {len(images)} pictures and {labels_file} {len(labels)} labels.")
    if labels.max() > 9:
        place = int(labels.argmax())
        raise UserError(f"{labels_file}: label {place} is {labels[place]}; they are digits, 0 to 9.")


@functools.lru_cache(maxsize=4)
def read_once(path: str, digest: str) -> Pictures | None:
    """The pictures of a folder or file if they are the ones of that digest, read once in a process."""
    found = read_images(path)
    return found if found.digest() == digest else None
