"""Table 1's rows: what they train, and that a shorter run decays as much."""

import numpy as np
import pytest

from tropism.errors import UnknownName
from tropism.subjects.superposition.table_one import ROWS, SCALES, sweeps_of
from tropism.training.tables import Tables
from tropism.values import describe, rebuild


def networks(name, scale="laptop"):
    return [
        (sweep.experiment, member) for sweep in sweeps_of(name, scale) for member in sweep.members(sweep.experiment)
    ]


def test_one_seed_of_the_whole_table_is_206_networks():
    # Source: six rates in six rows, eleven offsets or densities in nine, 33 in G3, eight widths in three, seven powers
    # in two.
    counts = {name: len(networks(name)) for name in ROWS}
    assert sum(counts.values()) == 206
    assert (counts["LR1"], counts["B3"], counts["G3"], counts["K1"], counts["D1"]) == (6, 11, 33, 8, 7)


def test_the_paper_scale_has_the_papers_batches():
    batches = {name: {each.batch_size for each, _ in networks(name, "paper")} for name in ("LR1", "LR5", "K1")}
    assert batches == {"LR1": {2**13}, "LR5": {2**12}, "K1": {2**number for number in range(12, 20)}}
    assert {experiment.length for experiment, _ in networks("LR1", "paper")} == {2**17}


def test_a_row_says_what_the_table_says():
    (experiment, member), *_ = networks("LR4")
    assert (experiment.task.spread, experiment.task.density, experiment.network.hidden) == ("power-law", 1 / 64, 1024)
    assert (experiment.network.offset, dict(member.dials)) == (-1.0, {"optimizer.lr": 0.001})
    assert [experiment.network.hidden for experiment, _ in networks("K2")] == [2**number for number in range(4, 12)]
    assert networks("RG1")[0][1].dials == (("l1.weight", 0.1),)
    assert {experiment.task.aim for experiment, _ in networks("RP1")} == {"re-projector"}
    assert {len(member.dials) for _, member in networks("G3")} == {2}
    assert networks("LR1")[0][0].snapshots == tuple(2**number for number in range(12))


@pytest.mark.parametrize(("name", "row"), [("LR3", 3), ("D1", 2), ("E1", 0)])
def test_a_short_run_decays_as_much_as_the_papers(name, row):
    left = {}
    for scale in ("laptop", "paper"):
        experiment, member = networks(name, scale)[row]
        numbers = dict(zip(experiment.dials(), Tables.of(experiment, (member,)).numbers[0, 0], strict=True))
        left[scale] = (SCALES[scale].steps / 2) * np.log1p(-numbers["optimizer.decay.rate"] * numbers["optimizer.lr"])
    np.testing.assert_allclose(left["laptop"], left["paper"], rtol=0.02)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_fits_and_comes_back_from_its_description(name):
    for sweep in sweeps_of(name):
        assert rebuild(describe(sweep.experiment)) == sweep.experiment


def test_a_row_that_is_not_there_is_named():
    with pytest.raises(UnknownName, match="LR3"):
        sweeps_of("LR33")
    with pytest.raises(UnknownName, match="laptop"):
        sweeps_of("LR3", "labtop")
