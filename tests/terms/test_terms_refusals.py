"""What the terms refuse, and what they say."""

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.terms import (
    Anchor,
    AngularAnchor,
    AntiAnchor,
    CapturedAnchor,
    DistanceSeparate,
    Fallback,
    Landing,
    Separate,
    Subspace,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Anchor(()), "Anchor.point"),
        (lambda: Anchor((1, NAN)), "Anchor.point"),
        (lambda: Anchor("red"), "Anchor.point"),
        (lambda: AngularAnchor((0, 0, 0)), "AngularAnchor.direction"),
        (lambda: AngularAnchor((float("inf"), 0)), "AngularAnchor.direction"),
        (lambda: AntiAnchor((0.0, 1e-9)), "AntiAnchor.direction"),
        (lambda: Separate(power=0), "Separate.power"),
        (lambda: Separate(power=2.5), "Separate.power"),
        (lambda: Separate(power=True), "Separate.power"),
        (lambda: Subspace(()), "Subspace.dims"),
        (lambda: Subspace((0, 0)), "Subspace.dims"),
        (lambda: Subspace((-1,)), "Subspace.dims"),
        (lambda: Subspace((0.0,)), "Subspace.dims"),
        (lambda: Subspace(0), "Subspace.dims"),
        (lambda: DistanceSeparate(dims=(1, 1)), "DistanceSeparate.dims"),
        (lambda: DistanceSeparate(floor=0.0), "DistanceSeparate.floor"),
        (lambda: DistanceSeparate(floor=NAN), "DistanceSeparate.floor"),
        (lambda: Fallback((), (0.5,)), "Fallback.point"),
        (lambda: Fallback((1, 0), ()), "Fallback.target"),
        (lambda: Landing((), (0.5,)), "Landing.dims"),
        (lambda: Landing((0,), (NAN,)), "Landing.target"),
        (lambda: CapturedAnchor(), "CapturedAnchor"),
        (lambda: CapturedAnchor(where="red", examples=((1, 0, 0),)), "CapturedAnchor"),
        (lambda: CapturedAnchor(examples=((1, 0, 0), (1, 0))), "CapturedAnchor.examples"),
        (lambda: CapturedAnchor(examples=((1, NAN),)), r"CapturedAnchor.examples\[0\]"),
    ],
)
def test_a_term_that_cannot_be_is_refused_when_it_is_made(make, named):
    with pytest.raises(BadValue, match=f"^{named} is"):
        make()


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Anchor((1, 0, 0)), "anchor: the point has 3 numbers, and the site 'latent' is 4 wide"),
        (AngularAnchor((1, 0, 0)), "anchor: the direction has 3 numbers"),
        (AntiAnchor((1, 0, 0, 0, 0)), "anti-anchor: the direction has 5 numbers"),
        (Fallback((1, 0, 0), (0.5,)), "fallback: the point has 3 numbers"),
        (Fallback((1, 0, 0, 0), (0.5,)), "fallback: the target has 1 numbers, and the site 'output' is 3 wide"),
        (Landing((4,), (0, 0, 0)), "landing: there is no dimension 4 at the site 'latent'"),
        (Landing((0, 1, 2, 3), (0, 0, 0)), "landing: a cut of all 4 dimensions of 'latent' leaves nothing"),
        (Landing((0,), (0.5,)), "landing: the target has 1 numbers, and the site 'output' is 3 wide"),
        (Subspace((0, 4)), "there is no dimension 4 at the site 'latent', whose dimensions are 0 to 3"),
        (Subspace((0, 1, 2, 3)), "prices nothing"),
        (DistanceSeparate(dims=(0, 7)), "there is no dimension 7"),
    ],
)
def test_a_term_that_does_not_fit_its_site_says_so(term, said):
    with pytest.raises(DoesNotFit, match=said):
        term.fits({"latent": 4, "output": 3})


def test_keeping_out_of_every_dimension_is_allowed():
    Subspace((0, 1, 2, 3), keep=False).fits({"latent": 4})


def test_keeping_in_and_keeping_out_have_different_names():
    assert Subspace((0,)).name == "subspace"
    assert Subspace((0,), keep=False).name == "anti-subspace"
    assert Subspace((0,), keep=False, name="clear").name == "clear"


@pytest.mark.parametrize("kind", [Anchor, AngularAnchor, AntiAnchor])
def test_whole_numbers_and_floats_make_one_experiment(kind):
    keys = {kind(given).key() for given in [(1, 0), (1.0, 0.0), np.array([1, 0]), np.float32([1, 0])]}
    assert len(keys) == 1
