"""Data of known truth: every part keeps its law, and the truth that is told is the truth."""

import itertools
import subprocess
import sys
from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats

from tropism.arrays.streams import fold, stream
from tropism.core import Adam, Experiment, Member, Scene, Seed
from tropism.core.dial import dials_of
from tropism.core.ensemble import Ensemble, History, Status
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Dense
from tropism.schedules import Schedule
from tropism.subjects.features import (
    Always,
    Around,
    Clustered,
    Coins,
    Correlated,
    Exactly,
    Gaussian,
    HalfNormal,
    KnownFeatures,
    Orthonormal,
    Population,
    RandomRows,
    Spread,
    Tree,
    Uniform,
)
from tropism.subjects.features.presets import DATA_SETS, data_set
from tropism.subjects.features.tasks._mixing import codes_of, inputs_of
from tropism.subjects.features.tasks._mixing import drawn as drawn_of
from tropism.subjects.features.tasks.known import World
from tropism.subjects.features.truth import CHUNK, _world, sample, sample_of, truth, truth_of
from tropism.values import describe, rebuild

KINDS = {
    "few": Population(name="few", features=6, support=Exactly(3), magnitudes=HalfNormal(2.0)),
    "rare": Population(name="rare", features=10, support=Coins(2.0, 0.8), magnitudes=Uniform(), frame=Spread()),
    "kin": Population(
        name="kin", features=8, support=Correlated(2.0, rank=2, scale=0.65), magnitudes=Around(), frame=Clustered(2)
    ),
    "tree": Population(
        name="tree", features=14, support=Tree(2, (2, 3), 2, count=1.2, follows=0.8), magnitudes=Around()
    ),
    "dense": Population(name="dense", features=3, support=Always(), magnitudes=Gaussian(1.5, 0.7), frame=Orthonormal()),
}
EVERYTHING = KnownFeatures(width=5, populations=tuple(KINDS.values()), noise=0.1, offset=2.0, scale=0.5)
COUNT, SEED = 20_000, 7
PLACES = {
    name: slice(end - kind.features, end)
    for (name, kind), end in zip(
        KINDS.items(), itertools.accumulate(each.features for each in KINDS.values()), strict=True
    )
}


@pytest.fixture(scope="module")
def drawn():
    return sample(EVERYTHING, SEED, COUNT)


@pytest.fixture(scope="module")
def told():
    return truth(EVERYTHING, [SEED, Seed.of(3, world=SEED), 4])


def close_to_a_share(found, share, count=COUNT):
    """Whether counts out of so many are within five deviations of a probability."""
    return np.abs(np.asarray(found) / count - share) <= 5 * np.sqrt(np.maximum(share * (1 - share), 1e-12) / count)


def test_exactly_so_many_are_on_and_every_choice_of_them_alike(drawn):
    on = drawn.on[:, PLACES["few"]]
    assert (on.sum(axis=1) == 3).all()
    found = np.bincount(on @ 2 ** np.arange(6), minlength=64)
    found = found[[sum(2**each for each in chosen) for chosen in itertools.combinations(range(6), 3)]]
    assert stats.chisquare(found).pvalue > 1e-3


def test_features_are_on_as_often_as_the_truth_says(drawn, told):
    assert close_to_a_share(drawn.on.sum(axis=0), told.frequency[0]).all()
    np.testing.assert_allclose(told.l0()[0], drawn.on.sum(axis=1).mean(), rtol=0.01)
    ratios = told.frequency[0, PLACES["rare"]]
    np.testing.assert_allclose(ratios[1:] / ratios[:-1], 0.8)
    np.testing.assert_allclose(ratios.sum(), 2)


def test_independent_features_are_on_together_by_chance(drawn):
    on = drawn.on[:, PLACES["rare"]]
    often = on.mean(axis=0)
    together = (on[:, :, None] & on[:, None, :]).sum(axis=0)
    apart = ~np.eye(10, dtype=bool)
    assert close_to_a_share(together, np.outer(often, often))[apart].all()


@pytest.mark.parametrize(
    ("name", "law"),
    [("few", stats.halfnorm(scale=2)), ("rare", stats.uniform), ("kin", stats.norm(1, 0.15)),
     ("tree", stats.norm(1, 0.15))],
)  # fmt: skip
def test_magnitudes_follow_their_law(drawn, name, law):
    values, on = drawn.z[:, PLACES[name]], drawn.on[:, PLACES[name]]
    assert stats.kstest(values[on], law.cdf).pvalue > 1e-3
    assert (values[~on] == 0).all()
    assert (values[on] != 0).all()


