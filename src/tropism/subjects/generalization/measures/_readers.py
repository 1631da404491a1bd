"""What reads the hidden layer."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from tropism.core.ensemble import Ensemble
from tropism.errors import DoesNotFit
from tropism.subjects.generalization.measures.members import Grids, tables_of


def readers(
    source: Grids,
    unembedding: Float[np.ndarray, "E n h"] | None,
    bias: Float[np.ndarray, "E n"] | None,
    rows: Int[np.ndarray, "n"] | None,
) -> tuple[Float[np.ndarray, "E n h"], Float[np.ndarray, "E n"]]:
    """Each member's unembedding and bias, as given or as the ensemble has them, of some rows, in double precision."""
    if unembedding is None and isinstance(source, Ensemble):
        unembedding = tables_of(source, ("unembedding",))["unembedding"]
        bias = source.params.get("output.bias") if bias is None else bias
    if unembedding is None:
        raise DoesNotFit("key_losses: arrays of hidden values need an unembedding=[members, outputs, hidden].")
    weights = np.asarray(unembedding, float)
    biases = np.zeros(weights.shape[:2]) if bias is None else np.asarray(bias, float)
    return (weights, biases) if rows is None else (weights[:, rows], biases[:, rows])
