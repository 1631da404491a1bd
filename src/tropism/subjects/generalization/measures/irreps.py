"""Which irreps a network's tables, hidden layer and logits are made of.

It is the content that is measured, not the mechanism: networks that compute by cosets have the same content as networks
that multiply matrices. Source: Stander et al. (2024), arXiv 2312.06581.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.errors import DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import Group, Irreps, characters, coefficient_basis, irreps
from tropism.subjects.generalization.measures.members import Grids, Tables, grids_of, rows_of_member, tables_of

if TYPE_CHECKING:
    import polars


def embedding_shares(
    source: Tables,
    representations: Irreps,
    *,
    matrices: Sequence[str] | None = None,
    rows: Int[np.ndarray, "n"] | None = None,
) -> polars.DataFrame:
    """How much of each table lies in each irrep: |QᵀM|² / |M|², with Q the irrep's coefficient basis.

    Over all irreps of a group the shares sum to 1. A table without any structure has d²/(c·n) of each, with c the
    dimension of the commutant. Tables are not centered, so a constant column lies in the trivial irrep.

    Args:
        source: Tables `[E, rows, width]`, a row an element.
        representations: Irreps of the group.
        matrices: Names of the tables; `None` for all that there are.
        rows: The rows that stand for the group's elements, in order; for a subgroup, or with further tokens.

    Returns:
        A row a member, table and irrep: `member`, who it is, `matrix`, `irrep`, `dimension`, `share`; NaN for a member
        that diverged, and for a table of zeros.

    Source: Chughtai et al. (2023), arXiv 2302.03025, fraction of variance explained.
    """
    import polars

    bases = [coefficient_basis(each) for each in representations.values()]
    ends = np.cumsum([basis.shape[1] for basis in bases])[:-1]
    whole = np.concatenate(bases, axis=1)
    parts = []
    for name, table in tables_of(source, matrices, rows=rows).items():
        _order_wanted(f"the table {name!r}", table.shape[1], len(whole))
        for member, matrix in enumerate(table.astype(float)):
            energies = np.square(whole.T @ matrix).sum(axis=1)
            shares = np.array([part.sum() for part in np.split(energies, ends)]) / _positive(np.square(matrix).sum())
            columns = {"matrix": name, **_named(representations), "share": shares}
            parts.append(rows_of_member(source, member, columns))
    return polars.concat(parts, how="vertical_relaxed")


def logit_similarity(source: Grids, group: Group, *, rows: Int[np.ndarray, "n"] | None = None) -> polars.DataFrame:
    """How much the logits L(a, b, c) look like each irrep's character of a·b·c⁻¹: a cosine over all triples.

    Logits are centered in each row first, which the softmax does not see; so the trivial irrep has none. The squares of
    the others sum to the share of the logits that any mixture of characters explains. Usual: an irrep is a key one
    above .005.

    Args:
        source: An ensemble, or each member's logits `[n, n, n]`.
        group: The group; its elements are the tokens and the outputs.
        rows: The tokens and outputs that stand for the elements, in order; `None` if they are all there are.

    Returns:
        A row a member and irrep: `member`, who it is, `irrep`, `dimension`, `similarity`.

    Source: Chughtai et al. (2023), arXiv 2302.03025.
    """
    import polars

    table, representations = group.table(), irreps(group)
    del_right = table[:, group.inverses()]  # g·c⁻¹ in row g, column c
    parts = []
    for member, logits in enumerate(grids_of(source, group.order, "output", rows)):
        _order_wanted("the logits", logits.shape[2], group.order)
        pooled, size = _pooled_logits(logits, table)
        similarities = [
            (pooled * character[del_right]).sum()
            / np.sqrt(_positive(size * group.order**2 * np.square(character).sum()))
            for character in characters(representations).values()
        ]
        columns = {**_named(representations), "similarity": np.array(similarities)}
        parts.append(rows_of_member(source, member, columns))
    return polars.concat(parts, how="vertical_relaxed")


def hidden_shares(
    source: Grids, group: Group, *, rows: Int[np.ndarray, "n"] | None = None, site: str = "hidden"
) -> polars.DataFrame:
    """How much of the hidden layer over all pairs is made of ρ(a), of ρ(b), and of ρ(a·b).

    Each neuron is centered over the pairs. The three parts of one irrep, and those of different irreps, are orthogonal
    to each other, so the shares add up; what is missing from 1 is something else.

    Returns:
        A row a member and irrep: `member`, who it is, `irrep`, `dimension`, `left`, `right`, `product`.

    Source: Chughtai et al. (2023), arXiv 2302.03025: the product's part is 8 to 13 %, all three together 84 to 90 %.
    """
    import polars

    table, representations = group.table(), irreps(group)
    bases = [coefficient_basis(each) for each in representations.values()]
    parts = []
    for member, hidden in enumerate(grids_of(source, group.order, site, rows)):
        centered = hidden - hidden.mean(axis=(0, 1), dtype=float)
        size = _positive(np.square(centered).sum())
        pools = {"left": centered.sum(axis=1), "right": centered.sum(axis=0), "product": by_product(centered, table)}
        columns = {
            name: np.array([np.square(basis.T @ pool).sum() for basis in bases]) / (size * group.order)
            for name, pool in pools.items()
        }
        parts.append(rows_of_member(source, member, {**_named(representations), **columns}))
    return polars.concat(parts, how="vertical_relaxed")


def key_losses(
    source: Grids,
    group: Group,
    key: Sequence[str],
    *,
    unembedding: Float[np.ndarray, "E n h"] | None = None,
    bias: Float[np.ndarray, "E n"] | None = None,
    pairs: Bool[np.ndarray, "n n"] | None = None,
    rows: Int[np.ndarray, "n"] | None = None,
    site: str = "hidden",
) -> polars.DataFrame:
    """The cross-entropy as it is, with the hidden layer's ρ(a·b) parts of the key irreps alone, and without them.

    If the key irreps are the algorithm, the restricted loss is no higher than the loss, and the excluded one is high.
    Restricted, the neurons' means go too; excluded, they stay. Usual: restricted on all pairs, excluded on those that
    were trained on. Only the group's own outputs compete.

    Args:
        source: An ensemble whose last layer reads `site`; or each member's hidden layer `[n, n, h]`.
        key: Names of the group's irreps.
        unembedding: What reads the hidden layer, a row an output; an ensemble has its own, `tables()["unembedding"]`.
        bias: What is added to the logits; an ensemble has its own, the parameter `output.bias`, or none.
        pairs: Which pairs count; `None` for all.
        rows: The tokens and outputs that stand for the elements, in order.
        site: The hidden layer.

    Returns:
        A row a member: `member`, who it is, `loss`, `restricted`, `excluded`, in nats.

    Raises:
        UnknownName: A key irrep that the group does not have.
        DoesNotFit: Arrays without an unembedding, or an unembedding of another shape.

    Source: Nanda et al. (2023), arXiv 2301.05217; Chughtai et al. (2023), arXiv 2302.03025.
    """
    import polars

    from tropism.subjects.generalization.measures._readers import readers

    basis = _key_basis(group, key)
    weights, biases = readers(source, unembedding, bias, rows)
    parts = []
    for member, hidden in enumerate(grids_of(source, group.order, site, rows)):
        _check_unembedding(weights[member].shape, (group.order, hidden.shape[2]))
        kept = (basis @ (basis.T @ by_product(hidden, group.table())) / group.order)[group.table()]
        columns = {}
        for name, value in (("loss", hidden), ("restricted", kept), ("excluded", hidden - kept)):
            columns[name] = [_cross_entropy(value @ weights[member].T + biases[member], group.table(), pairs)]
        parts.append(rows_of_member(source, member, columns))
    return polars.concat(parts, how="vertical_relaxed")


def _check_unembedding(shape: tuple[int, ...], wanted: tuple[int, int]) -> None:
    if shape != wanted:
        raise DoesNotFit(f"The unembedding has the shape {shape}; wanted is {list(wanted)}, a row an output.")


def _key_basis(group: Group, key: Sequence[str]) -> Float[np.ndarray, "n k"]:
    """The coefficient bases of some irreps, side by side."""
    known = irreps(group)
    for name in key:
        if name not in known:
            raise UnknownName("irrep", name, known, f"key_losses on {group}")
    return np.concatenate([np.zeros((group.order, 0)), *(coefficient_basis(known[name]) for name in key)], axis=1)


def by_product(values: Float[np.ndarray, "n n w"], table: Int[np.ndarray, "n n"]) -> Float[np.ndarray, "n w"]:
    """The sum over all pairs (a, b) with the same product, in double precision."""
    total = np.zeros(values.shape[1:])
    for products, row in zip(table, values, strict=True):
        total[products] += row  # for one a, every product occurs once
    return total


def _pooled_logits(
    logits: Float[np.ndarray, "n n n"], table: Int[np.ndarray, "n n"]
) -> tuple[Float[np.ndarray, "n n"], float]:
    """Centered logits summed over pairs of one product, and their sum of squares, without a second copy of them all."""
    total, size = np.zeros(logits.shape[1:]), 0.0
    for products, plane in zip(table, logits, strict=True):
        centered = plane - plane.mean(axis=1, keepdims=True, dtype=float)
        total[products] += centered
        size += float(np.square(centered).sum())
    return total, size


def _cross_entropy(
    logits: Float[np.ndarray, "n n n"], table: Int[np.ndarray, "n n"], pairs: Bool[np.ndarray, "n n"] | None
) -> float:
    above = logits - np.take_along_axis(logits, table[:, :, None], axis=2)
    top = above.max(axis=2)
    prices = top + np.log(np.exp(above - top[:, :, None]).sum(axis=2))
    return float(prices[np.full(table.shape, True) if pairs is None else pairs].mean())


def _named(representations: Irreps) -> dict[str, np.ndarray]:
    sizes = np.array([each.shape[1] for each in representations.values()])
    return {"irrep": np.array(list(representations)), "dimension": sizes}


def _positive(size: float) -> float:
    return size if size > 0 else np.nan


def _order_wanted(what: str, rows: int, order: int) -> None:
    if rows != order:
        raise DoesNotFit(f"In {what} there are {rows} rows, and the group has {order} elements; say which: rows=….")
