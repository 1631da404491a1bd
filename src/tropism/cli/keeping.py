"""The verbs that keep a store in order: `verify` and `rm`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tropism.errors import Missing, RunError

if TYPE_CHECKING:
    from tropism.cli.verbs import Rm
    from tropism.store import Store


def verify(path: Path, *, clean: bool, as_json: bool) -> None:
    """Check every file; name all that are not as they were written, then end with an error.

    Raises:
        RunError: Something is not as it was written.
    """
    from tropism.store import in_words

    store = opened(path, writable=clean)
    if clean:
        store.clean()
    problems = store.verify()
    if as_json:
        print(json.dumps([dataclasses.asdict(problem) for problem in problems], default=str))
    for problem in problems if not as_json else ():
        print(problem)
    if problems:
        count = "One thing" if len(problems) == 1 else f"{len(problems)} things"
        raise RunError(
            f"{count} in {path} {'is' if len(problems) == 1 else 'are'} not in order. `tropism rm SHARD --force` "
            "removes a damaged shard, `tropism run STUDY` makes it anew, `tropism verify --clean` removes leftovers."
        )
    if not as_json:
        total = sum(store.size().values())
        print(f"{len(store.shards())} shards and {len(store.studies())} studies, {in_words(total)}: all is well.")


def remove(asked: Rm) -> None:
    """Remove a study or a shard, or say what that would free."""
    removal = opened(asked.store, writable=True).rm(asked.what, dry_run=asked.dry_run, force=asked.force)
    if asked.as_json:
        print(json.dumps(dataclasses.asdict(removal), default=str))
        return
    print(removal)


def opened(path: Path, *, writable: bool) -> Store:
    """A store that must be there already.

    Raises:
        Missing: It is not.
    """
    from tropism.store import Store as Folder

    if not path.exists():
        raise Missing(f"There is no store at {path}; `tropism run STUDY` makes one, `--store` names another.")
    return Folder(path, writable=writable)
