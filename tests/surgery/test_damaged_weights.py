"""Noise, coarse numbers and missing weights: what they leave, and whose they are."""

import numpy as np
import pytest

from planted import random_ensemble
from tropism.errors import BadValue, UnknownName
from tropism.surgery import Noise, PrunedWeights, Rounded, noise, pruned_weights, rounded
from tropism.values import describe, rebuild

WAYS = {
    "noise": lambda ensemble: noise(ensemble, 0.3),
    "rounded": lambda ensemble: rounded(ensemble, bits=4),
    "pruned, each tensor": lambda ensemble: pruned_weights(ensemble, 0.4),
    "pruned, together": lambda ensemble: pruned_weights(ensemble, 0.4, together=True),
}
EACH = pytest.mark.parametrize("damaged", WAYS.values(), ids=WAYS)


def networks(members=3):
    random = np.random.default_rng(5)
    bias, offset = random.normal(size=(members, 8)), random.normal(size=(members, 5))
    return random_ensemble(members=members, bias=bias, offset=offset)


@EACH
def test_nothing_of_the_original_changes_and_the_key_does(damaged):
    ensemble, before = networks(), {path: item.copy() for path, item in networks().params.items()}
    after = damaged(ensemble)
    for path, item in ensemble.params.items():
        np.testing.assert_array_equal(item, before[path])
        assert (after.params[path].shape, after.params[path].dtype) == (item.shape, item.dtype)
    assert not np.array_equal(after.params["output.weight"], before["output.weight"])
    assert after.key != ensemble.key
    assert all(after.row_key(row) != ensemble.row_key(row) for row in range(3))


@EACH
def test_some_rows_of_the_damaged_are_the_damaged_rows(damaged):
    chosen = np.array([2, 0])
    one, other = damaged(networks()).select(chosen), damaged(networks().select(chosen))
    for path in one.params:
        np.testing.assert_array_equal(one.params[path], other.params[path])
    assert one.key == other.key


@EACH
def test_an_edit_survives_its_own_description(damaged):
    edit = damaged(networks()).edits[-1]
    assert rebuild(describe(edit)) == edit


@EACH
def test_parameters_of_further_players_are_left_alone(damaged):
    edit = damaged(networks()).edits[-1]
    params = dict(networks().params) | {"adversary:weight": np.ones((3, 2, 2), np.float32)}
    assert edit.apply(networks().network, params)[1]["adversary:weight"] is params["adversary:weight"]


def test_noise_has_the_size_that_was_asked_and_each_draw_is_its_own():
    ensemble = random_ensemble(members=2, inputs=60, hidden=50, outputs=40)
    path, other = "hidden.weight", "output.weight"
    moved = {
        luck: {key: noise(ensemble, 0.1, luck=luck).params[key] - ensemble.params[key] for key in (path, other)}
        for luck in (0, 1)
    }
    spread = ensemble.params[path].std(axis=(1, 2))
    np.testing.assert_allclose(moved[0][path].std(axis=(1, 2)), 0.1 * spread, rtol=0.06)  # 3,000 numbers: 1.3 %
    assert abs(np.corrcoef(moved[0][path].ravel(), moved[1][path].ravel())[0, 1]) < 0.06
    assert abs(np.corrcoef(moved[0][path][0].ravel(), moved[0][path][1].ravel())[0, 1]) < 0.08
    np.testing.assert_array_equal(noise(ensemble, 0.1).params["hidden.bias"], ensemble.params["hidden.bias"])
    np.testing.assert_array_equal(noise(ensemble, 0.0).params[path], ensemble.params[path])


def test_two_treatments_of_one_seed_get_the_same_noise():
    one, other = random_ensemble(seed=1), random_ensemble(seed=2)
    drawn = []
    for ensemble in (one, other):
        moved = noise(ensemble, 1.0).params["output.weight"] - ensemble.params["output.weight"]
        drawn.append(moved / ensemble.params["output.weight"].std(axis=(1, 2), keepdims=True))
    np.testing.assert_allclose(drawn[0], drawn[1], atol=1e-5)


@pytest.mark.parametrize("bits", [2, 8])
def test_rounding_leaves_so_many_levels_and_errs_by_half_a_grain(bits):
    ensemble, levels = networks(), 2 ** (bits - 1) - 1
    once = rounded(ensemble, bits=bits)
    for path, item in ensemble.params.items():
        for row in range(3):
            grain = np.abs(item[row]).max() / levels
            whole = once.params[path][row] / grain
            np.testing.assert_allclose(whole, np.round(whole), atol=1e-4)
            assert np.abs(once.params[path][row] - item[row]).max() <= grain / 2 * (1 + 1e-5)
    twice = rounded(once, bits=bits)
    for path in ensemble.params:
        np.testing.assert_allclose(twice.params[path], once.params[path], rtol=1e-6)


def test_pruning_takes_so_many_of_the_smallest_of_each_tensor_and_no_bias():
    ensemble = networks()
    after = pruned_weights(ensemble, 0.25).params
    for path, count in (("hidden.weight", 12), ("output.weight", 10)):
        for row in range(3):
            gone = after[path][row] == 0
            assert gone.sum() == count
            magnitudes = np.abs(ensemble.params[path][row])
            assert magnitudes[gone].max() < magnitudes[~gone].min()
            np.testing.assert_array_equal(after[path][row][~gone], ensemble.params[path][row][~gone])
    np.testing.assert_array_equal(after["output.bias"], ensemble.params["output.bias"])


def test_pruning_together_takes_the_smallest_wherever_they_are():
    ensemble = networks()
    after = pruned_weights(ensemble, 0.5, together=True).params
    for row in range(3):
        held = np.concatenate([ensemble.params[path][row].ravel() for path in ("hidden.weight", "output.weight")])
        left = np.concatenate([after[path][row].ravel() for path in ("hidden.weight", "output.weight")])
        assert (left == 0).sum() == 44
        assert np.abs(held[left == 0]).max() < np.abs(held[left != 0]).min()


def test_all_or_nothing_may_be_pruned():
    ensemble = networks()
    np.testing.assert_array_equal(
        pruned_weights(ensemble, 0.0).params["output.weight"], ensemble.params["output.weight"]
    )
    assert not pruned_weights(ensemble, 1.0).params["output.weight"].any()


def test_only_what_was_named_is_damaged():
    ensemble = networks()
    for after in (
        noise(ensemble, 0.5, parameters=("output.*",)),
        rounded(ensemble, bits=3, parameters=("output.*",)),
        pruned_weights(ensemble, 0.5, parameters=("output.*",)),
        pruned_weights(ensemble, 0.5, together=True, parameters=("output.*",)),
    ):
        np.testing.assert_array_equal(after.params["hidden.weight"], ensemble.params["hidden.weight"])
        assert not np.array_equal(after.params["output.weight"], ensemble.params["output.weight"])
    for together in (False, True):
        with pytest.raises(UnknownName, match=r"no parameter 'outptu\.\*'"):
            pruned_weights(ensemble, 0.5, together=together, parameters=("outptu.*",))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Noise(scale=-1.0, seeds=(0,)), "Noise.scale"),
        (lambda: Noise(scale=1.0, luck=-1, seeds=(0,)), "Noise.luck"),
        (lambda: Rounded(bits=1), "Rounded.bits"),
        (lambda: PrunedWeights(share=1.1), "PrunedWeights.share"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(make, named):
    with pytest.raises(BadValue, match=f"^{named} is"):
        make()
