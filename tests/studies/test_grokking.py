"""The study of grokking: a small one is carried to its verdicts, and what it says of planted tables is known."""

from dataclasses import replace

import jax
import numpy as np
import polars as pl
import pytest

from planted import random_ensemble
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.lineage import member_keys
from tropism.core.paths import flattened
from tropism.errors import DoesNotFit, UnknownName
from tropism.figures.theme import render
from tropism.networks import EmbeddedSum
from tropism.overriding import Overrides
from tropism.studies import STUDIES, grokking, load
from tropism.studies import _grokking_measures as measures
from tropism.studies._grokking_claims import claims, spread
from tropism.subjects.generalization.presets import PRESETS, named
from tropism.training.streams import streams_of

LOOKS = np.arange(25, 101, 25)
CURVES = np.array([[0.0, 0.2, 0.99, 1.0], [0.1, 0.2, 0.3, 0.4]])
"""Accuracies of every second network: one comes to 99 % at step 75, one never."""


def untrained(sweep):
    """Networks of a sweep, small and as they are before training, with a history that was written by hand."""
    whole = sweep.experiment.network
    small = {"embedding": 8} if isinstance(whole, EmbeddedSum) else {"width": 8, "head_width": 2}
    made = replace(sweep.experiment, network=replace(whole, hidden=8, **small))
    members = sweep.members(made)[:2]
    params = flattened(jax.vmap(made.network.build)(streams_of(members).init))
    curves = np.resize(CURVES, (len(members), 4)).astype(np.float32)
    looked = {"accuracy": curves, "accuracy_seen": np.ones_like(curves), "error": curves}
    nowhere = np.full(len(members), -1)
    return Ensemble(
        experiment=made,
        members=members,
        params={path: np.asarray(item) for path, item in params.items()},
        history=History(np.zeros(0, int), {}, LOOKS, looked, {}),
        status=Status(nowhere, nowhere, ("",) * len(members)),
        member_keys=tuple(member_keys(made, members)),
    )


@pytest.fixture(scope="module")
def study():
    whole = load("grokking")
    few = tuple(sweep for sweep in whole.sweeps if sweep.name in ("A5", "S4", "C31-small"))
    return replace(whole, sweeps=few)


@pytest.fixture(scope="module")
def ensembles(study):
    return {sweep.name: untrained(sweep) for sweep in study.sweeps}


@pytest.fixture(scope="module")
def tables(study, ensembles):
    return study.measure(ensembles)


def test_the_study_trains_every_preset_of_the_sweep_on_five_seeds():
    whole = load("grokking")
    wanted = {name for name, each in PRESETS.items() if each.kind in grokking.KINDS}
    assert {sweep.name for sweep in whole.sweeps} == wanted
    assert all(sweep.seeds == (0, 1, 2, 3, 4) for sweep in whole.sweeps)
    for sweep in whole.sweeps:
        assert sweep.experiment == named(sweep.name).experiment(), "what the study trains is what the preset says"


def test_every_reliable_preset_has_a_claim_of_its_own_and_the_thresholds_are_those_that_were_set():
    asked = load("grokking").claims
    counted = {dict(each.where)["preset"]: each for each in asked if each.table == "drawn-counts"}
    assert set(counted) == {name for name, each in PRESETS.items() if each.kind == "reliable"}
    for each in counted.values():  # four of five is enough, three is not
        assert 3 / 5 < each.above < 4 / 5
    bounds = [each for each in asked if each.below == 3000.5]
    assert {dict(each.where)["preset"] for each in bounds} == {"A5", "A5-wide"}
    assert all(each.failed_as > each.below for each in bounds), "who never comes there counts against it"


def network(preset, kind, first, end, **more):
    row = {"preset": preset, "kind": kind, "first": first, "end": end, "seen": 100.0, "worst": end, "diverged_at": -1}
    return row | {"seed": "0", "fell_back": first is not None and end < 0.99} | more


def planted(rows):
    table = pl.DataFrame([row | {"member": place} for place, row in enumerate(rows)], infer_schema_length=None)
    return measures.derived(table.with_columns(pl.col("first").cast(pl.Float64), slowest=1000.0))


def verdict(found, text):
    (claim,) = (each for each in claims(("A5",), ("A5",)) if text in each.text)
    return claim.judge({"drawn-networks": found, "drawn-counts": measures.counts(found)}).verdict


@pytest.mark.parametrize(("lost", "wanted"), [(0, "holds"), (1, "holds"), (2, "fails")])
def test_four_of_five_seeds_are_enough(lost, wanted):
    found = planted(
        [network("A5", "reliable", None, 0.5)] * lost + [network("A5", "reliable", 800.0, 1.0)] * (5 - lost)
    )
    assert verdict(found, "at least four in five") == wanted


def test_networks_that_never_come_there_slow_the_median():
    quick, never = network("A5", "reliable", 800.0, 1.0), network("A5", "reliable", None, 0.5)
    assert verdict(planted([quick] * 5), "within 3,000") == "holds"
    assert verdict(planted([quick, quick, quick, never, never]), "within 3,000") == "undecided"
    assert verdict(planted([never] * 5), "within 3,000") == "fails"
    assert measures.summary(planted([never] * 3))["median"][0] is None


