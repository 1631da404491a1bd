"""Each: one question asked of many things, which whoever carries out a study may share out among processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
Share = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]]], list[Any]]
"""Asks a function of several tuples of arguments; the answers in their order."""

_share: ContextVar[Share | None] = ContextVar("share", default=None)


def each(function: Callable[..., T], items: Iterable[tuple[Any, ...]]) -> list[T]:
    """What a function answers to each tuple of arguments, in their order.

    While a study is carried out on several processes, they share the items. So the function has to stand in a module,
    what it is given and what it answers travel between processes, and no answer may depend on an earlier one. What
    it raises should end the study: another process tells its errors in words, but for those of the house.
    """
    asked, share = list(items), _share.get()
    if share is None or len(asked) < 2:
        return [function(*item) for item in asked]
    return share(function, asked)


@contextlib.contextmanager
def shared(share: Share | None) -> Iterator[None]:
    """Within, `each` asks in this way; without one, in this process."""
    token = _share.set(share)
    try:
        yield
    finally:
        _share.reset(token)


def only(ensembles: Mapping[str, T], names: Iterable[str]) -> Mapping[str, T]:
    """Some of a study's ensembles, such as may travel to another process; those that stand in a store are not read."""
    some = getattr(ensembles, "only", None)
    return some(names) if some is not None else {name: ensembles[name] for name in names if name in ensembles}
