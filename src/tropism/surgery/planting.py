"""Planting: given directions are written into the weights, where a site is written and where it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.errors import BadValue, DoesNotFit, Missing
from tropism.surgery.checks import dims_wanted, place_with

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, eq=False)
class Rows:
    """Directions for each member, `[E, R, I]`. They may be many, so a digest describes them."""

    rows: np.ndarray

    def __post_init__(self) -> None:
        item = np.array(self.rows, dtype=np.float32)
        item.setflags(write=False)
        object.__setattr__(self, "rows", item)
        if item.ndim != 3 or not item.size:
            raise BadValue("Plant.rows", f"of shape {item.shape}", "[E, R, I]: directions for each member")
        if not np.isfinite(item).all():
            raise BadValue("Plant.rows", "some that are not finite", "finite numbers")

    def described_as(self) -> str:
        """The SHA-256 of their numbers and shape."""
        digest = hashlib.sha256(repr(self.rows.shape).encode())
        digest.update(np.ascontiguousarray(self.rows).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Plant(Edit):
    """Directions take the place of what writes some dimensions of a site, and of what reads them.

    Of dimension `dims[i]`, the row of every weight that writes it becomes `rows[:, i]`, its biases become zero, and so
    does the column of every weight that reads it become `rows[:, i]`: in a sparse autoencoder the latent's encoder and
    its atom. All must have the directions' width.

    Attributes:
        dims: Different dimensions of the site, counted from 0.
        rows: The directions, or their digest where only a description is at hand.
    """

    dims: tuple[int, ...]
    rows: Rows | str

    def check(self) -> None:
        dims_wanted("Plant", self.dims)
        if not isinstance(self.rows, (Rows, str)):
            raise BadValue("Plant.rows", self.rows, "Rows")
        if isinstance(self.rows, Rows) and self.rows.rows.shape[1] != len(self.dims):
            shape = self.rows.rows.shape
            raise DoesNotFit(f"Plant: {shape[1]} directions a member for {len(self.dims)} dimensions.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plant) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site, rows, dims = place_with(self, network, self.dims), self._held(), list(self.dims)
        held = dict(params)
        for path in site.writes:
            item = np.array(params[path])
            if item.ndim == 2:
                self._fit(path, (len(item), rows.shape[2]), rows)
                item[:, dims] = 0
            else:
                self._fit(path, (len(item), item.shape[2]), rows)
                item[:, dims] = rows
            held[path] = item  # type: ignore[assignment]
        for path in site.reads:
            item = np.array(params[path])
            self._fit(path, item.shape[:2], rows)
            item[:, :, dims] = rows.swapaxes(1, 2)
            held[path] = item  # type: ignore[assignment]
        return network, held

    def of_rows(self, rows: np.ndarray) -> Plant:
        return Plant(self.site, self.dims, Rows(self._held()[rows]))

    def _held(self) -> np.ndarray:
        if isinstance(self.rows, str):
            raise Missing(f"The directions {self.rows[:12]}… that were planted at {self.site!r} are not at hand.")
        return self.rows.rows

    def _fit(self, path: str, found: tuple[int, int], rows: np.ndarray) -> None:
        if found != (rows.shape[0], rows.shape[2]):
            raise DoesNotFit(
                f"Plant: directions of width {rows.shape[2]} for {rows.shape[0]} members, and {path} has {found[1]} in "
                f"{found[0]}."
            )


def plant(ensemble: Ensemble, site: str, *, dims: tuple[int, ...], rows: np.ndarray) -> Ensemble:
    """The same networks with directions, `[E, R, I]`, where some dimensions are written and read. See `Plant`."""
    return ensemble.edited(Plant(site, dims, Rows(rows)))
