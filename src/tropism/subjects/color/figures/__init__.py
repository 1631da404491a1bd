"""Figures of the color subject: from its tables to drawings, light and dark."""

from tropism.subjects.color.figures.balls import latent_balls
from tropism.subjects.color.figures.by_name import error_by_name, named_error_table
from tropism.subjects.color.figures.composite import composite
from tropism.subjects.color.figures.lines import line_figure
from tropism.subjects.color.figures.lobes import lobes, published_lobes
from tropism.subjects.color.figures.scatter import error_scatter
from tropism.subjects.color.figures.slices import slice_figure
from tropism.subjects.color.figures.stages import stage_grid

__all__ = [
    "composite",
    "error_by_name",
    "error_scatter",
    "latent_balls",
    "line_figure",
    "lobes",
    "named_error_table",
    "published_lobes",
    "slice_figure",
    "stage_grid",
]
