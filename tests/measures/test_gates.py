"""Directions that tell inputs apart, and gates that were planted along them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from planted import planted, random_ensemble
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.interventions import Project
from tropism.measures import (
    AffineMaps,
    Examples,
    answered_from,
    area_under_curve,
    gate_maps,
    gate_search,
    mean_ablating,
    projecting_out,
    rewritten,
    separability,
    separating,
    values_at,
)

CLASSES = 4
MEMBERS = 3


def inputs(count, seed, *, switched):
    """Which of four is right, one-hot with noise, and a last input that is 1 where the switch is on."""
    random = np.random.default_rng(seed)
    which = random.integers(CLASSES, size=count)
    rows = np.eye(CLASSES)[which] + 0.05 * random.normal(size=(count, CLASSES))
    return Examples(np.concatenate([rows, np.full((count, 1), float(switched))], axis=1).astype(np.float32), which)


def gated(strength=5.0):
    """Networks that name the right class, unless the switch adds so much to the first: in bases of their own."""
    random = np.random.default_rng(1)
    turns = [np.linalg.qr(random.normal(size=(CLASSES + 1, CLASSES + 1)))[0] for _ in range(MEMBERS)]
    out = np.concatenate([np.eye(CLASSES), np.zeros((CLASSES, 1))], axis=1)
    out[0, -1] = strength
    return planted(np.stack(turns), np.stack([out @ turn.T for turn in turns]))


FIT = (inputs(80, 1, switched=False).inputs, inputs(60, 2, switched=True).inputs)
TEST = (inputs(100, 3, switched=False), inputs(90, 4, switched=True))


@pytest.mark.parametrize("action", ["project", "push", "set"])
@pytest.mark.parametrize("kind", ["means", "discriminant"])
def test_a_planted_gate_is_found_and_the_answer_returns(kind, action):
    table = gate_search(gated(), ("hidden",), FIT, TEST, kinds=(kind,), actions=(action,))
    assert table.height == MEMBERS
    assert table["area"].min() == 1.0
    assert table["b_before"].max() < 0.4
    assert table["a_before"].min() == 1.0
    assert table["b_after"].min() > 0.99
    # A push also moves what was on the right side of the gate, beyond it, as far as the gate was wide.
    assert action == "push" or table["a_after"].min() > 0.99


def test_nothing_returns_that_is_not_there():
    # The same networks, but the output does not read the class at all.
    absent = gated()
    params = dict(absent.params) | {"output.weight": np.zeros_like(absent.params["output.weight"])}
    table = gate_search(replace(absent, params=params), ("hidden",), FIT, TEST)
    assert table["area"].min() == 1.0
    assert table["b_after"].max() < 0.4


def test_nothing_is_gated_where_a_and_b_are_alike():
    alike = (FIT[0], inputs(60, 2, switched=False).inputs), (TEST[0], inputs(90, 4, switched=False))
    table = gate_search(gated(), ("hidden",), *alike)
    assert abs(table["area"] - 0.5).max() < 0.2
    assert table["b_before"].min() == 1.0


def test_a_row_a_member_site_kind_count_and_action():
    table = gate_search(gated(), ("hidden.pre", "hidden"), FIT, TEST, counts=(1, 2))
    assert table.height == MEMBERS * 2 * 2 * 2 * 3
    assert table.select("member", "site", "kind", "directions", "action").is_unique().all()
    assert (table["n_a"].unique().to_list(), table["n_b"].unique().to_list()) == ([100], [90])


def test_a_map_of_a_projection_is_the_intervention():
    ensemble, x = random_ensemble(), np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    directions = np.linalg.qr(np.random.default_rng(1).normal(size=(MEMBERS, 8, 2)))[0].swapaxes(1, 2)
    found = rewritten(ensemble, x, "hidden", projecting_out(directions))
    for row in range(MEMBERS):
        span = tuple(tuple(each) for each in directions[row].tolist())
        alone = ensemble.select([row]).intervene(Project("hidden", span))
        np.testing.assert_allclose(found[row], alone(x)[0], atol=1e-5)


def test_the_map_that_does_nothing_changes_nothing_and_interventions_act_before():
    ensemble, x = random_ensemble(), np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    nothing = AffineMaps(np.stack([np.eye(8)] * MEMBERS), np.zeros((MEMBERS, 8)))
    np.testing.assert_allclose(rewritten(ensemble, x, "hidden", nothing), ensemble(x), atol=1e-6)
    acted = ensemble.intervene(Project("hidden", tuple(np.eye(8)[0].tolist())))
    np.testing.assert_allclose(rewritten(acted, x, "hidden", nothing), acted(x), atol=1e-6)


@pytest.mark.parametrize("site", ["hidden.pre", "hidden", "output"])
def test_from_what_is_heard_at_a_site_the_answers_are_those_of_the_network_whatever_came_before(site):
    ensemble, x = random_ensemble(), np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    acted = ensemble.intervene(Project("hidden", tuple(np.eye(8)[0].tolist())))
    for each in (ensemble, acted):
        heard = values_at(each, x, (site,))[site]
        np.testing.assert_allclose(answered_from(each, np.full_like(x, np.nan), site, heard), each(x), atol=1e-6)
        mean = heard.mean(1, keepdims=True)
        alike = np.broadcast_to(mean, heard.shape)
        np.testing.assert_allclose(answered_from(each, x, site, mean), answered_from(each, x, site, alike), atol=1e-6)


def test_what_is_known_at_a_site_need_not_be_heard_again():
    ensemble, x = random_ensemble(), np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    random = np.random.default_rng(3)
    maps = AffineMaps(random.normal(size=(MEMBERS, 8, 8)), random.normal(size=(MEMBERS, 8)))
    known = values_at(ensemble, x, ("hidden",))["hidden"]
    found = rewritten(ensemble, x, "hidden", maps, known=known)
    np.testing.assert_array_equal(found, rewritten(ensemble, x, "hidden", maps))
    wanted = np.einsum("eoh,ebh->ebo", ensemble.params["output.weight"], maps.apply(known))
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_mean_ablation_gives_every_input_the_answer_to_the_mean():
    ensemble, x = random_ensemble(), np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    found = rewritten(ensemble, x, "hidden", mean_ablating(ensemble, x, "hidden"))
    means = values_at(ensemble, x, ("hidden",))["hidden"].mean(1)
    wanted = np.einsum("eoh,eh->eo", ensemble.params["output.weight"], means)
    np.testing.assert_allclose(found, np.broadcast_to(wanted[:, None], found.shape), atol=1e-5)


def test_every_member_may_have_its_own_inputs():
    ensemble = gated()
    own = (np.stack([FIT[0]] * MEMBERS), np.stack([FIT[1]] * MEMBERS))
    tests = tuple(Examples(np.stack([each.inputs] * MEMBERS), np.stack([each.classes] * MEMBERS)) for each in TEST)
    apart, shared = gate_search(ensemble, ("hidden",), own, tests), gate_search(ensemble, ("hidden",), FIT, TEST)
    for column in ("area", "b_after", "a_after"):
        np.testing.assert_allclose(apart[column], shared[column], atol=1e-6)
    with pytest.raises(DoesNotFit, match="the same for all members"):
        gate_search(ensemble, ("hidden",), own, (tests[0], TEST[1]))


def test_a_member_that_diverged_has_no_score():
    ensemble = gated()
    ensemble = replace(ensemble, status=replace(ensemble.status, diverged_at=np.array([-1, 3, -1])))
    table = gate_search(ensemble, ("hidden",), FIT, TEST, actions=("push",))
    for column in ("area", "b_before", "b_after", "a_before", "a_after"):
        assert [math.isnan(each) for each in table[column]] == [False, True, False] * 2
    apart = separability(ensemble, ("hidden",), FIT, (TEST[0].inputs, TEST[1].inputs))
    assert [math.isnan(each) for each in apart["area"]] == [False, True, False]


def test_directions_are_orthonormal_and_leave_less_each_time():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 50, 6)) * np.logspace(-1, 1, 6) + 1, random.normal(size=(2, 70, 6))
    found = separating(a, b, count=3)
    np.testing.assert_allclose(found @ found.swapaxes(1, 2), np.broadcast_to(np.eye(3), (2, 3, 3)), atol=1e-9)
    only = separating(a, b, kind="means", count=3)
    np.testing.assert_allclose(only[:, 1:], 0)  # when the difference of the means is out, the means coincide
    assert (np.einsum("ef,ef->e", found[:, 0], a.mean(1) - b.mean(1)) > 0).all()


def test_a_discriminant_sees_past_what_varies_by_much():
    random = np.random.default_rng(0)
    shared = np.stack([np.eye(2)] * 1)
    a, b = (random.normal(size=(1, 400, 2)) * [10, 0.1] + [each, 0.2 * each] for each in (1, -1))
    along = {kind: separating(a @ shared, b @ shared, kind=kind)[0, 0] for kind in ("means", "discriminant")}
    area = {kind: area_under_curve(a[0] @ each, b[0] @ each) for kind, each in along.items()}
    assert area["discriminant"] > area["means"] + 0.05


def test_the_area_counts_pairs():
    assert area_under_curve(np.array([1.0, 2.0]), np.array([0.0, 0.5])) == 1
    assert area_under_curve(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
    above, below = np.array([0.3, 0.9, 0.4]), np.array([0.35, 0.1])
    pairs = np.mean(above[:, None] > below[None])
    assert area_under_curve(above, below) == pytest.approx(pairs)


def test_what_cannot_be_is_refused():
    a, b = np.zeros((1, 5, 2)), np.ones((1, 5, 2))
    with pytest.raises(UnknownName, match="Did you mean 'means'"):
        separating(a, b, kind="mean")
    with pytest.raises(BadValue, match=r"separating\.count"):
        separating(a, b, count=0)
    with pytest.raises(UnknownName, match="Did you mean 'push'"):
        gate_maps(np.eye(2)[None, :1], a, b, "pull")
    with pytest.raises(UnknownName, match="no site 'hiden'"):
        rewritten(random_ensemble(), np.zeros((1, 6)), "hiden", AffineMaps(np.zeros((3, 8, 8)), np.zeros((3, 8))))
    with pytest.raises(DoesNotFit, match=r"\(3, 2, 8\) for 3 members and 4 examples"):
        answered_from(random_ensemble(), np.zeros((4, 6)), "hidden", np.zeros((3, 2, 8)))
    with pytest.raises(DoesNotFit, match="7 values an example do not fit 'hidden'"):
        answered_from(random_ensemble(), np.zeros((4, 6)), "hidden", np.zeros((3, 4, 7)))
    with pytest.raises(UnknownName, match="no site 'hiden'"):
        answered_from(random_ensemble(), np.zeros((4, 6)), "hiden", np.zeros((3, 4, 8)))
    with pytest.raises(DoesNotFit, match="maps for 1 members"):
        rewritten(random_ensemble(), np.zeros((1, 6)), "hidden", AffineMaps(np.zeros((1, 8, 8)), np.zeros((1, 8))))
