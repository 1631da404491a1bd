"""Rotation: who is asked what at which angle, what is frozen, and how likeness is read."""

from dataclasses import dataclass, replace
from fnmatch import fnmatch

import numpy as np
import polars as pl
import pytest

from tropism.core import Experiment, From
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.paths import shapes
from tropism.figures.theme import render
from tropism.measures import in_their_worlds
from tropism.networks import Polar
from tropism.studies import _rotation_looks as looks
from tropism.studies import _rotation_ranges as ranges
from tropism.studies import _rotation_upright as upright
from tropism.studies import load, rotation
from tropism.studies._rotation_likeness import moved


@dataclass(frozen=True)
class Untrained:
    """What an experiment is begun from, where only its description matters."""

    experiment: Experiment
    snapshots: tuple = ()
    interventions: tuple = ()
    params: tuple = ()


def test_how_far_weights_went_is_a_part_of_their_length():
    before = np.array([[3.0, 4.0], [0.0, 2.0]])
    np.testing.assert_allclose(moved(before, before + np.array([[0.0, 5.0], [1.0, 0.0]])), [1.0, 0.5])


@pytest.mark.parametrize("upto", ranges.UPTO)
def test_x_and_y_weighted_by_their_angles_are_the_whole_circle(upto):
    right = np.random.default_rng(2).uniform(size=(3, len(looks.ANGLES)))
    found = ranges.scores(right, upto)
    np.testing.assert_allclose((upto * found["x"] + (360 - upto) * found["y"]) / 360, right.mean(axis=1))


def test_near_and_far_are_told_by_the_distance_on_the_circle():
    distance = np.where(looks.ANGLES <= 60, 0, np.minimum(looks.ANGLES - 60, 360 - looks.ANGLES))
    found = {what: float(each[0]) for what, each in ranges.scores((distance / 360)[None], 60.0).items()}
    assert found["x"] == 0
    assert found["near"] * 360 == pytest.approx(15)
    assert found["beside"] * 360 == pytest.approx(30)
    assert found["farther"] * 360 == pytest.approx(60)
    assert found["far"] * 360 == pytest.approx((30 + 150) / 2)
    narrow = ranges.scores((distance / 360)[None], 330.0)
    assert np.isnan([narrow["far"], narrow["beside"], narrow["farther"]]).all()
    assert np.isnan(ranges.scores((distance / 360)[None], 300.0)["farther"]).all()


def test_a_polar_network_without_position_is_as_right_after_a_quarter_turn(monkeypatch):
    """It then sees the same numbers, further around."""
    network = Polar(size=12, outputs=7, channels=(4,), hidden=8)
    experiment = replace(ranges.experiment("polar"), network=network)
    made = untrained(experiment, ranges.sweeps()[0].members(experiment)[:2])
    monkeypatch.setattr(looks, "ANGLES", np.arange(0.0, 360.0, 90.0))
    right = looks.right_by_angle(made)
    assert right.shape == (2, 4)
    np.testing.assert_array_equal(right, np.repeat(right[:, :1], 4, axis=1))


def test_pictures_that_are_asked_are_shown_to_nobody_at_any_angle():
    members = ranges.sweeps()[0].members(ranges.experiment("dense"))[:2]
    shown, asked = (
        in_their_worlds(looks.digits(0.0, 0.0, share), members).inputs for share in (looks.SHOWN, looks.HELD_OUT)
    )
    for seen, held in zip(shown, asked, strict=True):
        assert not {each.tobytes() for each in seen} & {each.tobytes() for each in held}
    assert all(arm.experiment(None).task.parts[0].task.share == looks.SHOWN for arm in upright.ARMS.values())
    assert {ranges.experiment(name).task.share for name in looks.NETWORKS} == {looks.SHOWN}


