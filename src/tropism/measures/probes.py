"""Probes: what can be read off a site by a reader that is trained for it, beside what such a reader makes of chance.

A probe that succeeds says that the information is there, not that the network uses it; one that fails does not say that
it is absent. Hence two controls: the same probe on networks that never learned, and a task without meaning.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.core import Ensemble
from tropism.errors import BadValue, DoesNotFit
from tropism.measures.examples import Examples, values_at
from tropism.values import Value

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, kw_only=True)
class Probe(Value):
    """A reader that is trained to tell the class from the values at a site."""

    @property
    def name(self) -> str:
        """What tables call it."""
        return type(self).__name__.removesuffix("Probe").lower()

    def answers(
        self,
        seen: Float[np.ndarray, "E n F"],
        classes: Int[np.ndarray, "E n"],
        new: Float[np.ndarray, "E m F"],
        seeds: Sequence[int],
    ) -> Int[np.ndarray, "E m"]:
        """The classes of new values after training on those that were seen; values come standardized and finite."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class LinearProbe(Probe):
    """Multinomial logistic regression with a price of decay/2 on every squared weight (not on biases), by L-BFGS.

    It starts from zero and draws nothing, so it is the same every time. It may do worse than chance: where an
    operand meets each answer once, as in a group, it learns from some pairs which answers the others cannot have.

    Least squares on one-hot classes takes a thirtieth of the time (2 ms for 1,740 examples, 128 wide, of 59 classes)
    and was set aside: where many classes share few dimensions it hides the inner ones behind the outer. Of 59 classes
    along a line it names .05 right, and this .15.

    Attributes:
        decay: The price; by default one over the number of examples, as is customary.
        most_steps: Steps of L-BFGS at most.
        tolerance: It ends where a step lowers the price by less than so much, as a part of the price or of 1.

    Source: Alain and Bengio (2016), arXiv 1610.01644; Byrd et al. (1995) for the optimizer.
    """

    decay: float | None = None
    most_steps: int = 300
    tolerance: float = 2.2e-9

    def check(self) -> None:
        if not 0 < self.tolerance < 1:
            raise BadValue("LinearProbe.tolerance", self.tolerance, "above 0 and below 1")
        if self.decay is not None and not 0 <= self.decay < math.inf:
            raise BadValue("LinearProbe.decay", self.decay, "a finite number, at least 0, or None")
        if self.most_steps < 1:
            raise BadValue("LinearProbe.most_steps", self.most_steps, "at least 1")

    def answers(
        self,
        seen: Float[np.ndarray, "E n F"],
        classes: Int[np.ndarray, "E n"],
        new: Float[np.ndarray, "E m F"],
        seeds: Sequence[int],
    ) -> Int[np.ndarray, "E m"]:
        from tropism.measures._probe_fits import logistic

        del seeds
        decay = 1 / seen.shape[1] if self.decay is None else self.decay
        told = {"decay": decay, "most_steps": self.most_steps, "tolerance": self.tolerance}
        return np.stack([logistic(*row, **told) for row in zip(seen, classes, new, strict=True)])


@dataclass(frozen=True, kw_only=True)
class HiddenProbe(Probe):
    """One hidden layer of ReLU, trained by AdamW on all examples at once, all members together.

    A fifth of the examples is held out from its training, and the step at which their loss was least gives the answers.
    With the large default decay it reads sums modulo 59 off the embeddings of a network that adds (.999); without, .6.

    Attributes:
        width: Neurons.
        steps: Steps of training.
        lr: The rate.
        decay: AdamW's, as a share of the rate, a step.
    """

    width: int = 64
    steps: int = 300
    lr: float = 0.01
    decay: float = 1.0

    def check(self) -> None:
        for name in ("width", "steps"):
            if getattr(self, name) < 1:
                raise BadValue(f"HiddenProbe.{name}", getattr(self, name), "at least 1")
        if not 0 < self.lr < math.inf or not 0 <= self.decay < math.inf:
            raise BadValue("HiddenProbe", (self.lr, self.decay), "given a positive rate and a decay of at least 0")

    def answers(
        self,
        seen: Float[np.ndarray, "E n F"],
        classes: Int[np.ndarray, "E n"],
        new: Float[np.ndarray, "E m F"],
        seeds: Sequence[int],
    ) -> Int[np.ndarray, "E m"]:
        from tropism.measures._probe_fits import one_hidden_layer

        if seen.shape[1] < 5:
            raise DoesNotFit(f"HiddenProbe: of {seen.shape[1]} examples no fifth can be held out.")
        return one_hidden_layer(self, seen, classes, new, seeds)


