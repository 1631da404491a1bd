"""Surgery on a small linear network that can be worked out by hand: 3 inputs, a site of width 4, 3 outputs."""

import re
from dataclasses import dataclass, replace
from types import SimpleNamespace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism import surgery
from tropism.core import Edit, Network, Site
from tropism.core.paths import assembled
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.surgery import (
    Ablate,
    Erase,
    Maps,
    Plant,
    Prune,
    ReadThrough,
    Redirect,
    Reflect,
    Rows,
    ablate,
    erase,
    prune,
    redirect,
    reflect,
)
from tropism.values import describe, rebuild

MEMBERS, WIDTH = 3, 4


class TwoMaps(eqx.Module):
    write: jax.Array
    bias: jax.Array
    read: jax.Array
    out: jax.Array
    unit: bool = eqx.field(static=True)

    def __call__(self, x, tap, key=None):
        value = tap("before", x @ self.write.T + self.bias)
        value = tap("latent", value / jnp.linalg.norm(value, axis=-1, keepdims=True) if self.unit else value)
        return tap("output", value @ self.read.T + self.out)


@dataclass(frozen=True)
class Tiny(Network):
    """Writes a site, reads it, and divides by the length in between if asked."""

    width: int = WIDTH
    unit: bool = False
    biased: bool = True

    def sites(self):
        writes = ("write", "bias") if self.biased else ("write",)
        site = Site(self.width, writes=writes, reads=("read",))
        return {"before": site, "latent": site, "output": Site(3)}

    def build(self, key):
        del key
        w = self.width
        return TwoMaps(jnp.zeros((w, 3)), jnp.zeros(w), jnp.zeros((3, w)), jnp.zeros(3), self.unit)

    def narrowed(self, site, dims):
        return replace(self, width=self.width - len(dims))


def drawn(*shape):
    return np.random.default_rng(len(shape) + shape[-1]).normal(size=(MEMBERS, *shape)).astype(np.float32)


PARAMS = {
    "write": drawn(WIDTH, 3),
    "bias": drawn(WIDTH),
    "read": drawn(3, WIDTH),
    "out": drawn(3),
    "adversary:write": drawn(WIDTH, 3),
}
X = np.random.default_rng(9).normal(size=(7, 3)).astype(np.float32)

EDITS = {
    "Ablate": [Ablate("latent", (0,)), Ablate("latent", (3, 1))],
    "Erase": [
        Erase("latent", directions=np.array([1.0, 2, 0, 0])),
        Erase("latent", directions=np.eye(MEMBERS, WIDTH)),
        Erase("latent", projection=np.diag([0.0, 1, 1, 0.5]), shift=np.array([1.0, 0, 0, 0])),
    ],
    "Plant": [Plant("latent", (0,), Rows(drawn(1, 3))), Plant("latent", (3, 1), Rows(drawn(2, 3)))],
    "Prune": [Prune("latent", (0,)), Prune("latent", (3, 1))],
    "ReadThrough": [ReadThrough("latent", Maps(drawn(WIDTH, WIDTH), np.zeros((MEMBERS, WIDTH))))],
    "Redirect": [Redirect("latent", (0,)), Redirect("latent", (2, 0), bias=0.5)],
    "Reflect": [Reflect("latent", (0,)), Reflect("latent", (1, 2))],
}
WHOLE = ["Mixed", "Noise", "PrunedWeights", "Rounded"]
"""Edits that concern no site in particular; they have tests of their own."""
EACH = [pytest.param(edit, id=f"{name}-{number}") for name, row in EDITS.items() for number, edit in enumerate(row)]


def run(network, params, x=X, replaced=None):
    """Every member's output and its values at the sites; `replaced` may rewrite the values at `latent`."""

    def one(flat):
        heard = {}

        def tap(site, value):
            heard[site] = value if replaced is None or site != "latent" else replaced(value)
            return heard[site]

        return assembled(network, flat)(x, tap, None), heard

    first = {path: jnp.asarray(item) for path, item in params.items() if ":" not in path}
    return jax.vmap(one)(first)


def without(dims):
    return lambda value: value.at[..., jnp.array(dims)].set(0.0)


