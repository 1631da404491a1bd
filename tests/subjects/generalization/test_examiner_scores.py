"""Scores and verdicts on tables that were planted: closed forms, and what each verdict must follow from."""

import math

import numpy as np
import polars as pl
import pytest

from tropism.errors import BadValue
from tropism.subjects.generalization.examiner.scores import area_of, latent_scores
from tropism.subjects.generalization.examiner.verdicts import FINDINGS, Bounds, cells, evidence, judged

FLOOR, LEAST = 0.02, 0.95
STEPS = np.array([0, 3, 10, 30, 100, 300])


def curve(row, values, *, attack="x and y", rate=1.0, seed="0"):
    told = {"pair": "P", "attack": attack, "rate": rate, "row": row, "seed": seed}
    return pl.DataFrame([told | {"step": int(step), "accuracy_y": y} for step, y in zip(STEPS, values, strict=True)])


def attacked(**rows):
    """Latent scores under one attack of rows with such curves."""
    return latent_scores(pl.concat([curve(name, values) for name, values in rows.items()]))


def latent_of(table, row):
    return table.filter(pl.col("row") == row)["latent"].to_list()


class Found:
    """Evidence of one network of a row, made by hand; what is not said is that of a Y that is gone."""

    def __init__(self, **told):
        about = {"pair": "P", "row": told.pop("row", "tried"), "seed": told.pop("seed", "0")}
        about = {name: [value] for name, value in about.items()}
        x, y, base_x, base_y = (told.pop(name, usual) for name, usual in USUAL.items())
        lost = 1 - (y - FLOOR) / (base_y - FLOOR)
        answers = {"accuracy_x": x, "accuracy_y": y, "legal_y": y, "ce_y": 4.0, "entropy_y": 1.0}
        answers |= {"base_x": base_x, "base_y": base_y, "suppression": lost}
        self.outcomes = pl.DataFrame(about | {name: [value] for name, value in answers.items()})
        worst = told.pop("latent", 0.0)
        attacks = worst if isinstance(worst, dict) else {"x and y": worst}
        said = {name: value[0] for name, value in about.items()} | {
            "rate": 1.0,
            "latent_gold": None,
            "regained": told.pop("regained", 0.3),
        }
        self.latent = pl.DataFrame(
            [said | {"attack": attack, "latent": value} for attack, value in attacks.items()],
            schema_overrides={"latent": pl.Float64, "latent_gold": pl.Float64},
        )  # fmt: skip
        probe = {"accuracy": [told.pop("probe", 0.5)], "gap": [told.pop("gap", 0.0)], "selectivity": [0.0]}
        self.readable = pl.DataFrame(about | probe)
        gate = {"area": [1.0], "y_before": [y], "y_after": [told.pop("y_after", y)]}
        self.gates = pl.DataFrame(about | gate)
        after = told.pop("y_damaged", y)
        self.damage = pl.DataFrame(
            {name: each * 2 for name, each in about.items()}
            | {
                "damage": ["noise", "coarse"],
                "choose_y": [after, None if math.isnan(after) else 0.0],
                "judge_y": [after, 1.0],
            }
        )
        assert not told, told

    def evidence(self):
        return evidence(self.outcomes, self.latent, self.readable, self.gates, FLOOR, self.damage)

    def verdict(self, **bounds):
        return judged(self.evidence(), LEAST, Bounds(**bounds))["verdict"].item()


USUAL = {"x": 1.0, "y": 0.01, "base_x": 1.0, "base_y": 1.0}


def test_the_area_of_a_constant_is_the_constant():
    assert area_of(STEPS, np.full(6, 0.3)) == pytest.approx(0.3)


def test_the_area_is_by_trapezoids_over_the_logarithm_of_one_more_than_the_step():
    steps = np.array([0.0, math.e - 1, math.e**2 - 1])  # log(1 + step) is 0, 1, 2
    assert area_of(steps, np.array([0.0, 1.0, 1.0])) == pytest.approx(0.75)
    assert area_of(steps, np.array([0.0, 0.0, 1.0])) == pytest.approx(0.25)


def test_the_area_is_of_the_best_so_far_so_forgetting_again_costs_nothing():
    rising = np.array([0.0, 0.2, 0.9, 0.9, 0.9, 0.9])
    overfitted = np.array([0.0, 0.2, 0.9, 0.4, 0.1, 0.0])
    assert area_of(STEPS, overfitted) == pytest.approx(area_of(STEPS, rising))


