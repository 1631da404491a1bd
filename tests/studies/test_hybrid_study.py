"""Free latents beside sparse ones: what is measured of dictionaries that hold the truth, and what the rule chooses."""

import dataclasses
import itertools

import numpy as np
import polars as pl
import pytest

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import Member, Seed, members_of
from tropism.dictionaries import Dictionary
from tropism.figures.theme import render
from tropism.studies import _fresh_rows as fresh_rows
from tropism.studies import _hybrid_runs as runs
from tropism.studies import _hybrid_tables as tables
from tropism.studies import hybrid, load
from tropism.subjects.features.scores import Learned
from tropism.subjects.features.truth import Sample

RANDOM = np.random.default_rng(0)
WIDTH, DENSE, FEATURES, COUNT = 32, 4, 48, 1500


@pytest.fixture(scope="module")
def given():
    """Data like MIX-32: four dense directions at right angles, and 48 sparse features of which three are on."""
    dense = np.linalg.qr(RANDOM.normal(size=(WIDTH, DENSE)))[0].T
    sparse = RANDOM.normal(size=(FEATURES, WIDTH))
    sparse /= np.linalg.norm(sparse, axis=1, keepdims=True)
    on = np.argsort(RANDOM.uniform(size=(COUNT, FEATURES)))[:, :3]
    z = np.zeros((COUNT, DENSE + FEATURES))
    z[:, :DENSE] = RANDOM.normal(size=(COUNT, DENSE))
    np.put_along_axis(z[:, DENSE:], on, np.abs(RANDOM.normal(size=on.shape)), axis=1)
    rare = np.arange(DENSE + FEATURES) >= DENSE
    x = z @ np.concatenate([dense, sparse])
    seen = Sample(x, z, z != 0)
    oracle = tables.oracle(seen, np.concatenate([dense, sparse]), rare)
    return tables.Given(seen, sparse, dense, rare, np.linalg.svd(x - x.mean(0))[2], oracle)


def holding(given, count, sparse=None, codes=None):
    """A dictionary whose dense block holds the first directions of the truth, and its sparse part the features."""
    z = given.seen.z if codes is None else codes
    used = np.concatenate([np.arange(count), np.arange(DENSE, z.shape[1])])
    rows = np.concatenate([given.dense[:count], given.sparse if sparse is None else sparse])
    dictionary = Dictionary.of(rows, signed=True)
    return Learned(dictionary, rows, z[:, used], z[:, used] @ rows, np.ones(len(rows), bool))


ARM = runs.Arm("MIX-32", "L1", (0, 2, 4))


def test_the_truth_has_every_score_at_its_best(given):
    one = holding(given, DENSE)
    found = tables._sparse(DENSE, one, given) | tables._dense(DENSE, one, given)
    for name in ("matched", "beside", "explained", "recall", "recall_beside", "f1", "overlap"):
        assert found[name] == pytest.approx(1), name
    assert found["l0"] == pytest.approx(3)
    assert found["dense_latents"] == 0
    assert found["matched_chance"] < 0.5
    assert found["beside_chance"] < 0.5
    assert found["f1_chance"] < 0.15
    assert found["leak"] < 0.02  # what is dense says nothing of what is sparse
    assert found["lost_dense"] + found["lost_sparse"] == pytest.approx(1, abs=0.05)


def test_features_without_their_part_in_the_dense_span_are_whole_beside_it_alone(given):
    inside = given.dense.T @ given.dense
    one = holding(given, DENSE, sparse=given.sparse - given.sparse @ inside)
    found = tables._sparse(DENSE, one, given)
    assert found["beside"] == pytest.approx(1)
    assert found["matched"] == pytest.approx(found["ceiling"])
    assert found["ceiling"] == pytest.approx(np.sqrt(1 - np.square(given.sparse @ given.dense.T).sum(1)).mean())
    assert found["ceiling"] < 0.96


def test_random_directions_have_the_scores_of_chance(given):
    rows = RANDOM.normal(size=(FEATURES, WIDTH))
    found = tables._sparse(DENSE, holding(given, DENSE, sparse=rows), given)
    assert found["matched"] == pytest.approx(found["matched_chance"], abs=0.05)
    assert found["beside"] == pytest.approx(found["beside_chance"], abs=0.05)


