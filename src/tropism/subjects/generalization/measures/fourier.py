"""The frequencies of tables over a cyclic group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.measures.members import Tables, rows_of_member, tables_of

if TYPE_CHECKING:
    import polars


def frequency_shares(
    source: Tables, *, matrices: Sequence[str] | None = None, rows: Int[np.ndarray, "n"] | None = None
) -> polars.DataFrame:
    """How much of each table lies at each frequency k from 0 to n/2: in cos(2πka/n) and sin(2πka/n) over the rows a.

    The shares sum to 1; frequency 0 is the constant part.

    Returns:
        A row a member, table and frequency: `member`, who it is, `matrix`, `frequency`, `share`; NaN for a member that
        diverged, and for a table of zeros.

    Source: Nanda et al. (2023), arXiv 2301.05217.
    """
    import polars

    parts = []
    for name, stacked in tables_of(source, matrices, rows=rows).items():
        for member, matrix in enumerate(stacked):
            shares = spectrum(matrix)
            columns = {"matrix": name, "frequency": np.arange(len(shares)), "share": shares}
            parts.append(rows_of_member(source, member, columns))
    return polars.concat(parts, how="vertical_relaxed")


def spectrum(matrix: Float[np.ndarray, "n w"]) -> Float[np.ndarray, "f"]:
    """The share of a table's sum of squares at each frequency from 0 to n/2; NaN for a table of zeros."""
    n = len(matrix)
    energies = np.square(np.abs(np.fft.rfft(np.asarray(matrix, float), axis=0))).sum(axis=1)
    energies[1 : (n + 1) // 2] *= 2  # a frequency and its mirror image
    total = energies.sum()
    return energies / (total if total > 0 else np.nan)


def key_frequencies(
    shares: polars.DataFrame, *, holding: float | None = 0.9, above: float | None = None
) -> polars.DataFrame:
    """The frequencies that matter, for each member and table: the fewest that hold enough, or each that is large.

    Shares count among frequencies other than 0.

    Args:
        shares: What `frequency_shares` found.
        holding: How much the fewest frequencies must hold together; `None` if `above` decides.
        above: The share above which a frequency is one; give either this or `holding`.

    Returns:
        A row a member and table: `member`, `matrix`, `frequencies` (the largest first), `count`, `held`. Without any,
        as in a table that is constant or NaN, an empty list and NaN.

    Raises:
        BadValue: Neither or both of `holding` and `above`, or one outside (0, 1].
    """
    import polars

    if (holding is None) == (above is None) or not 0 < (holding if above is None else above) <= 1:  # type: ignore[operator]
        raise BadValue("key_frequencies", {"holding": holding, "above": above}, "one of the two, in (0, 1]")
    for column in ("member", "matrix", "frequency", "share"):
        if column not in shares.columns:
            raise UnknownName("column", column, shares.columns, "key_frequencies")
    rows = []
    for (member, matrix), part in shares.group_by(["member", "matrix"], maintain_order=True):
        moving = part.filter(part["frequency"] > 0).sort("share", descending=True, maintain_order=True)
        total = moving["share"].sum()
        held = np.cumsum(moving["share"].to_numpy()) / (total if total > 1e-12 else np.nan)
        if above is not None:
            count = int((np.diff(held, prepend=0.0) > above).sum())
        else:
            count = int((held < float(holding or 1) - 1e-12).sum()) + int(total > 1e-12)
        found = moving["frequency"].to_list()[:count]
        rows.append((member, matrix, found, count, float(held[count - 1]) if count else np.nan))
    kinds = {"frequencies": polars.List(polars.Int64), "count": polars.Int64, "held": polars.Float64}
    return polars.DataFrame(rows, schema=["member", "matrix", *kinds], schema_overrides=kinds, orient="row")


def factor_shares(
    source: Tables,
    p: int,
    q: int,
    *,
    matrices: Sequence[str] | None = None,
    rows: Int[np.ndarray, "n"] | None = None,
) -> polars.DataFrame:
    """How much of tables over n = p·q residues has period p, period q, or neither.

    A frequency has period p if q divides it, period q if p does; for primes, `full` is what is coprime to n. Circuits
    of the two factors that are combined leave `full` empty; one that was learned afresh fills it.

    Returns:
        A row a member and table: `member`, who it is, `matrix`, `constant`, `period_p`, `period_q`, `full`; they sum
        to 1.

    Raises:
        BadValue: Factors with a common divisor, or below 2.
        DoesNotFit: Tables with another number of rows than p·q.
    """
    import polars

    if min(p, q) < 2 or math.gcd(p, q) != 1:
        raise BadValue("factor_shares' p and q", (p, q), "at least 2 and without a common divisor")
    parts = []
    for name, stacked in tables_of(source, matrices, rows=rows).items():
        if stacked.shape[1] != p * q:
            raise DoesNotFit(f"The table {name!r} has {stacked.shape[1]} rows, not {p}·{q} = {p * q}.")
        frequencies = np.arange(p * q // 2 + 1)
        kinds = {
            "constant": frequencies == 0,
            "period_p": (frequencies % q == 0) & (frequencies > 0),
            "period_q": (frequencies % p == 0) & (frequencies > 0),
            "full": (frequencies % p != 0) & (frequencies % q != 0),
        }
        for member, matrix in enumerate(stacked):
            shares = spectrum(matrix)
            columns = {kind: [float(shares[chosen].sum())] for kind, chosen in kinds.items()}
            parts.append(rows_of_member(source, member, {"matrix": [name], **columns}))
    return polars.concat(parts, how="vertical_relaxed")
