"""The digits that come with scikit-learn, as arrays."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import UserError


def optical_digits(asker: str) -> tuple[Float[np.ndarray, "1797 8 8"], Int[np.ndarray, "1797"]]:
    """1797 handwritten digits of 8 × 8 pixels, gray values in [0, 1] in steps of 1/16, and which digit each shows.

    They are not MNIST.

    Args:
        asker: Whose pictures are said to be missing where scikit-learn is.

    Raises:
        UserError: scikit-learn is not installed.

    Source: the test part of UCI's "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak, 1998), as
    scikit-learn's `load_digits` has it.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError:
        raise UserError(f"{asker} are scikit-learn's, which is not installed: pip install 'tropism[data]'.") from None
    images, labels = load_digits(return_X_y=True)
    return np.asarray(images, np.float32).reshape(-1, 8, 8) / np.float32(16), np.asarray(labels, np.int32)
