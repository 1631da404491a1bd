"""The digits: in one order for everybody, shared out without overlap, and told as they are."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Choice, Scene
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.features import HELD_OUT, Digits
from tropism.tasks import Chosen, Relabelled

TRAINED, HELD = Digits(), Digits(share=HELD_OUT)


def rows(inputs):
    return {row.tobytes() for row in np.asarray(inputs)}


def scene_of(task, seed=0):
    table = jax.tree.map(jnp.asarray, task.table())
    return Scene(table, task.world(table, jax.random.key(seed)), None)


def test_the_shares_are_all_there_is_and_nothing_twice():
    images, labels = Digits(share=(0.0, 1.0)).examples()
    pieces = [task.examples() for task in (TRAINED, HELD)]
    assert [len(part) for part, _ in pieces] == [1078, 719] == [len(TRAINED), len(HELD)]
    np.testing.assert_array_equal(np.concatenate([part for part, _ in pieces]), images)
    # counts: scikit-learn's documentation of load_digits
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert images.shape == (1797, 64)
    assert images.dtype == np.float32
    assert set(np.unique(images * 16)) == set(range(17))
    assert rows(pieces[0][0]).isdisjoint(rows(pieces[1][0]))


def test_luck_decides_which_batch_comes_but_not_which_digits_there_are():
    one, other = scene_of(HELD, 1), scene_of(HELD, 2)
    np.testing.assert_array_equal(one.world, other.world)
    drawn = [HELD.draw(one, jax.random.key(key), 64).inputs for key in (0, 0, 1)]
    assert (drawn[0] == drawn[1]).all()
    assert not (drawn[0] == drawn[2]).all()
    assert rows(np.concatenate(drawn)) <= rows(HELD.examples()[0])


def test_every_digit_is_drawn_with_its_own_answer_and_all_ten_are_legal():
    known = dict(zip((row.tobytes() for row in TRAINED.examples()[0]), TRAINED.examples()[1], strict=True))
    batch = TRAINED.draw(scene_of(TRAINED), jax.random.key(3), 200)
    assert isinstance(batch.targets, Choice)
    assert [known[row.tobytes()] for row in np.asarray(batch.inputs)] == batch.targets.right.tolist()
    assert set(batch.targets.low.tolist()) == {0}
    assert set(batch.targets.high.tolist()) == {10}


def test_validation_sees_the_whole_share_in_order():
    batch = HELD.validation_batch(scene_of(HELD), jax.random.key(0))
    images, labels = HELD.examples()
    np.testing.assert_array_equal(batch.inputs, images)
    np.testing.assert_array_equal(batch.targets.right, labels)


def test_another_split_is_another_order_of_the_same():
    one, other = Digits(share=(0.0, 1.0)), Digits(share=(0.0, 1.0), split=1)
    assert one.key() != other.key()
    assert (one.examples()[0] != other.examples()[0]).any()
    assert sorted(rows(one.examples()[0])) == sorted(rows(other.examples()[0]))


def test_it_may_be_narrowed_to_some_digits_and_given_wrong_answers():
    few = Chosen(TRAINED, kinds=(3, 7))
    batch = few.draw(scene_of(few), jax.random.key(0), 100)
    assert set(batch.targets.right.tolist()) == {3, 7}
    shuffled = Relabelled(TRAINED, "shuffled")
    wrong = shuffled.validation_batch(scene_of(shuffled), jax.random.key(0)).targets.right
    right = TRAINED.examples()[1]
    assert np.bincount(wrong).tolist() == np.bincount(right).tolist()
    assert 0.05 < (np.asarray(wrong) == right).mean() < 0.15  # one in ten is right by chance


@pytest.mark.parametrize(("given", "error"), [({"split": -1}, BadValue), ({"split": True}, BadValue),
                                              ({"share": (0.6, 0.2)}, BadValue)])  # fmt: skip
def test_what_cannot_be_is_refused(given, error):
    with pytest.raises(error, match=next(iter(given))):
        Digits(**given)


def test_a_share_of_nothing_is_refused():
    with pytest.raises(DoesNotFit, match="none"):
        len(Digits(share=(0.0, 1e-9)))


def test_describing_it_imports_nothing_heavy():
    script = (
        "import sys\nfrom tropism.subjects.features import Digits\nfrom tropism.values import describe\n"
        "describe(Digits()); assert not {'jax', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
