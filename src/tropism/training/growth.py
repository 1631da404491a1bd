"""A growth: one packed program of members on its way from step 0 to the end, a chunk at a time.

Between chunks the caller may show progress, write a checkpoint or stop. Nothing that is computed depends on where
chunks end: state, draws and accumulators are functions of the step number alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import numpy as np

from tropism.arrays.placing import placed
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.lineage import member_keys
from tropism.core.member import Member
from tropism.core.paths import flattened, path_name
from tropism.errors import DoesNotFit, RunError, UserError
from tropism.training.origins import reference_params, started
from tropism.training.program import Program
from tropism.training.state import Fixed, State, alive, looked_at
from tropism.training.streams import Streams, streams_of
from tropism.training.tables import Tables, alike, silent_terms
from tropism.values import ENGINE_NUMERICS

MOST_RECORDS = 2000
_LONGEST_CHUNK = 4096
_TABLE_BUDGET = 16_000_000
_BUFFER_BUDGET = 16_000_000


@dataclass(frozen=True)
class Progress:
    """What there is to tell after a chunk.

    Attributes:
        step: Steps that are done.
        length: Steps in all.
        members: How many networks are in the program.
        seconds: Wall time of this chunk, compilation included.
        metrics: Median of the last measurements over members that have not diverged, by name; empty if all have.
        diverged: How many members were frozen because something became non-finite.
    """

    step: int
    length: int
    members: int
    seconds: float
    metrics: Mapping[str, float]
    diverged: int


class Growth:
    """Members of one experiment, trained together.

    Args:
        experiment: What is trained.
        members: Who; their order decides nothing but the order of the result.
        chunk_steps: The most steps between two looks; by default what takes about a second.
        seconds: About how long a chunk may take.
        program: Another growth's, so that it need not be compiled again; used if it is of this very experiment and
            leaves out the same terms.
    """

    def __init__(
        self,
        experiment: Experiment,
        members: tuple[Member, ...],
        *,
        chunk_steps: int | None = None,
        seconds: float = 1.0,
        program: Program | None = None,
    ) -> None:
        self.experiment, self.members = experiment, members
        self.length = experiment.length
        self.window = max(1, -(-self.length // MOST_RECORDS))
        self._tables = Tables.of(experiment, members)
        if len(alike(experiment, members)) > 1:
            raise DoesNotFit(
                "These members leave out different terms or draw differently, so they may not share a program."
            )
        silent = silent_terms(experiment, self._tables)
        capacity = experiment.task.capacity(self._tables.ranges(experiment, "task"), experiment.batch_size)
        if program is None or not program.serves(experiment, silent, capacity):
            program = Program(experiment, silent=silent, window=self.window, capacity=capacity)
        self.program = program
        self.capacity = self._capacity()
        self._limit = self.capacity if chunk_steps is None else max(1, chunk_steps)
        self._seconds, self._rate = seconds, 0.0
        streams = streams_of(members)
        table = placed(experiment.task.table())
        references = {r.name: reference_params(r, members) for r in experiment.references}
        self._fixed = Fixed(streams, self.program.worlds(table, streams.world), table, references)
        self._state = started(experiment, members, self._fresh(streams), self.program.rested)
        self._records = np.zeros((-(-self.length // self.window), len(members), len(self.program.metrics)), np.float32)
        self._validation: dict[int, np.ndarray] = {}
        self._snapshots: dict[int, dict[str, np.ndarray]] = {}
        looks = experiment.validation_steps()
        self._looks = frozenset(looks) if looks and self.program.can_validate else frozenset()
        self.step = 0
        self._arrive()

    def run(self) -> Iterator[Progress]:
        """Train to the end, yielding after every chunk."""
        while self.step < self.length:
            began = time.perf_counter()
            count = self._next_count()
            self._advance(count)
            self._arrive()
            if not self._alive().any():
                self._skip_to_the_end()
            yield self._progress(time.perf_counter() - began)
            self._rate = max(self._rate, count / max(time.perf_counter() - began, 1e-6))

    def checkpoint(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Everything needed to go on from here, as arrays and a few words."""
        arrays = {f"state/{name}": np.asarray(leaf) for name, leaf in _named_leaves(self._state)}
        arrays["records"] = self._records[: -(-self.step // self.window)]
        for step, kept in self._validation.items():
            arrays[f"validation/{step}"] = kept
        for step, params in self._snapshots.items():
            arrays |= {f"snapshot/{step}/{path}": leaf for path, leaf in params.items()}
        return arrays, {"step": self.step, "numerics": ENGINE_NUMERICS}

    def restore(self, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> None:
        """Go on from a checkpoint.

        Raises:
            UserError: The checkpoint was made by another version of the engine, or of another experiment.
        """
        expected = {f"state/{name}": leaf.shape for name, leaf in _named_leaves(self._state)}
        found = {name: array.shape for name, array in arrays.items() if name.startswith("state/")}
        if meta.get("numerics") != ENGINE_NUMERICS or found != expected:
            what = "another version of the engine or another experiment"
            raise UserError(f"This checkpoint is of {what}; remove it to start over.")
        leaves = placed([arrays[name] for name in expected])
        self._state = jax.tree.unflatten(jax.tree.structure(self._state), leaves)
        self.step = int(meta["step"])
        done = arrays["records"]
        self._records[: len(done)] = done
        self._validation = {int(n.split("/")[1]): a for n, a in arrays.items() if n.startswith("validation/")}
        self._snapshots = {}
        for name, array in arrays.items():
            if name.startswith("snapshot/"):
                _, step, path = name.split("/", 2)
                self._snapshots.setdefault(int(step), {})[path] = array

    def harvest(self) -> Ensemble:
        """The trained members, with their history."""
        metrics, state = self.program.metrics, self._state
        records = self._records.transpose(1, 0, 2)
        edges = np.minimum(np.arange(1, len(self._records) + 1) * self.window, self.length) - 1
        looked = sorted(self._validation)
        seen = [self._validation[step] for step in looked]
        history = History(
            steps=edges,
            records={name: records[:, :, place] for place, name in enumerate(metrics)},
            validation_steps=np.array(looked, dtype=int),
            validation={
                name: np.stack([look[:, place] for look in seen], 1) if seen else np.zeros((len(self.members), 0))
                for place, name in enumerate(self.program.validation_metrics)
            },
            tallies={name: np.asarray(state.tallies)[:, place] for place, name in enumerate(self.program.tallies)},
        )
        causes = np.asarray(state.cause)
        status = Status(
            np.asarray(state.diverged_at),
            np.asarray(state.stopped_at),
            tuple(self.program.causes[cause] if cause >= 0 else "" for cause in causes),
        )
        return Ensemble(
            experiment=self.experiment,
            members=self.members,
            params=self._params(),
            history=history,
            status=status,
            member_keys=tuple(member_keys(self.experiment, self.members)),
            snapshots=dict(sorted(self._snapshots.items())),
        )

    def _advance(self, count: int) -> None:
        first_window = self.step // self.window
        width = self.capacity // self.window + 2
        buffer = np.zeros((width, len(self.members), len(self.program.metrics)), np.float32)
        tables = self._tables.slice(self.step, self.capacity)
        where = placed((self._tables.settings, tables, np.int32(self.step), np.int32(count), buffer))
        self._state, buffer = self.program.chunk(self._state, self._fixed, *where)
        self._refuse_overflow()
        self.step += count
        used = (self.step - 1) // self.window - first_window + 1
        self._records[first_window : first_window + used] = np.asarray(buffer)[:used]  # cut here: a cut there compiles

    def _fresh(self, streams: Streams) -> State:
        return self.program.fresh(streams.init, placed(self._tables.rows(0)))

    def _refuse_overflow(self) -> None:
        cut = np.asarray(self._state.overflow)
        if cut.any():
            seed = self.members[int(cut.argmax())].seed
            task = type(self.experiment.task).__name__
            raise RunError(
                f"{task}: {int(cut.sum())} examples did not fit the room that its capacity had set aside, "
                f"{self.program.capacity!r} (most for seed {seed}). Nothing was cut short; it must set aside more."
            )

    def _skip_to_the_end(self) -> None:
        """Nobody moves any more, so what would be recorded is known: the last measurement, as the loop writes it."""
        measured = np.asarray(self._state.measured)
        self._records[self.step // self.window :] = measured
        while self.step < self.length:
            self.step = self._next_due()
            self._arrive()

    def _arrive(self) -> None:
        """Do what is due at this step, before its update."""
        row = min(self.step, self.length - 1)
        for action in self._actions().get(self.step, ()):
            where = placed((self._tables.rows(row), np.int32(self.step)))
            self._state = self.program.act(action, self._state, self._fixed, *where)
        if self.step in self._snapshot_steps():
            self._snapshots[self.step] = self._params()
        if self.step in self._looks:
            where = placed((self._tables.rows(row), np.int32(self.step)))
            look = self.program.look(self._state, self._fixed, *where)
            self._validation[self.step] = np.asarray(look)
            self._state = looked_at(self._state, look, stop=self.program.stop_on_look, step=self.step)

    def _next_count(self) -> int:
        pace = int(self._rate * self._seconds) if self._rate else 64
        return max(1, min(self._next_due() - self.step, self.capacity, self._limit, pace))

    def _next_due(self) -> int:
        due = {*self._actions(), *self._snapshot_steps(), *self._looks, self.length}
        return min(step for step in due if step > self.step)

    def _capacity(self) -> int:
        """Steps that fit the compiled function's buffers. Chunks may be shorter, but another shape is another program,
        which may round otherwise."""
        per_table = 4 * len(self._tables.numbers) * max(1, len(self.program.addresses))
        per_record = 4 * len(self.members) * len(self.program.metrics) / self.window
        fits = min(_TABLE_BUDGET // per_table, int(_BUFFER_BUDGET / per_record))
        return max(1, min(self.length, _LONGEST_CHUNK, fits))

    def _actions(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for action in self.experiment.schedule.actions if self.experiment.schedule is not None else ():
            if action.name != "snapshot":
                found.setdefault(action.step, []).append(action.name)
        return found

    def _snapshot_steps(self) -> set[int]:
        schedule = self.experiment.schedule
        asked = {action.step for action in schedule.actions if action.name == "snapshot"} if schedule else set()
        return asked | set(self.experiment.snapshots)

    def _params(self) -> dict[str, np.ndarray]:
        found = {}
        for player, tree in self._state.params.items():
            prefix = "" if player == FIRST_PLAYER else f"{player}:"
            found |= {f"{prefix}{path}": np.asarray(leaf) for path, leaf in flattened(tree).items()}
        return found

    def _alive(self) -> np.ndarray:
        return np.asarray(alive(self._state))

    def _progress(self, seconds: float) -> Progress:
        alive = np.asarray(self._state.diverged_at) < 0
        measured = np.median(np.asarray(self._state.measured)[alive], axis=0) if alive.any() else np.zeros(0)
        return Progress(
            step=self.step,
            length=self.length,
            members=len(self.members),
            seconds=seconds,
            metrics=dict(zip(self.program.metrics, measured.tolist(), strict=False)),
            diverged=int((np.asarray(self._state.diverged_at) >= 0).sum()),
        )


def _named_leaves(state: State) -> list[tuple[str, Any]]:
    leaves = jax.tree_util.tree_flatten_with_path(eqx.filter(state, eqx.is_array))[0]
    return [(path_name(path), leaf) for path, leaf in leaves]
