"""A layer trained again with more neurons: what contains what, how many components are real, who gains what."""

import fnmatch
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from unlearned import unlearned

from tropism.core.paths import shapes
from tropism.figures.theme import render
from tropism.studies import _wider_claims as claims
from tropism.studies import _wider_measures as measures
from tropism.studies import _wider_runs as runs
from tropism.studies import _wider_tables as tables
from tropism.studies import load, wider_layer

SMALL = replace(runs.QUICK, widths={"linear": (32, 64), "important": (8, 16)}, learned=64)


def by_lot(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_components_are_contained_in_themselves_and_nothing_is_new():
    rows = by_lot(8, 500)
    assert measures.nested(rows, rows, 4) == pytest.approx((1, 1, 1, 1, 0))


def test_places_that_are_traded_are_no_loss_and_those_beyond_are():
    rows = by_lot(8, 500)
    assert measures.nested(rows, rows[[1, 0, 3, 2, 4, 5, 6, 7]], 4)[:3] == pytest.approx((1, 1, 1))
    found = measures.nested(rows, rows[[4, 5, 6, 7, 0, 1, 2, 3]], 4)
    assert found == pytest.approx((0, 1, 0, 1, 0), abs=0.03)


def test_a_turn_among_the_first_is_contained_but_not_found_one_by_one():
    rows = by_lot(8, 500)
    turned = np.vstack([np.linalg.qr(by_lot(4, 4, seed=3))[0] @ rows[:4], rows[4:]])
    found = measures.nested(rows, turned, 4)
    assert found.contained == pytest.approx(1)
    assert found.nested < 1
    assert found.novelty > 0


def test_what_is_independent_is_contained_by_chance():
    found = measures.nested(by_lot(8, 500), by_lot(8, 500, seed=1), 4)
    assert found.contained < 3 * 4 / 500
    assert found[2:] == (0, 0, 1)


def test_planted_components_are_counted_and_noise_is_not():
    strong = by_lot(2000, 3) @ (np.linalg.qr(by_lot(20, 3))[0] * [6, 5, 4]).T
    assert measures.real_components(strong + by_lot(2000, 20, seed=4)) == 3
    assert measures.real_components(by_lot(2000, 20, seed=5) * np.arange(1, 21)) <= 1


def test_two_orders_agree_where_they_are_one():
    assert measures.agreement(np.array([4.0, 3, 2, 1]), np.array([9.0, 5, 1, 0])) == pytest.approx(1)
    assert measures.agreement(np.array([4.0, 3, 2, 1]), np.array([0.0, 1, 2, 3])) == pytest.approx(-1)


def test_only_the_shapes_around_the_layer_change_and_those_start_anew():
    model = runs.wider_models(5, 5)["linear"]
    wide = runs.wider(
        model, unlearned(replace(load("wider-layer-quick"), sweeps=runs.sweeps(SMALL)[:1]))["linear base"], 48
    )
    before, after = (shapes(each) for each in (model.experiment.network, wide.network))
    other = {path for path in before if before[path] != after[path]}
    assert other == {"hidden.1.weight", "hidden.1.bias", "hidden.2.weight"}
    assert all(any(fnmatch.fnmatchcase(path, each) for each in wide.start.reinitialize) for path in other)


def test_features_that_are_gained_are_those_that_were_not_there():
    about = {"model": "m", "member": 0, "seed": "0"}
    back = {tables.NARROW: (0.99, 0.95, 0.5, 0.2), "trained again, 16": (0.99, 0.8, 0.95, 0.93)}
    rows = [about | {"network": network, "width": 8, "feature": place + 1, "back": number}
            for network, numbers in back.items() for place, number in enumerate(numbers)]  # fmt: skip
    found = tables.gained(pl.DataFrame(rows)).select("represented", "gained_place", "kept_place").rows()
    assert found == [(2, None, 1.5), (3, 3.5, 1.0)]


def test_every_claim_finds_its_numbers_and_every_figure_its_tables():
    study = replace(load("wider-layer-quick"), sweeps=runs.sweeps(SMALL), claims=claims.claims(SMALL))
    found = tables.tables(unlearned(study), SMALL)
    for claim in study.claims:
        assert claim.judge(found).verdict in ("holds", "fails", "undecided")
    same, both = (found["dictionaries"].filter(pl.col("pair").str.starts_with(each)) for each in ("same", "narrow"))
    ceilings = same.group_by("member", maintain_order=True).agg(pl.col("matched").mean())
    np.testing.assert_allclose(both["ceiling"], ceilings["matched"])
    drawn = study.draw(found)
    assert [each.name for each in drawn] == ["contained", "real", "worth", "dictionaries", "features"]
    assert all(render(drawn[place], dpi=30) for place in (2, 4))
    told = {name for table in found.values() for name in table.columns}
    assert told <= {name.split(".")[-1] for name in wider_layer.COLUMNS}
