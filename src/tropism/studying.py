"""Studying: what a study trains, measures, draws and claims, from the question to the stored report."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Verdict
from tropism.core.each import shared
from tropism.core.sweep import Drawn, Grid, Section, Study, Sweep
from tropism.crew import Crew
from tropism.errors import Missing, RunError, TropismError
from tropism.grown import Grown
from tropism.planning import stages
from tropism.plugins import stumbled
from tropism.reckoning import Reckoning
from tropism.running import grow_all, member_key
from tropism.values import describe, rebuild
from tropism.work import Report

if TYPE_CHECKING:
    import polars

    from tropism.report.contents import Cells, ReportContents, Tabular
    from tropism.store.folder import Store
    from tropism.store.studies import StudyFolder

DRAWN = "drawn-"
"""How the names of tables begin that only hold what a picture shows, point by point: kept, and not printed."""

Told = Callable[[str, Report | None], None]
"""Called with a sweep's name, and a report after every chunk or `None` when the sweep is done."""


@dataclass(frozen=True)
class Findings:
    """What a study found: tables, verdicts, where its report stands, and what was trained."""

    study: Study
    tables: Mapping[str, polars.DataFrame]
    verdicts: tuple[Verdict, ...]
    report: Path
    ensembles: Grown


def carry_out(
    study: Study,
    store: Store,
    *,
    processes: int = 1,
    told: Told | None = None,
    command: str = "",
    chunk_steps: int | None = None,
) -> Findings:
    """Train what is missing, measure, draw, judge, and keep it all in the store.

    Raises:
        NoRoom: The disk has no room for what is missing, or for the report.
        StoreError: The store may only be read; it is refused before anything is trained or measured.
    """
    from tropism.store.room import estimate_report_bytes

    folder = store.study(study.name)  # refuses an unsafe name before anything is trained
    store.check_writable()
    report = estimate_report_bytes(folder.num_bytes(), len(study.sections))
    store.check_room(0, report)
    ensembles = Grown(store)
    telling = _Telling(told or (lambda name, report: None), Reckoning(study.sweeps, store))
    together = stages(study.sweeps)
    with Crew(store, processes, chunk_steps) as crew:
        if not folder.num_bytes() and telling.reckoning.anything_left():
            crew.begin(max((_programs_of(stage, processes) for stage in together), default=0))
        for stage in together:
            _train(stage, ensembles, crew, telling, report)
        with shared(crew.ask if processes > 1 else None):
            tables = dict(_asked_of(study, "measure", ensembles))
    verdicts = tuple(claim.judge(tables) for claim in study.claims)
    _keep(folder, study, ensembles, tables, verdicts, command or f"tropism run {shlex.quote(study.name)}")
    path = folder.write_report(rendered(folder))
    return Findings(study, tables, verdicts, path, ensembles)


def rendered(folder: StudyFolder) -> str:
    """A stored study as one HTML page; nothing is trained or computed."""
    from tropism.report import render_report
    from tropism.report.smaller import light_enough

    return render_report(light_enough(contents_of(folder)))


def contents_of(folder: StudyFolder) -> ReportContents:
    """What a stored study has to say, read from its folder alone.

    Raises:
        Missing: The study was never run to its end.
    """
    from tropism.report.contents import Picture, ReportContents

    about = folder.read_about()
    titles = dict(about["figures"])
    pictures = {each.name: each for each in folder.figures()}
    for name in titles:
        if name not in pictures:
            raise Missing(f"Study {folder.name!r} has lost its figure {name!r}; run it again, its networks are kept.")
    figures = tuple(
        Picture(
            name,
            title,
            pictures[name].alt,
            pictures[name].caption,
            pictures[name].paths["light"].read_bytes(),
            pictures[name].paths["dark"].read_bytes(),
        )
        for name, title in titles.items()
    )
    tables = tuple(_shown(folder, name, title, about["columns"]) for name, title in dict(about["tables"]).items())
    return ReportContents(
        title=about["title"],
        question=about["question"],
        source=about["source"],
        lede=about["lede"],
        verdicts=tuple(rebuild(item) for item in folder.read_claims()),
        figures=figures,
        tables=tables,
        ran=tuple((name, words) for name, words in about["ran"]),
        command=about["command"],
        failures=tuple(about["failures"]),
        sections=tuple(Section(*words) for words in about.get("sections", ())),
        grids=tuple(_cells(folder, told) for told in about.get("grids", ())),
        groups=tuple((heading, count) for heading, count in about.get("groups", ())),
    )


def _shown(folder: StudyFolder, name: str, title: str, columns: Mapping[str, str]) -> Tabular:
    """A stored table as the report shows it: whole, or a digest where a reader would drown in members."""
    from tropism.report.contents import Tabular
    from tropism.report.digest import HOW_TO_READ, MOST_ROWS, digest, is_long

    table = folder.read_table(name)
    if not is_long(table):
        return Tabular(name, title, table, _columns(columns, name, table.columns))
    found = digest(table)
    note = f"{HOW_TO_READ} A digest of {table.height} rows; each stands in tables/{name}.csv in the store."
    return Tabular(name, title, found, _columns(columns, name, found.columns), note, most_rows=MOST_ROWS)


def _cells(folder: StudyFolder, told: Mapping[str, Any]) -> Cells:
    from tropism.report.contents import Cells

    grid = Grid(
        **{
            **told,
            **{name: tuple(told[name]) for name in ("tones", "first")},
            "written": tuple(map(tuple, told["written"])),
        }
    )
    return Cells(grid, folder.read_table(grid.table))


