"""What holds of every method that finds directions."""

import inspect
import sys
import warnings

import numpy as np
import pytest
from known_mixtures import sparse_mixture

from tropism import dictionaries
from tropism.dictionaries import (
    KSVD,
    DataDirections,
    Dictionary,
    IndependentComponents,
    Method,
    NonNegativeFactors,
    OnlineDictionary,
    PrincipalComponents,
    RandomDirections,
    RotatedComponents,
    SingularVectors,
    SphericalKMeans,
)
from tropism.errors import BadValue, DoesNotFit, UnknownName, UserError

METHODS = (
    PrincipalComponents(4),
    SingularVectors(4),
    RotatedComponents(4),
    RotatedComponents(4, simple="loadings", criterion="quartimax"),
    IndependentComponents(4),
    NonNegativeFactors(4),
    NonNegativeFactors(10),
    OnlineDictionary(10, epochs=2),
    OnlineDictionary(10, epochs=2, centered=True),
    KSVD(10, active=2, rounds=10),
    KSVD(10, active=2, rounds=10, centered=True),
    SphericalKMeans(10),
    SphericalKMeans(10, centered=True),
    RandomDirections(10),
    DataDirections(10),
    DataDirections(10, centered=True),
)
NARROW = (PrincipalComponents, SingularVectors, RotatedComponents, IndependentComponents)
LEARNED = (IndependentComponents, NonNegativeFactors, OnlineDictionary)


def called(method):
    return f"{type(method).__name__}{'-centered' * bool(getattr(method, 'centered', False))}-{method.num_atoms}"


every_method = pytest.mark.parametrize("method", METHODS, ids=called)


@pytest.fixture(scope="module")
def x():
    """Sums of two of ten parts, none negative, about a mean of their own."""
    codes = sparse_mixture(400, width=4, features=10, active=2, seed=3)[1]
    return codes @ np.abs(np.random.default_rng(5).normal(size=(10, 6))) + 0.5


def same_bytes(first: Dictionary, second: Dictionary):
    return first.atoms.tobytes() == second.atoms.tobytes() and first.explained.tobytes() == second.explained.tobytes()


def test_the_battery_has_every_method():
    public = {item for item in vars(dictionaries).values() if inspect.isclass(item) and issubclass(item, Method)}
    assert {type(method) for method in METHODS} == public - {Method}


@every_method
def test_atoms_are_as_many_as_asked_for_and_have_length_one(method, x):
    found = method.fit(x, seed=0)
    assert found.atoms.shape == (method.num_atoms, 6)
    assert found.explained.shape == (method.num_atoms,)
    np.testing.assert_allclose(np.linalg.norm(found.atoms, axis=1), 1, rtol=1e-12)
    assert not found.atoms.flags.writeable


@every_method
def test_the_offset_is_the_mean_or_nothing(method, x):
    wanted = x.mean(axis=0) if method.takes_mean_off else np.zeros(6)
    np.testing.assert_array_equal(method.fit(x, seed=0).offset, wanted)


@every_method
def test_the_same_seed_gives_the_same_bytes_and_the_data_stay_as_they_were(method, x):
    before = x.copy()
    assert same_bytes(method.fit(x, seed=7), method.fit(x, seed=7))
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    "method", [each for each in METHODS if not isinstance(each, NARROW) and each != NonNegativeFactors(4)], ids=called
)
def test_another_seed_is_another_draw(method, x):
    assert not same_bytes(method.fit(x, seed=7), method.fit(x, seed=8))


@every_method
@pytest.mark.parametrize("scale", [2.0**-30, 2.0**9])
def test_activations_in_other_units_have_the_same_atoms(method, x, scale):
    """Powers of two, by which every number is scaled exactly."""
    plain, scaled = method.fit(x, seed=0), method.fit(scale * x, seed=0)
    assert same_bytes(plain, scaled)
    np.testing.assert_array_equal(scaled.offset, scale * plain.offset)


