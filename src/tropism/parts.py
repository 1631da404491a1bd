"""Parts by name: a value's field that holds another value, filled from words such as `Adam` or `WarmUp(256, Annealed)`.

Names are those of registered classes, as files have them; nothing is imported by name, and nothing is evaluated.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tropism.axes import parse_value, parts_of
from tropism.core.dial import is_dial
from tropism.core.term import Regularizer
from tropism.errors import BadValue, UnknownName, UserError
from tropism.kinds import with_article
from tropism.values import Value, describe, registered

_WORDS = re.compile(r"([A-Za-z][\w-]*)(?:\((.*)\))?", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A value that is yet to be made: its class, and what is known of its fields."""

    kind: type[Value]
    fields: Mapping[str, Any]
    where: str

    def filled(self) -> dict[str, Any]:
        """Every field that has something: what is known of it, or its default."""
        found = {field.name: _default(field) for field in dataclasses.fields(self.kind)}
        return {name: item for name, item in found.items() if item is not dataclasses.MISSING} | dict(self.fields)

    def made(self) -> Value:
        """The value.

        Raises:
            UserError: A field that has no default was not given.
        """
        for field in dataclasses.fields(self.kind):
            if field.init and field.name not in self.fields and _default(field) is dataclasses.MISSING:
                raise UserError(
                    f"{self.where}: {with_article(self.kind.__name__)} needs {field.name!r}, which has no default; "
                    f"give it, too: {self.where}.{field.name}=…"
                )
        return self.kind(**{name: finished(item) for name, item in self.fields.items()})


def finished(item: Any) -> Any:
    """What stands in a field, made if it is yet to be made."""
    if isinstance(item, tuple):
        return tuple(finished(each) for each in item)
    return item.made() if isinstance(item, Part) else item


def kind_of(holder: type, field: dataclasses.Field) -> tuple[type[Value], bool] | None:
    """The kind of part that a field takes, and whether it takes several; nothing where it takes none."""
    declared = str(field.type)
    inner = re.fullmatch(r"tuple\[(\w+), \.\.\.\]", declared)
    for name in [inner[1]] if inner else [word.strip() for word in declared.split("|")]:
        for cls in holder.__mro__:
            if field.name in inspect.get_annotations(cls):
                found = getattr(sys.modules[cls.__module__], name, None)
                if isinstance(found, type) and issubclass(found, Value) and not is_dial(field):
                    return found, inner is not None
    return None


def choices(kind: type[Value]) -> tuple[str, ...]:
    """The names of what may stand where such a kind is wanted."""
    names = sorted(name for name, item in registered(kind).items() if item is not Regularizer)
    return tuple(names or ([kind.__name__] if getattr(kind, "__dataclass_fields__", None) else []))


def part_of(words: str, kind: type[Value], where: str, before: object = None) -> Part:
    """The part that some words say: a name, perhaps with arguments in brackets; `before` stood there until now.

    What `before` held beyond its class's defaults, and the new class has too, carries over.

    Raises:
        UnknownName: No class of that kind is called so.
        BadValue: Words that are none, or arguments that the class has not.
    """
    said = _WORDS.fullmatch(words.strip())
    if said is None:
        raise BadValue(where, words, wanted(kind))
    cls = _named(said[1], kind, where)
    own = _arguments(cls, said[2], where) if said[2] is not None else {}
    return Part(cls, carried(before, cls) | own, where)


def wanted(kind: type[Value]) -> str:
    """What would do, for errors: `an Optimizer: Adam, AdamW, Lamb or SGD`."""
    names = choices(kind)
    listed = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
    return with_article(kind.__name__) + (f": {listed}" if names else "")


def carried(before: object, kind: type[Value]) -> dict[str, Any]:
    """What a value holds beyond its class's defaults, or another class cannot do without, where that has it too."""
    if not isinstance(before, Value):
        return {}
    theirs = {field.name: field for field in dataclasses.fields(kind) if field.init}
    found = {}
    for field in dataclasses.fields(before):
        item, other = getattr(before, field.name), theirs.get(field.name)
        if other is None or is_dial(other) != is_dial(field):
            continue
        default = _default(field)
        told = default is dataclasses.MISSING or describe(item) != describe(default)
        if told or _default(other) is dataclasses.MISSING:
            found[field.name] = item
    return found


def _named(name: str, kind: type[Value], where: str) -> type[Value]:
    known = {each: registered(kind).get(each, kind) for each in choices(kind)}
    if name in known:
        return known[name]
    near = [each for each in known if _folded(each) == _folded(name)]
    if len(near) != 1:
        raise UnknownName(kind.__name__, name, near or known, where)
    return known[near[0]]


def _arguments(cls: type[Value], text: str, where: str) -> dict[str, Any]:
    """The fields that stand in brackets, by place or by name."""
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}
    places = [name for name, field in fields.items() if not field.kw_only]
    found: dict[str, Any] = {}
    for place, word in enumerate(parts_of(text, where) if text.strip() else ()):
        name, equals, rest = (each.strip() for each in word.partition("="))
        if not equals:
            if place >= len(places):
                raise UserError(
                    f"{where}: {word} is one value too many. {cls.__name__} takes "
                    f"{', '.join(places) or 'none'} by place, and by name {', '.join(fields) or 'nothing'}."
                )
            name, rest = places[place], word
        if name not in fields:
            raise UnknownName("field", name, fields, f"{where} ({cls.__name__})")
        if name in found:
            raise BadValue(where, word, f"said once: {cls.__name__} has one {name}")
        found[name] = filling(cls, fields[name], parse_value(rest), f"{where}.{name}")
    return found


def filling(holder: type, field: dataclasses.Field, value: Any, where: str, before: object = None) -> Any:
    """What a value stands for in a field: a part, where it is a name and the field takes one; otherwise itself.

    Raises:
        UserError: A name that is none there.
    """
    taken = kind_of(holder, field)
    if taken is None:
        return value
    kind, several = taken
    if not several:
        return part_of(value, kind, where, before) if isinstance(value, str) else value
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, tuple):
        return value
    return tuple(part_of(each, kind, where) if isinstance(each, str) else each for each in names)


def _folded(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _default(field: dataclasses.Field) -> Any:
    make: Callable[[], Any] | Any = field.default_factory
    return field.default if make is dataclasses.MISSING else make()