def test_a_network_that_diverges_under_attack_keeps_what_it_had():
    diverging = np.array([0.0, 0.2, 0.9, math.nan, math.nan, math.nan])
    assert area_of(STEPS, diverging) == pytest.approx(area_of(STEPS, np.array([0.0, 0.2, 0.9, 0.9, 0.9, 0.9])))
    assert math.isnan(area_of(STEPS, np.full(6, math.nan)))


def test_the_latent_score_is_0_for_fresh_networks_and_1_for_the_base():
    table = attacked(base=[1.0] * 6, fresh=np.linspace(0, 0.5, 6), tried=[0.0, 0.1, 0.5, 0.8, 0.9, 0.9])
    assert latent_of(table, "fresh") == [0.0]
    assert latent_of(table, "base") == [pytest.approx(1.0)]
    assert 0 < latent_of(table, "tried")[0] < 1


def test_the_latent_score_is_linear_in_the_area_and_not_clipped():
    table = attacked(base=[0.8] * 6, fresh=[0.4] * 6, half=[0.6] * 6, less=[0.2] * 6, more=[1.0] * 6)
    found = [latent_of(table, row)[0] for row in ("half", "less", "more")]
    np.testing.assert_allclose(found, [0.5, -0.5, 1.5])


def test_gold_networks_are_another_zero():
    levels = {"base": 0.8, "fresh": 0.0, "gold": 0.4, "half": 0.6}
    table = attacked(**{row: [level] * 6 for row, level in levels.items()})
    golden = dict(zip(table["row"], table["latent_gold"], strict=True))
    assert golden == {"base": 1.0, "fresh": -1.0, "gold": 0.0, "half": pytest.approx(0.5)}
    assert latent_of(table, "half") == [pytest.approx(0.75)]
    alone = attacked(base=[0.8] * 6, fresh=[0.0] * 6)
    assert alone["latent_gold"].null_count() == 2


def test_what_comes_back_late_and_whole_has_a_small_area_and_is_regained():
    late = [0.0, 0.0, 0.0, 0.0, 0.0, 0.9]
    table = attacked(base=[0.9] * 6, fresh=[0.0] * 6, late=late, forgot=[0.0, 0.0, 0.9, 0.2, 0.1, 0.0])
    told = {row["row"]: row for row in table.iter_rows(named=True)}
    assert told["late"]["latent"] < 0.2
    assert told["late"]["regained"] == pytest.approx(1.0)
    assert told["forgot"]["regained"] == pytest.approx(1.0)  # the best look counts
    assert (told["fresh"]["regained"], told["base"]["regained"]) == (0.0, 1.0)


def test_each_seed_attack_and_rate_has_its_own_base_and_fresh_network():
    parts = [
        curve(row, [level] * 6, attack=attack, rate=rate, seed=seed)
        for attack, rate, seed, base in (("one", 1.0, "0", 1.0), ("one", 3.0, "0", 0.5), ("two", 1.0, "1", 0.25))
        for row, level in (("base", base), ("fresh", 0.0), ("tried", 0.25))
    ]
    table = latent_scores(pl.concat(parts).sample(fraction=1.0, shuffle=True, seed=3))  # whatever the order of rows
    tried = table.filter(pl.col("row") == "tried").sort("attack", "rate")
    np.testing.assert_allclose(tried["latent"], [0.25, 0.5, 1.0])


def test_where_the_base_itself_gains_nothing_an_attack_tells_nothing():
    assert latent_of(attacked(base=[0.3] * 6, fresh=[0.26] * 6, tried=[0.3] * 6), "tried") == [None]


def test_networks_that_had_diverged_before_the_attack_have_no_score():
    table = attacked(base=[1.0] * 6, fresh=[0.0] * 6, tried=[math.nan] * 6)
    assert latent_of(table, "tried") == [None]
    assert attacked(base=[math.nan] * 6, fresh=[0.0] * 6, tried=[0.5] * 6)["latent"].null_count() == 3


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"latent": 0.15, "regained": 0.95, "gap": 0.0}, "dormant"),  # late, and whole
        ({"latent": 0.15, "regained": 0.95, "gap": 0.3}, "suppressed"),
        ({"latent": 0.15, "regained": 0.5}, "absent"),
        ({"latent": 0.9, "gap": 0.0, "probe": 0.85}, "suppressed"),  # read, as from fresh networks
        ({"latent": 0.9, "gap": 0.0, "probe": 0.75}, "dormant"),
        ({"x": 0.5}, "x not learned"),
        ({"x": 0.96}, "x not learned"),  # above the least, and less than .98 of the base's
        ({"x": 0.94, "base_x": 0.94}, "x not learned"),  # all of the base's, and below the least
        ({"y": 0.9}, "performed"),
        ({"y_after": 0.9}, "gated"),
        ({"y_damaged": 0.9}, "gated"),
        ({"latent": 0.1}, "absent"),
        ({"latent": -0.5, "gap": 0.9}, "absent"),
        ({"latent": 0.4}, "dormant"),
        ({"latent": 0.4, "gap": 0.5}, "suppressed"),
    ],
)
def test_each_verdict_follows_from_its_evidence(told, verdict):
    assert Found(**told).verdict() == verdict
    assert verdict in FINDINGS


