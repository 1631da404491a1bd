"""A price of nothing and a decay of nothing change no bit of what is trained."""

from dataclasses import replace

import numpy as np

from tropism.core.member import Member, Seed
from tropism.running import train_members
from tropism.studies._sparse_runs import sparse_features


def test_a_price_of_nothing_and_a_decay_of_nothing_change_nothing():
    whole = sparse_features(features=12, width=4, hidden=16, batch=4, steps=4)
    bare = replace(whole, terms=(), optimizer=replace(whole.optimizer, aftermath=()))
    one, other = (train_members(each, [Member(Seed.of(0))]).params for each in (whole, bare))
    for path, item in one.items():
        np.testing.assert_array_equal(item, other[path])
