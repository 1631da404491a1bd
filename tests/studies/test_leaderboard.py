"""The leaderboard: whoever has the truth has everything, controls have nothing, and one file adds a method."""

from dataclasses import dataclass, replace

import polars as pl
import pytest

from tropism.core.experiment import Experiment
from tropism.dictionaries import Dictionary, Method, RandomDirections
from tropism.errors import DoesNotFit
from tropism.studies import leaderboard
from tropism.studies._leaderboard_entries import FITTED, PRICED, TRAINED
from tropism.studies._leaderboard_runs import AGAIN, lucks
from tropism.studies.leaderboard import Board, study_with
from tropism.subjects.features.truth import truth


@dataclass(frozen=True)
class Told(Method):
    """Somebody who was told the directions: what no entry is."""

    worlds: int = 2

    def found(self, x, seed):
        return Dictionary.of(truth(leaderboard.WHOLE.ask("STB-16").task, [seed % AGAIN]).rows[0], signed=True)


SMALL = Board(
    {"STB-16": 2},
    trained={},
    fitted={"told": lambda asked: Told(asked.features), "by lot": lambda asked: RandomDirections(asked.features)},
    sampled=600,
    judged=600,
)


@pytest.fixture(scope="module")
def tables():
    return leaderboard.Judge(SMALL)({})


def of(table: pl.DataFrame, method: str) -> dict:
    return table.filter(pl.col("method") == method).row(0, named=True)


def test_who_has_the_truth_has_everything_and_who_draws_lots_nothing(tables):
    told, truth_itself, by_lot = (of(tables["board"], name) for name in ("told", "the truth", "by lot"))
    for column in ("matched", "recall", "consistency", "corrected"):
        assert told[column] == pytest.approx(1, abs=1e-6), column
    assert told["f1"] == pytest.approx(truth_itself["f1"], abs=1e-9)
    assert by_lot["recall"] == 0
    assert abs(by_lot["corrected"]) < 0.1  # the spread of one draw of 32 directions of 16 is .03
    assert by_lot["consistency"] == pytest.approx(by_lot["consistency_chance"], abs=0.06)


def test_the_board_is_in_the_order_of_its_score_and_means_are_over_worlds(tables):
    board, scores = tables["board"], tables["scores"]
    assert board["corrected"].is_sorted(descending=True)
    rows = scores.filter(pl.col("method") == "by lot")
    assert of(board, "by lot")["matched"] == pytest.approx(rows["matched"].mean())
    assert of(board, "by lot")["n"] == rows.height == 2


def test_the_same_board_has_the_same_numbers_but_for_seconds(tables):
    again = leaderboard.Judge(SMALL)({})
    assert again["scores"].drop("seconds").equals(tables["scores"].drop("seconds"))


def test_figures_are_drawn_from_the_tables(tables):
    default = {name: table.with_columns(data=pl.lit("STB-32")) for name, table in tables.items()}
    assert [figure.name for figure in leaderboard.draw(default)] == ["ranks", "default"]


@pytest.mark.parametrize("name", ["leaderboard", "leaderboard-quick"])
def test_every_claim_is_about_who_stands_there(name):
    study = leaderboard.study(name)
    board = study.measure.board
    columns = set(leaderboard.COLUMNS)
    for claim in study.claims:
        where = dict(claim.where) | dict(claim.versus or ())
        assert where["data"] in board.data
        assert where["method"] in {*board.trained, *board.fitted, "the truth"}
        assert {claim.column, claim.against or claim.column} <= columns
    assert len({claim.text for claim in study.claims}) == len(study.claims)


def test_every_entry_answers_what_it_is_listed_as():
    asked = replace(leaderboard.WHOLE.ask("STB-16"), steps=5)
    assert all(isinstance(entry(asked), Experiment) for entry in TRAINED.values())
    assert all(isinstance(entry(asked), Method) for entry in FITTED.values())


def test_each_world_has_two_dictionaries_and_one_apart_chooses_weights():
    pairs = [(0, 0), (1000, 0), (1, 1), (1001, 1)]
    assert [(seed.init, seed.world) for seed in lucks(2, apart=True)] == [*pairs, (2000, 2000)]
    assert [(seed.init, seed.world) for seed in lucks(2, apart=False)] == pairs
    sweeps = {sweep.name: sweep for sweep in Board({"STB-16": 2}).sweeps()}
    counts = {name: len(sweep.members(sweep.experiment)) for name, sweep in sweeps.items()}
    assert (counts["STB-16, L1"], counts["STB-16, TopK"]) == (5 * len(PRICED["L1"]), 4)


def test_a_name_that_the_board_has_is_refused():
    with pytest.raises(DoesNotFit, match="TopK"):
        study_with("mine", {"TopK": lambda asked: RandomDirections(asked.features)})


def test_of_one_s_own_entry_it_is_claimed_that_it_finds_something():
    study = study_with("mine", {"mine": lambda asked: RandomDirections(asked.features)}, board=SMALL)
    texts = [claim.text for claim in study.claims if "mine" in claim.text]
    assert len(texts) == 1
