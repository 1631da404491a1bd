"""The study of the examiner: what it trains, how it counts, and its claims and pictures on tables made by hand."""

import numpy as np
import polars as pl
import pytest

from tropism.figures.theme import render
from tropism.studies import examiner, load
from tropism.studies._examiner_claims import TRUTHS
from tropism.studies._examiner_figures import counts_figure, figures
from tropism.studies._examiner_measures import by_seed, counted
from tropism.subjects.generalization.examiner.verdicts import FINDINGS

SEEDS = 10
RIGHT = {row: [truth] * SEEDS for row, truth in TRUTHS.items()}
SCORES = {"performed": 1.0, "gated": 0.7, "dormant": 0.4, "suppressed": 0.5, "absent": 0.1, "x not learned": 0.0}


def judged(verdicts):
    """A table of evidence with these verdicts, a list of seeds a row of the study."""
    rows = []
    for row, told in verdicts.items():
        truth = TRUTHS[row]
        for seed, verdict in enumerate(told):
            back = 1.0 if truth == "gated" else 0.0
            numbers = {"accuracy_x": 1.0, "accuracy_y": 0.1, "suppression": 0.9, "worst": SCORES[truth] + seed / 1000}
            numbers |= {"gap": 0.5, "returned": back + seed / 1000, "damage_returned": back}
            named = {"pair": "A3", "row": row, "truth": truth, "verdict": verdict, "right": verdict == truth}
            rows.append(named | {"member": seed, "seed": str(seed)} | numbers)
    return pl.DataFrame(rows)


def tables(verdicts):
    told = judged(verdicts)
    named = [(attack, row, seed) for attack in ("x and y", "embeddings") for row in TRUTHS for seed in range(SEEDS)]
    about = [{"pair": "A3", "attack": a, "rate": 1.0, "row": row, "seed": str(seed)} for a, row, seed in named]
    latent = pl.DataFrame([each | {"latent": SCORES[TRUTHS[each["row"]]]} for each in about])
    steps = [0, 3, 10, 30, 100, 300]
    curves = pl.DataFrame([each | {"step": step, "accuracy_y": step / 400} for each in about for step in steps])
    return {"judged": told, "counts": counted(told), "seeds": by_seed(told), "latent": latent, "drawn-curves": curves}


@pytest.fixture(scope="module")
def whole():
    return tables(RIGHT)


def with_wrong(row, verdict, seeds):
    return RIGHT | {row: [verdict] * seeds + [TRUTHS[row]] * (SEEDS - seeds)}


def outcomes(told):
    return {claim.text: claim.judge(told).verdict for claim in examiner.CLAIMS}


def test_every_row_of_the_column_has_a_truth_and_every_truth_a_row():
    assert [*TRUTHS] == [*examiner.column().names()]
    assert set(TRUTHS.values()) == set(FINDINGS) - {"undecided"}


def test_the_study_trains_three_kinds_of_networks_and_attacks_all_rows():
    study = load("examiner")
    names = [sweep.name for sweep in study.sweeps]
    assert names[:4] == ["A3.base", "A3.fresh", "A3.never learned.train", "A3.left alone.train"]
    assert names[4:] == ["A3.attack.x and y", "A3.attack.embeddings", "A3.attack.sgd"]
    assert all(sweep.seeds == examiner.SEEDS for sweep in study.sweeps[:4])


def test_where_every_verdict_is_right_every_claim_holds(whole):
    assert set(outcomes(whole).values()) == {"holds"}


@pytest.mark.parametrize("row", [row for row in TRUTHS if row not in ("base", "fresh")])
def test_one_wrong_verdict_of_ten_is_forgiven_and_two_are_not(row):
    claim = next(claim for claim in examiner.CLAIMS if dict(claim.where).get("row") == row and claim.column == "right")
    wrong = "suppressed" if TRUTHS[row] != "suppressed" else "dormant"
    assert claim.judge(tables(with_wrong(row, wrong, 1))).verdict == "holds"
    assert claim.judge(tables(with_wrong(row, wrong, 2))).verdict != "holds"


def test_a_false_absent_counts_once_a_seed_and_never_of_a_y_that_is_absent():
    told = with_wrong("tokens alike", "absent", 2) | {"switch: a neuron": ["absent"] * 3 + ["gated"] * 7}
    assert by_seed(judged(told))["false_absent"].sum() == 3
    assert by_seed(judged(RIGHT))["false_absent"].sum() == 0
    claim = next(claim for claim in examiner.CLAIMS if claim.column == "false_absent")
    assert claim.judge(tables(told)).verdict != "holds"


def test_the_lead_is_of_the_hardest_y_that_is_there():
    np.testing.assert_allclose(by_seed(judged(RIGHT))["lead"], 0.3)  # dormant .4 less absent .1, seed by seed


def test_counts_add_up_to_the_seeds(whole):
    counts = whole["counts"]
    assert counts["row"].to_list() == [*TRUTHS]
    assert (counts.select(pl.sum_horizontal(*FINDINGS)).to_series() == counts["n"]).all()


def test_the_grid_tells_who_cannot_see_it_how_many_are_right(whole):
    figure = counts_figure(tables(with_wrong("never learned", "dormant", 4))["counts"])
    assert "never learned: 6 of 10 absent" in figure.alt
    assert "86 of 90 verdicts are right" in figure.caption
    assert "90 of 90" in counts_figure(whole["counts"]).caption


def test_the_figures_are_drawn_from_the_tables(whole):
    drawn = figures(whole)
    assert [each.name for each in drawn] == ["counts", "evidence", "attacks", "relearning", "relearning-embeddings"]
    assert all(render(each, dpi=40) for each in drawn)
