"""Codes for atoms that are known: laws, closed forms, and how often the true codes are found."""

import inspect

import numpy as np
import pytest
from known_mixtures import sparse_mixture, support_f1, unit_rows
from scipy.optimize import nnls

from tropism import dictionaries
from tropism.dictionaries import (
    OMP,
    BasisPursuit,
    Coder,
    Dictionary,
    Lasso,
    LeastSquares,
    NonNegativeLeastSquares,
    OneShot,
    Refitted,
)
from tropism.dictionaries.lasso import least_without_negatives
from tropism.errors import BadValue, DoesNotFit

CODERS = (
    OMP(2),
    OneShot(2),
    OneShot(2, non_negative=True),
    BasisPursuit(),
    BasisPursuit(non_negative=True),
    Lasso(0.1),
    Lasso(0.1, non_negative=True),
    LeastSquares(),
    NonNegativeLeastSquares(),
    Refitted(OneShot(2)),
)
every_coder = pytest.mark.parametrize("coder", CODERS, ids=lambda each: f"{each.name}{each.key()[:2]}")


@pytest.fixture(scope="module")
def oblique():
    """Twelve atoms in eight dimensions about an offset, and positive sums of two of them."""
    x, codes, atoms = sparse_mixture(40, width=8, features=12, active=2, seed=1)
    offset = np.linspace(-1, 1, 8)
    return Dictionary.of(atoms, offset=offset), x + offset, codes


def test_the_battery_has_every_coder():
    public = {item for item in vars(dictionaries).values() if inspect.isclass(item) and issubclass(item, Coder)}
    assert {type(coder) for coder in CODERS} == public - {Coder}


@every_coder
def test_orthonormal_atoms_give_back_the_codes(coder):
    atoms = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    codes = np.zeros((30, 5))
    which = np.random.default_rng(1).random((30, 5)).argsort(axis=1)[:, :2]
    np.put_along_axis(codes, which, np.random.default_rng(2).uniform(0.5, 2, size=(30, 2)), axis=1)
    if not (getattr(coder, "non_negative", False) or isinstance(coder, NonNegativeLeastSquares)):
        codes[::2] *= -1
    found = coder.codes(Dictionary.of(atoms), codes @ atoms)
    price = getattr(coder, "price", 0.0)  # on orthonormal atoms every code shrinks by the price
    np.testing.assert_allclose(found, np.sign(codes) * np.maximum(np.abs(codes) - price, 0), atol=1e-6)


@every_coder
def test_an_example_is_coded_the_same_alone_as_in_company(coder, oblique):
    dictionary, x, _ = oblique
    together = coder.codes(dictionary, x)
    alone = np.concatenate([coder.codes(dictionary, x[row : row + 1]) for row in range(5)])
    np.testing.assert_allclose(alone, together[:5], atol=1e-9)
    assert coder.codes(dictionary, x[:0]).shape == (0, 12)


@every_coder
def test_what_is_at_the_offset_has_no_codes(coder, oblique):
    dictionary, _, _ = oblique
    np.testing.assert_array_equal(coder.codes(dictionary, dictionary.offset[None]), np.zeros((1, 12)))


@every_coder
def test_an_atom_that_came_to_nothing_is_never_used(coder, oblique):
    dictionary, x, _ = oblique
    with_nothing = Dictionary.of(np.vstack([dictionary.atoms, np.zeros(8)]), offset=dictionary.offset)
    found = coder.codes(with_nothing, x)
    np.testing.assert_allclose(found[:, :12], coder.codes(dictionary, x), atol=1e-9)
    assert not found[:, 12].any()


@every_coder
def test_examples_that_do_not_fit_are_refused(coder, oblique):
    dictionary, x, _ = oblique
    with pytest.raises(DoesNotFit, match=f"{type(coder).__name__}: atoms are 8 wide, and examples 7"):
        coder.codes(dictionary, x[:, 1:])
    with pytest.raises(BadValue, match="not finite in row 1"):
        coder.codes(dictionary, np.where(np.arange(40)[:, None] == 1, np.inf, x))


