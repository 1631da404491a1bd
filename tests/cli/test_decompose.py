"""`tropism decompose`: stored networks are found again, decomposed, and what is asked for wrongly is refused."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tropism import cli
from tropism.cli import decomposing
from tropism.cli.verbs import Decompose, parse
from tropism.core import Member, Seed
from tropism.dictionaries import PlainAutoencoder
from tropism.errors import BadValue, DoesNotFit, Missing, TropismError, UnknownName, UserError
from tropism.restoring import restored
from tropism.store import Store
from tropism.store.files import digest, seal, unseal
from tropism.values import rebuild

SMALL = "--latents 8 --k 1 --steps 20 --processes 1"
TABLES = ["again", "alive", "drawn-dictionaries", "drawn-examples", "drawn-methods", "drawn-rates", "drawn-spectrum",
          "explained", "latents", "methods", "spectrum"]  # fmt: skip


@pytest.fixture(scope="module")
def decomposed(trained, tmp_path_factory) -> Path:
    """A store with `tiny` and its decomposition."""
    store = Path(shutil.copytree(trained, tmp_path_factory.mktemp("decomposed") / "store"))
    words = f"decompose tiny latent {SMALL} --store {store} --readme {store.parent / 'pages'} --name small"
    assert cli.run(words.split()) == 0
    return store


def table(store: Path, name: str) -> pl.DataFrame:
    return Store(store, writable=False).study("small").read_table(name)


def test_a_site_is_decomposed_by_one_command_with_its_figures(decomposed):
    folder = Store(decomposed, writable=False).study("small")
    assert folder.names() == TABLES
    assert [each.name for each in folder.figures()] == ["again", "examples", "explained-8", "rates", "spectrum"]
    assert "<h1" in folder.read_report()
    assert folder.read_about()["command"] == "tropism decompose tiny latent --latents 8 --k 1 --steps 20 --name small"
    page = decomposed.parent / "pages" / "small"
    assert len(list(page.glob("figures/*.png"))) == 10
    assert "the study tiny, the site latent" in (page / "README.md").read_text()


def test_of_superposition_latents_are_laid_beside_the_features_that_are_known(tmp_path):
    store = tmp_path / "store"
    smaller = ("task.features=12", "task.width=4", "network.hidden=16", "task.density=1/4", "steps=20")
    words = f"run sparse-features --seeds 0 --name sparse --processes 1 --store {store}".split()
    assert cli.run([*words, *(word for each in smaller for word in ("--set", each))]) == 0
    assert cli.run(f"decompose sparse hidden {SMALL} --store {store} --name small".split()) == 0
    folder = Store(store, writable=False).study("small")
    assert "features" in [each.name for each in folder.figures()]
    cosines = folder.read_table("drawn-cosines")
    assert cosines["feature"].n_unique() == cosines["latent"].n_unique() <= 8
    assert cosines["cosine"].abs().max() <= 1 + 1e-6


def test_each_network_has_its_own_dictionaries_and_a_row(decomposed):
    scores = table(decomposed, "drawn-dictionaries")
    assert scores["network"].to_list() == [0, 0, 1, 1]
    assert scores["dictionary"].to_list() == [0, 1, 0, 1]
    again = table(decomposed, "again")
    assert again["member"].to_list() == [0, 1]
    assert {"again_lot_high", "again_random_high", "elsewhere_site", "elsewhere_shuffled_high"} <= set(again.columns)
    means = scores.group_by("network", maintain_order=True).agg(pl.col("again").mean())["again"]
    np.testing.assert_allclose(again["again"], means)
    np.testing.assert_array_less(again["again"], 1 + 1e-9)


def test_what_components_explain_is_what_they_explain_of_the_networks_own_answers(decomposed):
    ensemble = restored(Store(decomposed, writable=False), "tiny")["few"]
    explained = table(decomposed, "explained")["explained_components"]
    for row in range(2):
        colors = ensemble.experiment.task.colors().astype(np.float32)
        shown = ensemble.select([row]).listen(colors, ("latent",))[1]["latent"][0]
        shares = np.linalg.eigvalsh(np.cov(shown.T))[::-1] / np.trace(np.cov(shown.T))
        # held-out are other colors of the same cube, and training draws its own with replacement
        assert explained[row] == pytest.approx(shares[0], abs=0.1)


def test_the_colors_that_a_latent_answers_to_are_colors(decomposed):
    drawn = table(decomposed, "drawn-examples")
    assert drawn["kind"].unique().to_list() == ["colors"]
    assert drawn["value"].is_between(0, 1).all()
    assert drawn.group_by("latent", "place").len()["len"].unique().to_list() == [3]
    assert table(decomposed, "latents")["color"].str.contains("^#[0-9a-f]{6}$").all()
    strongest = drawn.sort("latent", "place").group_by("latent", maintain_order=True).agg(pl.col("code"))
    assert all(codes.to_list() == sorted(codes, reverse=True) for codes in strongest["code"])


def test_its_dictionaries_are_exported_as_folders_that_saelens_loads(decomposed, tmp_path, capsys):
    words = ["export", "small", "--format", "saelens", "--store", str(decomposed)]
    capsys.readouterr()
    assert cli.run([*words, "--to", str(tmp_path / "saes")]) == 0
    assert "4 dictionaries in" in capsys.readouterr().out
    listed = json.loads((tmp_path / "saes" / "members.json").read_text())
    ensembles = restored(Store(decomposed, writable=False), "small")
    for each in listed:
        found, ensemble = PlainAutoencoder.read(tmp_path / "saes" / each["folder"]), ensembles[each["sweep"]]
        (row,) = (row for row, key in enumerate(ensemble.member_keys) if key.startswith(each["folder"]))
        assert str(ensemble.members[row].seed) == each["seed"] == found.about["seed"]
        np.testing.assert_array_equal(found.params()["output.weight"], ensemble.params["output.weight"][row])
    assert cli.run([*words, "--to", str(tmp_path / "saes")]) == 2
    assert "already there" in capsys.readouterr().err
    np.save(tmp_path / "some.npy", np.random.default_rng(0).normal(size=(50, 2)))
    counted = ["--examples", str(tmp_path / "some.npy"), "--to", str(tmp_path / "counted")]
    assert cli.run([*words, *counted]) == 0
    assert len(list((tmp_path / "counted").glob("*/sparsity.safetensors"))) == 4
    for wrong in (["export", "tiny", "--format", "saelens"], ["export", "small", "--examples", "some.npy"]):
        assert cli.run([*wrong, "--store", str(decomposed), "--to", str(tmp_path / "none")]) == 2
    assert not (tmp_path / "none").exists()


def test_asking_again_trains_nothing(decomposed, capsys):
    before = {path.parent.name: path.stat().st_mtime_ns for path in decomposed.glob("shards/*/params.safetensors")}
    assert cli.run(f"decompose tiny latent {SMALL} --store {decomposed} --name small --plan --json".split()) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["networks"], line["stored"]) == (0, 4)
    assert before.keys() == set(Store(decomposed).shards())


def test_a_stored_studys_networks_come_back_as_they_were_trained(stored):
    again = restored(Store(stored, writable=False), "tiny")
    (name,) = Store(stored).shards()
    shard = Store(stored).read_shard(name)
    assert list(again) == ["few"]
    assert again["few"].experiment == rebuild(shard.experiment)
    assert [str(member.seed) for member in again["few"].members] == ["0", "1"]
    for path, item in again["few"].params.items():
        np.testing.assert_array_equal(item, shard.params[path])


def rewritten(store: Path, **words: object) -> Store:
    """The store after other words in what is said about `tiny`."""
    folder = store / "studies" / "tiny"
    about = json.loads((folder / "study.json").read_bytes()) | words
    data = json.dumps({name: item for name, item in about.items() if item is not None}).encode()
    (folder / "study.json").write_bytes(data)
    sums = unseal(folder / "checksums.json") | {"study.json": [digest(data)]}
    (folder / "checksums.json").write_bytes(seal(sums, "checksums.json"))
    return Store(store, writable=False)


def test_networks_are_told_apart_by_sweep(stored):
    again = restored(rewritten(stored, sweeps=[["first", 1], ["second", 1]]), "tiny")
    assert [str(again[name].members[0].seed) for name in again] == ["0", "1"]


def test_a_study_that_was_stored_before_sweeps_were_is_refused_where_it_had_several(stored):
    assert list(restored(rewritten(stored, sweeps=None), "tiny")) == ["few"]
    held = rewritten(stored, sweeps=None, ran=[["few", "…"], ["more", "…"], ["Versions", "…"]])
    with pytest.raises(Missing, match=r"Run it again: tropism run .*tiny"):
        restored(held, "tiny")


def test_networks_that_were_removed_are_counted(stored):
    held = Store(stored)
    held.rm(held.shards()[0], force=True)
    with pytest.raises(Missing, match="2 of the 2 networks of 'tiny'"):
        restored(held, "tiny")


def asked(words: str) -> Decompose:
    made = parse(["decompose", *words.split()])
    assert isinstance(made, Decompose)
    return made


def refusal(words: str) -> TropismError:
    with pytest.raises(TropismError) as error:
        asked(words).run()
    assert error.value.exit_code == 2
    assert "\n" not in str(error.value)
    return error.value


WRONG = {
    "tyni latent": (UnknownName, "Did you mean 'tiny'"),
    "isolated latent": (Missing, "`tropism run isolated` trains it"),
    "tiny latant": (UnknownName, "Did you mean 'latent'"),
    "tiny": (DoesNotFit, "latent (2 wide)"),
    "tiny latent --sweep fwe": (UnknownName, "Did you mean 'few'"),
    "tiny latent --seeds 7": (UserError, "it has seeds 0–1"),
    "tiny latent --where lr=0.5": (DoesNotFit, "has --where lr=0.5"),
    "tiny latent --where lr": (UserError, "--where lr=0.01"),
    "tiny latent --where lrr=1": (UnknownName, "Did you mean 'lr'"),
    "tiny latent --positions 0": (DoesNotFit, "positions"),
    "tiny latent --latents 0": (BadValue, "--latents"),
    "tiny latent --latents many": (BadValue, "--latents"),
    "tiny latent --latents 8,8": (BadValue, "each given once"),
    "tiny latent --k 8 --latents 8": (DoesNotFit, "8 of 8 latents"),
    "tiny latent --k 0": (BadValue, "--k"),
    "tiny latent --repeats 1": (BadValue, "--repeats"),
    "tiny latent --steps 0": (BadValue, "--steps"),
    "tiny latent --latents 100000": (DoesNotFit, "activations to learn from"),
    "tiny latent --store nowhere": (Missing, "no store at nowhere"),
    "tiny latent --name a/b": (BadValue, "a/b"),
    "gone.npy": (UserError, "gone.npy is not there"),
    "torch.pt": (UserError, "safetensors"),
    "rows.npy latent": (UserError, "the site 'latent'"),
    "rows.npy --seeds 0": (UserError, "--seeds"),
    "rows.npy --where lr=1": (UserError, "--where"),
    "nan.npy": (BadValue, "nan.npy is '1 rows with NaN"),
    "alike.npy": (BadValue, "all alike"),
    "flat.npy": (BadValue, "rows of numbers"),
    "few.npy": (DoesNotFit, "activations to learn from"),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_decomposed_is_refused_in_one_line(words, stored, folder):
    rows = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    np.save("rows.npy", rows)
    np.save("few.npy", rows[:9])
    np.save("flat.npy", rows[0])
    np.save("alike.npy", np.ones((50, 3)))
    np.save("nan.npy", np.where(np.arange(50)[:, None] == 3, np.nan, rows))
    Path("torch.pt").write_bytes(b"PK")
    kind, said = WRONG[words]
    error = refusal(words)
    assert type(error) is kind, error
    assert said in str(error)
    assert Store(stored).studies() == ["tiny"]


@pytest.fixture
def several(stored, monkeypatch):
    """Two settings of two seeds each in place of `tiny`'s networks; the first diverged."""
    whole = restored(Store(stored, writable=False), "tiny")["few"].select([0, 1, 0, 1])
    members = tuple(Member(Seed.of(seed), (("optimizer.lr", rate),)) for rate in (0.1, 0.2) for seed in (0, 1))
    status = dataclasses.replace(whole.status, diverged_at=np.array([3, -1, 3, 3]))
    made = dataclasses.replace(whole, members=members, status=status)
    monkeypatch.setattr("tropism.restoring.restored", lambda store, study: {"a": made, "b": made})
    return made


