"""Listening changes nothing, and neither does a tap that does nothing."""

from dataclasses import dataclass, replace

import numpy as np

from probe import assert_same_bits, grown, sweep, words
from tropism.core import Intervention, Regularizer


def bits(item) -> np.ndarray:
    return np.asarray(item).view(np.uint32)


@dataclass(frozen=True)
class Nothing(Intervention):
    """Lets everything flow on."""

    def __call__(self, value):
        return value


@dataclass(frozen=True, kw_only=True)
class Size(Regularizer):
    """The square of the activations."""

    def cost(self, value):
        return (value * value).sum(-1)


def test_an_ensemble_that_is_listened_to_gives_the_same_bits():
    ensemble = grown(words(steps=10), sweep(4)).harvest()
    x = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    plain = bits(ensemble(x))
    for sites in (("hidden",), ("hidden", "output")):
        for before in (False, True):
            np.testing.assert_array_equal(bits(ensemble.listen(x, sites, before=before)[0]), plain)
    np.testing.assert_array_equal(bits(ensemble.intervene(Nothing("hidden"), Nothing("output"))(x)), plain)


def test_a_term_that_only_informs_validation_changes_no_bit_of_training():
    told = words(steps=40, terms=(Size(site="hidden", phase="validate"),))
    told, plain = grown(told, sweep(3)).harvest(), grown(words(steps=40), sweep(3)).harvest()
    assert "size" in told.history.validation
    history = replace(told.history, validation={"error": told.history.validation["error"]})
    assert_same_bits(replace(told, history=history), plain)