def test_a_network_that_diverged_has_not_learned_x_whatever_else_it_seems():
    broken = Found(x=math.nan, y=math.nan, y_after=math.nan, latent=math.nan, gap=math.nan)
    assert broken.verdict() == "x not learned"


def test_a_return_that_is_no_number_is_no_gate():
    assert Found(y_after=math.nan, y_damaged=math.nan, latent=0.1).verdict() == "absent"


def test_what_was_answered_before_the_gate_did_not_return_behind_it():
    # Half of Y is suppressed; the other half is answered with the gate or without it.
    half = Found(y=0.49, y_after=0.51, latent=0.6, gap=0.5)
    assert half.evidence()["returned"].item() == pytest.approx(0.02 / 0.51)
    assert half.verdict() == "suppressed"
    assert Found(y=0.49, y_after=0.9, latent=0.6, gap=0.5).verdict() == "gated"


def test_a_return_from_below_the_floor_to_the_floor_is_none():
    assert Found(y=0.0, y_after=FLOOR).evidence()["returned"].item() == pytest.approx(0.0)
    assert Found(y=FLOOR, y_after=0.51).evidence()["returned"].item() == pytest.approx(0.5)


def test_where_nothing_is_missing_nothing_can_return():
    assert Found(y=0.97, y_after=1.0).evidence()["returned"].item() is None


def test_the_worst_attack_decides_and_one_that_diverged_hides_no_other():
    found = Found(latent={"weak": 0.1, "broken": math.nan, "strong": 0.6, "silent": None})
    table = found.evidence()
    assert table["worst"].item() == 0.6
    assert table["worst_attack"].item() == "strong ×1.0"
    assert found.verdict() == "dormant"


def test_without_any_attack_that_tells_nothing_is_called_absent():
    assert Found(latent={"broken": math.nan, "silent": None}).verdict() == "undecided"
    assert Found(gap=math.nan, latent=0.5).verdict() == "undecided"
    assert Found(latent=None, y_after=0.9).verdict() == "gated"


def test_bounds_are_met_by_numbers_that_equal_them():
    assert Found(latent=0.2).verdict() == "absent"
    assert Found(latent=0.2).verdict(absent=0.19) == "dormant"
    assert Found(latent=0.5, gap=0.1).verdict() == "suppressed"
    assert Found(x=0.98).verdict() == "absent"


@pytest.mark.parametrize("name", ["kept", "suppressed", "returned", "absent", "readable"])
def test_bounds_are_shares(name):
    with pytest.raises(BadValue, match=f"Bounds.{name}"):
        Bounds(**{name: 1.5})


def told(*verdicts, row="tried"):
    parts = [
        judged(Found(row=row, seed=str(seed), **TOLD[verdict]).evidence(), LEAST)
        for seed, verdict in enumerate(verdicts)
    ]
    return pl.concat(parts)


TOLD = {"absent": {"latent": 0.1}, "dormant": {"latent": 0.4}, "performed": {"y": 0.9}}


def test_a_cell_says_what_more_than_half_of_its_seeds_say():
    cell = cells(told("absent", "dormant", "absent"))
    assert (cell["verdict"].item(), cell["of"].item(), cell["n"].item()) == ("absent", "2/3", 3)
    assert cell["worst"].item() == pytest.approx(0.2)


@pytest.mark.parametrize("verdicts", [("absent", "dormant"), ("absent", "dormant", "performed")])
def test_a_tie_is_undecided(verdicts):
    cell = cells(told(*verdicts))
    assert cell["verdict"].item() == "undecided"
    assert cell["of"].item().endswith(f"/{len(verdicts)}")


def test_cells_keep_the_order_of_their_rows():
    table = pl.concat([told("absent", row=row) for row in ("zebra", "base", "ant")])
    assert cells(table)["row"].to_list() == ["zebra", "base", "ant"]
    assert judged(table.drop("verdict"), LEAST)["row"].to_list() == ["zebra", "base", "ant"]
