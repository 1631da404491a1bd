"""The probe that is not color: sparse words in a crowded space, an adversary, a teacher, a rule, ratios per tensor.

It uses everything that an experiment may have at once. If it hurts here, it is the engine that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array

from tropism.arrays.streams import uniform
from tropism.core import Batch, Dial, Experiment, Network, Optimizer, Player, Rule, Site, Task, Term, View
from tropism.core.ensemble import Ensemble
from tropism.core.member import Member, Seed
from tropism.schedules import Schedule
from tropism.training.growth import Growth


@dataclass(frozen=True, kw_only=True)
class SparseWords(Task):
    """Which of `features` are on? Each has a direction of the member's own world; few are on at once."""

    features: int = 12
    width: int = 6
    density: float | Dial | None = 0.25

    def label_names(self):
        return ("first",)

    def input_width(self):
        return self.width

    def world(self, table, key):
        return jax.random.normal(key, (self.features, self.width))

    def draw(self, scene, key, size):
        chance, amount = uniform(key, (2, size, self.features))
        on = jnp.where(chance < self.density, amount, 0.0)
        return Batch(on @ scene.world, on, {"first": (on[:, 0] > 0).astype(jnp.float32)})

    def validation_batch(self, scene, key):
        return self.draw(scene, key, 16)

    def error(self, output, batch):
        return jnp.square(output - batch.targets).mean(-1)


class ReadoutModule(eqx.Module):
    into: Array
    bias: Array
    out: Array

    def __call__(self, x, tap, key=None):
        return tap("output", tap("hidden", jax.nn.relu(x @ self.into.T + self.bias)) @ self.out.T)


@dataclass(frozen=True, kw_only=True)
class Readout(Network):
    """One hidden layer."""

    inputs: int
    hidden: int
    outputs: int

    def sites(self):
        return {"hidden": Site(self.hidden, writes=("into", "bias"), reads=("out",)), "output": Site(self.outputs)}

    def build(self, key):
        one, two = jax.random.split(key)
        into = jax.random.normal(one, (self.hidden, self.inputs)) * 0.3
        out = jax.random.normal(two, (self.outputs, self.hidden)) * 0.3
        return ReadoutModule(into, jnp.zeros(self.hidden), out)

    def input_width(self):
        return self.inputs


@dataclass(frozen=True, kw_only=True)
class Lamb(Optimizer):
    """Adam with a trust ratio for each tensor, and biases that fade after the update."""

    fade: float | Dial = 0.01

    def transformation(self):
        return optax.chain(optax.scale_by_adam(), optax.scale_by_trust_ratio(), optax.scale_by_learning_rate(self.lr))

    def after(self, params, moment):
        return eqx.tree_at(lambda module: module.bias, params, params.bias * (1 - self.fade))


@dataclass(frozen=True, kw_only=True)
class Guess(Term):
    """The adversary's price: how badly it tells from the hidden layer whether the first word is on."""

    def listens(self):
        return ("hidden",)

    def price(self, view: View, state):
        guess = view.module(view.sites["hidden"], lambda site, value: value)[:, 0]
        return jnp.square(guess - view.batch.labels["first"]), state


@dataclass(frozen=True, kw_only=True)
class Hide(Term):
    """The network's price: how well the adversary tells."""

    def listens(self):
        return ("hidden",)

    def price(self, view: View, state):
        guess = view.modules["adversary"](view.sites["hidden"], lambda site, value: value)[:, 0]
        return -jnp.square(guess - view.batch.labels["first"]), state


@dataclass(frozen=True, kw_only=True)
class Remember(Term):
    """Holds the hidden layer's mean where it lay at the action `remember`; counts its own steps."""

    actions: ClassVar[tuple[str, ...]] = ("remember",)

    def listens(self):
        return ("hidden",)

    def start(self, widths):
        return {"mean": jnp.zeros(widths["hidden"]), "known": jnp.float32(0), "steps": jnp.int32(0)}

    def price(self, view: View, state):
        drift = jnp.square(view.sites["hidden"].mean(0) - state["mean"]).sum() * state["known"]
        return drift, state | {"steps": state["steps"] + 1}

    def act(self, action, view, state):
        return state | {"mean": view.sites["hidden"].mean(0), "known": jnp.float32(1)}


