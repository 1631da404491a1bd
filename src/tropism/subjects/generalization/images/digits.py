"""The digits that come with scikit-learn."""

from __future__ import annotations

from tropism.subjects.generalization.images.pictures import Pictures
from tropism.tasks.optical_digits import optical_digits


def digits8() -> Pictures:
    """1797 handwritten digits of 8 × 8 pixels, gray values in [0, 1] in steps of 1/16; see `optical_digits`.

    Raises:
        UserError: scikit-learn is not installed.
    """
    return Pictures(*optical_digits("digits8"))