def test_one_sweep_and_one_setting_are_chosen_and_who_diverged_is_left_out_and_said(several):
    with pytest.raises(DoesNotFit, match=r"say which: --sweep NAME\. Known: a, b"):
        decomposing.of_study(asked("tiny latent"))
    with pytest.raises(DoesNotFit, match=r"choose one by --where DIAL=NUMBER\. There are: lr=0\.1; lr=0\.2"):
        decomposing.of_study(asked("tiny latent --sweep a"))
    found = decomposing.of_study(asked("tiny latent --sweep a --where lr=0.1"))
    assert found.source.worlds() == (1,)
    assert found.name == "decompose-tiny-a-latent"
    assert "1 of 2 diverged and is left out" in found.note
    with pytest.raises(DoesNotFit, match="All 2 networks of 'tiny' diverged"):
        decomposing.of_study(asked("tiny latent --sweep a --where optimizer.lr=0.2"))


def test_networks_of_one_world_are_decomposed_one_at_a_time(several, monkeypatch):
    members = tuple(Member(Seed.of(each, world=7)) for each in (3, 4, 5, 6))
    status = dataclasses.replace(several.status, diverged_at=np.full(4, -1))
    made = dataclasses.replace(several, members=members, status=status)
    monkeypatch.setattr("tropism.restoring.restored", lambda store, study: {"a": made})
    with pytest.raises(DoesNotFit, match=r"world stream 7.*--seeds 3"):
        decomposing.of_study(asked("tiny latent"))
    found = decomposing.of_study(asked("tiny latent --seeds 4"))
    assert (found.source.worlds(), found.name) == ((7,), "decompose-tiny-latent")


def test_dictionaries_are_not_decomposed_again(decomposed, monkeypatch):
    monkeypatch.chdir(decomposed.parent)
    with pytest.raises(DoesNotFit, match="decompose the study that they look at"):
        asked("small code").run()
