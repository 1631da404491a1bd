"""The verbs that keep a store in order: `verify` and `rm`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tropism.errors import Damaged, Missing

if TYPE_CHECKING:
    from tropism.cli.verbs import Rm
    from tropism.store import Store


def verify(path: Path, *, as_json: bool) -> None:
    """Check every file; the first damaged one ends it with an error after all were named.

    Raises:
        Damaged: Something is not as it was written.
    """
    from tropism.store import in_words

    store = opened(path, writable=False)
    problems = store.verify()
    if as_json:
        print(json.dumps([dataclasses.asdict(problem) for problem in problems], default=str))
    for problem in problems if not as_json else ():
        print(problem)
    if problems:
        raise Damaged(f"{len(problems)} things in {path} are not as they were written.")
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
