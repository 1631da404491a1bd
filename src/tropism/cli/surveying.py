"""The verb `survey`: all studies of a subject, and one report."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from tropism.cli.words import duration, print_frame

if TYPE_CHECKING:
    from tropism.cli.verbs import Survey
    from tropism.surveying import Ended


def run_survey(asked: Survey) -> None:
    """Carry out the studies, say how each ended, and where the report stands.

    Raises:
        RunError: A study could not be carried out; the report tells of the others.
    """
    from tropism.cli.reading import write_readme
    from tropism.cli.training import processes_of
    from tropism.errors import RunError
    from tropism.store import Store
    from tropism.surveying import OVERVIEW, carry_out, survey_of

    survey, began = survey_of(asked.subject, quick=asked.quick), time.monotonic()
    processes, store = processes_of(asked.processes), Store(asked.store)

    def told(one: Ended) -> None:
        words = f"stopped: {one.error}" if one.error else f"done in {duration(one.seconds)}"
        print(f"{one.study} {words}", file=sys.stderr, flush=True)

    report, ended = carry_out(survey, store, processes=processes, again=asked.again, told=told)
    done = [each.study for each in ended if not each.error]
    if asked.readme is not None:
        for name in done:
            write_readme(asked.store, name, asked.readme)
    table = store.study(survey.name).read_table(OVERVIEW)
    if asked.as_json:
        print(json.dumps({"studies": table.to_dicts(), "report": str(report)}))
    else:
        print_frame(survey.title, table.drop("title"))
        print(f"Done in {duration(time.monotonic() - began)}.")
        print(f"Report: {report}")
    failed = [each for each in ended if each.error]
    if failed:
        words = "; ".join(f"{each.study}: {each.error}" for each in failed)
        raise RunError(f"{len(failed)} of {len(ended)} studies could not be carried out. {words}")
