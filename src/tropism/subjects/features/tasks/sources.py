"""Where activations come from that a dictionary is to rebuild: trained networks, or tables from elsewhere."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.member import Member
from tropism.core.start import key_of_source
from tropism.errors import BadValue, DoesNotFit, Missing, UnknownName
from tropism.values import Value

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

SHOWN = "watched"
"""The purpose for which examples are drawn whose activations are trained on."""


class Rows(NamedTuple):
    """Activations of S sources: those that are trained on, and those that are not.

    Attributes:
        shown: For training.
        held: For looking at, of other examples.
    """

    shown: Float[np.ndarray, "S N D"]
    held: Float[np.ndarray, "S M D"]


class Source(Value):
    """Where activations come from."""

    def width(self) -> int | None:
        """How wide an activation is; `None` where only a key is at hand."""
        raise NotImplementedError

    def worlds(self) -> tuple[int, ...]:
        """The `world` streams that choose each of the sources; none where one source serves all."""
        return ()

    def lineage(self, member: Member) -> str:
        """What a member's key says of the activations that it reads."""
        raise NotImplementedError

    def rows(self) -> Rows:
        """All of them, in the order of `worlds`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Watched(Source):
    """Activations of trained networks at a site, on fresh examples of the task that they were trained on.

    Each member of an experiment reads one network: the one with its own `world` stream, so that
    `Seed.of(7, world=2)` is the seventh dictionary of the network with seed 2; or all read one. Positions, where the
    site has them, become rows. What is held out are the task's own validation examples, where it has any.

    Attributes:
        ensemble: The networks, or their experiment's key where only a description is at hand. Interventions in force
            count.
        site: Where.
        member: A row of the ensemble that all read.
        positions: Which positions count; all by default.
        count: Examples that are drawn to train on. Where the task has few, they repeat.
        held_out: Examples to look at, at most.
    """

    ensemble: Ensemble | str
    site: str
    member: int | None = None
    positions: tuple[int, ...] | None = None
    count: int = 16384
    held_out: int = 4096

    def __post_init__(self) -> None:
        self.check()
        if not isinstance(self.ensemble, str) and self.ensemble.snapshots:
            object.__setattr__(self, "ensemble", dataclasses.replace(self.ensemble, snapshots={}))

    def check(self) -> None:
        for name in ("count", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"Watched.{name}", getattr(self, name), "at least 1")
        if isinstance(self.ensemble, str):
            return
        if not hasattr(self.ensemble, "params"):
            raise BadValue("Watched.ensemble", self.ensemble, "an Ensemble or its key")
        sites = self.ensemble.network.sites()
        if self.site not in sites:
            raise UnknownName("site", self.site, sites, "Watched")
        if self.positions is not None and not (sites[self.site].positions and self.positions):
            raise DoesNotFit(f"Watched.positions is {self.positions}, and the site {self.site!r} has none to choose.")
        if self.member is not None and not 0 <= self.member < len(self.ensemble):
            raise BadValue("Watched.member", self.member, f"a row from 0 to {len(self.ensemble) - 1}")
        worlds = self.worlds()
        if len(set(worlds)) != len(worlds):
            twice = next(each for each in worlds if worlds.count(each) > 1)
            raise DoesNotFit(
                f"Watched: several networks have the `world` stream {twice}, which chooses whom a member reads; "
                "select one setting of the ensemble, or name a member."
            )

    def described_as(self) -> Watched:
        """The same with the key of the networks' experiment; which network is each member's own matter."""
        key = key_of_source(self.ensemble)
        return Watched(key, self.site, None, self.positions, self.count, self.held_out)

    def width(self) -> int | None:
        return None if isinstance(self.ensemble, str) else self.ensemble.network.sites()[self.site].width

    def worlds(self) -> tuple[int, ...]:
        if self.member is not None or isinstance(self.ensemble, str):
            return ()
        return tuple(member.seed.world for member in self.ensemble.members)

    def lineage(self, member: Member) -> str:
        return self.held_networks().row_key(self.row_of(member))

    def row_of(self, member: Member) -> int:
        """Which network a member reads.

        Raises:
            DoesNotFit: None has its `world` stream.
            Missing: Only a key is at hand.
        """
        if self.member is not None:
            return self.member
        self.held_networks()
        worlds = self.worlds()
        if member.seed.world not in worlds:
            raise DoesNotFit(
                f"Watched: the member with seed {member.seed} reads the network whose `world` stream is "
                f"{member.seed.world}, and there are {', '.join(map(str, worlds))}; say which: Seed.of(…, world=…)."
            )
        return worlds.index(member.seed.world)

    def rows(self) -> Rows:
        self.held_networks()
        return _watched(self)

    def held_networks(self) -> Ensemble:
        """The networks themselves.

        Raises:
            Missing: Only a key is at hand.
        """
        if isinstance(self.ensemble, str):
            raise Missing(f"The networks {self.ensemble[:12]}… whose activations are wanted are not at hand.")
        return self.ensemble


@dataclass(frozen=True)
class Recorded(Source):
    """Activations from elsewhere, known by their digest: `Recorded.of(array)` of what TransformerLens cached, say.

    Leading axes are positions and examples, and become rows; the last is the width. What is stored holds the digest
    alone; the numbers go with the value, also to other processes.

    Attributes:
        digest: The SHA-256 of the numbers and their shape.
        across: Their width.
        share: The share of the rows, the last ones, that is held out.
        numbers: The rows themselves; no part of the key.
    """

    digest: str
    across: int
    share: float = 0.2
    numbers: _Kept | None = field(default=None, compare=False, repr=False, metadata={"later": True})

    @classmethod
    def of(cls, array: object, *, share: float = 0.2) -> Recorded:
        """Activations as any array: NumPy's, JAX's or a tensor of torch, `[…, D]`.

        Raises:
            BadValue: No numbers, fewer than two rows, or some that are not finite.
        """
        rows = _as_rows(array)
        digest = hashlib.sha256(repr(rows.shape).encode() + rows.tobytes()).hexdigest()
        return cls(digest, rows.shape[1], share, _Kept(rows))

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        if not 0 < self.share < 1:
            raise BadValue("Recorded.share", self.share, "between 0 and 1")

    def described_as(self) -> Recorded:
        """The same without the numbers, which the digest stands for."""
        return Recorded(self.digest, self.across, self.share)

    def width(self) -> int:
        return self.across

    def lineage(self, member: Member) -> str:
        return self.digest

    def rows(self) -> Rows:
        if self.numbers is None:
            raise Missing(f"The activations with the digest {self.digest[:12]}… are not at hand; Recorded.of(array).")
        rows = self.numbers.rows
        held = max(1, round(self.share * len(rows)))
        return Rows(rows[None, : len(rows) - held], rows[None, len(rows) - held :])


class _Kept:
    """A table that goes along with a value and is no part of it."""

    def __init__(self, rows: Float[np.ndarray, "N D"]) -> None:
        self.rows = rows


def _as_rows(array: object) -> Float[np.ndarray, "N D"]:
    held = array.detach().cpu() if hasattr(array, "detach") else array  # type: ignore[attr-defined]
    if hasattr(held, "float") and "bfloat16" in str(getattr(held, "dtype", "")):
        held = held.float()  # type: ignore[attr-defined]
    try:
        found = np.asarray(held, np.float32)
    except (TypeError, ValueError) as error:
        raise BadValue("activations", type(array).__name__, f"an array of numbers ({error})") from None
    if found.ndim < 2 or not found.shape[-1]:
        raise BadValue("activations", f"of shape {found.shape}", "rows of numbers, […, D]")
    rows = np.ascontiguousarray(found.reshape(-1, found.shape[-1]))
    if len(rows) < 2:
        raise BadValue("activations", f"{len(rows)} rows", "at least two")
    if not np.isfinite(rows).all():
        raise BadValue("activations", f"{(~np.isfinite(rows)).any(axis=1).sum()} rows with NaN or infinity", "finite")
    return rows


def held_inputs(source: Watched, row: int) -> np.ndarray:
    """What network `row` was asked for the activations that are held out, `[B, …]`, in their order.

    Where the site has positions, P rows of activations in turn belong to each.
    """
    return _held_out(source.held_networks().select([row]), source.held_out)


@functools.lru_cache(maxsize=4)
def _watched(source: Watched) -> Rows:
    """The activations of all networks that are read; each is asked alone, so that company does not round them."""
    from tropism.measures.fresh import fresh_examples

    ensemble = source.ensemble
    assert not isinstance(ensemble, str)
    shown, held = [], []
    for row in range(len(ensemble)) if source.member is None else (source.member,):
        if ensemble.status.diverged_at[row] >= 0:
            seed = ensemble.members[row].seed
            raise DoesNotFit(f"Watched: the network with seed {seed} diverged; select the others.")
        alone = ensemble.select([row])
        shown.append(_activations(alone, source, fresh_examples(alone, 0, source.count, purpose=SHOWN)))
        held.append(_activations(alone, source, _held_out(alone, source.held_out)))
    return Rows(np.stack(shown), np.stack(held))


def _held_out(alone: Ensemble, most: int) -> np.ndarray:
    """Validation examples of one network's task, or fresh ones of another purpose where it has none."""
    from tropism.measures.fresh import fresh_examples, validation_examples

    found = validation_examples(alone, 0)
    return fresh_examples(alone, 0, most, purpose="watched held out") if found is None else found[:most]


def _activations(alone: Ensemble, source: Watched, inputs: np.ndarray) -> Float[np.ndarray, "N D"]:
    heard = np.asarray(alone.listen(inputs, (source.site,))[1][source.site][0], np.float32)
    if source.positions is not None:
        heard = heard[:, list(source.positions)]
    rows = np.ascontiguousarray(heard.reshape(-1, heard.shape[-1]))
    if not np.isfinite(rows).all():
        raise DoesNotFit(f"Watched: activations at {source.site!r} of seed {alone.members[0].seed} are not finite.")
    return rows


__all__ = ["SHOWN", "Recorded", "Rows", "Source", "Watched", "held_inputs"]
