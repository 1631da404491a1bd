"""The values of a grid are what their words say."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.axes import parse_axis, parse_value, said
from tropism.errors import BadValue


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(2, 50))
def test_linear_ranges_have_both_ends_and_equal_steps(first, last, count):
    scale = abs(first) + abs(last)
    if abs(first - last) <= 1e-3 * scale:
        return
    found = parse_axis(f"lin({first!r},{last!r},{count})", "here")
    assert len(found) == count
    # 12 digits are kept of the larger end
    assert found[0] == pytest.approx(first, abs=1e-11 * scale)
    assert found[-1] == pytest.approx(last, abs=1e-11 * scale)
    assert all(b - a == pytest.approx((last - first) / (count - 1), abs=1e-10 * scale) for a, b in pairwise(found))


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.integers(2, 50))
def test_logarithmic_ranges_have_both_ends_and_equal_ratios(first, last, count):
    if abs(math.log(first / last)) < 1e-3:
        return
    found = parse_axis(f"log({first!r},{last!r},{count})", "here")
    assert len(found) == count
    ratio = (last / first) ** (1 / (count - 1))
    # 12 digits are kept of each number
    assert all(b / a == pytest.approx(ratio, rel=1e-11) for a, b in pairwise(found))
    assert found[0] == pytest.approx(first, rel=1e-11)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("16,32,64", (16, 32, 64)),
        ("2^4..2^7", (16, 32, 64, 128)),
        ("2^-2..2^1", (0.25, 0.5, 1, 2)),
        ("10^-3..10^-1", (1e-3, 1e-2, 1e-1)),
        ("4..7", (4, 5, 6, 7)),
        ("-1..1", (-1, 0, 1)),
        ("lin(-2,1,11)", (-2, -1.7, -1.4, -1.1, -0.8, -0.5, -0.2, 0.1, 0.4, 0.7, 1)),
        ("log(1e-3,1e-1,5)", (1e-3, 0.00316227766017, 1e-2, 0.0316227766017, 1e-1)),
        ("log(2^4,2^6,3)", (16, 32, 64)),
        ("1,2^3,lin(10,20,2)", (1, 8, 10, 20)),
        ("relu,gelu", ("relu", "gelu")),
        ("null,[1,2],[]", (None, (1, 2), ())),
        ("true,1", (True, 1)),
        ("a..b", ("a..b",)),
        (".001,.003,1.", (0.001, 0.003, 1.0)),
        ("+3,-.5,1E-3,5e2", (3, -0.5, 0.001, 500.0)),
        ("1/64,1/2^6.5,3/2,64/2", (0.015625, 1 / 2**6.5, 1.5, 32)),
        (".5^2,lin(.5,3/2,3)", (0.25, 0.5, 1, 1.5)),
        ("[1/4,.5,2^3],[]", ((0.25, 0.5, 8), ())),
        ("[[1/2],[relu]]", (((0.5,), ("relu",)),)),
        ("Lamb,Cosine(512),WarmUp(8, Annealed)", ("Lamb", "Cosine(512)", "WarmUp(8, Annealed)")),
        ("cosine(512)", ("cosine(512)",)),
        ("sheets/red.csv,1/2/3,e5", ("sheets/red.csv", "1/2/3", "e5")),
    ],
)
def test_an_axis_is_what_its_words_say(words, values):
    found = parse_axis(words, "here")
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


def test_powers_of_whole_numbers_are_exact():
    assert parse_value("2^7") == 128
    assert parse_value("3^39") == 3**39
    assert parse_value("2^-6") == 1 / 64
    assert parse_value("2^0.5") == math.sqrt(2)
    assert parse_axis("-2..+1", "here") == (-2, -1, 0, 1)


@pytest.mark.parametrize("words", ["2^63", "1" * 5000, "-" + "9" * 20, "[1" + "0" * 19 + "]", "99999999999^64"])
def test_a_whole_number_that_no_machine_can_hold_is_refused(words):
    with pytest.raises(BadValue):
        parse_value(words)
    with pytest.raises(BadValue):
        parse_axis(f"1,{words}", "here")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_itself_however_python_writes_it(number):
    assert parse_value(repr(number)) == parse_value(f"{number:.17e}") == number
    assert parse_value(f"{number!r}/1") == number


@given(st.text(alphabet="0123456789.-+^/eE[](),", max_size=12))
def test_no_words_for_numbers_stumble(words):
    try:
        found = parse_value(words)
    except BadValue:
        return
    assert isinstance(found, (int, float, str, tuple))


def test_a_sign_too_many_is_refused():
    with pytest.raises(BadValue, match="a range of whole numbers"):
        parse_axis("-+5..7", "here")


def test_values_are_said_as_one_writes_them():
    assert [said(value) for value in (0.03, 16, 1e-05, "relu", None, True, (1, 2))] == [
        "0.03", "16", "1e-05", "relu", "null", "true", "1 2",
    ]  # fmt: skip
