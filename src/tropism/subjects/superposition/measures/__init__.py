"""What is measured of networks in superposition: plain functions from ensembles to tables, a row a member and step."""

from tropism.subjects.superposition.measures.geometry import feature_geometry, fractions
from tropism.subjects.superposition.measures.linear import linearized, polysemantic_block, rank_profile
from tropism.subjects.superposition.measures.losses import feature_losses, held_out_loss
from tropism.subjects.superposition.measures.neurons import monosemanticity, signed_monosemanticity
from tropism.subjects.superposition.measures.probes import responses, worlds
from tropism.subjects.superposition.measures.samples import neuron_selectivity, selectivity

__all__ = [
    "feature_geometry",
    "feature_losses",
    "fractions",
    "held_out_loss",
    "linearized",
    "monosemanticity",
    "neuron_selectivity",
    "polysemantic_block",
    "rank_profile",
    "responses",
    "selectivity",
    "signed_monosemanticity",
    "worlds",
]
