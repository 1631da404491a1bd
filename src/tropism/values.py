"""Values: what can be frozen, compared, hashed, written as JSON and rebuilt.

Everything inside an experiment is one. A value is a frozen dataclass whose fields are values, numbers, strings, tuples,
`None` or small arrays; a list, a dictionary or a bare callable is refused when the value is made. Its key is the
SHA-256 of its canonical JSON, with each class's version.

Nothing that is read can run code: a description names classes as `shelf.Class`; the shelf must be one of `SHELVES` (or
a plug-in that the user named) and the class must stand in that shelf's public list.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import importlib.util
import inspect
import json
import math
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from tropism.errors import BadValue, UnknownName, UserError
from tropism.kinds import misfit

SHELVES: tuple[str, ...] = (
    "schedules",
    "core",
    "tasks",
    "networks",
    "terms",
    "losses",
    "optimizers",
    "interventions",
    "surgery",
    "techniques",
    "dictionaries",
    "measures",
    "rules",
    "subjects.color",
    "subjects.superposition",
    "subjects.generalization",
    "subjects.features",
)
"""The shelves whose public names may be rebuilt from a file."""

ENGINE_NUMERICS = 2
"""Enters every member's key: raise it when the engine comes to compute something else."""

_LARGEST_ARRAY = 4096
_plugins: dict[str, ModuleType] = {}

V = TypeVar("V", bound="Value")


class Value:
    """The root of everything that is described rather than done.

    Subclasses are frozen dataclasses. `version` enters the key: raise it when the same fields come to mean something
    else. Override `check` to refuse what cannot be.
    """

    version: ClassVar[int] = 1
    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]  # every subclass is a dataclass

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            item = getattr(self, field.name)
            _refuse_unfrozen(f"{type(self).__name__}.{field.name}", item)
            if isinstance(item, np.ndarray) and item.flags.writeable:
                item = item.copy()
                item.setflags(write=False)  # what a key was made of stays as it was
                object.__setattr__(self, field.name, item)
        try:
            self.check()
        except (TypeError, ValueError) as error:  # a check may stumble over a field of another kind
            raise (misfit(self) or error) from None
        wrong = misfit(self)
        if wrong is not None:
            raise wrong

    def check(self) -> None:
        """Raise a `UserError` if the fields do not fit; called when the value is made."""

    def key(self) -> str:
        """The SHA-256 of the canonical JSON, 64 hexadecimal digits."""
        return key_of(self)


def later(default: Any) -> Any:
    """A field that a class came to have after values of it were stored: at its default it is not part of the key.

    So what was stored before is still what is asked for now. The default must mean what the class did without it.
    """
    return dataclasses.field(default=default, metadata={"later": True})


def allow_plugin(name: str, module: ModuleType) -> None:
    """Let classes of `module` be rebuilt from files under `name:Class`; the user names plug-ins, a file never does."""
    _plugins[name] = module


