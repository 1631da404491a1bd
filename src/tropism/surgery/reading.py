"""Reading through a map: whatever reads a site, sees its values after an affine map, each member's through its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network, Site
from tropism.errors import BadValue, DoesNotFit, Missing

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, eq=False)
class Maps:
    """z ↦ matrix z + offset, a member: `[E, D, D]` and `[E, D]`. They may be large, so a digest describes them."""

    matrix: np.ndarray
    offset: np.ndarray

    def __post_init__(self) -> None:
        for name in ("matrix", "offset"):
            item = np.array(getattr(self, name), dtype=np.float64)
            item.setflags(write=False)
            object.__setattr__(self, name, item)
        shape = self.matrix.shape
        if len(shape) != 3 or shape[1] != shape[2] or not self.matrix.size:
            raise BadValue("ReadThrough.matrix", f"of shape {shape}", "[E, D, D]: a square matrix a member")
        if self.offset.shape != shape[:2]:
            raise BadValue("ReadThrough.offset", f"of shape {self.offset.shape}", f"{shape[:2]}, as the matrix is")

    def described_as(self) -> str:
        """The SHA-256 of their numbers and shape."""
        digest = hashlib.sha256(repr(self.matrix.shape).encode())
        for item in (self.matrix, self.offset):
            digest.update(np.ascontiguousarray(item).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class ReadThrough(Edit):
    """Whatever reads a site, reads it through an affine map: W ← W M and, beside it, b ← b + W o.

    Unlike a change of what writes the site, this acts on the values themselves, after any nonlinearity or norm. Where
    sites share their readers, as before and after a nonlinearity, only the last of them can be read through. A bias
    is looked for beside its weight, as `out.bias` beside `out.weight`; a reader without one can only take an offset
    that it does not see.

    Attributes:
        maps: The map of each member, or their digest where only a description is at hand.

    Source: Belrose et al. (2023), "LEACE: Perfect linear concept erasure in closed form", arXiv 2306.03819, for the
    affine form; a matrix of zeros with the mean for an offset is mean ablation.
    """

    maps: Maps | str

    def check(self) -> None:
        if not isinstance(self.maps, (Maps, str)):
            raise BadValue("ReadThrough.maps", self.maps, "Maps")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadThrough) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site, maps = self._last_before_readers(network), self._held()
        members = len(params[site.reads[0]])
        if maps.matrix.shape[:2] != (members, site.width):
            raise DoesNotFit(
                f"ReadThrough: maps for {len(maps.matrix)} members at a width of {maps.matrix.shape[1]}, and the site "
                f"{self.site!r} is {site.width} wide in {members}."
            )
        held = dict(params)
        for path in site.reads:
            weight = np.asarray(params[path])
            through = np.einsum("eod...,edf->eof...", weight, maps.matrix)
            added = np.einsum("eod...,ed->eo...", weight, maps.offset)
            held[path] = through.astype(weight.dtype)  # type: ignore[assignment]
            self._offset_by(held, path, added)
        return network, held

    def of_rows(self, rows: np.ndarray) -> ReadThrough:
        maps = self._held()
        return ReadThrough(self.site, Maps(maps.matrix[rows], maps.offset[rows]))

    def _last_before_readers(self, network: Network) -> Site:
        site = self.place(network)
        last = [name for name, other in network.sites().items() if other.reads == site.reads][-1]
        if last != self.site:
            raise DoesNotFit(
                f"ReadThrough: what reads the site {self.site!r} reads it at {last!r}; map the values there."
            )
        return site

    def _held(self) -> Maps:
        if isinstance(self.maps, str):
            raise Missing(f"The maps {self.maps[:12]}… that {self.site!r} is read through are not at hand.")
        return self.maps

    def _offset_by(self, held: dict[str, Array], path: str, added: np.ndarray) -> None:
        bias = path.removesuffix("weight") + "bias"
        if path.endswith("weight") and bias in held and held[bias].shape == added.shape:
            held[bias] = (np.asarray(held[bias]) + added).astype(held[bias].dtype)  # type: ignore[assignment]
        elif np.nanmax(np.abs(added)) > 1e-6 * max(1.0, float(np.nanmax(np.abs(held[path])))):
            raise DoesNotFit(
                f"ReadThrough: {path} reads the site {self.site!r} and has no bias that could take the offset; leave "
                "it away."
            )


def read_through(ensemble: Ensemble, site: str, *, matrix: np.ndarray, offset: np.ndarray | None = None) -> Ensemble:
    """The same networks, whose readers of a site see it through a map, `[E, D, D]` and `[E, D]`. See `ReadThrough`."""
    none = np.zeros(np.shape(matrix)[:2]) if offset is None else offset
    return ensemble.edited(ReadThrough(site, Maps(matrix, none)))
