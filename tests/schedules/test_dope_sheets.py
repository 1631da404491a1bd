"""A dope sheet is read as it says, or refused with the name of the cell."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropism.errors import ScheduleError, UnknownName
from tropism.schedules import Key, Schedule, Track

STEADY = settings(derandomize=True, deadline=None, database=None)


def steps_of(*cells):
    rows = "".join(f"{cell},{place}\n" for place, cell in enumerate(cells))
    return [key.step for key in Schedule.parse("STEP,x\n" + rows).tracks[0].keys]


def refusal(text, **options):
    with pytest.raises(ScheduleError) as caught:
        Schedule.parse(text, **options)
    return caught.value


@STEADY
@given(st.integers(0, 1000), st.integers(2, 1000), st.integers(1, 999), st.booleans())
def test_a_fraction_is_a_share_of_the_way_rounded_to_the_nearest_step(start, way, thousandths, back):
    share = Fraction(thousandths, 1000)
    exact = start + way - share * way if back else start + share * way
    step = round(exact)  # of a Fraction: exact, and a tie goes to the even step
    cell = f"{'-' if back else '+'}0.{thousandths:03d}"
    if start < step < start + way:
        assert steps_of(start, cell, start + way) == [start, step, start + way]
    else:
        with pytest.raises(ScheduleError, match="steps must rise"):
            steps_of(start, cell, start + way)


def test_offsets_count_from_the_absolute_rows_around_them():
    assert steps_of("100", "+10", "+20", "-30", "-10", "200") == [100, 110, 120, 170, 190, 200]
    assert steps_of("-5", "20") == [15, 20]
    assert steps_of("20", "+5") == [20, 25]


@pytest.mark.parametrize(("cell", "step"), [("+.25", 2), ("+0.75", 8), ("-0.25", 8), ("-0.75", 2)])
def test_a_tie_between_two_steps_goes_to_the_even_one(cell, step):
    assert steps_of("0", cell, "10") == [0, step, 10]


def test_the_sheet_of_experiment_2_10_1_resolves_as_published():
    # 0.33 of the way from 0 to 750 is 247.5, a tie; the published sheet has step 248 there.
    assert steps_of("0", "+10", "+0.33", "750", "+0.9", "1500") == [0, 10, 248, 750, 1425, 1500]


def test_headers_choose_space_and_easing():
    text = "STEP,a,b:log,c::step-end,d:log:linear,optimizer.lr:linear:step\n0,1,1,1,1,1\n"
    key = (Key(0, 1),)
    assert Schedule.parse(text).tracks == (
        Track("a", key),
        Track("b", key, "log"),
        Track("c", key, easing="step"),
        Track("d", key, "log", "linear"),
        Track("optimizer.lr", key, easing="step"),
    )


def test_two_sheets_that_say_the_same_are_one():
    one = "STEP,PHASE,ACTION,lr,w\n0,Train,,1e-8,\n+10,,,0.01,\n+0.5,,,,3\n100,,,.1,\n"
    other = "\ufeffw , STEP,lr:linear:minjerk,PHASE\r\n,0,0.00000001,Train\r\n\r\n,10,1e-2\r\n3.0,50,\r\n,100,0.1,\r\n"
    assert Schedule.parse(one) == Schedule.parse(other)
    assert Schedule.parse(one).key() == Schedule.parse(other).key()


def test_a_row_with_a_step_alone_makes_the_schedule_that_long():
    assert Schedule.parse("STEP,x\n0,1\n+10,\n").length == 11


def test_aliases_turn_columns_into_addresses():
    text = "STEP,lr:log,reg-anchor\n0,1,1\n"
    schedule = Schedule.parse(text, aliases={"lr": "optimizer.lr", "reg-anchor": "anchor.weight"})
    assert schedule.tracks == (Track("optimizer.lr", (Key(0, 1),), "log"), Track("anchor.weight", (Key(0, 1),)))


def test_an_alias_for_a_column_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match="Did you mean 'reg-anchor'"):
        Schedule.parse("STEP,reg-anchor\n0,1\n", aliases={"reg-ancor": "anchor"})


def test_aliases_that_make_twins_or_bad_names_are_refused():
    error = refusal("STEP,a,b\n0,1,1\n", aliases={"a": "b"})
    assert (error.column, error.row) == ("b", 1)
    assert refusal("STEP,a\n0,1\n", aliases={"a": "STEP"}).column == "a"


@pytest.mark.parametrize(
    "cell",
    ["1.5", "x", "+0", "-0", "+1.0", "+0.0", "-1.25", "+", "-", "+-1", "1e3", "²", "٣", "1_0", "9" * 5000, "0x1"],
)
def test_a_cell_that_is_no_step_is_named(cell):
    error = refusal(f"STEP,x\n0,1\n{cell},1\n99,1\n", source="bad.csv")
    assert (error.source, error.row, error.column) == ("bad.csv", 3, "STEP")
    assert str(error).startswith("bad.csv, row 3, column 'STEP': ")


@pytest.mark.parametrize(
    ("cells", "row", "says"),
    [
        (["+10", "20"], 2, "needs an absolute row before it"),
        (["+0.5", "20"], 2, "needs an absolute row before it"),
        (["-0.5", "20"], 2, "needs an absolute row before it"),
        (["20", "-10"], 3, "needs an absolute row after it"),
        (["20", "+0.5"], 3, "needs an absolute row after it"),
        (["20", "-0.5"], 3, "needs an absolute row after it"),
        (["-5", "3"], 2, "leads to step -2"),
        (["0", "5", "5"], 4, "step 5 is already in row 3"),
        (["0", "5", "3"], 4, "steps must rise"),
        (["0", "+20", "10"], 4, "steps must rise"),
        (["2147483646", "+1"], 3, "leads to step 2147483647"),
        (["0", "2147483647"], 3, "too far"),
    ],
)
def test_a_row_that_has_no_place_is_named(cells, row, says):
    error = refusal("STEP,x\n" + "".join(f"{cell},1\n" for cell in cells))
    assert (error.row, error.column) == (row, "STEP")
    assert says in str(error)


@pytest.mark.parametrize("cell", ["x", "1,5", "1_000", "0x10", "1e", "--1", "٣", "nan", "inf", "-Infinity", "1e400"])
def test_a_cell_that_is_no_finite_number_is_named(cell):
    error = refusal(f'STEP,a,lr\n0,1,1\n\n5,1,"{cell}"\n')
    assert (error.row, error.column) == (4, "lr")


@pytest.mark.parametrize("cell", ["0", "-1", "1e-400"])
def test_a_cell_without_a_logarithm_is_named(cell):
    error = refusal(f"STEP,lr:log\n0,1\n5,{cell}\n")
    assert (error.row, error.column) == (3, "lr:log")
    assert "greater than 0" in str(error)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("lr:lgo", "Did you mean 'log'"),
        ("lr::minjrek", "Did you mean 'minjerk'"),
        ("lr::step-ends", "Did you mean 'step-end'"),
        ("lr:log:linear:x", "two colons at most"),
        (":log", "name must be"),
        ("STEP:log", "name must be"),
        ("", "no header"),
        ("STEP", "two columns called 'STEP'"),
        ("x", "two columns called 'x'"),
        ("x:log", "two columns called 'x'"),
    ],
)
def test_a_header_that_cannot_be_is_named(header, says):
    error = refusal(f"STEP,x,{header}\n0,1,1\n")
    assert (error.row, error.column) == (1, header)
    assert says in str(error)


@pytest.mark.parametrize("text", ["", "\n", " \n\n", ",,\n1,2,3\n"])
def test_an_empty_sheet_is_refused(text):
    assert "the sheet is empty" in str(refusal(text))


def test_a_sheet_without_rows_is_refused():
    assert "no rows" in str(refusal("STEP,x\n\n,\n"))


def test_a_sheet_without_steps_is_refused_with_a_hint():
    assert "there is no STEP column." in str(refusal("lr\n1\n"))
    assert "'Step' must be written in capitals" in str(refusal("Step,lr\n0,1\n"))
    assert "separated by commas" in str(refusal("STEP;lr\n0;1\n"))


def test_a_row_with_text_and_no_step_is_refused():
    error = refusal("STEP,x\n0,1\n,2\n")
    assert (error.row, error.column) == (3, "STEP")


def test_a_row_with_more_cells_than_headers_is_refused():
    assert refusal("STEP,x\n0,1\n5,1,2\n").row == 3


def test_a_column_without_any_key_is_named():
    error = refusal("STEP,x,anchor\n0,1,\n5,2,\n")
    assert error.column == "anchor"
    assert "no key" in str(error)


def test_names_that_cannot_be_are_named():
    error = refusal('STEP,PHASE,ACTION\n0,a,x\n5,,"x,,y"\n')
    assert (error.row, error.column) == (3, "ACTION")
    error = refusal('STEP,PHASE,ACTION\n0,"a\nb",x\n')
    assert (error.row, error.column) == (2, "PHASE")
    error = refusal('STEP,ACTION\n0,"x, x"\n')
    assert (error.row, error.column) == (2, "ACTION")


@pytest.mark.parametrize("text", ['STEP,x\n0,"1\n', 'STEP,x\n0,"1"2\n'])
def test_broken_quotes_are_refused(text):
    error = refusal(text)
    assert error.row == 2
    assert "cannot be split" in str(error)


def test_a_file_is_read_and_written(tmp_path):
    schedule = Schedule.of({"optimizer.lr": {0: 1e-8, 10: 0.01}}, phases={0: "Größe, 大"})
    path = tmp_path / "sheet.csv"
    assert schedule.write(path) == path.read_bytes().decode()
    assert Schedule.read(path) == Schedule.read(str(path)) == schedule


def test_a_file_that_is_not_there_is_named_with_a_guess(tmp_path):
    (tmp_path / "delete-red.csv").write_text("STEP\n0\n")
    with pytest.raises(ScheduleError, match=r"Did you mean 'delete-red\.csv'"):
        Schedule.read(tmp_path / "delete-rde.csv")
    with pytest.raises(ScheduleError, match="there is no such file"):
        Schedule.read(tmp_path / "nowhere" / "sheet.csv")


def test_what_is_no_text_file_is_refused(tmp_path):
    with pytest.raises(ScheduleError, match="this is a folder"):
        Schedule.read(tmp_path)
    path = tmp_path / "latin.csv"
    path.write_bytes("STEP,PHASE\n0,Größe\n".encode("latin-1"))
    with pytest.raises(ScheduleError, match=r"latin\.csv: byte 15 is not UTF-8"):
        Schedule.read(path)
    with pytest.raises(ScheduleError, match="cannot be read"):
        Schedule.read("a\0b.csv")


def test_an_error_names_the_file_the_row_and_the_column(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("STEP,lr\n0,fast\n")
    with pytest.raises(ScheduleError) as caught:
        Schedule.read(path)
    assert str(caught.value) == f"{path}, row 2, column 'lr': 'fast' is not a number."
