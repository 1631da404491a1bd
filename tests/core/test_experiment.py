"""An experiment is one value: it knows its dials by their places, and refuses to exist if its parts do not fit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe import Guess, Lamb, Readout, Remember, Resemble, SparseWords, sweep, whole_probe, words
from tropism.core import Adam, Dial, From, Player, Reference, Stop
from tropism.core.dial import dials_of, with_dials
from tropism.errors import BadValue, DoesNotFit, UnknownName, UserError
from tropism.schedules import Schedule
from tropism.terms import AngularAnchor


def test_dials_are_addressed_by_their_places():
    assert set(whole_probe().dials()) == {
        "task.density",
        "optimizer.lr",
        "optimizer.fade",
        "hide.weight",
        "remember.weight",
        "adversary.optimizer.lr",
        "adversary.optimizer.fade",
        "adversary.guess.weight",
    }


@pytest.mark.parametrize(
    ("alias", "address"),
    [
        ("lr", "optimizer.lr"),
        ("hide", "hide.weight"),
        ("adversary.lr", "adversary.optimizer.lr"),
        ("adversary.guess", "adversary.guess.weight"),
        ("task.density", "task.density"),
    ],
)
def test_a_dial_has_an_address_and_may_have_an_alias(alias, address):
    assert whole_probe().address(alias) == address


def test_the_table_says_constants_schedules_and_what_is_a_members_own():
    probe = whole_probe(60)
    columns = dict(zip(probe.dials(), probe.table((("optimizer.fade", 0.5),)).T, strict=True))
    np.testing.assert_array_equal(columns["task.density"], 0.25)
    np.testing.assert_array_equal(columns["optimizer.fade"], 0.5)
    np.testing.assert_array_equal(columns["hide.weight"], 0.1)  # before its rule
    assert columns["optimizer.lr"][[0, 20, 59]].tolist() == [1e-4, 0.02, 0.005]


def test_a_members_own_number_takes_the_place_of_a_schedule():
    assert set(whole_probe().table((("lr", 0.3),))[:, 1]) == {0.3}


@given(st.floats(0, 1), st.floats(0, 10))
def test_numbers_are_put_where_their_addresses_say(density, weight):
    probe = whole_probe()
    assert with_dials(probe.task, "task", {"task.density": density}).density == density
    changed = with_dials(probe.players[0], "adversary", {"adversary.guess.weight": weight})
    assert changed.terms[0].weight == weight
    assert dials_of(changed, "adversary")["adversary.optimizer.lr"] == 0.02


def test_the_same_experiment_has_the_same_key_and_any_other_has_another():
    keys = [
        whole_probe().key(),
        whole_probe(61).key(),
        words().key(),
        words(batch_size=17).key(),
        words(task=SparseWords(features=12, width=6, density=0.26)).key(),
        words(start=From("a" * 64)).key(),
        words(start=From("b" * 64)).key(),
        words(start=From("a" * 64, reinitialize=("out",))).key(),
        words(trainable=("out",)).key(),
        words(stop=Stop(metric="error", below=0.1)).key(),
    ]
    assert len(set(keys)) == len(keys)
    assert whole_probe().key() == keys[0]
    assert words(optimizer=Adam(lr=1)).key() == words(optimizer=Adam(lr=1.0)).key()


REFUSED = {
    "neither steps nor schedule": (lambda: words(steps=None), "give exactly one of the two"),
    "both steps and schedule": (lambda: whole_probe(steps=5), "give exactly one of the two"),
    "no steps": (lambda: words(steps=0), "at least 1"),
    "a site that is not there": (
        lambda: words(terms=(AngularAnchor(site="hiden", direction=(1.0,) * 8, weight=1.0),)),
        "no site 'hiden'. Did you mean 'hidden'?",
    ),
    "a direction of another width": (
        lambda: words(terms=(AngularAnchor(site="hidden", direction=(1.0, 0.0), weight=1.0),)),
        "has 2 numbers, and the site 'hidden' is 8 wide",
    ),
    "a label that is not there": (
        lambda: words(terms=(AngularAnchor(site="hidden", direction=(1.0,) * 8, where="fist", weight=1.0),)),
        "no label 'fist'. Did you mean 'first'?",
    ),
    "two terms of one name": (lambda: words(terms=(Remember(weight=1.0),) * 2), "named 'remember'"),
    "a term with a reserved name": (lambda: words(terms=(Remember(weight=1.0, name="loss"),)), "'loss'"),
    "a dial without a number": (lambda: words(terms=(Remember(),)), "'remember.weight' has no number"),
    "a dial with two": (
        lambda: words(optimizer=Lamb(lr=0.1), schedule=Schedule.constant(5, {"lr": 0.1})),
        "is set to 0.1 and also scheduled",
    ),
    "a track that nobody hears": (
        lambda: words(optimizer=Lamb(), schedule=Schedule.constant(5, {"lr": 0.1, "anker": 1.0})),
        "no dial 'anker'",
    ),
    "an alias beside its address": (
        lambda: words(optimizer=Lamb(), schedule=Schedule.constant(5, {"lr": 0.1, "optimizer.lr": 0.1})),
        "the same dial",
    ),
    "an action that nobody answers": (
        lambda: words(optimizer=Lamb(), schedule=Schedule.of({"lr": 0.1}, 9, actions={3: "forget"})),
        "no action 'forget'",
    ),
    "a snapshot after the end": (lambda: words(snapshots=(61,)), "from 0 to 60"),
    "a network for other examples": (lambda: words(network=Readout(inputs=5, hidden=8, outputs=12)), "width 5"),
    "a condition on nothing": (lambda: words(stop=Stop(metric="eror", below=0.1)), "no metric 'eror'"),
    "a condition on a look that is not taken": (
        lambda: words(stop=Stop(metric="loss", below=0.1, validated=True)),
        "no metric 'loss'",
    ),
    "a look after the end": (lambda: words(steps=30, validate_at=(31,)), "a step from 0 to 30"),
    "two ways to look": (lambda: words(validate_at=(1,), validate_every=3), "leave one of the two out"),
    "a condition both ways": (lambda: Stop(metric="error", below=0.1, above=0.2), "exactly one"),
    "a start that is none": (lambda: From(3), "an Ensemble or its key"),
    "a reference that is none": (lambda: Reference("teacher", None), "an Ensemble or its key"),
    "a player without terms": (
        lambda: Player(name="idle", network=Readout(inputs=8, hidden=4, outputs=1), terms=()),
        "at least one term",
    ),
    "a player called like the first": (
        lambda: Player(name="network", network=Readout(inputs=8, hidden=4, outputs=1), terms=(Guess(weight=1.0),)),
        "'network'",
    ),
    "a batch of none": (lambda: words(batch_size=0), "at least 1"),
    "more steps than 32 bits count": (lambda: words(steps=2**31), "at most 2147483647"),
    "more examples than 32 bits count": (lambda: words(batch_size=2**31), "at most 2147483647"),
    "terms in a list": (lambda: words(terms=[Remember(weight=1.0)]), "terms"),
    "a task that is none": (lambda: words(task=Adam(lr=1.0)), "Experiment.task"),
}


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED)
def test_parts_that_do_not_fit_are_refused_by_name(make, says):
    with pytest.raises(UserError) as caught:
        make()
    assert says in str(caught.value)
    assert isinstance(caught.value, (BadValue, DoesNotFit, UnknownName))


def test_a_swept_dial_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match=r"task\.density"):
        words().table((("task.densty", 0.1),))


def test_a_term_that_only_informs_needs_no_weight():
    term = Resemble(phase="validate")
    assert term.weight == 0.0
    assert words(terms=(term,), references=(Reference("teacher", "a" * 64),)).dials()["resemble.weight"] == 0.0


def test_a_dial_may_hold_a_number_and_a_rule_or_only_a_rule_if_a_schedule_says_the_number():
    assert words(terms=(Remember(weight=Dial(0.5)),)).table()[0, -1] == 0.5
    with pytest.raises(DoesNotFit, match="no number"):
        words(terms=(Remember(weight=Dial()),))


def test_members_of_a_sweep_have_their_own_keys():
    key = words().key()
    assert len({member.key_in(key, 1) for member in sweep(9)}) == 9
    assert replace(sweep(1)[0], dials=(("lr", 1.0),)).key_in(key, 1) != sweep(1)[0].key_in(key, 1)
