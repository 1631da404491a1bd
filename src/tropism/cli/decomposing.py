"""The verb `decompose`: dictionaries of a stored study's networks at a site, or of activations from a file."""

from __future__ import annotations

import math
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tropism.cli.devices import start_on
from tropism.cli.keeping import opened
from tropism.cli.results import print_outcomes, print_plan
from tropism.cli.training import carried_out, processes_of
from tropism.errors import BadValue, DoesNotFit, Missing, UnknownName, UserError, suggestion

if TYPE_CHECKING:
    import numpy as np

    from tropism.cli.verbs import Decompose
    from tropism.core.ensemble import Ensemble
    from tropism.core.sweep import Study
    from tropism.grown import Grown
    from tropism.studies.decompose import Sizes
    from tropism.subjects.features import Recorded, Watched

MOST_NETWORKS = 4
"""Networks that are decomposed unless others are asked for: the first ones that did not diverge."""
_OF_NETWORKS = ("sweep", "seeds", "positions")


class Asked(NamedTuple):
    """What is decomposed.

    Attributes:
        source: The activations.
        name: What the study is stored as, unless another name is given.
        of: Whose they are, in words.
        note: Who was left out.
    """

    source: Watched | Recorded
    name: str
    of: str
    note: str = ""


def decompose(asked: Decompose) -> None:
    """Train dictionaries on activations, judge them beside chance and other methods, and write the report."""
    from tropism.plugins import load_plugin
    from tropism.sizes import refuse_absurd
    from tropism.store.names import check_name
    from tropism.studies.decompose import decomposition
    from tropism.subjects.features.files import is_file_of_activations

    for plugin in asked.plugins:
        load_plugin(plugin)
    processes = processes_of(asked.processes)
    start_on(None)
    what = of_file(asked) if is_file_of_activations(asked.what) else of_study(asked)
    name = check_name(asked.name or what.name + _mark(asked), "study")
    study = decomposition(what.source, _sizes(asked, what), name=name, of=what.of, note=what.note)
    refuse_absurd(study)
    if what.note:
        print(what.note, file=sys.stderr)
    if asked.plan:
        _plan(study, asked, processes)
        return
    outcome = carried_out(study, asked.store, processes, shlex.join(_words(asked)), None)
    if asked.readme is not None:
        from tropism.cli.reading import write_readme

        write_readme(asked.store, study.name, asked.readme)
    print_outcomes([outcome], as_json=asked.as_json)


def of_file(asked: Decompose) -> Asked:
    """The activations that a file holds.

    Raises:
        UserError: It holds none, or something was asked that only networks have.
    """
    from tropism.subjects.features import Recorded
    from tropism.subjects.features.files import read_activations

    given = [f"--{name}" for name in _OF_NETWORKS if getattr(asked, name) is not None]
    given += ["--where"] if asked.where else []
    if asked.site is not None or given:
        culprit = f"the site {asked.site!r}" if asked.site is not None else given[0]
        raise UserError(
            f"{asked.what} is a file of activations; {culprit} is for a stored study's networks. Leave it out."
        )
    rows = read_activations(asked.what)
    try:
        source = Recorded.of(rows)
    except BadValue as error:
        raise BadValue(asked.what, error.given, error.wanted) from None
    stem = re.sub(r"\.(npy|npz|safetensors)(:|$)", r"\2", Path(asked.what).name, flags=re.IGNORECASE)
    return Asked(source, _named("decompose", stem), Path(asked.what).name, _told_of(rows))


def of_study(asked: Decompose) -> Asked:
    """The activations of a stored study's networks.

    Raises:
        UserError: The study, the sweep, the setting, the seed or the site is not there; the message says what is.
    """
    from tropism.restoring import restored
    from tropism.studies.decompose import refuse_dictionaries, watched

    store = opened(asked.store, writable=False)
    _stored(asked.what, store.studies(), asked.store)
    sweeps = restored(store, asked.what)
    sweep = _sweep(asked, sweeps)
    whole = sweeps[sweep]
    refuse_dictionaries(whole)
    site = _site(asked, whole)
    ensemble, note = _networks(asked, _setting(asked, whole))
    several = () if len(sweeps) == 1 else (sweep,)
    source = watched(ensemble, site, positions=_numbers(asked.positions, "--positions", least=0))
    at = ", ".join((f"the study {asked.what!r}", *(f"the sweep {each!r}" for each in several), f"the site {site!r}"))
    return Asked(source, _named("decompose", asked.what, *several, site), at.replace("'", ""), note)