def probed(
    ensemble: Ensemble,
    sites: Sequence[str],
    fit: Examples,
    test: Examples,
    *,
    probes: Sequence[Probe] = (LinearProbe(), HiddenProbe()),
    fresh: Ensemble | None = None,
    seed: int = 0,
) -> polars.DataFrame:
    """How often probes fitted to some examples name the class of others: one row a member, site and probe.

    Columns: `member`, `seed`, `site`, `probe`, `accuracy`; `chance`, always naming the class that is most frequent
    among the tested; `fresh`, the same on networks that never learned, row by row, and `gap`, accuracy − fresh;
    `control`, the accuracy on a task that gives each type of input a class by lot, and `selectivity`,
    accuracy − control; `n` tested and `n_fit` fitted examples. What was not asked for is NaN, and so is a member that
    diverged. The lot follows from `seed` and the member's own, and draws classes as often as they occur in `fit`.

    A control task can be learned only as far as types come back in the test: where none does, selectivity is the
    accuracy less chance.

    Args:
        fresh: As many untrained networks; row i is held against row i.

    Source: Hewitt and Liang (2019), "Designing and interpreting probes with control tasks", arXiv 1909.03368.
    """
    import polars as pl

    asked = _Asked.of(ensemble, fit, test, fresh, seed)
    heard = asked.heard(ensemble, sites)
    untrained = None if fresh is None else asked.heard(fresh, sites)
    nothing = np.full(len(ensemble), math.nan)
    tables = []
    for site in sites:
        for probe in probes:
            accuracy = asked.accuracy(probe, heard[site], asked.truth)
            beside = nothing if untrained is None else asked.accuracy(probe, untrained[site], asked.truth)
            control = nothing if asked.lots is None else asked.accuracy(probe, heard[site], asked.lots)
            columns = {"member": np.arange(len(ensemble)), "seed": [str(member.seed) for member in ensemble.members]}
            columns |= {name: [text] * len(ensemble) for name, text in (("site", site), ("probe", probe.name))}
            columns |= {"accuracy": accuracy, "chance": asked.chance(), "fresh": beside, "gap": accuracy - beside}
            columns |= {"control": control, "selectivity": accuracy - control}
            counts = {"n": asked.truth[1].shape[1], "n_fit": asked.truth[0].shape[1]}
            tables.append(pl.DataFrame(columns | {name: [n] * len(ensemble) for name, n in counts.items()}))
    return pl.concat(tables)


@dataclass(frozen=True)
class _Asked:
    """What every probe of a table shares: classes to fit and to test, a row a member, and each member's luck."""

    fit: Examples
    test: Examples
    truth: tuple[np.ndarray, np.ndarray]
    lots: tuple[np.ndarray, np.ndarray] | None
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, ensemble: Ensemble, fit: Examples, test: Examples, fresh: Ensemble | None, seed: int) -> _Asked:
        members = len(ensemble)
        for where, examples in (("fit", fit), ("test", test)):
            examples.check(where, members)
        if fresh is not None and len(fresh) != members:
            raise DoesNotFit(f"probed: {len(fresh)} fresh networks beside {members}; they are compared row by row.")
        seeds = tuple(zlib.crc32(f"{seed} {member.seed}".encode()) for member in ensemble.members)
        truth = (fit.by_member("classes", members), test.by_member("classes", members))
        return cls(fit, test, truth, _control_task(fit, test, truth[0], seeds), seeds)

    def heard(self, ensemble: Ensemble, sites: Sequence[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """The values to fit and to test by site."""
        seen, new = (values_at(ensemble, each.inputs, sites, apart=each.apart) for each in (self.fit, self.test))
        return {site: _standardized(seen[site], new[site]) for site in sites}

    def accuracy(
        self, probe: Probe, values: tuple[np.ndarray, np.ndarray], classes: tuple[np.ndarray, np.ndarray]
    ) -> Float[np.ndarray, "E"]:
        """The share of tested examples whose class is named; NaN where values are not finite."""
        finite = [np.isfinite(each.reshape(len(each), -1)).all(axis=1) for each in values]
        whole = np.asarray(finite[0] & finite[1])
        found = np.full(len(whole), math.nan)
        if whole.any():
            seeds = [seed for seed, good in zip(self.seeds, whole, strict=True) if good]
            named = probe.answers(values[0][whole], classes[0][whole], values[1][whole], seeds)
            found[whole] = (named == classes[1][whole]).mean(1)
        return found

    def chance(self) -> Float[np.ndarray, "E"]:
        """The share of the most frequent class among the tested."""
        return np.array([np.bincount(row).max() / len(row) for row in self.truth[1]])


def _standardized(seen: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, less the mean of what was seen and over its spread; a dimension that never moves is zero in both."""
    mean, spread = seen.mean(1, keepdims=True), seen.std(1, keepdims=True)
    moves = spread > 1e-6 * np.abs(mean) + 1e-30
    scale = np.where(moves, 1 / np.where(moves, spread, 1.0), np.where(np.isfinite(spread), 0.0, np.nan))
    return (seen - mean) * scale, (new - mean) * scale


def _control_task(
    fit: Examples, test: Examples, classes: Int[np.ndarray, "E n"], seeds: Sequence[int]
) -> tuple[np.ndarray, np.ndarray] | None:
    """A class by lot for every type, a row a member; classes come as often as among those given."""
    if fit.types is None or test.types is None:
        return None
    types = [each.by_member("types", len(seeds)) for each in (fit, test)]
    count = 1 + max(int(each.max()) for each in types)
    drawn = [np.random.default_rng((seed, 1)).choice(row, count) for seed, row in zip(seeds, classes, strict=True)]
    lots = [np.stack([lot[row] for lot, row in zip(drawn, each, strict=True)]) for each in types]
    return lots[0], lots[1]