@pytest.mark.parametrize("active", [1, 2, 4, 8])
def test_matching_pursuit_is_that_of_scikit_learn(active):
    from sklearn.linear_model import orthogonal_mp_gram

    random = np.random.default_rng(0)
    atoms, x = unit_rows(random.normal(size=(20, 10))), random.normal(size=(200, 10))
    theirs = orthogonal_mp_gram(atoms @ atoms.T, atoms @ x.T, n_nonzero_coefs=active).T
    np.testing.assert_allclose(OMP(active).codes(Dictionary.of(atoms), x), theirs, atol=1e-9)


def test_matching_pursuit_of_many_examples_goes_block_by_block(monkeypatch):
    from tropism.dictionaries import coder

    random = np.random.default_rng(0)
    dictionary, x = Dictionary.of(random.normal(size=(20, 10))), random.normal(size=(50, 10))
    whole = OMP(3).codes(dictionary, x), Refitted(OneShot(3)).codes(dictionary, x)
    monkeypatch.setattr(coder, "MOST_NUMBERS", 500)
    blocks = OMP(3).codes(dictionary, x), Refitted(OneShot(3)).codes(dictionary, x)
    np.testing.assert_allclose(blocks, whole, atol=1e-12)


def test_matching_pursuit_ends_where_nothing_is_left_also_among_twins():
    atoms = np.vstack([np.eye(3), np.eye(3)])
    found = OMP(6).codes(Dictionary.of(atoms), np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(found, [[1, 2, 0, 0, 0, 0], [0] * 6])


def test_known_atoms_give_the_spec_s_bounds_on_the_default_mixture():
    """Spec 0.4: pursuit has an F1 of .999, and one look at the projections .656 (.60 to .70 by 7.4)."""
    x, codes, atoms = sparse_mixture(3000)
    dictionary = Dictionary.of(atoms)
    assert support_f1(OMP(3).codes(dictionary, x), codes) >= 0.99
    for non_negative in (False, True):
        assert 0.6 <= support_f1(OneShot(3, non_negative=non_negative).codes(dictionary, x), codes) <= 0.7


def test_without_negative_codes_basis_pursuit_recovers_most_and_matching_pursuit_least():
    """Spec (l): success with eight active features of 64 in 32 dimensions is 1, .98 and .85; with ten 1, .92, .65."""
    x, codes, atoms = sparse_mixture(40, active=9, seed=6)
    dictionary = Dictionary.of(atoms)
    success = {
        coder: np.isclose(coder.codes(dictionary, x), codes, atol=1e-6).all(axis=1).mean()
        for coder in (BasisPursuit(non_negative=True), BasisPursuit(), OMP(9))
    }
    shares = list(success.values())
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert shares[2] < 1


def test_one_look_takes_the_largest_projections_or_the_largest_that_are_not_negative():
    square = Dictionary.of(np.eye(3))
    x = np.array([[1.0, -3.0, 2.0], [-1.0, -3.0, 2.0]])
    np.testing.assert_array_equal(OneShot(2).codes(square, x), [[0, -3, 2], [0, -3, 2]])
    np.testing.assert_array_equal(OneShot(2, non_negative=True).codes(square, x), [[1, 0, 2], [0, 0, 2]])


def test_basis_pursuit_finds_six_active_features_of_64():
    x, codes, atoms = sparse_mixture(15, active=6)
    for coder in (BasisPursuit(), BasisPursuit(non_negative=True)):
        np.testing.assert_allclose(coder.codes(Dictionary.of(atoms), x), codes, atol=1e-6)


def test_basis_pursuit_refuses_what_is_no_sum_of_the_atoms():
    plane = Dictionary.of([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    with pytest.raises(DoesNotFit, match="row 1 is no sum of the atoms"):
        BasisPursuit().codes(plane, np.array([[1.0, -2.0, 0.0], [0.0, 0.0, 1.0]]))
    with pytest.raises(DoesNotFit, match="row 0 is no sum without negative codes"):
        BasisPursuit(non_negative=True).codes(plane, np.array([[1.0, -2.0, 0.0]]))


@pytest.mark.parametrize("price", [1e-4, 0.01, 0.3])
@pytest.mark.parametrize("non_negative", [False, True])
@pytest.mark.parametrize("likeness", ["oblique", "twins", "almost twins"])
def test_at_a_price_the_optimality_conditions_hold(price, non_negative, likeness):
    """Whatever the price and however alike the atoms: both make sweeps slow, and then another way is taken."""
    random = np.random.default_rng(0)
    atoms, x = random.normal(size=(12, 6)), random.normal(size=(25, 6))
    if likeness != "oblique":
        atoms[6:] = atoms[:6] + (likeness == "almost twins") * 1e-5 * random.normal(size=(6, 6))
    dictionary = Dictionary.of(atoms)
    codes = Lasso(price, non_negative=non_negative).codes(dictionary, x)
    reach = (x - dictionary.rebuilt(codes)) @ dictionary.atoms.T
    on = codes != 0
    np.testing.assert_allclose(reach[on], price * np.sign(codes[on]), atol=1e-7)
    assert (reach if non_negative else np.abs(reach))[~on].max() <= price + 1e-7
    assert (codes < 0).any() == (not non_negative)


def test_the_codes_of_one_example_are_those_of_scipy_where_nothing_has_a_price():
    random = np.random.default_rng(0)
    for atoms, x in zip(random.normal(size=(20, 9, 6)), random.normal(size=(20, 6)), strict=True):
        found = least_without_negatives(atoms @ atoms.T, atoms @ x, 1e-12)
        left, best = (np.linalg.norm(x - codes @ atoms) for codes in (found, nnls(atoms.T, x)[0]))
        assert found.min() >= 0
        assert left == pytest.approx(best, abs=1e-9)


def test_at_almost_no_price_codes_are_those_of_least_squares_without_negative_numbers(oblique):
    dictionary, x, codes = oblique
    some = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0][:, :5].T  # a noise that no atom is
    noisy = x + 0.1 * np.random.default_rng(1).normal(size=(40, 5)) @ some
    few = Dictionary.of(dictionary.atoms[:6], offset=dictionary.offset)
    exact = NonNegativeLeastSquares().codes(few, noisy)
    np.testing.assert_allclose(Lasso(1e-6, non_negative=True).codes(few, noisy), exact, atol=1e-3)
    np.testing.assert_allclose(exact[0], nnls(few.atoms.T, noisy[0] - few.offset)[0])
    assert np.allclose(NonNegativeLeastSquares().codes(dictionary, x), codes, atol=1e-6)


def test_refitting_takes_back_what_a_price_shrank(oblique):
    dictionary, x, codes = oblique
    shrunk = Lasso(0.02, non_negative=True).codes(dictionary, x)
    right = ((shrunk != 0) >= (codes != 0)).all(axis=1)
    assert right.mean() > 0.8
    refitted = Refitted(Lasso(0.02, non_negative=True)).codes(dictionary, x)
    assert ((refitted != 0) <= (shrunk != 0)).all()
    np.testing.assert_allclose(dictionary.rebuilt(refitted)[right], x[right], atol=1e-9)
    chosen = shrunk[0] != 0
    wanted = np.linalg.lstsq(dictionary.atoms[chosen].T, x[0] - dictionary.offset)[0]
    np.testing.assert_allclose(refitted[0, chosen], wanted, atol=1e-9)


def test_least_squares_on_all_atoms_are_the_smallest_exact_codes(oblique):
    dictionary, x, codes = oblique
    found = LeastSquares().codes(dictionary, x)
    np.testing.assert_allclose(dictionary.rebuilt(found), x, atol=1e-12)
    assert ((found**2).sum(axis=1) <= (codes**2).sum(axis=1)).all()


@pytest.mark.parametrize("coder", [OMP(13), OneShot(13)], ids=lambda each: each.name)
def test_more_active_atoms_than_there_are_is_refused(coder, oblique):
    with pytest.raises(DoesNotFit, match="13 active atoms of a dictionary that has 12"):
        coder.codes(*oblique[:2])


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: OMP(0), r"OMP\.active is 0"),
        (lambda: OneShot(-1), r"OneShot\.active is -1"),
        (lambda: Lasso(0.0), r"Lasso\.price is 0\.0"),
        (lambda: Refitted("OMP"), r"Refitted\.chosen_by is 'OMP'"),
    ],
)
def test_settings_that_cannot_be_are_refused(made, said):
    with pytest.raises(BadValue, match=said):
        made()
