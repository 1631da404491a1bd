"""Fields that a class came to have later: what was stored before them is still found."""

from dataclasses import dataclass

from tropism.core import Adam, Pace
from tropism.values import Value, describe, later, rebuild


@dataclass(frozen=True)
class Half(Pace):
    """Half the rate."""

    def factor(self, step, length):
        return 0.5


@dataclass(frozen=True)
class Grown(Value):
    """A class with one field more than it used to have."""

    old: int = 1
    new: tuple[int, ...] = later((1, 2))


def test_at_its_default_a_later_field_is_no_part_of_the_key():
    assert set(describe(Grown())) >= {"old"}
    assert "new" not in describe(Grown())
    assert describe(Grown(new=(1,)))["new"] == [1]
    assert Grown(new=(1, 2)).key() == Grown().key() != Grown(new=(1,)).key()


def test_an_optimizer_without_a_pace_keeps_the_key_that_it_had_before_there_were_any():
    # Read off a store that was made before paces were.
    told = describe(Adam(lr=0.01))
    assert set(told) == {"is", "v", "lr", "b1", "b2", "eps"}
    assert rebuild(told) == Adam(lr=0.01)
    assert Adam(lr=0.01, pace=Half()).key() != Adam(lr=0.01).key()
