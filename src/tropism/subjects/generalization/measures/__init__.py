"""What is measured of networks that learned a group: plain functions from ensembles, or arrays, to tables."""

from tropism.subjects.generalization.measures.cosets import coset_concentration
from tropism.subjects.generalization.measures.fourier import factor_shares, frequency_shares, key_frequencies
from tropism.subjects.generalization.measures.irreps import (
    embedding_shares,
    hidden_shares,
    key_losses,
    logit_similarity,
)
from tropism.subjects.generalization.measures.members import tables_of

__all__ = [
    "coset_concentration",
    "embedding_shares",
    "factor_shares",
    "frequency_shares",
    "hidden_shares",
    "key_frequencies",
    "key_losses",
    "logit_similarity",
    "tables_of",
]
