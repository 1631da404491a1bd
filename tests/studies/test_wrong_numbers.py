"""Wrong numbers: what criteria choose along a curve that is known, where dictionaries stand, and who is a partner."""

import numpy as np
import polars as pl
import pytest

from tropism.core import Seed
from tropism.dictionaries import Dictionary
from tropism.figures.theme import render
from tropism.report.digest import digest
from tropism.studies import _wrong_numbers_choices as made
from tropism.studies import _wrong_numbers_runs as runs
from tropism.studies import _wrong_numbers_tables as tables
from tropism.studies import load, wrong_numbers
from tropism.subjects.features.scores import Learned
from tropism.subjects.features.truth import Sample

RANDOM = np.random.default_rng(0)


def test_an_elbow_is_where_a_broken_line_breaks():
    x = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    assert made.elbow(x, np.minimum(x, 2.0)) == 2
    assert made.elbow(x, 3 - 5 * np.minimum(x, 1.0)) in (0, 4)  # nothing of it lies above the chord but its ends
    assert made.elbow(np.log(1 + x), np.minimum(x, 4.0) * 7 + 1) == 3


def test_a_plateau_begins_where_the_next_count_is_no_larger():
    assert made.plateau(np.array([32, 48, 60, 64, 64, 64])) == 3
    assert made.plateau(np.array([32, 48, 60, 64, 65, 65])) == 3  # one more in 64 is the same
    assert made.plateau(np.array([10, 20, 40])) == 2


def test_ranks_alone_correlate():
    rising = np.array([1.0, 2.0, 5.0, 50.0])
    assert made.rank_correlation(rising, np.exp(rising)) == pytest.approx(1)
    assert made.rank_correlation(rising, -rising) == pytest.approx(-1)
    assert made.rank_correlation(np.array([1.0, 2, 3]), np.array([1.0, 3, 2])) == pytest.approx(0.5)
    assert np.isnan(made.rank_correlation(rising, np.ones(4)))


def varied(scale):
    """A table like the study's, in which the truth is best in the middle of each setting."""
    rows = []
    for arm in scale.arms:
        for setting in arm.settings:
            dials = dict(setting)
            for seed in scale.seeds:
                row = {"data": arm.data, "method": arm.method, "latents": arm.latents, "member": seed,
                       "k": arm.k if arm.method == "TopK" else 0,
                       "price": dials.get("code_norm", runs.WEIGHT) if arm.method == "L1" else 0.0,
                       "noise": dials.get("task.noise", 0.0), "offset": dials.get("task.offset", 0.0),
                       "samples": arm.samples or 307200, "fresh": arm.samples is None, "seed": str(seed)}  # fmt: skip
                scores = dict(zip(SCORES, RANDOM.uniform(0.4, 0.6, len(SCORES)), strict=True))
                rows += [place | row | scores for place in tables._places(row)]
    return pl.DataFrame(rows)


SCORES = (
    "matched", "matched_chance", "matched_all", "to_learned", "to_learned_chance", "to_true", "to_true_all",
    "to_true_chance", "recall", "recall_chance", "f1_live", "f1_live_chance", "f1_all", "f1_all_chance",
    "f1_oracle", "live", "l0", "explained", "overlap", "projection", "length", "agreement", "agreement_all",
    "agreement_chance",
)  # fmt: skip


@pytest.mark.parametrize("name", ["wrong-numbers", "wrong-numbers-quick"])
def test_every_claim_can_be_judged_and_every_column_is_told(name):
    study = load(name)
    table = varied(runs.QUICK if name.endswith("quick") else runs.WHOLE)
    told = {"varied": table, "choices": made.choices(table)}
    for claim in study.claims:
        assert claim.judge(told).n >= 2, claim.text
    assert not {column for each in told.values() for column in each.columns} - set(study.columns or ())
    assert {sweep.name for sweep in study.sweeps} <= set(runs.ARMS)
    figures = study.draw(told)
    short = name.endswith("quick")
    assert [each.name for each in figures] == (
        ["counts", "choices"] if short else ["latents", "counts", "data", "choices"]
    )
    if short:
        assert all(render(figures[-1], dpi=20).values())


