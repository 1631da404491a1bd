"""Plug-ins: files that the user names, whose classes may then be used and rebuilt from a store."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from tropism.errors import UserError
from tropism.values import allow_plugin

_PACKAGE = "tropism_plugins"


def load_plugin(path: str | Path) -> ModuleType:
    """Run a Python file that the user named, once, and let its classes be rebuilt under `stem:Class`.

    Raises:
        UserError: It is not there, or it does not load; the message says where it stumbled.
    """
    file = Path(path).resolve()
    if file.suffix != ".py" or not file.is_file():
        what = "is no Python file; its name must end in .py" if file.exists() else "is not there"
        raise UserError(f"{path} {what}. A plug-in is a Python file that you name.")
    name = f"{_PACKAGE}.{file.stem}"
    present = sys.modules.get(name)
    if present is not None and getattr(present, "__file__", None) == str(file):
        return present
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise UserError(f"{path} does not load: {stumbled(error, file)}") from error
    allow_plugin(file.stem, module)
    return module


class Stumbled(Exception):
    """What went wrong in a user's own code in another process, in words."""


def stumbled(error: BaseException, file: Path | None = None) -> str:
    """What went wrong in a user's own code, and on which line of `file`, or of what the raiser called."""
    if isinstance(error, Stumbled):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    own = frames[1:2] if file is None else [frame for frame in frames if frame.filename == str(file)][-1:]
    where = "".join(f" ({Path(frame.filename).name}, line {frame.lineno})" for frame in own)
    return f"{type(error).__name__}: {error}{where}"


def loaded_plugins() -> tuple[str, ...]:
    """The files that were loaded, so that worker processes can load them too."""
    files = (getattr(module, "__file__", "") for name, module in sys.modules.items() if name.startswith(_PACKAGE + "."))
    return tuple(file for file in files if file)