def test_dense_features_are_always_on_each_with_its_deviation(drawn, told):
    values = drawn.z[:, PLACES["dense"]]
    for column, deviation in zip(values.T, (1.5, 1.1, 0.7), strict=True):
        assert stats.kstest(column, stats.norm(0, deviation).cdf).pvalue > 1e-3
    assert told.dense()[0].nonzero()[0].tolist() == list(range(38, 41))
    assert [told.population[place] for place in (0, 6, 40)] == ["few", "rare", "dense"]


def test_moments_are_in_closed_form(drawn, told):
    # 20,000 examples: means of numbers of deviation 2 or less are within .06, and of their squares within .15.
    np.testing.assert_allclose(drawn.z.mean(axis=0), told.mean[0], atol=0.06)
    np.testing.assert_allclose((drawn.z**2).mean(axis=0), told.square[0], atol=0.15)
    np.testing.assert_allclose(drawn.x.mean(axis=0), told.center()[0], atol=0.1)


def test_correlated_features_are_on_together_as_their_copula_has_it(drawn):
    support, on = KINDS["kin"].support, drawn.on[:, PLACES["kin"]]
    world = _world(EVERYTHING, Member(Seed.of(SEED))).supports[2]
    latent = support.latent_correlations(world)
    assert latent.min() < -0.5 < 0.5 < latent[~np.eye(8, dtype=bool)].max()
    np.testing.assert_allclose(np.sqrt((world.astype(float) ** 2).sum(axis=1)) / 4096, 0.65 * np.sqrt(2), rtol=1e-3)
    below = stats.norm.ppf(1 - 2.0 / 8)
    for one, other in itertools.combinations(range(8), 2):
        both_off = stats.multivariate_normal.cdf([below, below], cov=[[1, latent[one, other]], [latent[one, other], 1]])
        together = (on[:, one] & on[:, other]).sum()
        assert close_to_a_share(together, both_off + 2 * 2.0 / 8 - 1), (one, other)


def test_children_are_on_only_with_their_parent_and_never_with_a_sibling(drawn):
    on, parents = drawn.on[:, PLACES["tree"]], KINDS["tree"].support.parents(14)
    # Two roots; two children of the first and three of the second; parents go on to take turns.
    assert parents.tolist() == [-1, -1, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4]
    for parent in range(5):
        children = on[:, parents == parent].sum(axis=1)
        assert children.max() == 1
        assert (children <= on[:, parent]).all()
        assert close_to_a_share(children.sum(), 0.8, on[:, parent].sum())


def test_directions_have_length_one(told):
    np.testing.assert_allclose(np.linalg.norm(told.rows.astype(float), axis=2), 1, atol=2e-7)
    np.testing.assert_allclose(np.linalg.norm(told.offset, axis=1), 2, rtol=1e-6)


def test_frames_are_what_they_are_called(told):
    rows = told.rows.astype(float)
    dense, kin = rows[:, PLACES["dense"]], rows[:, PLACES["kin"]]
    np.testing.assert_allclose(dense @ dense.swapaxes(1, 2), np.broadcast_to(np.eye(3), (3, 3, 3)), atol=5e-7)
    bundles = (kin @ kin.swapaxes(1, 2))[:, np.triu_indices(8, 1)[0], np.triu_indices(8, 1)[1]]
    same = np.subtract(*np.triu_indices(8, 1)) % 2 == 0
    # The mean of 2 · 12 cosines in bundles: .5 with a deviation of .5 / √4 in four free dimensions each.
    assert abs(bundles[[0, 2]][:, same].mean() - 0.5) < 3 * 0.25 / np.sqrt(24)
    luck = np.random.default_rng(0).normal(size=(200, 10, 5))
    luck /= np.linalg.norm(luck, axis=2, keepdims=True)
    off = np.where(np.eye(10, dtype=bool), 0, np.abs(luck @ luck.swapaxes(1, 2))).max(axis=(1, 2))
    apart = rows[:, PLACES["rare"]]
    closest = np.where(np.eye(10, dtype=bool), 0, np.abs(apart @ apart.swapaxes(1, 2))).max(axis=(1, 2))
    # Welch's bound for 10 directions in 5 dimensions is 1/3.
    assert (closest >= 1 / 3).all()
    assert (closest < off.min()).all()


def test_coherence_is_the_largest_cosine(told):
    rows = told.rows[0].astype(float)
    pairs = [abs(rows[one] @ rows[other]) for one, other in itertools.combinations(range(len(rows)), 2)]
    np.testing.assert_allclose(told.coherence()[0], max(pairs))


