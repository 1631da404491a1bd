"""A column of the table: every row's networks are found, and judged by examples that nobody trained on."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tropism.arrays.streams import stream
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import EmbeddedSum
from tropism.optimizers import SGD, AdamW
from tropism.planning import stages
from tropism.running import train_members
from tropism.subjects.generalization.examiner.attacks import KNOWS, Attack, attacks_on
from tropism.subjects.generalization.examiner.cells import Column, Row
from tropism.subjects.generalization.examiner.damage import damaged
from tropism.subjects.generalization.examiner.inside import behind_gates, readable
from tropism.subjects.generalization.examiner.planted import MadeAlike, Planted, Still
from tropism.subjects.generalization.examiner.scores import curves, latent_scores, outcomes
from tropism.subjects.generalization.examiner.verdicts import FINDINGS, cells, evidence, judged
from tropism.subjects.generalization.groups import Symmetric
from tropism.subjects.generalization.pairs import TaskPair
from tropism.subjects.generalization.pairs.pair import Piece
from tropism.subjects.generalization.tasks import Composition
from tropism.techniques import Continued, Penalized, RandomLabels, Undone

S4 = Symmetric(4)
ODD = tuple(range(12, 24))
SEEDS = (0, 3)


def outside(*operands):
    return Composition(group=S4, within=("A4",), outside=True, operands=operands)


PAIR = TaskPair(
    name="small",
    title="A4 → S4",
    x=Composition(group=S4, within=("A4",)),
    y=outside(),
    network=EmbeddedSum(tokens=24, outputs=24, embedding=32, hidden=16),
    optimizer=AdamW(lr=1e-2),
    steps=40,
    counts=(32, 64),
    floor=1 / 12,
    cuts_x=(0.6, 0.8),
    apart=(outside(*ODD[:6]), outside(*ODD[6:])),
    parts=(Piece(name="last layer", trainable=("output.*",)),),
)
ROWS = (
    Row("still", Still(steps=2)),
    Row("alike", Planted(change=MadeAlike(tokens=ODD))),
    Row("no mechanism", Penalized()),
)
LAST = Attack(name="last", steps=4, trainable=("output.*",), rates=(1.0, 30.0), optimizer=SGD(lr=0.1))


@pytest.fixture(scope="module")
def column():
    return replace(Column.of(PAIR, ROWS, SEEDS), attacks=(LAST,))


@pytest.fixture(scope="module")
def trained(column):
    """Everything that the column trains, in the order in which a study would."""
    ensembles = {}
    for together in stages(column.sweeps()):
        for sweep in together:
            experiment = sweep.resolved(ensembles)
            ensembles[sweep.name] = train_members(experiment, sweep.members(experiment))
    return ensembles


def same(one, other):
    return all(np.array_equal(one.params[path], other.params[path]) for path in one.params)


def test_a_technique_that_does_not_apply_is_left_out(column):
    assert column.names() == ("base", "fresh", "still", "alike")


def test_every_row_s_networks_are_found(column, trained):
    base, fresh, still, alike = (column.outcome(name, trained) for name in column.names())
    assert all([member.seed.init for member in each.members] == [*SEEDS] for each in (base, fresh, still, alike))
    assert base is trained["small.base"]
    assert fresh is trained["small.fresh"]
    assert still is trained["small.still.train"]
    assert same(base, still)
    assert same(alike, MadeAlike(tokens=ODD)(base))
    assert not same(alike, base)
    assert not same(fresh, base)


def test_rows_that_only_change_networks_train_nothing(column):
    names = [sweep.name for sweep in column.sweeps()]
    assert names == ["small.base", "small.fresh", "small.still.train", "small.attack.last"]


def test_an_attack_goes_on_from_each_row_at_each_of_its_rates(column, trained):
    attacked = column.attacked(LAST, trained)
    outcomes_of = [column.outcome(name, trained) for name in column.names()]
    begun = [each.row_key(row) for _ in LAST.rates for each in outcomes_of for row in range(len(each))]
    assert [member.origin for member in attacked.members] == begun
    np.testing.assert_allclose(
        [dict(member.dials)["optimizer.lr"] for member in attacked.members], [0.1] * 8 + [3.0] * 8
    )


def test_an_attack_moves_what_it_may_and_nothing_else(column, trained):
    after, before = column.attacked(LAST, trained), column.cohort(trained)
    for path in before.params:
        for first in (0, 8):
            moved = np.asarray(after.params[path][first : first + 8] != before.params[path])
            rows = moved.reshape(8, -1).any(1)
            assert rows.all() if path.startswith("output.") else not rows.any()


def test_curves_name_the_network_that_they_are_of(column, trained):
    """The law of their order: before an attack's first step each network answers as it does by its own name."""
    told, seen = outcomes(column, trained), curves(column, trained)
    assert seen.height == 8 * 2 * 3  # at steps 0, 3 and 4, at two rates
    first = seen.filter(pl.col("step") == 0).join(told, on=["row", "seed"], suffix="_told")
    assert first.height == 8 * 2
    np.testing.assert_allclose(first["accuracy_y"], first["accuracy_y_told"], atol=1e-6)
    np.testing.assert_allclose(first["accuracy_x"], first["accuracy_x_told"], atol=1e-6)
    assert told["accuracy_y"].n_unique() > 3  # or the order would not be seen
    last = seen.filter(pl.col("step") == 4)
    ends = np.concatenate([last.filter(pl.col("rate") == rate)["accuracy_x"].to_numpy() for rate in LAST.rates])
    np.testing.assert_allclose(ends, column.attacked(LAST, trained).history.validation["accuracy_x_test"][:, -1])


