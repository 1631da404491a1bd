"""Least-squares erasure: what it hides, what it leaves, and how many dimensions it takes."""

import numpy as np
import pytest

from planted import random_ensemble
from tropism.errors import BadValue
from tropism.measures import Examples, leace, least_squares_erasers, rewritten, values_at


def clouds(count=400, classes=5, width=9, seed=0):
    """Values that tell the class in some directions and vary by much more in others, in a slanted basis."""
    random = np.random.default_rng(seed)
    which = random.integers(classes, size=count)
    spread = random.normal(size=(count, width)) * np.logspace(-1, 1, width)
    return ((random.normal(size=(classes, width))[which] + spread) @ random.normal(size=(width, width)))[None], which


def explained(values, classes, rcond=1e-9):
    """The share of one-hot classes' variance that the best affine reader explains; it does not read rounding."""
    target = np.eye(classes.max() + 1)[classes]
    design = np.concatenate([np.ones((len(values), 1)), values], axis=1)
    missed = target - design @ np.linalg.lstsq(design, target, rcond=rcond)[0]
    return 1 - (missed**2).sum() / ((target - target.mean(0)) ** 2).sum()


@pytest.mark.parametrize("shrinkage", [0.0, 0.3])
def test_after_erasure_no_least_squares_reader_beats_a_constant(shrinkage):
    values, classes = clouds()
    assert explained(values[0], classes) > 0.2
    erased = least_squares_erasers(values, classes, shrinkage=shrinkage).apply(values)
    assert abs(explained(erased[0], classes)) < 1e-4
    means = np.stack([erased[0][classes == each].mean(0) for each in range(5)])
    np.testing.assert_allclose(means, np.broadcast_to(values[0].mean(0), means.shape), atol=1e-6)


def test_it_holds_to_four_digits_in_single_precision_too():
    values, classes = clouds()
    maps = least_squares_erasers(values.astype(np.float32), classes)
    erased = maps.apply(values).astype(np.float32).astype(float)
    assert abs(explained(erased[0], classes, 1e-5)) < 1e-4


def test_it_takes_at_most_one_dimension_less_than_there_are_classes():
    for classes in (2, 3, 5):
        values, which = clouds(classes=classes)
        taken = np.eye(9) - least_squares_erasers(values, which).matrix[0]
        assert np.linalg.matrix_rank(taken, tol=1e-8) == classes - 1
        np.testing.assert_allclose(taken @ taken, taken, atol=1e-8)  # it is a projection, if a slanted one


def test_what_correlates_with_nothing_is_left_as_it_is():
    values = clouds(count=40)[0]
    same = np.concatenate([values, values], axis=1)  # every value under both classes
    maps = least_squares_erasers(same, np.repeat([0, 1], 40))
    np.testing.assert_allclose(maps.matrix[0], np.eye(9), atol=1e-10)
    np.testing.assert_allclose(maps.offset, 0, atol=1e-10)
    one_class = least_squares_erasers(values, np.zeros(40, int))
    np.testing.assert_allclose(one_class.matrix[0], np.eye(9), atol=1e-10)


def test_it_moves_values_less_than_projecting_out_the_same_directions():
    # Source: theorem 4.2 of the paper, the least mean square of what is moved; a projection hides the classes as well.
    values, classes = clouds()
    moved = np.square(least_squares_erasers(values, classes).apply(values) - values).mean()
    centered = values[0] - values[0].mean(0)
    means = np.stack([centered[classes == each].mean(0) for each in range(5)])
    span = np.linalg.svd(means, full_matrices=False)[2][:4]
    assert moved < 0.9 * np.square(centered @ span.T).sum(-1).mean() / 9


def test_the_matrix_alone_hides_the_classes_as_well():
    values, classes = clouds()
    maps = least_squares_erasers(values, classes)
    assert abs(explained(np.einsum("ij,bj->bi", maps.matrix[0], values[0]), classes)) < 1e-4


def test_two_classes_are_hidden_as_in_the_closed_form_of_one_label():
    # With two classes U is one unit vector, that along W cov(z, label).
    values, classes = clouds(classes=2)
    z = values[0]
    covariance = np.cov(z, rowvar=False, bias=True)
    shared = (z - z.mean(0)).T @ (classes - classes.mean()) / len(z)
    taken = np.outer(shared, np.linalg.solve(covariance, shared)) / (shared @ np.linalg.solve(covariance, shared))
    np.testing.assert_allclose(least_squares_erasers(values, classes).matrix[0], np.eye(9) - taken, atol=1e-6)


def test_every_member_has_its_own_map_and_one_that_diverged_none():
    random = np.random.default_rng(4)
    inputs = random.normal(size=(200, 6)).astype(np.float32)
    examples = Examples(inputs, (inputs[:, 0] > 0).astype(int) + (inputs[:, 1] > 0))
    ensemble = random_ensemble()
    maps = leace(ensemble, "hidden", examples)
    erased = maps.apply(values_at(ensemble, inputs, ("hidden",))["hidden"])
    output = rewritten(ensemble, inputs, "hidden", maps)
    for row in range(3):
        assert abs(explained(erased[row], examples.classes, 1e-5)) < 1e-4
        assert abs(explained(output[row], examples.classes, 1e-5)) < 1e-4
    values = np.stack([clouds()[0][0], np.full((400, 9), np.nan)])
    found = least_squares_erasers(values, clouds()[1])
    assert np.isfinite(found.matrix[0]).all()
    assert np.isnan(found.matrix[1]).all()


def test_dimensions_that_never_move_are_no_trouble():
    values, classes = clouds()
    padded = np.concatenate([values, np.full((1, 400, 2), 3.0)], axis=2)
    maps = least_squares_erasers(padded, classes)
    np.testing.assert_allclose(
        maps.apply(padded)[..., :9], least_squares_erasers(values, classes).apply(values), atol=1e-6
    )
    np.testing.assert_allclose(maps.apply(padded)[..., 9:], 3.0, atol=1e-9)


def test_a_shrinkage_beyond_one_is_refused():
    with pytest.raises(BadValue, match="shrinkage is"):
        least_squares_erasers(*clouds(), shrinkage=1.5)
