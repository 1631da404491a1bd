"""Examples that measures ask networks: inputs and classes, alike for all members or each member's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.core import Ensemble
from tropism.errors import BadValue, DoesNotFit


class Examples(NamedTuple):
    """What networks are asked, and of which class each example is.

    Where `classes` is `[B]` all members are asked the same; where it is `[E, B]`, each is asked its own, as where a
    split lies in a world of its own, and then everything has the leading axis `E`.

    Attributes:
        inputs: `[B, …]`, or `[E, B, …]`.
        classes: Whole numbers from 0, such as the right answers.
        types: Of which type each input is, for control tasks: whole numbers from 0 of the shape of `classes`.
        ends: The first output that is legal for each example and the first beyond those, each of the shape of
            `classes`; where it is not given, all are.
    """

    inputs: np.ndarray
    classes: Int[np.ndarray, "*E B"]
    types: Int[np.ndarray, "*E B"] | None = None
    ends: tuple[Int[np.ndarray, "*E B"], Int[np.ndarray, "*E B"]] | None = None

    @property
    def apart(self) -> bool:
        """Whether each member is asked its own."""
        return np.ndim(self.classes) == 2

    def by_member(self, what: str, members: int) -> Int[np.ndarray, "E B"]:
        """The `classes` or the `types`, a row a member."""
        return np.broadcast_to(np.asarray(getattr(self, what)), (members, np.shape(self.classes)[-1]))

    def every(self, step: int, first: int) -> Examples:
        """Every so many-th example, from the first to take on."""
        cut = (slice(None), slice(first, None, step)) if self.apart else (slice(first, None, step),)
        ends = None if self.ends is None else (self.ends[0][cut], self.ends[1][cut])
        types = None if self.types is None else np.asarray(self.types)[cut]
        return Examples(np.asarray(self.inputs)[cut], np.asarray(self.classes)[cut], types, ends)

    def legal(self, outputs: int) -> Bool[np.ndarray, "*E B K"]:
        """Which of so many outputs are legal for each example."""
        if self.ends is None:
            return np.ones((*np.shape(self.classes), outputs), bool)
        low, high = (end[..., None] for end in self.ends)
        return (np.arange(outputs) >= low) & (np.arange(outputs) < high)

    def check(self, where: str, members: int) -> None:
        """Refuse what no members could be asked.

        Raises:
            BadValue: Classes or types that are no whole numbers from 0, one an example, or no example at all.
            DoesNotFit: Examples of another number of members.
        """
        for name, item in (("classes", self.classes), ("types", self.types)):
            if name == "types" and item is None:
                continue
            held = np.asarray(item)
            if held.ndim not in (1, 2) or not np.issubdtype(held.dtype, np.integer) or not held.size or held.min() < 0:
                raise BadValue(f"{where}.{name}", f"{held.dtype} of shape {held.shape}", "whole numbers from 0, [B]")
            if held.shape != np.shape(self.classes) or held.shape != np.shape(self.inputs)[: held.ndim]:
                raise BadValue(f"{where}.{name}", f"of shape {held.shape}", "one number an input")
        if self.apart and len(self.classes) != members:
            raise DoesNotFit(f"{where}: examples for {len(self.classes)} members, and there are {members}.")


def values_at(
    ensemble: Ensemble, inputs: np.ndarray, sites: Sequence[str], *, apart: bool = False
) -> dict[str, Float[np.ndarray, "E B F"]]:
    """Every member's values at some sites, one vector an example: positions are laid side by side.

    Values are heard as they flow on, after the interventions in force; a member that diverged has NaN.
    """
    heard = ensemble.listen(inputs, sites, apart=apart)[1]
    return {site: np.asarray(heard[site]).reshape(*heard[site].shape[:2], -1) for site in sites}
