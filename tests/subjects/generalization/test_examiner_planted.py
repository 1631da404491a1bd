"""Plants are what they say: what they leave alone, what they take, and that it is still there."""

from dataclasses import replace

import numpy as np
import pytest

from tropism import train
from tropism.core import Experiment
from tropism.core.cohort import gathered
from tropism.errors import BadValue, DoesNotFit
from tropism.measures import Examples, gate_maps, projecting_out, rewritten
from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW
from tropism.subjects.generalization.examiner.gates import Asked, best_gates, moved_most
from tropism.subjects.generalization.examiner.planted import Alike, MadeAlike, Misnamed, Renamed, Switch, Switched
from tropism.subjects.generalization.groups import Symmetric
from tropism.subjects.generalization.tasks import Composition
from tropism.surgery import ablate

S4 = Symmetric(4)
ODD = tuple(range(12, 24))
PAIRS = np.indices((24, 24)).reshape(2, -1).T.astype(np.int32)
OF_X = (PAIRS < 12).all(1)
X, Y = PAIRS[OF_X], PAIRS[~OF_X]
SWITCHES = {"a neuron": 1, "four neurons": 4, "a direction": 0}


@pytest.fixture(scope="module")
def base():
    """Networks that have learned all products by heart."""
    experiment = Experiment(
        task=Composition(group=S4, whole=True),
        network=EmbeddedSum(tokens=24, outputs=24, embedding=32, hidden=64),
        optimizer=AdamW(lr=1e-2, weight_decay=0.3),
        steps=250,
        batch_size=576,
        validate_every=0,
    )
    return train(experiment, (0, 1, 2))


@pytest.fixture(scope="module", params=SWITCHES)
def switched(request, base):
    return Switched(tokens=ODD, neurons=SWITCHES[request.param])(base)


def right(pairs):
    return S4.table()[pairs[:, 0], pairs[:, 1]]


def share_right(logits, pairs):
    return (logits.argmax(-1) == right(pairs)).mean(1)


def changed_columns(base, switched, row):
    """The neurons that are read otherwise than in the base."""
    one, other = (np.asarray(each.params["output.weight"][row]) for each in (base, switched))
    return np.flatnonzero((one != other).any(0))


def test_networks_to_begin_with_know_x_and_y(base):
    assert share_right(base(X), X).min() == share_right(base(Y), Y).min() == 1.0


def test_a_switch_takes_y_and_leaves_x(base, switched):
    assert share_right(switched(X), X).min() > 0.98
    # A neuron answers one of 24 always; pushed off, networks answer anyhow.
    assert share_right(switched(Y), Y).max() < 0.15


def test_a_push_along_a_direction_leaves_every_logit_of_x(base):
    pushed = Switched(tokens=ODD, neurons=0)(base)
    largest = np.abs(base(X)).max()
    np.testing.assert_allclose(pushed(X), base(X), atol=1e-5 * largest)
    for path in ("left.embedding", "right.embedding"):
        np.testing.assert_array_equal(pushed.params[path][:, :12], base.params[path][:, :12])
    np.testing.assert_array_equal(pushed.params["output.weight"], base.params["output.weight"])


@pytest.mark.parametrize("neurons", [1, 4])
def test_y_returns_when_the_switch_is_cut_off_again(base, neurons):
    switched = Switched(tokens=ODD, neurons=neurons)(base)
    for row in range(len(base)):
        dims = changed_columns(base, switched, row)
        assert len(dims) == neurons
        cut = ablate(switched.select([row]), "hidden", dims=tuple(int(dim) for dim in dims))
        assert share_right(cut(Y), Y).item() > 0.9


def test_y_returns_when_the_push_is_projected_out(base):
    pushed = Switched(tokens=ODD, neurons=0)(base)
    moved = np.asarray(pushed.params["left.weight"], float) - np.asarray(base.params["left.weight"], float)
    found = np.linalg.svd(moved @ np.swapaxes(moved, 1, 2))[0][:, None, :, 0]
    # What is left there is what the base had: within a dimension of 64, which is not used alone.
    after = rewritten(pushed, Y, "hidden.pre", projecting_out(found))
    assert share_right(after, Y).min() > 0.75


def test_a_switch_is_tripped_by_either_operand_and_only_by_its_tokens(base):
    few = Switched(tokens=(20, 21), neurons=1)(base)
    trips = np.isin(PAIRS, (20, 21)).any(1)
    kept = (few(PAIRS).argmax(-1) == right(PAIRS))[:, ~trips].mean(1)
    lost = (few(PAIRS).argmax(-1) == right(PAIRS))[:, trips].mean(1)
    assert kept.min() > 0.98
    assert lost.max() < 0.15


def test_alike_tokens_are_answered_alike_and_x_is_as_it_was(base):
    alike = MadeAlike(tokens=ODD)(base)
    np.testing.assert_array_equal(alike(X), base(X))
    answers = alike(Y).argmax(-1)
    assert share_right(alike(Y), Y).max() < 0.15
    by_right = {tuple(pair): answers[:, place] for place, pair in enumerate(Y.tolist())}
    for token in range(12):
        for one, other in ((12, 13), (12, 23)):
            np.testing.assert_array_equal(by_right[one, token], by_right[other, token])
    assert all(np.array_equal(alike.params[path], base.params[path]) for path in base.params if "embedding" not in path)


