"""Probes: laws on networks whose sites hold what was put there."""

import math
from dataclasses import replace

import numpy as np
import pytest

from planted import planted, random_ensemble
from tropism.errors import BadValue, DoesNotFit
from tropism.measures import Examples, HiddenProbe, LinearProbe, probed

QUICK = (LinearProbe(), HiddenProbe(width=16, steps=60))


def blobs(count, classes, width, seed, spread=0.2):
    """Classes about random centers, which are the same for every seed."""
    centers = np.random.default_rng(99).normal(size=(classes, width))
    random = np.random.default_rng(seed)
    which = random.integers(classes, size=count)
    return (centers[which] + spread * random.normal(size=(count, width))).astype(np.float32), which


def examples(count, seed, **more):
    return Examples(*blobs(count, 4, 6, seed, **more))


def test_both_probes_find_what_is_there():
    table = probed(random_ensemble(), ("hidden",), examples(200, 1), examples(150, 2), probes=QUICK)
    assert table["probe"].to_list() == ["linear"] * 3 + ["hidden"] * 3
    assert table["accuracy"].min() > 0.95
    assert (table["n"].unique().to_list(), table["n_fit"].unique().to_list()) == ([150], [200])


def test_nothing_is_found_where_a_site_is_silent_and_chance_says_what_that_is_worth():
    silent = planted(np.zeros((3, 8, 6)), np.zeros((3, 4, 8)))
    fit, test = examples(200, 1), examples(150, 2)
    table = probed(silent, ("hidden",), fit, test, probes=QUICK)
    most = np.bincount(test.classes).max() / 150
    assert table["chance"].to_list() == pytest.approx([most] * 6)
    assert table["accuracy"].max() <= most


def test_a_linear_probe_does_not_read_a_parity_and_a_hidden_layer_does():
    random = np.random.default_rng(0)
    inputs = random.normal(size=(600, 6)).astype(np.float32)
    inputs[:, :2] = np.sign(inputs[:, :2]) * (0.5 + np.abs(inputs[:, :2]))
    parity = (inputs[:, 0] * inputs[:, 1] > 0).astype(int)
    straight = planted(np.eye(6)[None], np.zeros((1, 2, 6)))
    halves = [Examples(inputs[part], parity[part]) for part in (slice(0, 300), slice(300, 600))]
    table = probed(straight, ("hidden",), *halves)
    linear, hidden = table["accuracy"]
    assert linear < 0.65
    assert hidden > 0.95


def test_many_classes_along_a_line_do_not_hide_each_other():
    # Least squares on one-hot classes names about .2 of these right: the outer ones hide the inner.
    which = np.tile(np.arange(10), 60)
    inputs = (which + 0.1 * np.random.default_rng(0).normal(size=600))[:, None].astype(np.float32)
    line = planted(np.ones((1, 1, 1)), np.zeros((1, 10, 1)))
    table = probed(line, ("hidden",), Examples(inputs, which), Examples(inputs, which), probes=(LinearProbe(),))
    assert table["accuracy"][0] > 0.8


def test_who_is_probed_beside_a_member_does_not_matter():
    ensemble, fit, test = random_ensemble(), examples(200, 1, spread=1.5), examples(150, 2, spread=1.5)
    fit, test = (each._replace(types=each.classes) for each in (fit, test))
    order = [2, 0, 1]
    together = probed(ensemble, ("hidden",), fit, test, probes=QUICK)
    permuted = probed(ensemble.select(order), ("hidden",), fit, test, probes=QUICK)
    alone = probed(ensemble.select([2]), ("hidden",), fit, test, probes=QUICK[:1])
    for column in ("accuracy", "control"):
        found, moved = (table[column].to_numpy().reshape(2, 3) for table in (together, permuted))
        np.testing.assert_array_equal(moved, found[:, order])
        assert found[0, 2] == alone[column][0]


def test_every_member_may_be_asked_its_own_examples():
    ensemble = random_ensemble(members=2)
    parts = [(examples(150, 1 + row), examples(100, 5 + row)) for row in range(2)]
    fit, test = (
        Examples(*(np.stack(item) for item in zip(*(p[side][:2] for p in parts), strict=True))) for side in (0, 1)
    )
    apart = probed(ensemble, ("hidden",), fit, test, probes=(LinearProbe(),))
    for row in range(2):
        one = probed(ensemble.select([row]), ("hidden",), *parts[row], probes=(LinearProbe(),))
        assert apart["accuracy"][row] == pytest.approx(one["accuracy"][0], abs=0.011)


