"""Plain runs of sparse features: the refactor's defaults, its README's sweep, and what their tables hold."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tropism.core.member import Member, Seed
from tropism.core.sweep import Sweep, grid
from tropism.figures.theme import render
from tropism.optimizers import BiasDecay, Cosine, Lamb
from tropism.overriding import Overrides
from tropism.running import train_members
from tropism.studies import _sparse_runs as runs
from tropism.studies import load, readme_sweep

TINY = {"features": 12, "width": 4, "hidden": 16, "batch": 4, "steps": 4}


def trained(*sweeps):
    return {each.name: train_members(each.experiment, each.members(each.experiment)) for each in sweeps}


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


def test_a_price_of_nothing_and_a_decay_of_nothing_change_nothing():
    whole = runs.sparse_features(**TINY)
    bare = replace(whole, terms=(), optimizer=replace(whole.optimizer, aftermath=()))
    (one,), (other,) = ([*trained(Sweep("run", each, (0,))).values()] for each in (whole, bare))
    for path, item in one.params.items():
        np.testing.assert_array_equal(item, other.params[path])


def test_networks_are_told_apart_by_what_was_swept(tables):
    assert tables["networks"]["run"].to_list() == ["lr 0.001", "lr 0.001", "lr 0.003", "lr 0.003"]
    assert tables["networks"]["member"].to_list() == [0, 1, 2, 3]
    verdicts = [claim.judge(tables) for claim in (*readme_sweep.CLAIMS, *load("sparse-features").claims)]
    assert [verdict.n for verdict in verdicts] == [2] * len(readme_sweep.CLAIMS) + [4] * 2


def test_fields_that_were_swept_are_told_apart_by_their_sweeps(grown):
    one = replace(grown.select([0]), members=(Member(Seed.of(0)),))
    sweeps = {f"sparse-features hidden-{hidden}": one for hidden in (8, 16)}
    tables = runs.measure(sweeps, examples=64)
    assert tables["networks"]["run"].to_list() == ["hidden-8", "hidden-16"]
    assert tables["networks"]["member"].to_list() == [0, 1]
    assert [each.name for each in runs.draw(tables)] == ["loss", "share", "coverage", "bias"]
    assert [each.name for each in readme_sweep.draw(tables)] == ["loss", "share", "coverage", "bias"]


def test_networks_without_a_mean_bias_have_no_figure_of_it():
    small = runs.sparse_features(features=12, width=4, hidden=6, batch=8, steps=4)
    still = replace(small.optimizer, aftermath=())  # without hidden biases, none can decay
    bare = replace(small, network=replace(small.network, hidden_bias=False), optimizer=still)
    figures = runs.draw(runs.measure(trained(Sweep("run", bare, (0, 1))), examples=64))
    assert [each.name for each in figures] == ["loss", "share", "coverage"]
    assert all(all(render(each, dpi=30).values()) for each in figures)


def test_losses_are_means_over_all_the_steps_of_a_stretch(grown, tables):
    drawn = tables["drawn-losses"].filter((pl.col("member") == 3) & (pl.col("run") == "lr 0.003"))
    np.testing.assert_allclose(drawn["step"], [1, 2, 3, 4])  # few enough for a stretch each
    np.testing.assert_allclose(drawn["loss"], grown.history.records["error"][3])
    late = grown.history.records["error"].mean(axis=1)
    np.testing.assert_allclose(tables["networks"]["train_loss"], late, rtol=1e-6)


def test_the_readmes_sweep_has_the_originals_picture(tables):
    (figure,) = readme_sweep.draw(tables)
    assert figure.name == "history"
    assert "2 seeds a setting" in figure.caption
    assert all(render(figure, dpi=30).values())
    assert all(all(render(each, dpi=30).values()) for each in runs.draw(tables))


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
