"""Digests of long tables: what is pooled, and what never is."""

from __future__ import annotations

import itertools

import polars as pl
import pytest

from tropism.report.digest import digest, is_long


def made(*, members: int = 4, settings: tuple[float, ...] = (0.1, 0.2, 0.5), words: tuple[str, ...] = ("a", "b")):
    """A row a member, setting and word; the error is ten times the setting, and a little more for later members."""
    rows = [
        {"member": member, "condition": word, "density": setting, "error": 10 * setting + member, "hits": member % 2}
        for member, word, setting in itertools.product(range(members), words, settings)
    ]
    return pl.DataFrame(rows)


def test_rows_that_differ_in_a_number_that_was_set_are_not_pooled() -> None:
    found = digest(made()).filter(pl.col("quantity") == "error")
    assert found.select("condition", "density").rows() == [(a, b) for a in "ab" for b in (0.1, 0.2, 0.5)]
    assert found["n"].to_list() == [4] * 6
    assert found["mean"].to_list() == pytest.approx([10 * each + 1.5 for each in (0.1, 0.2, 0.5)] * 2)
    assert set(digest(made())["quantity"]) == {"error", "hits"}


def test_where_words_tell_all_rows_of_a_member_apart_numbers_are_measured() -> None:
    table = made(settings=(0.1,)).with_columns(pl.when(condition="a").then(0.1).otherwise(0.2).alias("density"))
    found = digest(table)
    assert "density" not in found.columns
    assert found.filter(pl.col("quantity") == "error")["n"].to_list() == [4, 4]


def test_a_number_that_not_every_member_has_is_measured() -> None:
    table = made(words=("a",)).filter((pl.col("member") > 0) | (pl.col("density") < 0.5))
    found = digest(table)
    assert "density" not in found.columns
    assert found.filter(pl.col("quantity") == "error")["n"].to_list() == [11]


def test_a_table_is_long_by_its_members_rows() -> None:
    assert is_long(made(members=5))
    assert not is_long(made())
    assert not is_long(made(members=5).drop("member"))
