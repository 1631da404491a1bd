"""The generator is Threefry-2x32, whoever is drawn beside it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax.extend.random import threefry2x32_p

from tropism.arrays.streams import bits, fold, integers, of_words, stream, threefry, uniform, words_of

WORD = st.integers(0, 2**32 - 1)
KEYS = st.tuples(WORD, WORD)


def oracle(key, counters):
    words = [np.asarray(word, np.uint32) for word in (*key, *counters)]
    return tuple(np.asarray(item) for item in threefry2x32_p.bind(*np.broadcast_arrays(*words)))


@pytest.mark.parametrize(
    ("key", "counters", "wanted"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_it_gives_the_published_answers(key, counters, wanted):
    # Source: the known-answer vectors of Random123 for threefry2x32 with 20 rounds.
    found = threefry(*(jnp.uint32(word) for word in (*key, *counters)))
    assert tuple(int(word) for word in found) == wanted


@given(KEYS, KEYS)
def test_it_is_the_librarys_generator(key, counters):
    found = threefry(*(jnp.uint32(word) for word in (*key, *counters)))
    assert tuple(map(int, found)) == tuple(map(int, oracle(key, counters)))


@given(KEYS, st.integers(0, 33))
def test_bits_are_the_generators_words_in_order(key, size):
    made = jax.random.wrap_key_data(jnp.array(key, jnp.uint32), impl="threefry2x32")
    left, right = oracle(key, (np.arange((size + 1) // 2), 0))
    np.testing.assert_array_equal(bits(made, (size,)), np.concatenate([left.ravel(), right.ravel()])[:size])


@given(KEYS, WORD)
def test_a_fold_is_the_generator_at_a_counter_of_its_own(key, number):
    made = jax.random.wrap_key_data(jnp.array(key, jnp.uint32), impl="threefry2x32")
    found = jax.random.key_data(fold(made, jnp.uint32(number)))
    assert tuple(map(int, found)) == tuple(map(int, oracle(key, (number, 0x7207))))


def test_words_that_no_compiler_worked_out_are_those_of_the_stream():
    for seed in (0, 7, 2**32 - 1):
        wanted = jax.random.key_data(fold(stream(seed, "data"), "features", 3))
        np.testing.assert_array_equal(words_of(seed, "data", "features", 3), wanted)
    np.testing.assert_array_equal(jax.random.key_data(of_words(wanted)), wanted)


def test_whoever_is_mapped_over_changes_nothing():
    seeds = jnp.arange(50, dtype=jnp.uint32)

    def drawn(seed):
        key = fold(stream(seed, "data"), 17, "batch", seed)
        return bits(key, (5, 3)), uniform(key, (7,))

    together = jax.jit(jax.vmap(drawn))(seeds)
    for row in (0, 31, 49):
        for one, many in zip(drawn(seeds[row]), together, strict=True):
            np.testing.assert_array_equal(one, many[row])


def test_many_numbers_fold_into_many_streams():
    key, numbers = stream(0, "data"), jnp.arange(4, dtype=jnp.uint32)
    many = jax.random.key_data(fold(key, numbers))
    for number in range(4):
        np.testing.assert_array_equal(many[number], jax.random.key_data(fold(key, number)))


def test_purposes_names_and_numbers_give_streams_apart():
    key = stream(0, "data")
    made = [stream(seed, purpose) for seed in range(3) for purpose in ("init", "data", "world")]
    made += [fold(key, 0), fold(key, 1), fold(key, "batch"), fold(key, 0, 1), fold(key, 1, 0), fold(key, "batch", 0)]
    assert len({tuple(np.asarray(jax.random.key_data(each)).tolist()) for each in made}) == len(made)


def test_the_generator_does_not_follow_a_global_setting():
    with jax.default_prng_impl("rbg"):
        other = jax.random.key_data(stream(5, "init"))
    np.testing.assert_array_equal(other, jax.random.key_data(stream(5, "init")))


def test_uniform_numbers_are_even_in_the_unit_interval():
    # The bounds are five standard deviations for 2**18 independent uniform numbers.
    numbers = np.asarray(uniform(stream(11, "data"), (2**18,)), np.float64)
    assert 0 <= numbers.min() < 1e-4
    assert 1 - 1e-4 < numbers.max() < 1
    assert np.array_equal(numbers * 2**23, np.round(numbers * 2**23))
    assert abs(numbers.mean() - 0.5) < 5 * (1 / 12) ** 0.5 / 512
    assert abs(numbers.var() - 1 / 12) < 5 * (1 / 180) ** 0.5 / 512
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 5 / 512
    counts = np.histogram(numbers, 64, (0, 1))[0]
    assert np.abs(counts - 4096).max() < 5 * 64
    same_place = np.asarray(jax.vmap(lambda s: uniform(stream(s, "data"), (1,)))(jnp.arange(4096))).ravel()
    assert abs(same_place.mean() - 0.5) < 5 * (1 / 12) ** 0.5 / 64


@given(st.integers(1, 1000))
def test_integers_lie_below_their_count(count):
    found = np.asarray(integers(stream(1, "data"), (64,), count))
    assert ((found >= 0) & (found < count)).all()


def test_integers_reach_every_value():
    found = np.asarray(integers(stream(1, "data"), (4096,), 7))
    assert np.abs(np.bincount(found, minlength=7) - 4096 / 7).max() < 5 * (4096 / 7) ** 0.5
