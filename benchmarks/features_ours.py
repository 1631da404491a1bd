"""Ours on sparse dictionaries: `features_ours.py CORE WORKLOAD VARIANT FOLDER`.

A number trains so many in one program. `rows`, `columns` and `openblas` compute the step's dense matrix products and
nothing else, by JAX's dot with samples as rows or as columns, and by NumPy's: candidates for the peak.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))  # before JAX starts, since it counts the cores that it finds then

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from features_workload import BATCH, MANY, WHOLE, WORKLOADS, Workload, samples

from tropism.arrays.streams import fold
from tropism.core.batch import Scene
from tropism.core.member import members_of
from tropism.running import train
from tropism.training import device
from tropism.training.growth import Growth
from tropism.training.streams import at_step, streams_of

_ENOUGH = 1.0
"""CPU seconds that a measurement lasts at least."""
_HANDED = 128
"""Batches that the peers get; they go round."""


@dataclass
class Engine:
    """Our engine, training some dictionaries in one program."""

    workload: Workload
    number: int
    folder: Path
    held: list[Growth] = field(default_factory=list)
    compiling: float = 0.0

    def first_step(self) -> dict[str, object]:
        """Write what the peers need, and the gradient that was followed: Adam's first mean is (1 − b1) times it."""
        experiment = self.workload.experiment()
        growth = Growth(experiment, members_of(range(1)), chunk_steps=1)
        self._write_draws(growth)
        next(growth.run())
        arrays, _ = growth.checkpoint()
        means = {name.partition(".mu.")[2]: array[0] for name, array in arrays.items() if ".mu." in name}
        path = self.folder / "gradient-ours.npz"
        np.savez(path, **{name: mean / (1 - 0.9) for name, mean in means.items()})
        loss = arrays["records"][0, 0, growth.program.metrics.index("loss")]
        return {"gradient": str(path), "loss": float(loss)}

    def measure(self) -> dict[str, object]:
        if not self.held:
            began = contest.cpu_seconds()
            self.held.append(Growth(self.workload.experiment(), members_of(range(self.number))))
            for _ in range(3):  # the first chunk compiles, and after the third chunks are as long as they get
                self._train(0.0)
            self.compiling = contest.cpu_seconds() - began
        seconds, steps = self._train(_ENOUGH)
        return {"seconds": seconds, "steps": steps * self.number, "preparing": self.compiling}

    def whole(self) -> dict[str, object]:
        """A run of many from nothing, compiling included, and what they fail to rebuild in the end."""
        clock, began = time.perf_counter(), contest.cpu_seconds()
        grown = train(self.workload.experiment(WHOLE), range(MANY))
        told = {"wall": time.perf_counter() - clock, "seconds": contest.cpu_seconds() - began}
        shown = samples(self.workload.width)
        left = np.square(np.asarray(grown.listen(shown, ())[0]) - shown).sum(axis=-1).mean(axis=-1)
        return told | {"left": left.tolist()}

    def _train(self, enough: float) -> tuple[float, int]:
        growth = self.held[0]
        first, began = growth.step, contest.cpu_seconds()
        for _ in growth.run():
            if contest.cpu_seconds() - began >= enough:
                break
        return contest.cpu_seconds() - began, growth.step - first

    def _write_draws(self, growth: Growth) -> None:
        """The start, and the first batches as the engine draws them."""
        task, streams = growth.experiment.task, streams_of(growth.members)
        table = jax.tree.map(jnp.asarray, task.table())
        scene = Scene(table, task.world(table, streams.world[0]))

        def batch(step: jax.Array) -> jax.Array:
            return task.draw(scene, fold(at_step(streams.data[0], step), "batch"), BATCH).inputs

        prefix = "state/params.network."
        start = {n.removeprefix(prefix): a[0] for n, a in growth.checkpoint()[0].items() if n.startswith(prefix)}
        np.savez(
            self.folder / "draws.npz",
            batches=jax.lax.map(batch, jnp.arange(_HANDED)),
            samples=samples(self.workload.width),
            **{f"start/{name}": array for name, array in start.items()},
        )


@dataclass
class Products:
    """The step's dense matrix products by themselves, in one library and one order."""

    workload: Workload
    order: str

    def measure(self) -> dict[str, object]:
        run = self._openblas() if self.order == "openblas" else self._xla()
        run(1)
        began = contest.cpu_seconds()
        run(400)
        return {"seconds": contest.cpu_seconds() - began, "steps": 400}

    def _operands(self) -> list[np.ndarray]:
        luck = np.random.default_rng(0)
        shapes = ((BATCH, self.workload.width), (self.workload.latents, self.workload.width))
        found = [luck.normal(size=shape).astype(np.float32) / np.float32(shape[1] ** 0.5) for shape in shapes]
        return [*found, np.ascontiguousarray(found[1].T)]

    def _xla(self) -> Callable[[int], object]:
        x, encoder, decoder = map(jnp.asarray, self._operands())
        inputs = jnp.stack([x, -x])  # another batch every time, lest the products leave the loop

        def by_rows(number: jax.Array, _: tuple) -> tuple[jax.Array, jax.Array]:
            rows = inputs[number % 2]
            code = rows @ encoder.T
            output = code @ decoder.T
            back = output @ decoder
            return output.T @ code, back.T @ rows

        def by_columns(number: jax.Array, _: tuple) -> tuple[jax.Array, jax.Array]:
            columns = inputs[number % 2].T
            code = encoder @ columns
            output = decoder @ code
            back = decoder.T @ output
            return output @ code.T, back @ columns.T

        once = by_rows if self.order == "rows" else by_columns

        def loop(count: jax.Array) -> tuple:
            return jax.lax.fori_loop(0, count, once, (jnp.zeros_like(decoder), jnp.zeros_like(encoder)))

        compiled = jax.jit(loop, compiler_options=device.wide_vectors())
        return lambda count: jax.block_until_ready(compiled(jnp.int32(count)))

    def _openblas(self) -> Callable[[int], object]:
        x, encoder, decoder = self._operands()
        code, back = (np.empty((BATCH, self.workload.latents), np.float32) for _ in range(2))
        output, inner, outer = np.empty_like(x), np.empty_like(encoder), np.empty_like(decoder)

        def run(count: int) -> None:
            for _ in range(count):
                np.matmul(x, encoder.T, out=code)
                np.matmul(code, decoder.T, out=output)
                np.matmul(output, decoder, out=back)
                np.matmul(output.T, code, out=outer)
                np.matmul(back.T, x, out=inner)

        return run


if __name__ == "__main__":
    device.start()
    jax.config.update("jax_enable_compilation_cache", False)  # so that compiling is paid, and can be stated
    workload, variant = WORKLOADS[sys.argv[2]], sys.argv[3]
    trains = variant.isdigit()
    contest.serve(Engine(workload, int(variant), Path(sys.argv[4])) if trains else Products(workload, variant))
