"""What a learned dictionary shows of itself, without the truth: pairs, overlap, projections."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue, DoesNotFit
from tropism.measures._given import alike, finite, line, table
from tropism.measures.matching import cosines


def antipodality(encoder: Float[np.ndarray, "D d"], decoder: Float[np.ndarray, "D d"]) -> Float[np.ndarray, "D"]:
    """How much each latent is half of a pair: max over the others of cos(e_i, e_j) · cos(w_i, w_j).

    Near 1 for two latents that read and write opposite directions, and also for two that are the same. NaN
    where a number is not finite, and for a latent without company.

    Raises:
        DoesNotFit: Not as many rows of the one as of the other.

    Source: Sun et al. (2025), arXiv 2506.15679.
    """
    read, write = table(encoder, "antipodality's encoder"), table(decoder, "antipodality's decoder")
    alike(read, write, 0, "antipodality")
    products = cosines(read, read, signed=True) * cosines(write, write, signed=True)
    if len(products) < 2 or not finite(products):
        return np.full(len(products), np.nan)
    np.fill_diagonal(products, -np.inf)
    return products.max(axis=1)


def decoder_overlap(decoder: Float[np.ndarray, "D d"]) -> float:
    """The mean size of the cosine of two different rows (c_dec); NaN without two, or where not finite.

    Where features correlate it is least near the right number of active latents; where they do not it has no
    minimum.

    Source: Chanin and Garriga-Alonso (2025), arXiv 2508.16560.
    """
    rows = table(decoder, "decoder_overlap's decoder")
    if len(rows) < 2:
        return math.nan
    return float(cosines(rows, rows)[np.triu_indices(len(rows), 1)].mean())


def nth_projection(
    examples: Float[np.ndarray, "B d"],
    decoder: Float[np.ndarray, "D d"],
    n: float,
    *,
    bias: Float[np.ndarray, "d"] | None = None,
) -> float:
    """Of all projections of B examples on D rows, the largest first, the one at n · B, from 0 (s_n).

    Rows are taken as long as they are. It is least near the right number of active latents, with n a little
    above it. NaN where a number is not finite.

    Args:
        bias: What the decoder adds, taken off the examples first.

    Raises:
        BadValue: An n below 0, or of as many as there are rows.

    Source: Chanin and Garriga-Alonso (2025), arXiv 2508.16560.
    """
    x, rows = table(examples, "nth_projection's examples"), table(decoder, "nth_projection's decoder")
    alike(x, rows, 1, "nth_projection")
    if not len(x):
        raise DoesNotFit("nth_projection: there are no examples.")
    if not 0 <= n < len(rows):
        raise BadValue("nth_projection.n", n, f"at least 0 and below the number of rows, {len(rows)}")
    if bias is not None:
        added = line(bias, "nth_projection's bias")
        alike(x, added[None], 1, "nth_projection's bias")
        x = x - added
    if not finite(x, rows):
        return math.nan
    found = -np.sort(-(x @ rows.T).ravel())
    return float(found[int(n * len(x))])
