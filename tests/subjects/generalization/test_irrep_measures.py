"""Irrep content of tables, logits and hidden layers: planted shares come back, and chance is what it should be."""

import numpy as np
import pytest
from planted_tables import cube, flat, planted

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import (
    Alternating,
    Cyclic,
    Dihedral,
    Symmetric,
    characters,
    coefficient_basis,
    commutant,
    irreps,
)
from tropism.subjects.generalization.measures import (
    embedding_shares,
    hidden_shares,
    key_losses,
    logit_similarity,
    tables_of,
)

GROUPS = [Symmetric(4), Alternating(4), Alternating(5), Symmetric(5), Cyclic(12), Dihedral(6)]


def column(table, value, **where):
    """One column of a table by irrep, of the rows with some values."""
    for name, wanted in where.items():
        table = table.filter(table[name] == wanted)
    return dict(zip(table["irrep"], table[value], strict=True))


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_shares_of_a_table_sum_to_one(group):
    matrix = np.random.default_rng(1).normal(size=(3, group.order, 5)).astype(np.float32)
    table = embedding_shares(matrix, irreps(group))
    assert len(table) == 3 * len(irreps(group))
    np.testing.assert_allclose(table.select("member", "share").group_by("member").sum()["share"], 1.0, rtol=1e-12)


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_planted_shares_come_back(group):
    names = list(irreps(group))
    shares = {names[0]: 0.05, names[-1]: 0.65, names[-2]: 0.3}
    found = column(embedding_shares(planted(group, shares)[None], irreps(group)), "share")
    np.testing.assert_allclose([found[name] for name in names], [shares.get(name, 0.0) for name in names], atol=1e-12)


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_a_table_without_structure_has_of_each_irrep_what_its_size_gives(group):
    matrix = np.random.default_rng(2).normal(size=(1, group.order, 4000))
    found = column(embedding_shares(matrix, irreps(group)), "share")
    for name, matrices in irreps(group).items():
        wanted = matrices.shape[1] ** 2 / commutant(matrices) / group.order
        assert found[name] == pytest.approx(wanted, rel=0.1)  # 4000 columns: a standard deviation of at most 2.3 %


def test_rows_of_a_subgroup_are_looked_at_alone():
    inside = planted(Alternating(5), {"3a": 0.8, "4": 0.2})
    whole = np.concatenate([inside, np.random.default_rng(3).normal(size=(60, 24))])
    found = column(embedding_shares(whole[None], irreps(Alternating(5)), rows=np.arange(60)), "share")
    assert found == pytest.approx({"trivial": 0, "3a": 0.8, "3b": 0, "4": 0.2, "5": 0}, abs=1e-12)
    turned = np.concatenate([whole[60:], inside[::-1]])
    again = embedding_shares(turned[None], irreps(Alternating(5)), rows=np.arange(119, 59, -1))
    assert column(again, "share") == pytest.approx(found, abs=1e-12)


def test_restriction_to_the_even_rows_sees_the_restricted_irrep():
    # Section 4.3 of the subject's spec: the standard one of S5 restricts to 4, the one of six dimensions to 3a and 3b.
    found = embedding_shares(planted(Symmetric(5), {"standard": 1.0})[None, :60], irreps(Alternating(5)))
    assert column(found, "share")["4"] == pytest.approx(1.0)
    found = embedding_shares(planted(Symmetric(5), {"6": 1.0})[None, :60], irreps(Alternating(5)))
    assert column(found, "share")["3a"] + column(found, "share")["3b"] == pytest.approx(1.0)


def test_several_tables_are_told_apart_and_nothing_has_no_shares():
    group = Symmetric(4)
    tables = {"left": planted(group, {"2": 1.0})[None], "right": np.zeros((1, 24, 3))}
    table = embedding_shares(tables, irreps(group))
    assert column(table, "share", matrix="left")["2"] == pytest.approx(1.0)
    assert table.filter(table["matrix"] == "right")["share"].is_nan().all()
    assert set(embedding_shares(tables, irreps(group), matrices=("right",))["matrix"]) == {"right"}


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(DoesNotFit, match="60 rows"):
        embedding_shares(np.ones((1, 60, 2)), irreps(Symmetric(5)))
    with pytest.raises(BadValue, match="members"):
        embedding_shares(np.ones((60, 2)), irreps(Alternating(5)))
    with pytest.raises(UnknownName, match="left"):
        tables_of({"left": np.ones((1, 6, 2))}, ("lift",))


