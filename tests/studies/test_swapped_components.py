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
from tropism.studies._retrain_bench import Bench, bench_of
from tropism.studies._retrain_parts import Parts, parts_of
from tropism.studies._retrain_tables import HALVES

VARIANCES = np.array([9.0, 4.0, 3.9, 2.0, 1.1, 1.0, 0.4, 0.2, 0.1])


def scores(seed=0):
    """What nine components say of 800 examples: nothing of one another."""
    drawn = np.random.default_rng(seed).normal(size=(800, 9))
    return np.linalg.qr(drawn - drawn.mean(axis=0))[0].T


def one_network(*places, passed=True, other=None):
    """A base network, and the same components in another order, or others."""
    one, two = scores(), scores() if other is None else other
    sides = (Parts({"activation": each}, VARIANCES) for each in (one, two[list(places)]))
    about = {"model": "m", "pair": "p", "member": 0, "seed": "0", "passed": passed}
    rows = [about | row for row in tables.beside(*sides, tables.factors(VARIANCES))]
    return tables.swaps(pl.DataFrame(rows)).row(0, named=True)


def told(found):
    return tuple(found[name] for name in ("alone", "crowded", "closest", "between"))


def test_the_same_order_swaps_nothing():
    found = one_network(*range(8))
    assert told(found) == pytest.approx((0, 0, 0, 0), abs=1e-6)
    assert found["near"] == 4


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((0, 2, 1, 3, 4, 5, 6, 7), (0, 1 / 2, 1, 0)),  # 4.0 and 3.9
        ((0, 1, 2, 3, 5, 4, 6, 7), (0, 1 / 2, 0, 1)),  # 1.1 and 1.0
        ((3, 1, 2, 0, 4, 5, 6, 7), (1 / 2, 0, 0, 0)),  # 9 and 2
    ],
)
def test_a_swap_is_told_of_those_that_swapped(places, expected):
    assert told(one_network(*places)) == pytest.approx(expected, abs=1e-6)


def test_what_is_lost_has_swapped_by_chance_alone():
    found = one_network(*range(8), other=scores(seed=1))
    assert all(gap < 3 / np.sqrt(800) for gap in told(found))


def test_a_component_that_is_not_looked_at_is_no_partner_but_a_neighbor():
    found = one_network(0, 1, 2, 3, 4, 5, 6, 8, 7)
    assert told(found) == pytest.approx((0, 0, 0, 0), abs=1e-6)
    assert tables.factors(np.array([8.0, 4.0, 3.0, 0.0])).tolist() == pytest.approx([2, 4 / 3, 4 / 3, np.inf])


def test_who_did_not_come_back_has_no_number():
    found = one_network(0, 2, 1, 3, 4, 5, 6, 7, passed=False)
    assert told(found) == (None, None, None, None)
    assert found["near"] == 4


SMALL = tables.Scale({"linear": (200, 201)}, steps=600)


@pytest.fixture(scope="module")
def small():
    return unlearned(replace(load("swapped-components-quick"), sweeps=tables.sweeps(SMALL)))


def test_every_network_meets_itself_trained_again(small):
    base, again = small["linear base"], small["linear retrained"]
    assert [each.origin for each in again.members] == list(base.member_keys)
    assert not {each.seed.init for each in base.members} & {each.seed.init for each in again.members}
    rows = tables.component_rows(small, SMALL, "linear")
    for pair in (tables.RETRAINED, tables.BOTH, HALVES):
        own = [row["seed"] for row in rows if row["pair"] == pair and row["place"] == 1]
        assert own == [str(Seed.of(seed)) for seed in (200, 201)]


def test_halves_are_of_the_base_network_and_of_the_one_trained_again_and_the_ninth_component_is_a_neighbor(
    small, monkeypatch
):
    monkeypatch.setattr(Bench, "strain", lambda held, name: np.zeros(2))
    model = SMALL.chosen()["linear"]
    layers = bench_of(model, {"base": small["linear base"], "again": small["linear retrained"]}).layers
    told = {(row["pair"], row["member"], row["place"]): row for row in tables.component_rows(small, SMALL, "linear")}
    for member, (base, again) in enumerate(zip(layers["base"], layers["again"], strict=True)):
        half, mine, theirs = (
            parts_of(layer._replace(shown=layer.shown[start::2]), "PCA").rows["activation"][2]
            for layer, start in ((base, 0), (base, 1), (again, 1))
        )
        assert told[HALVES, member, 3]["own"] == pytest.approx(abs(np.corrcoef(half, mine)[0, 1]), abs=1e-6)
        assert told[tables.BOTH, member, 3]["own"] == pytest.approx(abs(np.corrcoef(half, theirs)[0, 1]), abs=1e-6)
        nine = parts_of(base, "PCA", 9).variances
        assert told[HALVES, member, 8]["nearest"] == pytest.approx(min(nine[6] / nine[7], nine[7] / nine[8]))


def test_a_network_whose_gate_is_shut_is_there_without_correlations(small, monkeypatch):
    monkeypatch.setattr(Bench, "strain", lambda held, name: np.array([0.5, 3.0]) * (name == tables.RETRAINED))
    rows = tables.component_rows(small, SMALL, "linear")
    for row in rows:
        assert row["passed"] == (row["member"] == 0) == np.isfinite(row["own"]) == np.isfinite(row["best"])


@pytest.mark.parametrize("strain", [0.0, 3.0])
def test_every_claim_finds_its_numbers_and_every_figure_its_tables(small, monkeypatch, strain):
    monkeypatch.setattr(Bench, "strain", lambda held, name: np.full(2, strain))
    study, found = load("swapped-components-quick"), tables.tables(small, SMALL)
    assert all(claim.judge(found).verdict in ("holds", "fails", "undecided") for claim in study.claims)
    assert all(render(each, dpi=30) for each in study.draw(found))
    assert {name for table in found.values() for name in table.columns} <= set(swapped_components.COLUMNS)