def test_the_gap_is_what_is_more_than_in_fresh_networks():
    fit, test = examples(200, 1), examples(150, 2)
    silent = planted(np.zeros((3, 8, 6)), np.zeros((3, 5, 8)))
    table = probed(random_ensemble(), ("hidden",), fit, test, probes=(LinearProbe(),), fresh=silent)
    np.testing.assert_allclose(table["gap"], table["accuracy"] - table["fresh"])
    assert table["fresh"].max() <= table["chance"].max()
    with pytest.raises(DoesNotFit, match="1 fresh networks beside 3"):
        probed(random_ensemble(), ("hidden",), fit, test, fresh=silent.select([0]))


def test_a_reader_that_only_knows_types_has_no_selectivity():
    # The site holds the type, and nothing of the class but through it: a class by lot is as easy as the true one.
    types = np.tile(np.arange(12), 20)
    one_hot, classes = np.eye(12, dtype=np.float32)[types], types % 3
    straight = planted(np.eye(12)[None], np.zeros((1, 3, 12)))
    both = Examples(one_hot, classes, types)
    table = probed(straight, ("hidden",), both, both, probes=(LinearProbe(),))
    assert table["accuracy"][0] == table["control"][0] == 1.0
    assert table["selectivity"][0] == 0.0
    assert math.isnan(
        probed(straight, ("hidden",), both._replace(types=None), both, probes=(LinearProbe(),))["control"][0]
    )


def test_a_class_by_lot_cannot_be_told_where_types_do_not_come_back():
    inputs, classes = blobs(400, 4, 6, seed=3)
    types = np.arange(400)
    fit, test = (Examples(inputs[p], classes[p], types[p]) for p in (slice(0, 200), slice(200, 400)))
    table = probed(random_ensemble(members=1), ("hidden",), fit, test, probes=(LinearProbe(),))
    assert table["control"][0] < 0.45
    assert table["selectivity"][0] > 0.5


def test_a_member_that_diverged_has_no_accuracy():
    ensemble = random_ensemble(members=4)
    status = replace(ensemble.status, diverged_at=np.array([-1, 7, -1, -1]))
    table = probed(replace(ensemble, status=status), ("hidden",), examples(200, 1), examples(150, 2), probes=QUICK)
    assert [math.isnan(each) for each in table["accuracy"]] == [False, True, False, False] * 2


def test_a_dimension_that_never_moves_changes_nothing():
    into = np.random.default_rng(0).normal(size=(1, 8, 6))
    padded = np.concatenate([into, np.zeros((1, 3, 6))], axis=1)
    fit, test = examples(100, 1, spread=1.0), examples(100, 2, spread=1.0)
    found = [
        probed(planted(each, np.zeros((1, 2, each.shape[1]))), ("hidden",), fit, test, probes=(LinearProbe(),))
        for each in (into, padded)
    ]
    assert found[0]["accuracy"][0] == pytest.approx(found[1]["accuracy"][0], abs=0.021)


def test_what_cannot_be_asked_is_refused():
    ensemble, good = random_ensemble(), examples(50, 1)
    with pytest.raises(BadValue, match=r"^fit\.classes is"):
        probed(ensemble, ("hidden",), good._replace(classes=good.classes - 1), good)
    with pytest.raises(BadValue, match=r"^test\.types is"):
        probed(ensemble, ("hidden",), good, good._replace(types=np.arange(3)))
    two = Examples(np.stack([good.inputs] * 2), np.stack([good.classes] * 2))
    with pytest.raises(DoesNotFit, match="for 2 members, and there are 3"):
        probed(ensemble, ("hidden",), two, good)
    for make, named in (
        (lambda: LinearProbe(decay=-1.0), "LinearProbe.decay"),
        (lambda: LinearProbe(most_steps=0), "LinearProbe.most_steps"),
        (lambda: HiddenProbe(width=0), "HiddenProbe.width"),
        (lambda: HiddenProbe(lr=0.0), "HiddenProbe"),
    ):
        with pytest.raises(BadValue, match=f"^{named} is"):
            make()
