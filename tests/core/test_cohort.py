"""Networks of several experiments, trained on as one."""

from dataclasses import replace

import numpy as np
import pytest

from probe import Readout, SparseWords
from tropism import train
from tropism.core import Adam, Experiment, From
from tropism.core.cohort import gathered
from tropism.core.lineage import member_keys
from tropism.core.sweep import members_in
from tropism.errors import DoesNotFit
from tropism.surgery import ablate

NETWORK = Readout(inputs=6, hidden=8, outputs=12)


def design(density, *, lr=1e-2, steps=5, **more):
    task = SparseWords(density=density)
    return Experiment(task=task, network=NETWORK, steps=steps, batch_size=8, optimizer=Adam(lr=lr), **more)


@pytest.fixture(scope="module")
def dense():
    return train(design(0.5), [0, 1])


@pytest.fixture(scope="module")
def rare():
    return train(design(0.1), [0, 1])


def onwards(source, **more):
    return design(0.3, start=From(source, each=True), **more)


def test_each_network_goes_on_from_where_it_was(dense, rare):
    cohort = gathered([dense, rare])
    later = train(onwards(cohort, lr=0.0, steps=1), range(8))
    assert [member.seed.init for member in later.members] == [0, 1, 0, 1]
    for path in ("into", "out", "bias"):
        np.testing.assert_array_equal(later.params[path], np.concatenate([dense.params[path], rare.params[path]]))


def test_what_becomes_of_a_network_does_not_depend_on_its_company(dense, rare):
    both, alone = gathered([rare, dense]), gathered([dense])
    one, other = onwards(both), onwards(alone)
    assert one.key() == other.key()
    keys = [member_keys(each, members_in(each, (), ((),))) for each in (one, other)]
    assert set(keys[1]) < set(keys[0])
    together, apart = train(one, ()), train(other, ())
    for row, key in enumerate(apart.member_keys):
        same = together.member_keys.index(key)
        for path in apart.params:
            np.testing.assert_allclose(together.params[path][same], apart.params[path][row], rtol=1e-4, atol=1e-6)


def test_only_networks_of_the_seeds_asked_for_go_on(dense, rare):
    cohort = gathered([dense, rare])
    later = train(onwards(cohort, steps=1), [1])
    assert [member.seed.init for member in later.members] == [1, 1]
    with pytest.raises(DoesNotFit, match="none of the 4 networks"):
        train(onwards(cohort, steps=1), [7])


def test_surgery_is_part_of_who_a_network_is(dense):
    cut = ablate(dense, "hidden", dims=(0, 1))
    cohort = gathered([dense, cut])
    assert len(set(cohort.member_keys)) == 4
    later = train(onwards(cohort, lr=0.0, steps=1), ())
    np.testing.assert_array_equal(later.params["out"][2:], cut.params["out"])


def test_trained_networks_of_a_cohort_are_stored_and_found_again(dense, rare, tmp_path):
    cohort = gathered([dense, rare])
    first = train(onwards(cohort), (), store=tmp_path)
    more = train(onwards(gathered([rare])), (), store=tmp_path, on_progress=lambda report: pytest.fail("trained again"))
    np.testing.assert_array_equal(more.params["out"], first.params["out"][2:])


def test_what_cannot_be_gathered_is_refused(dense, rare):
    wide = train(replace(design(0.5), network=replace(NETWORK, hidden=9)), [0])
    with pytest.raises(DoesNotFit, match="different networks"):
        gathered([dense, wide])
    with pytest.raises(DoesNotFit, match="comes twice"):
        gathered([dense, dense])
    with pytest.raises(DoesNotFit, match="leave one of the two out"):
        From(dense, member=0, each=True)