def test_the_oracle_knows_the_sparse_directions_and_minds_no_dense_ones(given):
    """It tells the same of data whose dense part is ten times as strong, and little with other directions."""
    rows = np.concatenate([given.dense, given.sparse])
    assert 0.85 < given.oracle < 1  # pursuit with three of 48 in 28 dimensions errs now and then
    loud = given.seen._replace(x=given.seen.x + 9 * given.seen.z[:, :DENSE] @ given.dense)
    assert tables.oracle(loud, rows, given.rare) == pytest.approx(given.oracle, abs=1e-9)
    lost = np.concatenate([given.dense, RANDOM.normal(size=given.sparse.shape)])
    assert tables.oracle(given.seen, lost, given.rare) < 0.4
    turned = np.concatenate([given.dense, given.sparse[::-1]])
    mixed = given.seen._replace(z=given.seen.z[:, [*range(DENSE), *range(DENSE, DENSE + FEATURES)[::-1]]])
    assert tables.oracle(mixed, turned, given.rare) == pytest.approx(given.oracle)  # a permutation is no difference
    bare = Sample(given.seen.z[:, DENSE:] @ given.sparse, given.seen.z[:, DENSE:], given.seen.on[:, DENSE:])
    assert tables.oracle(bare, given.sparse, np.ones(FEATURES, bool)) > given.oracle  # four more dimensions to tell by


def test_half_of_the_dense_directions_are_half_a_block(given):
    found = tables._dense(2, holding(given, 2), given)
    assert found["overlap"] == pytest.approx(1)  # both lie in the true span
    assert found["overlap_chance"] == DENSE / WIDTH
    assert found["leak_chance"] == pytest.approx(2 / WIDTH, abs=0.05)
    none = tables._dense(0, holding(given, 0), given)
    assert none["lost_dense"] == 0
    assert np.isnan(none["overlap"])
    assert np.isnan(none["leak"])


def networks(scale):
    """A table like the study's, in which sparse latents are dense wherever there are fewer free ones than wanted."""
    rows = []
    names = [name for name in hybrid.COLUMNS if name in SCORES]
    for each in scale.arms:
        dense = runs.DATA[each.data][0]
        for weight in each.weights if each.code == "L1" else (0.0,):
            seeds = scale.seeds if each.fresh == runs.FRESH else scale.more
            for member, delta in itertools.product(seeds, each.deltas):
                told = {"data": each.data, "r": dense, "code": each.code, "begun": each.begun, "delta": delta,
                        "weight": weight, "member": member, "seed": str(member)}  # fmt: skip
                scores = dict(zip(names, RANDOM.uniform(0.4, 0.6, len(names)), strict=True))
                rows.append(told | scores | {"most": 0.35 if delta < dense else 0.25})
    return pl.DataFrame(rows)


def test_further_worlds_have_seeds_and_names_of_their_own_and_count_in_one_rule():
    names = [sweep.name for sweep in runs.WHOLE.sweeps()]
    assert len(set(names)) == len(names)
    assert not set(runs.WHOLE.seeds) & set(runs.WHOLE.more)
    found = tables.rule(networks(runs.WHOLE)).filter(code="TopK", data="MIX-32")
    assert sorted(map(int, found["seed"])) == [*runs.WHOLE.seeds, *runs.WHOLE.more]
    assert found["right"].all()


def test_a_network_stands_at_the_place_of_its_seed_among_all(monkeypatch):
    def told(arm, ensemble, row, given, places):
        return {"data": arm.data, "code": arm.code, "fresh": arm.fresh, "seed": str(ensemble.members[row].seed),
                "member": places.index(str(ensemble.members[row].seed))}  # fmt: skip

    class Company(list):
        members = property(lambda self: self)

    def of(seeds):
        return Company(members_of(seeds))

    monkeypatch.setattr(tables, "_network", told)
    monkeypatch.setattr(tables, "rule", lambda networks: networks)
    monkeypatch.setattr(tables, "seeds", lambda chosen: chosen)
    arms = [arm for arm in runs.WHOLE.arms if arm.data == "MIX-32" and arm.code == "TopK"]
    of_arm = {arm.name: of(runs.WHOLE.seeds if arm.fresh == runs.FRESH else runs.WHOLE.more) for arm in arms}
    found = tables.tables(of_arm, arms)["networks"]
    assert found["member"].to_list() == [int(each) for each in found["seed"]]
    assert found["member"].n_unique() == len(runs.WHOLE.seeds) + len(runs.WHOLE.more)


SCORES = (
    "explained", "l0", "live", "dense_latents", "most", "matched", "matched_chance", "ceiling", "beside",
    "beside_chance", "recall", "recall_beside", "f1", "f1_chance", "f1_oracle", "lost_dense", "lost_sparse", "overlap",
    "overlap_pca", "overlap_chance", "leak", "leak_pca", "leak_chance",
)  # fmt: skip