def test_what_is_frozen_keeps_what_upright_digits_taught_and_what_moves_is_new():
    for arm in upright.ARMS.values():
        sweep = arm.sweep()
        before = {name: Untrained(upright.ARMS[name].sweep().experiment) for name in sweep.after or ()}
        experiment = sweep.resolved(before)
        assert isinstance(experiment.start, From) == (arm.method not in ("upright", "scratch"))
        paths = list(shapes(experiment.network))
        moving = [path for path in paths if any(fnmatch(path, each) for each in experiment.trainable)]
        if arm.method in ("new head", "new features"):
            assert experiment.start.reinitialize == experiment.trainable
            head = [path for path in paths if path.startswith("output.")]
            assert moving == (head if arm.method == "new head" else [path for path in paths if path not in head])
        else:
            assert moving == paths


def untrained(experiment, members):
    """Networks that nobody trained, with a history in which accuracy climbs."""
    luck = np.random.default_rng(int(experiment.key()[:8], 16))

    def params():
        return {
            path: 0.3 * luck.standard_normal((len(members), *shape)).astype(np.float32)
            for path, shape in shapes(experiment.network).items()
        }

    steps = np.array(experiment.validation_steps(), int)
    seen = {term.name: np.tile(np.linspace(0, 1, len(steps)), (len(members), 1)) for term in experiment.terms}
    return Ensemble(
        experiment=experiment, members=tuple(members), params=params(),
        history=History(steps, {}, steps, seen, {}),
        status=Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members)),
        member_keys=tuple(f"{experiment.key()} {row}" for row in range(len(members))),
        snapshots={step: params() for step in experiment.snapshots},
    )  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    """What the measures say of networks that were never trained, with answers drawn by lot."""
    luck, ensembles = np.random.default_rng(0), {}

    def by_lot(ensemble):
        return luck.uniform(size=(len(ensemble), len(looks.ANGLES)))

    for sweep in load("rotation").sweeps:
        experiment = sweep.resolved(ensembles)
        ensembles[sweep.name] = untrained(experiment, replace(sweep, seeds=(0, 1)).members(experiment))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "right_by_angle", by_lot)
        patch.setattr(upright, "right_by_angle", by_lot)
        return rotation.measure(ensembles)


def test_every_claim_finds_its_column(tables):
    assert len({claim.text for claim in rotation.CLAIMS}) == len(rotation.CLAIMS)
    for claim in rotation.CLAIMS:
        assert claim.judge(tables).n == 2, claim.text


def test_every_table_is_explained_and_every_figure_drawn(tables):
    for name, table in tables.items():
        if not name.startswith("drawn-"):
            assert set(table.columns) <= set(rotation.COLUMNS), name
    assert all(all(render(each, dpi=30).values()) for each in rotation.draw(tables))


def test_what_pictures_say_of_numbers_follows_their_tables(tables):
    """Networks of other seeds are told of in other words."""
    flat = {"accuracy": 0.123, "y": 0.234, "far": 0.345, "peers": 0.456}
    told = {
        name: table.with_columns(
            pl.when(pl.col(column).is_not_null()).then(value).alias(column)
            for column, value in flat.items()
            if column in table
        )
        for name, table in tables.items()
    }
    alts = {each.name: each.alt for each in rotation.draw(told)}
    assert "trained up to 60°: dense (0.12), convolutional (0.12), polar, position 1 (0.12)" in alts["a1-angles"]
    assert alts["a1-ranges"].count("dense (0.23)") == alts["a1-ranges"].count("dense (0.34)") == 2
    assert "D = 300°: dense (0.34)" in alts["a1-ranges"]  # with 330° nothing is far
    assert "dense: scratch (0.12 to 0.12)" in alts["c3-approach"]
    assert "with other seeds' networks of this row (0.46 to 0.46)" in alts["c3-likeness"]


def test_a_likeness_is_a_share_and_no_upright_network_is_compared_with_itself(tables):
    alike = tables["c3-alike"]
    own = alike.filter(alike["method"] == "upright")
    assert own["before"].null_count() == own.height
    for column in ("before", "others_before", "peers"):
        held = alike[column].drop_nulls()
        assert ((held >= 0) & (held <= 1 + 1e-9)).all()
    np.testing.assert_allclose(alike["unlike_peers"], 1 - alike["peers"].to_numpy())
