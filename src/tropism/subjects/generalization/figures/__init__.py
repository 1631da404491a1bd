"""Figures of the generalization subject: from the examiner's tables to drawings, light and dark."""

from tropism.subjects.generalization.figures.evidence import evidence_figure
from tropism.subjects.generalization.figures.relearning import cell_figure, cell_name, relearning_figure
from tropism.subjects.generalization.figures.scores import attack_figure, score_figure
from tropism.subjects.generalization.figures.verdicts import verdict_figure
from tropism.subjects.generalization.figures.whole import paged, table_figures, table_grids

__all__ = [
    "attack_figure",
    "cell_figure",
    "cell_name",
    "evidence_figure",
    "paged",
    "relearning_figure",
    "score_figure",
    "table_figures",
    "table_grids",
    "verdict_figure",
]
