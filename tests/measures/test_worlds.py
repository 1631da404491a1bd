"""What members are asked in worlds of their own: the very examples that training looks at."""

import numpy as np
import pytest

from probe import SparseWords
from tropism import train
from tropism.core import Adam, Experiment
from tropism.core.member import Seed
from tropism.errors import DoesNotFit
from tropism.measures import LinearProbe, in_their_worlds, probed
from tropism.measures.worlds import types_of
from tropism.networks import EmbeddedSum
from tropism.subjects.generalization.groups import Symmetric
from tropism.subjects.generalization.tasks import Composition
from tropism.tasks import Check, Mixture, Part
from tropism.terms import Accuracy

S4 = Symmetric(4)
SEEDS = (Seed.of(0), Seed(init=3, data=4, world=5), Seed(init=0, data=0, world=9))


def products(low, high, **more):
    return Composition(group=S4, share=(low, high), **more)


@pytest.fixture(scope="module")
def trained():
    even = {"within": ("A4",)}
    task = Mixture(
        parts=(Part("x", products(0.0, 0.5), 64),),
        checks=(Check("held", products(0.3, 1.0)), Check("inner", products(0.2, 0.9, **even))),
    )
    experiment = Experiment(
        task=task,
        network=EmbeddedSum(tokens=24, outputs=24, embedding=16, hidden=16),
        optimizer=Adam(lr=1e-2),
        steps=60,
        batch_size=64,
        terms=tuple(Accuracy(where=name, name=f"accuracy_{name}") for name in ("held", "inner")),
        validate_every=20,
    )
    return train(experiment, SEEDS)


@pytest.mark.parametrize(
    ("name", "task"), [("held", products(0.3, 1.0)), ("inner", products(0.2, 0.9, within=("A4",)))]
)
def test_they_are_the_examples_that_training_looks_at(trained, name, task):
    asked = in_their_worlds(task, trained.members)
    right = trained.listen(asked.inputs, apart=True)[0].argmax(-1) == asked.classes
    seen = trained.history.validation[f"accuracy_{name}"][:, -1]
    assert 0.02 < seen.min() < seen.max() < 1  # or agreement would say little
    np.testing.assert_allclose(right.mean(1), seen, atol=1e-6)


def test_members_of_other_worlds_are_asked_others(trained):
    asked = in_their_worlds(products(0.5, 1.0), trained.members)
    sets = [{tuple(pair) for pair in rows.tolist()} for rows in asked.inputs]
    assert asked.inputs.shape == (3, 288, 2)
    assert all(len(each) == 288 for each in sets)
    assert len(sets[0] & sets[1]) < 200
    alike = in_their_worlds(products(0.5, 1.0), trained.members[:1] * 2)
    np.testing.assert_array_equal(alike.inputs[0], alike.inputs[1])


def test_shares_of_one_list_lie_side_by_side_in_each_world(trained):
    parts = [in_their_worlds(products(*ends), trained.members).inputs for ends in ((0.0, 0.5), (0.5, 0.6), (0.6, 1.0))]
    for row in range(3):
        pairs = [tuple(pair) for part in parts for pair in part[row].tolist()]
        assert len(pairs) == len(set(pairs)) == 24 * 24


def test_classes_are_what_is_right_and_ends_what_is_legal(trained):
    asked = in_their_worlds(products(0.5, 1.0), trained.members, most=10)
    assert asked.classes.shape == (3, 10)
    np.testing.assert_array_equal(asked.classes, S4.table()[asked.inputs[..., 0], asked.inputs[..., 1]])
    assert asked.legal(24).all()
    whole = in_their_worlds(products(0.5, 1.0), trained.members)
    np.testing.assert_array_equal(asked.inputs, whole.inputs[:, :10])


def test_the_type_of_tokens_is_the_first_so_that_a_probe_has_its_control(trained):
    fit, test = (in_their_worlds(products(*ends), trained.members) for ends in ((0.0, 0.5), (0.5, 1.0)))
    np.testing.assert_array_equal(fit.types, fit.inputs[..., 0])
    table = probed(trained, ["hidden"], fit, test, probes=(LinearProbe(most_steps=30),))
    # Which token stands on the left can be read off the sum of two embeddings, whatever class it was given by lot.
    assert table["control"].min() > 0.3
    np.testing.assert_allclose(table["selectivity"], table["accuracy"] - table["control"])


def test_other_inputs_are_of_one_type_where_they_are_alike():
    inputs = np.array([[[0.0, 1.0], [2.0, 1.0], [0.0, 1.0]], [[2.0, 1.0], [5.0, 5.0], [0.0, 1.0]]], np.float32)
    found = types_of(inputs, tokens=False)
    assert found.shape == (2, 3)
    assert found[0, 0] == found[0, 2] == found[1, 2]
    assert found[0, 1] == found[1, 0]
    assert len({*found.ravel().tolist()}) == 3
    assert 0 <= found.min() <= found.max() < 2**16


def test_a_task_whose_answers_are_no_outputs_is_refused(trained):
    with pytest.raises(DoesNotFit, match="SparseWords"):
        in_their_worlds(SparseWords(), trained.members)
