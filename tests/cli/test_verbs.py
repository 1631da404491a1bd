"""Each verb does what its help says, once, in a folder with a tiny study."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
from safetensors.numpy import load_file

from tropism.store import Store


def shards(store: Path) -> dict[str, int]:
    """Every shard with when its parameters were written."""
    return {path.parent.name: path.stat().st_mtime_ns for path in store.glob("shards/*/params.safetensors")}


def test_list_shows_the_shipped_studies_and_the_stored_ones(tropism, stored):
    rows = {row["name"]: row for row in tropism("list", "--json").json()}
    assert rows["tiny"]["stored"]
    assert not rows["isolated"]["stored"]
    assert rows["isolated"]["question"].endswith("?") or "(" in rows["isolated"]["question"]
    assert "isolated" in tropism("list").out


def test_a_plan_trains_nothing_and_says_how_much_there_would_be_to_do(tropism, folder):
    (line,) = tropism("run", "tiny.py", "--plan", "--json").json()
    assert (line["sweep"], line["networks"], line["stored"], line["steps"]) == ("few", 2, 0, 40)
    assert line["parameters"] == 3 * 4 + 4 + 4 * 2 + 2 + 2 * 4 + 4 + 4 * 3 + 3  # one hidden layer on either side
    assert line["bytes"] > 0
    assert not (folder / "store").exists()


def test_a_plan_counts_what_is_stored(tropism, stored):
    (line,) = tropism("run", "tiny.py", "--plan", "--json", "--seeds", "0..4").json()
    assert (line["networks"], line["stored"]) == (3, 2)


def test_run_prints_claims_and_where_the_report_is(tropism, stored):
    said = tropism("run", "tiny.py")
    assert said.code == 0
    assert "holds" in said.out
    assert "Report: store/studies/tiny/report.html" in said.out
    assert "<h1" in (stored / "studies" / "tiny" / "report.html").read_text()


def test_run_as_json_prints_nothing_but_json(tropism, stored):
    (found,) = tropism("run", "tiny.py", "--json").json()
    assert found["study"] == "tiny"
    assert found["claims"][0]["verdict"] == "holds"


def test_asking_for_more_seeds_trains_only_the_missing(tropism, stored):
    before = shards(stored)
    assert tropism("run", "tiny.py", "--seeds", "0..4", "--name", "tiny").code == 0
    after = shards(stored)
    (new,) = set(after) - set(before)
    assert {key: after[key] for key in before} == before
    assert [member["seed"] for member in Store(stored).read_shard(new).members] == ["2", "3", "4"]
    assert len(Store(stored).study("tiny").read_members()) == 5


def test_asking_the_same_again_trains_nothing(tropism, stored):
    before = shards(stored)
    assert tropism("run", "tiny.py").code == 0
    assert shards(stored) == before


def test_a_study_with_other_numbers_gets_a_name_of_its_own(tropism, stored):
    said = tropism("run", "tiny.py", "--set", "lr=0.02", "--set", "network.hidden=5", "--init", "7", "--json")
    name = said.json()[0]["study"]
    assert name.startswith("tiny-")
    assert set(Store(stored).studies()) == {"tiny", name}
    ran = json.loads(tropism("show", name, "--json").out)["about"]
    assert "--set lr=0.02 --set network.hidden=5 --init 7" in ran["command"]
    (new,) = set(shards(stored)) - {Store(stored).find(Store(stored).study("tiny").read_members()).popitem()[1][0]}
    shard = Store(stored).read_shard(new)
    assert shard.experiment["optimizer"]["lr"] == 0.02
    assert shard.params["encoder.0.weight"].shape == (2, 5, 3)
    assert [member["seed"] for member in shard.members] == ["7/0/0", "7/1/1"]


def test_a_grid_trains_every_setting_of_a_dial_with_every_seed(tropism, stored):
    (line,) = tropism("run", "tiny.py", "--plan", "--json", "--grid", "lr=0.01,0.02,0.03").json()
    assert line["networks"] == 6


def test_show_prints_claims_tables_and_failures(tropism, stored):
    assert "The error is below 1." in tropism("show", "tiny").out
    assert tropism("show", "tiny", "--json").json()["tables"] == ["ends"]
    assert len(tropism("show", "tiny", "--table", "ends", "--json").json()) == 2
    assert "error" in tropism("show", "tiny", "--table", "ends").out
    assert tropism("show", "tiny", "--failures").out == "No member failed.\n"
    assert tropism("show", "tiny", "--failures", "--json").json() == []


def test_a_report_is_made_again_from_the_store_alone_to_the_byte(tropism, stored, folder):
    before = (stored / "studies" / "tiny" / "report.html").read_bytes()
    (folder / "tiny.py").unlink()
    assert tropism("report", "tiny", "--to", "again.html").code == 0
    assert (folder / "again.html").read_bytes() == before
    assert tropism("report", "tiny", "--json").json() == {"written": ["store/studies/tiny/report.html"]}
    assert (stored / "studies" / "tiny" / "report.html").read_bytes() == before


def test_a_readme_stands_beside_its_figures(tropism, stored, folder):
    tropism("report", "tiny", "--readme", "pages")
    text = (folder / "pages" / "tiny" / "README.md").read_text()
    pictures = list((folder / "pages" / "tiny").rglob("*.*"))
    assert all(path.name in text for path in pictures if path.suffix in (".svg", ".png"))
    assert len(pictures) > 1


def test_export_writes_only_the_members_of_the_study_in_three_formats(tropism, stored, folder):
    tropism("run", "tiny.py", "--seeds", "1", "--name", "one")
    for kind in ("safetensors", "npz", "csv"):
        written = [Path(path) for path in tropism("export", "one", "--to", kind, "--format", kind, "--json").json()]
        assert [path.suffix for path in written] == [f".{kind}", ".json"]
        about = json.loads(written[1].read_text())
        assert [member["seed"] for member in about["members"]] == ["1"]
    weights = load_file(next((folder / "safetensors").glob("*.safetensors")))
    (shard,) = Store(stored).shards()
    assert np.array_equal(weights["encoder.0.weight"][0], Store(stored).read_shard(shard).params["encoder.0.weight"][1])
    with np.load(next((folder / "npz").glob("*.npz"))) as arrays:
        assert np.array_equal(arrays["encoder.0.weight"], weights["encoder.0.weight"])
    table = pl.read_csv(next((folder / "csv").glob("*.csv")))
    assert table["encoder.0.weight[0,0]"][0] == np.float32(weights["encoder.0.weight"][0, 0, 0])


def test_a_store_in_order_is_said_to_be_and_one_with_a_damaged_file_is_not(tropism, stored):
    assert "all is well" in tropism("verify").out
    assert tropism("verify", "--json").json() == []
    (params,) = stored.glob("shards/*/params.safetensors")
    params.write_bytes(params.read_bytes()[:-1])
    said = tropism("verify")
    assert said.code == 1
    assert str(params.relative_to(stored)) in said.out
    assert said.err.count("\n") == 1
    assert tropism("verify", "--json").json()[0]["path"].endswith("params.safetensors")


def test_what_was_damaged_is_removed_and_trained_again(tropism, stored):
    (params,) = stored.glob("shards/*/params.safetensors")
    before = params.read_bytes()
    params.write_bytes(before[:-1])
    said = tropism("run", "tiny.py")
    assert said.code == 2
    assert "params.safetensors is damaged" in said.err
    assert tropism("rm", params.parent.name, "--force").code == 0
    assert tropism("run", "tiny.py", "--processes", "1").code == 0
    assert params.read_bytes() == before


def test_rm_says_what_goes_and_then_takes_it(tropism, stored):
    said = tropism("rm", "tiny", "--dry-run")
    assert said.out.startswith("Would remove study tiny")
    assert Store(stored).studies() == ["tiny"]
    assert tropism("rm", "tiny", "--json").json()["done"]
    assert Store(stored).studies() == []


def test_what_a_killed_writer_left_is_named_and_cleaned(tropism, stored):
    left = stored / ".partial" / "shard.999999999.0"
    left.mkdir()
    assert str(left.relative_to(stored)) in tropism("verify").out
    assert tropism("verify", "--clean").code == 0
    assert not left.exists()


def test_new_writes_a_study_that_can_be_planned_as_it_stands(tropism, folder):
    assert tropism("new", "my-study").code == 0
    (line,) = tropism("run", "my_study.py", "--plan", "--json").json()
    assert line["networks"] == 8


def test_a_new_study_runs_as_it_was_written(tropism, folder):
    tropism("new", "fresh")
    said = tropism("run", "fresh.py", "--seeds", "0,1", "--processes", "1")
    assert said.code == 0, said.err
    assert "The one claim holds" in said.out


def test_a_sheet_of_ones_own_takes_the_place_of_the_schedule(tropism, folder):
    (folder / "short.csv").write_text("STEP,lr\n0,0.1\n9,0.2\n")
    (line,) = tropism(
        "run", "tiny.py", "--plan", "--json", "--set", "schedule=short.csv", "--set", "steps=null",
        "--set", "optimizer.lr=null",
    ).json()  # fmt: skip
    assert line["steps"] == 10


def test_completion_for_a_shell_names_the_verbs(tropism):
    said = tropism("--tyro-print-completion", "bash")
    assert said.code == 0
    assert "export" in said.out
    assert "verify" in said.out


def test_a_store_that_may_only_be_read_is_shown_and_not_run_in(tropism, stored, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    said = tropism("run", "tiny.py")
    assert said.code == 2
    assert said.err.startswith("tropism: store may only be read")
    assert "`tropism show STUDY`" in said.err
    assert "--to FILE.html" in said.err
    assert tropism("show", "tiny").code == 0
    assert tropism("report", "tiny", "--to", "elsewhere.html").code == 0
    assert tropism("run", "tiny.py", "--plan").code == 0


def test_a_run_counts_networks_done_of_all(tropism, stored):
    said = tropism("run", "tiny.py", "--seeds", "0..4", "--name", "tiny", "--processes", "1")
    (*_, last) = [json.loads(line) for line in said.err.splitlines()]
    assert (last["networks_done"], last["networks_in_all"]) == (5, 5)


def test_a_device_may_be_written_in_capitals(tropism, stored):
    assert tropism("run", "tiny.py", "--plan", "--device", "CPU").code == 0
    said = tropism("run", "tiny.py", "--plan", "--device", "CUDA")
    assert said.code == 2
    assert "--device cuda:" in said.err
    assert "pip install 'tropism[cuda]'" in said.err
