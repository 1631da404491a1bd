"""How swept numbers are named, spaced and colored, alike in every figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from tropism.figures.theme import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "lr": "learning rate",
        "offset": "bias offset",
        "density": "density of features",
        "hidden": "neurons",
        "l1": "weight of L1",
        "decay": "decay rate",
        "efolds": "e-folds of the bias",
    }
)
"""Of what a row of the table sweeps."""

_LINEAR = ("offset",)

_FAR_APART = 8
"""Numbers of which the largest is so many times the smallest stand on a logarithmic axis, if no name says more."""


def called(name: str) -> str:
    """What a swept number is called: as in `NAMES`, or as its address has it."""
    return NAMES.get(name, name.replace("_", " "))


def in_a_sentence(name: str) -> str:
    """What a swept number is called after `by the` or `each`."""
    return "number of neurons" if name == "hidden" else called(name)


def worded(name: str, value: float | str) -> str:
    """A swept number as a reader would write it: `.03`, `−1.7`, `1/64`, `10⁻³`, `1,024`; a word as it stands."""
    if isinstance(value, str):
        return value
    if name == "hidden":
        return f"{value:,.0f}"
    if name in ("l1", "decay") and value > 0 and abs(math.log10(value) - round(math.log10(value))) < 1e-9:
        return f"10{_raised(round(math.log10(value)))}"
    if name == "density" and value > 0 and Fraction(1 / value).limit_denominator(4096).denominator == 1:
        return f"1/{1 / value:.0f}"
    if "e-" in f"{value:.3g}":
        digits, _, power = f"{value:.2e}".partition("e")
        return f"{float(digits):g}·10{_raised(int(power))}".replace("-", "−")
    return f"{value:.3g}".replace("0.", ".", 1).replace("-", "−") if abs(value) < 1 else f"{value:g}".replace("-", "−")


def logarithmic(name: str, values: Sequence[float | str] = ()) -> bool:
    """Whether a swept number stands on a logarithmic axis; not where it is a word, or zero or less."""
    if name in _LINEAR or any(isinstance(value, str) or value <= 0 for value in values):
        return False
    return name in NAMES or not values or max(values) >= _FAR_APART * min(values)  # type: ignore[operator, type-var]


def sequential(palette: Palette, count: int) -> list[str]:
    """Colors of numbers in order, all of them readable as lines on the surface: from warm to cool."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    low, high = (0.02, 0.74) if palette.name == "light" else (0.30, 0.98)
    ramp = colormaps["plasma"]
    places = [high - (high - low) * each / max(count - 1, 1) for each in range(count)]
    return [to_hex(ramp(each if palette.name == "light" else low + high - each)) for each in places]


def key(axes: Axes, name: str, values: Sequence[float | str], palette: Palette) -> None:
    """A column of colored names beside the axes, the largest number on top."""
    colors = sequential(palette, len(values))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.text(0, 1.0, called(name).replace(" of ", "\nof "), va="top", color=palette.muted, fontsize="small")
    top = 0.9 if " of " in called(name) else 0.94
    step = min(0.075, (top - 0.02) / max(len(values), 1))
    for place, (value, color) in enumerate(zip(reversed(values), reversed(colors), strict=True)):
        high = top - 0.03 - step * (place + 0.5)
        axes.plot([0.0, 0.28], [high, high], color=color, lw=3, solid_capstyle="butt")
        axes.text(0.38, high, worded(name, value), va="center", color=palette.ink, fontsize="small")


def steps_axis(axes: Axes, last: int) -> None:
    """Steps on a logarithmic axis, named at powers of four."""
    from matplotlib.ticker import NullLocator

    axes.set_xscale("log", base=2)
    ticks = [4**each for each in range(20) if 4**each <= last]
    axes.set_xticks(ticks, [f"{each:,}" for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(1, last)


def swept_axis(axes: Axes, name: str, values: Sequence[float], *, label: bool = True) -> None:
    """A swept number on its axis, named where it was tried, as far as the names have room."""
    from matplotlib.ticker import NullLocator

    if label:
        axes.set_xlabel(called(name))
    if any(isinstance(value, str) for value in values):  # words have places, not distances
        return
    if logarithmic(name, values):
        axes.set_xscale("log")
    room = sum(len(worded(name, value)) + 1 for value in values)
    every = 1 if room <= 44 else 2
    shown = [value for place, value in enumerate(values) if place % every == 0]
    if logarithmic(name, values):  # names that would touch are left out
        apart = (math.log(max(values)) - math.log(min(values))) / 12
        shown = [v for p, v in enumerate(shown) if not p or math.log(v) - math.log(shown[p - 1]) >= apart]
    axes.set_xticks(shown, [worded(name, value) for value in shown])
    axes.xaxis.set_minor_locator(NullLocator())


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
