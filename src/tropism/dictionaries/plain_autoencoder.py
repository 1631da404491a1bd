"""Sparse autoencoders as plain arrays: what other libraries read and write, run by NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tropism.dictionaries.dictionary import Dictionary, activations
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.dictionaries.sparse_autoencoder import SparseAutoencoder

BIASES: Mapping[str, tuple[str, ...]] = {
    "standard": ("b_enc",),
    "topk": ("b_enc",),
    "jumprelu": ("b_enc", "threshold"),
    "gated": ("b_gate", "b_mag", "r_mag"),
}
"""The architectures, and what each has besides `W_enc`, `W_dec` and `b_dec`: a number a latent each."""
TYPES = ("float32", "float64")


@dataclass(frozen=True, eq=False)
class PlainAutoencoder:
    """One sparse autoencoder in the terms of SAELens: its arrays, and how a code is made of them.

    With a = (x − b_dec, where it is centered) W_enc, the code of `standard` is ReLU(a + b_enc); of `topk` the k largest
    of that; of `jumprelu` what of it has a + b_enc above its threshold; of `gated` ReLU(a · exp(r_mag) + b_mag) where
    a + b_gate is above zero. Codes stand for code W_dec + b_dec. Where several are equal to the k-th largest, all are
    kept; SAELens keeps any of them.

    Attributes:
        architecture: `standard`, `topk`, `jumprelu` or `gated`.
        weights: `W_enc` [d, D], `W_dec` [D, d], `b_dec` [d], and what the architecture has besides, [D] each.
        centered: Whether b_dec is taken off the input first.
        k: How many are on, of `topk` alone.
        by_length: Of `topk`, whether latents are compared, and codes are told, in units of directions of length one.
        frequencies: [D] on which share of some examples each latent was on, where that is known.
        about: What else is known, as plain words and numbers.

    Raises:
        BadValue: Arrays that are not finite, or of another shape or type than the others want; a k that cannot be.
        UnknownName: No such architecture, or an array that it has not.
    """

    architecture: str
    weights: Mapping[str, np.ndarray]
    centered: bool = True
    k: int | None = None
    by_length: bool = False
    frequencies: Float[np.ndarray, "D"] | None = None
    about: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.architecture not in BIASES:
            raise UnknownName("architecture", str(self.architecture), BIASES, "PlainAutoencoder")
        wanted = ("W_enc", "W_dec", "b_dec", *BIASES[self.architecture])
        for name in self.weights:
            if name not in wanted:
                raise UnknownName("array", name, wanted, f"PlainAutoencoder ({self.architecture})")
        for name in wanted:
            self._array_wanted(name)
        counted = self.architecture == "topk"
        if counted and not (isinstance(self.k, int) and 1 <= self.k <= self.latents):
            raise BadValue("PlainAutoencoder.k", self.k, f"a whole number from 1 to the {self.latents} latents")
        if not counted and (self.k is not None or self.by_length):
            raise DoesNotFit(f"PlainAutoencoder: {self.architecture} has no k, and compares no latents; topk does.")
        if self.frequencies is not None and np.shape(self.frequencies) != (self.latents,):
            shape = np.shape(self.frequencies)
            raise BadValue("PlainAutoencoder.frequencies", f"of shape {shape}", f"of shape ({self.latents},)")

    @classmethod
    def of(cls, ensemble: Ensemble, row: int, *, examples: ArrayLike | None = None) -> PlainAutoencoder:
        """One member of trained `SparseAutoencoder`s, its numbers as they are.

        A `BatchTopKCode` counts over a batch, and becomes a `jumprelu`: its one threshold lies halfway between the
        smallest that is on and the largest that is not, when all examples are one batch.

        Args:
            examples: Activations [N, d], which a `BatchTopKCode` wants; the frequencies are counted on them.

        Raises:
            DoesNotFit: The network has no dictionary, or one that the layout has no place for.
        """
        from tropism.dictionaries._plain_members import plain_member

        return plain_member(ensemble, row, None if examples is None else activations(examples, "PlainAutoencoder.of"))

    @classmethod
    def of_dictionary(cls, dictionary: Dictionary, *, active: int) -> PlainAutoencoder:
        """Directions with an encoder that is tied to them: its codes are those of
        `OneShot(active, non_negative=True)`.

        Raises:
            DoesNotFit: Codes of its atoms may be negative, and those of a `topk` may not.
        """
        from tropism.dictionaries._plain_members import plain_dictionary

        return plain_dictionary(dictionary, active)

    @classmethod
    def read(cls, folder: str | Path) -> PlainAutoencoder:
        """What stands in a folder of SAELens's layout. Nothing of it is run.

        Raises:
            UserError: A file is missing or damaged, says something else than it holds, or wants what is not done here.
        """
        from tropism.dictionaries._saelens_files import read

        return read(Path(folder))

    def files(self) -> dict[str, bytes]:
        """The files of a folder that SAELens loads, by name: `SAE.load_from_disk(folder)`."""
        from tropism.dictionaries._saelens_files import files_of

        return files_of(self)

    def write(self, folder: str | Path) -> None:
        """Write the files into a folder, which is made if it is not there.

        Raises:
            UserError: One of them is already there, or the system does not let us.
        """
        from tropism.dictionaries._saelens_files import write

        write(self.files(), Path(folder))

    @property
    def width(self) -> int:
        """How wide an example is, d."""
        return self.weights["W_enc"].shape[0]

    @property
    def latents(self) -> int:
        """How many atoms there are, D."""
        return self.weights["W_enc"].shape[1]

    def encode(self, x: ArrayLike) -> Float[np.ndarray, "N D"]:
        """The codes of examples [N, d], in the precision of the arrays."""
        held = self.weights
        rows = activations(x, "PlainAutoencoder.encode").astype(held["W_enc"].dtype)
        if rows.shape[1] != self.width:
            raise DoesNotFit(f"PlainAutoencoder.encode: examples are {rows.shape[1]} wide, and {self.width} is wanted.")
        pre = (rows - held["b_dec"] if self.centered else rows) @ held["W_enc"]
        if self.architecture == "gated":
            sizes = np.maximum(pre * np.exp(held["r_mag"]) + held["b_mag"], 0)
            return np.where(pre + held["b_gate"] > 0, sizes, 0)
        pre = pre + held["b_enc"]
        if self.architecture == "jumprelu":
            return np.where(pre > held["threshold"], np.maximum(pre, 0), 0)
        if self.k is not None:
            pre = pre * self._lengths() if self.by_length else pre
            least = np.partition(pre, self.latents - self.k, axis=1)[:, [self.latents - self.k]]
            pre = np.where(pre >= least, pre, 0)
        return np.maximum(pre, 0)

    def decode(self, codes: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N d"]:
        """What codes stand for."""
        codes = codes / self._lengths() if self.by_length else codes
        return codes @ self.weights["W_dec"] + self.weights["b_dec"]

    def dictionary(self) -> Dictionary:
        """Its directions alone, brought to length one, with b_dec as offset."""
        return Dictionary.of(self.weights["W_dec"], offset=self.weights["b_dec"], signed=True)

    def network(self) -> SparseAutoencoder:
        """The description of the same in this house."""
        from tropism.dictionaries._plain_members import network_of

        return network_of(self)

    def params(self) -> dict[str, np.ndarray]:
        """Its parameters by path, as `network()` has them."""
        from tropism.dictionaries._plain_members import params_of

        return params_of(self)

    def _lengths(self) -> Float[np.ndarray, "D"]:
        return np.linalg.norm(self.weights["W_dec"], axis=1)

    def _array_wanted(self, name: str) -> None:
        where = f"PlainAutoencoder.weights[{name!r}]"
        if name not in self.weights:
            raise BadValue(where, "not there", f"an array, since {self.architecture} has one")
        encoder, array = np.asarray(self.weights["W_enc"]), np.asarray(self.weights[name])
        if encoder.ndim != 2 or not encoder.size:
            raise BadValue("PlainAutoencoder.weights['W_enc']", f"of shape {encoder.shape}", "of shape (d, D)")
        shape = {"W_enc": encoder.shape, "W_dec": encoder.shape[::-1], "b_dec": encoder.shape[:1]}
        if array.shape != shape.get(name, encoder.shape[1:]):
            raise BadValue(where, f"of shape {array.shape}", f"of shape {shape.get(name, encoder.shape[1:])}")
        if array.dtype != encoder.dtype or str(array.dtype) not in TYPES:
            raise BadValue(where, f"of type {array.dtype}", f"{' or '.join(TYPES)}, as all the others")
        if not np.isfinite(array).all():
            raise BadValue(where, f"not finite in {int((~np.isfinite(array)).sum())} places", "finite everywhere")