def test_untouched_networks_are_as_easy_to_attack_as_the_base(column, trained):
    found = latent_scores(curves(column, trained))
    still = found.filter(pl.col("row") == "still").drop_nulls()
    np.testing.assert_allclose(still["area"], still["base"], atol=1e-6)


def test_everything_asked_of_a_column_gives_a_row_a_network_and_a_verdict(column, trained):
    told, latent = outcomes(column, trained), latent_scores(curves(column, trained))
    read, gates, broken = (asked(column, trained) for asked in (readable, behind_gates, damaged))
    keys = told.select("row", "seed")
    assert gates.select("row", "seed").rows() == keys.rows()
    assert set(read["site"]) == {"hidden.pre", "hidden", "output"}
    for _, at_site in read.group_by("site", maintain_order=True):
        assert at_site.select("row", "seed").rows() == keys.rows()
    fresh = read.filter(pl.col("row") == "fresh")
    assert set(fresh["gap"]) == {0.0}
    assert read["selectivity"].is_finite().all()
    found = judged(evidence(told, latent, read, gates, PAIR.floor, broken), PAIR.least)
    assert found.select("row", "seed").rows() == keys.rows()
    assert set(found["verdict"]) <= set(FINDINGS)
    assert cells(found)["row"].to_list() == [*column.names()]
    # A silent layer answers one thing always, and each of 24 answers comes as often: .04, and the luck of a share.
    assert broken.filter(pl.col("damage") == "mean of hidden")["accuracy_y"].max() < 0.12


def pairs_of(task, seed):
    """The pairs of operands that a task shows in the world of a seed."""
    table = task.table()
    world = np.asarray(task.world(table, stream(seed, "world")))
    return {tuple(pair) for pair in np.asarray(table.inputs)[world].tolist()}


@pytest.mark.parametrize("seed", SEEDS)
def test_x_and_y_are_each_cut_into_parts_that_share_nothing_and_leave_nothing(seed):
    for parts, count in (
        ((PAIR.x_train(), PAIR.x_look(), PAIR.x_test()), 144),
        ((PAIR.y_technique(), PAIR.y_attack(), PAIR.y_test()), 432),
    ):
        sets = [pairs_of(part, seed) for part in parts]
        assert len(set().union(*sets)) == sum(map(len, sets)) == count


