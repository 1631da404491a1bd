"""Which sweeps of a study are trained side by side, and which wait."""

import pytest

from probe import words
from tropism.core import Claim
from tropism.core.sweep import Study, Sweep
from tropism.errors import DoesNotFit
from tropism.planning import stages


def later(before):
    return words()


def sweep(name, experiment=None, after=None):
    return Sweep(name, experiment or words(), (0,), after=after)


def named(*sweeps):
    return [[each.name for each in stage] for stage in stages(sweeps)]


def test_a_sweep_that_starts_from_others_waits_for_all_before_it_unless_it_says_for_whom():
    plain = [sweep("a"), sweep("b"), sweep("c", later), sweep("d", later), sweep("e")]
    assert named(*plain) == [["a", "b"], ["c"], ["d"], ["e"]]
    told = [sweep("a"), sweep("b"), sweep("c", later, ("a",)), sweep("d", later, ("b",)), sweep("e", later, ("c",))]
    assert named(*told) == [["a", "b"], ["c", "d"], ["e"]]
    assert named(sweep("a"), sweep("b", later, ()), sweep("c", later, ("a", "b"))) == [["a", "b"], ["c"]]


def test_a_sweep_cannot_come_after_one_that_is_not_there():
    claim = Claim("There are some.", table="all", statistic="mean", column="seed", above=0)
    with pytest.raises(DoesNotFit, match="'later', which does not stand before it"):
        Study("x", "X", "?", "here", (sweep("a", later, ("later",)), sweep("later")), dict, list, (claim,))
