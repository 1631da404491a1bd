"""Where a task's pictures come from, as values: a key says which pictures they are, never where they were read."""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from dataclasses import dataclass, replace

from tropism.errors import BadValue, UserError
from tropism.subjects.generalization.images.digits import digits8
from tropism.subjects.generalization.images.pictures import Pictures
from tropism.subjects.generalization.images.reading import read_images, read_once
from tropism.values import Value

FOLDERS = "TROPISM_IMAGES"
"""The environment variable that says where pictures may be found again, several places apart as in PATH."""


class Source(Value):
    """Where pictures come from."""

    def side_of(self) -> int:
        """Pixels along each side, as they come."""
        raise NotImplementedError

    def pictures(self) -> Pictures:
        """All of them."""
        raise NotImplementedError


@dataclass(frozen=True)
class Digits8(Source):
    """scikit-learn's digits of 8 × 8 pixels; see `digits8`."""

    def side_of(self) -> int:
        return 8

    def pictures(self) -> Pictures:
        return _digits8()


@dataclass(frozen=True)
class Images(Source):
    """A user's own pictures, known by their digest: `Images.read("folder")`.

    Two folders with the same pictures are one source. What is stored holds the digest alone; the place goes with the
    value, also to other processes, and where there is none any more, the places in `TROPISM_IMAGES` are searched.

    Attributes:
        digest: The SHA-256 of the pictures and their labels.
        side: Pixels along each side.
        path: Where they were read from; no part of the key.
    """

    digest: str
    side: int
    path: str = dataclasses.field(default="", compare=False, repr=False, metadata={"later": True})

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Images:
        """The pictures of a folder or an `.npz` file; see `read_images` for what will do.

        Raises:
            UserError: A file that is missing, damaged or of another kind.
        """
        found = read_images(path)
        return cls(found.digest(), found.side, os.path.abspath(os.path.expanduser(path)))

    def check(self) -> None:
        if not re.fullmatch("[0-9a-f]{64}", self.digest):
            raise BadValue("Images.digest", self.digest, "64 hexadecimal digits; Images.read(path) works them out")
        if self.side < 1:
            raise BadValue("Images.side", self.side, "at least 1")

    def described_as(self) -> Images:
        """The same without the place, which is no part of what the pictures are."""
        return replace(self, path="")

    def side_of(self) -> int:
        return self.side

    def pictures(self) -> Pictures:
        """The pictures, read anew and compared with the digest.

        Raises:
            UserError: They are not where they were, or others are there now.
        """
        if self.path:
            found = read_once(self.path, self.digest)
            if found is None:
                raise UserError(f"{self.path} holds other pictures now than when Images.read was called.")
            return found
        places = [place for place in os.environ.get(FOLDERS, "").split(os.pathsep) if place]
        for place in places:
            found = read_once(place, self.digest)
            if found is not None:
                return found
        searched = f"{', '.join(places)} (from {FOLDERS}) holds others" if places else f"{FOLDERS} names no folder"
        raise UserError(
            f"The pictures with the digest {self.digest[:12]}… are needed, and {searched}; set {FOLDERS} to the folder "
            "or .npz file that has them."
        )


@functools.lru_cache(maxsize=1)
def _digits8() -> Pictures:
    return digits8()