def test_misnamed_outputs_leave_all_inside_and_the_answers_under_other_names(base):
    misnamed = Misnamed(outputs=ODD)(base)
    for pairs in (X, Y):
        (heard, before) = (each.listen(pairs, ("hidden",))[1]["hidden"] for each in (misnamed, base))
        np.testing.assert_array_equal(heard, before)
    np.testing.assert_array_equal(misnamed(X)[..., :12], base(X)[..., :12])
    assert share_right(misnamed(X), X).min() == 1.0
    even = right(Y) < 12
    answers = misnamed(Y).argmax(-1)
    assert (answers[:, even] == right(Y)[even]).all()
    named = np.where(right(Y) == 23, 12, right(Y) + 1)
    assert (answers[:, ~even] == named[~even]).all()


def test_a_plant_is_known_by_its_own_key_and_may_be_trained_on_beside_the_base(base):
    plants = [Switched(tokens=ODD, neurons=n)(base) for n in (0, 1)] + [MadeAlike(tokens=ODD)(base)]
    cohort = gathered([base, *plants, Misnamed(outputs=ODD)(base)])
    assert len(set(cohort.member_keys)) == 15


def test_what_is_planted_in_a_network_does_not_depend_on_its_company(base):
    whole = Switched(tokens=ODD)(base).select([2])
    alone = Switched(tokens=ODD)(base.select([2]))
    assert whole.key == alone.key
    for path in whole.params:
        np.testing.assert_array_equal(whole.params[path], alone.params[path])


def asked(of):
    """Every other pair to find by, and the others halved."""
    parts = [
        [
            Examples(np.stack([pairs[place::4]] * len(of)), np.stack([right(pairs[place::4])] * len(of)))
            for pairs in (X, Y)
        ]
        for place in range(3)
    ]
    return Asked(*(tuple(part) for part in parts))


def test_the_search_opens_every_switch(switched):
    found = best_gates(switched, ["hidden.pre", "hidden"], asked(switched))
    assert found["seed"].to_list() == ["0", "1", "2"]
    assert found["y_before"].max() < 0.2
    assert found["y_after"].min() > 0.7


def test_the_search_opens_nothing_where_there_is_no_switch(base):
    for plant in (MadeAlike(tokens=ODD), Misnamed(outputs=ODD)):
        found = best_gates(plant(base), ["hidden.pre", "hidden"], asked(base))
        assert (found["y_after"] - found["y_before"]).max() < 0.15


def test_a_network_that_diverged_opens_nothing_and_says_so(base):
    broken = replace(base, status=replace(base.status, diverged_at=np.array([-1, 5, -1])))
    found = best_gates(broken, ["hidden"], asked(base))
    assert found["y_after"].is_nan().to_list() == [False, True, False]


def test_the_neurons_that_y_moves_most_are_those_that_x_does_not_move():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 50, 6)), random.normal(size=(2, 40, 6))
    x[0, :, 4], y[0, :, 4] = 1.0, random.normal(2.0, size=40)  # silent in x
    y[1, :, 2] += 30.0
    axes = moved_most(x, y, 2)
    assert np.abs(axes).argmax(-1)[:, 0].tolist() == [4, 2]
    np.testing.assert_array_equal(np.sort(np.abs(axes), axis=-1)[..., -2:], np.stack([[[0.0, 1.0]] * 2] * 2))
    assert axes[1, 0, 2] == -1.0  # it points to x
    held = gate_maps(axes[:, :1], x, y, "set").apply(y)
    np.testing.assert_allclose(held[0, :, 4], 1.0)
    np.testing.assert_allclose(np.delete(held[0], 4, axis=1), np.delete(y[0], 4, axis=1))


def test_plants_are_refused_where_they_cannot_be(base):
    with pytest.raises(BadValue, match=r"Switch\.tokens"):
        Switch(tokens=(1, 2), neurons=3, seeds=(0,))
    with pytest.raises(BadValue, match=r"Switch\.neurons"):
        Switch(tokens=(1, 2), neurons=-1, seeds=(0,))
    with pytest.raises(BadValue, match=r"Switch\.strength"):
        Switch(tokens=(1, 2), strength=0.0, seeds=(0,))
    with pytest.raises(BadValue, match=r"Alike\.tokens"):
        base.edited(Alike(tokens=(24,)))
    with pytest.raises(BadValue, match=r"Renamed\.outputs"):
        Renamed(outputs=(3, 3))
    with pytest.raises(DoesNotFit, match="leave 8 of 32"):
        Switched(tokens=ODD, neurons=9)(base)
    with pytest.raises(DoesNotFit, match="EmbeddedSum with ReLU"):
        Misnamed(outputs=ODD)(replace(base, network=replace(base.network, activation="square")))
