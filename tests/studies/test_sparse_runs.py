"""Plain runs of sparse features: the refactor's defaults, its README's sweep, and what their tables hold."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from untrained import untrained

from tropism.core.member import Member, Seed
from tropism.core.sweep import Sweep, grid
from tropism.figures.theme import render
from tropism.optimizers import BiasDecay, Cosine, Lamb
from tropism.overriding import Overrides
from tropism.running import train_members
from tropism.studies import _sparse_runs as runs
from tropism.studies import load, readme_sweep
from tropism.studies._run_axes import run_of, swept
from tropism.studies._run_figures import draw

TINY = {"features": 12, "width": 4, "hidden": 16, "batch": 4, "steps": 4}


def tiny():
    """The study `sparse-features`, tiny."""
    whole = load("sparse-features")
    return replace(whole, sweeps=(replace(whole.sweeps[0], experiment=runs.sparse_features(**TINY)),))


def trained(*sweeps):
    return {each.name: train_members(each.experiment, each.members(each.experiment)) for each in sweeps}


def drawn(*sweeps):
    """Sweeps of networks that nobody trained."""
    return {each.name: untrained(each.experiment, each.members(each.experiment)) for each in sweeps}


@pytest.fixture(scope="module")
def grown():
    """The README's sweep, tiny."""
    sweep = Sweep("readme-sweep", runs.sparse_features(**TINY), (0, 1), grid(lr=readme_sweep.RATES))
    return trained(sweep)["readme-sweep"]


@pytest.fixture(scope="module")
def tables(grown):
    return runs.measure({"readme-sweep": grown}, examples=64)


def test_the_general_run_has_the_defaults_of_the_refactors_command_line():
    # Source: main.py of jbloomAus/toy_model_interpretability.
    experiment = runs.sparse_features()
    task, network = experiment.task, experiment.network
    assert (task.features, task.width, task.density, task.aim, task.spread) == (512, 64, 1 / 64, "decoder", "uniform")
    assert (network.inputs, network.hidden, network.outputs) == (64, 1024, 512)
    assert (network.activation, network.offset) == ("relu", 0.0)
    decay = BiasDecay(rate=0.0, patterns=("hidden.bias",))
    assert experiment.optimizer == Lamb(lr=0.03, pace=Cosine(), aftermath=(decay,))
    assert (experiment.batch_size, experiment.length, experiment.terms[0].weight) == (128, 4096, 0.0)


def test_the_readmes_sweep_is_as_written_there():
    (sweep,) = load("readme-sweep").sweeps
    experiment = sweep.experiment
    assert (experiment.task.features, experiment.task.width, experiment.network.hidden) == (256, 32, 612)
    assert (experiment.batch_size, experiment.length) == (2**6, 2**13)
    assert [dict(setting)["lr"] for setting in sweep.settings] == [0.001, 0.003]
    assert experiment.snapshots == tuple(2**number for number in range(13))


def test_networks_are_told_apart_by_what_was_swept(tables):
    assert tables["networks"]["run"].to_list() == ["lr 0.001", "lr 0.001", "lr 0.003", "lr 0.003"]
    assert tables["networks"]["member"].to_list() == [0, 1, 2, 3]
    assert tables["drawn-networks"]["member"].to_list() == [0, 1, 0, 1]  # in its setting
    verdicts = [claim.judge(tables) for claim in load("sparse-features").claims]
    assert [verdict.n for verdict in verdicts] == [2] * 2, "claims stand on seeds, not on networks"


def test_fields_that_were_swept_are_told_apart_by_their_values():
    sweeps = Overrides(axes=("network.hidden=8,16", "network.activation=relu,gelu"), seeds="0").applied(tiny()).sweeps
    tables = runs.measure(drawn(*sweeps), examples=64)
    told = [f"hidden {hidden}, activation {how}" for hidden in (8, 16) for how in ("relu", "gelu")]
    assert tables["networks"]["run"].to_list() == told
    assert tables["drawn-axes"].to_dicts() == [
        {"name": "hidden", "numeric": True, "values": 2},
        {"name": "activation", "numeric": False, "values": 2},
    ]
    figures = draw(tables)
    assert [each.name for each in figures] == ["history", "share", "activations", "biases"]
    assert "at activation gelu" in figures[2].caption  # in the middle of the axis that is no number
    assert all(all(render(each, dpi=30).values()) for each in figures)


def test_a_field_that_only_follows_another_is_no_axis():
    fitted = [runs.sparse_features(**{**TINY, "features": each}) for each in (12, 24)]
    networks = [(name, Member(Seed.of(0))) for name in ("narrow", "wide")]
    axes, points = swept(dict(zip(("narrow", "wide"), fitted, strict=True)), networks)
    assert points == [{"features": 12.0}, {"features": 24.0}]
    assert [axis.name for axis in axes] == ["features"]


