"""The truth about data that we made: the dictionary, how often each feature is on, and examples with their codes.

What is asked for here is drawn of a purpose of its own, so no example is one of training's or validation's. Codes are
the same bytes everywhere; the examples are put together of them in double precision, and then rounded.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.core.dial import constant_of, dials_of, with_dials
from tropism.core.member import Member, Seed
from tropism.dictionaries.dictionary import Dictionary
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.features.tasks.frames import RandomRows
from tropism.subjects.features.tasks.known import KnownFeatures, World
from tropism.subjects.features.tasks.magnitudes import Graded, HalfNormal
from tropism.subjects.features.tasks.supports import Always, Support

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

CHUNK = 2048
"""Examples that are drawn at once."""


class Truth(NamedTuple):
    """What data are made of: x = scale · (z A + offset + noise · ε), for each of E members.

    Attributes:
        rows: A, the features' directions; rows of length one.
        offset: What is added to every example.
        frequency: How often each feature is on.
        mean: The mean of each feature's magnitude, when it is off too.
        square: The mean of its square, likewise.
        noise: The noise's standard deviation in each dimension.
        scale: What all of an example is multiplied by.
        population: Of which population each feature is.
    """

    rows: Float[np.ndarray, "E N D"]
    offset: Float[np.ndarray, "E D"]
    frequency: Float[np.ndarray, "E N"]
    mean: Float[np.ndarray, "E N"]
    square: Float[np.ndarray, "E N"]
    noise: Float[np.ndarray, "E"]
    scale: Float[np.ndarray, "E"]
    population: tuple[str, ...]

    def dense(self) -> Bool[np.ndarray, "E N"]:
        """Which features are always on."""
        return self.frequency >= 1

    def l0(self) -> Float[np.ndarray, "E"]:
        """How many features are on in an example on average."""
        return self.frequency.sum(axis=1)

    def coherence(self) -> Float[np.ndarray, "E"]:
        """The largest cosine, without its sign, of any two features; zero where there is one."""
        rows = self.rows.astype(float)
        cosines = np.abs(rows @ rows.swapaxes(1, 2))
        return np.where(np.eye(rows.shape[1], dtype=bool), 0.0, cosines).max(axis=(1, 2))

    def center(self) -> Float[np.ndarray, "E D"]:
        """The mean of all examples."""
        mixed = (self.mean[:, None, :] @ self.rows.astype(float))[:, 0]
        return self.scale[:, None] * (mixed + self.offset)

    def dictionary(self, row: int) -> Dictionary:
        """A member's, as a method would find it at best."""
        return Dictionary.of(self.rows[row].astype(float), offset=self.offset[row] * self.scale[row], signed=True)


class Sample(NamedTuple):
    """Examples, with what each is made of.

    Attributes:
        x: The examples, as a network sees them.
        z: The features' magnitudes; zero where a feature is off.
        on: Which features are on.
    """

    x: Float[np.ndarray, "B D"]
    z: Float[np.ndarray, "B N"]
    on: Bool[np.ndarray, "B N"]


def truth(task: KnownFeatures, members: Sequence[Member | Seed | int]) -> Truth:
    """The truth about each member's data; a seed alone is a member without dials of its own.

    Raises:
        BadValue: No members; or a dial without a number, which a schedule moves: then ask `truth_of` an ensemble.
    """
    asked = [_as_member(each) for each in members]
    if not asked:
        raise BadValue("the members whose truth is asked for", members, "at least one")
    return _told(task, asked, [_numbers(task, each) for each in asked])


def truth_of(ensemble: Ensemble) -> Truth:
    """The truth about the data of trained members, at the numbers that the task's dials had in the end.

    Raises:
        DoesNotFit: An ensemble that was trained on other data than `KnownFeatures`.
    """
    task = _known(ensemble)
    return _told(task, ensemble.members, [_last(ensemble, row) for row in range(len(ensemble.members))])


def sample(task: KnownFeatures, member: Member | Seed | int, count: int, *, purpose: str = "sample") -> Sample:
    """Examples that training never saw, with their codes; fewer are the first of more.

    Args:
        purpose: Another purpose has other examples, for example `fit` and `test`.

    Raises:
        BadValue: No examples, or a dial of the task without a number.
    """
    asked = _as_member(member)
    return _sampled(task, asked, _numbers(task, asked), count, purpose)


def sample_of(ensemble: Ensemble, row: int, count: int, *, purpose: str = "sample") -> Sample:
    """As `sample`, of the data that a trained member saw in the end.

    Raises:
        DoesNotFit: An ensemble that was trained on other data than `KnownFeatures`.
    """
    return _sampled(_known(ensemble), ensemble.members[row], _last(ensemble, row), count, purpose)


def _told(task: KnownFeatures, members: Sequence[Member], numbers: Sequence[Mapping[str, float]]) -> Truth:
    worlds = [_world(task, member) for member in members]
    at = [with_dials(task, "task", each) for each in numbers]
    frequency, mean, square = (np.array(each) for each in zip(*map(_laws, at), strict=True))
    noise, offset, scale = (np.array([getattr(each, name) for each in at], float) for name in _OWN)
    names = tuple(each.name for each in task.populations for _ in range(each.features))
    rows = np.stack([np.concatenate(world.rows) for world in worlds])
    moved = np.stack([world.offset for world in worlds]) * offset[:, None]
    return Truth(rows, moved, frequency, mean, square, noise, scale, names)


_OWN = ("noise", "offset", "scale")