def test_the_scores_are_those_that_the_study_tells_of(given):
    one = holding(given, 2)
    assert (*tables._sparse(2, one, given), *tables._dense(2, one, given)) == SCORES


def test_the_rule_is_the_smallest_number_without_a_dense_latent():
    found = tables.rule(networks(runs.WHOLE))
    assert (found["chosen"] == found["r"]).all()
    assert found["right"].all()
    assert (found["chosen_40"] == 0).all()
    assert found.filter(data="MIX-32", code="L1")["chosen_20"].is_nan().all()
    assert found["member"].is_unique().all()


def test_a_seed_is_right_where_all_of_its_data_are():
    chosen = tables.rule(networks(runs.WHOLE))
    found = tables.seeds(chosen)
    assert found.height == len(runs.WHOLE.seeds)
    assert (found["data"] == 3).all()
    assert (found["right"] == 1).all()
    wrong = tables.seeds(chosen.with_columns(right=pl.col("right") & ~((pl.col("seed") == "2") & (pl.col("r") == 6))))
    np.testing.assert_allclose(wrong.sort("seed")["right"], [1, 1, 2 / 3, 1])


@pytest.mark.parametrize("name", ["hybrid", "hybrid-quick"])
def test_every_claim_can_be_judged_and_every_column_is_told(name):
    study = load(name)
    table = networks(runs.QUICK if name.endswith("quick") else runs.WHOLE)
    told = {"networks": table, "rule": tables.rule(table), "seeds": tables.seeds(tables.rule(table))}
    for claim in study.claims:
        assert claim.judge(told).n >= 2, claim.text
    words = set(study.columns or ())
    assert all({column, f"{name}.{column}"} & words for name, each in told.items() for column in each.columns)
    assert len({sweep.name for sweep in study.sweeps}) == len(study.sweeps)
    figures = study.draw(told)
    assert len(figures) == 3
    assert all(render(figures[0], dpi=20).values())


def fresh(count):
    """Networks of two seeds as they are drawn, or nearly."""
    experiment = fresh_rows.fresh(count, WIDTH)
    rows = RANDOM.normal(size=(2, count, WIDTH)).astype(np.float32)
    params = {"encoder.weight": rows, "encoder.bias": np.zeros((2, count), np.float32),
              "output.weight": rows.swapaxes(1, 2), "output.bias": np.zeros((2, WIDTH), np.float32)}  # fmt: skip
    none, never = np.zeros(0, int), np.array([-1, -1])
    members = tuple(Member(Seed.of(seed)) for seed in (0, 7))
    return Ensemble(experiment=experiment, members=members, params=params, history=History(none, {}, none, {}, {}),
                    status=Status(never, never, ("", "")), member_keys=("a", "b"))  # fmt: skip


def test_dense_places_beyond_delta_are_silent_and_the_others_as_drawn():
    first = fresh(runs.SPARSE + 6)
    found = runs.started(first, ARM, 2)
    rows = found.params["encoder.weight"]
    assert rows.shape[1] == runs.SPARSE + 4
    assert not rows[:, 2:4].any()
    assert not found.params["output.weight"][:, :, 2:4].any()
    kept = [0, 1, *range(4, runs.SPARSE + 4)]
    np.testing.assert_array_equal(rows[:, kept], first.params["encoder.weight"][:, kept])


def test_networks_that_begin_at_components_do_so(monkeypatch, given):
    monkeypatch.setattr("tropism.subjects.features.truth.sample", lambda *_, **__: given.seen)
    found = runs.started(fresh(runs.SPARSE + 4), dataclasses.replace(ARM, begun="PCA"), 2)
    first = found.params["encoder.weight"][1]
    np.testing.assert_allclose(np.abs((first[:2] * given.components[:2]).sum(1)), 1, atol=1e-5)
    assert not first[2:4].any()


def test_rows_are_by_price_then_delta_then_seed():
    arm = dataclasses.replace(ARM, weights=(0.1, 0.3))
    assert [arm.delta_of(row, 12) for row in range(12)] == [0, 0, 2, 2, 4, 4] * 2


def test_a_dictionary_without_its_silent_places_is_scored_by_its_own_block(given):
    whole = holding(given, DENSE)
    found = tables.kept(whole, 2, DENSE)
    assert found.codes.shape[1] == len(found.live) == FEATURES + 2
    np.testing.assert_allclose(found.dictionary.atoms[2:], whole.dictionary.atoms[DENSE:], rtol=1e-12)