def test_the_battery_knows_every_public_edit_and_its_function():
    public = {name: getattr(surgery, name) for name in surgery.__all__}
    classes = [name for name, item in public.items() if isinstance(item, type) and issubclass(item, Edit)]
    assert sorted([*EDITS, *WHOLE]) == sorted(classes)
    functions = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in classes if name != "Mixed"}
    assert functions == {name for name in public if name.islower()}
    assert all(type(edit).__name__ == name and isinstance(edit, Edit) for name, row in EDITS.items() for edit in row)


@pytest.mark.parametrize("edit", EACH)
def test_an_edit_leaves_its_input_and_everything_else_alone(edit):
    before = {path: item.copy() for path, item in PARAMS.items()}
    network, after = edit.apply(Tiny(), PARAMS)
    for path, item in PARAMS.items():
        np.testing.assert_array_equal(item, before[path])
    for path in ("out", "adversary:write"):
        assert after[path] is PARAMS[path]
    assert sorted(after) == sorted(PARAMS)
    assert all(after[path].dtype == np.float32 for path in after)
    assert np.isfinite(run(network, after)[0]).all()


@pytest.mark.parametrize("edit", EACH)
def test_an_edit_of_one_member_does_not_see_the_others(edit):
    _, together = edit.apply(Tiny(), PARAMS)
    order = [2, 0, 1]
    permuted = edit.of_rows(np.array(order))
    _, apart = permuted.apply(Tiny(), {path: item[order] for path, item in PARAMS.items()})
    for path in apart:
        np.testing.assert_array_equal(apart[path], together[path][order])


@pytest.mark.parametrize("edit", EACH)
def test_an_edit_takes_arrays_of_jax_as_well(edit):
    there = edit.apply(Tiny(), {path: jnp.asarray(item) for path, item in PARAMS.items()})[1]
    for path, item in edit.apply(Tiny(), PARAMS)[1].items():
        np.testing.assert_array_equal(there[path], item)


@pytest.mark.parametrize("edit", EACH)
def test_an_edit_survives_its_own_description(edit):
    again = rebuild(describe(edit))
    assert again == edit
    assert hash(again) == hash(edit)
    assert again.key() == edit.key()


@pytest.mark.parametrize("edit", EACH)
def test_an_edit_refuses_a_site_that_is_not_there_and_one_that_nothing_reads(edit):
    with pytest.raises(UnknownName, match=r"no site 'latnet'\. Did you mean 'latent'"):
        replace(edit, site="latnet").apply(Tiny(), PARAMS)
    with pytest.raises(DoesNotFit, match="refuses surgery; sites that allow it: before, latent"):
        replace(edit, site="output").apply(Tiny(), PARAMS)


@pytest.mark.parametrize("dims", [(0,), (1, 3), (2, 0, 1), (0, 1, 2, 3)])
def test_ablation_is_zeroing_the_site(dims):
    network, params = Ablate("latent", dims).apply(Tiny(), PARAMS)
    output, heard = run(network, params)
    np.testing.assert_allclose(output, run(Tiny(), PARAMS, replaced=without(dims))[0], atol=1e-6)
    assert np.all(np.asarray(heard["latent"])[..., list(dims)] == 0)
    assert np.all(params["read"][..., list(dims)] == 0)


@pytest.mark.parametrize("unit", [False, True])
@pytest.mark.parametrize("dims", [(0,), (1, 3), (2, 0, 1)])
def test_pruning_gives_the_outputs_of_ablation(dims, unit):
    network, params = Prune("latent", dims).apply(Tiny(unit=unit), PARAMS)
    assert network == Tiny(WIDTH - len(dims), unit=unit)
    assert params["write"].shape == (MEMBERS, WIDTH - len(dims), 3)
    ablated = run(*Ablate("latent", dims).apply(Tiny(unit=unit), PARAMS))
    found = run(network, params)
    np.testing.assert_allclose(found[0], ablated[0], atol=2e-6)
    kept = [dim for dim in range(WIDTH) if dim not in dims]
    np.testing.assert_allclose(found[1]["latent"], ablated[1]["latent"][..., kept], atol=2e-6)


def test_ablation_before_a_norm_renormalizes_what_remains():
    latent = run(*Ablate("latent", (0,)).apply(Tiny(unit=True), PARAMS))[1]["latent"]
    np.testing.assert_allclose(np.linalg.norm(latent, axis=-1), 1, rtol=1e-6)
    zeroed = run(Tiny(unit=True), PARAMS, replaced=without((0,)))[1]["latent"]
    assert float(np.linalg.norm(zeroed, axis=-1).max()) < 1


