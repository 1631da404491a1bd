"""A table that is wider than the terminal is printed in blocks, and no number of it is broken."""

import polars as pl

from tropism.cli.words import print_frame

NARROW = pl.DataFrame({"row": ["a", "b"], "x": [0.25, 0.5]})
WIDE = pl.DataFrame(
    {"pair": ["A3", "A4"], "row": ["T1 random, fixed", "base"]}
    | {f"column_{place}": [place + 0.1234, -place - 0.5] for place in range(30)}
)


def test_every_number_of_a_wide_table_is_whole(capsys):
    print_frame("cells", WIDE)
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert all(f"column_{place}" in printed for place in range(30))
    blocks = printed.split("cells")[1:]
    assert len(blocks) > 1
    assert all("T1 random, fixed" in block and "A4" in block for block in blocks)
    assert max(map(len, printed.splitlines())) <= 140


def test_a_table_that_fits_is_one_block(capsys):
    print_frame("told", NARROW)
    assert capsys.readouterr().out.count("told") == 1


def test_a_table_of_numbers_alone_has_nothing_to_repeat(capsys):
    print_frame("told", WIDE.drop("pair", "row"))
    printed = capsys.readouterr().out
    assert printed.count("column_0") == 1
    assert "…" not in printed