def _stored(name: str, stored: list[str], path: Path) -> None:
    if name in stored:
        return
    from tropism.studies import load

    try:
        load(name)
    except UnknownName:
        raise UnknownName("stored study", name, stored, str(path)) from None
    raise Missing(f"{name!r} is not stored in {path}; `tropism run {name}` trains it.{suggestion('', sorted(stored))}")


def _sweep(asked: Decompose, sweeps: Grown) -> str:
    names = list(sweeps)
    if not names:
        raise DoesNotFit(f"The study {asked.what!r} trained no networks, so there is nothing to decompose.")
    if asked.sweep is not None:
        if asked.sweep not in names:
            raise UnknownName("sweep", asked.sweep, names, f"the study {asked.what!r}")
        return asked.sweep
    if len(names) > 1:
        raise DoesNotFit(
            f"The study {asked.what!r} has several sweeps; say which: --sweep NAME.{suggestion('', names)}"
        )
    return names[0]


def _site(asked: Decompose, ensemble: Ensemble) -> str:
    sites = ensemble.network.sites()
    where = f"{asked.what!r} ({type(ensemble.network).__name__})"
    if asked.site is None:
        told = ", ".join(f"{name} ({site.width} wide)" for name, site in sites.items())
        raise DoesNotFit(f"Say at which site of {where}: {told}.")
    if asked.site not in sites:
        raise UnknownName("site", asked.site, sites, where)
    return asked.site


def _setting(asked: Decompose, ensemble: Ensemble) -> Ensemble:
    """The networks of one setting: the only one, or the one whose dials have the numbers asked for."""
    from tropism.axes import said
    from tropism.summing import short_names

    wanted = dict(_pair(ensemble, words) for words in asked.where)
    rows = [row for row, member in enumerate(ensemble.members) if _has(dict(member.dials), wanted)]
    left = list(dict.fromkeys(ensemble.members[row].dials for row in rows))
    if len(left) == 1:
        return ensemble.select(rows)
    short = short_names(ensemble.experiment, ensemble.members)
    every = left or list(dict.fromkeys(member.dials for member in ensemble.members))
    told = [", ".join(f"{short[address]}={said(number)}" for address, number in dials) for dials in every]
    shown = "; ".join(told[:8]) + (f"; … ({len(told)} in all)" if len(told) > 8 else "")
    if not left:
        raise DoesNotFit(
            f"No network of {asked.what!r} has --where {' --where '.join(asked.where)}. There are: {shown}."
        )
    raise DoesNotFit(
        f"{asked.what!r} has several settings there; choose one by --where DIAL=NUMBER. There are: {shown}."
    )


def _pair(ensemble: Ensemble, words: str) -> tuple[str, float]:
    name, _, text = words.partition("=")
    try:
        number = float(text)
    except ValueError:
        raise UserError(f"--where {words}: write it as dial=number, for example --where lr=0.01.") from None
    return ensemble.experiment.address(name.strip(), "--where"), number


def _has(dials: dict[str, float], wanted: dict[str, float]) -> bool:
    return all(name in dials and math.isclose(dials[name], number, rel_tol=1e-6) for name, number in wanted.items())


