"""A study's folder keeps tables, figures, claims and a report, and knows when one was altered."""

from __future__ import annotations

import polars as pl
import pytest

from tropism.errors import BadValue, Damaged, Missing
from tropism.store import Store

LIGHT, DARK = b"<svg>light</svg>", b"\x89PNG dark"
TABLE = pl.DataFrame({"member": ["a", "b"], "error": [0.25, None], "seed": [1, 2], "held": [True, False]})


@pytest.fixture
def study(store):
    return store.study("delete-red")


def fill(study):
    study.write_table("errors", TABLE)
    study.write_figure("curve", {"light": LIGHT, "dark": DARK}, alt="A falling line.", caption="n = 60")
    study.write_members(["m1", "m2"])
    study.write_claims([{"claim": "it falls", "verdict": "holds"}])
    study.write_report("<html>ü</html>")


def test_what_is_written_reads_back(store, study):
    fill(study)
    again = Store(store.path, writable=False).study("delete-red")
    assert again.read_table("errors").equals(TABLE)
    assert again.names() == ["errors"]
    assert (again.path / "tables" / "errors.csv").read_text().splitlines()[1] == "a,0.25,1,true"
    (figure,) = again.figures()
    assert (figure.name, figure.alt, figure.caption) == ("curve", "A falling line.", "n = 60")
    assert figure.paths["light"].name == "curve.light.svg"
    assert figure.paths["dark"].read_bytes() == DARK
    assert again.read_members() == ["m1", "m2"]
    assert again.read_claims() == [{"claim": "it falls", "verdict": "holds"}]
    assert again.read_report() == "<html>ü</html>"
    assert store.studies() == ["delete-red"]
    assert again.check() == {}


def test_writing_again_replaces(study):
    fill(study)
    study.write_table("errors", TABLE.head(1))
    study.write_claims([])
    assert study.read_table("errors").equals(TABLE.head(1))
    assert study.read_claims() == []
    assert study.check() == {}


def test_the_same_study_gives_the_same_bytes(store):
    for name in ("one", "two"):
        fill(store.study(name))
    one, two = (store.study(name).path for name in ("one", "two"))
    files = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    assert len(files) == 9
    assert all((one / file).read_bytes() == (two / file).read_bytes() for file in files)


def test_every_altered_or_truncated_file_is_named(study):
    fill(study)
    for path in [path for path in study.path.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        for harmed in (whole[:-1], whole[:3], b"", bytes([whole[0] ^ 1]) + whole[1:]):
            path.write_bytes(harmed)
            assert list(study.check()) == [path]
        path.write_bytes(whole)
    assert study.check() == {}


def test_reading_an_altered_file_names_it(study):
    fill(study)
    reads = {
        "tables/errors.parquet": lambda: study.read_table("errors"),
        "figures/curve.json": study.figures,
        "figures/curve.dark.png": study.figures,
        "members.json": study.read_members,
        "claims.json": study.read_claims,
        "report.html": study.read_report,
        "checksums.json": study.read_report,
    }
    for name, read in reads.items():
        path = study.path / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-2])
        with pytest.raises(Damaged, match=name.replace(".", r"\.")):
            read()
        path.write_bytes(whole)
        read()


def test_what_is_not_there_is_said(store, study):
    study.write_table("errors", TABLE)
    with pytest.raises(Missing, match="Did you mean 'errors'"):
        study.read_table("error")
    with pytest.raises(Missing, match=r"report\.html"):
        study.read_report()
    with pytest.raises(Missing, match="Did you mean 'delete-red'"):
        Store(store.path, writable=False).study("delete-rd")
    assert study.read_claims() == []
    assert study.read_members() == []
    assert study.figures() == []


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "/", "a..b", ".hidden", "x" * 101, "a\x00", "end.", " a"])
def test_an_unsafe_name_is_refused(store, study, name):
    with pytest.raises(BadValue):
        store.study(name)
    with pytest.raises(BadValue):
        study.write_table(name, TABLE)
    with pytest.raises(BadValue):
        study.write_figure(name, {"light": LIGHT, "dark": DARK}, alt="a", caption="")
    assert store.studies() == []


@pytest.mark.parametrize("name", ["a", "by seed", "v1.2", "delete-red_2", "_x"])
def test_a_plain_name_will_do(store, name):
    store.study(name).write_table(name, TABLE)
    assert store.studies() == [name]
    assert store.study(name).names() == [name]


def test_a_figure_without_alt_text_or_shade_is_refused(study):
    with pytest.raises(BadValue, match="alt text"):
        study.write_figure("f", {"light": LIGHT, "dark": DARK}, alt="  ", caption="c")
    with pytest.raises(BadValue, match="light and dark"):
        study.write_figure("f", {"light": LIGHT}, alt="a", caption="c")
    with pytest.raises(BadValue, match="SVG or PNG"):
        study.write_figure("f", {"light": LIGHT, "dark": b"%PDF"}, alt="a", caption="c")
    assert study.figures() == []


def test_a_table_that_csv_cannot_hold_is_refused_and_leaves_nothing(store, study):
    with pytest.raises(BadValue, match="'deep'"):
        study.write_table("deep", pl.DataFrame({"a": [[1, 2], [3]]}))
    assert store.studies() == []
