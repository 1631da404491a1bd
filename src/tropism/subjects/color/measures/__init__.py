"""Measures of the color subject: from ensembles to tables, a row a member and condition."""

from tropism.subjects.color.measures.color_sets import SETS, ColorSet, colors_of, hex_codes
from tropism.subjects.color.measures.conditions import Conditions, color_errors
from tropism.subjects.color.measures.damage import GRAY_ERROR, RANDOM_ERROR, damage
from tropism.subjects.color.measures.display_cubes import fine_cube, slice_cube
from tropism.subjects.color.measures.erasure import Eraser, direction_of_means, leace
from tropism.subjects.color.measures.errors import error_by_color, error_extremes
from tropism.subjects.color.measures.health import health
from tropism.subjects.color.measures.off_manifold import off_manifold
from tropism.subjects.color.measures.pictures import color_slices, error_lines, latent_cloud, typical_member
from tropism.subjects.color.measures.selectivity import fitted, ground_truth, selectivity
from tropism.subjects.color.measures.training import alignment, concept_losses, label_counts, stages

__all__ = [
    "GRAY_ERROR",
    "RANDOM_ERROR",
    "SETS",
    "ColorSet",
    "Conditions",
    "Eraser",
    "alignment",
    "color_errors",
    "color_slices",
    "colors_of",
    "concept_losses",
    "damage",
    "direction_of_means",
    "error_by_color",
    "error_extremes",
    "error_lines",
    "fine_cube",
    "fitted",
    "ground_truth",
    "health",
    "hex_codes",
    "label_counts",
    "latent_cloud",
    "leace",
    "off_manifold",
    "selectivity",
    "slice_cube",
    "stages",
    "typical_member",
]
