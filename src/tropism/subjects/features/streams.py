"""How many directions of a residual stream are needed at each of its sites and positions, and which.

A cut puts the mean over examples in place of what some directions say, at some positions of one site. Its effect is the
mean cross-entropy after it less that before, in nats.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.measures.examples import Examples

if TYPE_CHECKING:
    from jaxtyping import Array

    from tropism.core.ensemble import Ensemble
    from tropism.core.network import Network
    from tropism.subjects.features.tasks.sequences import Sequences

_ONCE = {"xla_backend_optimization_level": 0}
"""For what runs once or twice a network: compiling it thoroughly takes longer than running it."""
_AT_ONCE = 32
"""Cuts that one call of the compiled program makes at most, one after the other."""


class Heard(NamedTuple):
    """What a network says at a site with positions, and how the answer's log-odds change with it.

    Attributes:
        values: What is said.
        slopes: The gradient of log p / (1 − p), p the share that the right output is given.
    """

    values: Float[np.ndarray, "B S D"]
    slopes: Float[np.ndarray, "B S D"]


class Axes(NamedTuple):
    """A whole orthonormal basis, the most important direction first.

    Attributes:
        rows: A direction a row.
        strengths: What they are ordered by, the largest first.
    """

    rows: Float[np.ndarray, "D D"]
    strengths: Float[np.ndarray, "D"]


class Cut(NamedTuple):
    """What is replaced by its mean.

    Attributes:
        site: Where.
        place: The position, or `None` for all.
        axes: A basis, or `None` for all that is said.
        first: How many of its directions, the first ones.
        keep: Whether all but these are replaced instead.
    """

    site: str
    place: int | None
    axes: Axes | None = None
    first: int = 0
    keep: bool = False


def sequences(task: Sequences, count: int, purpose: str) -> Examples:
    """Sequences of a task and their right answers, other ones for another purpose."""
    from tropism.arrays.streams import stream

    inputs, right = _drawer(task, count)(stream(count, purpose))
    return Examples(np.asarray(inputs), np.asarray(right))


def heard(ensemble: Ensemble, row: int, asked: Examples, sites: Sequence[str]) -> dict[str, Heard]:
    """What a member says at sites with positions, and the slopes of the right answer's log-odds there."""
    run = _slopes(ensemble.network, tuple(sites))
    values, slopes = run(_params(ensemble, row), asked.inputs, np.asarray(asked.classes))
    return {site: Heard(np.asarray(values[site]), np.asarray(slopes[site])) for site in sites}


def crossed(said: Heard, place: int) -> Axes:
    """The left singular vectors of the cross-covariance of what is said and how the answer changes with it.

    So directions come first along which values differ where answers depend on them.
    """
    matrix = _centered(said.values[:, place]).T @ said.slopes[:, place].astype(float) / len(said.values)
    left, strengths, _ = np.linalg.svd(matrix)
    return Axes(left.T, strengths)


def principal(said: Heard, place: int) -> Axes:
    """Principal components; their strengths are standard deviations."""
    centered = _centered(said.values[:, place])
    _, squares, rows = np.linalg.svd(centered.T @ centered / len(centered))
    return Axes(rows, np.sqrt(squares))


def by_lot(width: int, *keys: int) -> Axes:
    """A basis by lot, whose directions are all alike in strength."""
    found = np.linalg.qr(np.random.default_rng((*keys, width)).normal(size=(width, width)))[0]
    return Axes(found.T, np.ones(width))