def test_a_price_is_in_units_of_the_length_of_examples_about_the_offset(x, monkeypatch):
    seen = []
    monkeypatch.setattr(RandomDirections, "found", lambda self, rows, seed: seen.append(rows) or Dictionary.of(rows))
    monkeypatch.setattr(RandomDirections, "takes_mean_off", True)
    RandomDirections(3).fit(5 * x, seed=0)
    np.testing.assert_allclose(seen[0].mean(axis=0), 0, atol=1e-12)
    assert (seen[0] ** 2).sum(axis=1).mean() == pytest.approx(1)


@every_method
def test_units_so_large_that_their_squares_overflow_do_no_harm(method, x):
    np.testing.assert_array_equal(method.fit(2.0**600 * x, seed=0).atoms, method.fit(x, seed=0).atoms)


@every_method
def test_single_precision_will_do(method, x):
    assert np.isfinite(method.fit(x.astype(np.float32), seed=0).atoms).all()


@every_method
def test_shares_are_in_order_and_sum_to_one_at_most(method, x):
    shares = method.fit(x, seed=0).explained
    if isinstance(method, NARROW):
        assert (np.diff(shares) <= 0).all()
        assert 0.5 < shares.sum() <= 1 + 1e-9
    else:
        assert np.isnan(shares).all()


@every_method
def test_data_that_are_no_table_of_finite_numbers_are_refused(method, x):
    holed = x.copy()
    holed[3, 2] = np.nan
    with pytest.raises(BadValue, match=f"{type(method).__name__}: x is 'not finite in row 3'"):
        method.fit(holed, seed=0)
    with pytest.raises(BadValue, match="a column a dimension"):
        method.fit(x[0], seed=0)
    with pytest.raises(BadValue, match="a table of numbers"):
        method.fit([["a", "b"]], seed=0)


@every_method
def test_data_without_directions_are_refused(method):
    with pytest.raises(DoesNotFit, match=f"{type(method).__name__}: all examples are alike"):
        method.fit(np.full((50, 6), 0.3), seed=0)
    with pytest.raises(DoesNotFit, match="all examples are alike"):
        method.fit(np.ones((1, 6)), seed=0)


@pytest.mark.parametrize("method", [each for each in METHODS if not isinstance(each, RandomDirections)], ids=called)
def test_fewer_examples_than_atoms_are_refused(method, x):
    with pytest.raises(DoesNotFit, match=f"{type(method).__name__}: {method.num_atoms} atoms"):
        method.fit(x[: method.num_atoms - 1], seed=0)


@pytest.mark.parametrize("kind", NARROW, ids=lambda kind: kind.__name__)
def test_narrow_methods_refuse_more_atoms_than_the_data_have_directions(kind, x):
    flat = (x - x.mean(axis=0)) @ np.diag([1.0, 1, 1, 0, 0, 0])
    assert kind(3).fit(flat, seed=0).atoms.shape == (3, 6)
    with pytest.raises(DoesNotFit, match="4 atoms are asked for, and these 400 examples of width 6 have 3 directions"):
        kind(4).fit(flat, seed=0)


@pytest.mark.parametrize("kind", [KSVD, DataDirections, SphericalKMeans], ids=lambda kind: kind.__name__)
def test_examples_that_are_zero_are_nobody_s_atoms(kind, x):
    mostly_nothing = np.concatenate([x[:9], np.zeros((30, 6))])
    assert np.linalg.norm(kind(9).fit(mostly_nothing, seed=0).atoms, axis=1) == pytest.approx(np.ones(9))
    with pytest.raises(DoesNotFit, match=f"{kind.__name__}: 10 atoms, and only 9 examples that are not zero"):
        kind(10).fit(mostly_nothing, seed=0)


