"""Gates behind Y: what tells X from Y at a site is taken away for all inputs, and Y's answers are counted again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.measures import Examples, gate_maps, rewritten, separating, values_at
from tropism.measures.gates import GATE_ACTIONS, GateAction
from tropism.measures.separation import DIRECTION_KINDS, areas_along

if TYPE_CHECKING:
    import polars

DIRECTIONS = (1, 3)
"""How many directions are taken away."""
NEURONS = (1, 2, 4, 6, 8, 12)
"""How many neurons are silenced together."""
CANDIDATES = 24
"""How many neurons of a site are silenced one by one, to see what Y gains by each."""


class Asked(NamedTuple):
    """X's and Y's examples that directions are found on, those that the best is chosen by, and those that judge it."""

    fit: tuple[Examples, Examples]
    choose: tuple[Examples, Examples]
    judge: tuple[Examples, Examples]


def best_gates(networks: Ensemble, sites: Sequence[str], asked: Asked) -> polars.DataFrame:
    """What brings most of Y back, one row a network; each is asked its own examples.

    Tried are directions that tell X from Y (`means`, `discriminant`: see `measures.separating`), with all that may be
    done along them; and `neurons`, held at X's mean: of those that Y moves most beside what X does to them, the ones by
    whose silence alone Y gains most. A switch that is spread over neurons has no one direction. Columns:
    `site`, `kind`, `directions`, `action`, as chosen; `area`, how well the first direction tells the judging examples
    apart (1/2 is guessing); `y_before`, `y_after`, `x_after`, the shares of judging examples answered right among all
    outputs. The first of several that do as well is chosen; a network that diverged has NaN.
    """
    import polars as pl

    search = _Search(networks, asked)
    plain = search.shares(networks.listen(search.inputs, apart=True)[0])
    tried = [each for site in sites for each in search.tries(site)]
    chosen = np.stack([np.nan_to_num(each.shares["choose y"], nan=-1.0) for each in tried]).argmax(0)
    rows = []
    for member, place in enumerate(chosen):
        best = tried[place]
        told = {"area": best.areas, "y_before": plain["judge y"]}
        told |= {"y_after": best.shares["judge y"], "x_after": best.shares["judge x"]}
        numbers = {name: float(each[member]) for name, each in told.items()}
        rows.append({"seed": str(networks.members[member].seed)} | best.named | numbers)
    return pl.DataFrame(rows)


class _Tried(NamedTuple):
    named: dict[str, str | int]
    areas: Float[np.ndarray, "E"]
    shares: dict[str, Float[np.ndarray, "E"]]


class _Search:
    """The choosing and the judging examples in one array, so that one program answers them."""

    def __init__(self, networks: Ensemble, asked: Asked) -> None:
        self.networks, self.fit = networks, asked.fit
        pairs = zip(("choose", "judge"), (asked.choose, asked.judge), strict=True)
        parts = {f"{what} {letter}": one for what, both in pairs for letter, one in zip("xy", both, strict=True)}
        self.inputs = np.concatenate([np.asarray(part.inputs) for part in parts.values()], axis=1)
        self.classes = {name: np.asarray(part.classes) for name, part in parts.items()}
        ends = np.cumsum([0, *(each.shape[1] for each in self.classes.values())])
        self.rows = {name: slice(*ends[place : place + 2]) for place, name in enumerate(parts)}

    def shares(self, logits: np.ndarray) -> dict[str, Float[np.ndarray, "E"]]:
        """The share of each part that is answered right; NaN for a network that diverged."""
        failed = np.isnan(logits).any(axis=(1, 2))
        right = {name: logits[:, rows].argmax(-1) == self.classes[name] for name, rows in self.rows.items()}
        return {name: np.where(failed, np.nan, each.mean(1)) for name, each in right.items()}

    def tries(self, site: str) -> Iterator[_Tried]:
        """All that is tried at a site."""
        inputs = (self.fit[0].inputs, self.fit[1].inputs, self.inputs)
        x, y, new = (values_at(self.networks, each, (site,), apart=True)[site] for each in inputs)
        for kind, directions, counts, actions in self._directions(site, x, y):
            areas = areas_along(directions, new[:, self.rows["judge x"]], new[:, self.rows["judge y"]])
            for count in counts:
                for action in actions:
                    maps = gate_maps(directions[:, :count], x, y, action)
                    after = rewritten(self.networks, self.inputs, site, maps, apart=True, known=new)
                    named = {"site": site, "kind": kind, "directions": count, "action": action}
                    yield _Tried(named, areas, self.shares(after))

    def _directions(self, site: str, x: np.ndarray, y: np.ndarray) -> Iterator[_Kind]:
        for kind in DIRECTION_KINDS:
            counts = DIRECTIONS[:1] if kind == "means" else DIRECTIONS  # no means differ once their difference is gone
            yield _Kind(kind, separating(x, y, kind=kind, count=max(counts)), counts, GATE_ACTIONS)
        if site in _last_before_readers(self.networks):
            counts = tuple(count for count in NEURONS if count < x.shape[-1])
            yield _Kind("neurons", self._by_gain(site, x, y)[:, : max(counts)], counts, ("set",))

    def _by_gain(self, site: str, x: np.ndarray, y: np.ndarray) -> Float[np.ndarray, "E R F"]:
        """The candidates' axes, first the one by whose silence alone most of Y's fitting examples become right."""
        axes = moved_most(x, y, min(CANDIDATES, x.shape[-1]))
        asked, right = self.fit[1].inputs, np.asarray(self.fit[1].classes)
        gains = []
        for place in range(axes.shape[1]):
            maps = gate_maps(axes[:, place : place + 1], x, y, "set")
            after = rewritten(self.networks, asked, site, maps, apart=True, known=y)
            gains.append((after.argmax(-1) == right).mean(1))
        order = np.argsort(-np.stack(gains, axis=1), axis=1, kind="stable")
        return np.take_along_axis(axes, order[..., None], axis=1)


class _Kind(NamedTuple):
    name: str
    directions: Float[np.ndarray, "E R F"]
    counts: tuple[int, ...]
    actions: tuple[GateAction, ...]


def _last_before_readers(networks: Ensemble) -> tuple[str, ...]:
    """Sites of which no later one is read by the same parameters: a neuron silenced before its nonlinearity is silent
    after it."""
    return tuple({site.reads: name for name, site in networks.network.sites().items() if site.reads}.values())


def moved_most(x: Float[np.ndarray, "E n F"], y: Float[np.ndarray, "E m F"], count: int) -> Float[np.ndarray, "E R F"]:
    """The axes along which `y` lies furthest from the mean of `x`, in units of how far `x` itself does, that first.

    They point to `x`, as directions that tell the two apart do.

    The unit is at least a thousandth of the root mean square of all of x's values, so that axes that x never moves come
    first in the order of how far y does.
    """
    middle = x.mean(1, keepdims=True)
    least = 1e-3 * np.sqrt(np.mean(x**2, axis=(1, 2)))[:, None]
    unit = np.maximum(x.std(1), np.maximum(least, 1e-30))
    far = np.sqrt(np.mean((y - middle) ** 2, axis=1)) / unit
    order = np.argsort(-far, axis=1, kind="stable")[:, :count]
    signs = np.where(x.mean(1) < y.mean(1), -1.0, 1.0)
    return np.eye(x.shape[-1])[order] * np.take_along_axis(signs, order, axis=1)[..., None]
