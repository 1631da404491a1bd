"""Plug-ins: files that the user names, whose classes may then be used and rebuilt from a store."""

from __future__ import annotations

import importlib.util
import sys
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
        raise UserError(f"{path} is not a Python file that could be loaded as a plug-in.")
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
        raise UserError(f"{path} does not load: {type(error).__name__}: {error}") from error
    allow_plugin(file.stem, module)
    return module


def loaded_plugins() -> tuple[str, ...]:
    """The files that were loaded, so that worker processes can load them too."""
    files = (getattr(module, "__file__", "") for name, module in sys.modules.items() if name.startswith(_PACKAGE + "."))
    return tuple(file for file in files if file)
