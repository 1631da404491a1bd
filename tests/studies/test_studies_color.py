"""The color studies, each carried to its verdicts in small: two seeds, a few steps, coarse cubes."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import polars as pl
import pytest

from tropism.core.claim import Verdict
from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.running import train
from tropism.schedules import Schedule
from tropism.studies import STUDIES, load
from tropism.studies._constant import mean_weights, peak_weights
from tropism.studies._pictures import schedule_pictures
from tropism.studies._published import HEARD, LAST_BATCH, LOOKED, STEPS, PublishedSeed, among_ours, label_count
from tropism.studies._published_colors import ANCHORED, beside_selected, best_member
from tropism.subjects.color import measures, presets
from tropism.subjects.color.measures import fine_cube

COLOR = [
    name
    for name in STUDIES
    if name.startswith("ex-2.")
    or name in ("anchored", "single-anchor", "hue", "isolated", "isolated-width", "isolated-without-anti-anchor")
]
SHORT = 6


def shortened(experiment: Experiment) -> Experiment:
    """The same experiment for a few steps with small constants, so that several studies share what is trained."""
    assert experiment.schedule is not None
    small = dict.fromkeys(experiment.schedule.names, 0.01)
    return dataclasses.replace(experiment, schedule=Schedule.constant(SHORT, small))


@functools.cache
def ensemble_of(experiment: Experiment) -> Ensemble:
    """Two members of it, trained once for all studies."""
    return train(experiment, range(2))


@pytest.mark.parametrize("name", COLOR)
def test_a_study_reaches_a_verdict_on_every_claim_and_draws_its_figures(name, monkeypatch):
    monkeypatch.setattr(measures, "fine_cube", lambda every: fine_cube(every=24))
    study = load(name)
    assert study.name == name
    ensembles = {sweep.name: ensemble_of(shortened(sweep.experiment)) for sweep in study.sweeps}
    tables = dict(study.measure(ensembles))
    verdicts = [claim.judge(tables) for claim in study.claims]
    assert all(isinstance(each, Verdict) for each in verdicts)
    assert len({each.text for each in study.claims}) == len(study.claims), "two claims in the same words"
    figures = study.draw(tables)
    names = [figure.name for figure in figures]
    assert len(set(names)) == len(names) > 0
    described = {key.rpartition(".")[0] for key in study.columns or {}} - {""}
    assert described <= {"published", "published_seed", "selected", "summary", "reds", "places", "errors", "labels"}


@pytest.mark.parametrize("name", COLOR)
def test_every_claim_of_a_color_study_names_its_source(name):
    for claim in load(name).claims:
        assert claim.source, claim.text


def test_the_two_notebooks_and_the_five_sixty_seed_studies_have_sixty_seeds():
    for name in ("ex-2.2", "ex-2.10", "anchored", "single-anchor", "hue", "isolated", "isolated-without-anti-anchor"):
        assert load(name).sweeps[0].seeds == tuple(range(60)), name


def test_the_other_notebooks_have_twenty():
    for number in range(3, 10):
        assert load(f"ex-2.{number}").sweeps[0].seeds == tuple(range(20))


def test_constant_weights_are_the_means_and_peaks_of_the_staged_ones_and_leave_the_rate_alone():
    experiment = presets.isolated()
    assert experiment.schedule is not None
    for setting, reduce in ((mean_weights(experiment), np.mean), (peak_weights(experiment), np.max)):
        found = dict(setting)
        assert "lr" not in found
        assert set(found) == set(experiment.schedule.names) - {"lr"}
        for name, value in found.items():
            assert value == pytest.approx(reduce(experiment.schedule.table((name,))))


def test_a_dope_sheet_shows_constants_where_members_had_them_instead():
    setting = (("anchor", 0.25),)
    grown = train(shortened(presets.isolated()), range(1), settings=(setting,))
    dials = schedule_pictures(grown)["drawn-dials"]
    assert set(dials.filter(pl.col("dial") == "anchor")["value"]) == {0.25}
    assert set(dials.filter(pl.col("dial") == "anti-anchor")["value"]) == {0.01}


def test_published_label_counts_are_brought_to_all_steps():
    # 82.2 ± 8.4 in 1,425 steps (the 2.4.1 notebook) are as many a step as 86.6 in 1,501.
    assert label_count("red", 82.2, 8.4).mean == pytest.approx(82.2 * STEPS / HEARD)
    assert (STEPS, HEARD, LOOKED, LAST_BATCH) == (1501, 1425, 7**3 + 8, (7**3 + 8) % 64)


def test_a_published_network_is_ranked_among_ours():
    table = pl.DataFrame(
        {
            "member": [0, 1, 2, 3],
            "seed": ["0", "1", "2", "3"],
            "condition": ["whole"] * 4,
            "max_mse": [0.1, 0.2, 0.3, 0.4],
        }
    )
    (row,) = among_ours({"errors": table}, [PublishedSeed("q", "whole", 0.25, where=(), where_seed=())]).to_dicts()
    assert (row["seed_0"], row["below"], row["within"], row["n"]) == (0.1, 0.5, True, 4)
    (row,) = among_ours({"errors": table}, [PublishedSeed("q", "whole", 0.5, where=(), where_seed=())]).to_dicts()
    assert not row["within"]


def test_the_selected_network_is_the_one_with_the_highest_score_on_trained_colors():
    scores = pl.DataFrame(
        {
            "member": [0, 1, 0, 1],
            "condition": ["ablation"] * 4,
            "colors": ["trained", "trained", "held-out", "held-out"],
            "r2": [0.2, 0.9, 0.99, 0.1],
        }
    )
    assert best_member(scores, "ablation") == 1


def test_errors_of_named_colors_stand_beside_the_published_ones():
    conditions = ("whole", "suppression", "repulsion", "ablation")
    named = pl.DataFrame(
        {
            "member": [3] * 4,
            "seed": ["3"] * 4,
            "condition": conditions,
            "color": ["red"] * 4,
            "mse": [0.001, 0.3, 0.3, 0.3],
            "added": [0.0, 0.25, 0.31, 0.32],
        }
    )
    (row,) = beside_selected(named, 3, ANCHORED).to_dicts()
    # The red row of the 2.4.1 notebook's table of its seed 7.
    assert (row["suppression"], row["suppression_theirs"]) == (0.25, 0.283565)
    assert (row["ablation"], row["ablation_theirs"]) == (0.32, 0.332687)
