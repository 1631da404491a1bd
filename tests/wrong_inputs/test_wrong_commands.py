"""Wrong words on the command line: each gives one clear error that names the culprit, and exit code 2."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tropism import cli

SHORT = "run tiny.py --plan"
SPARSE = "run sparse.py --plan"
WRONG = {
    "a misspelt study": "run isolatde --plan",
    "a misspelt verb": "rnu isolated",
    "a seed range that falls": f"{SHORT} --seeds 5..1",
    "seeds that are no numbers": f"{SHORT} --seeds abc",
    "no seeds": f"{SHORT} --seeds=",
    "a seed twice": f"{SHORT} --seeds 1,0..2",
    "a superscript as a seed": f"{SHORT} --seeds ²",
    "a seed too large": f"{SHORT} --seeds 99999999999",
    "far too many seeds": f"{SHORT} --seeds 0..2000000000",
    "a negative stream": f"{SHORT} --init -1",
    "all streams pinned": f"{SHORT} --init 1 --data 1 --world 1",
    "a grid without numbers": f"{SHORT} --grid lr",
    "a grid of words": f"{SHORT} --grid lr=low,high",
    "a grid with what is no number": f"{SHORT} --grid lr=0.1,nan",
    "a grid with a point twice": f"{SHORT} --grid lr=0.1,0.1",
    "a grid of a field": f"{SHORT} --grid batch_size=8,16",
    "a grid of a misspelt dial": f"{SHORT} --grid anchr=1,2",
    "a dial in set and grid": f"{SHORT} --set lr=0.1 --grid lr=0.1,0.2",
    "a dial set twice": f"{SHORT} --set lr=0.1 --set lr=0.2",
    "set without a value": f"{SHORT} --set lr",
    "set with a misspelt field": f"{SHORT} --set network.hiden=5",
    "set with a misspelt term": f"{SHORT} --set anchro.weight=5",
    "set with a misspelt label": f"{SHORT} --set anchor.where=rad",
    "set with a misspelt site": f"{SHORT} --set anchor.site=latant",
    "set with a misspelt sweep": f"{SHORT} --set fwe:lr=0.1",
    "set below a number": f"{SHORT} --set network.hidden.more=1",
    "a text for a dial": f"{SHORT} --set lr=fast",
    "a dial that is not a number": f"{SHORT} --set anchor.weight=NaN",
    "a negative rate": f"{SHORT} --set lr=-1",
    "a text for a width": f"{SHORT} --set network.hidden=wide",
    "a negative width": f"{SHORT} --set network.hidden=-4",
    "a width of zero": f"{SHORT} --set network.latent=0",
    "half a width": f"{SHORT} --set network.hidden=1.5",
    "an empty batch": f"{SHORT} --set batch_size=0",
    "no steps": f"{SHORT} --set steps=0",
    "a text for steps": f"{SHORT} --set steps=many",
    "a number for a list": f"{SHORT} --set snapshots=5",
    "a snapshot after the end": f"{SHORT} --set snapshots=[41]",
    "a number for the task": f"{SHORT} --set task=3",
    "a direction of another width": f"{SHORT} --set anchor.direction=[1,0,0]",
    "a direction of length zero": f"{SHORT} --set anchor.direction=[0,0]",
    "an exponent that is a text": f"{SHORT} --set task.red.power=high",
    "a rate above one": f"{SHORT} --set task.red.rate=2",
    "too few levels": f"{SHORT} --set task.levels=1",
    "an optimizer that cannot be": f"{SHORT} --set optimizer.b1=2",
    "steps beside a schedule": "run isolated --plan --set steps=10",
    "a dial that is left without a number": f"{SHORT} --set lr=null",
    "a dope sheet that is not there": f"{SHORT} --set steps=null --set schedule=gone.csv",
    "a dope sheet that nobody hears": f"{SHORT} --set steps=null --set schedule=unheard.csv",
    "a dope sheet that names a set dial": f"{SHORT} --set steps=null --set schedule=short.csv",
    "no processes": f"{SHORT} --processes 0",
    "chunks of no steps": f"{SHORT} --chunk-steps 0",
    "a name with a slash": f"{SHORT} --name a/b",
    "a study's file that is not there": "run gone.py",
    "a study's file that does not load": "run broken.py",
    "a study's file without a study": "run empty.py",
    "a study's file whose study stumbles": "run stumbling.py",
    "a plug-in that is not there": f"{SHORT} --plugin gone.py",
    "a plug-in of another kind": f"{SHORT} --plugin short.csv",
    "two plug-ins of one name": f"{SHORT} --plugin other/tiny.py",
    "a store that is a file": f"{SHORT} --store short.csv",
    "a run into a file": "run tiny.py --store short.csv",
    "a run into a folder of other things": "run tiny.py --store other",
    "a run below a file": "run tiny.py --store short.csv/store",
    "a store of a newer format": "show tiny --store newer",
    "a store whose mark is garbled": "show tiny --store garbled",
    "no store at all": "show tiny --store nowhere",
    "to show what is not stored": "show tyni",
    "to show a table that is not there": "show tiny --table edns",
    "to report what is not stored": "report tyni",
    "a report below a file": "report tiny --to short.csv/report.html",
    "a readme below a file": "report tiny --readme short.csv",
    "to export what is not stored": "export tyni --to out",
    "to export below a file": "export tiny --to short.csv/out",
    "to remove what is not stored": "rm tyni",
    "to verify a store that is not there": "verify --store nowhere",
    "a new study that is there": "new tiny",
    "a new study with capitals": "new Tiny",
    "a new study below a file": "new other --folder short.csv",
    "a grid over half neurons": f"{SPARSE} --grid network.hidden=2.5,5",
    "a grid over features that are no numbers": f"{SPARSE} --grid task.features=many,more",
    "half a dimension": f"{SPARSE} --set task.width=2.5",
    "a batch by its exponent": f"{SPARSE} --set log2_batch_size=7",
    "steps by their exponent": f"{SPARSE} --set log2_training_steps=12",
    "a grid by exponents": f"{SPARSE} --grid log2_batch_size=5..7",
    "a misspelt field to sweep": f"{SPARSE} --grid network.hiden=4,8",
    "a name of the original": f"{SPARSE} --set learning_rate=0.1",
    "a field to sweep without values": f"{SPARSE} --grid network.hidden",
    "a field to sweep with no values": f"{SPARSE} --grid network.hidden=",
    "a task that is none": f"{SPARSE} --set task.aim=autoencoder",
    "a nonlinearity in capitals": f"{SPARSE} --set network.activation=SoLU",
    "a nonlinearity that is none among others": f"{SPARSE} --grid network.activation=relu,tanh",
    "a kind of sample that is none": f"{SPARSE} --set task.spread=power_law",
    "a rate of zero": f"{SPARSE} --set lr=0",
    "a rate of zero among others": f"{SPARSE} --grid optimizer.lr=0,0.1",
    "a density above one": f"{SPARSE} --set task.density=1.5",
    "a density above one among others": f"{SPARSE} --grid task.density=0.1,1.5",
    "more dimensions than features": f"{SPARSE} --set task.width=64",
    "more dimensions than features among others": f"{SPARSE} --grid task.width=4,64",
    "a network told another width than its task": f"{SPARSE} --set task.width=8 --set network.inputs=5",
    "a task beside a part of it": f"{SPARSE} --set task=3 --set task.width=5",
    "a name that is an absolute path": f"{SPARSE} --name /test",
    "a name that climbs": f"{SPARSE} --name ../up",
    "a name that is empty": f"{SPARSE} --name=",
    "a device that is not here": f"{SPARSE} --device cuda",
    "a device that is none": f"{SPARSE} --device tpuu",
    "a range from zero in ratios": f"{SPARSE} --grid lr=log(0,1,5)",
    "a range without its count": f"{SPARSE} --grid lr=log(1e-3,1e-1)",
    "a range of one": f"{SPARSE} --grid lr=lin(0.1,0.2,1)",
    "a range of a kind that is none": f"{SPARSE} --grid lr=lig(0.1,0.2,3)",
    "a range of powers that falls": f"{SPARSE} --grid network.hidden=2^8..2^4",
    "a range of powers of two bases": f"{SPARSE} --grid network.hidden=2^2..3^4",
    "a range of words and numbers": f"{SPARSE} --grid network.hidden=4..many",
    "a range without an end": f"{SPARSE} --grid network.hidden=1..100000",
    "a bracket left open": f"{SPARSE} --grid lr=lin(0.1,0.2,3",
    "a value left out": f"{SPARSE} --grid network.hidden=4,,8",
    "a field's value twice": f"{SPARSE} --grid network.hidden=16,2^4",
    "a power beyond all numbers": f"{SPARSE} --set batch_size=2^99999",
    "a grid of too many programs": f"{SPARSE} --grid network.hidden=1..100 --grid task.width=1..3",
    "several values to set": f"{SPARSE} --set network.hidden=16,32",
    "a range to set": f"{SPARSE} --set lr=log(1e-3,1e-1,3)",
    "a stream to keep apart that is none": f"{SPARSE} --apart worlds",
    "a stream both pinned and kept apart": f"{SPARSE} --apart world --world 3",
    "streams kept apart in a study of two stages": "run recovery --plan --apart data",
    "a grid of a field in a study of two stages": "run recovery --plan --grid network.hidden=8,16",
    "an address that no stage has": "run recovery --plan --set nonsense=3",
    "a misspelt field of a study of two stages": "run table-1 --plan --set task.featurs=3",
    "a misspelt field of a later stage": "run recovery --plan --set ablate:task.frist=3",
    "a misspelt dial of a later stage alone": "run recovery --plan --set task.frist=3",
    "a number that a later stage cannot take": "run recovery --plan --set ablate:batch_size=0",
    "an address that an unforeseen stage may have": "run unforeseen.py --plan --set task.first=3",
    "a grid of a dial where settings are told by it": "run table-1 --plan --grid lr=0.01,0.02",
    "a grid of another dial than those of its settings": "run recovery --plan --grid task.first=0,3",
    "a dial of a study's settings": "run recovery --plan --set lr=0.1",
    "an optimizer that is none": f"{SPARSE} --set optimizer=Adm",
    "an optimizer that is a number": f"{SPARSE} --set optimizer=3",
    "a pace that is none among others": f"{SPARSE} --grid optimizer.pace=Cosine,Anealed",
    "a pace for an optimizer": f"{SPARSE} --set optimizer=Cosine",
    "a part that lacks a number": f"{SPARSE} --set optimizer.pace=WarmUp",
    "a part with a number too many": f"{SPARSE} --set optimizer.pace=Cosine(8,9)",
    "a part with a misspelt field": f"{SPARSE} --set optimizer.pace=Cosine(perod=8)",
    "a part with a field twice": f"{SPARSE} --set optimizer.pace=Cosine(8,period=9)",
    "a part left open": f"{SPARSE} --set optimizer.pace=WarmUp(8",
    "a part within a part that is none": f"{SPARSE} --set optimizer.pace=WarmUp(8,Cosin)",
    "a part with a period that cannot be": f"{SPARSE} --set optimizer.pace=Cosine(0)",
    "a field of a part that was replaced": f"{SPARSE} --set optimizer=Adam --set optimizer.clamp=3",
    "a decay in two ways": "run sparse-features --plan --set optimizer.decay.rate=1 --set optimizer.decay.efolds=12",
    "a decay in e-folds where settings have rates": "run table-1 --plan --set optimizer.decay.efolds=12",
    "a decay in e-folds where there is none": f"{SPARSE} --set optimizer.decay.efolds=12",
    "a price below zero": "run sparse-features --plan --set l1=-1",
    "a price below zero among others": "run sparse-features --plan --grid l1=-.1,.1",
    "e-folds below zero": "run sparse-features --plan --set optimizer.decay.efolds=-1",
    "code for a part": f"{SPARSE} --set optimizer=__import__('os')",
    "a width beyond all memory": f"{SPARSE} --set network.hidden=10^12",
    "a width beyond all memory among others": f"{SPARSE} --grid network.hidden=8,10^18",
    "features beyond all memory": f"{SPARSE} --set task.features=10^11",
    "a batch beyond all memory": f"{SPARSE} --set batch_size=2000000000 --set network.hidden=2^14",
    "a fraction of nothing": f"{SPARSE} --set lr=1/0",
    "the original's name of the density": f"{SPARSE} --set eps=0.1",
    "the original's name of the width": f"{SPARSE} --set k=16",
    "the original's name of the decay": "run sparse-features --plan --set decay=0.1",
    "the last word of an address": f"{SPARSE} --grid activation=relu,gelu",
    "addresses of a misspelt study": "addresses sparse-feature",
    "addresses after a misspelt change": "addresses sparse.py --set optimizer=Adm",
}
"""What is wrong, and the words that say it."""

UNFORESEEN = """
import dataclasses
from tropism import Sweep
from tropism.cli.training import find_study

