"""Sequences that ask for a value, a name or a branch: what they hold, how often, and what they refuse."""

import functools
import itertools

import jax
import numpy as np
import pytest

from tropism.core import Scene
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.features import Branches, IndirectObject, KeyValueRecall
from tropism.subjects.features.recalls import binary_recall, branches, indirect_object, recall

SIZE = 4000
TASKS = {
    "recall": KeyValueRecall(keys=5, values=4, pairs=3),
    "two of each": KeyValueRecall(keys=2, values=2, pairs=2),
    "names": IndirectObject(names=4),
    "halves": Branches(depth=3, level=1, words=2),
    "leaves": Branches(depth=2, level=2, words=3),
}
by_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


@functools.cache
def drawn(task, number=0):
    """Four thousand sequences; of one size, so that little is compiled."""
    inputs, right = jax.jit(lambda key: task.draw(Scene((), ()), key, SIZE)[:2])(jax.random.key(number))
    return np.asarray(inputs), np.asarray(right.right)


def spread_evenly(rows, count):
    """Whether each of `count` kinds of rows comes about as often as the others.

    The chi-square of equally likely cells has mean count − 1 and variance twice that; five deviations are let pass.
    """
    found = np.unique(rows, axis=0, return_counts=True)[1]
    wanted = len(rows) / count
    return len(found) == count and np.square(found - wanted).sum() / wanted < count - 1 + 5 * (2 * count) ** 0.5


def answer(task, row):
    """What is right, by going through the sequence as a reader would."""
    *words, last = (int(each) for each in row)
    if isinstance(task, KeyValueRecall):
        return dict(zip(words[::2], words[1::2], strict=True))[last] - task.keys
    if isinstance(task, IndirectObject):
        return next(name for name in words[:2] if name != words[2])
    path = format(words[last - 2**task.depth], f"0{task.depth}b")
    return int(path[: task.level], 2)


@by_task
def test_the_answer_is_the_one_a_reader_finds(task):
    inputs, right = drawn(task)
    assert [answer(task, row) for row in inputs] == list(right)


@by_task
def test_sequences_are_as_wide_and_of_as_many_tokens_as_said(task):
    inputs, right = drawn(task)
    assert inputs.shape[1] == task.input_width() == len(task.position_names())
    assert set(np.unique(inputs)) == set(range(task.num_tokens()))
    assert set(np.unique(right)) == set(range(task.output_width()))


@pytest.mark.parametrize(
    ("task", "count"),
    [(TASKS["two of each"], 16), (TASKS["names"], 24), (TASKS["halves"], 128), (TASKS["leaves"], 192)],
)
def test_every_sequence_comes_as_often_as_every_other(task, count):
    assert spread_evenly(drawn(task)[0], count)


def test_each_choice_of_keys_is_as_likely_as_each_other():
    keys = drawn(TASKS["recall"])[0][:, [0, 2, 4]]
    assert spread_evenly(keys, 60)
    assert set(map(tuple, keys)) == set(itertools.permutations(range(5), 3))


@by_task
def test_other_streams_draw_other_sequences_and_the_same_one_the_same(task):
    assert not np.array_equal(drawn(task)[0], drawn(task, number=1)[0])
    np.testing.assert_array_equal(drawn(task)[0], drawn(task)[0])


@pytest.mark.parametrize("experiment", [recall(), binary_recall(), indirect_object(), branches(2)])
def test_networks_and_their_tasks_fit(experiment):
    assert experiment.network.positions == experiment.task.input_width()
    assert experiment.network.outputs == experiment.task.output_width()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: KeyValueRecall(keys=2), DoesNotFit, "pairs 3 want as many different keys, and keys is 2"),
        (lambda: KeyValueRecall(values=1), BadValue, "KeyValueRecall.values is 1"),
        (lambda: KeyValueRecall(pairs=True), BadValue, "KeyValueRecall.pairs is True"),
        (lambda: KeyValueRecall(held_out=0), BadValue, "KeyValueRecall.held_out is 0"),
        (lambda: IndirectObject(names=1), BadValue, "IndirectObject.names is 1"),
        (lambda: Branches(level=4), BadValue, "at most depth, here 3"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make, error, words):
    with pytest.raises(error, match=words):
        make()
