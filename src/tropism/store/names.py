"""Names that are safe as the name of a file or folder."""

from __future__ import annotations

import re

from tropism.errors import BadValue

_KEY = re.compile(r"[0-9A-Za-z_-]{1,128}")
_NAME = re.compile(r"[0-9A-Za-z_](?:[0-9A-Za-z_. -]{0,98}[0-9A-Za-z_-])?")


def check_key(key: str) -> str:
    """The key of a shard, unchanged.

    Raises:
        BadValue: It is not 1 to 128 letters, digits, `-` or `_`.
    """
    if not is_key(key):
        raise BadValue("the shard's key", key, "1 to 128 letters, digits, - or _")
    return key


def is_key(key: object) -> bool:
    """Whether this could be the key of a shard."""
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def check_name(name: str, what: str) -> str:
    """The name of a study, table or figure, unchanged.

    Raises:
        BadValue: It is empty, longer than 100, or holds a slash, `..` or anything else unsafe.
    """
    if not is_name(name):
        wanted = "1 to 100 letters, digits, spaces, dots, - or _, beginning with a letter or digit, without '..'"
        raise BadValue(f"the name of the {what}", name, wanted)
    return name


def is_name(name: object) -> bool:
    """Whether this could be the name of a study, table or figure."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and ".." not in name
