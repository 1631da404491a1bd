"""What is measured of networks that learned groups or pictures: functions from ensembles, or arrays, to tables."""

from tropism.subjects.generalization.measures.cosets import coset_concentration
from tropism.subjects.generalization.measures.fourier import factor_shares, frequency_shares, key_frequencies
from tropism.subjects.generalization.measures.irreps import (
    embedding_shares,
    hidden_shares,
    key_losses,
    logit_similarity,
)
from tropism.subjects.generalization.measures.members import tables_of
from tropism.subjects.generalization.measures.tuning import (
    curve_correlation,
    gratings,
    orientation_curves,
    tuning_index,
)

__all__ = [
    "coset_concentration",
    "curve_correlation",
    "embedding_shares",
    "factor_shares",
    "frequency_shares",
    "gratings",
    "hidden_shares",
    "key_frequencies",
    "key_losses",
    "logit_similarity",
    "orientation_curves",
    "tables_of",
    "tuning_index",
]
