"""Members: the tables of their networks, their answers to every pair of tokens, and rows about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from tropism.core.ensemble import Ensemble
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    import polars

Tables: TypeAlias = "Ensemble | Mapping[str, Float[np.ndarray, 'E n w']] | Float[np.ndarray, 'E n w']"
"""Where tables with a row a token come from: an ensemble whose module has `tables()`, arrays by name, or one array."""
Grids: TypeAlias = "Ensemble | Iterable[Float[np.ndarray, 'n n w']]"
"""Where values for every pair (a, b) come from: an ensemble, or an array a member, also made one at a time."""


def tables_of(
    source: Tables, matrices: Sequence[str] | None = None, *, rows: Int[np.ndarray, "n"] | None = None
) -> dict[str, Float[np.ndarray, "E n w"]]:
    """Each member's tables with a row a token or output, by name; NaN for those that diverged.

    Args:
        source: An ensemble; arrays by name; or one array, which is then named `matrix`.
        matrices: Which tables; `None` for all.
        rows: Which rows, in which order; `None` for all.

    Raises:
        DoesNotFit: An ensemble whose module has no `tables()`.
        UnknownName: A table that is not there.
        BadValue: An array of another number of axes.
    """
    if isinstance(source, Ensemble):
        found = _folded(source)
    else:
        found = dict(source) if isinstance(source, Mapping) else {"matrix": np.asarray(source)}
    chosen = {}
    for name in found if matrices is None else matrices:
        if name not in found:
            raise UnknownName("table", name, found, "a measure of tables")
        if np.ndim(found[name]) != 3:
            raise BadValue(f"the table {name!r}", f"of shape {np.shape(found[name])}", "[members, rows, width]")
        chosen[name] = np.asarray(found[name] if rows is None else found[name][:, rows])
    return chosen


def grids_of(
    source: Grids, order: int, site: str, rows: Int[np.ndarray, "n"] | None = None
) -> Iterator[Float[np.ndarray, "n n w"]]:
    """The value at a site for every pair of `order` tokens, one member at a time; at `output`, the rows' outputs alone.

    Args:
        source: An ensemble that reads two tokens; or arrays, which are taken as they are.
        order: How many tokens there are on either side.
        site: Where an ensemble is listened to.
        rows: Which tokens, in which order; `None` for the first ones, which must then be all.

    Raises:
        DoesNotFit: An ensemble that does not read two tokens, or values for other pairs.
    """
    values = _asked(source, order, site, rows) if isinstance(source, Ensemble) else iter(source)
    for value in values:
        if np.ndim(value) != 3 or np.shape(value)[:2] != (order, order):
            raise DoesNotFit(f"The values have the shape {np.shape(value)}; wanted is [{order}, {order}, width].")
        yield value


def member_columns(source: Tables | Grids) -> dict[str, list[Any]]:
    """Of an ensemble, `seed` and a column for each dial that members have for their own; of arrays, nothing."""
    if not isinstance(source, Ensemble):
        return {}
    names = sorted({name for member in source.members for name, _ in member.dials})
    columns: dict[str, list[Any]] = {"seed": [str(member.seed) for member in source.members]}
    return columns | {name: [dict(member.dials).get(name) for member in source.members] for name in names}


def rows_of_member(source: Tables | Grids, member: int, columns: Mapping[str, Any]) -> polars.DataFrame:
    """Several rows about one member: `member`, who it is, then what was measured; single values are repeated."""
    import polars

    length = max(np.size(column) for column in columns.values())
    who = {"member": member} | {name: column[member] for name, column in member_columns(source).items()}
    shown = {name: column if np.ndim(column) else [column] * length for name, column in columns.items()}
    return polars.DataFrame({name: [item] * length for name, item in who.items()} | shown)


def _folded(ensemble: Ensemble) -> dict[str, np.ndarray]:
    import jax

    from tropism.core.paths import assembled

    if not hasattr(ensemble.module(0), "tables"):
        raise DoesNotFit(f"A {type(ensemble.network).__name__} has no tables with a row a token.")
    params = {path: item for path, item in ensemble.params.items() if ":" not in path}
    found = jax.vmap(lambda flat: assembled(ensemble.network, flat).tables())(params)  # type: ignore[attr-defined]
    diverged = (ensemble.status.diverged_at >= 0)[:, None, None]
    return {name: np.where(diverged, np.nan, np.asarray(table)) for name, table in found.items()}


def _asked(ensemble: Ensemble, order: int, site: str, rows: np.ndarray | None) -> Iterator[np.ndarray]:
    network = ensemble.network
    if network.input_width() != 2 or network.num_tokens() is None:
        raise DoesNotFit(f"A {type(network).__name__} does not read two tokens; give the measure arrays.")
    if site not in network.sites():
        raise UnknownName("site", site, network.sites(), "a measure of pairs")
    if rows is None and network.num_tokens() != order:
        raise DoesNotFit(f"The network knows {network.num_tokens()} tokens, the group has {order}; say which: rows=….")
    tokens = np.arange(order) if rows is None else np.asarray(rows)
    pairs = np.stack(np.meshgrid(tokens, tokens, indexing="ij"), axis=-1).reshape(-1, 2)
    for row in range(len(ensemble)):
        heard = ensemble.select([row]).listen(pairs, (site,))[1][site][0]
        yield (heard[:, tokens] if site == "output" else heard).reshape(len(tokens), len(tokens), -1)
