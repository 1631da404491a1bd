"""What a decomposition is measured by, on activations whose truth is known; nothing is trained."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from test_edges_and_codes import untrained

from tropism.core import Member, Seed
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import members_of
from tropism.core.sweep import members_in
from tropism.dictionaries import Dictionary, PrincipalComponents
from tropism.errors import BadValue, DoesNotFit
from tropism.studies import load
from tropism.studies._decompose_dictionaries import One, dictionaries, rates
from tropism.studies._decompose_examples import _as_drawn, color_words, kind_of, said
from tropism.studies._decompose_look import Look, Seen, spread
from tropism.studies._decompose_methods import by_chance, components, methods, pursued
from tropism.studies._decompose_spectrum import spectrum
from tropism.studies._decompose_truth import alike_examples, compares, knows_features, true_directions
from tropism.studies._decompose_words import lede
from tropism.studies._retrain_runs import models
from tropism.studies.decompose import Sizes, by_member, decomposition, sizes_for
from tropism.subjects.color import Colors
from tropism.subjects.features import Digits, KeyValueRecall, Recorded, Watched
from tropism.subjects.features.scores import Learned
from tropism.subjects.generalization import ColoredShapes
from tropism.subjects.superposition.measures import worlds
from tropism.subjects.superposition.measures.examples import held_out
from tropism.subjects.superposition.tasks import SparseFeatures

RANDOM = np.random.default_rng(0)
WAYS = np.linalg.qr(RANDOM.normal(size=(6, 6)))[0]


def sparse_rows(count=600, active=2):
    """Activations of six orthogonal directions, so many on at once, and what they are made of."""
    on = RANDOM.random((count, 6)).argsort(axis=1) < active
    codes = on * RANDOM.uniform(0.5, 1.5, size=(count, 6))
    return codes @ WAYS, codes


def seen_of(rows):
    return Seen(rows[:400], rows[400:], np.arange(len(rows) - 400), np.zeros(rows.shape[1]))


def planted(rows, codes, atoms=WAYS, *, number=0, latents=6):
    """The truth as if a dictionary had learned it, with a latent that is dead where there are more."""
    seen = seen_of(rows)
    extra = np.zeros((latents - len(atoms), 6))
    dictionary = Dictionary.of(np.concatenate([atoms, extra]), signed=True)
    held = np.pad(codes[400:], ((0, 0), (0, len(extra))))
    found = Learned(dictionary, dictionary.atoms, held, held @ dictionary.atoms, (held > 0).mean(axis=0) > 1e-3)
    return One(0, number, latents, 2, found, seen, number, PrincipalComponents(6).fit(seen.shown, seed=0))


def test_as_many_components_stand_above_chance_as_were_planted():
    mixed = RANDOM.normal(size=(2000, 2)) @ RANDOM.normal(size=(2, 8)) * 3 + RANDOM.normal(size=(2000, 8))
    assert spectrum(mixed).above == 2
    assert spectrum(RANDOM.normal(size=(2000, 8))).above <= 1  # each has a chance of one in twenty
    assert spectrum(mixed).shares.sum() == pytest.approx(1)


def test_rows_that_repeat_count_once_for_chance():
    few = RANDOM.normal(size=(30, 8))
    np.testing.assert_allclose(spectrum(np.repeat(few, 50, axis=0)).chance, spectrum(few).chance)


def test_components_explain_what_lies_along_them_and_all_of_them_everything():
    rows, _ = sparse_rows()
    found = PrincipalComponents(6).fit(rows, seed=0)
    for count in range(1, 7):
        assert components(found, rows, count) == pytest.approx(found.explained[:count].sum())


def test_the_truth_explains_all_and_directions_by_chance_do_not():
    rows, _ = sparse_rows()
    truth = Dictionary.of(WAYS)
    assert pursued(truth, rows, 2) == pytest.approx(1)
    for several in by_chance(seen_of(rows), 6).values():
        assert all(pursued(each, rows, 2) < 0.95 for each in several)
    assert np.isnan(pursued(truth, rows, 7))


def test_two_dictionaries_that_are_the_truth_score_one_and_their_controls_do_not():
    rows, codes = sparse_rows()
    other = planted(rows, codes[:, ::-1], WAYS[::-1], number=1, latents=8)
    one = planted(rows, codes, latents=8)
    table = dictionaries(Look(Recorded.of(rows)), (one, other), [WAYS])
    np.testing.assert_allclose(table.select("again", "matched", "recall", "explained", "explained_pursued"), 1)
    controls = (
        "again_random_high",
        "again_lot_high",
        "matched_random_high",
        "matched_lot_high",
        "explained_random",
        "explained_lot",
    )
    assert (table.select(controls).to_numpy() < 0.97).all()
    assert table["dead"].to_list() == [0.25, 0.25]
    assert table["l0"].to_list() == [2.0, 2.0]
    assert rates(Look(Recorded.of(rows)), (one, other)).filter(pl.col("rate") == 0).height == 4


def test_a_latent_that_is_turned_round_is_not_found_again():
    rows, codes = sparse_rows()
    other = planted(rows, codes, -WAYS, number=1)
    table = dictionaries(Look(Recorded.of(rows)), (planted(rows, codes), other), None)
    assert (table["again"] < 0.1).all()
    assert "matched" not in table.columns


def test_members_are_networks_with_the_mean_of_their_dictionaries_or_dictionaries_of_one():
    scores = pl.DataFrame(
        {"member": [0, 1, 2, 3], "network": [0, 0, 1, 1], "seed": ["5", "5", "6", "6"], "dictionary": [0, 1, 0, 1],
         "latents": [8] * 4, "active": [1] * 4, "explained": [0.2, 0.4, 0.6, 0.8], "live": 1.0, "dead": 0.0,
         "dense": 0.0, "again": [0.1, 0.1, 0.3, 0.3]}
    )  # fmt: skip
    tables = by_member(scores, networks=True)
    np.testing.assert_allclose(tables["explained"]["explained"], [0.3, 0.7])
    assert tables["again"]["seed"].to_list() == ["5", "6"]
    assert by_member(scores, networks=False)["explained"]["member"].to_list() == [0, 1, 2, 3]


def test_every_method_stands_in_the_table_and_none_explains_more_than_all():
    rows, _ = sparse_rows(300)
    found = methods(Look(Recorded.of(rows)), (8,), (1, 2), 2)["methods"]
    assert found["method"].n_unique() == 7
    assert (found["explained"] <= 1 + 1e-9).all()
    best = found.filter(pl.col("active") == 2).sort("explained")["method"][-1]
    assert best in ("independent components", "online dictionary", "K-SVD")


@pytest.mark.parametrize(
    ("rgb", "words"),
    [
        ((1, 0, 0), "red"),
        ((0.3, 0, 0), "dark red"),
        ((1, 0.6, 0.6), "pale red"),
        ((0.5, 0.5, 0.5), "gray"),
        ((0.05, 0, 0), "black"),
        ((1, 0, 0.1), "red"),
    ],
)
def test_colors_have_words(rgb, words):
    assert color_words(np.array(rgb, float)) == words


def test_tokens_are_written_about_their_position():
    assert said(np.arange(4), 2) == "0 1 [2] 3"
    assert said(np.arange(4), -1) == "0 1 2 3"
    assert said(np.arange(30), 20) == "… 16 17 18 19 [20] 21 22 23 24 …"
    assert said(np.arange(30), -1) == "0 1 2 3 4 5 6 7 8 …"


def test_examples_are_shown_as_what_they_are():
    assert kind_of(Colors(), np.zeros((5, 3))) == "colors"
    assert kind_of(KeyValueRecall(), np.zeros((5, 7), int)) == "tokens"
    assert kind_of(Digits(), np.zeros((5, 64))) == "pictures"
    assert kind_of(SparseFeatures(), np.zeros((5, 64))) == "none"
    assert kind_of(None, None) == "rows"
    assert _as_drawn("pictures", Digits(), np.zeros((5, 64))).shape == (5, 8, 8)
    shapes = ColoredShapes()
    assert _as_drawn("pictures", shapes, np.zeros((5, 3 * shapes.size**2))).shape == (5, shapes.size, shapes.size)


def test_features_are_what_turning_them_on_changes_and_examples_mean_the_same_to_all(sparse_networks):
    look = Look(Watched(sparse_networks, "hidden", count=50, held_out=20))
    assert knows_features(look)
    assert compares(look)
    found, asked = true_directions(look), alike_examples(look)
    assert [each.shape for each in found] == [(6, 4), (6, 4)]
    assert asked.shape[0] == 2
    ways = worlds(sparse_networks)["directions"]
    np.testing.assert_allclose(found[1], ways[1] @ sparse_networks.params["hidden.weight"][1].T, atol=1e-5)
    features = np.concatenate([each.features for each in held_out(sparse_networks, 0, examples=2048)])
    for way, rows in zip(ways, asked, strict=True):
        np.testing.assert_allclose(features @ way, rows, atol=1e-5)


@pytest.fixture
def sparse_networks():
    """Two networks of sparse features whose hidden neurons are linear and have no bias."""
    (sweep,) = load("sparse-features").sweeps
    task = replace(sweep.experiment.task, features=6, width=3)
    network = replace(sweep.experiment.network, inputs=3, hidden=4, outputs=6, activation="linear")
    experiment = replace(sweep.experiment, task=task, network=network, batch_size=8, steps=16, snapshots=())
    params = {
        "hidden.weight": RANDOM.normal(size=(2, 4, 3)).astype("f4"),
        "hidden.bias": np.zeros((2, 4), "f4"),
        "output.weight": RANDOM.normal(size=(2, 6, 4)).astype("f4"),
    }
    return Ensemble(
        experiment=experiment,
        members=members_in(experiment, (0, 1), ((),)),
        params=params,
        history=History(np.arange(1), {}, np.arange(0), {}, {}),
        status=Status(np.full(2, -1), np.full(2, -1), ("", "")),
        member_keys=("a", "b"),
    )


def test_it_is_said_where_held_out_examples_were_trained_on(sparse_networks):
    digits = untrained(replace(models(1)["relu"].experiment, snapshots=()), members_of([0]))
    few, many = Look(Watched(digits, "hidden.1", count=300)), Look(Watched(sparse_networks, "hidden", count=50))
    assert 0.2 < few.repeated() < 0.27  # 300 draws of 1078 digits reach 1 − e^(−300/1078) = .243 of them
    assert many.repeated() == Look(Recorded.of(np.eye(9))).repeated() == 0
    told = [lede(each, Sizes((8,), (1,)), "", "") for each in (few, many)]
    assert "% of these, too" in told[0]
    assert "that no dictionary was trained on" in told[1]


def test_sizes_follow_the_width_and_cannot_be_absurd():
    wide, narrow = (sizes_for(Look(Recorded.of(np.eye(300, width)))) for width in (1024, 5))
    assert (wide.latents, wide.active, narrow.latents, narrow.active) == ((256,), (8, 16, 32), (32,), (1, 2, 4))
    assert wide.steps < narrow.steps
    assert sizes_for(Look(Recorded.of(np.eye(9, 5))), latents=(3,)).active == (1, 2)
    for wrong in ({"latents": ()}, {"latents": (0,)}, {"latents": (8, 8)}, {"repeats": 1}, {"steps": 0}):
        with pytest.raises(BadValue):
            Sizes(**{"latents": (8,), "active": (1,), **wrong})
    with pytest.raises(DoesNotFit, match="more than are on"):
        Sizes((8,), (8,))


def test_a_study_of_a_table_trains_dictionaries_of_all_sizes_and_claims_what_may_fail():
    rows, _ = sparse_rows()
    study = decomposition(Recorded.of(rows), Sizes((8, 12), (1, 2)), name="mine", of="rows.npy")
    assert [sweep.name for sweep in study.sweeps] == [f"{a} latents, {b} active" for a in (8, 12) for b in (1, 2)]
    assert all(sweep.seeds == (Seed.of(0), Seed.of(1)) for sweep in study.sweeps)
    assert study.sweeps[0].members(study.sweeps[0].experiment)[0] == Member(Seed.of(0))
    assert "rows.npy" in study.title
    assert len(study.claims) == 6


def test_what_is_spread_keeps_its_ends():
    np.testing.assert_array_equal(spread(5, 9), range(5))
    assert (spread(1000, 10)[[0, -1]] == (0, 999)).all()
    assert len(spread(1000, 10)) == 10
