"""Second names: new tokens have the rows of the old ones, and nothing else changes."""

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Dense, EmbeddedSum
from tropism.subjects.generalization import Renamed, TokenSets

NETWORK = EmbeddedSum(tokens=10, outputs=10, embedding=4, hidden=6)
SHAPES = {"left.embedding": (10, 4), "right.embedding": (10, 4), "left.weight": (6, 4), "output.weight": (10, 6)}


def renaming() -> Renamed:
    task = TokenSets(modulus=5, left="new", right="new", answers="new")
    return Renamed("hidden", *(tuple(task.tokens_of(names).tolist()) for names in ("old", "new")))


def drawn() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {path: rng.normal(size=(2, *shape)) for path, shape in SHAPES.items()}


def test_second_names_have_the_rows_of_the_first_and_all_else_stays():
    params, edit = drawn(), renaming()
    network, held = edit.apply(NETWORK, params)
    assert network is NETWORK
    for path in ("left.embedding", "right.embedding", "output.weight"):
        np.testing.assert_array_equal(held[path][:, list(edit.new)], params[path][:, list(edit.old)])
        np.testing.assert_array_equal(held[path][:, list(edit.old)], params[path][:, list(edit.old)])
    np.testing.assert_array_equal(held["left.weight"], params["left.weight"])


def test_what_was_given_is_not_changed():
    params = drawn()
    renaming().apply(NETWORK, params)
    np.testing.assert_array_equal(params["output.weight"], drawn()["output.weight"])


@pytest.mark.parametrize(("old", "new"), [((), ()), ((0,), (-1,)), ((0.5,), (1,))])
def test_names_are_tokens(old, new):
    with pytest.raises(BadValue, match="counted from 0"):
        Renamed("hidden", old, new)


@pytest.mark.parametrize(("old", "new"), [((0, 1), (2,)), ((0, 1), (2, 2))])
def test_each_new_token_has_one_old_one(old, new):
    with pytest.raises(DoesNotFit, match="old tokens"):
        Renamed("hidden", old, new)


def test_a_token_that_is_not_there_is_refused():
    with pytest.raises(DoesNotFit, match="no token 10"):
        Renamed("hidden", (0,), (10,)).apply(NETWORK, drawn())


def test_a_network_without_tokens_is_refused():
    with pytest.raises(DoesNotFit, match="not of Dense"):
        Renamed("hidden.0", (0,), (1,)).apply(Dense(inputs=3, outputs=2, hidden=(4,)), {})