def _networks(asked: Decompose, ensemble: Ensemble) -> tuple[Ensemble, str]:
    """The networks that are asked for, by default the first few; those that diverged are left out, and said."""
    from tropism.overriding import parse_seeds
    from tropism.studying import in_ranges

    seeds = [member.seed.init for member in ensemble.members]
    if asked.seeds is not None:
        for seed in (wanted := parse_seeds(asked.seeds)):
            if seed not in seeds:
                raise UserError(f"{asked.what!r} has no network of seed {seed}; it has seeds {in_ranges(seeds)}.")
        ensemble = ensemble.select([row for row, seed in enumerate(seeds) if seed in wanted])
    whole = ensemble.status.diverged_at < 0
    if not whole.any():
        count = "The only network" if len(ensemble) == 1 else f"All {len(ensemble)} networks"
        raise DoesNotFit(f"{count} of {asked.what!r} diverged, so there is nothing to decompose; choose others.")
    failed = int((~whole).sum())
    kept = ensemble.select(whole)
    if asked.seeds is None:
        kept = kept.select(range(min(len(kept), MOST_NETWORKS)))
    _refuse_one_world(asked, kept)
    parts = [f"These are {len(kept)} of its {len(ensemble)} networks."] if len(kept) + failed < len(ensemble) else []
    parts += [f"{failed} of {len(ensemble)} diverged and {'is' if failed == 1 else 'are'} left out."] if failed else []
    return kept, " ".join(parts)


def _refuse_one_world(asked: Decompose, ensemble: Ensemble) -> None:
    """A dictionary finds its network by the `world` stream, so no two may have the same."""
    worlds = [member.seed.world for member in ensemble.members]
    for world in worlds:
        if worlds.count(world) > 1:
            first = ensemble.members[worlds.index(world)].seed.init
            raise DoesNotFit(
                f"Several networks of {asked.what!r} share the world stream {world}, by which a dictionary finds its "
                f"network; decompose one at a time: --seeds {first}."
            )


def _sizes(asked: Decompose, what: Asked) -> Sizes:
    from tropism.studies._decompose_look import Look
    from tropism.studies.decompose import sizes_for

    if asked.repeats is not None and asked.repeats < 2:
        raise BadValue("--repeats", asked.repeats, "at least 2, or nothing could be found again")
    if asked.steps is not None and asked.steps < 1:
        raise BadValue("--steps", asked.steps, "at least 1")
    latents, active = _numbers(asked.latents, "--latents", least=2), _numbers(asked.k, "--k", least=1)
    return sizes_for(Look(what.source), latents=latents, active=active, repeats=asked.repeats, steps=asked.steps)


def _numbers(text: str | None, flag: str, *, least: int) -> tuple[int, ...] | None:
    if text is None:
        return None
    words = [each.strip() for each in text.split(",")]
    for word in words:
        if not (word.isascii() and word.isdigit() and int(word) >= least):
            raise BadValue(flag, word, f"whole numbers of at least {least}, such as {least},{4 * least + 4}")
    if len(set(words)) != len(words):
        raise BadValue(flag, text, "numbers that are each given once")
    return tuple(map(int, words))


def _named(*parts: str) -> str:
    """A safe name from words that may hold anything."""
    return "-".join(re.sub(r"[^0-9A-Za-z_.]+", "-", each).strip("-.") or "_" for each in parts)[:90]


def _mark(asked: Decompose) -> str:
    """What tells a decomposition that was asked for otherwise from the plain one."""
    from tropism.values import key_of

    told = tuple(pair for pair in _flags(asked) if pair[0] != "--sweep")  # the sweep stands in the name
    return f"-{key_of(told)[:6]}" if told else ""


def _words(asked: Decompose) -> list[str]:
    """The command line that says the same."""
    what = [asked.what] if asked.site is None else [asked.what, asked.site]
    named = [] if asked.name is None else ["--name", asked.name]
    return ["tropism", "decompose", *what, *(word for pair in _flags(asked) for word in pair), *named]


def _flags(asked: Decompose) -> list[tuple[str, str]]:
    """What was asked for beside the study, the site and the name."""
    names = ("sweep", "seeds", "positions", "latents", "k", "repeats", "steps")
    found = [(f"--{name}", str(getattr(asked, name))) for name in names if getattr(asked, name) is not None]
    return found + [("--where", each) for each in asked.where]


def _told_of(rows: np.ndarray) -> str:
    return f"The array has the shape {list(rows.shape)}; its last axis is the width, and the last fifth is held out."


def _plan(study: Study, asked: Decompose, processes: int) -> None:
    from tropism.planning import plan
    from tropism.store import Store

    store = Store(asked.store, writable=False) if asked.store.exists() else None
    print_plan(study.name, plan(study, store, processes=processes), processes, as_json=asked.as_json)
