"""Overriding: other fields, dials, seeds and streams than a study was written with, from words on a command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tropism.axes import parse_axis, parse_value
from tropism.changing import addresses_of, changed, has_address, no_address
from tropism.core.experiment import Experiment
from tropism.core.member import STREAMS, Seed
from tropism.core.sweep import Drawn, Study, Sweep
from tropism.errors import BadValue, DoesNotFit, UnknownName, UserError
from tropism.foreseeing import foreseen
from tropism.spreading import spread_out

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

MOST_SEEDS = 100_000
"""Seeds in one range: more is a slip of the hand."""


@dataclasses.dataclass(frozen=True)
class Overrides:
    """What to change.

    Attributes:
        seeds: Such as `0..59,70`.
        changes: `address=value`.
        axes: `address=a,b,c`; see `parse_axis`.
        init: Every member's init stream, pinned; so are `data` and `world`.
        apart: Streams that settings of one seed do not share, such as `world,data`.
    """

    seeds: str | None = None
    changes: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    init: int | None = None
    data: int | None = None
    world: int | None = None
    apart: str | None = None

    def any(self) -> bool:
        """Whether there is anything to change."""
        return self != Overrides()

    def words(self) -> list[str]:
        """The command-line words that say the same."""
        found = ["--seeds", self.seeds] if self.seeds is not None else []
        found += [word for change in self.changes for word in ("--set", change)]
        found += [word for axis in self.axes for word in ("--grid", axis)]
        for name in (*STREAMS, "apart"):
            if getattr(self, name) is not None:
                found += [f"--{name}", str(getattr(self, name))]
        return found

    def applied(self, study: Study) -> Study:
        """The study with other fields, dials, seeds and streams.

        Raises:
            UserError: Something that no sweep of the study has; the message guesses at the typo.
        """
        changes, axes = _pairs(self.changes, "--set"), _pairs(self.axes, "--grid")
        for name in changes:
            if name in axes:
                raise UserError(f"{name} is given to both --set and --grid; leave one of the two out.")
        self._refuse_unheard(study)
        sweeps = self._seeded(study)
        values = {name: _one(text, name) for name, text in changes.items()}
        points = {name: parse_axis(text, f"--grid {name}") for name, text in axes.items()}
        asked = {name: (value,) for name, value in values.items()} | points
        _refuse_idle(asked)
        if values or points:
            known = foreseen(sweeps)
            parts = [name for name, several in asked.items() if any(isinstance(each, str) for each in several)]
            mine = _shared_out(sweeps, values, known, parts)
            general = {address: value for address, value in values.items() if ":" not in address}
            sweeps = [_perhaps(sweep, general) if known[sweep.name] is None else sweep for sweep in sweeps]
            sweeps = spread_out(study, sweeps, mine, points, known)
        if self.apart is not None:
            sweeps = self._set_apart(sweeps)
        return dataclasses.replace(study, sweeps=tuple(sweeps), measure=self._redrawn(study))

    def _refuse_unheard(self, study: Study) -> None:
        """Refuse what nothing in a study without sweeps would hear: it would be the same study by another name."""
        if study.sweeps:
            return
        if self.changes or self.axes or self.apart is not None:
            raise UserError(
                f"The study {study.name!r} trains nothing: --set, --grid and --apart have nothing to change."
            )
        if self.any() and not isinstance(study.measure, Drawn):
            raise UserError(f"The study {study.name!r} has no seeds: it trains nothing, and draws nothing.")

    def _redrawn(self, study: Study) -> Any:
        """The study's measure, with other seeds and streams where it has any."""
        if not isinstance(study.measure, Drawn):
            return study.measure
        return dataclasses.replace(study.measure, seeds=self._seeds(study.measure.seeds))

    def _seeded(self, study: Study) -> list[Sweep]:
        alone = self.seeds is not None and len(parse_seeds(self.seeds)) == 1
        pinned = None not in (getattr(self, name) for name in STREAMS)
        if pinned and any(len(sweep.seeds) > 1 for sweep in study.sweeps) and not alone:
            raise UserError("--init, --data and --world make every seed the same; pin two of them at most.")
        return [dataclasses.replace(sweep, seeds=self._seeds(sweep.seeds)) for sweep in study.sweeps]

    def _seeds(self, own: tuple[int | Seed, ...]) -> tuple[Seed, ...]:
        """The seeds that are asked for, or else a study's own, with the streams that are pinned."""
        pins = {name: getattr(self, name) for name in STREAMS}
        numbers = parse_seeds(self.seeds) if self.seeds is not None else own
        return tuple(each if isinstance(each, Seed) else Seed.of(each, **pins) for each in numbers)

    def _set_apart(self, sweeps: list[Sweep]) -> list[Sweep]:
        names = tuple(word.strip() for word in (self.apart or "").split(","))
        for name in names:
            if name not in STREAMS:
                raise UnknownName("stream", name, STREAMS, "--apart")
            if getattr(self, name) is not None:
                raise UserError(f"--{name} pins the stream that --apart {name} lets differ; leave one of the two out.")
        for sweep in sweeps:
            if not isinstance(sweep.experiment, Experiment):
                words = "starts from networks of the same seeds, and would not find them"
                raise DoesNotFit(f"--apart: the sweep {sweep.name!r} {words}.")
        return [dataclasses.replace(sweep, apart=names) for sweep in sweeps]


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from `0..59`, `1,2,5` or both: `0..9,20`. The end of a range is included.

    Raises:
        BadValue: With the part that is not understood.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = (word.strip() for word in part.partition(".."))
        if not _is_number(first) or (dots and not _is_number(last)):
            raise BadValue("--seeds", part, "a number such as 7, or a range such as 0..59")
        low, high = int(first), int(last or first)
        if high < low:
            raise BadValue("--seeds", part, f"a range that rises, such as {last}..{first}")
        if high - low >= MOST_SEEDS:
            raise BadValue("--seeds", part, f"a range of at most {MOST_SEEDS:,} seeds")
        found += range(low, high + 1)
    return tuple(found)


