"""Digests of long tables: what is pooled, what never is, and that nothing measured is cut off."""

from __future__ import annotations

import itertools
import math

import polars as pl
import pytest

from tropism.report.digest import LONGEST_WHOLE, digest, is_long
from tropism.report.wording import spread, to_the_right


def made(*, members: int = 4, settings: tuple[float, ...] = (0.1, 0.2, 0.5), words: tuple[str, ...] = ("a", "b")):
    """A row a member, setting and word; the error is ten times the setting, and a little more for later members."""
    rows = [
        {"member": member, "condition": word, "density": setting, "error": 10 * setting + member, "hits": member % 2}
        for member, word, setting in itertools.product(range(members), words, settings)
    ]
    return pl.DataFrame(rows)


def of_settings(*, members: int = 10, settings: tuple[float, ...] = (1.0, 0.3, 0.15)) -> pl.DataFrame:
    """A row a member, whose words say its density; a theory that knows only the density, and what was measured."""
    rows = [
        {
            "condition": f"density {setting:g}",
            "density": setting,
            "member": member,
            "theory": setting**2,
            "loss": setting + member / 100,
            "found": member < 3,
        }
        for setting, member in itertools.product(settings, range(members))
    ]
    return pl.DataFrame(rows)


def test_rows_that_differ_in_a_number_that_was_set_are_not_pooled() -> None:
    found = digest(made())
    assert found.columns == ["condition", "density", "n", "error", "hits"]
    assert found.select("condition", "density").rows() == [(a, b) for a in "ab" for b in (0.1, 0.2, 0.5)]
    assert found["n"].to_list() == [4] * 6
    # Members add 0, 1, 2, 3: a mean of 1.5 and a standard deviation of √(5/3) = 1.29.
    assert [each.split(" [")[0] for each in found["error"]] == ["2.5 ± 1.3", "3.5 ± 1.3", "6.5 ± 1.3"] * 2


def test_a_digest_has_a_row_a_setting_and_every_quantity_so_that_nothing_is_cut_off() -> None:
    table = of_settings(settings=tuple(each / 100 for each in range(1, 24)))
    for place in range(30):
        table = table.with_columns((pl.col("loss") * (place + 2)).alias(f"measured_{place}"))
    found = digest(table)
    assert found.height == 23 < LONGEST_WHOLE
    assert {f"measured_{place}" for place in range(30)} < set(found.columns)


def test_what_was_measured_comes_first_and_what_all_rows_of_a_group_share_comes_last_as_it_is() -> None:
    found = digest(of_settings())
    assert found.columns == ["condition", "n", "loss", "found", "theory"]  # the words say the density
    assert found["theory"].to_list() == ["1", "0.09", "0.0225"]
    assert found["found"].to_list() == ["0.3 [0.11, 0.60]"] * 3  # Wilson's, of 3 in 10
    # The normal interval is .030 · 1.96 / √10 = .019 to either side; a bootstrap of ten is a little narrower.
    said = ["1.045 ± 0.030 [1.027, 1.063]", "0.345 ± 0.030 [0.327, 0.363]", "0.195 ± 0.030 [0.177, 0.213]"]
    assert found["loss"].to_list() == said


def test_rows_that_are_no_members_have_no_interval() -> None:
    twice = of_settings().with_columns(member=pl.col("member") // 2)
    assert digest(twice)["loss"].to_list() == ["1.045 ± 0.030", "0.345 ± 0.030", "0.195 ± 0.030"]
    assert digest(twice)["found"].to_list() == ["0.3"] * 3


def test_rounding_alone_makes_no_quantity() -> None:
    table = of_settings().with_columns(
        (pl.col("density") * (1 + 1e-12 * pl.col("member"))).alias("density"),
        (5 + 1e-12 * pl.col("member")).alias("five"),
    )
    assert digest(table).columns == ["condition", "n", "loss", "found", "theory"]


def test_a_number_that_was_measured_and_never_varied_within_a_setting_is_still_shown() -> None:
    found = digest(of_settings().with_columns((pl.col("density") > 0.2).cast(pl.Int64).alias("neurons")))
    assert found["neurons"].to_list() == ["1", "1", "0"]


def test_numbers_that_are_not_finite_are_counted() -> None:
    failed = (pl.col("member") == 3) & (pl.col("density") == 0.3)
    table = of_settings().with_columns(pl.when(failed).then(float("nan")).otherwise(pl.col("loss")).alias("loss"))
    said = digest(table)["loss"].to_list()
    assert said[0] == "1.045 ± 0.030 [1.027, 1.063]"
    assert said[1].endswith("(9 of 10)")
    gone = of_settings().with_columns(pl.when(density=0.3).then(None).otherwise(pl.col("loss")).alias("loss"))
    assert digest(gone)["loss"][1] == "–"


def test_where_words_tell_all_rows_of_a_member_apart_numbers_are_measured() -> None:
    table = made(settings=(0.1,)).with_columns(pl.when(condition="a").then(0.1).otherwise(0.2).alias("density"))
    found = digest(table)
    assert found["density"].to_list() == ["0.1", "0.2"]
    assert found["n"].to_list() == [4, 4]


def test_a_number_that_not_every_member_has_is_measured() -> None:
    table = made(words=("a",)).filter((pl.col("member") > 0) | (pl.col("density") < 0.5))
    found = digest(table)
    assert found["n"].to_list() == [11]
    assert "±" in found["density"][0]


def test_a_table_is_long_by_its_members_rows() -> None:
    assert is_long(made(members=5))
    assert not is_long(made())
    assert not is_long(made(members=5).drop("member"))


def test_an_interval_has_the_decimals_of_its_mean_and_stands_to_the_right() -> None:
    assert spread(-0.3386, 0.184, (-0.41, 0.0049)) == "−0.34 ± 0.18 [−0.41, 0.00]"
    assert spread(0.3, 0.1, (math.nan, math.nan)) == "0.30 ± 0.10"
    assert to_the_right(pl.Series(["0.30 ± 0.10 [0.20, 0.40]", "–", "−0.34 ± 0.18 [−0.41, 0.00] (9 of 10)"]))


@pytest.mark.parametrize(
    ("mean", "std", "said"),
    [
        (0.3386, 0.184, "0.34 ± 0.18"),
        (1.057356, 0.000244, "1.05736 ± 0.00024"),
        (196.3, 12.2, "196 ± 12"),
        (-0.542, 0.0996, "−0.54 ± 0.10"),
        (2.0, 3.5e-9, "2.00 ± 3.5×10⁻⁹"),
        (12345.0, 678.0, "12,345 ± 678"),
        (5.0, 0.0, "5.00"),
    ],
)
def test_a_spread_has_two_digits_and_its_mean_as_many_decimals(mean: float, std: float, said: str) -> None:
    assert spread(mean, std) == said
    assert to_the_right(pl.Series([said, "–", "1,024 (3 of 5)"]))


def test_words_stand_to_the_left() -> None:
    assert not to_the_right(pl.Series(["density 1", "0.3"]))
    assert not to_the_right(pl.Series([], dtype=pl.String))
