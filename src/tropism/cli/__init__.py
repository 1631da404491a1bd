"""The command line: `tropism VERB`. Parsing imports nothing heavy; each verb imports what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tropism.errors import TropismError
from tropism.lean import look_rarely, one_thread


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, with one thread a process unless the environment says otherwise.

    Exit code 2 for a user's mistake, 130 for Ctrl-C.
    """
    one_thread()
    look_rarely()
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        from tropism.cli.verbs import parse

        parse(arguments).run()
    except TropismError as error:
        return _said(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _said("stopped; what was finished is kept.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        return _said(f"{error.filename}: {error.strerror}.", 1)
    return 0


def _said(words: str, code: int) -> int:
    print(f"tropism: {words}", file=sys.stderr)
    return code
