"""scikit-learn, which comes with the extra `data`, and what it warns of."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

from tropism.errors import UserError

T = TypeVar("T")


def decompositions(asker: str) -> ModuleType:
    """`sklearn.decomposition`, imported when it is needed.

    Raises:
        UserError: scikit-learn is not installed.
    """
    try:
        return importlib.import_module("sklearn.decomposition")
    except ModuleNotFoundError:
        raise UserError(f"{asker} is scikit-learn's, which is not installed: pip install 'tropism[data]'.") from None


def done_quietly(work: Callable[[], T]) -> tuple[T, bool]:
    """What some work returns, and whether it ended without the warning that it has not converged.

    Other warnings are passed on.
    """
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        result = work()
    settled = True
    for each in heard:
        if issubclass(each.category, ConvergenceWarning):
            settled = False
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    return result, settled
