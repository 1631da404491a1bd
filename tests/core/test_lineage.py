"""Who a network is does not depend on its company: not its key, not what it becomes, not in a second stage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
import pytest

from tropism import train
from tropism.core import Experiment, From, Regularizer
from tropism.core.optimizer import Adam
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors
from tropism.surgery import ablate, erase
from tropism.values import Value, key_of

PLAIN = Experiment(
    task=Colors(levels=3, validation="none"),
    network=Autoencoder(latent=2, hidden=4),
    optimizer=Adam(lr=0.01),
    steps=6,
    batch_size=8,
)


@dataclass(frozen=True, kw_only=True)
class Undefined(Regularizer):
    """A price that is not finite anywhere."""

    def cost(self, value):
        return jnp.log(-1.0 - (value * value).sum(-1))


@dataclass(frozen=True, kw_only=True)
class Norm(Regularizer):
    """The squared length."""

    def cost(self, value):
        return (value * value).sum(-1)


def test_more_seeds_train_only_those_also_in_a_second_stage(tmp_path):
    def second(count):
        first = train(PLAIN, seeds=range(count), store=tmp_path)
        return train(replace(PLAIN, start=From(ablate(first, "latent", dims=(0,)))), seeds=range(count), store=tmp_path)

    few = second(2)
    many = second(3)
    assert many.member_keys[:2] == few.member_keys
    for path, item in few.params.items():
        np.testing.assert_array_equal(many.params[path][:2], item)


def test_a_second_stage_knows_what_was_done_to_each_of_its_own_networks():
    first = train(PLAIN, seeds=range(2))
    directions = np.array([[1.0, 0.0], [0.0, 1.0]])
    starts = (first, ablate(first, "latent", dims=(0,)), erase(first, "latent", directions=directions))
    keys = [train(replace(PLAIN, start=From(start)), seeds=range(2)).member_keys for start in starts]
    assert len({key for pair in keys for key in pair}) == 6
    alone = erase(first.select([1]), "latent", directions=directions[1:])
    assert train(replace(PLAIN, start=From(alone)), seeds=[1]).member_keys == (keys[2][1],)


def test_a_second_stage_begins_setting_by_setting_and_may_have_dials_of_its_own():
    def rates(*rates):
        return [(("optimizer.lr", rate),) for rate in rates]

    first = train(PLAIN, seeds=range(2), settings=rates(0.01, 0.02))
    ends = replace(PLAIN, steps=1, start=From(first), terms=(Norm(name="size", site="latent", weight=0.0),))
    wanted = [(("optimizer.lr", 0.02), ("size", weight)) for weight in (0.0, 1.0)]
    second = train(ends, seeds=range(2), settings=wanted)
    alone = train(replace(ends, start=From(first.select([2, 3]))), seeds=range(2), settings=wanted)
    assert second.member_keys == alone.member_keys
    for path, item in alone.params.items():
        np.testing.assert_array_equal(second.params[path], item)
    with pytest.raises(DoesNotFit, match="not one whose dials the member shares"):
        train(ends, seeds=[0], settings=rates(0.03))


def test_a_member_that_does_not_pay_a_term_is_the_same_beside_one_that_does():
    priced = replace(PLAIN, terms=(Undefined(name="bad", site="latent", weight=0.0),))
    alone = train(priced, seeds=[0], settings=[(("bad", 0.0),)])
    both = train(priced, seeds=[0], settings=[(("bad", 0.1),), (("bad", 0.0),)])
    assert alone.status.diverged_at.tolist() == [-1]
    assert both.status.diverged_at.tolist() == [0, -1]
    assert both.member_keys[1] == alone.member_keys[0]


@pytest.mark.parametrize("settings", [[(("lr", -1.0),)], [(("lr", 0.1),), (("optimizer.lr", 0.1),)], [(("lr", "x"),)]])
def test_a_setting_is_held_to_the_same_bounds_as_a_constant(settings):
    with pytest.raises((BadValue, DoesNotFit)):
        train(PLAIN, seeds=[0], settings=settings)


def test_what_says_the_same_has_one_key():
    @dataclass(frozen=True)
    class Weights(Value):
        numbers: tuple[float, ...]

    assert key_of(Weights((1, 2))) == key_of(Weights((1.0, 2.0)))
    assert key_of(Weights((0.0,))) == key_of(Weights((-0.0,)))
    assert replace(PLAIN, snapshots=(3, 5, 3)).key() == replace(PLAIN, snapshots=(5, 3)).key()


def test_two_plug_ins_of_one_name_and_other_code_have_two_keys(tmp_path):
    from tropism.plugins import load_plugin

    text = """from dataclasses import dataclass
from tropism.values import Value

@dataclass(frozen=True)
class Mine(Value):
    power: int = 2

    def __call__(self, number):
        return number ** self.power{}
"""
    keys = []
    for folder, more in (("a", ""), ("b", " + 1"), ("c", "")):
        path = tmp_path / folder / "mine.py"
        path.parent.mkdir()
        path.write_text(text.format(more))
        keys.append(load_plugin(path).Mine().key())
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]


def test_an_array_in_a_value_cannot_be_changed_from_outside():
    @dataclass(frozen=True, eq=False)
    class Held(Value):
        numbers: np.ndarray

    numbers = np.ones(3)
    held = Held(numbers)
    before = held.key()
    numbers[0] = 5
    assert held.key() == before
    with pytest.raises(ValueError, match="read-only"):
        held.numbers[0] = 5


def test_a_mutable_dataclass_is_no_value():
    @dataclass
    class Loose:
        number: int = 0

    @dataclass(frozen=True)
    class Holder(Value):
        inner: object

    with pytest.raises(BadValue, match="frozen dataclass"):
        Holder(Loose())
