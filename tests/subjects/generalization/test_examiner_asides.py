"""Orders: what the difference of two outputs tells of examples, whichever way it goes."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from tropism.arrays.streams import stream
from tropism.errors import DoesNotFit
from tropism.subjects.generalization.examiner.asides import areas_of, known_by_order
from tropism.subjects.generalization.pairs.groups import alternating_to_symmetric
from tropism.subjects.generalization.pairs.pictures import colored_shapes


def logits(differences):
    ones = np.asarray(differences, float)
    return np.stack([np.zeros_like(ones), ones], axis=-1)


def test_an_area_is_how_often_ones_lie_above_zeros():
    classes = np.array([[0, 0, 1, 1]])
    for differences, area in (([0, 1, 2, 3], 1.0), ([3, 2, 1, 0], 0.0), ([0, 2, 1, 3], 0.75), ([5] * 4, 0.5)):
        assert areas_of(logits([differences]), classes) == pytest.approx(area)
        assert areas_of(logits([differences]) + 7.0, classes) == pytest.approx(area)  # no threshold
    assert np.isnan(areas_of(logits([[np.nan, 1, 2, 3]]), classes))


def test_an_area_agrees_with_counting_every_pair():
    draws = np.random.default_rng(0)
    differences, classes = draws.integers(0, 9, (3, 40)), draws.integers(0, 2, (3, 40))
    for row, right, found in zip(differences, classes, areas_of(logits(differences), classes), strict=True):
        pairs = np.subtract.outer(row[right == 1], row[right == 0])
        assert found == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)


def test_an_order_backward_tells_as_much_as_one_that_is_right():
    told = pl.DataFrame({"area": [0.0, 0.25, 0.5, 0.75, 1.0]}).select(known_by_order(pl.col("area")))
    assert told["area"].to_list() == [1.0, 0.5, 0.0, 0.5, 1.0]


def test_only_two_outputs_have_an_order_and_asides_are_whole():
    with pytest.raises(DoesNotFit, match="not two outputs"):
        replace(alternating_to_symmetric(), by_order=True)
    pair = colored_shapes()
    cut = replace(pair.asides[0], task=pair.y_test())
    with pytest.raises(DoesNotFit, match="whole lists"):
        replace(pair, asides=(cut,))


def test_no_picture_that_tells_what_networks_go_by_was_trained_on():
    pair = colored_shapes()
    tasks = [part.task for part in pair.golden().task.parts]
    tasks += [pair.x_train(), pair.x_look(), pair.y_technique(), pair.y_attack()]
    seen = set().union(*(pictures(task, 3) for task in tasks))
    for aside in pair.asides:
        judged = pictures(replace(aside.task, share=(pair.cuts_y[1], 1.0)), 3)
        assert judged
        assert not judged & seen, aside.name


def pictures(task, seed):
    """The pictures of a share in one member's world."""
    table = jax.tree.map(jnp.asarray, task.table())
    world = np.asarray(task.world(table, stream(seed, "world")))
    return {row.tobytes() for row in np.asarray(table.inputs)[world]}
