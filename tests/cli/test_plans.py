"""What a plan says of operations and time is what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tropism.core.member import Seed, members_of
from tropism.core.sweep import Study, Sweep
from tropism.planning import Line, flops_of_step, plan, total
from tropism.studies import load
from tropism.subjects.superposition.table_one import sweeps_of


def planned(*sweeps: Sweep) -> Study:
    whole = load("isolated")
    return Study("planned", "", "", "", sweeps, whole.measure, whole.draw, whole.claims)


def test_a_step_has_the_operations_that_its_matrices_need_and_few_more():
    (row,) = sweeps_of("LR1")
    per_example = flops_of_step(row.experiment, members_of((Seed.of(0),))[0]) / row.experiment.batch_size
    # 6 for each weight, without the gradient with respect to the inputs: 3.4e6, as the spec of the subject counts.
    needed = 6 * (64 * 1024 + 1024 * 512) - 2 * 64 * 1024
    assert needed == pytest.approx(3.4e6, rel=0.01)
    assert needed < per_example < 1.1 * needed


def test_times_are_those_that_were_measured():
    (row,) = sweeps_of("LR1")
    (line,) = plan(planned(row), None, processes=1)
    assert line.networks == 6
    assert line.seconds / 6 == pytest.approx(19.5, rel=0.15)  # CPU seconds a run, compilation shared out
    assert line.flops == pytest.approx(6 * 4096 * 128 * 3.59e6, rel=0.05)
    (colors,) = plan(load("isolated"), None, processes=2)
    assert 3 < colors.seconds < 8  # 60 seeds in about 5 seconds


@pytest.fixture(scope="module")
def widths() -> list[Line]:
    """The plan of eight widths, and of eight more that are like them."""
    more = tuple(replace(sweep, name=f"{sweep.name}-too") for sweep in sweeps_of("K0"))
    return plan(planned(*sweeps_of("K1"), *more), None, processes=2)


def test_sweeps_side_by_side_keep_all_processes_busy(widths):
    both = total(widths, 2)
    assert both.networks == sum(line.networks for line in widths) == 16
    assert both.flops == sum(line.flops for line in widths)
    assert max(line.seconds for line in widths) <= both.seconds < sum(line.seconds for line in widths)


def test_a_hundred_programs_are_not_all_traced(widths):
    assert [bool(line.note) for line in widths] == [False] * 8 + [True] * 8
    for traced, estimated in zip(widths[2:8], widths[10:16], strict=True):
        assert estimated.flops == pytest.approx(traced.flops, rel=0.5)


def test_sweeps_whose_steps_are_alike_are_traced_once():
    made = sweeps_of("K1")[0].experiment
    known = [Sweep(str(seed), made, (seed,)) for seed in range(12)]
    assert not any(line.note for line in plan(planned(*known), None, processes=1))
