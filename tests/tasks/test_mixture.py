"""Mixtures and listed examples: what is drawn, in which order, and what it costs."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from probe import Readout, SparseWords
from tropism import train
from tropism.arrays.answers import cross_entropy, is_right
from tropism.core import Adam, Choice, Experiment, Loss, Member, Scene, Seed
from tropism.errors import BadValue, DoesNotFit
from tropism.tasks import Check, Chosen, Listed, Mixture, Part, Relabelled, Unlabelled
from tropism.tasks.listed import Examples
from tropism.terms import Accuracy
from tropism.values import describe, rebuild

MODULUS = 7


@dataclass(frozen=True, kw_only=True)
class Sums(Listed):
    """Sums of two numbers, modulo a small number."""

    modulus: int = MODULUS
    shift: int = 0

    def listed(self):
        pairs = np.indices((self.modulus, self.modulus)).reshape(2, -1).T
        inputs = np.concatenate([np.eye(self.modulus)[pairs[:, 0]], np.eye(self.modulus)[pairs[:, 1]]], 1)
        return Examples(inputs.astype(np.float32), (pairs.sum(1) + self.shift) % self.modulus, 0, self.modulus)

    def kinds(self):
        return np.arange(self.modulus**2) // self.modulus

    def input_width(self):
        return 2 * self.modulus


@dataclass(frozen=True)
class Flat(Loss):
    """The same price for every example."""

    price: float = 3.0

    def __call__(self, output, batch):
        return jnp.full(len(output), self.price)


def scene_of(task, seed=0):
    table = jax.tree.map(jnp.asarray, task.table())
    return Scene(table, task.world(table, jax.random.key(seed)))


def as_pairs(batch):
    inputs = np.asarray(batch.inputs)
    return set(map(tuple, np.stack([inputs[:, :MODULUS].argmax(1), inputs[:, MODULUS:].argmax(1)], 1).tolist()))


X = Sums(share=(0.0, 0.6))
REST = Sums(share=(0.6, 1.0))
NETWORK = Readout(inputs=2 * MODULUS, hidden=32, outputs=MODULUS)


def test_shares_that_share_a_world_are_disjoint_and_together_everything():
    for seed in range(3):
        one, other = (as_pairs(task.validation_batch(scene_of(task, seed), None)) for task in (X, REST))
        assert not one & other
        assert len(one | other) == MODULUS**2
    assert as_pairs(X.validation_batch(scene_of(X, 0), None)) != as_pairs(X.validation_batch(scene_of(X, 1), None))


def test_what_is_drawn_is_of_the_share_and_its_answers_are_right():
    scene = scene_of(X)
    known = as_pairs(X.validation_batch(scene, None))
    batch = X.draw(scene, jax.random.key(3), 500)
    assert as_pairs(batch) <= known
    drawn = np.asarray(batch.inputs)
    sums = (drawn[:, :MODULUS].argmax(1) + drawn[:, MODULUS:].argmax(1)) % MODULUS
    np.testing.assert_array_equal(batch.targets.right, sums)
    np.testing.assert_array_equal(batch.targets.high, MODULUS)


def test_a_whole_share_is_seen_once_at_every_step():
    whole = replace(X, whole=True)
    scene = scene_of(whole)
    batch = whole.draw(scene, jax.random.key(3), len(whole))
    assert len(batch.inputs) == len(whole) == round(0.6 * MODULUS**2)
    assert as_pairs(batch) == as_pairs(whole.validation_batch(scene, None))


def test_a_mixture_has_so_many_examples_of_each_part_and_says_whose_they_are():
    mixture = Mixture(parts=(Part("x", X, 5), Part("y", REST, 3)), checks=(Check("test", REST),))
    scene = scene_of(mixture)
    batch = mixture.draw(scene, jax.random.key(1), 8)
    np.testing.assert_array_equal(batch.labels["x"], [1] * 5 + [0] * 3)
    np.testing.assert_array_equal(batch.labels["y"], [0] * 5 + [1] * 3)
    np.testing.assert_array_equal(batch.labels["test"], 0)
    assert as_pairs(batch._replace(inputs=batch.inputs[5:])) <= as_pairs(
        mixture.validation_batch(scene, jax.random.key(0))
    )


def test_the_error_is_the_sum_of_the_parts_mean_costs_times_their_weights():
    mixture = Mixture(parts=(Part("x", X, 5, weight=2.0), Part("y", REST, 3, loss=Flat(), weight=0.5)))
    batch = mixture.draw(scene_of(mixture), jax.random.key(1), 8)
    output = jax.random.normal(jax.random.key(2), (8, MODULUS))
    own = cross_entropy(output[:5], batch.targets.right[:5]).mean()
    np.testing.assert_allclose(mixture.error(output, batch).mean(), 2 * own + 0.5 * 3.0, rtol=1e-6)


def test_a_part_with_weight_zero_moves_nothing():
    def grown(weight, shift):
        parts = (Part("x", X, 16), Part("y", replace(REST, shift=shift), 8, weight=weight))
        experiment = Experiment(
            task=Mixture(parts=parts), network=NETWORK, steps=5, batch_size=24, optimizer=Adam(lr=1e-2)
        )
        return train(experiment, [0]).params

    without, other, with_it = grown(0.0, 0), grown(0.0, 1), grown(1.0, 0)
    for path, item in without.items():
        np.testing.assert_array_equal(item, other[path])
    assert any((item != with_it[path]).any() for path, item in without.items())


def test_a_network_learns_from_a_mixture_and_its_accuracy_is_looked_at_apart():
    mixture = Mixture(parts=(Part("x", X, 32),), checks=(Check("seen", X), Check("unseen", REST)))
    looks = tuple(Accuracy(where=name, name=f"accuracy_{name}") for name in ("seen", "unseen"))
    experiment = Experiment(
        task=mixture,
        network=NETWORK,
        terms=looks,
        steps=400,
        batch_size=32,
        optimizer=Adam(lr=1e-2),
        validate_every=400,
    )
    grown = train(experiment, [0, 1])
    accuracy = grown.history.validation
    assert (accuracy["accuracy_seen"][:, -1] > 0.95).all()
    assert (accuracy["accuracy_unseen"][:, -1] < accuracy["accuracy_seen"][:, -1]).all()
    logits = grown(REST.table().inputs)
    assert logits.shape == (2, MODULUS**2, MODULUS)


def test_dials_of_a_part_have_its_name_in_their_address():
    words = SparseWords(features=12, width=6)
    network = Readout(inputs=6, hidden=4, outputs=12)
    mixture = Mixture(parts=(Part("dense", words, 4), Part("rare", replace(words, density=0.1), 4, weight=None)))
    with pytest.raises(DoesNotFit, match=r"task\.rare\.weight"):
        Experiment(task=mixture, network=network, steps=3, batch_size=8, optimizer=Adam(lr=1e-2))
    whole = replace(mixture, parts=(mixture.parts[0], replace(mixture.parts[1], weight=0.5)))
    experiment = Experiment(task=whole, network=network, steps=3, batch_size=8, optimizer=Adam(lr=1e-2))
    assert {"task.rare.weight", "task.dense.task.density", "task.rare.task.density"} <= experiment.dials().keys()
    grown = train(experiment, [0], settings=[(("task.rare.weight", 0.1),), (("task.rare.task.density", 0.9),)])
    assert (grown.params["into"][0] != grown.params["into"][1]).any()


def test_a_mixture_is_rebuilt_from_what_it_says():
    mixture = Mixture(parts=(Part("x", SparseWords(), 5, weight=2.0),), checks=(Check("test", SparseWords()),))
    import probe
    from tropism.values import allow_plugin

    allow_plugin("probe", probe)
    assert rebuild(describe(mixture)).key() == mixture.key()


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Mixture(parts=()), BadValue, "at least one Part"),
        (lambda: Mixture(parts=(Part("x", X, 4), Part("x", REST, 4))), BadValue, "alone"),
        (lambda: Part("x", X, 0), BadValue, "at least 1"),
        (lambda: Part("x.y", X, 1), BadValue, "letters"),
        (lambda: Part("x", replace(X, whole=True), 4), DoesNotFit, "29 examples a step"),
        (lambda: Sums(share=(0.5, 0.5)), BadValue, "low < high"),
        (lambda: Sums(share=(0.5, 1.5)), BadValue, "low < high"),
        (lambda: len(Sums(share=(0.1, 0.11))), DoesNotFit, "is none"),
        (lambda: Mixture(parts=(Part("x", X, 4), Part("y", Sums(modulus=5), 4))), DoesNotFit, "input width"),
    ],
)
def test_what_cannot_be_is_refused(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


def test_a_mixture_wants_its_own_number_of_examples():
    with pytest.raises(DoesNotFit, match="has 9 examples a step"):
        Experiment(task=Mixture(parts=(Part("x", X, 9),)), network=NETWORK, steps=1, batch_size=64)


def test_right_is_the_largest_logit_among_those_that_are_looked_at():
    output = jnp.array([[5.0, 1.0, 0.0], [5.0, 1.0, 0.0]])
    choice = Choice(jnp.array([1, 0]), jnp.array([1, 0]), jnp.array([3, 3]))
    np.testing.assert_array_equal(is_right(output, *choice), [False, True])
    np.testing.assert_array_equal(is_right(output, *choice, "legal"), [True, True])


def test_chosen_kinds_are_all_of_the_share_that_are_of_them_and_nothing_else():
    task = Chosen(replace(X), (1, 4))
    for seed in range(3):
        scene = scene_of(task, seed)
        drawn = as_pairs(task.draw(scene, jax.random.key(1), 2000))
        share = as_pairs(X.validation_batch(scene_of(X, seed), None))
        assert drawn == {pair for pair in share if pair[0] in (1, 4)}
        looked = task.validation_batch(scene, None)
        assert looked.inputs.shape == X.validation_batch(scene_of(X, seed), None).inputs.shape
        assert as_pairs(looked) == drawn
        _, often = np.unique([tuple(row) for row in np.asarray(looked.inputs)], axis=0, return_counts=True)
        assert often.max() - often.min() <= 1
    with pytest.raises(BadValue, match="kinds that there are"):
        Chosen(X, (7,))


def test_examples_without_answers_are_the_same_whatever_the_answers_are():
    for hidden in (Unlabelled, Relabelled):
        batches = []
        for shift in (0, 3):
            task = hidden(replace(X, shift=shift))
            batches.append(task.draw(scene_of(task), jax.random.key(1), 50))
        for one, other in zip(*map(jax.tree.leaves, batches), strict=True):
            np.testing.assert_array_equal(one, other)
    plain = X.draw(scene_of(X), jax.random.key(1), 50)
    np.testing.assert_array_equal(plain.inputs, batches[0].inputs)


def test_made_up_answers_are_legal_uniform_and_fixed_or_fresh_as_asked():
    fixed, fresh = Relabelled(X), Relabelled(X, "fresh")
    scene = scene_of(fixed)
    numbers = jnp.repeat(jnp.arange(len(X)), 40)
    one, two = (fixed.shown(scene, numbers, jax.random.key(n)).targets.right.reshape(-1, 40) for n in (0, 1))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, one[:, :1].repeat(40, axis=1))
    new = np.asarray(fresh.shown(scene_of(fresh), numbers, jax.random.key(0)).targets.right)
    counts = np.bincount(new, minlength=MODULUS)
    assert len(counts) == MODULUS
    np.testing.assert_allclose(counts / len(new), 1 / MODULUS, atol=0.04)  # 29 · 40 draws: four standard errors
    other = fixed.shown(scene_of(fixed, 5), numbers, None).targets.right
    assert (np.asarray(other) != np.asarray(one).ravel()).any()


def test_shuffled_answers_are_those_of_other_examples_each_once():
    shuffled = Relabelled(X, "shuffled")
    numbers = jnp.arange(len(X))
    found, again = (shuffled.shown(scene_of(shuffled), numbers, jax.random.key(n)) for n in (0, 1))
    np.testing.assert_array_equal(found.targets.right, again.targets.right)
    scene = scene_of(shuffled)
    right = X.shown(scene._replace(world=scene.world[0]), numbers, None).targets.right
    np.testing.assert_array_equal(np.sort(found.targets.right), np.sort(right))
    assert 0 < (np.asarray(found.targets.right) == np.asarray(right)).mean() < 0.6  # by luck a fifth
    other = shuffled.shown(scene_of(shuffled, 5), numbers, None).targets.right
    assert (np.asarray(other) != np.asarray(found.targets.right)).any()


def test_a_shuffled_answer_is_legal_where_it_stands():
    from tropism.subjects.generalization.tasks import ModularSums

    task = Relabelled(ModularSums(moduli=(3, 7)), "shuffled")
    shown = task.shown(scene_of(task), jnp.arange(len(task)), None).targets
    assert (shown.right >= shown.low).all()
    assert (shown.right < shown.high).all()
    assert set(np.unique(shown.high)) == {3, 7}


def test_a_mixture_comes_from_what_its_parts_and_checks_come_from():
    @dataclass(frozen=True)
    class Elsewhere(SparseWords):
        def lineage(self, member):
            return (f"{type(self).__name__} of {member.seed}",)

    whole = Mixture(parts=(Part("a", Elsewhere(), 2), Part("b", SparseWords(), 2)), checks=(Check("c", Elsewhere()),))
    assert whole.lineage(Member(Seed.of(3))) == ("Elsewhere of 3",) * 2
