"""Questions that the processes of a study share: answers in their order, and errors that name what stumbled."""

from __future__ import annotations

import os

import pytest

from tropism import Experiment
from tropism.core import Adam
from tropism.core.each import each, only, shared
from tropism.core.member import members_of
from tropism.crew import Crew
from tropism.errors import BadValue, UserError
from tropism.grown import Grown
from tropism.networks import Autoencoder
from tropism.plugins import Stumbled, stumbled
from tropism.running import grow_all
from tropism.store import Store
from tropism.subjects.color import Colors


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def divided(number: int) -> float:
    return 1 / number


def refused(number: int) -> float:
    raise BadValue("number", number, "another")


def made_on_the_spot(number: int) -> object:
    return lambda: number


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
