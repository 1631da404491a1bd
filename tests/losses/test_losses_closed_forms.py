"""Losses against plain NumPy in double precision, and against what can be worked out by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_losses_battery import batch, priced, some

from tropism.core import Batch, Choice
from tropism.core.dial import dials_of, with_dials
from tropism.losses import Ascent, CrossEntropy, SquaredOneHot, StableMax, Uniform

SMALLEST = 1e-37
"""About the least number that float32 holds with all its digits."""


def in_numpy(strengths, examples, over):
    """Cross-entropy of shares in double precision, and its gradient by the strengths' logarithms, row by row."""
    price, gradient = np.zeros(len(strengths)), np.zeros_like(strengths)
    for row, (right, low, high) in enumerate(zip(*(np.asarray(each) for each in examples.targets), strict=True)):
        others = [k for k in (range(strengths.shape[1]) if over == "all" else range(low, high)) if k != right]
        rest = strengths[row, others] - strengths[row, right]
        most = max(rest.max(initial=0.0), 0.0)
        whole = np.exp(-most) + np.exp(rest - most).sum()
        price[row] = most + np.log(whole) if most else np.log1p(np.exp(rest).sum())
        gradient[row, others] = np.exp(rest - most) / whole
        gradient[row, right] = -gradient[row].sum()
    return price, gradient


@pytest.mark.parametrize("over", ["all", "legal"])
@pytest.mark.parametrize("size", [1.0, 20.0, 60.0, 200.0])
def test_exact_cross_entropy_and_its_gradient_agree_with_double_precision(size, over):
    logits, examples = some(size, count=200, outputs=20)
    logits = logits.astype(np.float32).astype(np.float64)
    found, wanted = priced(CrossEntropy(over=over), logits, examples), in_numpy(logits, examples, over)
    # Differences of logits are rounded twice, each time by 6e-8 of themselves: the relative error of an exponential.
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-6 + 1.2e-7 * np.ptp(logits), atol=SMALLEST)


@pytest.mark.parametrize("gap", [17.0, 20.0, 40.0, 80.0])
def test_the_exact_form_goes_on_where_log_softmax_gives_zero(gap):
    logits, examples = np.zeros((1, 113)), batch([5], [0], [113])
    logits[0, 5] = gap
    price, gradient = priced(CrossEntropy(), logits, examples)
    np.testing.assert_allclose(price, np.log1p(112 * np.exp(-gap)), rtol=1e-5)
    np.testing.assert_allclose(gradient[0, 5], -112 * np.exp(-gap), rtol=2e-5)  # (1 - share) is neglected: 5e-6
    np.testing.assert_allclose(gradient[0, 6], np.exp(-gap), rtol=2e-5)
    rounded, _ = priced(CrossEntropy(exact=False), logits, examples)
    assert abs(rounded[0] - price[0]) > 0.01 * price[0]  # what the exact form is for
    assert rounded[0] == 0 or gap < 22


@pytest.mark.parametrize("over", ["all", "legal"])
def test_both_forms_agree_where_log_softmax_is_exact(over):
    logits, examples = some(3.0, count=200)
    for exact, plain in zip(
        priced(CrossEntropy(over=over), logits, examples),
        priced(CrossEntropy(exact=False, over=over), logits, examples),
        strict=True,
    ):
        np.testing.assert_allclose(exact, plain, rtol=1e-5, atol=1e-6)


def stable_in_numpy(x):
    return np.where(x >= 0, x + 1, 1 / (1 - np.minimum(x, 0)))


@pytest.mark.parametrize("over", ["all", "legal"])
@pytest.mark.parametrize("size", [1e-6, 1.0, 200.0, 1e6])
def test_stable_max_and_its_gradient_agree_with_double_precision(size, over):
    logits, examples = some(size, count=200, outputs=20)
    logits = logits.astype(np.float32).astype(np.float64)
    logits[::7, ::3] = 0.0
    price, gradient = in_numpy(np.log(stable_in_numpy(logits)), examples, over)
    found = priced(StableMax(over=over), logits, examples)
    # Logarithms up to 14 are rounded to 1e-6, which is the relative error of a share.
    np.testing.assert_allclose(found[0], price, rtol=1e-5)
    np.testing.assert_allclose(found[1], gradient / (1 + np.abs(logits)), rtol=1e-5)  # d log s / dx


def test_stable_max_by_hand():
    price, gradient = priced(StableMax(), [[3.0, 0.0, -1.0]], batch([0], [0], [3]))  # s is 4, 1 and one half
    np.testing.assert_allclose(price, np.log(5.5 / 4), rtol=1e-6)
    np.testing.assert_allclose(gradient[0], [1 / 5.5 - 1 / 4, 1 / 5.5, 0.25 / 5.5], rtol=1e-5)


