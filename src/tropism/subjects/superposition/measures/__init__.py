"""What is measured of networks in superposition: plain functions from ensembles to tables, a row a member and step."""

from tropism.subjects.superposition.measures.geometry import feature_geometry, fractions
from tropism.subjects.superposition.measures.losses import feature_losses, held_out_loss
from tropism.subjects.superposition.measures.neurons import monosemanticity
from tropism.subjects.superposition.measures.probes import responses, worlds

__all__ = [
    "feature_geometry",
    "feature_losses",
    "fractions",
    "held_out_loss",
    "monosemanticity",
    "responses",
    "worlds",
]