def test_what_is_best_by_the_truth_itself_misses_nothing():
    table = varied(runs.WHOLE).with_columns(explained=pl.col("matched"), length=-pl.col("matched"))
    found = made.choices(table)
    for criterion in ("explained variance", "description length"):
        own = found.filter(criterion=criterion)
        assert (own["correlation"] > 0.5).all()  # ranks to a grain, so ties may cost something
        np.testing.assert_allclose(own["missed"], 0, atol=1e-12)
    assert (found["missed_by_lot"] > 0).all()
    assert (found["chosen"].is_in(table["at"].to_list())).all()


def test_a_dictionary_that_is_the_truth_costs_no_bits_for_the_rest():
    true = np.eye(8)[:6]
    z = np.zeros((3000, 6))
    np.put_along_axis(z, RANDOM.permuted(np.tile(np.arange(6), (3000, 1)), axis=1)[:, :2], 1.0, axis=1)
    seen, rows = Sample(z @ true, z, z > 0), np.concatenate([true, np.eye(8)[6:]])
    codes = np.concatenate([z, np.zeros((3000, 2))], axis=1)
    one = Learned(Dictionary.of(rows, signed=True), rows, codes, z @ true, np.arange(8) < 6)
    found = tables._with_truth(one, tables.Asked(seen, true, 1.0)) | tables._without(one, seen)
    for name in ("matched", "recall", "f1_live", "explained", "to_true", "to_learned"):
        assert found[name] == pytest.approx(1), name
    assert found["f1_live_chance"] == pytest.approx(1 / 3, abs=0.03)  # two of six are on in any other example
    assert found["f1_all_chance"] == pytest.approx(found["f1_live_chance"] * 6 / 8)
    assert (found["live"], found["l0"]) == (6, 2)
    assert found["f1_all"] == pytest.approx(6 / 8)  # dead ones score nothing
    assert found["overlap"] == pytest.approx(0)
    assert found["length"] == pytest.approx(np.log2(15) + 16 + 6 * 8 * 8 / tables.EXAMPLES)
    assert tables._agreement(one, one)["agreement"] == pytest.approx(1)
    assert np.isnan(tables._agreement(one, None)["agreement"])


def test_pursuit_with_the_truth_says_best_which_features_are_on():
    asked = tables._drawn("STB-32", 0, (("task.offset", 1.0),))
    assert asked.oracle > 0.93
    assert tables._drawn("STB-32", 0, (("task.noise", 0.2),)).oracle < asked.oracle


def test_each_world_of_a_pair_has_two_networks_of_their_own_luck():
    members = runs.ARMS["STB-32-TopK-64-3"].sweep((3, 4), 10).members(runs.ARMS["STB-32-TopK-64-3"].experiment(10))
    assert [each.seed.world for each in members] == [3, 4, 3, 4]
    assert [tables._is_partner(each) for each in members] == [False, False, True, True]
    assert members[0].seed == Seed.of(3)
    assert len({each.seed.init for each in members}) == 4


def test_a_wide_default_dictionary_stands_in_every_comparison_of_data():
    base = {"data": "STB-32", "method": "TopK", "latents": 128, "k": 3, "price": 0.0, "noise": 0.0, "offset": 0.0}
    plain = base | {"samples": 307200, "fresh": True}

    def places(**changed):
        return [(each["varied"], each["setting"]) for each in tables._places(plain | changed)]

    assert places() == [
        ("latents", "128"),
        ("data", "as named"),
        ("noise", "0"),
        ("offset", "0"),
        ("samples", "307200"),
    ]
    assert places(noise=0.1) == [("noise", "0.1")]
    assert places(samples=1000, fresh=False) == [("samples", "1000")]
    assert places(latents=64) == [("latents", "64"), ("k", "3")]
    assert places(latents=64, k=6) == [("k", "6")]
    assert places(data="STB-32, skewed") == [("data", "as named")]
    assert places(latents=64, method="L1", k=0, price=0.6) == [("price", "0.6")]


def test_the_page_shows_every_setting_by_itself():
    found = digest(varied(runs.WHOLE))
    assert "setting" in found.columns
    assert set(found["n"]) == {len(runs.WHOLE.seeds)}


def test_the_whole_study_has_five_seeds():
    assert len(runs.WHOLE.seeds) == 5
    assert wrong_numbers.study().claims[0].table == "varied"
