"""Ensembles: choosing members, cutting and intervening leave the rest as it was."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.core import Experiment
from tropism.core.member import members_of
from tropism.core.optimizer import Adam
from tropism.errors import DoesNotFit, UnknownName
from tropism.interventions import ZeroSubspace
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors
from tropism.surgery import ablate, erase, prune
from tropism.training.growth import Growth


@pytest.fixture(scope="module")
def three():
    experiment = Experiment(
        task=Colors(levels=3, validation="none"),
        network=Autoencoder(latent=3, hidden=4),
        optimizer=Adam(lr=0.01),
        steps=4,
        batch_size=8,
        snapshots=(0, 2),
    )
    growth = Growth(experiment, members_of(range(3)))
    list(growth.run())
    return growth.harvest()


COLORS = np.eye(3, dtype=np.float32)


def test_a_selected_member_answers_as_it_did_in_company(three):
    np.testing.assert_allclose(three.select([2])(COLORS)[0], three(COLORS)[2], atol=1e-6)


def test_selecting_the_members_of_a_per_member_erasure_keeps_their_own_and_only_theirs(three):
    directions = np.eye(3)
    cut = erase(three, "latent", directions=directions)
    alone = erase(three.select([1]), "latent", directions=directions[1:2])
    np.testing.assert_allclose(cut.select([1])(COLORS), alone(COLORS), atol=1e-6)
    assert cut.select([1]).key == alone.key


def test_the_key_knows_members_edits_and_their_order(three):
    zero = ZeroSubspace("latent", dims=(0,))
    keys = {
        three.key,
        three.select([1, 0, 2]).key,
        ablate(three, "latent", dims=(0,)).key,
        ablate(three, "latent", dims=(1,)).key,
        three.intervene(zero).key,
        ablate(three.intervene(zero), "latent", dims=(1,)).key,
        ablate(three, "latent", dims=(1,)).intervene(zero).key,
    }
    assert len(keys) == 7
    assert three.select([0, 1, 2]).key == three.key


def test_a_cut_that_changes_the_width_under_an_intervention_is_refused(three):
    with pytest.raises(DoesNotFit, match="cut first"):
        prune(three.intervene(ZeroSubspace("latent", dims=(0,))), "latent", dims=(1,))


def test_without_interventions_the_surgery_stays(three):
    cut = ablate(three, "latent", dims=(0,))
    muted = cut.intervene(ZeroSubspace("latent", dims=(1,)))
    np.testing.assert_array_equal(muted.without_interventions()(COLORS), cut(COLORS))


def test_a_snapshot_is_the_members_at_that_step(three):
    assert sorted(three.snapshots) == [0, 2]
    assert np.abs(three.at(0).params["encoder.0.weight"] - three.params["encoder.0.weight"]).max() > 0
    with pytest.raises(UnknownName, match="'1'"):
        three.at(1)


def test_an_unknown_site_is_an_error_that_guesses(three):
    with pytest.raises(UnknownName, match="Did you mean 'latent'"):
        three.listen(COLORS, sites=("latant",))


def test_a_diverged_member_answers_nan_so_that_measures_count_it_as_failed(three):
    from dataclasses import replace

    marked = replace(three, status=replace(three.status, diverged_at=np.array([-1, 3, -1]), cause=("", "error", "")))
    answers, heard = marked.listen(COLORS, sites=("latent",))
    assert np.isnan(answers[1]).all()
    assert np.isnan(heard["latent"][1]).all()
    np.testing.assert_array_equal(answers[[0, 2]], three(COLORS)[[0, 2]])
    assert np.isfinite(marked.at(2)(COLORS)).all(), "at step 2 it had not failed yet"
    assert marked.failures()["seed"].to_list() == ["1"]


def test_training_does_not_start_from_rewritten_activations(three):
    from tropism.core import From

    with pytest.raises(DoesNotFit, match="ZeroSubspace rewrites activations"):
        From(three.intervene(ZeroSubspace("latent", dims=(0,))))


def test_a_number_and_a_dial_that_holds_it_are_one_experiment():
    from tropism.core import Dial

    assert Adam(lr=0.1).key() == Adam(lr=Dial(0.1)).key()
    assert Adam(lr=1).key() == Adam(lr=Dial(1)).key() == Adam(lr=1.0).key()