@pytest.mark.parametrize("group", [Symmetric(3), Alternating(4), Cyclic(7)], ids=str)
def test_the_similarity_of_logits_is_the_plain_cosine(group):
    logits = np.random.default_rng(4).normal(size=(2, *[group.order] * 3)).astype(np.float32) + 3
    found = logit_similarity(logits, group)
    for member in range(2):
        centered = logits[member].astype(float)
        centered -= centered.mean(axis=2, keepdims=True)
        for name, similarity in column(found, "similarity", member=member).items():
            like = cube(group, characters(irreps(group))[name])
            cosine = (centered * like).sum() / np.linalg.norm(centered) / np.linalg.norm(like)
            assert similarity == pytest.approx(cosine, abs=1e-12)


@pytest.mark.parametrize("group", [Symmetric(4), Alternating(5), Alternating(4), Cyclic(12)], ids=str)
def test_planted_characters_come_back_and_their_squares_sum_to_one(group):
    # |χ(abc⁻¹)|² over all triples is n³·c, with c the dimension of the commutant.
    draws = np.random.default_rng(5)
    strengths = {name: draws.uniform(0.5, 2.0) for name in irreps(group) if name != "trivial"}
    sizes = {name: commutant(irreps(group)[name]) for name in strengths}
    values = sum(strength * characters(irreps(group))[name] for name, strength in strengths.items())
    logits = cube(group, values) + draws.normal(size=(group.order, group.order, 1))  # the softmax does not see these
    found = column(logit_similarity([logits], group), "similarity")
    whole = sum(strengths[name] ** 2 * sizes[name] for name in strengths)
    for name, strength in strengths.items():
        assert found[name] == pytest.approx(strength * np.sqrt(sizes[name] / whole), abs=1e-12)
    assert found["trivial"] == pytest.approx(0.0, abs=1e-12)
    assert sum(each**2 for each in found.values()) == pytest.approx(1.0)


def test_shares_of_the_hidden_layer_are_the_plain_projections():
    group = Symmetric(3)
    hidden = np.random.default_rng(6).normal(size=(1, 6, 6, 5)).astype(np.float32)
    found = hidden_shares(hidden, group)
    centered = hidden[0].reshape(36, 5).astype(float)
    centered -= centered.mean(axis=0)
    a, b = np.divmod(np.arange(36), 6)
    for name, matrices in irreps(group).items():
        for part, places in {"left": a, "right": b, "product": group.table()[a, b]}.items():
            basis = np.linalg.qr(flat(matrices)[places])[0]
            wanted = np.square(basis.T @ centered).sum() / np.square(centered).sum()
            assert column(found, part)[name] == pytest.approx(0.0 if name == "trivial" else wanted, abs=1e-12)


def test_planted_parts_of_a_hidden_layer_come_back():
    group = Alternating(5)
    parts = {"left": ("4", 0.5), "right": ("3a", 0.3), "product": ("4", 0.15)}
    n, places = group.order, np.indices((60, 60))
    at = {"left": places[0], "right": places[1], "product": group.table()}
    hidden = 2.0 + sum(
        planted(group, {name: share}, seed=seed)[at[part]] for seed, (part, (name, share)) in enumerate(parts.items())
    )
    noise = np.random.default_rng(7).normal(size=hidden.shape)
    for axis in (0, 1):
        noise -= noise.mean(axis=axis, keepdims=True)  # nothing of either side, and hardly anything of the product
    hidden += noise * 7 * np.sqrt(0.05 * n) / np.linalg.norm(noise)
    found = hidden_shares(hidden[None], group)
    for part, (name, share) in parts.items():
        assert column(found, part)[name] == pytest.approx(
            share, abs=0.01
        )  # the noise's own 5 % · 16 / 3600, and cross terms
    assert column(found, "left")["3a"] == pytest.approx(0.0, abs=1e-9)


