"""A program as weights: that it computes what is written by hand, and how its variables are looked for."""

import numpy as np
import pytest

from tropism.core import Seed
from tropism.core.sweep import Drawn
from tropism.figures.theme import as_svg
from tropism.studies import _compiled_program_information as information
from tropism.studies import _compiled_program_nets as nets
from tropism.studies import _compiled_program_tables as measured
from tropism.studies import compiled_program

SEEDS = (Seed.of(7), Seed.of(8))
TINY = measured.Scale(examples=200, epochs=1)


@pytest.fixture(scope="module")
def tables():
    return compiled_program.tables(SEEDS, TINY)


def test_the_network_computes_what_the_program_says():
    program, inputs = nets.compiled(24, SEEDS[0]), nets.inputs_of(500, np.random.default_rng(1))
    np.testing.assert_allclose(program.run(inputs @ program.rows[:6]), nets.by_hand(inputs) @ program.rows, atol=1e-10)


def test_the_program_says_what_its_variables_are_called():
    values = dict(zip(nets.VARIABLES, nets.by_hand(np.array([[1, 0, 1, 1, 0.2, 0.7]]))[0], strict=True))
    assert [values[name] for name in nets.MADE] == pytest.approx([0, 1, 0, 0.7, 0, 0.9, 3])
    values = dict(zip(nets.VARIABLES, nets.by_hand(np.array([[1, 1, 0, 0, 0.9, 0.1]]))[0], strict=True))
    assert [values[name] for name in nets.MADE] == pytest.approx([1, 0, 1, 0.9, 1, 1.0, 2])


def test_activations_lie_in_as_many_dimensions_as_there_are_sources_and_these_span_them():
    rows = nets.directions(24, SEEDS[0])
    x = nets.by_hand(nets.inputs_of(800, np.random.default_rng(2))) @ rows
    sources = measured.sources(rows)
    assert np.linalg.matrix_rank(x) == np.linalg.matrix_rank(sources) == len(sources) == 11
    np.testing.assert_allclose(x @ np.linalg.pinv(sources) @ sources, x, atol=1e-9)


def test_gaussian_values_have_the_means_and_covariances_of_the_programs():
    values = nets.by_hand(nets.inputs_of(2000, np.random.default_rng(3)))
    bell = np.concatenate([nets.bell_shaped(values, np.random.default_rng(each)) for each in range(40)])
    # 80,000 draws: a mean is within five times σ / √80,000, a covariance within five times about √2 σ² of the same.
    error = 5 / np.sqrt(len(bell))
    np.testing.assert_allclose(bell.mean(axis=0), values.mean(axis=0), atol=error * values.std(axis=0).max())
    np.testing.assert_allclose(np.cov(bell.T), np.cov(values.T), atol=np.sqrt(2) * error * values.var(axis=0).max())


def test_a_code_follows_a_value_whatever_its_scale_and_sign_and_a_dead_one_none():
    values = np.random.default_rng(4).normal(size=(50, 2))
    codes = np.stack([-3 * values[:, 1] + 7, np.zeros(50)], axis=1)
    found = measured.correlations(codes, values)
    assert found[1] == pytest.approx(1)
    assert found[0] == pytest.approx(np.abs(np.corrcoef(values, rowvar=False)).min())
    assert (measured.correlations(codes[:, 1:], values) == 0).all()


def test_a_code_tells_all_of_a_value_that_it_names_and_nearly_nothing_of_another():
    random = np.random.default_rng(5)
    flags, amounts = random.integers(2, size=8000), random.normal(size=8000)
    found = information.told(np.stack([3 - 2.0 * flags], axis=1), np.stack([flags, amounts], axis=1).astype(float))
    assert found[0] == pytest.approx(1)
    assert found[1] < 1e-3  # three degrees of freedom, 3 / (2 × 8,000) nats of log 4


def test_what_a_flipped_flag_tells_is_the_closed_form():
    flags = np.repeat([0.0, 1.0], 400)
    flipped = np.where(np.arange(800) % 4 == 0, 1 - flags, flags)
    wanted = 1 + (0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    assert information.told(flipped[:, None], flags[:, None])[0] == pytest.approx(wanted)


def test_a_value_that_never_changes_cannot_be_told():
    assert np.isnan(information.told(np.arange(20.0)[:, None], np.ones((20, 1)))).all()


def test_own_directions_are_the_best_that_can_be_had_where_there_is_room(tables):
    found = tables["methods"].filter(width=24, method="variables")
    assert (found["cosine"] > 1 - 1e-9).all()
    assert (found.filter(values="program")["values_found"] == 1).all()


def test_every_column_is_told_and_every_claim_is_judged(tables):
    study = compiled_program.study()
    assert isinstance(study.measure, Drawn)
    assert len(study.measure.seeds) == 5
    assert all(claim.judge(tables).n == len(SEEDS) for claim in study.claims)
    assert all(set(table.columns) <= set(study.columns or {}) for table in tables.values())


def test_figures_are_drawn_from_tables_alone(tables):
    drawn = compiled_program.study().draw(tables)
    assert [each.name for each in drawn] == ["directions", "values"]
    assert all(as_svg(each).startswith("<?xml") for each in drawn)
    assert all("nan" not in each.alt for each in drawn)
