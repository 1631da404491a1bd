"""Activations of which every direction is known, and how well a dictionary has found them."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from tropism.dictionaries import Dictionary


def unit_rows(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def sparse_mixture(examples, *, width=32, features=64, active=3, seed=42):
    """Activations, their codes and the atoms: exactly `active` half-normal codes of random unit directions each."""
    random = np.random.default_rng(seed)
    atoms = unit_rows(random.normal(size=(features, width)))
    codes = np.zeros((examples, features))
    which = random.random((examples, features)).argsort(axis=1)[:, :active]
    np.put_along_axis(codes, which, np.abs(random.normal(size=(examples, active))), axis=1)
    return codes @ atoms, codes, atoms


def orthonormal_mixture(kind, *, examples=4000, width=12, features=5, spread=2.0, least=0.6, seed=0):
    """Activations about zero with orthonormal directions whose codes have spreads from `spread` down to `least`."""
    random = np.random.default_rng(seed)
    atoms = np.linalg.qr(random.normal(size=(width, width)))[0][:features]
    draw = {"normal": random.normal, "laplace": lambda size: random.laplace(size=size) / np.sqrt(2)}[kind]
    codes = draw(size=(examples, features)) * np.linspace(spread, least, features)
    return codes @ atoms + 0.02 * random.normal(size=(examples, width)), atoms


def cosines(dictionary: Dictionary, truth):
    """Cosines between found atoms and true ones, without signs unless the dictionary's mean something."""
    table = dictionary.atoms @ unit_rows(truth).T
    return table if dictionary.signed else np.abs(table)


def matched_cosine(dictionary: Dictionary, truth):
    """The mean cosine of the best one-to-one matching."""
    table = cosines(dictionary, truth)
    return table[linear_sum_assignment(-table)].mean()


def support_f1(found, codes, least=1e-6):
    """The harmonic mean of precision and recall of which codes are not zero."""
    active, true = np.abs(found) > least, codes != 0
    return 2 * (active & true).sum() / (active.sum() + true.sum())