def test_parts_and_what_is_inside_them_are_told_apart_where_both_are_swept():
    axes = ("optimizer=Lamb,Adam", "optimizer.pace=Cosine,Annealed", "lr=0.01,0.03")
    sweeps = Overrides(axes=axes, seeds="0").applied(tiny()).sweeps
    networks = [(each.name, member) for each in sweeps for member in each.members(each.experiment)]
    found, points = swept({each.name: each.experiment for each in sweeps}, networks)
    assert [axis.name for axis in found] == ["optimizer", "pace", "lr"]
    assert run_of(points[-1]) == "optimizer Adam, pace Annealed, lr 0.03"


def test_sweeps_of_one_experiment_are_told_apart_by_their_names(grown):
    one = replace(grown.select([0]), members=(Member(Seed.of(0)),))
    tables = runs.measure({"run one": one, "run two": one}, examples=64)
    assert tables["networks"]["run"].to_list() == ["one", "two"]
    assert tables["networks"]["member"].to_list() == [0, 1]


def test_networks_without_a_mean_bias_have_no_picture_of_it():
    small = runs.sparse_features(features=12, width=4, hidden=6, batch=8, steps=4)
    still = replace(small.optimizer, aftermath=())  # without hidden biases, none can decay
    bare = replace(small, network=replace(small.network, hidden_bias=False), optimizer=still)
    figures = draw(runs.measure(trained(Sweep("run", bare, (0, 1))), examples=64))
    assert [each.name for each in figures] == ["history", "activations"]
    assert figures[0].alt.startswith("Two panels")
    assert all(all(render(each, dpi=30).values()) for each in figures)


def test_three_axes_are_drawn_at_the_middle_of_the_shortest():
    axes = ("lr=0.001,0.003,0.01", "task.density=0.1,0.2", "l1=0,0.01")
    (sweep,) = Overrides(axes=axes, seeds="0").applied(tiny()).sweeps
    figures = draw(runs.measure(drawn(sweep), examples=64))
    assert all(each.caption.startswith("At density of features 1/5.") for each in figures[:2])
    assert ", at weight of L1 10⁻², density of features 1/5." in figures[2].caption
    assert "color for each weight of L1" in figures[1].alt


def test_losses_are_means_over_all_the_steps_of_a_stretch(grown, tables):
    drawn = tables["drawn-loss"].filter((pl.col("member") == 1) & (pl.col("run") == "lr 0.003"))
    np.testing.assert_allclose(drawn["step"], [1, 2, 3, 4])  # few enough for a stretch each
    np.testing.assert_allclose(drawn["loss"], grown.history.records["error"][3])


def test_the_window_of_the_last_losses_follows_the_runs_length(grown):
    errors = np.arange(64.0)[None].repeat(4, axis=0)
    history = replace(grown.history, steps=np.arange(64), records={"error": errors})
    longer = replace(grown, experiment=replace(grown.experiment, steps=64), history=history)
    ends = runs.measure({"run": longer}, examples=64)["networks"]
    assert ends["train_loss"].to_list() == [61.5] * 4  # the mean of the last four
    assert ends["first_loss"].to_list() == [0.0] * 4


def test_a_setting_that_did_not_learn_is_what_a_claim_looks_at(tables):
    drawn = tables["drawn-networks"]
    ratio = (drawn["loss"] / drawn["first_loss"]).to_numpy().reshape(2, 2)  # settings by seeds
    np.testing.assert_allclose(tables["drawn-seeds"]["least_learned"], ratio.max(axis=0), rtol=1e-6)
    gap = (drawn["share"] - drawn["covered"]).abs().to_numpy().reshape(2, 2)
    np.testing.assert_allclose(tables["drawn-seeds"]["largest_gap"], gap.max(axis=0))


def test_a_network_that_diverged_has_learned_nothing_and_is_counted(grown):
    status = replace(grown.status, diverged_at=np.array([-1, 2, -1, -1]))
    tables = runs.measure({"run": replace(grown, status=status)}, examples=64)
    assert tables["summary"]["failed"].to_list() == [1, 0]
    assert tables["summary"]["n"].to_list() == [1, 2]
    assert tables["drawn-seeds"]["least_learned"][1] == 1.0
    assert np.isfinite(tables["summary"]["held_out"].to_numpy()).all()
    assert all(all(render(each, dpi=30).values()) for each in draw(tables))


