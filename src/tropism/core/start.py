"""Where training starts: from fresh parameters, or from networks that were trained before."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value, later

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble


class Start(Value):
    """Where the parameters come from."""


@dataclass(frozen=True)
class Fresh(Start):
    """From the network's own initialization, by each member's `init` stream."""


@dataclass(frozen=True)
class From(Start):
    """From a trained ensemble: each member from the one with its own seed, or all from one.

    Where the ensemble has a seed under several settings, a member begins from the setting whose dials it shares; it may
    have dials of its own besides.

    Attributes:
        ensemble: The ensemble, or its key where only a description is at hand. Only the key enters the experiment's.
        reinitialize: Patterns of the parameters that start fresh all the same, such as `decoder.*`. These may have
            other shapes here than there, so a layer may be widened between neighbors that stay.
        member: A row of the ensemble that every member starts from; by default each starts from its own seed's.
        each: Whether there is a member for each row, whatever it was trained as: `gathered` networks of several
            experiments are then trained on as one. Only the network's description enters the experiment's key.
    """

    ensemble: Ensemble | str
    reinitialize: tuple[str, ...] = ()
    member: int | None = None
    each: bool = later(False)

    def __post_init__(self) -> None:
        self.check()
        object.__setattr__(self, "ensemble", _without_its_past(self.ensemble))

    def check(self) -> None:
        if not isinstance(self.ensemble, str) and not hasattr(self.ensemble, "params"):
            raise BadValue("From.ensemble", self.ensemble, "an Ensemble or its key")
        if self.each and self.member is not None:
            raise DoesNotFit("From.each begins from every row, and From.member from one; leave one of the two out.")
        _refuse_interventions("From", self.ensemble)

    def described_as(self) -> From:
        """The same start with the key of the source's experiment in its place; which network is the member's own."""
        if self.each and not isinstance(self.ensemble, str):
            return From(self.ensemble.network.key(), self.reinitialize, each=True)
        return From(key_of_source(self.ensemble), self.reinitialize, each=self.each)


@dataclass(frozen=True)
class Reference(Value):
    """A frozen network that terms may look at, by name; who sees which is as in `From`."""

    name: str
    ensemble: Ensemble | str
    member: int | None = None

    def __post_init__(self) -> None:
        self.check()
        object.__setattr__(self, "ensemble", _without_its_past(self.ensemble))

    def check(self) -> None:
        if not isinstance(self.ensemble, str) and not hasattr(self.ensemble, "params"):
            raise BadValue("Reference.ensemble", self.ensemble, "an Ensemble or its key")
        _refuse_interventions("Reference", self.ensemble)

    def described_as(self) -> Reference:
        """The same reference with the key of the source's experiment in its place."""
        return Reference(self.name, key_of_source(self.ensemble))


def key_of_source(ensemble: Ensemble | str) -> str:
    """The key of the experiment that networks come from, also where only the key is at hand."""
    return ensemble if isinstance(ensemble, str) else ensemble.experiment.key()


def _without_its_past(ensemble: Ensemble | str) -> Ensemble | str:
    """What is begun from, or looked at: the parameters, not earlier ones; workers are sent the whole of it."""
    if isinstance(ensemble, str) or not ensemble.snapshots:
        return ensemble
    return dataclasses.replace(ensemble, snapshots={})


def _refuse_interventions(what: str, ensemble: Ensemble | str) -> None:
    if not isinstance(ensemble, str) and ensemble.interventions:
        kinds = ", ".join(type(each).__name__ for each in ensemble.interventions)
        raise DoesNotFit(
            f"{what} takes weights, and {kinds} rewrites activations: that would be forgotten. Give it "
            "ensemble.without_interventions(), or cut the weights instead."
        )
