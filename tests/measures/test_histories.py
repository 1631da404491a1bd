"""When networks came to something: histories that were written by hand."""

import dataclasses
import itertools

import numpy as np
import pytest

from planted import random_ensemble
from tropism.core.ensemble import History, Status
from tropism.core.member import members_of
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import steps_to

CURVES = [
    [0.1, 0.5, 0.99, 1.0, 1.0],  # comes and stays
    [0.1, 0.99, 0.4, 1.0, 1.0],  # comes, goes, comes again
    [0.1, 0.2, 0.3, 0.4, 0.98],  # never
    [0.995, 0.99, 0.99, 0.99, 0.95],  # there from the start, and short of it at the end
]
STEPS = [10, 20, 30, 40, 80]


def looked_at(curves, steps=STEPS, *, diverged=None, metric="accuracy"):
    """Networks with these numbers at these looks."""
    curves = np.asarray(curves, np.float32)
    found = random_ensemble(members=len(curves))
    history = History(np.zeros(0, int), {}, np.asarray(steps, int), {metric: curves}, {})
    stopped = found.status.stopped_at
    status = Status(stopped if diverged is None else np.array(diverged), stopped, ("",) * len(curves))
    return dataclasses.replace(found, history=history, status=status)


def columns(table):
    return {name: table[name].to_list() for name in ("first", "end", "worst", "fell_back")}


def test_the_first_step_is_told_with_what_came_after():
    found = columns(steps_to(looked_at(CURVES), "accuracy", 0.985))
    assert found["first"] == [30, 20, None, 10]
    assert found["end"] == pytest.approx([1.0, 1.0, 0.98, 0.95])
    assert found["worst"][:2] == pytest.approx([0.99, 0.4])
    assert found["worst"][2] is None
    assert found["worst"][3] == pytest.approx(0.95)
    assert found["fell_back"] == [False, True, False, True]


def test_a_level_that_is_met_exactly_is_reached():
    assert steps_to(looked_at([[0.25, 0.5, 0.75, 0.5, 0.75]]), "accuracy", 0.75)["first"].to_list() == [30]


def test_a_metric_that_should_be_small_is_the_mirror_image():
    up = steps_to(looked_at(CURVES), "accuracy", 0.985)
    down = steps_to(looked_at(-np.array(CURVES)), "accuracy", -0.985, above=False)
    mirrored = {name: [None if v is None else -v for v in down[name]] for name in ("end", "worst")}
    assert columns(up) == columns(down) | mirrored


def test_several_looks_in_a_row_leave_out_what_only_flickers():
    found = columns(steps_to(looked_at(CURVES), "accuracy", 0.985, looks=2))
    assert found["first"] == [30, 40, None, 10]
    assert found["fell_back"] == [False, False, False, True]
    assert steps_to(looked_at(CURVES), "accuracy", 0.985, looks=6)["first"].null_count() == 4


def test_later_is_never_earlier_when_more_is_asked():
    random = np.random.default_rng(0)
    ensemble = looked_at(random.uniform(size=(20, 40)), np.arange(40))
    firsts = [
        steps_to(ensemble, "accuracy", level, looks=looks)["first"].fill_null(10**6).to_numpy()
        for level, looks in ((0.3, 1), (0.5, 1), (0.5, 2), (0.5, 3), (0.9, 3))
    ]
    for sooner, later in itertools.pairwise(firsts):
        assert (sooner <= later).all()
    assert (firsts[0] < firsts[-1]).any()


def test_a_network_that_diverged_has_lost_what_it_had_and_gains_nothing_more():
    ensemble = looked_at([CURVES[0], CURVES[0], CURVES[0]], diverged=[-1, 35, 5])
    found = columns(steps_to(ensemble, "accuracy", 0.985))
    assert found["first"] == [30, 30, None]
    assert found["fell_back"] == [False, True, False]
    assert np.isnan(found["end"][1:]).all()
    assert np.isnan(found["worst"][1])


def test_a_row_says_whose_it_is():
    ensemble = looked_at(CURVES[:2])
    members = members_of((7,), ((("lr", 0.1),), (("lr", 0.2),)))
    table = steps_to(dataclasses.replace(ensemble, members=members), "accuracy", 0.985)
    assert table.select("member", "seed", "lr").rows() == [(0, "7", 0.1), (1, "7", 0.2)]


def test_what_cannot_be_answered_is_refused():
    ensemble = looked_at(CURVES)
    with pytest.raises(UnknownName, match="accuracy"):
        steps_to(ensemble, "acuracy", 0.9)
    with pytest.raises(BadValue, match="at least 1"):
        steps_to(ensemble, "accuracy", 0.9, looks=0)
    with pytest.raises(BadValue, match="finite"):
        steps_to(ensemble, "accuracy", float("nan"))
    with pytest.raises(DoesNotFit, match="never looked at"):
        steps_to(looked_at(np.zeros((1, 0)), []), "accuracy", 0.9)
