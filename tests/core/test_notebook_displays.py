"""Objects show themselves in notebooks: the words a reader looks for are there, and nothing is left unescaped."""

from __future__ import annotations

from dataclasses import replace

from tropism.changing import changed
from tropism.core import Dial
from tropism.core.optimizer import Adam
from tropism.rules import Retarget
from tropism.studies import load
from tropism.subjects.color import presets


def test_an_experiment_shows_its_parts_its_dials_and_its_schedule():
    html = presets.isolated()._repr_html_()
    for word in ("1501 steps", "Autoencoder", "anchor.weight", "scheduled", "task.red.rate", "0.08"):
        assert word in html


def test_a_dial_with_a_rule_says_so():
    steady = changed(presets.isolated(), {"lr": 0.05})
    ruled = replace(steady, optimizer=Adam(lr=Dial(0.05, rule=Retarget(metric="error", below=0.1, to=0.0))))
    assert "0.05, by rule Retarget" in ruled._repr_html_()


def test_a_study_shows_its_question_and_its_claims():
    study = load("isolated")
    html = study._repr_html_()
    assert study.question in html
    assert html.count("<li>") == len(study.sweeps) + len(study.claims)
