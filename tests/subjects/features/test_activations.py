"""Activations as examples: each dictionary reads the network that it names, whoever else is read beside it."""

import dataclasses

import numpy as np
import pytest

from tropism import Experiment, train
from tropism.core import Adam, Seed
from tropism.core.lineage import member_keys
from tropism.core.member import members_of
from tropism.dictionaries import TopKCode
from tropism.errors import BadValue, DoesNotFit, Missing, UnknownName
from tropism.measures import fresh_examples, validation_examples
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors
from tropism.subjects.features import Activations, Population, Recorded, Watched
from tropism.subjects.features import KnownFeatures as Known
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.scores import known_scores, learned
from tropism.subjects.features.tasks.activations import activations_of
from tropism.subjects.features.truth import truth_of
from tropism.values import describe, rebuild


@pytest.fixture(scope="module")
def source():
    return train(
        Experiment(task=Colors(levels=4), network=Autoencoder(latent=4), optimizer=Adam(lr=0.01), steps=5),
        seeds=(0, 1, 2),
    )


def reading(source, **words) -> Activations:
    return Activations(source=Watched(source, "latent", count=300, held_out=20, **words))


def of_world(world: int, seed: int = 7) -> Seed:
    return Seed.of(seed, world=world)


@pytest.fixture(scope="module")
def grown(source):
    seeds = (of_world(2), of_world(0), of_world(2, seed=8))
    return train(dictionary(reading(source), 8, steps=20, batch_size=16), seeds=seeds)


def test_each_member_reads_the_network_with_its_own_world(source):
    task = reading(source, member=None)
    for row in range(3):
        (member,) = members_of([of_world(row)])
        told = activations_of(task, member)
        inputs = fresh_examples(source, row, 300, purpose="watched")
        heard = source.select([row]).listen(inputs, ("latent",))[1]["latent"][0]
        np.testing.assert_allclose(told.shown * told.scale + told.mean, heard, atol=1e-5)


def test_what_is_read_is_standardized_by_what_is_trained_on_alone(source):
    (member,) = members_of([of_world(1)])
    told = activations_of(reading(source), member)
    np.testing.assert_allclose(told.shown.mean(axis=0), 0, atol=1e-5)
    assert np.square(told.shown).mean() == pytest.approx(1, abs=1e-5)
    raw = activations_of(dataclasses.replace(reading(source), scaling="none"), member)
    np.testing.assert_allclose((raw.held - told.mean) / told.scale, told.held, atol=1e-5)
    assert not np.allclose(raw.shown.mean(axis=0), 0, atol=1e-3)


def test_who_else_is_read_changes_neither_a_member_nor_its_key(source, grown):
    fewer = dictionary(reading(source.select([2])), 8, steps=20, batch_size=16)
    alone = train(fewer, seeds=[of_world(2)])
    assert alone.member_keys[0] == grown.member_keys[0]
    np.testing.assert_allclose(alone.params["output.weight"][0], grown.params["output.weight"][0], atol=1e-5)


def test_another_network_or_an_edited_one_is_another_key(source, grown):
    assert len(set(grown.member_keys)) == 3
    turned = dataclasses.replace(source, step=3)
    (member,) = members_of([of_world(2)])
    assert member_keys(dictionary(reading(turned), 8, steps=20, batch_size=16), [member])[0] != grown.member_keys[0]


def test_all_may_read_one_network(source):
    task = reading(source, member=1)
    shared = [activations_of(task, member).shown for member in members_of([5, 6])]
    np.testing.assert_array_equal(*shared)
    (member,) = members_of([of_world(1)])
    np.testing.assert_array_equal(shared[0], activations_of(reading(source), member).shown)


def test_a_description_can_be_read_back_and_says_what_it_lacks(source):
    experiment = dictionary(reading(source), 8, steps=20)
    again = rebuild(describe(experiment))
    assert again.key() == experiment.key()
    with pytest.raises(Missing, match="not at hand"):
        again.task.table()


def test_a_seed_that_names_no_network_is_refused_before_training(source):
    with pytest.raises(DoesNotFit, match=r"Seed\.of"):
        train(dictionary(reading(source), 8, steps=2), seeds=[9])


