"""The study of circuits: solutions that were written down are right, and the measure tells them apart."""

from dataclasses import replace

import jax
import numpy as np
import polars as pl
import pytest

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.lineage import member_keys
from tropism.core.member import members_of
from tropism.networks import Dense
from tropism.studies import _circuits_figures as circuits_figures
from tropism.studies import _circuits_forming as forming
from tropism.studies import _circuits_moduli as moduli
from tropism.studies import load
from tropism.studies._circuits_claims import CLAIMS
from tropism.studies._circuits_sharing import pairs_of, prices, sharing
from tropism.studies._circuits_solutions import LIST, SOLUTIONS, answers, needed, neurons_of, parameters_of, written
from tropism.studies._circuits_words import COLUMNS
from tropism.subjects.generalization.tasks import ModularSums

FEW = moduli.FEW


@pytest.fixture(scope="module")
def asked():
    return pairs_of(FEW)


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_a_solution_that_was_written_down_is_right_on_every_sum(solution):
    every = ModularSums(moduli=moduli.MANY).listed()
    params = written(solution, moduli.MANY, 96)
    assert (answers(params, every.inputs).argmax(axis=1) == every.right).all()


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_a_solution_uses_no_more_neurons_than_are_counted(solution):
    params = written(solution, FEW, 32)
    used = [int((params[f"hidden.{layer}.weight"] != 0).any(axis=1).sum()) for layer in (0, 1)]
    assert tuple(used) == neurons_of(solution, len(FEW))


def test_parameters_are_those_of_a_dense_network():
    network = Dense(inputs=18, outputs=40, hidden=(5, 3))
    built = jax.eval_shape(network.build, jax.random.key(0))
    assert parameters_of(5, 3) == sum(item.size for item in jax.tree.leaves(built))


def test_what_has_no_room_has_no_part():
    rows = {row["solution"]: row for row in needed((32, 128), 30, 13_538).iter_rows(named=True)}
    assert rows["one each"]["of_32"] is None
    assert 0 < rows["one each"]["of_128"] < 1
    assert rows["one for all"]["of_32"] == pytest.approx(206 / parameters_of(32, 32))
    assert rows[LIST]["of_128"] is None


@pytest.mark.parametrize(("solution", "shared"), [("one for all", 1.0), ("one each", 0.0)])
def test_the_measure_tells_one_circuit_from_many(solution, shared, asked):
    params = written(solution, FEW, 24)
    found = sharing(params, prices(params, asked[0]), asked[1])
    assert found.before.min() == 1.0
    assert np.nanmean(found.shared()) == pytest.approx(shared, abs=0.15)  # neurons by lot may hit one of few


def test_neurons_beside_a_circuit_do_not_change_what_is_shared(asked):
    params = written("one each", FEW, 48)
    noisy = params | {"hidden.0.bias": np.where(np.arange(48) < 18, params["hidden.0.bias"], 1.0)}
    first, second = (sharing(each, prices(each, asked[0]), asked[1]) for each in (params, noisy))
    np.testing.assert_allclose(first.shared(), second.shared(), atol=1e-6)


def test_moduli_that_need_the_same_neurons_overlap_wholly(asked):
    params = written("one for all", FEW, 24)
    found = sharing(params, prices(params, asked[0]), asked[1], layers=(1,))
    overlap, by_lot = found.overlap()
    assert overlap == 1.0
    assert by_lot == pytest.approx(1 / 47)


def test_pairs_to_rank_by_are_none_of_those_that_are_asked(asked):
    ranked, others = ({tuple(row) for row in each.inputs} for each in asked)
    assert not ranked & others


def test_ranks_that_go_together_correlate_wholly():
    rows = np.column_stack([np.arange(8.0), np.arange(8.0) ** 3])
    estimate, low, high = moduli.rank_correlation(rows, draws=200)
    assert estimate == pytest.approx(1)
    assert low == pytest.approx(1)
    assert high == pytest.approx(1)
    assert np.isnan(moduli.rank_correlation(rows[:3])).all()


