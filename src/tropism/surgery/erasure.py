"""Erasure: a direction that need not be an axis is taken out of the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network, Site
from tropism.errors import BadValue, DoesNotFit
from tropism.surgery.checks import bias_of, changed
from tropism.values import key_of

if TYPE_CHECKING:
    from jaxtyping import Array, Float

_LARGEST = 4096


@dataclass(frozen=True, eq=False)
class Erase(Edit):
    """Applies a linear map to what is written at a site: W ← P W and b ← P b + shift, by member or for all.

    Given directions, P is the projection that takes out their span; given a projection, it is that matrix, which with
    a shift can hold any affine eraser, such as LEACE's. At a bottleneck that is normalized after it is written, what
    remains is renormalized, as `Ablate` says.

    Arrays are part of the edit's description, so each may hold at most 4,096 numbers; directions need fewer than
    matrices do.

    Attributes:
        projection: `[D, D]` for all members, or `[E, D, D]`; or
        directions: `[D]` for all members, `[E, D]` for one each, or `[E, R, D]` for several each (`[1, R, D]` for all);
            any lengths but zero.
        shift: Added to the bias: `[D]`, or `[E, D]`.

    Source: Belrose et al. (2023), "LEACE: Perfect linear concept erasure in closed form", arXiv 2306.03819, for the
    affine form.
    """

    projection: np.ndarray | None = None
    directions: np.ndarray | None = None
    shift: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name in ("projection", "directions", "shift"):
            object.__setattr__(self, name, _frozen_array(f"Erase.{name}", getattr(self, name)))
        super().__post_init__()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Erase) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(key_of(self))

    def check(self) -> None:
        if (self.projection is None) == (self.directions is None):
            raise BadValue("Erase", self.site, "given exactly one of projection and directions")
        for name, ranks in (("projection", (2, 3)), ("directions", (1, 2, 3)), ("shift", (1, 2))):
            item = getattr(self, name)
            if item is not None and (item.ndim not in ranks or 0 in item.shape):
                raise BadValue(f"Erase.{name}", f"of shape {item.shape}", f"of {ranks[0]} to {ranks[-1]} axes")
        if self.projection is not None and self.projection.shape[-1] != self.projection.shape[-2]:
            raise BadValue("Erase.projection", f"of shape {self.projection.shape}", "square in its last two axes")
        if self.directions is not None and np.linalg.norm(self.directions, axis=-1).min() < 1e-6:
            raise BadValue("Erase.directions", self.directions, "directions, so none of them (nearly) zero")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site = self.place(network)
        members = params[site.writes[0]].shape[0]
        matrices = self._matrices(site.width, members)

        def project(item: np.ndarray) -> np.ndarray:
            rows = item.reshape(members, site.width, -1).astype(np.float64)
            return (matrices @ rows).reshape(item.shape).astype(item.dtype)

        held = changed(params, site.writes, project)
        return network, held if self.shift is None else self._shifted(site, members, held)

    def of_rows(self, rows: np.ndarray) -> Erase:
        def picked(item: np.ndarray | None, shared_axes: int) -> np.ndarray | None:
            if item is None or item.ndim == shared_axes or item.shape[0] == 1:
                return item
            return item[rows]

        return Erase(self.site, picked(self.projection, 2), picked(self.directions, 1), picked(self.shift, 1))

    def _matrices(self, width: int, members: int) -> Float[np.ndarray, "E D D"]:
        given = self.projection if self.projection is not None else self.directions
        assert given is not None
        self._fits("projection" if self.projection is not None else "directions", width)
        matrices = given if self.projection is not None else np.eye(width) - _span(given)
        return self._by_member(matrices if matrices.ndim == 3 else matrices[None], members)

    def _shifted(self, site: Site, members: int, params: Mapping[str, Array]) -> dict[str, Array]:
        assert self.shift is not None
        self._fits("shift", site.width)
        shift = self._by_member(np.atleast_2d(self.shift), members)
        return changed(params, (bias_of(self, site, params),), lambda item: (item + shift).astype(item.dtype))

    def _fits(self, name: str, width: int) -> None:
        given = getattr(self, name).shape[-1]
        if given != width:
            raise DoesNotFit(f"Erase.{name} has width {given}, and the site {self.site!r} is {width} wide.")

    def _by_member(self, item: np.ndarray, members: int) -> np.ndarray:
        if item.shape[0] not in (1, members):
            raise DoesNotFit(f"Erase: it was made for {item.shape[0]} members, and the ensemble has {members}.")
        return np.broadcast_to(item, (members, *item.shape[1:]))


def erase(
    ensemble: Ensemble,
    site: str,
    *,
    projection: np.ndarray | None = None,
    directions: np.ndarray | None = None,
    shift: np.ndarray | None = None,
) -> Ensemble:
    """The same networks with directions taken out of what is written at a site. See `Erase`."""
    return ensemble.edited(Erase(site, projection, directions, shift))


def _frozen_array(where: str, given: object) -> np.ndarray | None:
    if given is None:
        return None
    try:
        item = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadValue(where, given, "an array of numbers") from None
    if item.size > _LARGEST:
        raise BadValue(where, f"of shape {item.shape}", f"at most {_LARGEST} numbers; directions need fewer")
    if not np.isfinite(item).all():
        raise BadValue(where, item, "finite")
    item.setflags(write=False)
    return item


def _span(directions: np.ndarray) -> Float[np.ndarray, "E D D"]:
    """The projection onto each member's directions; those that add nothing to the span are left out."""
    several = directions[None, None] if directions.ndim == 1 else directions
    several = several[:, None] if several.ndim == 2 else several
    lengths = np.linalg.norm(several, axis=-1, keepdims=True)
    _, sizes, rows = np.linalg.svd(several / lengths, full_matrices=False)
    rows = rows * (sizes > 1e-6)[..., None]
    return np.swapaxes(rows, 1, 2) @ rows