def _programs_of(sweeps: list[Sweep], processes: int) -> int:
    """About how many programs sweeps have, as far as they say themselves how many networks they are."""
    from tropism.training.placement import packs

    members = (range(max(1, len(sweep.seeds) * len(sweep.settings))) for sweep in sweeps)
    return sum(len(packs(each, 1, processes=processes)) for each in members)


def _train(sweeps: list[Sweep], ensembles: Grown, crew: Crew, telling: _Telling, report: int) -> None:
    """Trains what is missing of some sweeps, and adds them to the ensembles that stand before them."""
    requests = []
    for sweep in sweeps:
        experiment = sweep.resolved(ensembles)
        requests.append((experiment, sweep.members(experiment)))
        telling.reckoning.begin(sweep.name, *requests[-1])
    keys = grow_all(
        requests,
        crew,
        on_progress=lambda heard: telling.hear(sweeps[heard.request].name, heard),
        report=report,
    )
    for sweep, (experiment, members), names in zip(sweeps, requests, keys, strict=True):
        ensembles.add(sweep.name, experiment, members, names)
        telling.end(sweep.name)


@dataclass(frozen=True)
class _Telling:
    """Who is told how far a study is, and who reckons it."""

    tell: Told
    reckoning: Reckoning

    def hear(self, name: str, report: Report) -> None:
        self.tell(name, dataclasses.replace(report, whole=self.reckoning.heard(name, report)))

    def end(self, name: str) -> None:
        self.reckoning.end(name)
        self.tell(name, None)


def _asked_of(study: Study, what: str, given: Mapping[str, Any]) -> Any:
    """What a study's own function answers; where it stumbles, the error names it and its line.

    Raises:
        RunError: It stumbled; what was trained is kept.
    """
    try:
        return getattr(study, what)(given)
    except TropismError:
        raise
    except Exception as error:
        raise RunError(
            f"{what}() of the study {study.name!r} stumbled: {stumbled(error)}. What was trained is kept."
        ) from error


def _keep(
    folder: StudyFolder,
    study: Study,
    ensembles: Grown,
    tables: Mapping[str, polars.DataFrame],
    verdicts: tuple[Verdict, ...],
    command: str,
) -> None:
    from tropism.figures.theme import render

    figures = list(_asked_of(study, "draw", tables))
    for name, table in tables.items():
        folder.write_table(name, table)
    for figure in figures:
        folder.write_figure(figure.name, render(figure), alt=figure.alt, caption=figure.caption)
    folder.write_members([key for name in ensembles for key in ensembles.remembered(name).keys])
    folder.write_claims([describe(verdict) for verdict in verdicts])
    folder.write_about(
        {
            "title": study.title,
            "question": study.question,
            "source": study.source,
            "lede": study.lede,
            "figures": [[figure.name, figure.title] for figure in figures],  # pairs: they keep their order
            "tables": [[name, _title(name)] for name in tables if not name.startswith(DRAWN)],
            "columns": dict(study.columns or {}),
            "sweeps": [[name, len(ensembles.remembered(name).keys)] for name in ensembles],
            "ran": [list(pair) for pair in _ran(study, ensembles)],
            "command": command,
            "failures": [f"{name}: {words}" for name in ensembles for words in ensembles.remembered(name).failures],
            "sections": [[section.name, section.title, section.text] for section in study.sections],
            "grids": [dataclasses.asdict(grid) for grid in study.grids],
        }
    )


def _title(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]  # the other capitals are names


def _ran(study: Study, ensembles: Grown) -> list[tuple[str, str]]:
    from tropism.training.device import machine

    found = []
    if isinstance(study.measure, Drawn):
        seeds = study.measure.each()
        found.append(("Draws", f"of seeds {in_ranges([seed.init for seed in seeds])}; no network is trained"))
    for name in ensembles:
        known = ensembles.remembered(name)
        settings = {member.dials for member in known.members}
        varied = f", {len(settings)} settings of {_dials(settings)}" if len(settings) > 1 else ""
        seeds = in_ranges([member.seed.init for member in known.members])
        found.append(
            (
                name,
                f"{len(known.members)} networks of {known.num_parameters} parameters, "
                f"{known.experiment.length} steps of {known.experiment.batch_size} examples{varied}; "
                f"seeds {seeds}; experiment {known.experiment.key()[:12]}",
            )
        )
    found.append(("Versions", ", ".join(f"{name} {version}" for name, version in machine().items())))
    return found


def _dials(settings: set[Any]) -> str:
    return ", ".join(sorted({name for setting in settings for name, _ in setting}))


def _columns(described: Mapping[str, str], table: str, present: list[str]) -> dict[str, str]:
    found = {}
    for column in present:
        words = described.get(f"{table}.{column}", described.get(column))
        if words:
            found[column] = words
    return found


def in_ranges(numbers: list[int]) -> str:
    """Whole numbers as ranges: `0–59, 70`."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)


def with_seeds(study: Study, seeds: tuple[Any, ...]) -> Study:
    """The same study with other seeds in every sweep, and in what it draws itself."""
    sweeps = tuple(dataclasses.replace(sweep, seeds=seeds) for sweep in study.sweeps)
    drawn = study.measure
    measure = dataclasses.replace(drawn, seeds=seeds) if isinstance(drawn, Drawn) else drawn
    return dataclasses.replace(study, sweeps=sweeps, measure=measure)


__all__ = ["Findings", "carry_out", "contents_of", "in_ranges", "member_key", "rendered", "with_seeds"]
