"""What is measured of networks in superposition: plain functions from ensembles to tables, a row a member and step."""

from tropism.subjects.superposition.measures.neurons import monosemanticity
from tropism.subjects.superposition.measures.probes import responses, worlds

__all__ = ["monosemanticity", "responses", "worlds"]
