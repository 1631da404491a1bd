"""Ensembles: trained networks stacked along a leading axis, with their history and any edits since."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.edit import Edit
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.intervention import Intervention
from tropism.core.member import Member
from tropism.core.network import Network, Tap, listen
from tropism.core.paths import assembled
from tropism.core.snapshots import joined_snapshots, rows_of
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import key_of

if TYPE_CHECKING:
    import polars
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class History:
    """What was measured while training.

    Attributes:
        steps: The last step of each record's window, `[R]`.
        records: The mean over the window, by metric, each `[E, R]`.
        validation_steps: Steps at which validation examples were looked at, `[V]`.
        validation: By metric, each `[E, V]`.
        tallies: Sums over all of training, such as `labels.red`, each `[E]`.
    """

    steps: np.ndarray
    records: Mapping[str, np.ndarray]
    validation_steps: np.ndarray
    validation: Mapping[str, np.ndarray]
    tallies: Mapping[str, np.ndarray]

    def rows(self, rows: np.ndarray) -> History:
        """The history of some members."""
        return dataclasses.replace(
            self,
            records={name: item[rows] for name, item in self.records.items()},
            validation={name: item[rows] for name, item in self.validation.items()},
            tallies={name: item[rows] for name, item in self.tallies.items()},
        )


@dataclass(frozen=True)
class Status:
    """How each member ended.

    Attributes:
        diverged_at: The step at which something became non-finite and the member was frozen; -1 if never, `[E]`.
        stopped_at: The step at which its own stopping condition was met; -1 if never, `[E]`.
        cause: The metric that was first non-finite, by name; empty if none, one a member.
    """

    diverged_at: np.ndarray
    stopped_at: np.ndarray
    cause: tuple[str, ...]

    def rows(self, rows: np.ndarray) -> Status:
        """The status of some members."""
        return Status(self.diverged_at[rows], self.stopped_at[rows], tuple(self.cause[row] for row in rows))


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trained networks stacked along a leading axis `E`.

    Attributes:
        experiment: What they were trained as.
        members: Who they are, one a row.
        params: Each parameter by its path, `[E, …]`; further players' under `player:path`.
        history: What was measured while training.
        status: How each ended.
        snapshots: Parameters at earlier steps, by step; those of stored networks are read when asked for.
        network: The description that the parameters fit now; surgery may have narrowed it.
        edits: What was done to them since, in order: edits of the weights and interventions.
        step: The snapshot's step, if these are the members as they were then; part of their key.
        member_keys: The members' keys in the store, one a row.
    """

    experiment: Experiment
    members: tuple[Member, ...]
    params: Mapping[str, np.ndarray]
    history: History
    status: Status
    member_keys: tuple[str, ...]
    snapshots: Mapping[int, Mapping[str, np.ndarray]] = field(default_factory=dict)
    network: Network = None  # type: ignore[assignment]
    edits: tuple[Edit | Intervention, ...] = ()
    step: int | None = None

    def __post_init__(self) -> None:
        if self.network is None:
            object.__setattr__(self, "network", self.experiment.network)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        failed = int((self.status.diverged_at >= 0).sum())
        edits = f", edits: {', '.join(type(edit).__name__ for edit in self.edits)}" if self.edits else ""
        return (
            f"Ensemble of {len(self)} × {type(self.network).__name__} "
            f"({self.num_parameters} parameters, {failed} diverged{edits})"
        )

    @property
    def key(self) -> str:
        """Who these networks are: the keys of the rows, in order."""
        return key_of(tuple(self.row_key(row) for row in range(len(self))))

    def row_key(self, row: int) -> str:
        """Who one of these networks is, whatever its company: its member's key, the moment, and the edits since."""
        moment = () if self.step is None else (self.step,)
        one = np.array([row])
        edits = tuple(each.of_rows(one) if isinstance(each, Edit) else each for each in self.edits)
        return key_of((self.member_keys[row], *moment, *edits))

    @property
    def num_parameters(self) -> int:
        """How many numbers one network has, the first player's alone."""
        return sum(int(np.prod(item.shape[1:])) for path, item in self.params.items() if ":" not in path)

    @property
    def seeds(self) -> np.ndarray:
        """The `init` stream of each member, `[E]`: its seed, where the streams are alike."""
        return np.array([member.seed.init for member in self.members])

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """The interventions that are in force."""
        return tuple(edit for edit in self.edits if isinstance(edit, Intervention))

    def select(self, rows: Sequence[int] | np.ndarray) -> Ensemble:
        """Some of the members, by row or by a mask, in the order given."""
        chosen = np.asarray(rows)
        chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(int)
        for row in chosen:
            if not -len(self) <= row < len(self):
                raise BadValue("Ensemble.select", int(row), f"a row from 0 to {len(self) - 1}")
        return dataclasses.replace(
            self,
            members=tuple(self.members[row] for row in chosen),
            member_keys=tuple(self.member_keys[row] for row in chosen),
            edits=tuple(each.of_rows(chosen) if isinstance(each, Edit) else each for each in self.edits),
            params={path: item[chosen] for path, item in self.params.items()},
            snapshots=rows_of(self.snapshots, chosen),
            history=self.history.rows(chosen),
            status=self.status.rows(chosen),
        )

    def at(self, step: int) -> Ensemble:
        """The members as they were at a snapshot's step; one that diverged later had not failed then.

        Raises:
            UnknownName: No snapshot was taken at that step.
        """
        if step not in self.snapshots:
            raise UnknownName("snapshot", str(step), [str(known) for known in self.snapshots])
        diverged = np.where(self.status.diverged_at < step, self.status.diverged_at, -1)
        then = dataclasses.replace(self.status, diverged_at=diverged)
        return dataclasses.replace(self, params=self.snapshots[step], snapshots={}, step=step, status=then)

    def intervene(self, *interventions: Intervention) -> Ensemble:
        """The same networks with activations rewritten at some sites; nothing of the weights changes."""
        sites = self.network.sites()
        for each in interventions:
            if each.site not in sites:
                raise UnknownName("site", each.site, sites, type(each).__name__)
            each.fits(sites[each.site].width)
        return dataclasses.replace(self, edits=(*self.edits, *interventions))

    def without_interventions(self) -> Ensemble:
        """The same networks, and the same surgery, with no activations rewritten."""
        return dataclasses.replace(self, edits=tuple(each for each in self.edits if not isinstance(each, Intervention)))

    def edited(self, edit: Edit) -> Ensemble:
        """The same networks after a change of their weights."""
        network, params = edit.apply(self.network, self.params)  # type: ignore[arg-type]
        held = {path: np.asarray(item) for path, item in params.items()}
        sites = network.sites()
        for each in self.interventions:
            if sites[each.site].width != self.network.sites()[each.site].width:
                raise DoesNotFit(
                    f"{type(edit).__name__} changes the width of the site {each.site!r}, where "
                    f"{type(each).__name__} is in force; cut first, then intervene."
                )
        return dataclasses.replace(self, network=network, params=held, edits=(*self.edits, edit), snapshots={})

    def __call__(self, x: Float[Array, "B D"] | np.ndarray) -> np.ndarray:
        """Every member's answer to the same examples, `[E, B, …]`, as the task reads it out."""
        return self.listen(x)[0]

    def listen(
        self,
        x: Float[Array, "B D"] | np.ndarray,
        sites: Sequence[str] = (),
        *,
        before: bool = False,
        apart: bool = False,
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Every member's answer to the same examples, and the values at some sites, `[E, B, …]`.

        Values are heard as they flow on, after the interventions at their site; `before=True` hears them as the network
        gave them. With `apart=True`, `x` has a leading axis `E` and each member is asked its own examples, as where
        they lie in a world of its own. A member that diverged answers NaN everywhere, so that every measure counts it
        as failed.

        Raises:
            UnknownName: The network has no such site.
        """
        known = self.network.sites()
        for site in sites:
            if site not in known:
                raise UnknownName("site", site, known, "listen")
        if apart and len(x) != len(self):
            raise DoesNotFit(f"listen: examples for {len(x)} members, and there are {len(self)}.")
        run = _runner(self.network, self.interventions, tuple(sites), before, apart)
        output, heard = run(self._first(), np.asarray(x))
        read = self.experiment.task.read_out(output)
        return self._failing(read), {site: self._failing(value) for site, value in heard.items()}

    def module(self, row: int) -> Any:
        """One member's module, an Equinox tree, as its weights are: interventions are not in it."""
        return assembled(self.network, {path: item[row] for path, item in self._first().items()})

    def table(self) -> polars.DataFrame:
        """One row a member: its seed, its dials, how it ended and its last measurements."""
        import polars

        columns: dict[str, Any] = {"member": np.arange(len(self)), "seed": [str(m.seed) for m in self.members]}
        for name in sorted({name for member in self.members for name, _ in member.dials}):
            columns[name] = [dict(member.dials).get(name) for member in self.members]
        columns |= {"diverged_at": self.status.diverged_at, "stopped_at": self.status.stopped_at}
        columns |= {"cause": list(self.status.cause)}
        columns |= {name: values[:, -1] for name, values in self.history.records.items() if values.shape[1]}
        columns |= {f"validation {n}": v[:, -1] for n, v in self.history.validation.items() if v.shape[1]}
        columns |= dict(self.history.tallies)
        return polars.DataFrame(columns)

    def failures(self) -> polars.DataFrame:
        """One row for each member that diverged: its seed, the step, and what became non-finite first."""
        table = self.table()
        return table.filter(table["diverged_at"] >= 0).select("member", "seed", "diverged_at", "cause")

    def _failing(self, values: Any) -> np.ndarray:
        """Values of the members, NaN for those that diverged."""
        held = np.asarray(values)
        diverged = self.status.diverged_at >= 0
        if not diverged.any():
            return held
        return np.where(diverged.reshape(-1, *[1] * (held.ndim - 1)), np.float32(np.nan), held)

    def _first(self) -> dict[str, np.ndarray]:
        return {path: item for path, item in self.params.items() if ":" not in path}

    def _repr_html_(self) -> str:
        return f"<p><b>{self!r}</b></p>{self.table().head(8)._repr_html_()}"


def joined(ensembles: Iterable[Ensemble]) -> Ensemble:
    """Ensembles of one experiment as one, members in the order given.

    A term whose weight is zero throughout a part is not measured there: its records are NaN.
    """
    parts = list(ensembles)
    first = parts[0]
    if len(parts) == 1:
        return first

    def stack(pick: Callable[[Ensemble], Mapping[Any, np.ndarray]]) -> dict[Any, np.ndarray]:
        names = dict.fromkeys(name for part in parts for name in pick(part))
        shape = next(iter(pick(first).values())).shape[1:] if names else ()
        absent = [np.full((len(part), *shape), np.nan, np.float32) for part in parts]
        return {
            name: np.concatenate([pick(part).get(name, gap) for part, gap in zip(parts, absent, strict=True)])
            for name in names
        }

    history = History(
        steps=first.history.steps,
        records=stack(lambda part: part.history.records),
        validation_steps=first.history.validation_steps,
        validation=stack(lambda part: part.history.validation),
        tallies=stack(lambda part: part.history.tallies),
    )
    status = Status(
        np.concatenate([part.status.diverged_at for part in parts]),
        np.concatenate([part.status.stopped_at for part in parts]),
        tuple(cause for part in parts for cause in part.status.cause),
    )
    return dataclasses.replace(
        first,
        members=tuple(member for part in parts for member in part.members),
        member_keys=tuple(key for part in parts for key in part.member_keys),
        params=stack(lambda part: part.params),
        snapshots=joined_snapshots([part.snapshots for part in parts]),
        history=history,
        status=status,
    )


def chained(interventions: Sequence[Intervention]) -> Tap:
    """The tap that applies interventions at their sites, in order."""

    def tap(site: str, value: Array) -> Array:
        for each in interventions:
            if each.site == site:
                value = each(value)
        return value

    return tap


@functools.lru_cache(maxsize=64)
def _runner(
    network: Network, interventions: tuple[Intervention, ...], sites: tuple[str, ...], before: bool, apart: bool
) -> Callable[[Mapping[str, np.ndarray], np.ndarray], tuple[Array, dict[str, Array]]]:
    import jax

    tap = chained(interventions)

    def one(flat: Mapping[str, Array], x: Array) -> tuple[Array, dict[str, Array]]:
        module = assembled(network, flat)
        if not before:
            return listen(module, x, sites, tap=tap)
        heard: dict[str, Array] = {}

        def early(site: str, value: Array) -> Array:
            if site in sites:
                heard[site] = value
            return tap(site, value)

        return module(x, early, None), heard

    return jax.jit(jax.vmap(one, in_axes=(0, 0 if apart else None)))


__all__ = ["FIRST_PLAYER", "Ensemble", "History", "Status", "chained", "joined"]
