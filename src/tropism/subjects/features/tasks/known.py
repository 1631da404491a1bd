"""The task of the features subject: examples that are made of features which we know, and nobody else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, within
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.features.tasks.frames import Frame, RandomRows
from tropism.subjects.features.tasks.magnitudes import HalfNormal, Magnitudes
from tropism.subjects.features.tasks.supports import Exactly, Support
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Population(Value):
    """Features of one kind.

    Attributes:
        features: How many.
        support: Which of them are on together, and how often.
        magnitudes: How strongly a feature is on, once it is.
        frame: In which directions they point.
        name: Its place in the addresses of its dials: `task.sparse.support.count`.
    """

    features: int
    support: Support = field(default_factory=Exactly)
    magnitudes: Magnitudes = field(default_factory=HalfNormal)
    frame: Frame = field(default_factory=RandomRows)
    name: str = "sparse"

    def check(self) -> None:
        if self.features < 1:
            raise BadValue("Population.features", self.features, "at least 1")
        for name, kind in (("support", Support), ("magnitudes", Magnitudes), ("frame", Frame)):
            if not isinstance(getattr(self, name), kind):
                raise BadValue(f"Population.{name}", getattr(self, name), f"a kind of {kind.__name__}")
        self.support.fit(self.features)


class World(NamedTuple):
    """What a member's `world` stream decided.

    Attributes:
        rows: The directions of each population's features, `[N, D]` each.
        supports: What each population's support has drawn.
        offset: In which direction all examples are moved, of length one.
    """

    rows: tuple[Array, ...]
    supports: tuple[Any, ...]
    offset: Float[Array, "D"]


@dataclass(frozen=True, kw_only=True)
class KnownFeatures(Task):
    """Examples x = scale · (z A + offset · o + noise · ε), and nothing but x is shown; it is also what is wanted.

    The rows of A are the features' directions and o is a direction, all of length one and of the member's own world.
    Pin that (`Seed.of(3, world=42)`), and members share one dictionary. z are the features' magnitudes, mostly zero;
    ε is standard normal noise. Batches are drawn anew at every step.

    The error of an example is the sum of squares over the dimensions, as SAELens has it, not their mean.

    Attributes:
        width: Dimensions, D.
        populations: The features, of one kind or several; A has their rows below one another, in order.
        noise: The noise's standard deviation in each dimension; a dial.
        offset: The length of what is added to every example; a dial. The mean of z A comes on top of it.
        scale: What all of an example is multiplied by; a dial.
        held_out: Examples that validation looks at, the same at every look.
    """

    width: int
    populations: tuple[Population, ...]
    noise: float | Dial | None = within(0.0, low=0.0)
    offset: float | Dial | None = within(0.0, low=0.0)
    scale: float | Dial | None = within(1.0, low=1e-6)
    held_out: int = 4096

    def check(self) -> None:
        for name in ("width", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"KnownFeatures.{name}", getattr(self, name), "at least 1")
        if not (isinstance(self.populations, tuple) and self.populations):
            raise BadValue("KnownFeatures.populations", self.populations, "a tuple of at least one Population")
        for each in self.populations:
            if not isinstance(each, Population):
                raise BadValue("KnownFeatures.populations", each, "a tuple whose every part is a Population")
            each.frame.fit(each.features, self.width)
        names = [each.name for each in self.populations]
        if len(set(names)) < len(names) or {"noise", "offset", "scale", ""} & set(names):
            raise DoesNotFit(
                f"Populations of KnownFeatures want names of their own, and these have {', '.join(names)}."
            )

    @property
    def features(self) -> int:
        """How many features there are in all populations."""
        return sum(each.features for each in self.populations)

    def input_width(self) -> int:
        return self.width

    def output_width(self) -> int:
        return self.width

    def capacity(self, ranges: Mapping[str, tuple[float, float]], size: int) -> bool:
        """Whether there may be noise, which is not drawn where nobody has any."""
        return ranges["noise"][1] > 0

    def world(self, table: Any, key: PRNGKeyArray) -> World:
        from tropism.arrays.streams import fold

        keys = [fold(key, each.name) for each in self.populations]
        pairs = list(zip(self.populations, keys, strict=True))
        return World(
            tuple(each.frame.rows(fold(own, "frame"), each.features, self.width) for each, own in pairs),
            tuple(each.support.world(fold(own, "support"), each.features) for each, own in pairs),
            RandomRows().rows(fold(key, "offset"), 1, self.width)[0],
        )

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        from tropism.subjects.features.tasks._mixing import drawn, inputs_of

        noisy = scene.capacity is None or scene.capacity
        inputs = inputs_of(self, scene.world, drawn(self, scene.world, key, size, noisy=noisy))
        return Batch(inputs, inputs)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self.draw(scene, key, self.held_out)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over dimensions, as SAELens has it."""
        return ((output - batch.targets) ** 2).sum(axis=-1)
