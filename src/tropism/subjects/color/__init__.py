"""Color: can a concept be put at a chosen place in latent space with few labels, then steered or deleted alone?"""

from tropism.subjects.color.conversion import hsv_to_rgb, rgb_to_hsv
from tropism.subjects.color.cubes import (
    ColorCube,
    cell_centers,
    cell_corners,
    coordinate_grid,
    displaced_centers,
    hold_out,
    sampling_bias,
    with_corners,
)
from tropism.subjects.color.cyclic import arange_cyclic, isbetween_cyclic, isclose_cyclic
from tropism.subjects.color.labels import (
    Blueness,
    ColorLabel,
    Desaturation,
    Greenness,
    Redness,
    Vibrancy,
    blueness,
    desaturation,
    expected_labels,
    greenness,
    redness,
    vibrancy,
)
from tropism.subjects.color.named import GRAYS, HUES, NamedColors, named_colors, nearest_name, rgb_of
from tropism.subjects.color.similarity import hsv_similarity, similarity_to
from tropism.subjects.color.tasks import Colors

__all__ = [
    "GRAYS",
    "HUES",
    "Blueness",
    "ColorCube",
    "ColorLabel",
    "Colors",
    "Desaturation",
    "Greenness",
    "NamedColors",
    "Redness",
    "Vibrancy",
    "arange_cyclic",
    "blueness",
    "cell_centers",
    "cell_corners",
    "coordinate_grid",
    "desaturation",
    "displaced_centers",
    "expected_labels",
    "greenness",
    "hold_out",
    "hsv_similarity",
    "hsv_to_rgb",
    "isbetween_cyclic",
    "isclose_cyclic",
    "named_colors",
    "nearest_name",
    "redness",
    "rgb_of",
    "rgb_to_hsv",
    "sampling_bias",
    "similarity_to",
    "vibrancy",
    "with_corners",
]