def test_squared_distance_by_hand():
    logits = [[0.5, 2.0, -1.0, 9.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    examples = batch([1, 1, 2], [0, 0, 2], [3, 4, 3])
    price, gradient = priced(SquaredOneHot(), logits, examples)
    np.testing.assert_allclose(price, [(0.25 + 1 + 1 + 81) / 4, 0.0, 1 / 4])
    np.testing.assert_allclose(gradient[0], np.array([0.5, 1.0, -1.0, 9.0]) / 2)
    price, gradient = priced(SquaredOneHot(over="legal"), logits, examples)
    np.testing.assert_allclose(price, [(0.25 + 1 + 1) / 3, 0.0, 1.0])
    np.testing.assert_allclose(gradient[0], np.array([0.5, 1.0, -1.0, 0.0]) * 2 / 3, rtol=1e-6)


@pytest.mark.parametrize("over", ["all", "legal"])
def test_uniform_is_the_mean_of_the_cross_entropies_of_every_legal_answer(over):
    logits, examples = some(3.0)
    _, low, high = (np.asarray(each) for each in examples.targets)
    of_each = []
    for answer in range(logits.shape[1]):
        right = np.clip(answer, low, high - 1)
        price, gradient = priced(CrossEntropy(over=over), logits, batch(right, low, high))
        counts = (low <= answer) & (answer < high)
        of_each.append((np.where(counts, price, 0.0), np.where(counts[:, None], gradient, 0.0)))
    price, gradient = priced(Uniform(over=over), logits, examples)
    number = high - low
    np.testing.assert_allclose(price, sum(each for each, _ in of_each) / number, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradient, sum(each for _, each in of_each) / number[:, None], rtol=1e-5, atol=1e-6)


def test_uniform_is_least_where_legal_logits_are_equal_and_is_the_log_of_their_number_there():
    _, examples = some(1.0)
    _, low, high = (np.asarray(each) for each in examples.targets)
    places = np.arange(9)
    legal = (places >= low[:, None]) & (places < high[:, None])
    for loss, logits in ((Uniform(), np.where(legal, 5.0, 8.0)), (Uniform(over="all"), np.where(legal, 5.0, -200.0))):
        price, gradient = priced(loss, logits, examples)
        np.testing.assert_allclose(price, np.log(high - low), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(gradient, 0.0, atol=1e-6)
        tilted, _ = priced(loss, logits + 0.3 * np.random.default_rng(1).standard_normal(logits.shape), examples)
        assert (np.asarray(tilted)[high - low > 1] > np.log(high - low)[high - low > 1]).all()


def test_uniform_does_not_ask_which_is_right():
    logits, examples = some(3.0)
    blind = Batch(None, Choice(None, examples.targets.low, examples.targets.high))
    for over in ("legal", "all"):
        price, _ = priced(Uniform(over=over), logits, blind)
        np.testing.assert_array_equal(price, priced(Uniform(over=over), logits, examples)[0])


@pytest.mark.parametrize(("over", "number"), [("all", 9), ("legal", 4)])
def test_ascent_by_hand(over, number):
    knows, fooled = np.zeros((2, 9))
    knows[3], fooled[4] = 200.0, 200.0
    examples = batch([3, 3, 3], [2, 2, 2], [6, 6, 6])
    price, gradient = priced(Ascent(margin=1.5, over=over), [np.zeros(9), knows, fooled], examples)
    np.testing.assert_allclose(price, [1.5, np.log(number) + 1.5, 0.0], rtol=1e-6)
    np.testing.assert_array_equal(gradient[2], 0.0)
    np.testing.assert_allclose(gradient[0, 3], (number - 1) / number, rtol=1e-6)  # down with the right one


def test_ascent_is_what_is_missing_of_the_exact_cross_entropy():
    logits, examples = some(4.0)
    away, reached = priced(Ascent(), logits, examples), priced(CrossEntropy(), logits, examples)
    bound = np.log(9) + 2
    np.testing.assert_allclose(away[0], np.maximum(bound - reached[0], 0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(away[1], np.where(reached[0][:, None] < bound, -reached[1], 0.0), rtol=1e-5, atol=1e-6)
    assert 0 < (np.asarray(away[0]) == 0).mean() < 1


def test_the_margin_is_a_dial_that_may_be_traced():
    logits, examples = some(1.0)
    assert dials_of(Ascent(), "loss") == {"loss.margin": 2.0}
    turned = lambda number: with_dials(Ascent(), "loss", {"loss.margin": number})(jnp.asarray(logits), examples)  # noqa: E731
    together = jax.vmap(turned)(jnp.array([0.5, 3.0]))
    for margin, price in zip((0.5, 3.0), together, strict=True):
        np.testing.assert_allclose(price, priced(Ascent(margin=margin), logits, examples)[0], rtol=1e-5, atol=1e-6)