def test_ablation_silences_a_member_that_diverged_too():
    params = PARAMS | {"write": np.where(np.arange(WIDTH)[:, None] == 0, np.nan, PARAMS["write"])}
    found = Ablate("latent", (0,)).apply(Tiny(), params)[1]
    assert np.all(found["write"][:, 0] == 0)


def test_reflection_negates_and_twice_is_not_at_all():
    edit = Reflect("latent", (0, 2))
    network, once = edit.apply(Tiny(unit=True), PARAMS)
    signs = np.array([-1, 1, -1, 1])
    np.testing.assert_allclose(
        run(network, once)[1]["latent"], run(network, PARAMS)[1]["latent"] * signs, rtol=1e-6, atol=1e-6
    )
    twice = edit.apply(network, once)[1]
    for path in PARAMS:
        np.testing.assert_array_equal(twice[path], PARAMS[path])


def test_redirection_writes_a_constant_whatever_the_input():
    latent = run(*Redirect("latent", (0, 2), bias=-2.0).apply(Tiny(), PARAMS))[1]["latent"]
    before = run(Tiny(), PARAMS)[1]["latent"]
    assert np.all(np.asarray(latent)[..., [0, 2]] == -2.0)
    np.testing.assert_array_equal(latent[..., [1, 3]], before[..., [1, 3]])


