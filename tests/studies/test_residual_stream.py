"""Cuts along a residual stream: what they do by hand, what is needed, how parts are named, and what is claimed."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from test_edges_and_codes import untrained

from tropism.core.member import members_of
from tropism.figures.theme import as_svg
from tropism.networks import LayeredTransformer
from tropism.studies import _residual_stream_tables as stream_tables
from tropism.studies import load
from tropism.studies._residual_stream_runs import sweeps
from tropism.studies._residual_stream_scores import luck, spearman
from tropism.subjects.features.recalls import recall
from tropism.subjects.features.streams import Axes, Cut, Heard, Stream, by_lot, crossed, heard, principal, sequences

SITES = ("embedding", "middle.0", "neurons.0")
SMALL = LayeredTransformer(tokens=6, outputs=3, positions=5, layers=1, width=8, heads=2, hidden=8)
EXPERIMENT = replace(recall(3, 3, 2, steps=1), network=SMALL)


@pytest.fixture(scope="module")
def stream():
    ensemble = untrained(EXPERIMENT, members_of([0]))
    loud = ensemble.params | {"output.weight": 10 * ensemble.params["output.weight"]}  # so that answers differ
    ensemble = replace(ensemble, params=loud)
    asked = sequences(EXPERIMENT.task, 64, "effects")
    asked = asked._replace(classes=ensemble(asked.inputs)[0].argmax(axis=1))  # nobody learned what is right
    return Stream.of(ensemble, 0, asked, heard(ensemble, 0, asked, SITES))


@pytest.fixture(scope="module")
def said(stream):
    return heard(stream.ensemble, 0, stream.asked, SITES)


def losses(stream, tap):
    output = np.asarray(eqx.filter_jit(lambda m, x: m(x, tap))(stream.ensemble.module(0), stream.asked.inputs), float)
    right = np.asarray(stream.asked.classes)
    return np.log(np.exp(output).sum(axis=1)) - output[np.arange(len(right)), right]


def test_a_cut_does_what_a_tap_does_that_projects_by_hand(stream, said):
    basis = by_lot(8, 3)
    mean = jnp.asarray(said["middle.0"].values.mean(axis=0)[4])
    rows = jnp.asarray(basis.rows[:3], jnp.float32)

    def tap(site, value):
        if site != "middle.0":
            return value
        return value.at[:, 4].add(-((value[:, 4] - mean) @ rows.T) @ rows)

    wanted = losses(stream, tap).mean() - losses(stream, lambda site, value: value).mean()
    assert abs(wanted) > 1e-3
    np.testing.assert_allclose(stream.effects([Cut("middle.0", 4, basis, 3)]), wanted, rtol=1e-4, atol=1e-6)


def test_all_directions_of_any_basis_are_all_that_is_said_and_none_are_nothing(stream):
    whole, turned, all_kept, none = stream.effects([
        Cut("embedding", 4), Cut("embedding", 4, by_lot(8, 1), 8),
        Cut("embedding", 4, by_lot(8, 2), 8, keep=True), Cut("embedding", 4, by_lot(8, 2), 0),
    ])  # fmt: skip
    assert abs(whole) > 1e-3
    np.testing.assert_allclose(turned, whole, rtol=1e-4)
    np.testing.assert_allclose([all_kept, none], 0, atol=1e-6)


def test_cutting_what_everybody_says_at_all_positions_is_cutting_each(stream):
    at_all, *each = stream.effects([Cut("neurons.0", None), *(Cut("neurons.0", place) for place in range(5))])
    np.testing.assert_allclose(each[:4], 0, atol=1e-6)  # behind the last attention only the last position is read
    np.testing.assert_allclose(at_all, each[4], rtol=1e-5)


def test_the_number_needed_is_enough_and_one_less_is_not(stream, said):
    effects = stream.effects([Cut(site, 4) for site in SITES])
    site = SITES[int(effects.argmax())]
    bases = [crossed(said[site], 4), principal(said[site], 4), by_lot(8, 5)]
    cuts = [Cut(site, 4, axes, keep=keep) for axes in bases for keep in (False, True)]
    whole = np.repeat(effects.max(), len(cuts))
    needed = stream.needed(cuts, whole)
    assert whole[0] > 1e-3
    for less, right in ((0, True), (1, False)):
        found = stream.effects([cut._replace(first=int(each) - less) for cut, each in zip(cuts, needed, strict=True)])
        enough = [effect <= 0.1 * all_ if cut.keep else effect >= 0.9 * all_
                  for cut, effect, all_ in zip(cuts, found, whole, strict=True)]  # fmt: skip
        assert enough == [right] * len(cuts)


def test_slopes_are_those_of_log_odds(stream, said):
    nudge = 1e-2 * np.random.default_rng(0).normal(size=8).astype(np.float32)

    def odds(by):
        share = np.exp(-losses(stream, lambda site, value: value.at[:, 2].add(by) if site == "embedding" else value))
        return np.log(share / (1 - share))

    rise = (odds(jnp.asarray(nudge)) - odds(-jnp.asarray(nudge))) / 2
    wanted = said["embedding"].slopes[:, 2] @ nudge
    np.testing.assert_allclose(rise, wanted, rtol=1e-2, atol=2e-5)  # differences of float32 answers


def test_the_cross_covariance_finds_the_direction_along_which_answers_change():
    random = np.random.default_rng(1)
    values = random.normal(size=(4000, 1, 6)) * [9, 5, 1, 1, 1, 1]
    slopes = np.zeros_like(values)
    slopes[..., 3] = np.tanh(values[..., 2])  # answers depend on what the third says, whatever else is loud
    loud, told = principal(Heard(values, slopes), 0), crossed(Heard(values, slopes), 0)
    assert abs(loud.rows[0, 0]) > 0.99
    assert abs(told.rows[0, 2]) > 0.9
    for axes in (loud, told, by_lot(6, 1)):
        np.testing.assert_allclose(axes.rows @ axes.rows.T, np.eye(6), atol=1e-10)


def test_ranks_correlate_as_the_closed_form_says():
    one, other = np.array([3.0, 9.0, 1.0, 4.0]), np.array([30.0, 10.0, 5.0, 6.0])
    gaps = np.array([2, 4, 1, 3]) - np.array([4, 3, 1, 2])  # their ranks
    assert spearman(one, other) == pytest.approx(1 - 6 * np.square(gaps).sum() / (4 * 15))
    assert spearman(np.exp(one), other) == pytest.approx(spearman(one, other))
    assert spearman(np.zeros(4), other) == 0


def test_by_lot_parts_are_named_as_often_as_there_are_parts():
    names = ["attention 1", "neurons 1", "attention 2", "neurons 2"]
    rows = [{"task": "recall", "member": member, "part": part, "direct": float(at + member), "change": float(at),
             "moved": float(-at), "turned": float(at), "left": 0.0}
            for member in range(10) for at, part in enumerate(names)]  # fmt: skip
    found = luck(pl.DataFrame(rows))
    means = {(row["score"], row["what"]): row for row in found.iter_rows(named=True)}
    assert means["change", "spearman"]["mean"] == pytest.approx(1)
    assert means["moved", "spearman"]["mean"] == pytest.approx(-1)
    assert means["change", "hit_1"]["by_lot"] == pytest.approx(0.25, abs=0.02)  # 2,000 draws of ten networks
    assert means["change", "hit_2"]["by_lot"] == pytest.approx(0.5, abs=0.02)
    assert means["change", "spearman"]["by_lot_low"] < 0 < means["change", "spearman"]["by_lot_high"]


def nobody(ensemble, row, asked):
    """What a network might have been seen to do; the true cuts would have to be compiled for each task."""
    random = np.random.default_rng(row)
    count, width = ensemble.network.positions, ensemble.network.width
    whole = random.uniform(0, 2, size=(5, count))
    whole[0, 0] = 0.01
    alive = [(int(site), int(place)) for site, place in np.argwhere(whole > stream_tables.ALIVE)]

    def numbers(high):
        return {at: {basis: float(random.integers(1, high)) for basis in stream_tables.BASES} for at in alive}

    axes = {at: {basis: Axes(by_lot(width, *at).rows, np.arange(width, 0.0, -1)) for basis in stream_tables.BASES}
            for at in alive}  # fmt: skip
    return stream_tables.Watched(whole, axes, numbers(33), numbers(9), numbers(2), whole[:4, 0], whole[:4], 1.0, 0.1)


@pytest.fixture(scope="module")
def tables():
    found = {each.name: untrained(each.experiment, members_of([0, 1])) for each in sweeps(quick=False)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_tables, "watched", nobody)
        return stream_tables.tables(found)


@pytest.mark.parametrize("name", ["residual-stream", "residual-stream-quick"])
def test_every_column_that_is_claimed_is_there_and_told(tables, name):
    study = load(name)
    for claim in study.claims:
        assert claim.judge(tables).n > 0
    for table, held in tables.items():
        for column in held.columns:
            assert column in study.columns or f"{table}.{column}" in study.columns, (table, column)
    assert len({claim.text for claim in study.claims}) == len(study.claims)


def test_more_networks_are_asked_how_well_recall_is_learned_as_the_others_are():
    ensemble = untrained(EXPERIMENT, members_of([0, 1]))
    loud = replace(ensemble, params=ensemble.params | {"output.weight": 10 * ensemble.params["output.weight"]})
    asked = sequences(EXPERIMENT.task, 64, "effects")
    told = stream_tables.learned(loud, 64, first=10)
    assert [each["member"] for each in told] == [10, 11]
    for row, each in enumerate(told):
        stream = Stream.of(loud, row, asked, heard(loud, row, asked, SITES))
        assert each["accuracy"] == pytest.approx(stream.right)
        assert each["error"] == pytest.approx(stream.clean, rel=1e-5)
    assert told[0]["accuracy"] != told[1]["accuracy"]


def test_more_networks_count_in_what_is_learned_alone(tables):
    counted = {name: table.filter(task="recall")["member"].n_unique() for name, table in tables.items()
               if {"task", "member"} <= set(table.columns)}  # fmt: skip
    assert counted.pop("networks") == 4
    assert set(counted.values()) == {2}


def test_pictures_are_drawn_of_tables_alone(tables):
    for figure in load("residual-stream").draw(tables):
        assert as_svg(figure).count("<path") > 5


def test_what_is_trained_is_said_and_small():
    assert [each.name for each in sweeps(quick=True)] == ["recall"]
    whole = {each.name: each.seeds for each in sweeps(quick=False)}
    assert not set(whole["recall"]) & set(whole.pop("recall, more"))
    assert all(len(seeds) == 10 for seeds in whole.values())
    assert all(len(each.seeds) >= 2 for each in sweeps(quick=True))
