"""Tasks whose circuits may be combined or used again: sums modulo p, q and pq, and numbers with two names."""

import numpy as np
import pytest

from tropism.core import Scene
from tropism.errors import BadValue, UnknownName
from tropism.subjects.generalization import NestedSums, ResidueSums, TokenSets
from tropism.values import replaced


def shown(task, seed=0):
    """The inputs and answers of a task's own share in a world."""
    import jax

    scene = Scene(task.table(), task.world(task.table(), jax.random.key(seed)))
    batch = task.validation_batch(scene, jax.random.key(1))
    return np.asarray(batch.inputs), *(np.asarray(each) for each in batch.targets)


def as_pairs(task, seed=0):
    return {tuple(pair) for pair in shown(task, seed)[0].tolist()}


def test_the_sum_modulo_the_product_is_decided_by_those_modulo_its_factors():
    answers = {}
    for aim in ("p", "q", "pq"):
        task = ResidueSums(p=5, q=7, aim=aim)
        answers[aim] = task.listed().right - task.head().start
    by_crt = (answers["p"] * 21 + answers["q"] * 15) % 35  # 21 is 1 mod 5 and 0 mod 7, 15 the other way round
    np.testing.assert_array_equal(answers["pq"], by_crt)


def test_each_aim_has_a_head_of_its_own_and_only_that_is_legal():
    heads = [ResidueSums(p=7, q=11, aim=aim).head() for aim in ("p", "q", "pq")]
    assert [each for head in heads for each in head] == list(range(7 + 11 + 77))
    assert [len(head) for head in heads] == [7, 11, 77]
    for aim in ("p", "q", "pq"):
        task = ResidueSums(p=7, q=11, aim=aim)
        _, right, low, high = shown(task)
        assert set(right) == set(task.head())
        assert set(low) == {task.head().start}
        assert set(high) == {task.head().stop}


def test_pairs_are_shared_out_alike_whatever_the_aim_so_some_are_held_out_from_all():
    trained = as_pairs(ResidueSums(aim="p", share=(0, 0.5)))
    assert as_pairs(ResidueSums(aim="q", share=(0, 0.5))) == trained
    assert as_pairs(ResidueSums(aim="pq", share=(0, 0.35))) < trained
    assert not as_pairs(ResidueSums(aim="pq", share=(0.5, 1))) & trained


def test_aims_apart_share_no_token_and_otherwise_say_the_same():
    tasks = [ResidueSums(aim=aim, apart=True) for aim in ("p", "q", "pq")]
    tokens = [set(task.listed().inputs.ravel().tolist()) for task in tasks]
    assert [set(task.residues()) for task in tasks] == tokens
    assert set.union(*tokens) == set(range(tasks[0].num_tokens()))
    assert sum(map(len, tokens)) == 3 * 77
    for task in tasks:
        together = replaced(task, apart=False)
        np.testing.assert_array_equal(task.listed().right, together.listed().right)
        np.testing.assert_array_equal(task.listed().inputs - task.residues().start, together.listed().inputs)


def test_residues_that_make_no_sense_are_refused():
    with pytest.raises(BadValue, match="without a common divisor"):
        ResidueSums(p=6, q=9)
    with pytest.raises(BadValue, match=r"ResidueSums\.q"):
        ResidueSums(q=1)
    with pytest.raises(UnknownName, match="aim"):
        ResidueSums(aim="pp")


@pytest.mark.parametrize("answers", ["old", "new"])
@pytest.mark.parametrize(("left", "right"), [("old", "old"), ("new", "new"), ("old", "new"), ("new", "old")])
def test_numbers_are_added_by_whatever_name_they_go(left, right, answers):
    task = TokenSets(modulus=11, left=left, right=right, answers=answers, shuffle=3)
    number = {int(token): place for names in ("old", "new") for place, token in enumerate(task.tokens_of(names))}
    found = task.listed()
    sums = [(number[a] + number[b]) % 11 for a, b in found.inputs.tolist()]
    assert [number[each] for each in found.right.tolist()] == sums
    assert set(found.right.tolist()) == set(task.tokens_of(answers).tolist())
    assert (found.low, found.high) == ((0, 11) if answers == "old" else (11, 22))
    assert len(found.right) == 121 == len({tuple(pair) for pair in found.inputs.tolist()})


def test_the_shuffle_decides_which_new_token_stands_for_which_number():
    one, other = (TokenSets(modulus=31, shuffle=number) for number in (0, 1))
    np.testing.assert_array_equal(one.tokens_of("old"), np.arange(31))
    assert sorted(one.tokens_of("new")) == list(range(31, 62)) == sorted(other.tokens_of("new"))
    assert (one.tokens_of("new") != other.tokens_of("new")).any()
    assert (one.tokens_of("new") != 31 + np.arange(31)).any()


def test_a_share_of_new_pairs_is_by_their_numbers_no_share_of_old_ones():
    old, new = (TokenSets(left=names, right=names, share=(0, 0.35)) for names in ("old", "new"))
    number = {int(token): place for place, token in enumerate(new.tokens_of("new"))}
    meant = {(number[a], number[b]) for a, b in as_pairs(new)}
    overlap = len(meant & as_pairs(old)) / len(meant)
    assert 0.25 < overlap < 0.45  # of pairs at random .35


def test_token_sets_that_make_no_sense_are_refused():
    with pytest.raises(BadValue, match=r"TokenSets\.modulus"):
        TokenSets(modulus=1)
    with pytest.raises(BadValue, match=r"TokenSets\.shuffle"):
        TokenSets(shuffle=-1)
    with pytest.raises(UnknownName, match="set of tokens"):
        TokenSets(answers="both")


@pytest.mark.parametrize("one_hot", [False, True])
def test_something_of_two_sums_is_what_it_is_of_their_operands(one_hot):
    for aim, wanted in {
        "F": lambda f, g: f,
        "G": lambda f, g: g,
        "sum": lambda f, g: (f + g) % 3,
        "less": lambda f, g: f < g,
    }.items():
        task = NestedSums(p=4, q=5, r=3, aim=aim, one_hot=one_hot)
        found = task.listed()
        operands = (
            np.stack([part.argmax(1) for part in np.split(found.inputs, [4, 8, 13], axis=1)], axis=1)
            if one_hot
            else found.inputs - np.array([0, 0, 4, 4])
        )
        f, g = operands[:, :2].sum(1) % 4, operands[:, 2:].sum(1) % 5
        np.testing.assert_array_equal(task.inner(), (f, g))
        np.testing.assert_array_equal(found.right - task.head().start, wanted(f, g))
        assert len(np.unique(operands, axis=0)) == len(found.right) == 4**2 * 5**2
        assert (task.num_tokens() is None) == one_hot
        assert found.inputs.shape[1] == task.input_width()


def test_heads_of_f_g_and_what_is_made_of_them_stand_in_a_row():
    heads = [NestedSums(p=7, q=11, r=5, aim=aim).head() for aim in ("F", "G", "sum", "less")]
    assert [each for head in heads for each in head] == list(range(7 + 11 + 5 + 2))
    assert [len(head) for head in heads] == [7, 11, 5, 2]
    assert NestedSums(p=7, q=11, r=5).output_width() == 25


def test_nested_sums_that_make_no_sense_are_refused():
    with pytest.raises(BadValue, match=r"NestedSums\.r"):
        NestedSums(r=1)
    with pytest.raises(UnknownName, match="aim"):
        NestedSums(aim="more")