def test_what_is_lost_is_listed():
    found = planted(
        [
            network("A5", "reliable", 800.0, 1.0, seed="0"),
            network("A5", "reliable", None, 0.9, seed="1"),
            network("A5", "reliable", 700.0, 0.95, seed="2", worst=0.4),
            network("A5", "reliable", 700.0, float("nan"), seed="3", diverged_at=900),
        ]
    )
    lost = measures.failures(found)
    assert lost.select("seed", "what").rows() == [("1", "never"), ("2", "not at the end"), ("3", "diverged")]
    row = measures.summary(found).row(0, named=True)
    assert (row["n"], row["reached"], row["kept"], row["fell"], row["steps"]) == (4, 3, 1, 1, "700 to 800")
    assert row["median"] == 750.0, "the one that never came there is the latest"
    assert row["worst"] == 0.4
    assert row["prototypes"] == "4 of 4"


def test_the_fewest_irreps_that_hold_nine_tenths_are_counted_without_the_constant():
    shares = {"trivial": 0.5, "1": 0.3, "2": 0.1, "3": 0.06, "4": 0.04}
    table = pl.DataFrame(
        {"preset": "C9", "member": 0, "seed": "0", "irrep": list(shares), "embedding": list(shares.values())}
    )
    row = measures._fewest(table).row(0, named=True)
    assert (row["key"], row["which"], row["irreps"]) == (3, "1, 2, 3", 4)


def test_a_network_without_structure_needs_nearly_all_irreps(tables):
    # Frequencies of C31 before training, in tables eight wide: as noise has them.
    assert tables["content-key"].filter(pl.col("preset") == "C31-small")["key"].min() > 8


def test_shares_of_irreps_sum_to_one(tables):
    sums = tables["content-irreps"].group_by("preset", "member").agg(pl.col("embedding", "unembedding").sum())
    np.testing.assert_allclose(sums.select("embedding", "unembedding").to_numpy(), 1, atol=1e-5)
    assert set(sums["preset"]) == {"A5", "S4"}


def test_every_claim_can_be_judged_and_every_figure_drawn_alike_twice(study, tables):
    there = {"A5", "S4", "C31-small"}
    asked = [each for each in study.claims if dict(each.where).get("preset", "A5") in there]
    assert len(asked) > 8
    for claim in asked:
        assert claim.judge(tables).verdict in ("holds", "fails", "undecided")
    figures = study.draw(tables)
    assert {"steps", "reliable-accuracy", "unreliable-accuracy", "content-embeddings"} == {f.name for f in figures}
    for figure in figures:
        assert render(figure, 30) == render(figure, 30)


def test_every_printed_column_is_explained(study, tables):
    printed = {column for name, table in tables.items() if not name.startswith("drawn-") for column in table.columns}
    assert printed <= set(study.columns)
    assert len({each.text for each in study.claims}) == len(study.claims)


def test_looks_are_drawn_as_they_were_measured(ensembles, tables):
    drawn = tables["drawn-accuracy"].filter((pl.col("preset") == "A5") & (pl.col("member") == 1))
    history = ensembles["A5"].history
    assert drawn["step"].to_list() == history.validation_steps.tolist()
    np.testing.assert_allclose(drawn["held_out"], history.validation["accuracy"][1])


@pytest.mark.parametrize("name", ["A5", "C113-nanda", "A5-orthograd", "S5-chughtai", "C97-one-hot"])
def test_a_preset_is_a_study_of_its_own(name):
    alone = load(name)
    assert alone.name == name
    assert alone.any_sweeps
    assert [sweep.experiment for sweep in alone.sweeps] == [named(name).experiment()]
    published = named(name).kind == "published"
    assert alone.sweeps[0].seeds == ((0,) if published else (0, 1, 2, 3, 4))
    assert ("eager loop" in alone.lede) == published


def test_a_transformer_is_measured_and_drawn_like_the_others():
    alone = load("A5-T1")
    tables = alone.measure({sweep.name: untrained(sweep) for sweep in alone.sweeps})
    assert tables["content-irreps"].group_by("irrep").len().height == 5
    assert {figure.name for figure in alone.draw(tables)} == {"steps", "transformer-accuracy", "content-embeddings"}
    assert all(claim.judge(tables).n == 2 for claim in alone.claims)


def test_presets_have_names_that_no_study_has_and_slips_are_refused():
    assert not set(STUDIES) & set(PRESETS)
    with pytest.raises(UnknownName, match="C113-square"):
        load("C113-squares")


def test_a_preset_alone_may_be_changed_and_swept():
    changed = Overrides(
        changes=("steps=50",), axes=("network.activation=relu,square", "optimizer.lr=0.01,0.03"), seeds="0"
    ).applied(load("C31"))
    found = {sweep.name: untrained(sweep) for sweep in changed.sweeps}
    tables = changed.measure(found)
    assert tables["presets"].height == 4
    assert tables["drawn-networks"]["member"].to_list() == list(range(4))
    assert set(tables["drawn-networks"]["kind"]) == {"reliable"}
    assert all(claim.judge(tables).n == 4 for claim in changed.claims)
    assert [figure.name for figure in changed.draw(tables)] == ["steps", "reliable-accuracy"]


def test_networks_that_learned_something_else_are_refused():
    with pytest.raises(DoesNotFit, match="products"):
        measures.group_of(random_ensemble())


def test_steps_are_told_as_the_least_and_the_most():
    assert (spread([]), spread([100.0]), spread([3000.0, 800.0])) == ("", "100", "800 to 3,000")