def later(before):
    raise ValueError("only trained networks can tell")

def study(name):
    whole = find_study('tiny.py')
    return dataclasses.replace(whole, sweeps=(*whole.sweeps, Sweep("later", later, seeds=(0, 1))))
"""
"""A study whose second stage cannot be told before its first is trained."""

TYRO = {
    "a misspelt flag": (f"{SHORT} --seedz 3", "--seeds"),
    "a flag without its value": (f"{SHORT} --seeds", "--seeds"),
    "a missing study": ("run", "STUDY"),
    "no folder to export to": ("export tiny", "--to"),
    "a misspelt format": ("export tiny --to out --format cvs", "'csv'"),
    "a word for a number": (f"{SHORT} --processes two", "'two' is not a whole number"),
    "no verb": ("", "list, run, survey, decompose"),
    "a word too many": ("list tiny", "tiny"),
}
"""What the parser refuses, and what its message must hold."""


@pytest.fixture
def lying_about(folder: Path) -> None:
    """Files that are not what they should be."""
    texts = {
        "short.csv": "STEP,lr\n0,0.1\n9,0.2\n",
        "unheard.csv": "STEP,lrr\n0,0.1\n9,0.2\n",
        "broken.py": "def study(name:\n",
        "empty.py": "answer = 42\n",
        "unforeseen.py": UNFORESEEN,
        "stumbling.py": "def study(name):\n    return {}['nothing']\n",
        "other/tiny.py": "",
        "newer/tropism-store.json": json.dumps({"format": 99}),
        "garbled/tropism-store.json": "{",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def refused(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that must be refused says on standard error; nothing may be said elsewhere."""
    capsys.readouterr()
    try:
        code = cli.run(words.split())
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    assert code == 2, told
    assert told.out == ""
    return told.err


