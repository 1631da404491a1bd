"""Ours on LR1: `sparse_ours.py CORE BATCH VARIANT FOLDER`.

`engine` trains as `train` does, chunk by chunk. `xla` and `openblas` compute the step's necessary matrix products and
nothing else, by JAX's dot and by NumPy's: candidates for the peak that the step is compared with.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))  # before JAX starts, since it counts the cores that it finds then

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from sparse_workload import RATE, experiment_at, members_at

from tropism.arrays.streams import fold
from tropism.core.batch import Scene
from tropism.core.dial import with_dials
from tropism.running import train
from tropism.training import device
from tropism.training.growth import Growth
from tropism.training.streams import at_step, streams_of

_MEAN = "state/optimizer.network.mean."
_ENOUGH = {128: 192, 256: 96, 8192: 8}
"""Steps that a measurement has at least."""


@dataclass
class Engine:
    """Our engine, training one network."""

    batch: int
    folder: Path
    held: list[Growth] = field(default_factory=list)
    compiling: float = 0.0
    empty: float = field(default_factory=contest.peak_memory)

    def first_step(self) -> dict[str, object]:
        """Write what the peers need, and the gradient that was followed: LAMB's first mean is (1 − b1) times it."""
        experiment = experiment_at(self.batch, 4096)
        growth = Growth(experiment, members_at(experiment, range(1)), chunk_steps=1)
        self._write_draws(growth)
        next(growth.run())
        arrays, _ = growth.checkpoint()
        scale = 1 - experiment.optimizer.b1  # type: ignore[attr-defined]
        gradients = {n.removeprefix(_MEAN): a[0] / scale for n, a in arrays.items() if n.startswith(_MEAN)}
        path = self.folder / f"gradient-ours-{self.batch}.npz"
        np.savez(path, **gradients)
        loss = arrays["records"][0, 0, growth.program.metrics.index("loss")]
        return {"gradient": str(path), "loss": float(loss)}

    def measure(self) -> dict[str, object]:
        if not self.held:
            experiment = experiment_at(self.batch, 4096)
            before = contest.cpu_seconds()
            self.held.append(Growth(experiment, members_at(experiment, range(1))))
            start = self.held[0].checkpoint()
            for _ in range(3):  # the first chunk compiles, and after the third chunks are as long as they get
                self._train(2)
            self.compiling = contest.cpu_seconds() - before
            self.held[0].restore(*start)
        seconds, steps = self._train(_ENOUGH[self.batch])
        memory = {"empty": self.empty, "peak": contest.peak_memory()}
        return {"seconds": seconds, "steps": steps, "preparing": self.compiling, **memory}

    def losses(self) -> dict[str, object]:
        """What eight networks lose on average in steps 192 to 255."""
        experiment = experiment_at(self.batch, 256)
        trained = train(experiment, range(8), settings=[(("optimizer.lr", RATE),)])
        return {"losses": trained.history.records["loss"][:, 192:].mean(axis=1).tolist()}

    def whole(self) -> dict[str, object]:
        """A run at laptop scale, its 12 snapshots and its compiling included."""
        began = contest.cpu_seconds()
        trained = train(experiment_at(self.batch), range(1), settings=[(("optimizer.lr", RATE),)])
        seconds = contest.cpu_seconds() - began
        last = trained.history.steps >= experiment_at(self.batch).length - 256
        return {"seconds": seconds, "loss": float(trained.history.records["loss"][0, last].mean())}

    def _train(self, enough: int) -> tuple[float, int]:
        growth = self.held[0]
        first, began = growth.step, contest.cpu_seconds()
        for _ in growth.run():
            if growth.step - first >= enough:
                break
        return contest.cpu_seconds() - began, growth.step - first

    def _write_draws(self, growth: Growth) -> None:
        """Start parameters, the features' directions and the first batch, as the engine draws them."""
        streams = streams_of(growth.members)
        task = with_dials(growth.experiment.task, "task", {"task.density": jnp.float32(1 / 64)})
        world = task.world({}, streams.world[0])
        key = fold(at_step(streams.data[0], jnp.int32(0)), "batch")
        batch = jax.jit(lambda: task.draw(Scene({}, world, growth.program.capacity), key, self.batch))()
        prefix = "state/params.network."
        start = {n.removeprefix(prefix): a[0] for n, a in growth.checkpoint()[0].items() if n.startswith(prefix)}
        np.savez(
            self.folder / f"draws-{self.batch}.npz",
            rate=RATE, density=1 / 64, directions=world["directions"], features=batch.targets, inputs=batch.inputs,
            **{f"start/{name}": array for name, array in start.items()},
        )  # fmt: skip


@dataclass
class Products:
    """The step's necessary matrix products by themselves, in one library."""

    batch: int
    library: str

    def measure(self) -> dict[str, object]:
        steps = max(3, 8192 // self.batch)
        run = self._xla() if self.library == "xla" else self._openblas()
        run(1)
        began = contest.cpu_seconds()
        run(steps)
        return {"seconds": contest.cpu_seconds() - began, "steps": steps}

    def _operands(self) -> list[np.ndarray]:
        luck = np.random.default_rng(0)
        shapes = ((self.batch, 64), (1024, 64), (512, 1024))
        return [luck.normal(size=shape).astype(np.float32) / np.float32(shape[1] ** 0.5) for shape in shapes]

    def _xla(self) -> Callable[[int], object]:
        x, first, second = map(jnp.asarray, self._operands())
        inputs = jnp.stack([x, -x])

        def once(number: jax.Array, _: tuple) -> tuple[jax.Array, jax.Array]:
            rows = inputs[number % 2]  # another batch every time, lest the products leave the loop
            hidden = rows @ first.T
            output = hidden @ second.T
            back = output @ second
            return output.T @ hidden, rows.T @ back

        def loop(count: jax.Array) -> tuple:
            return jax.lax.fori_loop(0, count, once, (jnp.zeros_like(second), jnp.zeros_like(first.T)))

        compiled = jax.jit(loop, compiler_options=device.wide_vectors())
        return lambda count: jax.block_until_ready(compiled(jnp.int32(count)))

    def _openblas(self) -> Callable[[int], object]:
        x, first, second = self._operands()
        hidden, back = (np.empty((self.batch, 1024), np.float32) for _ in range(2))
        output, inner, outer = np.empty((self.batch, 512), np.float32), np.empty_like(first), np.empty_like(second)

        def run(count: int) -> None:
            for _ in range(count):
                np.matmul(x, first.T, out=hidden)
                np.matmul(hidden, second.T, out=output)
                np.matmul(output, second, out=back)
                np.matmul(output.T, hidden, out=outer)
                np.matmul(back.T, x, out=inner)

        return run


if __name__ == "__main__":
    device.start()
    jax.config.update("jax_enable_compilation_cache", False)  # so that compiling is paid, and can be stated
    batch, variant = int(sys.argv[2]), sys.argv[3]
    contest.serve(Engine(batch, Path(sys.argv[4])) if variant == "engine" else Products(batch, variant))
