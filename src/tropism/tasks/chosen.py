"""Some kinds of a task's examples, cut as the task itself is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.errors import BadValue, DoesNotFit
from tropism.tasks.listed import Listed
from tropism.tasks.relabelled import Unlabelled

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray


@dataclass(frozen=True)
class Chosen(Unlabelled):
    """Those of a list's share that are of some kinds, with their answers; what was cut off the list stays cut off.

    How many there are in a share differs from world to world. Looks take as many as the share has examples: all that
    are chosen, again and again in their order, so that each is asked as often as any other, or once more.

    Attributes:
        of: The list, with its share.
        kinds: Which kinds; see `Listed.kinds`.
    """

    countable: ClassVar[bool] = False

    of: Listed
    kinds: tuple[int, ...] = ()

    def check(self) -> None:
        if not isinstance(self.of, Listed):
            raise BadValue("Chosen.of", self.of, "a task whose examples are listed")
        known = np.unique(self.of.kinds())
        for kind in self.kinds:
            if kind not in known:
                raise BadValue("Chosen.kinds", kind, f"kinds that there are: {', '.join(map(str, known[:20]))}")
        if not self.kinds or self.of.whole:
            raise DoesNotFit("Chosen wants at least one kind, of a list that is drawn from.")

    def table(self) -> Any:
        return self.of.table(), np.isin(self.of.kinds(), self.kinds)

    def world(self, table: Any, key: PRNGKeyArray) -> tuple[Int[Array, "N"], Int[Array, ""]]:
        import jax.numpy as jnp

        listed, chosen = table
        places = self.of.world(listed, key)
        first = jnp.argsort(~chosen[places], stable=True)
        return places[first], chosen[places].sum()

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits, fold

        places, count = scene.world
        numbers = (bits(key, (size,)) % jnp.maximum(count, 1).astype(jnp.uint32)).astype(jnp.int32)
        inner = scene._replace(table=scene.table[0], world=places)
        batch = self.of.shown(inner, numbers, fold(key, "shown"))
        return batch._replace(overflow=jnp.where(count > 0, 0, size))  # a share without any ends the run

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch | None:
        import jax.numpy as jnp

        places, count = scene.world
        inner = scene._replace(table=scene.table[0], world=places)
        return self.of.shown(inner, jnp.arange(len(self.of)) % jnp.maximum(count, 1), None)
