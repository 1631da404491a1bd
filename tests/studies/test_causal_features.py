"""Ablating one direction: what stays and what goes, by hand; the search; and what the study claims of its tables."""

from dataclasses import replace

import numpy as np
import pytest
from test_edges_and_codes import untrained

from tropism.core.member import members_of
from tropism.errors import DoesNotFit, UnknownName
from tropism.figures.theme import as_svg
from tropism.measures import bimodality
from tropism.networks import Dense
from tropism.studies import _causal_features_tables as causal
from tropism.studies import _causal_features_toy as toys
from tropism.studies import load
from tropism.studies._causal_features_cases import Case, by_examples, lots
from tropism.studies._causal_features_runs import Scale, digits, sweeps, toy
from tropism.subjects.features.ablating import ABLATIONS, ablated, effects, nats, searched

RANDOM = np.random.default_rng(5)
VALUES = RANDOM.normal(size=(200, 6)).astype(np.float32) + 2
UNIT = np.linalg.qr(RANDOM.normal(size=(6, 6)))[0]
CLASSES = RANDOM.integers(10, size=200)


@pytest.mark.parametrize("ablation", ABLATIONS)
def test_nothing_but_the_projection_changes(ablation):
    after = ablated(VALUES, UNIT[0], ablation)
    np.testing.assert_allclose(after @ UNIT[1:].T, VALUES @ UNIT[1:].T, rtol=1e-5, atol=1e-5)
    said, wanted = after @ UNIT[0], VALUES @ UNIT[0]
    expected = {"mean": np.full(200, wanted.mean()), "zero": np.zeros(200), "resample": None}[ablation]
    if expected is None:
        np.testing.assert_allclose(np.sort(said), np.sort(wanted), rtol=1e-5, atol=1e-5)
        assert np.abs(said - wanted).max() > 1
    else:
        np.testing.assert_allclose(said, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("ablation", ABLATIONS)
def test_length_and_sign_of_a_direction_say_nothing(ablation):
    plain = ablated(VALUES, UNIT[0], ablation)
    np.testing.assert_allclose(ablated(VALUES, -7 * UNIT[0], ablation), plain, rtol=1e-5, atol=1e-5)


def test_what_is_no_direction_or_no_ablation_is_refused():
    with pytest.raises(DoesNotFit, match="length zero"):
        ablated(VALUES, np.zeros(6), "mean")
    with pytest.raises(UnknownName, match="ablation 'means'"):
        ablated(VALUES, UNIT[0], "means")


def test_the_effect_in_a_toy_network_is_what_its_matrices_say():
    ensemble = untrained(toy(1), members_of([0, 1]))
    x = RANDOM.uniform(size=(50, 24)).astype(np.float32)
    weight, bias = (ensemble.params[name][1].astype(float) for name in ("weight", "bias"))
    direction = weight[:, 3] / np.linalg.norm(weight[:, 3])
    hidden = x @ weight.T
    hidden_after = hidden - np.outer(hidden @ direction - (hidden @ direction).mean(), direction)
    answers = [np.maximum(each @ weight + bias, 0) for each in (hidden, hidden_after)]
    lost = [np.square(each - x).sum(axis=1) for each in answers]
    found = effects(ensemble, 1, x, "hidden", direction[None], "mean", lambda out: np.square(out - x).sum(axis=1))
    np.testing.assert_allclose(found[0], lost[1] - lost[0], rtol=1e-4, atol=1e-5)  # sums of float32 squares


def test_nats_are_those_of_softmax_and_stay_finite():
    logits = np.array([[0.0, np.log(3.0)], [1000.0, 0.0]])
    np.testing.assert_allclose(nats(logits, np.array([1, 1])), [np.log(4 / 3), 1000])


def test_a_search_says_the_bimodality_that_its_directions_have():
    experiment = digits(1)
    small = untrained(replace(experiment, network=Dense(inputs=64, hidden=(6,), outputs=10)), members_of([0]))
    x, right = RANDOM.normal(size=(120, 64)).astype(np.float32), RANDOM.integers(10, size=120)
    after = searched(small, 0, x, right, "hidden.0", restarts=4, steps=40, key=3)
    rises = effects(small, 0, x, "hidden.0", after.directions, "mean", lambda output: nats(output, right))
    np.testing.assert_allclose(after.found, [bimodality(each) for each in rises], rtol=1e-3)  # fourth powers, float32
    np.testing.assert_allclose(np.linalg.norm(after.directions, axis=1), 1, rtol=1e-5)


def test_a_class_that_alone_is_destroyed_is_seen_as_one_class():
    rises = np.where(CLASSES == 4, 6.0, 0.01 * RANDOM.normal(size=200))
    told = causal._numbers(rises, rises, CLASSES, RANDOM.permutation(CLASSES))
    assert told["classes"] == told["purity"] == told["called"] == told["area"] == 1
    assert told["information"] == pytest.approx(1)
    assert told["information_lot"] < 0.3
    assert told["share"] == pytest.approx((CLASSES == 4).mean())


def test_a_few_outliers_have_two_modes_and_are_no_feature():
    rises = np.where(np.arange(200) < 2, 6.0, 0.01 * RANDOM.normal(size=200))
    told = causal._numbers(rises, rises, CLASSES, CLASSES)
    assert told["alone"] == 1
    assert told["called"] == 0


def test_means_of_classes_point_at_classes():
    values = np.eye(10)[CLASSES] + 0.01 * RANDOM.normal(size=(200, 10))
    means = by_examples(values, CLASSES)["class mean"]
    assert (np.argmax(means, axis=1) == np.arange(10)).all()


def nobody(ensemble, row):
    """A case without a network; effects are drawn."""
    families = {"principal": lots(6, 1)[:8], "class mean": lots(6, 2)[:10], "searched": lots(6, 3)[:8],
                "dictionary": lots(6, 4)[:9], "by lot": lots(6, 5)}  # fmt: skip
    halves = tuple({name: families[name] for name in ("principal", "class mean")} for _ in range(2))
    return Case(ensemble, row, "hidden.1", np.zeros((200, 4)), CLASSES, lambda out: out, families, halves, None, VALUES,
                0.9)  # fmt: skip


def drawn(ensemble, row, inputs, site, directions, *_, **__):
    random = np.random.default_rng((row, len(directions)))
    return np.where(random.random((len(directions), len(inputs))) < 0.1, 5.0, 0.01) * random.random(
        (len(directions), len(inputs))
    )


@pytest.fixture(scope="module")
def tables():
    found = {}
    for each in sweeps(Scale(seeds=(0, 1), recall_seeds=(0, 1), toy_seeds=(0, 1), toy_steps=10)):
        if each.name != "dictionaries":
            found[each.name] = untrained(each.experiment, each.members(each.experiment))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(causal, "digits_case", lambda ensembles, row, search: nobody(ensembles["digits"], row))
        patch.setattr(causal, "recall_case", nobody)
        patch.setattr(causal, "mixture_gain", lambda rises: float(rises.mean()))
        patch.setattr(causal, "effects", drawn)
        patch.setattr(toys, "effects", drawn)
        return causal.tables(found)


@pytest.mark.parametrize("name", ["causal-features", "causal-features-quick"])
def test_every_column_that_is_claimed_is_there_and_told(tables, name):
    study = load(name)
    for claim in study.claims:
        assert claim.judge(tables).n > 0
    for table, held in tables.items():
        for column in held.columns:
            drawn_only = table.startswith("drawn-")
            assert drawn_only or column in study.columns or f"{table}.{column}" in study.columns, (table, column)
    assert len({claim.text for claim in study.claims}) == len(study.claims)


def test_pictures_are_drawn_of_tables_alone(tables):
    for figure in load("causal-features").draw(tables):
        assert as_svg(figure).count("<path") > 5