def traces(group, name, strength):
    """A hidden layer of ρ(ab)'s entries, and what reads them so that the logits are strength · χ(abc⁻¹)."""
    entries = flat(irreps(group)[name])
    return entries[group.table()], strength * entries[None]


@pytest.mark.parametrize(("group", "name"), [(Alternating(5), "4"), (Alternating(5), "3a"), (Symmetric(4), "standard")])
def test_logits_of_one_character_are_all_kept_by_its_irrep_and_all_removed_without_it(group, name):
    # Closed form: log Σ_g exp(s·(χ(g) - d)); with nothing left every output is as likely, log n.
    hidden, unembedding = traces(group, name, 2.0)
    found = key_losses(hidden[None], group, (name,), unembedding=unembedding)
    character = characters(irreps(group))[name]
    wanted = np.log(np.exp(2.0 * (character - character[0])).sum())
    assert found["loss"][0] == pytest.approx(wanted, rel=1e-9)
    assert found["restricted"][0] == pytest.approx(wanted, rel=1e-9)
    assert found["excluded"][0] == pytest.approx(np.log(group.order))


def test_what_is_not_of_the_product_does_not_reach_the_restricted_loss():
    group = Alternating(5)
    hidden, unembedding = traces(group, "4", 2.0)
    rest = planted(group, {"5": 1.0}, width=16)[:, None] + planted(group, {"3b": 1.0}, width=16)[None] + 3.0
    alone = key_losses(hidden[None], group, ("4",), unembedding=unembedding)
    found = key_losses((hidden + rest)[None], group, ("4",), unembedding=unembedding)
    assert found["restricted"][0] == pytest.approx(alone["restricted"][0], rel=1e-9)
    assert found["loss"][0] > 2 * alone["loss"][0]
    none = key_losses((hidden + rest)[None], group, (), unembedding=unembedding)
    assert none["excluded"][0] == pytest.approx(none["loss"][0])
    assert none["restricted"][0] == pytest.approx(np.log(60))


def test_losses_are_of_the_pairs_that_are_asked_for():
    group = Symmetric(3)
    draws = np.random.default_rng(8)
    hidden, unembedding, bias = draws.normal(size=(1, 6, 6, 4)), draws.normal(size=(1, 6, 4)), draws.normal(size=(1, 6))
    pairs = np.zeros((6, 6), bool)
    pairs[2, 5] = True
    found = key_losses(hidden, group, ("sign",), unembedding=unembedding, bias=bias, pairs=pairs)
    logits = hidden[0, 2, 5] @ unembedding[0].T + bias[0]
    wanted = np.log(np.exp(logits).sum()) - logits[group.table()[2, 5]]
    assert found["loss"][0] == pytest.approx(wanted)


def test_losses_that_cannot_be_had_are_refused():
    hidden = np.ones((1, 6, 6, 4))
    with pytest.raises(UnknownName, match="standard"):
        key_losses(hidden, Symmetric(3), ("standart",), unembedding=np.ones((1, 6, 4)))
    with pytest.raises(DoesNotFit, match="unembedding"):
        key_losses(hidden, Symmetric(3), ("sign",))
    with pytest.raises(DoesNotFit, match="a row an output"):
        key_losses(hidden, Symmetric(3), ("sign",), unembedding=np.ones((1, 4, 6)))
    with pytest.raises(DoesNotFit, match="wanted is"):
        hidden_shares(hidden, Symmetric(4))


def test_members_are_taken_one_at_a_time_and_one_that_failed_is_nan():
    group = Symmetric(3)
    asked = []

    def logits():
        for member in range(3):
            asked.append(member)
            yield np.random.default_rng(member).normal(size=(6, 6, 6)) * (np.nan if member == 1 else 1.0)

    found = logit_similarity(logits(), group)
    assert asked == [0, 1, 2]
    assert found.filter(found["similarity"].is_nan())["member"].unique().to_list() == [1]


def test_a_basis_has_no_part_of_another_irrep():
    names = list(irreps(Symmetric(4)))
    for name in names:
        found = column(
            embedding_shares(coefficient_basis(irreps(Symmetric(4))[name])[None], irreps(Symmetric(4))), "share"
        )
        assert found == pytest.approx({each: float(each == name) for each in names}, abs=1e-12)