def _shared_out(
    sweeps: Sequence[Sweep], values: Mapping[str, Any], known: Mapping[str, Experiment | None], parts: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """By sweep, the changes that are meant for it: those named `SWEEP:address`, and those whose address it has.

    Of a sweep that cannot be foreseen only the first are known; see `_perhaps`. Addresses may lie below those of
    `parts`, which are said in words.

    Raises:
        UnknownName: No such sweep, or an address that no sweep has.
    """
    names = [sweep.name for sweep in sweeps]
    mine: dict[str, dict[str, Any]] = {name: {} for name in names}
    for address, value in sorted(values.items(), key=lambda pair: ":" in pair[0]):  # what is said of one sweep wins
        only, colon, rest = address.partition(":")
        if not colon:
            for name in _having(address, known, [each for each in parts if each != address]):
                mine[name][address] = value
        elif only in mine:
            mine[only][rest] = value
        else:
            raise UnknownName("sweep", only, names, f"--set {address}")
    return mine


def _perhaps(sweep: Sweep, values: Mapping[str, Any]) -> Sweep:
    """A sweep that cannot be foreseen, with those of the changes whose addresses it will turn out to have."""
    if not values:
        return sweep

    def later(before: Mapping[str, Ensemble]) -> Experiment:
        made = sweep.resolved(before)
        return changed(made, {at: value for at, value in values.items() if has_address(made, at, values)})

    return dataclasses.replace(sweep, experiment=later)


def _having(address: str, known: Mapping[str, Experiment | None], others: Sequence[str]) -> list[str]:
    """The sweeps that have an address, of those that can be foreseen.

    Raises:
        UnknownName: No sweep has it.
    """
    told = {name: made for name, made in known.items() if made is not None}
    having = [name for name, made in told.items() if has_address(made, address, others)]
    unforeseen = [name for name in known if name not in told]
    if having:
        return having
    error = no_address(address, [each for made in told.values() for each in addresses_of(made)])
    if unforeseen:
        words = f"If the sweep {unforeseen[0]!r}, which is made from trained networks, has it, say so"
        error.args = (f"{error} {words}: --set {unforeseen[0]}:{address}=….",)
    raise error


def _pairs(words: Sequence[str], flag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, text = _pair(word, flag)
        if name in found:
            raise UserError(f"{flag} {name} is given twice; leave one of the two out.")
        found[name] = text
    return found


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        example = "lr=0.05" if flag == "--set" else "lr=0.01,0.03"
        raise UserError(f"{flag} {text}: write it as address=value, for example {flag} {example}.")
    return name.strip(), value.strip()


def _one(text: str, name: str) -> Any:
    """The value of `--set`; several are a slip of the hand."""
    value = parse_value(text)
    if isinstance(value, str) and ("," in text or ".." in text or "(" in text):
        several = parse_axis(text, f"--set {name}")
        if len(several) > 1 and not any(isinstance(each, str) for each in several):
            raise UserError(
                f"--set {name}: {text} is several values; --set takes one, and --grid {name}={text} them all."
            )
    return value


def _refuse_idle(values: Mapping[str, tuple[Any, ...]]) -> None:
    """Refuse a learning rate of zero, which trains nothing and looks as if it did."""
    for name, several in values.items():
        if name.rpartition(".")[2].rpartition(":")[2] == "lr" and any(value == 0 for value in several):
            raise BadValue(
                name, 0, "above 0: at a rate of 0 nothing is learned (snapshots=[0] keeps what is untrained)"
            )


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()
