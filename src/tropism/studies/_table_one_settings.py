"""Which setting of `table-1` a network has: told by its own dials and its seed, whatever was meant to be trained."""

from __future__ import annotations

from typing import Any

from tropism.core.ensemble import Ensemble
from tropism.core.member import Seed
from tropism.networks import TwoLayer
from tropism.studies._table_one_parts import Part
from tropism.subjects.superposition.table_one import ADDRESSES, DECAYING, SCALES


class Seats:
    """A number for each seed, the same in all ensembles: claims pair networks by it."""

    def __init__(self) -> None:
        self._found: dict[Seed, int] = {}

    def of(self, seed: Seed) -> int:
        """The seed's number: how many others were asked for before it."""
        return self._found.setdefault(seed, len(self._found))


def who(part: Part, place: int, ensemble: Ensemble, row: int, *, seats: Seats) -> dict[str, Any]:
    """The first columns of every table: the row, the seed, and the setting as the table has it, before any rescaling.

    Args:
        part: The row.
        place: Which of its sweeps the ensemble is; of those that sweep the number of neurons, it decides that.
        ensemble: Of which one network is meant.
        row: Which.
        seats: Numbers of seeds.
    """
    member, widths, network = ensemble.members[row], part.widths(), ensemble.network
    assert isinstance(network, TwoLayer)
    last = dict(zip(ensemble.experiment.dials(), ensemble.experiment.table(member.dials)[-1].tolist(), strict=True))
    own = {name: last.get(address, 0.0) for name, address in ADDRESSES.items()}
    own["decay"] /= SCALES[part.scale].stretch
    own |= {"hidden": float(widths[place] if widths else network.hidden)}
    own |= {"efolds": own["decay"] * own["lr"] * DECAYING}
    return {"row": part.name, "member": seats.of(member.seed), "seed": str(member.seed)} | own


def point_of(part: Part, told: dict[str, Any]) -> dict[str, float]:
    """Of a network's first columns those that its row sweeps."""
    return {name: told[name] for name, _ in part.row.swept}
