"""Aftermaths: what is done to the parameters after each update, whatever the optimizer.

Parameters are chosen by patterns on their paths (`encoder.0.bias`; `*` stands for anything). A pattern that fits none
of the parameters in training is refused when the program is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Aftermath, Moment
from tropism.core.paths import flattened, matches, path_name, patterns_fit
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class BiasDecay(Aftermath):
    """Biases shrink in the first part of training: b ← b · (1 − rate · lr) after each step before `until` · length.

    The lr is the optimizer's before its pace. Without gradients (1 − rate · lr)^n is left after the n steps; so a
    shorter run decays less. `BiasFade` does not. All of the bias shrinks, not only an offset that it began with.

    Source: adamjermyn/toy_model_interpretability, column "Decay Rate".
    """

    rate: float | Dial | None = within(None, low=0.0)
    until: float = 0.5
    patterns: tuple[str, ...] = ("*bias",)
    name: str = "decay"

    def check(self) -> None:
        number_wanted("BiasDecay.rate", self.rate, low=0.0)
        _part_wanted("BiasDecay.until", self.until)
        _patterns_wanted("BiasDecay.patterns", self.patterns)
        _name_wanted("BiasDecay.name", self.name)

    def applied(self, params: Any, moment: Moment) -> Any:
        return _faded(params, self, moment, self.rate * moment.lr)  # type: ignore[operator]


@dataclass(frozen=True, kw_only=True)
class BiasFade(Aftermath):
    """Biases shrink in the first part of training, by a factor of exp(−efolds) in all, however long it is.

    In each of the n steps before `until` · length, b ← b · exp(−efolds / n); neither the learning rate nor the run's
    length changes what is left. Where `efolds` is scheduled, its mean over those steps counts. About the same as
    `BiasDecay` with efolds = rate · lr · n.

    Source: the decay of adamjermyn/toy_model_interpretability, measured in e-folds instead.
    """

    efolds: float | Dial | None = within(None, low=0.0)
    until: float = 0.5
    patterns: tuple[str, ...] = ("*bias",)
    name: str = "decay"

    def check(self) -> None:
        number_wanted("BiasFade.efolds", self.efolds, low=0.0)
        _part_wanted("BiasFade.until", self.until)
        _patterns_wanted("BiasFade.patterns", self.patterns)
        _name_wanted("BiasFade.name", self.name)

    def applied(self, params: Any, moment: Moment) -> Any:
        import jax.numpy as jnp

        updates = _steps_acting(self.until, moment.length) * moment.updates
        return _faded(params, self, moment, -jnp.expm1(-self.efolds / updates))  # type: ignore[operator]


@dataclass(frozen=True)
class UnitRows(Aftermath):
    """Every row of the matching weights, `[rows, width]`, is brought back to length one; a row of zeros stays.

    Source: Bricken et al. (2023), "Towards Monosemanticity", where a dictionary's directions keep unit length.
    """

    patterns: tuple[str, ...] = ("*weight",)

    def check(self) -> None:
        _patterns_wanted("UnitRows.patterns", self.patterns)

    def applied(self, params: Any, moment: Moment) -> Any:
        from tropism.arrays.unit import unit

        def rows(path: str, leaf: Array) -> Array:
            if leaf.ndim < 2:
                raise DoesNotFit(f"UnitRows: {path} has no rows, its shape is {tuple(leaf.shape)}.")
            return unit(leaf)

        return _changed(params, self.patterns, "UnitRows.patterns", rows)


@dataclass(frozen=True)
class UnitColumns(Aftermath):
    """Every column of the matching weights, `[width, columns]`, is brought back to length one; one of zeros stays.

    Source: as of `UnitRows`; the columns of what decodes are a dictionary's directions.
    """

    patterns: tuple[str, ...] = ("output.weight",)

    def check(self) -> None:
        _patterns_wanted("UnitColumns.patterns", self.patterns)

    def applied(self, params: Any, moment: Moment) -> Any:
        from tropism.arrays.unit import unit

        def columns(path: str, leaf: Array) -> Array:
            if leaf.ndim != 2:
                raise DoesNotFit(f"UnitColumns: {path} has no columns, its shape is {tuple(leaf.shape)}.")
            return unit(leaf, axis=0)

        return _changed(params, self.patterns, "UnitColumns.patterns", columns)


def _faded(params: Any, decay: BiasDecay | BiasFade, moment: Moment, part: Array) -> Any:
    """The parameters after the matching ones lost `part` of themselves, while it is time."""
    import jax.numpy as jnp

    now = jnp.where(moment.step < _steps_acting(decay.until, moment.length), part, 0.0)

    def less(path: str, leaf: Array) -> Array:
        # Not leaf * (1 - now): near 1, single precision would round a decay of 3e-5 by a thousandth of itself.
        return (leaf - now * leaf).astype(leaf.dtype)

    return _changed(params, decay.patterns, f"{type(decay).__name__}.patterns", less)


def _changed(params: Any, patterns: tuple[str, ...], where: str, change: Callable[[str, Array], Array]) -> Any:
    """A tree whose matching leaves are changed."""
    import jax

    patterns_fit(patterns, tuple(flattened(params)), where)

    def perhaps(path: tuple[Any, ...], leaf: Array) -> Array:
        name = path_name(path)
        return change(name, leaf) if matches(name, patterns) else leaf

    return jax.tree_util.tree_map_with_path(perhaps, params)


def _steps_acting(until: float, length: int) -> int:
    """How many steps, counted from 0, come before `until` · length; rounding shall not add one."""
    return max(math.ceil(until * length - 1e-9), 1)


def _part_wanted(where: str, given: float) -> None:
    if not 0 < given <= 1:
        raise BadValue(where, given, "a part of the run: above 0, and at most 1")


def _patterns_wanted(where: str, given: tuple[str, ...]) -> None:
    if not given or not isinstance(given, tuple) or not all(isinstance(each, str) and each for each in given):
        raise BadValue(where, given, "a non-empty tuple of patterns, such as ('*bias',)")


def _name_wanted(where: str, given: str) -> None:
    if not given or "." in given or not given.isprintable():
        raise BadValue(where, given, "a printable name without dots")
