"""AdamW that moves only some rows of some parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.paths import flattened, matches, path_name, patterns_fit
from tropism.errors import BadValue, DoesNotFit
from tropism.optimizers.adamw import AdamW

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class AdamWOnRows(AdamW):
    """AdamW, but of the parameters that are named only some rows move; the others neither learn nor decay.

    Parameters that no pattern names move whole. So new tokens can learn while the old ones stay as they are, and the
    other way round: without this, decay alone would take the rows of tokens that are never shown to zero. An experiment
    whose `trainable` leaves a named parameter out is refused when its program is made.

    Attributes:
        rows: Which rows move, as `(pattern, first, beyond)`: rows first ≤ row < beyond of every parameter whose path
            fits the pattern. A parameter that several patterns fit has the rows of all of them.
    """

    rows: tuple[tuple[str, int, int], ...]

    def check(self) -> None:
        super().check()
        if not self.rows or not isinstance(self.rows, tuple):
            raise BadValue("AdamWOnRows.rows", self.rows, "at least one (pattern, first, beyond)")
        for each in self.rows:
            if not (isinstance(each, tuple) and len(each) == 3 and isinstance(each[0], str)):
                raise BadValue("AdamWOnRows.rows", each, "(pattern, first, beyond), such as ('*embedding', 31, 62)")
            if not 0 <= each[1] < each[2]:
                raise BadValue("AdamWOnRows.rows", each, "rows with 0 <= first < beyond")

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import optax

        whole = super().transformation()

        def begun(params: Any) -> Any:
            self._fit({path: leaf.shape for path, leaf in flattened(params).items()})
            return whole.init(params)

        def moved(updates: Any, state: Any, params: Any = None) -> Any:
            updates, state = whole.update(updates, state, params)
            return jax.tree_util.tree_map_with_path(self._kept, updates), state

        return optax.GradientTransformation(begun, moved)

    def _fit(self, shapes: dict[str, tuple[int, ...]]) -> None:
        patterns_fit(tuple(pattern for pattern, _, _ in self.rows), tuple(shapes), "AdamWOnRows.rows")
        for pattern, first, beyond in self.rows:
            for path, shape in shapes.items():
                if matches(path, (pattern,)) and (not shape or shape[0] < beyond):
                    raise DoesNotFit(f"AdamWOnRows.rows: {path} has shape {shape}, so no rows {first} to {beyond - 1}.")

    def _kept(self, path: Any, update: Array) -> Array:
        import jax.numpy as jnp

        name = path_name(path)
        ends = [(first, beyond) for pattern, first, beyond in self.rows if matches(name, (pattern,))]
        if not ends:
            return update
        places = jnp.arange(len(update)).reshape(-1, *[1] * (update.ndim - 1))
        chosen = jnp.zeros(places.shape, bool)
        for first, beyond in ends:
            chosen |= (places >= first) & (places < beyond)
        return jnp.where(chosen, update, 0)
