"""Figures of the superposition subject: from its tables to drawings, light and dark."""

from tropism.subjects.superposition.figures.activations import activation_figure
from tropism.subjects.superposition.figures.crossings import crossing_figure
from tropism.subjects.superposition.figures.directions import direction_figure
from tropism.subjects.superposition.figures.graphs import graph_figure
from tropism.subjects.superposition.figures.histories import history_figure
from tropism.subjects.superposition.figures.levels import level_figure
from tropism.subjects.superposition.figures.pairs import before_after_figure
from tropism.subjects.superposition.figures.phases import phase_figure
from tropism.subjects.superposition.figures.planes import plane_figure
from tropism.subjects.superposition.figures.plateaus import dimensions_figure, fractions_figure
from tropism.subjects.superposition.figures.shares import share_figure
from tropism.subjects.superposition.figures.spectra import bias_figure

__all__ = [
    "activation_figure",
    "before_after_figure",
    "bias_figure",
    "crossing_figure",
    "dimensions_figure",
    "direction_figure",
    "fractions_figure",
    "graph_figure",
    "history_figure",
    "level_figure",
    "phase_figure",
    "plane_figure",
    "share_figure",
]
