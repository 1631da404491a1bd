"""What single interventions do where the answer can be worked out by hand, and laws that only one of them has."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.interventions import Bezier, Bounded, Linear, Project, Repel, Suppress, ZeroSubspace

RANDOM = np.random.default_rng(11).normal(size=(200, 5)).astype(np.float32)
UNIT = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
SLANTED = (1.0, -2.0, 0.5, 3.0, 0.0)
V = np.array(SLANTED) / np.linalg.norm(SLANTED)
NAN = float("nan")


def test_whole_suppression_removes_the_positive_component_and_nothing_else():
    along = RANDOM @ V
    wanted = RANDOM - np.maximum(along, 0)[:, None] * V
    np.testing.assert_allclose(Suppress("latent", SLANTED)(jnp.asarray(RANDOM)), wanted, atol=2e-6)


def test_whole_suppression_twice_is_once():
    act = Suppress("latent", SLANTED)
    once = act(jnp.asarray(RANDOM))
    np.testing.assert_allclose(act(once), once, atol=2e-6)


def test_projection_is_whole_suppression_of_both_directions():
    backward = tuple(-number for number in SLANTED)
    both = Suppress("latent", backward)(Suppress("latent", SLANTED)(jnp.asarray(RANDOM)))
    np.testing.assert_allclose(Project("latent", SLANTED)(jnp.asarray(RANDOM)), both, atol=2e-6)


def test_projection_leaves_nothing_in_the_span_and_everything_across_it():
    other = (0.0, 1.0, 1.0, 0.0, 0.0)
    act = Project("latent", (SLANTED, other, tuple(np.add(SLANTED, other))))  # the third adds nothing
    rows = np.linalg.qr(np.array([SLANTED, other]).T)[0].T
    wanted = RANDOM - RANDOM @ rows.T @ rows
    np.testing.assert_allclose(act(jnp.asarray(RANDOM)), wanted, atol=2e-6)


def test_zeroing_keeps_the_other_dimensions_bit_for_bit_even_beside_the_infinite():
    value = jnp.array([[1.0, jnp.inf, 3.0], [jnp.nan, 2.0, -0.0]])
    found = ZeroSubspace("latent", (1,))(value)
    np.testing.assert_array_equal(found, [[1, 0, 3], [np.nan, 0, 0]])


@pytest.mark.parametrize("mapping", [Linear(0.0, 0.5), Linear(0.3, 0.4), Bezier(0.2, 0.6), Bezier(0.0, 0.1)])
def test_repulsion_turns_each_vector_in_its_own_plane_to_the_mapped_cosine(mapping):
    act = Repel("latent", SLANTED, mapping)
    found = np.asarray(act(jnp.asarray(RANDOM)), np.float64)
    before = RANDOM @ V / np.linalg.norm(RANDOM, axis=1)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.linalg.norm(RANDOM, axis=1), rtol=1e-6)
    after = found @ V / np.linalg.norm(found, axis=1)
    np.testing.assert_allclose(after, np.where(before > 0, mapping(jnp.asarray(before)), before), atol=1e-6)
    sides = [z - (z @ V)[:, None] * V for z in (RANDOM, found)]
    cosines = (sides[0] * sides[1]).sum(1) / np.linalg.norm(sides[0], axis=1) / np.linalg.norm(sides[1], axis=1)
    np.testing.assert_allclose(cosines, 1, atol=1e-6)


def test_repulsion_leaves_its_hole_empty():
    act = Repel("latent", SLANTED, Bezier(0.0, 0.5))
    hole = next(cone for cone in act.cones() if cone.kind == "hole")
    found = act(jnp.concatenate([jnp.asarray(UNIT), jnp.asarray(V, jnp.float32)[None]]))
    assert np.degrees(hole.angle) == pytest.approx(60)
    assert float(np.max(found @ V)) <= np.cos(hole.angle) + 1e-6


@pytest.mark.parametrize(
    ("direction", "aside"),
    [
        ((1, 0, 0), (0, 1, 0)),
        ((0, 0, -2), (1, 0, 0)),
        ((1, 1), (np.sqrt(0.5), -np.sqrt(0.5))),
        ((3, 0, 4), (0.8, 0, -0.6)),
    ],
)
def test_a_vector_along_the_direction_goes_aside_by_a_stated_rule(direction, aside):
    # Towards the first axis that is at least 45° away, made perpendicular.
    for scale in (1.0, 1e-3, 1e3):
        found = Repel("latent", direction, Linear(0.0, 0.0))(scale * jnp.asarray(direction, jnp.float32))
        np.testing.assert_allclose(
            found, scale * np.linalg.norm(direction) * np.array(aside), rtol=1e-5, atol=1e-6 * scale
        )


def test_repulsion_is_continuous_a_hair_beside_the_direction():
    act = Repel("latent", (1, 0, 0), Linear(0.0, 0.5))
    near = act(jnp.array([[1.0, 1e-4, 0.0], [1.0, 2e-4, 0.0], [1.0, 0.0, -1e-4]]))
    np.testing.assert_allclose(near, [[0.5, 0.75**0.5, 0], [0.5, 0.75**0.5, 0], [0.5, 0, -(0.75**0.5)]], atol=2e-4)


def test_repulsion_with_a_mapping_that_changes_nothing_changes_nothing():
    act = Repel("latent", SLANTED, Linear(0.0, 1.0))
    np.testing.assert_allclose(act(jnp.asarray(RANDOM)), RANDOM, atol=2e-6)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_interventions_by_angle_do_not_mind_lengths(scale):
    for act in (Suppress("latent", SLANTED, Bounded(0.2, 1, 2)), Repel("latent", SLANTED, Bezier(0.0, 0.5))):
        np.testing.assert_allclose(act(scale * jnp.asarray(UNIT)) / scale, act(jnp.asarray(UNIT)), atol=2e-6)


@pytest.mark.parametrize(
    "curve",
    [
        Bezier(0.0, 0.5),
        Bezier(0.0, 0.5, end_slope=0.2),
        Bezier(0.4, 0.6, control_distance=0.3),
        Bezier(0.5, 0.6, start_slope=0.2, end_slope=0.2),
        Bezier(0.0, 0.9, start_slope=1.0, end_slope=0.0, control_distance=1.0),
    ],
)
def test_a_bezier_curve_is_solved_not_looked_up(curve):
    # Walk the curve by its parameter in double precision, and ask for the height at each point.
    t = np.linspace(0, 1, 500)[:, None]
    points = np.array(curve.handles())
    walked = sum(c * (1 - t) ** (3 - k) * t**k * points[k] for k, c in enumerate((1, 3, 3, 1)))
    np.testing.assert_allclose(curve(jnp.asarray(walked[:, 0])), walked[:, 1], atol=2e-6)


def test_a_bezier_curve_begins_and_ends_with_its_slopes():
    curve = Bezier(0.2, 0.6, start_slope=1.0, end_slope=0.1)
    slope = jax.vmap(jax.grad(curve))
    # A thousandth inside either end; the curvature there is of order one.
    np.testing.assert_allclose(slope(jnp.array([0.2005, 0.9995])), [1.0, 0.1], atol=5e-3)


def test_transfer_is_what_happens_to_a_unit_vector():
    alpha = jnp.linspace(0.01, 0.99, 50)
    circle = jnp.stack([alpha, jnp.sqrt(1 - alpha**2)], axis=1)
    muted = Suppress("latent", (1, 0), Bounded(0.3, 0.8, 2))
    np.testing.assert_allclose(muted(circle)[:, 0], alpha * (1 - muted.transfer(alpha)), atol=1e-6)
    turned = Repel("latent", (1, 0), Bezier(0.3, 0.5))
    np.testing.assert_allclose(turned(circle)[:, 0], turned.transfer(alpha), atol=1e-6)


def test_cones_open_by_the_angle_whose_cosine_was_given():
    # Source: the original drew 2 (π/2 − a) with a a cosine, which is the angle for neither.
    begins, hole = Repel("latent", (0, 2), Linear(np.cos(np.radians(70)), np.cos(np.radians(80)))).cones()
    assert np.degrees([begins.angle, hole.angle]) == pytest.approx([70, 80])
    assert (begins.kind, hole.kind, hole.direction) == ("begins", "hole", (0.0, 1.0))
    assert np.degrees(Suppress("latent", (1, 0)).cones()[0].angle) == pytest.approx(90)
    assert Project("latent", (1, 0)).cones() == ()


def test_a_direction_is_kept_at_length_one():
    assert Suppress("latent", (0, 5)) == Suppress("latent", (0.0, 1.0))
    assert Suppress("latent", (3, 4)).direction == pytest.approx((0.6, 0.8))
    assert Project("latent", ((0, 2), (3, 0))).direction == ((0.0, 1.0), (1.0, 0.0))
    again = Suppress("latent", Suppress("latent", SLANTED).direction)
    assert again.key() == Suppress("latent", SLANTED).key()


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Suppress("latent", (0, 0)), "Suppress.direction"),
        (lambda: Suppress("latent", (NAN, 0)), "Suppress.direction"),
        (lambda: Suppress("latent", ()), "Suppress.direction"),
        (lambda: Suppress("latent", "red"), "Suppress.direction"),
        (lambda: Repel("latent", (1,), Linear(0, 0.5)), "Repel.direction"),
        (lambda: Project("latent", ((1, 0), (0, 0))), r"Project.direction\[1\]"),
        (lambda: Project("latent", ((1, 0), (0, 0, 1))), "Project.direction"),
        (lambda: ZeroSubspace("latent", ()), "ZeroSubspace.dims"),
        (lambda: ZeroSubspace("latent", (1, 1)), "ZeroSubspace.dims"),
        (lambda: ZeroSubspace("latent", (-1,)), "ZeroSubspace.dims"),
        (lambda: Bounded(a=1.0), "Bounded.a"),
        (lambda: Bounded(a=-0.1), "Bounded.a"),
        (lambda: Bounded(power=-1.0), "Bounded.power"),
        (lambda: Bounded(b=NAN), "Bounded.b"),
        (lambda: Linear(1.0, 0.5), "Linear.a"),
        (lambda: Linear(0.0, 1.1), "Linear.b"),
        (lambda: Bezier(0.0, 0.5, control_distance=0.0), "Bezier.control_distance"),
        (lambda: Bezier(NAN, 0.5), "Bezier.a"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(make, named):
    with pytest.raises(BadValue, match=f"^{named} is"):
        make()


def test_tangents_that_meet_outside_are_refused():
    with pytest.raises(DoesNotFit, match="meet at"):
        Bezier(0.0, 0.5, start_slope=0.1, end_slope=0.0)