@pytest.mark.parametrize("seed", [-1, 2**32, True])
def test_a_seed_that_is_none_is_refused(seed, x):
    with pytest.raises(BadValue, match="seed"):
        RandomDirections(2).fit(x, seed=seed)


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (lambda: PrincipalComponents(0), BadValue, "PrincipalComponents.num_atoms is 0"),
        (lambda: KSVD(4, active=0), BadValue, "KSVD.active is 0"),
        (lambda: KSVD(4, active=5), DoesNotFit, "5 active atoms of 4"),
        (lambda: KSVD(4, tolerance=-1.0), BadValue, "KSVD.tolerance"),
        (lambda: OnlineDictionary(4, price=0.0), BadValue, "OnlineDictionary.price"),
        (lambda: OnlineDictionary(4, epochs=0), BadValue, "OnlineDictionary.epochs"),
        (lambda: OnlineDictionary(4, batch=0), BadValue, "OnlineDictionary.batch"),
        (lambda: SphericalKMeans(4, rounds=0), BadValue, "SphericalKMeans.rounds"),
        (lambda: NonNegativeFactors(4, rounds=0), BadValue, "NonNegativeFactors.rounds"),
        (lambda: RotatedComponents(4, criterion="varimx"), UnknownName, "Did you mean 'varimax'"),
        (lambda: RotatedComponents(4, simple="score"), UnknownName, "Did you mean 'scores'"),
        (lambda: IndependentComponents(4, contrast="cosh"), UnknownName, "Did you mean 'logcosh'"),
        (lambda: RandomDirections("ten"), BadValue, "a whole number"),
    ],
)
def test_settings_that_cannot_be_are_refused_when_they_are_made(made, error, said):
    with pytest.raises(error, match=said):
        made()


@pytest.mark.parametrize("method", [each for each in METHODS if isinstance(each, LEARNED)], ids=called)
def test_without_scikit_learn_the_extra_is_named(method, x, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    with pytest.raises(UserError, match=rf"{type(method).__name__} is scikit-learn's.*tropism\[data\]"):
        method.fit(x, seed=0)


@pytest.mark.parametrize(
    ("hurried", "patient"),
    [
        (IndependentComponents(4, rounds=1), IndependentComponents(4)),
        (NonNegativeFactors(4, rounds=1), NonNegativeFactors(4)),
        (OnlineDictionary(10, epochs=9, tolerance=0.0), OnlineDictionary(10, epochs=9, tolerance=0.1)),
        (KSVD(10, active=2, rounds=2), KSVD(10, active=2, rounds=200)),
        (SphericalKMeans(10, rounds=1), SphericalKMeans(10)),
        (RotatedComponents(4, rounds=1), RotatedComponents(4)),
    ],
    ids=lambda method: type(method).__name__,
)
def test_a_method_that_has_not_come_to_rest_says_so_and_does_not_warn(hurried, patient, x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not hurried.fit(x, seed=0).settled
        assert patient.fit(x, seed=0).settled


def test_a_dictionary_of_given_directions_brings_them_to_length_one():
    given = Dictionary.of([[3.0, 4.0], [0.0, 0.0]], offset=[1.0, 2.0])
    np.testing.assert_allclose(given.atoms, [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(given.rebuilt(np.array([[5.0, 9.0]])), [[4.0, 6.0]])


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [[np.inf, 1.0]], np.zeros((0, 3)), "atoms"])
def test_a_dictionary_of_no_directions_is_refused(wrong):
    with pytest.raises(BadValue, match=r"Dictionary\.(of: x|atoms)"):
        Dictionary.of(wrong)


def test_a_dictionary_of_parts_that_do_not_fit_is_refused():
    with pytest.raises(BadValue, match=r"Dictionary\.offset"):
        Dictionary.of([[1.0, 0.0]], offset=[1.0])
    with pytest.raises(BadValue, match=r"and \.explained"):
        Dictionary.of([[1.0, 0.0]], explained=[0.5, 0.2])
    with pytest.raises(BadValue, match="rows of length one"):
        Dictionary(np.full((1, 2), 3.0), np.zeros(2), np.ones(1), signed=True, errors=np.zeros(0), settled=True)


def test_names_in_tables_are_words_and_differ():
    names = [method.name for method in METHODS]
    assert len(set(names)) == len({type(method) for method in METHODS})
    assert PrincipalComponents(3).name == "principal components"
