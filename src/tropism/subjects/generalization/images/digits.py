"""The digits that come with scikit-learn."""

from __future__ import annotations

import numpy as np

from tropism.errors import UserError
from tropism.subjects.generalization.images.pictures import Pictures


def digits8() -> Pictures:
    """1797 handwritten digits of 8 × 8 pixels, gray values in [0, 1] in steps of 1/16; they are not MNIST.

    Raises:
        UserError: scikit-learn is not installed.

    Source: the test part of UCI's "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak, 1998), as
    scikit-learn's `load_digits` has it.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError:
        raise UserError("digits8 are scikit-learn's, which is not installed: pip install 'tropism[data]'.") from None
    images, labels = load_digits(return_X_y=True)
    gray = np.asarray(images, np.float32).reshape(-1, 8, 8) / np.float32(16)
    return Pictures(gray, np.asarray(labels, np.int32))