def test_examples_are_made_of_what_the_truth_says(drawn, told):
    noise = drawn.x.astype(float) / 0.5 - drawn.z.astype(float) @ told.rows[0].astype(float) - told.offset[0]
    assert stats.kstest(noise.ravel() / 0.1, stats.norm.cdf).pvalue > 1e-3


def test_a_sample_is_the_same_again_and_fewer_are_the_first_of_more(drawn):
    fewer = sample(EVERYTHING, Member(Seed.of(SEED)), CHUNK + 3)
    for part, whole in zip(fewer, drawn, strict=True):
        np.testing.assert_array_equal(part, whole[: CHUNK + 3])
    assert (drawn.x[:CHUNK] != drawn.x[CHUNK : 2 * CHUNK]).any(axis=1).all()


def test_a_pinned_world_is_a_shared_dictionary(told):
    np.testing.assert_array_equal(told.rows[0], told.rows[1])
    assert np.abs(told.rows[0] - told.rows[2]).max(axis=1).min() > 1e-3
    np.testing.assert_array_equal(told.rows[:1], truth(EVERYTHING, [SEED]).rows)


def test_dials_of_a_member_change_what_is_true_of_it(told):
    louder = Member(Seed.of(SEED), (("task.noise", 0.4), ("task.rare.support.count", 1.0)))
    found = truth(EVERYTHING, [louder])
    assert found.noise.tolist() == [0.4]
    np.testing.assert_allclose(found.l0(), told.l0()[0] - 1)
    with pytest.raises(UnknownName, match=r"task\.noise"):
        truth(EVERYTHING, [Member(Seed.of(SEED), (("task.nose", 0.4),))])


def test_a_member_is_the_same_in_company_and_trains_on_nothing_of_its_sample(drawn):
    kin = replace(KINDS["kin"], frame=RandomRows())
    task, seeds = KnownFeatures(width=5, populations=(KINDS["few"], kin), scale=3.0), np.arange(8, dtype=np.uint32)

    def batch(seed, world):
        key = jax.lax.optimization_barrier(fold(stream(seed, "data"), 3, "batch"))
        made = drawn_of(task, world, key, 64, noisy=False)
        return inputs_of(task, world, made), *codes_of(made, world)

    worlds = jax.jit(jax.vmap(lambda seed: task.world((), stream(seed, "world"))))(seeds)
    draw, world = jax.jit(jax.vmap(batch)), _world(task, Member(Seed.of(SEED)))
    together, alone = draw(seeds, worlds), draw(seeds[SEED:], jax.tree.map(lambda item: item[None], world))
    for one, many in ((world, worlds), *zip(alone, together, strict=True)):
        for each, stacked in zip(jax.tree.leaves(one), jax.tree.leaves(many), strict=True):
            assert np.asarray(each).tobytes() == np.asarray(stacked)[SEED].tobytes()
    inputs, codes = (np.asarray(each, float) for each in together[:2])
    rows = np.concatenate(worlds.rows, axis=1).astype(float)
    np.testing.assert_allclose(inputs, 3 * codes @ rows, atol=1e-5)  # sums of about ten, in single precision
    assert len(np.unique(inputs.reshape(-1, 5), axis=0)) == 8 * 64
    assert not {row.tobytes() for row in np.asarray(together[1])[SEED, :, :6]} & {
        row.tobytes() for row in drawn.z[:, :6]
    }


def test_the_truth_about_an_ensemble_is_that_of_its_members_own_dials_in_the_end():
    task = KnownFeatures(width=5, populations=EVERYTHING.populations, offset=None)
    experiment = Experiment(
        task=task, network=Dense(inputs=5, hidden=(), outputs=5), optimizer=Adam(lr=0.01),
        schedule=Schedule.constant(2, {"task.offset": 1.5}),
    )  # fmt: skip
    members = tuple(Member(Seed.of(SEED), (("task.noise", noise),)) for noise in (0.25, 0.5))
    status = Status(np.full(2, -1), np.full(2, -1), ("", ""))
    grown = Ensemble(
        experiment, members, {}, History(np.zeros(0, int), {}, np.zeros(0, int), {}, {}), status, ("0", "1")
    )
    found = truth_of(grown)
    assert found.noise.tolist() == [0.25, 0.5]
    np.testing.assert_allclose(np.linalg.norm(found.offset, axis=1), 1.5, rtol=1e-6)
    one, other = (sample_of(grown, row, 64) for row in range(2))
    np.testing.assert_array_equal(one.z, other.z)
    assert abs((other.x - one.x).std() / 0.25 - 1) < 5 / np.sqrt(2 * 64 * 5)
    with pytest.raises(BadValue, match=r"task\.offset"):
        truth(task, members)