@pytest.mark.usefixtures("lying_about")
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_command_gives_one_line_that_names_the_culprit(
    what: str, plain: Callable[[str], str], capsys: pytest.CaptureFixture[str], snapshot
):
    said = refused(WRONG[what], capsys)
    assert said.startswith("tropism: ")
    assert said.count("\n") == 1
    assert plain(without_shelves(without_shipped(said))) == snapshot


@pytest.mark.parametrize("what", TYRO)
def test_the_parser_names_the_culprit_too(what: str, capsys: pytest.CaptureFixture[str], folder: Path):
    words, culprit = TYRO[what]
    said = refused(words, capsys)
    assert culprit in said
    assert "Traceback" not in said


def test_a_wrong_command_leaves_everything_as_it_was(folder: Path, capsys: pytest.CaptureFixture[str]):
    before = {path: path.stat().st_mtime_ns for path in (folder / "store").rglob("*") if path.is_file()}
    for words in (f"{SHORT} --set lr=fast", "run tiny.py --name a/b", "export tiny --to tiny.py/out", "rm tyni"):
        refused(words, capsys)
    assert {path: path.stat().st_mtime_ns for path in (folder / "store").rglob("*") if path.is_file()} == before


def test_exported_files_are_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str], plain, snapshot):
    assert cli.run(["export", "tiny", "--to", "out"]) == 0
    assert re.sub(r"\b[0-9a-f]{16}\b", "<key>", plain(refused("export tiny --to out", capsys))) == snapshot


