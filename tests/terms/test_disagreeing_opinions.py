"""Two opinions: what their closed forms say of independence, of frequencies and of sure disagreement."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, Choice, View
from tropism.errors import BadValue, DoesNotFit
from tropism.terms import Disagree, Independent

FIRST, SECOND = ([1, 1, 0, 0], [1, 0, 1, 0])


class Said(eqx.Module):
    """A network that says the same of every batch."""

    logits: jax.Array

    def __call__(self, x, tap, key=None):
        return self.logits


def shares(ones):
    """Logits that give answer 1 so much, in shares."""
    one = jnp.asarray(ones, jnp.float32)
    return jnp.log(jnp.stack([1 - one, one], axis=-1) + 1e-9)


def priced(term, first, second, *, like=None, right=(0, 0, 1, 1), counted=None):
    zeros = jnp.zeros(len(right), int)
    labels = {"x": jnp.ones(len(right)) if like is None else jnp.asarray(like, jnp.float32)}
    labels["y"] = jnp.ones(len(right)) if counted is None else jnp.asarray(counted, jnp.float32)
    batch = Batch(jnp.zeros((len(right), 1)), Choice(jnp.asarray(right), zeros, zeros + 2), labels)
    view = View(None, {}, batch, shares(first), {}, {"other": Said(shares(second))}, jax.random.key(0), jnp.array(0))
    return float(term.price(view, ())[0])


def test_opinions_that_say_nothing_of_each_other_and_answer_as_often_as_is_right_cost_nothing():
    term = Independent(reference="other", like="x")
    assert priced(term, FIRST, SECOND) == pytest.approx(0.0, abs=1e-5)
    assert priced(term, [0.5] * 4, [0.5] * 4) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("second", [FIRST, [1 - each for each in FIRST]])
def test_opinions_that_tell_each_other_cost_the_logarithm_of_two(second):
    assert priced(Independent(reference="other", like="x"), FIRST, second) == pytest.approx(np.log(2), abs=1e-5)


def test_who_always_says_the_same_costs_the_divergence_from_how_often_it_is_right():
    # 1 · log(1 / (3/4)) for each of both opinions, which tell nothing of each other.
    found = priced(Independent(reference="other", like="x"), [0] * 4, [0] * 4, right=(0, 0, 0, 1))
    assert found == pytest.approx(2 * np.log(4 / 3), rel=1e-4)
    assert priced(Independent(reference="other", like="x", balance=0.0), [0] * 4, [0] * 4) == pytest.approx(0, abs=1e-6)


def test_only_examples_that_are_nearest_to_sure_disagreement_pay():
    # They differ with chances .1, .5, .9 and .2; half of four are the third and the second.
    term, first = Disagree(reference="other", rate=0.5), [0.1, 0.5, 0.9, 0.2]
    assert priced(term, first, [0] * 4) == pytest.approx(-(np.log(0.9) + np.log(0.5)) / 2, rel=1e-5)
    assert priced(Disagree(reference="other", rate=0.01), first, [0] * 4) == pytest.approx(-np.log(0.9), rel=1e-5)


def test_who_does_not_bear_the_label_neither_pays_nor_is_counted():
    first, others = [0.1, 0.5, 0.9, 0.2], [1, 1, 0, 0]
    term = Disagree(reference="other", rate=0.5, where="y")
    assert priced(term, first, [0] * 4, counted=others) == pytest.approx(-np.log(0.5), rel=1e-5)
    assert priced(term, first, [0] * 4, counted=[0] * 4) == 0.0
    alone = Independent(reference="other", like="x", where="y", balance=0.0)
    assert priced(alone, FIRST, FIRST, counted=others) == pytest.approx(0.0, abs=1e-6)  # both always say 1 there


def test_a_second_opinion_is_one_and_a_rate_is_a_part():
    with pytest.raises(DoesNotFit, match="one second opinion"):
        Disagree()
    with pytest.raises(DoesNotFit, match="one second opinion"):
        Independent(player="a", reference="b", like="x")
    with pytest.raises(BadValue, match="rate"):
        Disagree(reference="other", rate=0.0)
    with pytest.raises(BadValue, match="balance"):
        Independent(reference="other", like="x", balance=-1.0)
