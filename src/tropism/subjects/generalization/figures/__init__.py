"""Figures of the generalization subject: from the examiner's tables to drawings, light and dark."""

from tropism.subjects.generalization.figures.evidence import evidence_figure
from tropism.subjects.generalization.figures.pages import paged, table_grids
from tropism.subjects.generalization.figures.relearning import cell_figure, cell_name, relearning_figure
from tropism.subjects.generalization.figures.scores import attack_figure, score_figure
from tropism.subjects.generalization.figures.verdicts import verdict_figure

__all__ = [
    "attack_figure",
    "cell_figure",
    "cell_name",
    "evidence_figure",
    "paged",
    "relearning_figure",
    "score_figure",
    "table_grids",
    "verdict_figure",
]