def test_one_seed_decides_nothing_and_the_claim_says_what_would(grown):
    tables = runs.measure({"run": grown.select([0, 2])}, examples=64)
    for claim in load("sparse-features").claims:
        assert (claim.judge(tables).verdict, claim.judge(tables).n) == ("undecided", 1)
        assert "--seeds 0..2 trains three" in claim.note


def test_the_readmes_sweep_has_the_originals_picture(tables):
    figures = draw(tables)
    assert [each.name for each in figures] == ["history", "share", "activations", "biases"]
    assert "2 seeds a setting" in figures[0].caption
    assert all(all(render(each, dpi=30).values()) for each in figures)


def test_the_readmes_claims_are_made_of_its_own_run_alone():
    whole = load("readme-sweep")
    assert len(whole.claims) == len(readme_sweep.ASKED) + 2
    for changes in ({"changes": ("steps=2^12",)}, {"changes": ("network.hidden=64",)}, {"axes": ("lr=0.01,0.02",)}):
        assert len(Overrides(**changes).applied(whole).claims) == 2
    assert len(Overrides(axes=("lr=0.001,0.01",)).applied(whole).claims) == 2 + 2  # those of .001
    assert Overrides(seeds="0..9", changes=("snapshots=[]",)).applied(whole).claims == whole.claims


def test_the_readmes_claims_are_judged_by_its_rates(grown, monkeypatch):
    small = replace(grown.experiment, snapshots=())
    monkeypatch.setattr(readme_sweep, "written", lambda: small)
    monkeypatch.setattr(readme_sweep, "STEPS", 4)
    tables = readme_sweep.measure({"readme-sweep": grown}, examples=64)
    assert [each.claim.judge(tables).n for each in readme_sweep.ASKED] == [2] * len(readme_sweep.ASKED)


def test_the_best_linear_reading_is_that_of_a_tight_frame():
    # Source: least squares on x = Σ f_i d_i where Σ d_i d_iᵀ = N / M.
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(readme_sweep.FEATURES, readme_sweep.WIDTH)))[0]
    variance = readme_sweep.DENSITY / 3 - readme_sweep.DENSITY**2 / 4
    left = variance * (readme_sweep.FEATURES - np.trace(directions @ directions.T))
    assert left == pytest.approx(readme_sweep.LINEAR)
    assert pl.Series([readme_sweep.LINEAR]).round(3)[0] == 1.153


SAID = {
    "task.features=256": lambda found: (found.task.features, found.network.outputs) == (256, 256),
    "task.width=32": lambda found: (found.task.width, found.network.inputs) == (32, 32),
    "network.hidden=612": lambda found: found.network.hidden == 612,
    "task.density=2^-4": lambda found: found.task.density == 1 / 16,
    "batch_size=2^6": lambda found: found.batch_size == 64,
    "lr=0.003": lambda found: found.optimizer.lr == 0.003,
    "steps=2^13": lambda found: found.length == 8192,
    "steps=2^3": lambda found: found.length == 8,
    "task.spread=power-law": lambda found: found.task.spread == "power-law",
    "task.aim=re-projector": lambda found: found.network.outputs == 64,
    "task.aim=abs": lambda found: found.task.aim == "abs",
    "optimizer.decay.rate=0.03": lambda found: found.optimizer.aftermath[0].rate == 0.03,
    "network.offset=-1": lambda found: found.network.offset == -1,
    "network.activation=z-exp-z": lambda found: found.network.activation == "z-exp-z",
    "l1=0.01": lambda found: found.terms[0].weight == 0.01,
}


@pytest.mark.parametrize("words", SAID)
def test_what_the_script_could_say_can_be_said(words):
    # Source: the flags of main.py in jbloomAus/toy_model_interpretability.
    (sweep,) = Overrides(changes=(words,)).applied(load("sparse-features")).sweeps
    assert SAID[words](sweep.experiment)


def test_the_readmes_sweep_can_be_said_by_hand():
    words = ("task.features=256", "task.width=32", "network.hidden=612", "batch_size=2^6", "steps=2^13")
    (ours,) = Overrides(changes=words, axes=("lr=0.001,0.003",)).applied(load("sparse-features")).sweeps
    (theirs,) = load("readme-sweep").sweeps
    assert replace(ours.experiment, snapshots=()) == replace(theirs.experiment, snapshots=())
    assert ours.settings == theirs.settings


def test_a_field_is_swept_in_sweeps_of_its_own():
    found = Overrides(axes=("network.hidden=2^4..2^6",)).applied(load("sparse-features")).sweeps
    assert [each.experiment.network.hidden for each in found] == [16, 32, 64]