def test_what_cannot_be_read_is_refused_when_it_is_said(source):
    with pytest.raises(UnknownName, match="latent"):
        Watched(source, "latnt")
    with pytest.raises(BadValue, match="row"):
        Watched(source, "latent", member=3)
    with pytest.raises(DoesNotFit, match="positions"):
        Watched(source, "latent", positions=(0,))
    with pytest.raises(DoesNotFit, match="select one setting"):
        Watched(source.select([0, 0]), "latent")
    with pytest.raises(UnknownName, match="scaling"):
        Activations(source=Watched(source, "latent"), scaling="columns")
    failed = dataclasses.replace(source.status, diverged_at=np.array([-1, 3, -1]))
    with pytest.raises(DoesNotFit, match="seed 1 diverged"):
        reading(dataclasses.replace(source, status=failed)).table()


def test_fresh_examples_are_the_members_own_and_none_of_validation(source):
    one, more = (fresh_examples(source, 0, count) for count in (10, 2100))
    np.testing.assert_array_equal(one, more[:10])
    assert not np.array_equal(one, fresh_examples(source, 0, 10, purpose="other"))
    assert not np.array_equal(one, fresh_examples(source, 1, 10))
    assert validation_examples(source, 0).shape[1:] == one.shape[1:]


def test_activations_from_elsewhere_become_rows_and_are_known_by_their_numbers():
    numbers = np.arange(60, dtype=np.float64).reshape(5, 4, 3) ** 1.5
    source = Recorded.of(numbers, share=0.25)
    rows = source.rows()
    np.testing.assert_array_equal(np.concatenate([rows.shown[0], rows.held[0]]), numbers.reshape(20, 3).astype("f4"))
    assert rows.held.shape == (1, 5, 3)
    assert source == Recorded.of(numbers.astype("f4"), share=0.25) != Recorded.of(numbers + 1, share=0.25)
    again = rebuild(describe(source))
    assert again.key() == source.key()
    with pytest.raises(Missing, match=r"Recorded\.of"):
        again.rows()


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((5,)), "rows of numbers"),
        (np.zeros((1, 3)), "at least two"),
        (np.full((5, 3), np.nan), "5 rows with NaN"),
        (["a", "b"], "array of numbers"),
    ],
)
def test_what_is_no_table_of_activations_is_refused(array, said):
    with pytest.raises(BadValue, match=said):
        Recorded.of(array)


def test_a_dictionary_of_activations_from_elsewhere_finds_their_directions():
    random = np.random.default_rng(0)
    ways = np.eye(4, 6)[random.integers(4, size=3000)] * random.uniform(0.5, 1, size=(3000, 1))
    task = Activations(source=Recorded.of(ways), scaling="none")
    grown = train(dictionary(task, 8, TopKCode(k=1), steps=300, batch_size=64, lr=0.02), seeds=(0,))
    found = learned(grown, 0, task.source.rows().held[0])
    # ours: .966 and more for five of six seeds; the sixth hides a direction in the offset
    assert (found.pruned().atoms.max(axis=0)[:4] > 0.95).all()


def test_a_dictionary_that_is_the_truth_scores_one_and_its_control_does_not():
    task = Known(width=4, populations=(Population(features=6),))
    grown = train(dictionary(task, 6, steps=1, batch_size=8), seeds=(0, 1))
    rows = truth_of(grown).rows
    params = dict(grown.params) | {"output.weight": rows.swapaxes(1, 2), "encoder.weight": rows}
    params["output.bias"] = np.zeros_like(params["output.bias"])
    table = known_scores(dataclasses.replace(grown, params=params), examples=500, active=3, coded=100)
    np.testing.assert_allclose(table["matched"], 1, atol=1e-5)
    np.testing.assert_allclose(table["recall"], 1)
    assert (table["matched_chance"] < 0.95).all()
    np.testing.assert_array_equal(table["f1_omp"], table["f1_oracle"])


class Tensor:
    """What stands for a tensor of torch: on a device, with a history, in a type that NumPy has not."""

    dtype = "torch.bfloat16"

    def __init__(self, numbers, *, told=()):
        self.numbers, self.told = numbers, told

    def detach(self):
        return Tensor(self.numbers, told=(*self.told, "detached"))

    def cpu(self):
        return Tensor(self.numbers, told=(*self.told, "here"))

    def float(self):
        assert self.told == ("detached", "here")
        return self.numbers


def test_a_tensor_is_fetched_from_its_device_and_its_half_numbers_are_made_whole():
    numbers = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    assert Recorded.of(Tensor(numbers)) == Recorded.of(numbers)