@dataclass(frozen=True, eq=False)
class Stream:
    """One network, asked some sequences: what its cuts do.

    Attributes:
        ensemble: Among whom it is.
        row: Which it is.
        asked: What it is asked.
        means: The mean over examples at each site, in the order of the sites.
        sites: Where it may be cut; all of one width, with positions.
        clean: The mean cross-entropy without a cut, in nats.
        right: The share of right answers without a cut.
    """

    ensemble: Ensemble
    row: int
    asked: Examples
    means: Float[np.ndarray, "K S D"]
    sites: tuple[str, ...]
    clean: float
    right: float

    @classmethod
    def of(cls, ensemble: Ensemble, row: int, asked: Examples, said: Mapping[str, Heard]) -> Stream:
        """The network as it answers these sequences, with what `heard` heard of the same."""
        means = np.stack([each.values.mean(axis=0) for each in said.values()])
        bare = cls(ensemble, row, asked, means, tuple(said), 0.0, 0.0)
        clean, right = bare._after([Cut(bare.sites[0], None, by_lot(means.shape[-1], 0))])[0].tolist()
        return cls(ensemble, row, asked, means, tuple(said), clean, right)

    def effects(self, cuts: Sequence[Cut]) -> Float[np.ndarray, "C"]:
        """The effect of each cut, in nats."""
        return self._after(cuts)[:, 0] - self.clean

    def _after(self, cuts: Sequence[Cut]) -> Float[np.ndarray, "C 2"]:
        """The mean cross-entropy after each cut, and the share of right answers."""
        run, found = _cutter(self.ensemble.network, self.sites), []
        told = [self._told(cut) for cut in cuts]
        for start in range(0, len(told), _AT_ONCE):
            part = told[start : start + _AT_ONCE]
            filled = part + part[-1:] * (_AT_ONCE - len(part))  # one shape, so that one program serves
            given = [np.stack(each) for each in zip(*filled, strict=True)]
            classes = np.asarray(self.asked.classes)
            params = _params(self.ensemble, self.row)
            after = run(params, self.asked.inputs, classes, self.means, len(part), *given)
            found.append(np.asarray(after)[: len(part)])
        return np.concatenate(found).astype(float)

    def needed(self, cuts: Sequence[Cut], whole: Float[np.ndarray, "C"], share: float = 0.9) -> Int[np.ndarray, "C"]:
        """The least number of directions whose cut has at least a share of the whole effect.

        With `keep`, the least number that leaves at most the rest of it when all others are cut. Found by halving, as
        if more directions always did more.

        Args:
            cuts: Bases at their places; how many is not looked at.
            whole: The effect of everything that is said there.
        """
        keep = np.array([cut.keep for cut in cuts], bool)
        low, high = np.zeros(len(cuts), int), np.full(len(cuts), self.means.shape[-1])
        while (high - low > 1).any():
            middle = np.maximum((low + high) // 2, 1)
            found = self.effects([cut._replace(first=int(each)) for cut, each in zip(cuts, middle, strict=True)])
            enough = np.where(keep, found <= (1 - share) * whole, found >= share * whole)
            wide = high - low > 1
            high, low = np.where(enough & wide, middle, high), np.where(~enough & wide, middle, low)
        return high

    def _told(self, cut: Cut) -> tuple[np.ndarray, ...]:
        """A cut as numbers: which site, which positions, a basis, and which of its directions."""
        width, count = self.means.shape[-1], self.means.shape[1]
        places: Bool[np.ndarray, "S"] = np.full(count, cut.place is None)
        if cut.place is not None:
            places[cut.place] = True
        rows = np.eye(width) if cut.axes is None else cut.axes.rows
        chosen = np.ones(width, bool) if cut.axes is None else (np.arange(width) < cut.first) != cut.keep
        return np.int32(self.sites.index(cut.site)), places, rows.astype(np.float32), chosen  # type: ignore[return-value]


def _centered(values: Float[np.ndarray, "B D"]) -> Float[np.ndarray, "B D"]:
    held = values.astype(float)
    return held - held.mean(axis=0)


def _params(ensemble: Ensemble, row: int) -> dict[str, np.ndarray]:
    return {path: item[row] for path, item in ensemble.params.items() if ":" not in path}


@functools.lru_cache(maxsize=32)
def _drawer(task: Sequences, count: int) -> Callable[..., Any]:
    """Compiled: a stream -> sequences and right answers."""
    import jax

    return jax.jit(lambda key: task.drawn(key, count), compiler_options=_ONCE)


@functools.lru_cache(maxsize=32)
def _slopes(network: Network, sites: tuple[str, ...]) -> Callable[..., Any]:
    """Compiled: (parameters, tokens, right answers) -> values and slopes at sites."""
    import jax
    import jax.numpy as jnp

    from tropism.core.paths import assembled

    widths = network.sites()

    def one(flat: Mapping[str, Array], x: Array, right: Array) -> tuple[dict[str, Array], dict[str, Array]]:
        module = assembled(network, flat)

        def odds(added: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
            said: dict[str, Array] = {}

            def tap(site: str, value: Array) -> Array:
                if site not in added:
                    return value
                said[site] = value
                return value + added[site]

            output = module(x, tap, None)
            own = jnp.arange(output.shape[-1]) == right[:, None]
            others = jax.nn.logsumexp(jnp.where(own, -jnp.inf, output), axis=-1)
            return (jnp.where(own, output, 0.0).sum(axis=-1) - others).sum(), said

        nothing = {site: jnp.zeros((*x.shape, widths[site].width)) for site in sites}
        slopes, said = jax.grad(odds, has_aux=True)(nothing)
        return said, slopes

    return jax.jit(one, compiler_options=_ONCE)


@functools.lru_cache(maxsize=32)
def _cutter(network: Network, sites: tuple[str, ...]) -> Callable[..., Any]:
    """Compiled: (parameters, tokens, right answers, means, how many cuts, cuts in numbers) -> `[_AT_ONCE, 2]`.

    After each cut the mean cross-entropy, and the share of right answers.

    Behind the last attention only the last position is computed, which alone is read.
    """
    import jax
    import jax.numpy as jnp

    from tropism.arrays.answers import cross_entropy
    from tropism.core.paths import assembled

    layers = sum(name.startswith("middle.") for name in network.sites())
    last = (f"heads.{layers - 1}", f"middle.{layers - 1}")

    def each(
        flat: Mapping[str, Array],
        x: Array,
        right: Array,
        means: Array,
        count: Array,
        sited: Array,
        placed: Array,
        rows: Array,
        chosen: Array,
    ) -> Array:
        module = assembled(network, flat)

        def after(number: Array, places: Array, basis: Array, which: Array) -> Array:
            projection = (basis.T * which) @ basis

            def tap(site: str, value: Array) -> Array:
                said = value[:, -1:] if site in last else value
                if site not in sites:
                    return said
                own, length = sites.index(site), said.shape[1]
                here = (number == own) & places[-length:, None]
                return said - here * ((said - means[own, -length:]) @ projection)

            output = module(x, tap, None)
            return jnp.stack([cross_entropy(output, right).mean(), (output.argmax(axis=-1) == right).mean()])

        def one_more(place: Array, found: Array) -> Array:
            return found.at[place].set(after(sited[place], placed[place], rows[place], chosen[place]))

        return jax.lax.fori_loop(0, count, one_more, jnp.zeros((_AT_ONCE, 2)))

    return jax.jit(each)