def test_the_engine_draws_noise_only_where_some_may_be():
    def operations(noise):
        ranges = {"noise": (0.0, noise), "offset": (0.0, 0.0), "scale": (1.0, 1.0)}
        world = World((np.zeros((6, 5), np.float32),), ((),), np.zeros(5, np.float32))
        task = KnownFeatures(width=5, populations=(KINDS["few"],))
        scene = Scene((), world, task.capacity(ranges, 8))
        drawn = jax.make_jaxpr(lambda seed: task.draw(scene, stream(seed, "data"), 8)._replace(labels=None))
        return len(drawn(np.uint32(1)).eqns)

    assert operations(0.1) > operations(0.0)


@pytest.mark.parametrize("name", DATA_SETS)
def test_data_sets_come_back_from_their_description(name):
    task = data_set(name)
    assert rebuild(describe(task)) == task


def test_the_standard_data_have_the_shapes_of_their_sources():
    shapes = {name: (data_set(name).width, data_set(name).features) for name in DATA_SETS}
    # Source: the publications that presets.py names.
    assert shapes == {
        "STB-16": (16, 32), "STB-32": (32, 64), "SL-32": (32, 64), "SHK-64": (64, 128), "SHK-256": (256, 512),
        "CORR": (32, 64), "HIER": (32, 64), "MIX-32": (32, 52),
    }  # fmt: skip
    with pytest.raises(UnknownName, match="STB-32"):
        data_set("STB32")


def test_dials_have_addresses():
    assert set(dials_of(EVERYTHING, "task")) == {
        "task.noise", "task.offset", "task.scale", "task.rare.support.count", "task.tree.support.count",
    }  # fmt: skip


def test_describing_data_imports_no_jax():
    code = (
        "import sys; from tropism.subjects.features import presets, truth; from tropism.values import describe; "
        "[describe(presets.data_set(name)) for name in presets.DATA_SETS]; assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("make", "kind", "named"),
    [
        (lambda: Exactly(0), BadValue, r"Exactly\.count"),
        (lambda: Population(features=2), BadValue, r"Exactly\.count is 3; it must be at most 2"),
        (lambda: Population(features=0), BadValue, r"Population\.features"),
        (lambda: Population(features=4, support=3), BadValue, r"Population\.support"),
        (lambda: Population(features=4, support=Coins(5.0)), BadValue, r"Coins\.count is 5.0.* at most 4"),
        (lambda: Coins(ratio=0.0), BadValue, r"Coins\.ratio"),
        (lambda: Coins(zipf=-1.0), BadValue, r"Coins\.zipf"),
        (lambda: Correlated(scale=0.6), BadValue, r"Correlated\.scale is 0.6; it must be in \[0, 0.5\]"),
        (lambda: Correlated(rank=0), BadValue, r"Correlated\.rank"),
        (lambda: Correlated(count=-1.0), BadValue, r"Correlated\.count"),
        (lambda: Tree(branching=(0,)), BadValue, r"Tree\.branching"),
        (lambda: Tree(branching=()), BadValue, r"Tree\.branching"),
        (lambda: Tree(follows=1.5), BadValue, r"Tree\.follows"),
        (lambda: Tree(count=9.0), BadValue, r"Tree\.count"),
        (lambda: Population(features=500, support=Tree()), DoesNotFit, "134 features, and 500"),
        (lambda: Population(features=4, support=Tree()), DoesNotFit, "8 roots"),
        (lambda: HalfNormal(0.0), BadValue, r"HalfNormal\.sd"),
        (lambda: Around(sd=-0.1), BadValue, r"Around\.sd"),
        (lambda: Uniform(1.0, 1.0), BadValue, r"Uniform\.high"),
        (lambda: Gaussian(last=0.0), BadValue, r"Gaussian\.last"),
        (lambda: Clustered(cosine=1.0), BadValue, r"Clustered\.cosine"),
        (lambda: Spread(rate=0.0), BadValue, r"Spread\.rate"),
        (lambda: KnownFeatures(width=2, populations=()), BadValue, r"KnownFeatures\.populations"),
        (lambda: KnownFeatures(width=0, populations=(KINDS["few"],)), BadValue, r"KnownFeatures\.width"),
        (lambda: KnownFeatures(width=2, populations=(KINDS["dense"],)), DoesNotFit, "3 directions at right angles"),
        (lambda: KnownFeatures(width=2, populations=(KINDS["few"], KINDS["few"])), DoesNotFit, "few, few"),
        (lambda: sample(EVERYTHING, 0, 0), BadValue, "count"),
        (lambda: truth(EVERYTHING, []), BadValue, "at least one"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, kind, named):
    with pytest.raises(kind, match=named):
        make()
