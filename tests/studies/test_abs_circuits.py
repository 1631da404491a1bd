"""The study of magnitudes: what is read from weights, on networks made by hand, and the whole of it, tiny."""

from dataclasses import replace

import numpy as np
import pytest

from tropism.figures.theme import render
from tropism.running import train_members
from tropism.studies import abs_circuits, load
from tropism.studies._abs_measures import _told
from tropism.studies._abs_neurons import given_back, hearing, is_exact, motifs
from tropism.studies._abs_signs import COUNTS, KINDS, asked, counted

EYE = np.eye(3)
EXACT = (np.vstack([EYE, -EYE]), np.hstack([EYE, EYE]))

PUBLISHED = np.array([[2.0, -0.5], [1.0, 0.0]]), np.array([[0.5, 0.0], [2.0, -4.0]])
"""Elhage et al. (2022): a neuron with inputs (2, −½) and outputs (½, 2), and one that inhibits the second output by
the 4 that the first feature spills there."""


@pytest.fixture(scope="module")
def tables():
    found = {}
    for sweep in abs_circuits.sweeps(few_steps=20, many_steps=3):
        experiment = replace(sweep.resolved({}), batch_size=16)
        found[sweep.name] = train_members(experiment, replace(sweep, seeds=(0, 1)).members(experiment))
    return abs_circuits.measure(found)


def test_two_neurons_a_feature_are_exact():
    assert is_exact(EXACT[0])
    assert hearing(EXACT[0]).sum() == 6
    np.testing.assert_allclose(given_back(*EXACT, np.zeros(3)), 1)
    assert not motifs(*EXACT)


def test_three_neurons_for_one_feature_are_not():
    inputs = EXACT[0].copy()
    inputs[1] = inputs[0]
    assert not is_exact(inputs)
    assert not is_exact(np.zeros((6, 3)))


def test_the_published_motif_is_found_with_its_inhibition():
    found = motifs(*PUBLISHED)
    assert [(each.neuron, each.loud, each.quiet) for each in found] == [(0, 0, 1)]
    assert found[0].spill == pytest.approx(4)
    assert found[0].inhibition == pytest.approx(4)
    assert found[0].inhibited


def test_without_the_second_neuron_nothing_is_inhibited():
    inputs, outputs = PUBLISHED
    found = motifs(inputs[:1], outputs[:, :1])
    assert len(found) == 1
    assert not found[0].inhibited
    wrong_sign = inputs.copy()
    wrong_sign[1] *= -1
    assert not motifs(wrong_sign, outputs)[0].inhibited


def test_like_weights_are_no_motif():
    assert not motifs(np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]]))
    assert not motifs(np.array([[2.0, -0.5]]), np.array([[2.0], [0.5]]))  # gains of 4 and 1/4


def test_scaling_a_neuron_changes_nothing():
    rng = np.random.default_rng(0)
    inputs, outputs, bias = rng.normal(size=(8, 5)), rng.normal(size=(5, 8)), rng.normal(size=5)
    scale = np.exp(rng.normal(size=8))
    scaled = inputs * scale[:, None], outputs / scale
    np.testing.assert_array_equal(hearing(scaled[0]), hearing(inputs))
    np.testing.assert_allclose(given_back(*scaled, bias), given_back(inputs, outputs, bias))
    places = [(each.neuron, each.loud, each.quiet) for each in motifs(inputs, outputs)]
    found = motifs(*scaled)
    assert [(each.neuron, each.loud, each.quiet) for each in found] == places
    assert places


def test_an_output_that_is_below_zero_gives_nothing_back():
    assert not given_back(EXACT[0], EXACT[1], np.full(3, -2.0)).any()


def test_a_constant_output_gives_nothing_back():
    silent = _told(np.zeros((2, 4)), np.zeros((4, 2)), np.full(4, 0.6), 0.5, np.ones(4))
    assert silent["halves"] == 0
    assert _told(*EXACT, np.full(3, 0.6), 0.5, np.ones(3))["halves"] == 6


def test_signs_are_told_apart():
    sweep = abs_circuits.sweeps(few_steps=1)[0]
    made = train_members(sweep.experiment, replace(sweep, seeds=(0, 1, 2)).members(sweep.experiment))
    two_faced = EXACT[0].copy()
    two_faced[0, 1] = -0.5  # answers to +0 and −1, and is for the published probes one of 0
    weight = np.stack([EXACT[0], two_faced, np.zeros_like(two_faced)]).astype(np.float32)
    made = replace(made, params=dict(made.params) | {"hidden.weight": weight})
    row = counted(made, ["exact", "two-faced", "silent"]).to_dicts()
    assert [[each[name] for name in COUNTS] for each in row] == [[3, 3, 6, 0, 3], [3, 4, 5, 1, 3], [0] * 5]
    assert [each["mistaken_share"] for each in row] == [0, pytest.approx(1 / 3), None]
    drawn = asked(made, ["exact", "two-faced", "silent"])
    kinds = drawn.filter(drawn["condition"] == "two-faced").sort("neuron")
    assert kinds["kind"].to_list() == [KINDS[1]] + [KINDS[0]] * 2 + [KINDS[2]] * 3
    np.testing.assert_allclose(kinds["both"], [1 / 1.5, 1, 1, 1, 1, 1])
    np.testing.assert_allclose(kinds["plus"], [1, 1, 1, 0, 0, 0])
    assert set(drawn.filter(drawn["condition"] == "silent")["kind"]) == {KINDS[3]}


def test_every_claim_finds_its_rows(tables):
    for claim in abs_circuits.CLAIMS:
        verdict = claim.judge(tables)
        assert verdict.n + verdict.failed == 2


def test_the_figures_are_drawn_from_the_tables(tables):
    drawn = abs_circuits.draw(tables)
    assert [each.name for each in drawn] == ["stacks", "three", "monosemantic", "halves", "signs"]
    assert all(render(drawn[1], dpi=40).values())
    assert all(render(drawn[-1], dpi=40).values())


def test_it_is_on_the_list():
    assert load("abs-circuits").name == "abs-circuits"
