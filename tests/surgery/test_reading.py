"""Readers that see a site through a map, a member's own."""

import numpy as np
import pytest

from planted import random_ensemble
from tropism.errors import BadValue, DoesNotFit, Missing
from tropism.measures import AffineMaps, Examples, leace, mean_ablating, rewritten
from tropism.surgery import Maps, ReadThrough, read_through
from tropism.values import describe, rebuild

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 6)).astype(np.float32)
MATRIX, OFFSET = RANDOM.normal(size=(3, 8, 8)), RANDOM.normal(size=(3, 8))


def with_bias(activation="relu"):
    return random_ensemble(activation=activation, offset=np.zeros((3, 5)))


def test_reading_through_a_map_is_mapping_what_is_read():
    ensemble = with_bias()
    cut = read_through(ensemble, "hidden", matrix=MATRIX, offset=OFFSET)
    wanted = rewritten(ensemble, X, "hidden", AffineMaps(MATRIX, OFFSET))
    np.testing.assert_allclose(cut(X), wanted, rtol=1e-4, atol=1e-4)


def test_the_map_that_does_nothing_leaves_every_number_as_it_was():
    ensemble = with_bias()
    cut = read_through(ensemble, "hidden", matrix=np.stack([np.eye(8)] * 3))
    for path, item in ensemble.params.items():
        np.testing.assert_array_equal(cut.params[path], item)
    assert cut.key != ensemble.key


def test_classes_are_erased_from_the_weights_for_good():
    ensemble = with_bias()
    maps = leace(ensemble, "hidden", Examples(X, (X[:, 0] > 0).astype(int)))
    cut = read_through(ensemble, "hidden", matrix=maps.matrix, offset=maps.offset)
    np.testing.assert_allclose(cut(X), rewritten(ensemble, X, "hidden", maps), atol=1e-5)
    means = [cut(X)[:, part].mean(1) for part in (X[:, 0] > 0, X[:, 0] <= 0)]
    np.testing.assert_allclose(*means, atol=1e-5)


def test_mean_ablation_leaves_one_answer():
    ensemble = with_bias()
    maps = mean_ablating(ensemble, X, "hidden")
    cut = read_through(ensemble, "hidden", matrix=maps.matrix, offset=maps.offset)
    assert np.ptp(cut(X), axis=1).max() == 0
    np.testing.assert_allclose(cut(X), rewritten(ensemble, X, "hidden", maps), atol=1e-5)


def test_a_row_of_the_cut_is_the_cut_of_a_row_and_has_its_key():
    cut = read_through(with_bias(), "hidden", matrix=MATRIX, offset=OFFSET)
    alone = read_through(with_bias().select([1]), "hidden", matrix=MATRIX[1:2], offset=OFFSET[1:2])
    np.testing.assert_array_equal(cut.select([1]).params["output.weight"], alone.params["output.weight"])
    assert cut.row_key(1) == alone.row_key(0) == cut.select([1]).row_key(0)
    assert cut.row_key(0) != cut.row_key(1)


def test_large_maps_are_known_by_a_digest_which_cannot_be_applied():
    edit = ReadThrough("hidden", Maps(np.stack([np.eye(100)] * 3), np.zeros((3, 100))))
    again = rebuild(describe(edit))
    assert again.key() == edit.key()
    with pytest.raises(Missing, match="not at hand"):
        again.apply(with_bias().network, with_bias().params)


def test_a_reader_without_a_bias_takes_no_offset_that_it_would_see():
    ensemble = random_ensemble(activation="relu")
    read_through(ensemble, "hidden", matrix=MATRIX)
    with pytest.raises(DoesNotFit, match=r"output\.weight reads the site 'hidden' and has no bias"):
        read_through(ensemble, "hidden", matrix=MATRIX, offset=OFFSET)


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match=r"ReadThrough\.matrix"):
        Maps(np.eye(3), np.zeros(3))
    with pytest.raises(BadValue, match=r"ReadThrough\.offset"):
        Maps(MATRIX, np.zeros(8))
    with pytest.raises(BadValue, match=r"ReadThrough\.maps"):
        ReadThrough("hidden", MATRIX[0])
    with pytest.raises(DoesNotFit, match="reads it at 'hidden'"):
        read_through(with_bias(), "hidden.pre", matrix=MATRIX)
    with pytest.raises(DoesNotFit, match="8 wide in 3"):
        read_through(with_bias(), "hidden", matrix=MATRIX[:2])
