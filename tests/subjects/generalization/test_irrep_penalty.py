"""The irrep penalty: it prices what the measure of shares measures, and pulls forbidden irreps out of the tables."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from planted_tables import planted

from tropism.core import Batch, View
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization import Alternating, Cyclic, IrrepPenalty, Symmetric
from tropism.subjects.generalization.groups import irreps
from tropism.subjects.generalization.measures import embedding_shares
from tropism.values import describe, rebuild

A5 = Alternating(5)
ONE = ("left",)


class Tables(eqx.Module):
    """A network of tables alone."""

    left: jax.Array
    right: jax.Array

    def tables(self):
        return {"left": self.left, "right": self.right}


def priced(term, module):
    x = jnp.zeros((2, 2), int)
    view = View(module, {}, Batch(x, x, {}), x, {}, {}, jax.random.key(0), jnp.array(0))
    return term.price(view, term.start({}))[0]


def random_tables(group, seed=0, width=8):
    draws = np.random.default_rng(seed)
    return Tables(*(jnp.asarray(draws.normal(size=(group.order, width)), "float32") for _ in range(2)))


@pytest.mark.parametrize(
    ("group", "forbidden"), [(A5, ("4", "5")), (Symmetric(4), ("sign",)), (Cyclic(12), ("2", "sign", "trivial"))]
)
def test_the_price_is_the_measured_share_added_over_tables(group, forbidden):
    module = random_tables(group)
    tables = {"left": np.asarray(module.left)[None], "right": np.asarray(module.right)[None]}
    measured = embedding_shares(tables, irreps(group))
    wanted = measured.filter(measured["irrep"].is_in(forbidden))["share"].sum()
    assert priced(IrrepPenalty(group, forbidden, ("left", "right")), module) == pytest.approx(wanted, rel=1e-5)


def test_the_price_is_nothing_in_allowed_irreps_and_one_a_table_in_forbidden_ones():
    term = IrrepPenalty(A5, ("3a", "3b"), ("left", "right"))
    good, bad = (jnp.asarray(planted(A5, {name: 1.0}), "float32") for name in ("4", "3a"))
    assert priced(term, Tables(good, good)) == pytest.approx(0.0, abs=1e-6)
    assert priced(term, Tables(bad, good)) == pytest.approx(1.0, rel=1e-5)
    assert priced(term, Tables(bad, 10 * bad)) == pytest.approx(2.0, rel=1e-5)


def test_rows_of_a_subgroup_alone_are_priced_and_pulled():
    term = IrrepPenalty(A5, ("4",), ONE, rows=tuple(range(60)))
    inside = planted(A5, {"4": 0.3, "5": 0.7}, width=8)
    whole = np.concatenate([inside, np.random.default_rng(1).normal(size=(60, 8))]).astype(np.float32)
    module = Tables(jnp.asarray(whole), jnp.zeros((120, 8)))
    assert priced(term, module) == pytest.approx(0.3, rel=1e-5)
    assert IrrepPenalty(A5, ("4",), ONE, rows=range(60)).key() == term.key()
    pulls = jax.grad(lambda each: priced(term, each))(module)
    assert np.abs(pulls.left[:60]).max() > 1e-4
    np.testing.assert_array_equal(pulls.left[60:], 0.0)
    shuffled = tuple(np.random.default_rng(2).permutation(60).tolist())
    moved = whole.copy()
    moved[list(shuffled)] = whole[:60]
    again = IrrepPenalty(A5, ("4",), ONE, rows=shuffled)
    assert priced(again, Tables(jnp.asarray(moved), module.right)) == pytest.approx(0.3, rel=1e-5)


def test_its_gradient_is_that_of_the_share_and_does_not_change_the_scale():
    # The share is the same for any multiple of a table, so the gradient is orthogonal to the table.
    term, module = IrrepPenalty(A5, ("4", "3a"), ONE), random_tables(A5)
    pulls = jax.grad(lambda each: priced(term, each))(module).left
    assert float((pulls * module.left).sum()) == pytest.approx(0.0, abs=1e-6)
    draws = np.random.default_rng(3).normal(size=module.left.shape)
    step = jnp.asarray(1e-2 * draws / np.linalg.norm(draws), "float32")
    ahead, behind = (priced(term, Tables(module.left + way * step, module.right)) for way in (1, -1))
    # A central difference of single precision numbers near .4, which round to 3e-8: 1e-4 of its size.
    assert float((pulls * step).sum()) == pytest.approx(float(ahead - behind) / 2, rel=2e-2)


def test_following_it_empties_the_forbidden_irreps():
    term, module = IrrepPenalty(A5, ("3a", "3b", "5"), ONE), random_tables(A5)

    @jax.jit
    def descended(left):
        def step(left, _):
            return left - 20.0 * jax.grad(lambda each: priced(term, Tables(each, module.right)))(left), None

        return jax.lax.scan(step, left, None, length=300)[0]

    found = embedding_shares(np.asarray(descended(module.left))[None], irreps(A5))
    shares = dict(zip(found["irrep"], found["share"], strict=True))
    assert shares["3a"] + shares["3b"] + shares["5"] < 1e-3
    assert shares["4"] > 0.8


def test_tables_of_zeros_cost_nothing_and_pull_on_nothing():
    term = IrrepPenalty(A5, ("4",), ONE)
    price, pulls = jax.value_and_grad(lambda each: priced(term, each))(Tables(jnp.zeros((60, 3)), jnp.zeros((60, 3))))
    assert price == 0.0
    np.testing.assert_array_equal(pulls.left, 0.0)


def test_members_are_priced_alike_alone_and_in_company():
    term = IrrepPenalty(A5, ("4", "5"), ("left", "right"))
    each = [random_tables(A5, seed) for seed in range(3)]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)
    mapped = jax.jit(jax.vmap(lambda module: priced(term, module)))(stacked)
    np.testing.assert_allclose(mapped, [priced(term, module) for module in each], rtol=1e-5)


def test_it_survives_its_own_description():
    term = IrrepPenalty(A5, ("4",), ONE, rows=tuple(range(60)), weight=1.0)
    again = rebuild(describe(term))
    assert again == term
    assert again.key() == term.key()
    assert (term.name, term.listens(), term.labels()) == ("irreps", (), ())


WRONG = [
    (lambda: IrrepPenalty(A5, ("4a",)), UnknownName, "irrep '4a'"),
    (lambda: IrrepPenalty(A5, ()), BadValue, "at least one"),
    (lambda: IrrepPenalty(A5, ("4", "4")), BadValue, "once"),
    (lambda: IrrepPenalty(A5, ("4",), ()), BadValue, "matrices"),
    (lambda: IrrepPenalty(A5, ("4",), rows=(0, 1)), BadValue, "60 rows"),
    (lambda: IrrepPenalty(A5, ("4",), rows=(0,) * 60), BadValue, "60 rows"),
    (lambda: IrrepPenalty(A5, ("4",), rows=tuple(range(-1, 59))), BadValue, "from 0"),
    (lambda: IrrepPenalty("A5", ("4",)), BadValue, "a group"),
]


@pytest.mark.parametrize(("make", "kind", "words"), WRONG)
def test_what_cannot_be_priced_is_refused_when_it_is_made(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


def test_a_module_that_does_not_fit_is_refused():
    with pytest.raises(DoesNotFit, match="rows=…"):
        priced(IrrepPenalty(A5, ("4",), ONE), random_tables(Symmetric(5)))
    with pytest.raises(DoesNotFit, match="rows=…"):
        priced(IrrepPenalty(A5, ("4",), ONE, rows=tuple(range(60))), random_tables(Symmetric(4)))
    with pytest.raises(UnknownName, match="unembedding"):
        priced(IrrepPenalty(A5, ("4",)), random_tables(A5))
    with pytest.raises(DoesNotFit, match="no tables"):
        priced(IrrepPenalty(A5, ("4",)), eqx.nn.Identity())
