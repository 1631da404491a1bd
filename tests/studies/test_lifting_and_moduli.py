"""What the studies of irreps that lift and of new moduli are made of, and how looks are compared; none is trained."""

from itertools import pairwise

import numpy as np
import pytest

from tropism.studies import lifting, load, moduli


def test_every_kind_that_is_claimed_of_is_trained_at_its_width():
    names = {sweep.name for sweep in load("lifting").sweeps}
    for claim in lifting.CLAIMS:
        for side in (claim.where, claim.versus or ()):
            assert {value for column, value in side if column == "kind"} <= names, claim.text
    for width in lifting.EMBEDDINGS:
        for kind in (*lifting.kinds_at(width), lifting.SCRATCH):
            (sweep,) = (each for each in load("lifting").sweeps if each.name == lifting.named_at(kind, width))
            assert sweep.experiment.network.embedding == width


def test_a_wide_network_is_told_from_a_narrow_one_by_nothing_but_its_width():
    narrow, wide = (lifting.pair_at(width) for width in lifting.EMBEDDINGS)
    assert (narrow.network.embedding, wide.network.embedding) == (128, 256)
    assert narrow.x == wide.x
    assert narrow.optimizer == wide.optimizer


def test_each_seed_has_its_own_moduli_and_a_larger_set_contains_the_smaller():
    for seed in moduli.SEEDS:
        sets = [set(moduli.training_moduli(count, seed)) for count in moduli.COUNTS]
        assert all(few < many for few, many in pairwise(sets))
    assert len({moduli.training_moduli(6, seed) for seed in moduli.SEEDS}) == len(moduli.SEEDS)


@pytest.mark.parametrize(
    ("level", "wanted"),
    [(0.5, 0.2), (0.6, 0.3), (0.55, 0.25), (0.1, 0.0), (0.99, 0.7)],
    ids=["at a look", "at the next", "between", "from the beginning", "never"],
)
def test_y_is_compared_where_x_was_the_same(level, wanted):
    x, y = np.array([0.2, 0.5, 0.6, 0.55]), np.array([0.0, 0.2, 0.3, 0.7])
    assert moduli.at_the_same(x, y, level) == pytest.approx(wanted)
