"""The program: one step of one member, mapped over all of them, in one compiled loop.

It knows tasks, networks, terms and optimizers only by what `core` says of them. Members are mapped over here and
nowhere else; every draw is a function of a member's stream, the step and a purpose, so company and chunking change
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array

from tropism.arrays.streams import fold
from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, join, with_dials
from tropism.core.experiment import FIRST_PLAYER, Experiment, Player
from tropism.core.network import listen
from tropism.core.optimizer import Moment
from tropism.core.task import Task
from tropism.core.term import Term, View
from tropism.errors import DoesNotFit
from tropism.training.device import quickly, wide_vectors
from tropism.training.modules import Modules
from tropism.training.state import BROKEN_PARAMETERS, Fixed, State, Tree, alive, kept_where, settled
from tropism.training.streams import Streams, at_step


class Program:
    """The compiled functions of an experiment.

    Args:
        experiment: What is trained.
        silent: Names of terms (`name`, or `player.name`) whose weight is zero throughout: they are left out before
            tracing, so they change no bit.
        window: Steps that one record of the history averages over.
        capacity: What the task says of its draws' room in this program.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        silent: frozenset[str] = frozenset(),
        window: int = 1,
        capacity: Any = None,
    ) -> None:
        self.experiment, self.silent, self.window, self.capacity = experiment, silent, window, capacity
        self.players = experiment.all_players()
        self.addresses = tuple(experiment.dials())
        self.modules = Modules(experiment, self._zeros())
        self.widths = {name: site.width for name, site in experiment.network.sites().items()}
        self.terms = {
            player.name: tuple(term for term in player.terms if _address(player, term) not in silent)
            for player in self.players
        }
        for player in self.players:
            jax.eval_shape(partial(self._afterwards, player), self.modules.shapes[player.name])
        stop = experiment.stop
        known = self.validation_metrics if stop is not None and stop.validated else self.metrics
        if stop is not None and stop.metric not in known:
            raise DoesNotFit(f"Experiment.stop: {stop.metric!r} is not measured, since its weight is zero throughout.")
        asked = None if stop is None else (stop, known.index(stop.metric))
        self._stop, self.stop_on_look = (None, asked) if stop is not None and stop.validated else (asked, None)

    def serves(self, experiment: Experiment, silent: frozenset[str], capacity: Any = None) -> bool:
        """Whether it is the program of an experiment that leaves out the same terms and draws with the same room.

        Two experiments of one key may look at differently cut references; then only the very same one will do.
        """
        same = self.experiment is experiment
        alike = not experiment.references and self.experiment.key() == experiment.key()
        return (same or alike) and self.silent == silent and self.capacity == capacity

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """What is measured at every step, in the order of the record."""
        names = ["error", *(term.name for term in self._priced(FIRST_PLAYER, "train")), "loss"]
        for player in self.players[1:]:
            names += [join(player.name, term.name) for term in self._priced(player.name, "train")]
            names.append(join(player.name, "loss"))
        return tuple(names)

    @property
    def causes(self) -> tuple[str, ...]:
        """What may be the first to become non-finite, in the order of `State.cause`."""
        return (*self.metrics, BROKEN_PARAMETERS)

    @cached_property
    def validation_metrics(self) -> tuple[str, ...]:
        """What is measured on validation examples."""
        return ("error", *(term.name for term in self._priced(FIRST_PLAYER, "validate")))

    @cached_property
    def tallies(self) -> tuple[str, ...]:
        """What is summed over all of training: each label, and examples that bear any."""
        labels = self.experiment.task.label_names()
        return (*(f"labels.{label}" for label in labels), "labels.any") if labels else ()

    @cached_property
    def fresh(self) -> Any:
        """Compiled: (the `init` streams `[E]`, rows `[E, H]`) -> the state of many members before step 0."""
        return jax.jit(jax.vmap(self._fresh), compiler_options=quickly())

    @cached_property
    def rested(self) -> Any:
        """Compiled: parameters `[E]` of every player -> their optimizers' states before step 0."""
        return jax.jit(jax.vmap(self._rested), compiler_options=quickly())

    @cached_property
    def worlds(self) -> Any:
        """Compiled: (table, the `world` streams `[E]`) -> what each member's decides."""
        return jax.jit(jax.vmap(self.experiment.task.world, in_axes=(None, 0)), compiler_options=quickly())

    @cached_property
    def chunk(self) -> Any:
        """Compiled: (state, fixed, settings, tables `[S, C, H]`, first, count, buffer) -> (state, buffer).

        `settings` `[E]` says which of the tables each member follows; the buffer `[W, E, M]` receives the records of
        the windows from `first // window` on.
        """
        return jax.jit(self._chunk, donate_argnums=(0, 6), compiler_options=wide_vectors())

    @cached_property
    def look(self) -> Any:
        """Compiled: (state, fixed, rows `[E, H]`, step) -> what validation examples say, `[E, V]`."""
        return jax.jit(self._over_members(self._look))

    @cached_property
    def act(self) -> Any:
        """Compiled: (action, state, fixed, rows `[E, H]`, step) -> the state after the terms that answer it acted."""

        def acted(action: str, *where: Any) -> State:
            return self._over_members(partial(self._act, action))(*where)

        return jax.jit(acted, static_argnums=0, compiler_options=quickly())

    @property
    def can_validate(self) -> bool:
        """Whether the task has validation examples."""
        table = jax.eval_shape(lambda: jax.tree.map(jnp.asarray, self.experiment.task.table()))
        key = jax.random.key(0)
        world = jax.eval_shape(self.experiment.task.world, table, key)
        task = self._task(self._zeros())
        batch = jax.eval_shape(lambda t, w: task.validation_batch(Scene(t, w, self.capacity), key) or (), table, world)
        return bool(jax.tree.leaves(batch))

    def _over_members(self, function: Any) -> Any:
        fixed = Fixed(Streams(0, 0, 0), 0, None, 0)  # type: ignore[arg-type]
        return jax.vmap(function, in_axes=(0, fixed, 0, None))

    def _chunk(
        self, state: State, fixed: Fixed, settings: Array, tables: Array, first: Array, count: Array, buffer: Array
    ) -> tuple[State, Array]:
        one_setting = tables.shape[0] == 1
        in_axes = (0, Fixed(Streams(0, 0, 0), 0, None, 0), None if one_setting else 0, None)  # type: ignore[arg-type]
        mapped = jax.vmap(self._step, in_axes=in_axes)

        def body(index: Array, carry: tuple[State, Array]) -> tuple[State, Array]:
            inner, records = carry
            step = first + index
            rows = jax.lax.dynamic_index_in_dim(tables, index, axis=1, keepdims=False)
            moved = alive(inner)[:, None]
            inner = mapped(inner, fixed, rows[0] if one_setting else rows[settings], step)
            means = jnp.where(moved, inner.sums / (step % self.window + 1).astype(jnp.float32), inner.measured)
            place = step // self.window - first // self.window
            return inner, jax.lax.dynamic_update_index_in_dim(records, means, place, 0)

        return jax.lax.fori_loop(0, count, body, (state, buffer))

    def _fresh(self, key: Array, row: Array) -> State:
        numbers = dict(zip(self.addresses, row, strict=True))
        params = {
            player.name: self.modules.made(player.name, numbers, fold(key, player.name)) for player in self.players
        }
        terms = {
            _address(player, term): jax.tree.map(jnp.asarray, term.start(self.widths))
            for player in self.players
            for term in self.terms[player.name]
        }
        rules = {a: jax.tree.map(jnp.asarray, rule.start()) for a, rule in self._rules().items()}
        nothing = jnp.zeros(len(self.metrics))
        never = jnp.int32(-1)
        return State(
            params=params,
            optimizer=self._rested(params),
            terms=terms,
            rules=rules,
            measured=nothing,
            sums=nothing,
            tallies=jnp.zeros(len(self.tallies)),
            diverged_at=never,
            stopped_at=never,
            cause=never,
            in_a_row=jnp.int32(0),
            overflow=jnp.int32(0),
        )

    def _rested(self, params: Mapping[str, Tree]) -> dict[str, Tree]:
        """Every player's optimizer state before step 0, shaped with a number at every dial."""
        numbers = self._zeros()
        found = {}
        for player in self.players:
            optimizer = with_dials(player.optimizer, _prefix(player), numbers)
            moving, _ = self.modules.split(player.name, params[player.name])
            found[player.name] = optimizer.following().init(moving)
        return found

    def _step(self, state: State, fixed: Fixed, row: Array, step: Array) -> State:
        numbers, rules = self._turned(state, row, step)
        key = at_step(fixed.streams.data, step)
        batch = self._drawn(numbers, fixed, key)
        moved, record = self._played(state, fixed, numbers, batch, key, step)
        new, tallied = moved._replace(rules=rules), self._tallied(batch)
        return settled(
            state, new, record, tallied, stop=self._stop, overflow=batch.overflow, step=step, window=self.window
        )

    def _drawn(self, numbers: Mapping[str, Array], fixed: Fixed, key: Array) -> Batch:
        scene = Scene(fixed.table, fixed.world, self.capacity)
        return self._task(numbers).draw(scene, fold(key, "batch"), self.experiment.batch_size)

    def _played(
        self, state: State, fixed: Fixed, numbers: Mapping[str, Array], batch: Batch, key: Array, step: Array
    ) -> tuple[State, Array]:
        records: list[Array] = []
        for player in self.players:
            record = jnp.zeros(0)
            for number in range(player.updates):
                luck = fold(key, "update", number) if number else key
                state, record = self._updated(player, state, fixed, numbers, batch, luck, step)
            records.append(record)
        return state, jnp.concatenate(records)

    def _updated(
        self,
        player: Player,
        state: State,
        fixed: Fixed,
        numbers: Mapping[str, Array],
        batch: Batch,
        key: Array,
        step: Array,
    ) -> tuple[State, Array]:
        moving, still = self.modules.split(player.name, state.params[player.name])

        def objective(tree: Tree) -> tuple[Array, tuple[Array, dict[str, Tree]]]:
            params = state.params | {player.name: eqx.combine(tree, still)}
            return self._loss(player, params, state.terms, fixed, numbers, batch, key, step)

        gradients, (record, terms) = jax.grad(objective, has_aux=True)(moving)
        optimizer = with_dials(player.optimizer, _prefix(player), numbers)
        moment = Moment(step, self.experiment.length, optimizer.lr, player.updates)  # type: ignore[arg-type]
        follow = optimizer.paced(moment).following()
        updates, held = follow.update(gradients, state.optimizer[player.name], moving)
        moved = optimizer.after(optax.apply_updates(moving, updates), moment)
        state = state._replace(
            params=state.params | {player.name: eqx.combine(moved, still)},
            optimizer=state.optimizer | {player.name: held},
            terms=state.terms | terms,
        )
        return state, record

    def _afterwards(self, player: Player, params: Tree) -> Tree:
        """What an optimizer does after its updates, with any numbers at its dials: it may refuse the parameters."""
        optimizer = with_dials(player.optimizer, _prefix(player), self._zeros())
        moment = Moment(jnp.int32(0), self.experiment.length, jnp.float32(0.0), player.updates)
        return optimizer.after(self.modules.split(player.name, params)[0], moment)

    def _loss(
        self,
        player: Player,
        params: Mapping[str, Tree],
        states: Mapping[str, Tree],
        fixed: Fixed,
        numbers: Mapping[str, Array],
        batch: Batch,
        key: Array,
        step: Array,
    ) -> tuple[Array, tuple[Array, dict[str, Tree]]]:
        terms = self._priced(player.name, "train")
        view = self._view(player.name, params, fixed, batch, key, step)
        total, record = jnp.float32(0.0), []
        if player.name == FIRST_PLAYER:
            error = self._task(numbers).error(view.output, batch).mean()
            record.append(error)
            loss = self.experiment.loss
            total = error if loss is None else with_dials(loss, "loss", numbers)(view.output, batch).mean()
        after = {}
        for term in terms:
            address = _address(player, term)
            price, after[address] = self._price(term, address, view, states[address], numbers)
            record.append(price)
            total = total + numbers[join(address, "weight")] * price
        return total, (jnp.stack([*record, total]), after)

    def _price(
        self, term: Term, address: str, view: View, state: Tree, numbers: Mapping[str, Array]
    ) -> tuple[Array, Tree]:
        seen = View(**{**vars(view), "key": fold(view.key, address)})
        price, state = with_dials(term, address, numbers).price(seen, state)
        return price.mean(), state

    def _view(
        self,
        player: str,
        params: Mapping[str, Tree],
        fixed: Fixed,
        batch: Batch,
        key: Array,
        step: Array,
    ) -> View:
        modules = {name: self.modules.whole(name, tree) for name, tree in params.items()}
        sites = sorted({site for terms in self.terms.values() for term in terms for site in term.listens()})
        output, heard = listen(modules[FIRST_PLAYER], batch.inputs, sites, key=fold(key, "network"))
        references = self.modules.references(fixed.references)
        return View(modules[player], modules, batch, output, heard, references, fold(key, "terms"), step)

    def _tallied(self, batch: Batch) -> Array:
        if not self.tallies:
            return jnp.zeros(0)
        borne = jnp.stack([batch.labels[label] for label in self.experiment.task.label_names()])
        return jnp.concatenate([borne.sum(1), (borne > 0).any(0).sum(keepdims=True).astype(jnp.float32)])

    def _look(self, state: State, fixed: Fixed, row: Array, step: Array) -> Array:
        numbers, _ = self._turned(state, row, step)
        task = self._task(numbers)
        key = fold(fixed.streams.data, "validation")
        batch = task.validation_batch(Scene(fixed.table, fixed.world, self.capacity), key)
        assert batch is not None
        view = self._view(FIRST_PLAYER, state.params, fixed, batch, key, step)
        first = self.players[0]
        prices = [task.error(task.read_out(view.output), batch).mean()]
        for term in self._priced(FIRST_PLAYER, "validate"):
            address = _address(first, term)
            prices.append(self._price(term, address, view, state.terms[address], numbers)[0])
        return jnp.stack(prices)

    def _act(self, action: str, state: State, fixed: Fixed, row: Array, step: Array) -> State:
        numbers, _ = self._turned(state, row, step)
        key = at_step(fixed.streams.data, step)
        batch = self._drawn(numbers, fixed, key)
        terms = dict(state.terms)
        for player in self.players:
            view = self._view(player.name, state.params, fixed, batch, key, step)
            for term in self.terms[player.name]:
                if action in term.actions:
                    address = _address(player, term)
                    terms[address] = with_dials(term, address, numbers).act(action, view, terms[address])
        return state._replace(terms=kept_where(alive(state), terms, state.terms))

    def _turned(self, state: State, row: Array, step: Array) -> tuple[dict[str, Array], dict[str, Tree]]:
        """Every dial's number at this step, rules applied."""
        numbers = dict(zip(self.addresses, row, strict=True))
        measured = dict(zip(self.metrics, state.measured, strict=True))
        rules = dict(state.rules)
        for address, rule in self._rules().items():
            numbers[address], rules[address] = rule.turn(numbers[address], measured, rules[address], step)
        return numbers, rules

    def _zeros(self) -> dict[str, Array]:
        return {address: jnp.float32(0.0) for address in self.addresses}

    def _rules(self) -> dict[str, Any]:
        dials = self.experiment.dials().items()
        return {address: holder.rule for address, holder in dials if isinstance(holder, Dial) and holder.rule}

    def _task(self, numbers: Mapping[str, Array]) -> Task:
        return with_dials(self.experiment.task, "task", numbers)

    def _priced(self, player: str, phase: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms[player] if term.phase in (phase, "both"))


def _prefix(player: Player) -> str:
    return "optimizer" if player.name == FIRST_PLAYER else join(player.name, "optimizer")


def _address(player: Player, term: Term) -> str:
    return term.name if player.name == FIRST_PLAYER else join(player.name, term.name)