def key_of(value: object) -> str:
    """The SHA-256 of a value's canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """The one JSON text of a value: sorted names, no spaces, the shortest digits that read back the same."""
    return json.dumps(describe(value), sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def describe(value: object) -> Any:
    """A value as plain dictionaries, lists, strings and numbers that JSON can hold."""
    substitute = getattr(value, "described_as", None)
    if substitute is not None and not isinstance(value, type):
        value = substitute()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _describe_dataclass(value)
    if isinstance(value, (tuple, range, frozenset)):
        items = sorted(value) if isinstance(value, frozenset) else value
        return [describe(item) for item in items]
    if isinstance(value, np.ndarray):
        data = [describe(item) for item in value.ravel().tolist()]
        return {"is": "array", "dtype": value.dtype.name, "shape": list(value.shape), "data": data}
    if isinstance(value, np.generic):
        return describe(value.item())
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else {"is": "float", "data": repr(value)}  # -0.0 is 0.0
    raise BadValue("a value", value, "a value, number, string, tuple, None or small array")


def rebuild(description: Any) -> Any:
    """The value that a description describes; the inverse of `describe`.

    Raises:
        UnknownName: A class that no shelf and no named plug-in has.
        UserError: A version of a class that this installation does not know, or fields that do not fit it.
    """
    if isinstance(description, list):
        return tuple(rebuild(item) for item in description)
    if not isinstance(description, dict):
        return description
    kind = description.get("is")
    if kind == "array":
        data = [rebuild(item) for item in description["data"]]
        return np.array(data, dtype=description["dtype"]).reshape(description["shape"])
    if kind == "float":
        return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[description["data"]]
    return _rebuild_dataclass(str(kind), description)


def registered(kind: type[V]) -> dict[str, type[V]]:
    """The classes of a kind that may be rebuilt from a file, by their own names: those of shelves and of plug-ins."""
    found: dict[str, type[V]] = {}
    for shelf in SHELVES:
        if importlib.util.find_spec(f"tropism.{shelf}") is not None:
            module = importlib.import_module(f"tropism.{shelf}")
            found |= {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    for module in _plugins.values():
        found |= {
            name: item for name, item in vars(module).items() if getattr(item, "__module__", "") == module.__name__
        }
    return {
        name: item
        for name, item in found.items()
        if isinstance(item, type) and issubclass(item, kind) and item is not kind and dataclasses.is_dataclass(item)
    }


def class_name(cls: type) -> str:
    """The registered name of a class: `terms.Separate`, or `plug-in:Class`."""
    module = cls.__module__
    for shelf in SHELVES:
        if module == f"tropism.{shelf}" or module.startswith(f"tropism.{shelf}."):
            return f"{shelf}.{cls.__qualname__}"
    if module.startswith("tropism."):
        raise UserError(f"{module}.{cls.__qualname__} stands on none of the shelves ({', '.join(SHELVES)}).")
    return f"{module.rpartition('.')[2]}:{cls.__qualname__}"


def replaced(value: V, **fields: object) -> V:
    """A copy with other fields that skips every check: for the engine, which puts traced numbers where dials stood."""
    copy = object.__new__(type(value))
    for field in dataclasses.fields(value):
        object.__setattr__(copy, field.name, fields.get(field.name, getattr(value, field.name)))
    return copy


def _describe_dataclass(value: object) -> dict[str, Any]:
    described: dict[str, Any] = {"is": class_name(type(value)), "v": getattr(value, "version", 1)}
    if ":" in described["is"]:
        described["code"] = _source_of(type(value))
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        item = getattr(value, field.name)
        told = describe(_as_floats(item) if "float" in str(field.type) else item)
        if not (field.metadata.get("later") and told == describe(_default_of(field))):
            described[field.name] = told
    return described


def _default_of(field: dataclasses.Field) -> Any:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _as_floats(item: Any) -> Any:
    """Whole numbers as floats, also in tuples, so that 1 and 1.0 are one experiment."""
    if isinstance(item, (tuple, range)):
        return tuple(_as_floats(inner) for inner in item)
    whole = isinstance(item, (int, np.integer)) and not isinstance(item, bool)
    return float(item) if whole else item


def _source_of(cls: type) -> str:
    """What tells two plug-ins' classes of one name apart: a digest of the code, or the module where there is none."""
    try:
        return hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()[:16]
    except (OSError, TypeError):
        return cls.__module__


def _rebuild_dataclass(name: str, description: dict[str, Any]) -> Any:
    cls = _find_class(name)
    known = getattr(cls, "version", 1)
    if description.get("v", 1) != known:
        raise UserError(f"{name} was written as version {description.get('v')}, and this installation has {known}.")
    if ":" in name and description.get("code", "") != _source_of(cls):
        raise UserError(f"{name} was written by other code than the loaded plug-in has.")
    said = ("is", "v", "code") if ":" in name else ("is", "v")  # a class on a shelf may have a field called `code`
    fields = {key: rebuild(item) for key, item in description.items() if key not in said}
    expected = {field.name for field in dataclasses.fields(cls)}
    for key in fields:
        if key not in expected:
            raise UnknownName("field", key, expected, name)
    for field in dataclasses.fields(cls):
        if field.name not in fields and field.default is field.default_factory is dataclasses.MISSING:
            raise UserError(f"{name} was written without its field {field.name!r}.")
    return cls(**fields)


def _find_class(name: str) -> type:
    if ":" in name:
        plugin, _, qualified = name.partition(":")
        if plugin not in _plugins:
            raise UnknownName("plug-in", plugin, _plugins, f"{name} was stored by a plug-in that is not loaded")
        found = getattr(_plugins[plugin], qualified, None)
    else:
        shelf, _, qualified = name.rpartition(".")
        if shelf not in SHELVES:
            raise UnknownName("shelf", shelf, SHELVES, name)
        module = importlib.import_module(f"tropism.{shelf}")
        public = getattr(module, "__all__", ())
        if qualified not in public:
            raise UnknownName("class", qualified, public, shelf)
        found = getattr(module, qualified)
    if not (isinstance(found, type) and dataclasses.is_dataclass(found)):
        raise UserError(f"{name} is not something that can be described.")
    return found


def _refuse_unfrozen(where: str, item: object) -> None:
    if isinstance(item, tuple):
        for place, inner in enumerate(item):
            _refuse_unfrozen(f"{where}[{place}]", inner)
        return
    if isinstance(item, np.ndarray):
        if item.size > _LARGEST_ARRAY:
            raise BadValue(where, f"an array of {item.size} numbers", f"at most {_LARGEST_ARRAY} numbers")
        return
    frozen = item is None or isinstance(item, (Value, bool, int, float, str, range, np.generic))
    if not frozen and not _is_frozen_dataclass(item):
        raise BadValue(where, item, "a value: a frozen dataclass, tuple, string, number or small array")


def _is_frozen_dataclass(item: object) -> bool:
    made = dataclasses.is_dataclass(item) and not isinstance(item, type)
    return made and bool(getattr(type(item), "__dataclass_params__").frozen)  # noqa: B009 - it is no public name