def test_half_the_way_is_found_between_looks():
    steps, values = np.array([0, 10, 20]), np.array([0.0, 1.0, 4.0])
    assert forming._half_way(steps, values, start=0) == pytest.approx(10 + 10 / 3)


def test_what_comes_first_is_read_off_the_curves():
    steps = [0, 100, 200, 300]
    parts = pl.DataFrame(
        {"member": [0] * 4, "step": steps, "held": [3.0, 9.0, 8.0, 0.0], "excluded": [3.0, 0.0, 2.0, 2.0],
         "key": [0.0, 0.0, 1.0, 1.0]}
    )  # fmt: skip
    wandered = pl.DataFrame(
        {"member": [0, 0], "step": [100, 300], "right_seen": [1.0, 1.0], "right_held": [0.0, 1.0],
         "coefficient": [10.0, 1.0], "num_parameters": [100, 100], "warning": ["", "drift"]}
    )  # fmt: skip
    found = forming.order(parts, wandered).row(0, named=True)
    assert found["excluded_rises"] == 150
    assert found["key_rises"] == 150
    assert found["held_falls"] == pytest.approx(200 + 100 * 3.5 / 8)
    assert found["fell"] == pytest.approx(0.1)
    assert found["of_half"] == pytest.approx(0.02)
    assert found["warned"] == "none / drift"


def test_where_lines_halve_and_how_they_bend_is_read_off_the_table():
    lines = pl.DataFrame({"width": [32] * 3, "neurons": [1, 2, 4], "own": [0.9, 0.4, 0.1], "others": [1.0, 0.9, 0.49],
                          "lot": [1.0, 0.9, 0.8]})  # fmt: skip
    assert circuits_figures._halved(lines) == (
        "width 32: the modulus itself (2), other moduli (4), neurons by lot instead (none)"
    )
    bent = pl.DataFrame({"step": [0, 10, 20, 30], "loss": [3.0, 9.0, 0.5, 1.0], "none": [None] * 4})
    assert circuits_figures._bends(bent, {"loss": "losses", "none": "nothing"}) == (
        "losses (first 3.00 at step 0, most 9.00 at step 10, least 0.50 at step 20, last 1.00 at step 30); "
        "nothing (no finite value)"
    )


def test_every_sweep_has_a_name_of_its_own_and_three_seeds():
    sweeps = load("circuits").sweeps
    assert len({sweep.name for sweep in sweeps}) == len(sweeps)
    assert {sweep.seeds for sweep in sweeps} == {(0, 1, 2)}


def test_the_most_and_the_fewest_moduli_can_be_asked():
    for count, chosen in moduli.ASKED.items():
        trained = moduli.Arm(64, moduli=count).task(0.0, 1.0).moduli
        assert set(chosen) <= set(trained)
        assert min(chosen) ** 2 >= 180


def test_claims_name_columns_that_are_explained():
    named = {claim.column for claim in CLAIMS if isinstance(claim.column, str)}
    plain = {name.split(".")[-1] for name in COLUMNS}
    assert named <= plain


def test_networks_that_know_nothing_are_listed_and_not_asked_what_they_share():
    arm = replace(moduli.Arm(64, moduli=6), swept=False)
    experiment, solved = arm.experiment(), written("one for all", FEW, 64)
    members = members_of((0, 1))
    looks = {f"accuracy_{name}": np.array([[1.0], [0.1]]) for name in ("seen", "unseen", "new", "wrapped")}
    made = Ensemble(
        experiment=experiment,
        members=members,
        params={path: np.stack([item, 0 * item]) for path, item in solved.items()},
        history=History(np.zeros(0, int), {}, np.array([arm.steps]), looks, {}),
        status=Status(np.array([-1, -1]), np.array([-1, -1]), ("", "")),
        member_keys=tuple(member_keys(experiment, members)),
    )
    rows, lines, alike = moduli._networks(arm, made)
    assert rows["shared"].is_null().to_list() == [False, True]
    assert rows["shared"][0] > 0.9
    assert rows["beyond"][0] > 0
    assert lines["member"].unique().to_list() == alike["member"].unique().to_list() == [0]
