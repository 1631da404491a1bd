"""Adam with leashes: some directions turn only so far from where they began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Adam
from tropism.core.paths import flattened, matches, path_name, patterns_fit
from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array, Bool


class Leashed(NamedTuple):
    """What `LeashedAdam` remembers: Adam's moments, and where the leashed parameters began, by path."""

    adam: Any
    began: dict[str, Array]


@dataclass(frozen=True, kw_only=True)
class Leash(Value):
    """How far some rows or columns of a weight may turn from where they began.

    Attributes:
        pattern: The parameter's path; `*` stands for anything.
        columns: Whether its columns are held, and not its rows.
        first: The first of those that are held.
        beyond: The first after it that is not; by default none.
        cosine: The least cosine with where each began. At 1 it stays as it is, its length, too; at −1 it is free.
    """

    pattern: str
    columns: bool = False
    first: int = 0
    beyond: int | None = None
    cosine: float | Dial = within(1.0, low=-1.0, high=1.0)
    name: str = "leash"

    def check(self) -> None:
        if not self.pattern or not isinstance(self.pattern, str):
            raise BadValue("Leash.pattern", self.pattern, "a pattern, such as 'output.weight'")
        if self.first < 0 or (self.beyond is not None and self.beyond <= self.first):
            raise BadValue("Leash.first and beyond", (self.first, self.beyond), "0 <= first < beyond")
        number_wanted("Leash.cosine", self.cosine, low=-1.0, high=1.0)
        if not self.name or "." in self.name or not self.name.isprintable():
            raise BadValue("Leash.name", self.name, "a printable name without dots")


@dataclass(frozen=True, kw_only=True)
class LeashedAdam(Adam):
    """Adam, but some rows or columns turn no further than their leash from where training found them.

    What would go further after a step is brought back to the nearest direction that is allowed, as long as it then is.
    One that began at zero has no direction: it is free unless its cosine is 1. An experiment whose `trainable` leaves a
    leashed parameter out is refused when its program is made.

    Source: Korznikov et al. (2026), arXiv 2602.14111, for decoders that are frozen, or held to a cosine of .8.
    """

    leashes: tuple[Leash, ...]

    def check(self) -> None:
        super().check()
        if not (isinstance(self.leashes, tuple) and self.leashes and all(isinstance(x, Leash) for x in self.leashes)):
            raise BadValue("LeashedAdam.leashes", self.leashes, "a tuple of at least one Leash")
        names = [getattr(each, "name", "") for each in (*self.leashes, *self.gradients, *self.aftermath)]
        for name in names:
            if name and names.count(name) > 1:
                raise BadValue("the name of one of LeashedAdam.leashes", name, "one part's alone; give it name='…'")

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import optax

        whole = super().transformation()

        def begun(params: Any) -> Leashed:
            paths = flattened(params)
            self._fit({path: leaf.shape for path, leaf in paths.items()})
            held = tuple(each.pattern for each in self.leashes)
            return Leashed(whole.init(params), {path: leaf for path, leaf in paths.items() if matches(path, held)})

        def moved(updates: Any, state: Any, params: Any = None) -> tuple[Any, Leashed]:
            updates, adam = whole.update(updates, state.adam, params)

            def kept(path: Any, update: Array, leaf: Array) -> Array:
                name = path_name(path)
                for each in self.leashes:
                    if matches(name, (each.pattern,)):
                        update = _within(each, update, leaf, state.began[name])
                return update

            return jax.tree_util.tree_map_with_path(kept, updates, params), Leashed(adam, state.began)

        return optax.GradientTransformation(begun, moved)

    def _fit(self, shapes: dict[str, tuple[int, ...]]) -> None:
        patterns_fit(tuple(each.pattern for each in self.leashes), tuple(shapes), "LeashedAdam.leashes")
        for each in self.leashes:
            for path, shape in shapes.items():
                if not matches(path, (each.pattern,)):
                    continue
                if len(shape) != 2 or shape[int(each.columns)] < (each.beyond or each.first + 1):
                    what = "columns" if each.columns else "rows"
                    last = (each.beyond or each.first + 1) - 1
                    raise DoesNotFit(
                        f"LeashedAdam.leashes: {path} has shape {shape}, so no {what} {each.first} to {last}."
                    )


def _within(leash: Leash, update: Array, leaf: Array, began: Array) -> Array:
    """The update after which no leashed direction is too far from where it began."""
    import jax.numpy as jnp

    from tropism.arrays.unit import length, unit

    axis = 0 if leash.columns else 1
    start, wanted = unit(began, axis=axis), leaf + update
    now = unit(wanted, axis=axis)
    near = (now * start).sum(axis=axis, keepdims=True)
    least = jnp.asarray(leash.cosine, leaf.dtype)
    edge = least * start + jnp.sqrt(jnp.maximum(1 - least**2, 0.0)) * unit(now - near * start, axis=axis)
    back = edge * jnp.expand_dims(length(wanted, axis=axis), axis) - leaf
    has = jnp.expand_dims(length(began, axis=axis) > 0, axis)
    tight = jnp.where((near < least) & has, back, update)
    return jnp.where(_chosen(leash, leaf.shape), jnp.where(least >= 1, 0.0, tight), update).astype(update.dtype)


def _chosen(leash: Leash, shape: tuple[int, ...]) -> Bool[Array, "..."]:
    """Which rows or columns are leashed, to be broadcast over the weight."""
    import jax.numpy as jnp

    places = jnp.arange(shape[int(leash.columns)])
    chosen = (places >= leash.first) & (places < (len(places) if leash.beyond is None else leash.beyond))
    return chosen[None, :] if leash.columns else chosen[:, None]