def _laws(task: KnownFeatures) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often features are on, and the mean and the mean square of what they then add, each `[N]`."""
    found = []
    for each in task.populations:
        often, moments = each.support.frequencies(each.features), each.magnitudes.moments(each.features)
        found.append((often, often * moments.mean, often * moments.square))
    frequency, mean, square = (np.concatenate(each) for each in zip(*found, strict=True))
    return frequency, mean, square


def _sampled(task: KnownFeatures, member: Member, numbers: Mapping[str, float], count: int, purpose: str) -> Sample:
    if count < 1:
        raise BadValue("the count of a sample", count, "at least 1")
    from tropism.arrays.streams import words_of

    world, (noise, offset, scale) = _world(task, member), (numbers[f"task.{name}"] for name in _OWN)
    draw, own = _drawer(_anywhere(_bare(task)), noise > 0), (member.seed.data, "data", "features", purpose)
    chunks = [draw(dict(numbers), world, words_of(*own, number)) for number in range(-(-count // CHUNK))]
    z, on, luck = (np.concatenate([np.asarray(each) for each in parts])[:count] for parts in zip(*chunks, strict=True))
    z = z * _factors(task)
    mixed = z.astype(float) @ np.concatenate(world.rows).astype(float) + offset * world.offset.astype(float)
    return Sample((scale * (mixed + noise * luck)).astype(np.float32), z, on)


def _world(task: KnownFeatures, member: Member) -> World:
    """What a member's `world` stream decided, as arrays of NumPy."""
    import jax

    from tropism.arrays.streams import words_of

    return jax.tree.map(np.asarray, _world_maker(_however_often(_bare(task)))(words_of(member.seed.world, "world")))


@functools.lru_cache(maxsize=64)
def _world_maker(task: KnownFeatures) -> Callable[[Any], World]:
    """Compiled: the words of a `world` stream -> what it decides."""
    import jax

    from tropism.arrays.streams import of_words

    return jax.jit(lambda words: task.world((), of_words(words)))


@functools.lru_cache(maxsize=64)
def _drawer(task: KnownFeatures, noisy: bool) -> Callable[..., tuple[Any, Any, Any]]:
    """Compiled: (dials, world, the words of a chunk's stream) -> codes, which are on, noise."""
    import jax
    import jax.numpy as jnp

    from tropism.arrays.streams import of_words
    from tropism.subjects.features.tasks._mixing import codes_of, drawn

    def made(numbers: Mapping[str, Any], world: World, words: Any) -> tuple[Any, Any, Any]:
        found = drawn(with_dials(task, "task", numbers), world, of_words(words), CHUNK, noisy=noisy)
        noise = jnp.zeros((CHUNK, task.width)) if found.noise is None else found.noise
        return *codes_of(found, world), noise

    return jax.jit(made)


def _bare(task: KnownFeatures) -> KnownFeatures:
    """The task without a number at any dial, so that all settings share what was compiled."""
    return with_dials(task, "task", dict.fromkeys(dials_of(task, "task")))


def _anywhere(task: KnownFeatures) -> KnownFeatures:
    """The task with all features pointing anywhere and none graded: neither is needed to draw what they are made of."""
    plain = tuple(
        replace(each, frame=RandomRows(), magnitudes=each.magnitudes.law)
        if isinstance(each.magnitudes, Graded)
        else replace(each, frame=RandomRows())
        for each in task.populations
    )
    return replace(task, populations=plain)


def _factors(task: KnownFeatures) -> Float[np.ndarray, "N"]:
    """What the magnitudes of each feature are multiplied by, of the task as it is when drawn."""
    found = [
        each.magnitudes.factors(each.features) if isinstance(each.magnitudes, Graded) else np.ones(each.features)
        for each in task.populations
    ]
    return np.concatenate(found).astype(np.float32)


def _however_often(task: KnownFeatures) -> KnownFeatures:
    """The task with all features alike: where they point depends neither on how strong they are nor on how often on.

    Supports that have drawn something themselves stay.
    """
    plain = (replace(each, magnitudes=HalfNormal()) for each in task.populations)
    alike = (replace(each, support=Always()) if type(each.support).world is Support.world else each for each in plain)
    return replace(task, populations=tuple(alike))


def _as_member(given: Member | Seed | int) -> Member:
    if isinstance(given, Member):
        return given
    return Member(given if isinstance(given, Seed) else Seed.of(given))


def _numbers(task: KnownFeatures, member: Member) -> dict[str, float]:
    """What stands at the task's dials for a member."""
    found = {address: constant_of(dial) for address, dial in dials_of(task, "task").items()}
    for address, number in member.dials:
        if address.startswith("task."):
            if address not in found:
                raise UnknownName("dial", address, found, "KnownFeatures")
            found[address] = number
    for address, number in found.items():
        if number is None:
            raise BadValue(address, None, "a number; what a schedule moves is asked of a trained ensemble")
    return {address: float(number) for address, number in found.items() if number is not None}


def _last(ensemble: Ensemble, row: int) -> dict[str, float]:
    experiment = ensemble.experiment
    last = experiment.table(ensemble.members[row].dials)[-1]
    pairs = zip(experiment.dials(), last, strict=True)
    return {address: float(number) for address, number in pairs if address.startswith("task.")}


def _known(ensemble: Ensemble) -> KnownFeatures:
    task = ensemble.experiment.task
    if not isinstance(task, KnownFeatures):
        raise DoesNotFit(
            f"The truth is known of KnownFeatures, and this ensemble was trained on {type(task).__name__}."
        )
    return task
