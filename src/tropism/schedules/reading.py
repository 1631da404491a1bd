"""The text of a dope sheet's file, or an error that says why there is none."""

from __future__ import annotations

from pathlib import Path

from tropism.errors import ScheduleError, suggestion


def read_text(path: Path) -> str:
    """The text of a file in UTF-8.

    Raises:
        ScheduleError: A file that is missing, a folder, unreadable or not UTF-8.
    """
    source = str(path)
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        near = [other.name for other in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        hint = suggestion(path.name, sorted(near)) if near else ""
        raise ScheduleError(f"there is no such file.{hint}", source=source) from None
    except IsADirectoryError:
        raise ScheduleError("this is a folder; it must be a CSV file.", source=source) from None
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8; save the sheet as CSV in UTF-8."
        raise ScheduleError(problem, source=source) from None
    except (OSError, ValueError) as error:
        raise ScheduleError(f"the file cannot be read ({error}).", source=source) from error
