"""Ours on modular addition and A5, one network or five: `grokking_ours.py CORE WORKLOAD NUMBER FOLDER`."""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))  # before JAX starts, since it counts the cores that it finds then

import math
from dataclasses import dataclass, field
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from grokking_workload import LEVEL, WORKLOADS, Workload, watched

from tropism.arrays.streams import fold
from tropism.core.batch import Scene
from tropism.core.member import members_of
from tropism.core.paths import shapes
from tropism.running import train_members
from tropism.training import device
from tropism.training.growth import Growth
from tropism.training.placement import packs
from tropism.training.streams import at_step, streams_of

_ENOUGH = 1.0
"""CPU seconds that a measurement lasts at least."""


@dataclass
class Engine:
    """Our engine, training some members, packed into programs as `train` packs them."""

    workload: Workload
    number: int
    folder: Path
    held: list[Growth] = field(default_factory=list)
    compiling: float = 0.0

    def first_step(self) -> dict[str, object]:
        """Write what the peers need, and the gradient that was followed: Adam's first mean is (1 − b1) times it."""
        experiment = self.workload.experiment
        growth = Growth(experiment, members_of(range(1)), chunk_steps=1)
        self._write_draws(growth)
        next(growth.run())
        arrays, _ = growth.checkpoint()
        means = {name.partition(".mu.")[2]: array[0] for name, array in arrays.items() if ".mu." in name}
        gradients = {name: mean / (1 - experiment.optimizer.b1) for name, mean in means.items()}  # type: ignore[attr-defined]
        path = self.folder / "gradient-ours.npz"
        np.savez(path, **gradients)
        loss = arrays["records"][0, 0, growth.program.metrics.index("loss")]
        return {"gradient": str(path), "loss": float(loss)}

    def measure(self) -> dict[str, object]:
        if not self.held:
            began = contest.cpu_seconds()
            experiment = self.workload.experiment
            size = sum(math.prod(shape) for shape in shapes(experiment.network).values())
            self.held += [Growth(experiment, pack) for pack in packs(members_of(range(self.number)), size)]
            for _ in range(3):  # the first chunk compiles, and after the third chunks are as long as they get
                self._train()
            self.compiling = contest.cpu_seconds() - began
        seconds, steps = 0.0, 0
        while seconds < _ENOUGH:
            more = self._train()
            seconds, steps = seconds + more[0], steps + more[1]
        return {"seconds": seconds, "steps": steps, "preparing": self.compiling, "programs": len(self.held)}

    def reach(self) -> dict[str, object]:
        """Steps until held-out pairs are right, on the members' own draws; none for who never came."""
        grown = train_members(watched(self.workload.experiment), members_of(range(self.number)))
        looks = grown.history.validation["accuracy"] >= LEVEL
        steps = grown.history.validation_steps
        return {"first": [int(steps[row.argmax()]) if row.any() else None for row in looks]}

    def _train(self) -> tuple[float, int]:
        """A chunk of each program: CPU seconds, and steps of a member."""
        began, steps = contest.cpu_seconds(), 0
        for growth in self.held:
            first = growth.step
            next(growth.run())
            steps += (growth.step - first) * len(growth.members)
        return contest.cpu_seconds() - began, steps

    def _write_draws(self, growth: Growth) -> None:
        """Start parameters, all pairs of the first member's share with their answers, and the first batch."""
        task, streams = growth.experiment.task, streams_of(growth.members)
        table = jax.tree.map(jnp.asarray, task.table())
        scene = Scene(table, task.world(table, streams.world[0]))
        key = fold(at_step(streams.data[0], jnp.int32(0)), "batch")
        first = jax.jit(lambda: task.draw(scene, key, growth.experiment.batch_size))()
        prefix = "state/params.network."
        start = {n.removeprefix(prefix): a[0] for n, a in growth.checkpoint()[0].items() if n.startswith(prefix)}
        np.savez(
            self.folder / "draws.npz",
            pairs=table.inputs[scene.world], answers=table.right[scene.world],
            first_pairs=first.inputs, first_answers=first.targets.right,
            whole=task.batch_size() is not None,
            **{f"start/{name}": array for name, array in start.items()},
        )  # fmt: skip


if __name__ == "__main__":
    device.start()
    jax.config.update("jax_enable_compilation_cache", False)  # so that compiling is paid, and can be stated
    contest.serve(Engine(WORKLOADS[sys.argv[2]](), int(sys.argv[3]), Path(sys.argv[4])))
