"""Concentration on cosets: one for what is constant on them, chance for what has no structure."""

import numpy as np
import pytest

from tropism.errors import DoesNotFit
from tropism.subjects.generalization.groups import (
    Alternating,
    Symmetric,
    conjugates,
    cosets,
    is_normal,
    named_subgroup,
    named_subgroups,
)
from tropism.subjects.generalization.measures import coset_concentration

GROUP = Symmetric(5)
SOME = {name: named_subgroup(GROUP, name) for name in ("S4", "F20", "A4", "D5", "A5", "S3×S2")}


def found(table, **where):
    for name, wanted in where.items():
        table = table.filter(table[name] == wanted)
    return table["concentration"].to_numpy()


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_neuron_that_is_constant_on_cosets_is_concentrated_on_them(name, side):
    numbers = cosets(GROUP.table(), SOME[name], side)
    levels = np.random.default_rng(0).normal(size=(numbers.max() + 1, 4))
    table = coset_concentration(levels[numbers][None], GROUP.table(), SOME)
    np.testing.assert_allclose(found(table, subgroup=name, side=side), 1.0, rtol=1e-12)
    other = found(table, subgroup=name, side="right" if side == "left" else "left")
    if is_normal(GROUP.table(), SOME[name]):
        np.testing.assert_allclose(other, 1.0, rtol=1e-12)
    else:
        assert (other < 0.9).all()


def test_a_neuron_without_structure_has_chance():
    # The mean over 4000 neurons; a neuron's deviation is at most .13 (cosets of S4), so the mean's is .002.
    matrix = np.random.default_rng(1).normal(size=(1, 120, 4000))
    table = coset_concentration(matrix, GROUP.table(), SOME, sides=("left",))
    means = table.drop("matrix", "side").group_by("subgroup").mean()
    for name, places in SOME.items():
        row = means.filter(means["subgroup"] == name)
        assert row["by_chance"][0] == pytest.approx((120 / len(places) - 1) / 119)
        assert row["concentration"][0] == pytest.approx(row["by_chance"][0], abs=0.01)


def test_it_is_one_less_the_variance_within():
    group = Alternating(4)
    places = named_subgroup(group, "V4")
    column = np.random.default_rng(2).normal(size=12)
    numbers = cosets(group.table(), places)
    within = np.mean([column[numbers == each].var() for each in range(3)])
    table = coset_concentration(column[None, :, None], group.table(), {"V4": places}, sides=("left",))
    assert table["concentration"][0] == pytest.approx(1 - within / column.var())


def test_the_whole_group_explains_nothing_and_the_identity_everything():
    matrix = np.random.default_rng(3).normal(size=(1, 24, 3)).astype(np.float32)
    table = coset_concentration(matrix, Symmetric(4).table(), named_subgroups(Symmetric(4)))
    np.testing.assert_allclose(found(table, subgroup="S4"), 0.0, atol=1e-12)
    np.testing.assert_allclose(found(table, subgroup="1"), 1.0, rtol=1e-12)


def test_a_neuron_may_mind_a_conjugate():
    table, places = GROUP.table(), SOME["S4"]
    others = {str(number): each for number, each in enumerate(conjugates(table, places))}
    numbers = cosets(table, others["3"])
    shown = coset_concentration(numbers[None, :, None], table, others, sides=("left",))
    assert found(shown, subgroup="3") == pytest.approx([1.0])
    assert all(found(shown, subgroup=name)[0] < 0.9 for name in others if name != "3")


def test_neurons_that_are_constant_or_failed_have_none():
    matrix = np.stack([np.full((24, 2), 0.1), np.full((24, 2), np.nan)])
    table = coset_concentration(matrix, Symmetric(4).table(), {"V4": named_subgroup(Symmetric(4), "V4")})
    assert table["concentration"].is_nan().all()


def test_a_row_an_element_is_wanted():
    with pytest.raises(DoesNotFit, match="rows"):
        coset_concentration(np.ones((1, 24, 2)), GROUP.table(), SOME)
