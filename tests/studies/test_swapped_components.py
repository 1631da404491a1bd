"""Components that swap are told from those that are lost, and from those that came back."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from unlearned import unlearned

from tropism.core.member import Seed
from tropism.figures.theme import render
from tropism.studies import _swapped_tables as tables
from tropism.studies import load, swapped_components
from tropism.studies._retrain_parts import Parts
from tropism.studies._retrain_tables import HALVES, factors


def sides(*places):
    """A base network's components with these variances, and the same in another order."""
    rows = np.linalg.qr(np.random.default_rng(0).normal(size=(60, 9)))[0].T[1:]
    rows -= rows.mean(axis=1, keepdims=True)
    variances = np.array([9.0, 4.0, 3.9, 2.0, 1.0, 0.7, 0.4, 0.2])
    return Parts({"activation": rows}, variances), Parts({"activation": rows[list(places)]}, variances)


def one_network(*places, passed=True):
    about = {"model": "m", "pair": "p", "member": 0, "seed": "0", "passed": passed}
    return tables.swaps(pl.DataFrame([about | row for row in tables._beside(*sides(*places))])).row(0, named=True)


def test_the_same_order_swaps_nothing():
    found = one_network(*range(8))
    assert (found["alone"], found["crowded"], found["closest"], found["near"]) == pytest.approx((0, 0, 0, 2), abs=1e-6)


def test_a_swap_is_told_of_those_that_swapped():
    found = one_network(0, 2, 1, 3, 4, 5, 6, 7)
    assert found["crowded"] > 0.7
    assert found["alone"] == pytest.approx(0, abs=1e-6)
    found = one_network(0, 1, 2, 3, 5, 4, 6, 7)
    assert found["alone"] > 0.2
    assert found["crowded"] == pytest.approx(0, abs=1e-6)


def test_what_is_lost_has_not_swapped():
    one, other = sides(*range(8))
    lost = Parts({"activation": np.random.default_rng(1).normal(size=(8, 60))}, other.variances)
    rows = [row["best"] - row["own"] for row in tables._beside(one, lost)]
    assert np.mean(rows) < 0.3


def test_who_did_not_come_back_has_no_number():
    found = one_network(0, 2, 1, 3, 4, 5, 6, 7, passed=False)
    assert found["alone"] is found["crowded"] is found["closest"] is None
    assert found["near"] == 2


def test_the_nearer_neighbor_counts_on_either_side():
    assert factors(np.array([8.0, 4.0, 3.0, 0.0])).tolist() == pytest.approx([2, 4 / 3, 4 / 3, np.inf])


def test_every_network_meets_itself_trained_again_and_every_figure_its_tables():
    scale = tables.Scale({"linear": (200, 201)}, steps=600)
    study = replace(load("swapped-components-quick"), sweeps=tables.sweeps(scale))
    found = tables.tables(unlearned(study), scale)
    for pair in ("retrained", HALVES):
        own = found["swaps"].filter(pl.col("pair") == pair)
        assert own["seed"].to_list() == [str(Seed.of(seed)) for seed in (200, 201)]
    assert all(claim.judge(found).verdict in ("holds", "fails", "undecided") for claim in study.claims)
    assert all(render(each, dpi=30) for each in study.draw(found))
    assert {name for table in found.values() for name in table.columns} <= set(swapped_components.COLUMNS)


def test_the_model_that_takes_longest_begins():
    assert [sweep.name.split()[0] for sweep in tables.sweeps(tables.WHOLE)][::2] == ["sparse", "relu", "linear"]
