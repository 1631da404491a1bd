"""Optimizers: Optax transformations that receive their dials, applied to one member's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.dial import Dial, number_wanted, within
from tropism.errors import BadValue
from tropism.values import Value, later, replaced

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array


class Moment(NamedTuple):
    """When something happens in training.

    Attributes:
        step: Counted from 0; traced.
        length: How many steps there are.
        lr: The learning rate before its pace; traced.
        updates: How many updates a step has: more than one for some further players.
    """

    step: Array
    length: int
    lr: Array
    updates: int = 1


class Pace(Value):
    """How the learning rate goes through training: what it is multiplied by at each step.

    It is a shape, so that members of one program may differ in the rate itself.
    """

    def factor(self, step: Array, length: int) -> Array | float:
        """The factor at a step counted from 0, of `length`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Steady(Pace):
    """No change: the rate is what its dial says."""

    def factor(self, step: Array, length: int) -> Array | float:
        return 1.0


class Prelude(Value):
    """What happens to one member's gradients before the optimizer follows them: they are smoothed, or turned.

    A subclass with a field `name` has its dials at `optimizer.<name>.<dial>`.
    """

    def transformation(self) -> optax.GradientTransformation:
        """The Optax transformation from gradients to gradients; when it is asked, dials are numbers, perhaps traced."""
        raise NotImplementedError


class Aftermath(Value):
    """What happens to one member's parameters after each update: biases fade, rows regain their length.

    A subclass with a field `name` has its dials at `optimizer.<name>.<dial>`.
    """

    def applied(self, params: Any, moment: Moment) -> Any:
        """The parameters that training goes on with; a tree like the one given."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Optimizer(Value):
    """How parameters follow gradients.

    It sees one member's parameters at a time, so ratios per tensor and clipping never see company. `lr=None` means that
    the schedule says it. `pace` shapes the rate over training; `gradients` is what is done to them before they are
    followed, in this order, and `aftermath` what is done after each update.
    """

    lr: float | Dial | None = within(None, low=0.0)
    pace: Pace = later(Steady())
    aftermath: tuple[Aftermath, ...] = later(())
    gradients: tuple[Prelude, ...] = later(())

    def check(self) -> None:
        here = type(self).__name__
        number_wanted(f"{here}.lr", self.lr, low=0.0)
        if not isinstance(self.pace, Pace):
            raise BadValue(f"{here}.pace", self.pace, "a Pace")
        if not isinstance(self.aftermath, tuple) or not all(isinstance(each, Aftermath) for each in self.aftermath):
            raise BadValue(f"{here}.aftermath", self.aftermath, "a tuple of what is done after an update")
        if not isinstance(self.gradients, tuple) or not all(isinstance(each, Prelude) for each in self.gradients):
            raise BadValue(f"{here}.gradients", self.gradients, "a tuple of what is done to gradients first")
        named = [getattr(each, "name", "") for each in (*self.gradients, *self.aftermath)]
        for place, name in enumerate(named):
            if name and named.count(name) > 1:
                field = "gradients" if place < len(self.gradients) else "aftermath"
                raise BadValue(f"the name of one of {here}.{field}", name, "one part's alone; give it name='…'")

    def paced(self, moment: Moment) -> Optimizer:
        """Itself, with the learning rate that its pace makes of it now."""
        return replaced(self, lr=moment.lr * self.pace.factor(moment.step, moment.length))

    def transformation(self) -> optax.GradientTransformation:
        """The Optax transformation; when it is asked, dials are numbers, perhaps traced, and `lr` has its pace."""
        raise NotImplementedError

    def following(self) -> optax.GradientTransformation:
        """All that is between a gradient and the update: what is done to gradients first, then the transformation."""
        own = self.transformation()
        if not self.gradients:
            return own  # a chain of one would have another state
        import optax

        return optax.chain(*(each.transformation() for each in self.gradients), own)

    def after(self, params: Any, moment: Moment) -> Any:
        """What becomes of the parameters after the update."""
        for each in self.aftermath:
            params = each.applied(params, moment)
        return params


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Adam without decay: the optimizer of every color study, and the default.

    Source: Kingma and Ba (2015), arXiv 1412.6980; defaults as in PyTorch.
    """

    b1: float = 0.9
    b2: float = 0.999
    eps: float = 1e-8

    def check(self) -> None:
        super().check()
        here = type(self).__name__
        for name in ("b1", "b2"):
            if not 0 <= getattr(self, name) < 1:
                raise BadValue(f"{here}.{name}", getattr(self, name), "in [0, 1)")
        if not 0 < self.eps < 1:
            raise BadValue(f"{here}.eps", self.eps, "above 0, and below 1")

    def transformation(self) -> optax.GradientTransformation:
        import optax

        return optax.adam(self.lr, b1=self.b1, b2=self.b2, eps=self.eps)  # type: ignore[arg-type]