def test_a_damaged_file_is_named_to_whoever_asks_for_it(folder: Path, capsys, plain, snapshot):
    (params,) = folder.glob("store/shards/*/params.safetensors")
    params.write_bytes(params.read_bytes()[:-5])
    assert plain(refused("run tiny.py", capsys)) == snapshot(name="run")
    assert plain(refused("export tiny --to out", capsys)) == snapshot(name="export")
    (folder / "store" / "studies" / "tiny" / "tables" / "ends.parquet").write_bytes(b"no table")
    assert plain(refused("report tiny", capsys)) == snapshot(name="report")


def test_a_study_that_stumbles_keeps_what_it_trained(folder: Path, capsys, plain, snapshot):
    text = (folder / "tiny.py").read_text().replace('history.records["error"]', 'history.records["eror"]')
    (folder / "stumbling_study.py").write_text(text)
    before = sorted((folder / "store" / "shards").iterdir())
    assert cli.run(["run", "stumbling_study.py", "--processes", "1"]) == 1
    assert plain(capsys.readouterr().err) == snapshot
    assert sorted((folder / "store" / "shards").iterdir()) == before


def test_a_disk_without_room_is_refused_before_anything_is_trained(folder: Path, capsys, monkeypatch, plain, snapshot):
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    before = sorted((folder / "store" / "shards").iterdir())
    assert plain(refused("run tiny.py --seeds 0..9", capsys)) == snapshot
    assert sorted((folder / "store" / "shards").iterdir()) == before


def without_shelves(text: str) -> str:
    """A message without lists that grow with the house, and without this machine's memory."""
    text = re.sub(r"(this machine has )[\d,.]+ GiB", r"\1<some> GiB", text)
    text = re.sub(r"(Known: ).*, … \(\d+ in all\)\.", r"\1<many>.", text)
    return re.sub(r"(it must be an? [A-Z]\w+: )[^.]*\.", r"\1<its shelf>.", text)


def without_shipped(text: str) -> str:
    """A message without the list of shipped studies, which grows."""
    return re.sub(r"(there is no study .*Known: ).*", r"\1<the shipped studies>.", text)
