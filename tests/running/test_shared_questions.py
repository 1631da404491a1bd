"""Questions that the processes of a study share: answers in their order, and errors that name what stumbled."""

from __future__ import annotations

import os
import signal
from multiprocessing import active_children, connection

import polars as pl
import pytest

from tropism import Experiment
from tropism.core import Adam
from tropism.core.claim import Claim
from tropism.core.each import each, only, shared
from tropism.core.member import Seed, members_of
from tropism.core.sweep import Drawn, Study
from tropism.crew import Crew
from tropism.errors import BadValue, RunError, UserError
from tropism.grown import Grown
from tropism.networks import Autoencoder
from tropism.plugins import Stumbled, stumbled
from tropism.running import grow_all
from tropism.store import Store
from tropism.studying import carry_out
from tropism.subjects.color import Colors


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def divided(number: int) -> float:
    return 1 / number


def refused(number: int) -> float:
    raise BadValue("number", number, "another")


def left(number: int) -> float:
    raise SystemExit(number)


def refused_untold(number: int) -> float:
    raise BadValue("number", lambda: number, "another")


def many(number: int) -> bytes:
    return bytes(2**20 + number)


def killed_while_it_answers(number: int) -> int | bytes:
    if number:
        return number

    def half(told: connection.Connection, words: bytes) -> None:
        os.write(told.fileno(), bytes(words)[: len(words) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    connection.Connection._send = half
    return bytes(2**20)


def made_on_the_spot(number: int) -> object:
    return lambda: number


def measured(member: int, seed: Seed) -> dict[str, object]:
    return {"member": member, "seed": str(seed), "process": os.getpid(), "right": 1.0}


def who_measures(seeds) -> dict[str, pl.DataFrame]:
    return {"who": pl.DataFrame(each(measured, list(enumerate(seeds))))}


SOME = Claim("Some are right.", source="A law.", table="who", column="right", statistic="mean", above=0.5)


def first_weight(name: str, ensembles: Grown) -> float:
    return float(next(iter(ensembles[name].params.values())).sum())


def test_without_a_crew_all_is_asked_in_this_process():
    assert each(doubled, [(number,) for number in range(3)]) == [(0, os.getpid()), (2, os.getpid()), (4, os.getpid())]


def test_a_crew_s_workers_answer_in_the_order_of_the_questions_and_stay(tmp_path):
    with Crew(Store(tmp_path), 2) as crew, shared(crew.ask):
        answers = each(doubled, ((number,) for number in range(20)))
        again = each(doubled, [(5,), (6,)])
    assert [said for said, _ in answers] == [2 * number for number in range(20)]
    assert [said for said, _ in again] == [10, 12]
    assert os.getpid() not in {who for _, who in answers}
    assert {who for _, who in again} <= {who for _, who in answers}
    assert each(doubled, [(1,), (2,)])[0][1] == os.getpid()


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (divided, Stumbled, r"ZeroDivisionError: division by zero \(test_shared_questions.py, line \d+\)"),
        (refused, BadValue, "number"),
        (refused_untold, RunError, "number"),
        (left, Stumbled, "SystemExit"),
        (made_on_the_spot, UserError, "What made_on_the_spot answers cannot be sent to another process: .*lambda"),
        (lambda number: number, UserError, "What .*lambda.* is asked cannot be sent to another process"),
    ],
)
def test_what_stumbles_is_named_as_here(tmp_path, function, kind, words):
    def ask() -> None:
        with Crew(Store(tmp_path), 2) as crew, shared(crew.ask):
            each(function, [(0,), (1,)])

    with pytest.raises(kind, match=words) as caught:
        ask()
    if kind is Stumbled:
        assert stumbled(caught.value) == str(caught.value)


def test_answers_may_be_larger_than_a_pipe_holds(tmp_path):
    with Crew(Store(tmp_path), 2) as crew:
        assert [len(said) for said in crew.ask(many, [(number,) for number in range(4)])] == [
            2**20 + n for n in range(4)
        ]


def test_a_worker_that_is_killed_in_the_middle_of_an_answer_is_named(tmp_path):
    with Crew(Store(tmp_path), 2) as crew, pytest.raises(RunError, match="SIGKILL"):
        crew.ask(killed_while_it_answers, [(0,), (1,)])
    assert not active_children()


def test_a_worker_that_was_ended_while_it_had_nothing_to_do_is_replaced(tmp_path):
    with Crew(Store(tmp_path), 2) as crew:
        crew.ask(doubled, [(1,), (2,)])
        (worker, *_) = active_children()
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        assert [said for said, _ in crew.ask(doubled, [(1,), (2,)])] == [2, 4]


def test_what_a_study_measures_is_asked_of_its_processes(tmp_path):
    def study(name: str) -> Study:
        return Study(name=name, title="T", question="Q?", source="S", sweeps=(), measure=Drawn((0, 1), who_measures),
                     draw=lambda tables: (), claims=(SOME,), lede="L")  # fmt: skip

    alone = carry_out(study("alone"), Store(tmp_path), processes=1).tables["who"]
    together = carry_out(study("together"), Store(tmp_path), processes=2).tables["who"]
    assert set(alone["process"]) == {os.getpid()}
    assert os.getpid() not in set(together["process"])
    assert alone["seed"].to_list() == together["seed"].to_list()


def test_ensembles_travel_as_what_the_store_has(tmp_path):
    made = Experiment(
        task=Colors(levels=3), network=Autoencoder(hidden=4, latent=2), optimizer=Adam(lr=0.01), steps=4, batch_size=8
    )
    requests = [(made, members_of((seed,))) for seed in range(3)]
    with Crew(Store(tmp_path), 2) as crew:
        grown = Grown(crew.store)
        for number, (request, keys) in enumerate(zip(requests, grow_all(requests, crew), strict=True)):
            grown.add(str(number), *request, keys)
        here = each(first_weight, [(name, only(grown, [name])) for name in grown])
        with shared(crew.ask):
            assert each(first_weight, [(name, only(grown, [name])) for name in grown]) == here
    assert list(only(grown, ["2", "0", "none"])) == ["0", "2"]
    assert only({"one": 1, "two": 2}, ["two", "none"]) == {"two": 2}