def test_redirection_sends_what_has_little_else_to_the_far_side():
    # One input lies along the site's first dimension alone; after the norm it is at −e0.
    write = np.zeros((1, WIDTH, 3), np.float32)
    write[0, 0, 0], write[0, 1, 1] = 1.0, 50.0
    params = {"write": write, "bias": np.zeros((1, WIDTH), np.float32)}
    params |= {"read": np.zeros((1, 3, WIDTH), np.float32), "out": np.zeros((1, 3), np.float32)}
    network, after = Redirect("latent", (0,)).apply(Tiny(unit=True), params)
    latent = run(network, after, np.float32([[1, 0, 0], [0, 1, 0]]))[1]["latent"][0]
    np.testing.assert_allclose(latent[0], [-1, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(latent[1], [-1 / 50, 1, 0, 0], atol=1e-3)  # 1 − 1 / √(1 + 50⁻²) is 2e-4


def test_redirection_needs_a_bias_to_write_to():
    with pytest.raises(DoesNotFit, match="'latent' is written by write, no bias"):
        Redirect("latent", (0,)).apply(Tiny(biased=False), PARAMS)


def test_a_constant_is_written_once_where_two_biases_write():
    class Twice(Tiny):
        def sites(self):
            return {"latent": Site(WIDTH, writes=("write", "bias", "bias2"), reads=("read",))}

    params = PARAMS | {"bias2": drawn(WIDTH)}
    found = Redirect("latent", (1,), bias=-0.5).apply(Twice(), params)[1]
    np.testing.assert_array_equal(found["bias"][:, 1] + found["bias2"][:, 1], -0.5)


def test_erasing_an_axis_writes_what_ablation_writes():
    for dim in range(WIDTH):
        erased = Erase("latent", directions=np.eye(WIDTH)[dim]).apply(Tiny(), PARAMS)[1]
        ablated = Ablate("latent", (dim,)).apply(Tiny(), PARAMS)[1]
        for path in ("write", "bias"):
            np.testing.assert_allclose(erased[path], ablated[path], atol=1e-7)


def test_erasing_leaves_nothing_along_each_members_own_directions():
    own = np.random.default_rng(2).normal(size=(MEMBERS, 2, WIDTH))
    own[1, 1] = 2 * own[1, 0]  # adds nothing to the span
    before = np.asarray(run(Tiny(), PARAMS)[1]["latent"])
    after = np.asarray(run(*Erase("latent", directions=own).apply(Tiny(), PARAMS))[1]["latent"])
    for member in range(MEMBERS):
        np.testing.assert_allclose(after[member] @ own[member].T, 0, atol=5e-6)
        span = np.linalg.qr(own[member].T)[0][:, : 1 if member == 1 else 2]
        np.testing.assert_allclose(after[member], before[member] - before[member] @ span @ span.T, atol=5e-6)


def test_directions_are_projections_and_lengths_do_not_matter():
    direction = np.array([1.0, 2, 0, -2])
    matrix = np.eye(WIDTH) - np.outer(direction, direction) / 9
    wanted = Erase("latent", projection=matrix).apply(Tiny(), PARAMS)[1]
    for given in (direction, 10 * direction, np.tile(direction, (MEMBERS, 1)), direction[None, None]):
        found = Erase("latent", directions=given).apply(Tiny(), PARAMS)[1]
        np.testing.assert_allclose(found["write"], wanted["write"], atol=1e-6)


def test_an_affine_eraser_moves_what_is_written():
    matrix, shift = drawn(WIDTH, WIDTH), drawn(WIDTH)
    before = run(Tiny(), PARAMS)[1]["latent"]
    after = run(*Erase("latent", projection=matrix, shift=shift).apply(Tiny(), PARAMS))[1]["latent"]
    np.testing.assert_allclose(after, np.einsum("eij,ebj->ebi", matrix, before) + shift[:, None], atol=1e-5)


def test_a_rotation_is_undone_by_its_transpose():
    rotation = np.linalg.qr(np.random.default_rng(4).normal(size=(WIDTH, WIDTH)))[0]
    network, there = Erase("latent", projection=rotation).apply(Tiny(), PARAMS)
    back = Erase("latent", projection=rotation.T).apply(network, there)[1]
    np.testing.assert_allclose(back["write"], PARAMS["write"], atol=1e-6)


def test_an_eraser_cannot_be_changed_behind_its_key():
    given = np.array([1.0, 0, 0, 0])
    edit = Erase("latent", directions=given)
    key = edit.key()
    given[1] = 1.0
    assert edit.key() == key
    with pytest.raises(ValueError, match="read-only"):
        edit.directions[0] = 2.0
    assert edit != Erase("latent", directions=given)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Ablate("latent", ()), "Ablate.dims"),
        (lambda: Prune("latent", (1, 1)), "Prune.dims"),
        (lambda: Reflect("latent", (-1,)), "Reflect.dims"),
        (lambda: Redirect("latent", (0.0,)), "Redirect.dims"),
        (lambda: Redirect("latent", (0,), bias=float("nan")), "Redirect.bias"),
        (lambda: Erase("latent"), "Erase"),
        (lambda: Erase("latent", np.eye(4), np.eye(4)), "Erase"),
        (lambda: Erase("latent", np.eye(4)[:3]), "Erase.projection"),
        (lambda: Erase("latent", directions=np.zeros(4)), "Erase.directions"),
        (lambda: Erase("latent", directions=np.array([np.nan, 1])), "Erase.directions"),
        (lambda: Erase("latent", projection=np.ones((60, 9, 9))), "Erase.projection"),
        (lambda: Erase("latent", np.eye(4), shift=np.zeros((1, 1, 4))), "Erase.shift"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_when_it_is_made(make, named):
    with pytest.raises(BadValue, match=f"^{named} is"):
        make()


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Ablate("latent", (0, 4)), "no dimension 4 at the site 'latent', whose dimensions are 0 to 3"),
        (Reflect("latent", (9,)), "no dimension 9"),
        (Redirect("latent", (9,)), "no dimension 9"),
        (Prune("latent", (9,)), "no dimension 9"),
        (Prune("latent", (3, 2, 1, 0)), "one must remain"),
        (Erase("latent", np.eye(5)), "projection has width 5, and the site 'latent' is 4 wide"),
        (Erase("latent", directions=np.ones(5)), "Erase.directions has width 5"),
        (Erase("latent", directions=np.ones((2, 4))), "made for 2 members, and the ensemble has 3"),
        (Erase("latent", np.eye(4), shift=np.ones((2, 4))), "made for 2 members"),
    ],
)
def test_an_edit_that_does_not_fit_its_network_says_so(edit, said):
    with pytest.raises(DoesNotFit, match=said):
        edit.apply(Tiny(), PARAMS)


def test_the_functions_hand_their_edit_to_the_ensemble():
    ensemble = SimpleNamespace(edited=lambda edit: edit)
    assert ablate(ensemble, "latent", dims=(0,)) == Ablate("latent", (0,))
    assert prune(ensemble, "latent", dims=(0,)) == Prune("latent", (0,))
    assert reflect(ensemble, "latent", dims=(0,)) == Reflect("latent", (0,))
    assert redirect(ensemble, "latent", dims=(0,), bias=0.5) == Redirect("latent", (0,), 0.5)
    assert erase(ensemble, "latent", projection=np.eye(4), shift=np.ones(4)) == Erase(
        "latent", np.eye(4), None, np.ones(4)
    )
