"""What a schedule's table holds, when two schedules are one, and what comes back after writing."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropism.errors import BadValue, ScheduleError, UnknownName
from tropism.schedules import Action, Key, Phase, Schedule, Track
from tropism.values import describe, rebuild

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=60)

words = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=8).filter(
    lambda text: text.isprintable() and text == text.strip() and text not in ("STEP", "PHASE", "ACTION")
)
steps = st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True).map(sorted)


@st.composite
def tracks(draw, name):
    space = draw(st.sampled_from(["linear", "log"]))
    values = st.floats(1e-300, 1e300) if space == "log" else st.floats(allow_nan=False, allow_infinity=False)
    keys = tuple(Key(step, draw(values)) for step in draw(steps))
    return Track(name, keys, space, draw(st.sampled_from(["minjerk", "linear", "step"])))


@st.composite
def schedules(draw):
    made = tuple(draw(tracks(name)) for name in draw(st.lists(words, max_size=4, unique=True)))
    phases = draw(st.dictionaries(st.integers(0, 300), words, max_size=3))
    acts = draw(st.dictionaries(st.integers(0, 300), words.filter(lambda word: "," not in word), max_size=3))
    last = max([key.step for track in made for key in track.keys] + [*phases, *acts, 0])
    length = last + 1 + draw(st.integers(0, 20))
    named = tuple(Phase(step, name) for step, name in phases.items())
    return Schedule(made, length, named, tuple(Action(step, name) for step, name in acts.items()))


@STEADY
@given(schedules())
def test_what_is_written_reads_back_equal_and_with_the_same_key(schedule):
    again = Schedule.parse(schedule.write())
    assert again == schedule
    assert again.key() == schedule.key()
    assert again.names == schedule.names
    assert again.write() == schedule.write()


@STEADY
@given(schedules())
def test_a_description_rebuilds_the_schedule(schedule):
    assert rebuild(describe(schedule)) == schedule


@STEADY
@given(schedules())
def test_every_key_is_reached_the_last_one_too(schedule):
    table = schedule.table()
    for column, track in enumerate(schedule.tracks):
        for key in track.keys:
            assert table[key.step, column] == key.value
        assert table[-1, column] == track.keys[-1].value


@STEADY
@given(schedules())
def test_values_stay_between_the_keys_around_them(schedule):
    table = schedule.table()
    for column, track in enumerate(schedule.tracks):
        for first, second in zip(track.keys, track.keys[1:], strict=False):
            between = table[first.step : second.step + 1, column]
            assert np.all(between >= min(first.value, second.value))
            assert np.all(between <= max(first.value, second.value))


@STEADY
@given(schedules())
def test_a_column_is_the_same_alone_as_in_company(schedule):
    table = schedule.table()
    for column, name in enumerate(schedule.names):
        assert np.array_equal(schedule.table([name])[:, 0], table[:, column])
        assert schedule.at(name, schedule.length // 2) == table[schedule.length // 2, column]


@STEADY
@given(schedules())
def test_the_order_of_tracks_is_for_the_eye_alone(schedule):
    turned = Schedule(schedule.tracks[::-1], schedule.length, schedule.phases, schedule.actions)
    assert turned == schedule
    assert turned.key() == schedule.key()
    assert hash(turned) == hash(schedule)


@pytest.mark.parametrize(
    "other",
    [
        Schedule.of({"lr": {0: 1, 10: 2}}, 12),
        Schedule.of({"lr": {0: 1, 10: 3}}),
        Schedule.of({"lr": {0: 1, 9: 2}}, 11),
        Schedule.of({"lr:log": {0: 1, 10: 2}}),
        Schedule.of({"lr::linear": {0: 1, 10: 2}}),
        Schedule.of({"eps": {0: 1, 10: 2}}),
        Schedule.of({"lr": {0: 1, 10: 2}}, phases={0: "Train"}),
        Schedule.of({"lr": {0: 1, 10: 2}}, actions={0: "anchor"}),
    ],
)
def test_schedules_that_say_something_else_have_another_key(other):
    one = Schedule.of({"lr": {0: 1, 10: 2}})
    assert one != other
    assert one.key() != other.key()


def test_a_schedule_is_written_in_python_as_in_a_sheet():
    sheet = 'STEP,PHASE,ACTION,lr,task.eps:log,w::step-end\n0,Train,,1e-8,.1,\n10,,"a,b",.01,,2\n100,,,,1,3\n'
    dials = {"w::step": {10: 2, 100: 3}, "lr": {10: 0.01, 0: 1e-8}, "task.eps:log": {0: 0.1, 100: 1}}
    assert Schedule.of(dials, phases={0: "Train"}, actions={10: "a, b"}) == Schedule.parse(sheet)


def test_a_constant_schedule_never_moves():
    schedule = Schedule.constant(7, {"lr": 0.01, "task.eps": 2})
    assert np.array_equal(schedule.table(["task.eps", "lr"]), np.tile([2, 0.01], (7, 1)))


def test_a_schedule_may_be_nothing_but_a_length():
    assert Schedule.of({}, 5).table().shape == (5, 0)
    assert Schedule.parse("STEP\n4\n") == Schedule.of({}, 5)


def test_a_length_that_nothing_says_must_be_given():
    with pytest.raises(ScheduleError, match="give a length"):
        Schedule.of({"lr": 0.1})


def test_a_length_that_ends_before_the_last_key_is_refused():
    with pytest.raises(BadValue, match="at least 101"):
        Schedule.of({"lr": {0: 1, 100: 2}}, 100)


@pytest.mark.parametrize("length", [0, -1, 1.5, True, 2**31])
def test_a_length_is_a_positive_whole_number(length):
    with pytest.raises(BadValue, match=r"Schedule\.length"):
        Schedule((), length)


def test_a_name_that_is_not_there_is_refused_with_a_guess():
    schedule = Schedule.of({"anchor": {0: 1, 5: 2}})
    with pytest.raises(UnknownName, match="Did you mean 'anchor'"):
        schedule.table(["ancor"])
    with pytest.raises(UnknownName, match="Did you mean 'anchor'"):
        schedule.at("ancor", 0)
    with pytest.raises(UnknownName, match="Did you mean 'anchor'"):
        schedule.renamed({"ancor": "red"})


@pytest.mark.parametrize("step", [-1, 6, 0.5])
def test_a_step_outside_the_schedule_is_refused(step):
    schedule = Schedule.of({"lr": {0: 1, 5: 2}}, phases={2: "Later"})
    with pytest.raises(BadValue, match="step"):
        schedule.at("lr", step)
    with pytest.raises(BadValue, match="step"):
        schedule.phase_at(step)


def test_a_phase_lasts_until_the_next():
    schedule = Schedule.of({}, 10, phases={5: "Late", 2: "Early"})
    assert [schedule.phase_at(step) for step in (0, 1, 2, 4, 5, 9)] == ["", "", "Early", "Early", "Late", "Late"]


def test_twins_are_refused():
    one, other = Track("lr", (Key(0, 1),)), Track("lr", (Key(0, 2),))
    with pytest.raises(ScheduleError, match="two tracks are called 'lr'"):
        Schedule((one, other), 5)
    with pytest.raises(ScheduleError, match="two phases begin at step 1"):
        Schedule((one,), 5, (Phase(1, "a"), Phase(1, "b")))
    with pytest.raises(ScheduleError, match="'anchor' stands twice at step 1"):
        Schedule((one,), 5, (), (Action(1, "anchor"), Action(1, "anchor")))


def test_parts_of_another_kind_are_refused():
    with pytest.raises(BadValue, match=r"Schedule\.phases"):
        Schedule((), 5, ("Train",))  # type: ignore[arg-type]
    with pytest.raises(BadValue, match=r"Schedule\.tracks"):
        Schedule([], 5)  # type: ignore[arg-type]


def test_renaming_and_replacing_tracks_leaves_the_rest():
    schedule = Schedule.of({"lr": {0: 1, 5: 2}, "w": 3}, phases={0: "Train"})
    assert schedule.renamed({"lr": "optimizer.lr"}).names == ("optimizer.lr", "w")
    with pytest.raises(ScheduleError, match="two tracks"):
        schedule.renamed({"lr": "w"})
    other = schedule.with_tracks(Track("w", (Key(0, 9),)), Track("v", (Key(0, 8),)))
    assert other.names == ("lr", "w", "v")
    assert other.table(["w", "v"])[0].tolist() == [9, 8]
    assert other.phases == schedule.phases


def test_a_schedule_is_shown_as_a_table():
    schedule = Schedule.of({"a|b": {0: 1e-8, 5: 2}}, phases={0: "P & S"})
    assert schedule.markdown() == (
        "| STEP | PHASE | ACTION | a\\|b |\n| --: | --- | --- | --: |\n| 0 | P & S |  | 1e-08 |\n| 5 |  |  | 2 |\n"
    )
    assert "<td>P &amp; S</td>" in schedule._repr_html_()


def test_schedules_load_without_jax_and_without_drawing():
    code = "import sys, tropism.schedules; print(sorted({'jax', 'matplotlib', 'polars', 'scipy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