@pytest.mark.parametrize("attack", attacks_on(PAIR), ids=lambda attack: attack.name)
def test_no_attack_is_judged_by_examples_that_it_trains_on(attack, column, trained):
    task = attack.on(PAIR, column.outcome("base", trained)).task
    for check in task.checks:
        judging = pairs_of(check.task, 3)
        for part in task.parts:
            assert judging
            assert not pairs_of(part.task, 3) & judging


@pytest.mark.parametrize(
    "technique", [Continued(), RandomLabels(), Undone()], ids=lambda technique: type(technique).__name__
)
def test_no_technique_trains_on_what_judges_or_on_what_attackers_learn(technique, column):
    unseen = [pairs_of(task, 3) for task in (PAIR.x_test(), PAIR.y_test(), PAIR.y_attack())]
    parts = [
        part for stage in column.plan(Row("tried", technique)).stages if stage.experiment
        for part in stage.experiment.task.parts
    ]  # fmt: skip
    assert parts
    for part in parts:
        task = part.task
        while hasattr(task, "of"):
            task = task.of
        assert not any(pairs_of(task, 3) & each for each in unseen)


def test_the_base_knows_all_of_y_but_what_judges():
    x, y = (pairs_of(part.task, 3) for part in PAIR.base().task.parts)
    assert x == pairs_of(PAIR.x_train(), 3)
    assert y == pairs_of(PAIR.y_technique(), 3) | pairs_of(PAIR.y_attack(), 3)


def test_techniques_are_judged_on_the_way_by_what_the_outcome_is_judged_by(column, trained):
    told = outcomes(column, trained).filter(pl.col("row") == "still")
    seen = trained["small.still.train"].history.validation
    np.testing.assert_allclose(seen["accuracy_y_test"][:, -1], told["accuracy_y"], atol=1e-6)
    np.testing.assert_allclose(seen["accuracy_x_test"][:, -1], told["accuracy_x"], atol=1e-6)


def test_an_attacker_knows_what_its_name_says(column, trained):
    base = column.outcome("base", trained)
    names = {knows: [part.name for part in Attack(name="a", knows=knows).on(PAIR, base).task.parts] for knows in KNOWS}
    assert names == {
        "x and y": ["x", "y"], "y": ["y"], "x": ["x"], "apart": ["x", "y"], "apart without x": ["y"],
    }  # fmt: skip
    counts = {Attack(name="a", knows=knows).on(PAIR, base).batch_size for knows in KNOWS}
    assert counts == {96}
    assert Attack(name="a", batch=0.25).on(PAIR, base).batch_size == 24


def test_what_an_attack_cannot_be_is_refused(column, trained):
    base = column.outcome("base", trained)
    with pytest.raises(UnknownName, match="everything"):
        Attack(name="a", knows="everything")
    for wrong in ({"rates": ()}, {"rates": (0.0,)}, {"steps": 0}, {"batch": 0.0}):
        with pytest.raises(BadValue, match=f"Attack.*{next(iter(wrong))}"):
            Attack(name="a", **wrong)
    with pytest.raises(DoesNotFit, match="no parts of Y"):
        Attack(name="a", knows="apart").on(replace(PAIR, apart=None), base)


def test_two_rows_or_attacks_of_one_name_are_refused():
    with pytest.raises(DoesNotFit, match="two rows named 'still'"):
        Column.of(PAIR, (ROWS[0], ROWS[0]), SEEDS)
    with pytest.raises(DoesNotFit, match="two rows named 'base'"):
        Column.of(PAIR, (replace(ROWS[0], name="base"),), SEEDS)
    with pytest.raises(DoesNotFit, match="two attacks named 'last'"):
        Column(PAIR, ROWS[:1], (LAST, LAST), SEEDS)


def test_cuts_that_are_none_are_refused():
    with pytest.raises(BadValue, match="cuts_y"):
        replace(PAIR, cuts_y=(0.6, 0.6))