@dataclass(frozen=True, kw_only=True)
class Resemble(Term):
    """How far the output is from a frozen network's."""

    teacher: str = "teacher"

    def price(self, view: View, state):
        told = view.references[self.teacher](view.batch.inputs, lambda site, value: value)
        return jnp.square(view.output - told).mean(-1), state


@dataclass(frozen=True, kw_only=True)
class Ratchet(Rule):
    """Adds `gain` at every step at which the error lay below `below`."""

    gain: float = 0.01
    below: float = 0.2

    def start(self):
        return jnp.float32(0)

    def turn(self, scheduled, measured, state, step):
        state = state + jnp.where((step > 0) & (measured["error"] < self.below), self.gain, 0.0)
        return scheduled + state, state


def words(**changes) -> Experiment:
    """The plain experiment: no players, no teacher."""
    fields = {"task": SparseWords(), "network": Readout(inputs=6, hidden=8, outputs=12), "batch_size": 16}
    if "schedule" not in changes:
        fields |= {"optimizer": Lamb(lr=0.01), "steps": 60}
    return Experiment(**(fields | changes))


def whole_probe(length: int = 60, **changes) -> Experiment:
    """Everything at once: terms, actions, snapshots, a rule, a schedule that rises to its last step, an adversary."""
    lr = {0: 1e-4, length // 3: 0.02, length - 1: 0.005}
    fields = {
        "optimizer": Lamb(),
        "terms": (Hide(weight=Dial(0.1, Ratchet())), Remember(weight=0.5)),
        "schedule": Schedule.of({"lr": lr}, length, actions={length // 4: "remember", length // 2: "snapshot"}),
        "players": (
            Player(
                name="adversary",
                network=Readout(inputs=8, hidden=4, outputs=1),
                terms=(Guess(weight=1.0),),
                optimizer=Lamb(lr=0.02),
                updates=2,
            ),
        ),
        "snapshots": (0, length // 3, length),
        "validate_every": 13,
    }
    return words(**(fields | changes))


def sweep(count: int) -> tuple[Member, ...]:
    """Members of different seeds, every third with a density of its own."""
    own = {1: (("task.density", 0.1),), 2: (("optimizer.fade", 0.05), ("task.density", 0.4))}
    return tuple(Member(Seed.of(number), own.get(number % 3, ())) for number in range(count))


def grown(experiment: Experiment, members: tuple[Member, ...], **options) -> Growth:
    """A growth that was run to its end."""
    growth = Growth(experiment, members, **options)
    for _ in growth.run():
        pass
    return growth


def bits_of(ensemble: Ensemble) -> dict[str, np.ndarray]:
    """Every number of an ensemble as whole numbers, so that equal means bit for bit; leading axis `E`."""
    found = {f"params/{path}": item for path, item in ensemble.params.items()}
    for step, kept in ensemble.snapshots.items():
        found |= {f"snapshot {step}/{path}": item for path, item in kept.items()}
    history, status = ensemble.history, ensemble.status
    for kind in ("records", "validation", "tallies"):
        found |= {f"{kind}/{name}": item for name, item in getattr(history, kind).items()}
    found |= {"diverged_at": status.diverged_at, "stopped_at": status.stopped_at, "cause": np.array(status.cause)}
    return {name: item.view(np.uint32) if item.dtype == np.float32 else item for name, item in found.items()}


def assert_same_bits(one: Ensemble, other: Ensemble) -> None:
    """Raise unless two ensembles hold the same numbers, bit for bit, and nothing more or less."""
    left, right = bits_of(one), bits_of(other)
    assert left.keys() == right.keys()
    for name, item in left.items():
        np.testing.assert_array_equal(item, right[name], err_msg=name)
    np.testing.assert_array_equal(one.history.steps, other.history.steps)
    np.testing.assert_array_equal(one.history.validation_steps, other.history.validation_steps)
