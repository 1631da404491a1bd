"""Figures of the superposition subject: from its tables to drawings, light and dark."""

from tropism.subjects.superposition.figures.activations import activation_figure
from tropism.subjects.superposition.figures.histories import history_figure
from tropism.subjects.superposition.figures.pairs import before_after_figure
from tropism.subjects.superposition.figures.planes import plane_figure
from tropism.subjects.superposition.figures.shares import share_figure
from tropism.subjects.superposition.figures.spectra import bias_figure

__all__ = [
    "activation_figure",
    "before_after_figure",
    "bias_figure",
    "history_figure",
    "plane_figure",
    "share_figure",
]
