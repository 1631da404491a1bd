"""What every technique must do, whichever it is: a new one is refused by the first test until it stands in `EACH`."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from probe import Readout
from tropism import techniques
from tropism.core import Adam
from tropism.errors import DoesNotFit, UnknownName
from tropism.optimizers import SGD
from tropism.running import train_members
from tropism.tasks import Listed
from tropism.tasks.listed import Examples
from tropism.techniques import (
    Adversary,
    BoundedAscent,
    Continued,
    Disagreeing,
    Discriminated,
    Erased,
    Filtered,
    GradientRouted,
    Lessons,
    Misdirection,
    Otherwise,
    Penalized,
    RandomLabels,
    ShuffledLabels,
    Sight,
    StoppedEarly,
    TamperResistant,
    Technique,
    Undone,
    UniformLabels,
)
from tropism.techniques.sight import GRANTS, narrowed
from tropism.terms import L1
from tropism.values import describe, rebuild

MODULUS = 5
TECHNIQUES = {
    "Adversary": [Adversary(hidden=8, steps=6), Adversary(kind="reversal", hidden=8, steps=6, updates=1)],
    "BoundedAscent": [BoundedAscent(steps=6)],
    "Continued": [Continued(steps=6)],
    "Disagreeing": [
        Disagreeing(answers=MODULUS),
        Disagreeing(how="divdis", answers=MODULUS),
        Disagreeing(beside="given", answers=MODULUS),
    ],
    "Discriminated": [Discriminated(steps=6)],
    "Erased": [Erased()],
    "Filtered": [Filtered()],
    "GradientRouted": [GradientRouted(steps=3)],
    "Lessons": [Lessons(), Lessons(replay=0.5, order="backward")],
    "Misdirection": [Misdirection(steps=6)],
    "Otherwise": [Otherwise(optimizer=SGD(lr=0.1)), Otherwise(batch=9, lengthened=2.0)],
    "Penalized": [Penalized(strength=0.5)],
    "RandomLabels": [RandomLabels(steps=6), RandomLabels(how="fresh", steps=6)],
    "ShuffledLabels": [ShuffledLabels(steps=6)],
    "StoppedEarly": [StoppedEarly(every=2, level=0.0)],
    "TamperResistant": [TamperResistant(attack=2, steps=3, before=3)],
    "Undone": [Undone(steps=6)],
    "UniformLabels": [UniformLabels(steps=6)],
}
EACH = [pytest.param(each, id=f"{name}-{place}") for name, row in TECHNIQUES.items() for place, each in enumerate(row)]


@dataclass(frozen=True, kw_only=True)
class Moved(Listed):
    """x ↦ x / fold + shift, of numbers whose last digit says which task they are of."""

    odd: bool = False
    shift: int = 1
    fold: int = 1

    def listed(self):
        numbers = np.arange(4 * MODULUS)
        code = np.concatenate([np.eye(4 * MODULUS), np.full((4 * MODULUS, 1), float(self.odd))], 1)
        return Examples(code.astype(np.float32), (numbers // self.fold + self.shift) % MODULUS, 0, MODULUS)

    def input_width(self):
        return 4 * MODULUS + 1


def sight(*, shift=2, fold=1, price=0.1):
    """A whole sight: X, and a Y whose answers and mechanism may be others."""
    hidden = Moved(odd=True, shift=shift, fold=fold, share=(0.0, 0.5))
    return Sight(
        network=Readout(inputs=4 * MODULUS + 1, hidden=8, outputs=MODULUS),
        optimizer=Adam(lr=1e-2),
        steps=8,
        counts=(8, 4),
        kept=Moved(share=(0.0, 0.6)),
        held=Moved(share=(0.6, 0.8)),
        lessons=(Moved(share=(0.0, 0.3)), Moved(share=(0.3, 0.6))),
        inputs=techniques_unlabelled(hidden),
        answers=hidden,
        mechanism=(L1(site="hidden", weight=price),),
    )


def techniques_unlabelled(task):
    from tropism.tasks import Unlabelled

    return Unlabelled(task)


def carried_out(technique, shown, given):
    """The plan's outcome, trained in memory."""
    plan = technique.plan(narrowed(shown, technique.sees))
    ensembles = {"base": given}
    for sweep in plan.sweeps("it", (0, 1), "base" if plan.needs_given() else None):
        experiment = sweep.resolved(ensembles)
        ensembles[sweep.name] = train_members(experiment, sweep.members(experiment))
    return plan.outcome("it", ensembles, "base")


@pytest.fixture(scope="module")
def given():
    plan = Filtered().plan(narrowed(sight(), ()))
    (sweep,) = plan.sweeps("base", (0, 1))
    return train_members(sweep.experiment, sweep.members(sweep.experiment))


def test_the_battery_knows_every_technique():
    public = {name for name in techniques.__all__ if issubclass(getattr(techniques, name), Technique)}
    assert public - {"Technique"} == TECHNIQUES.keys()
    assert all(type(each).__name__ == name for name, row in TECHNIQUES.items() for each in row)


@pytest.mark.parametrize("technique", EACH)
def test_what_a_technique_may_not_see_changes_no_bit_of_what_it_trains(technique, given):
    sees = technique.sees
    one, other = sight(), sight(shift=2 if "answers" in sees else 4, price=0.1 if "mechanism" in sees else 0.7)
    if not sees:
        other = replace(other, inputs=techniques_unlabelled(Moved(odd=False, share=(0.1, 0.2))))
    if technique.plan(narrowed(one, sees)).key() == technique.plan(narrowed(other, sees)).key():
        return  # the plan does not hold what differs, and nothing else is trained from
    found, wanted = (carried_out(technique, shown, given) for shown in (one, other))
    for path, item in wanted.params.items():
        np.testing.assert_array_equal(found.params[path], item)


@pytest.mark.parametrize("technique", [param for param in EACH if "answers" in param.values[0].sees])
def test_a_technique_that_asks_for_answers_uses_them(technique, given):
    found, other = (carried_out(technique, sight(fold=fold), given) for fold in (1, 2))
    assert any((found.params[path] != item).any() for path, item in other.params.items() if ":" not in path)


@pytest.mark.parametrize("technique", EACH)
def test_a_technique_that_is_shown_too_little_says_what_it_asks_for(technique):
    shown = narrowed(sight(), ())
    if technique.sees:
        with pytest.raises(DoesNotFit, match=r"asks for Y's|needs a price"):
            technique.plan(shown)
    else:
        technique.plan(shown)


@pytest.mark.parametrize("technique", EACH)
def test_a_technique_survives_its_own_description_and_its_plan_is_a_value(technique):
    assert rebuild(describe(technique)) == technique
    shown = narrowed(sight(), technique.sees)
    assert technique.applies(shown)
    assert technique.plan(shown).key() == technique.plan(shown).key()
    assert set(technique.sees) <= set(GRANTS)


def test_a_sight_holds_only_what_was_granted():
    whole = sight()
    for sees, inputs, answers, mechanism in (
        ((), False, False, False),
        (("inputs",), True, False, False),
        (("answers",), True, True, False),
        (("mechanism",), False, False, True),
    ):
        shown = narrowed(whole, sees)
        assert (shown.inputs is not None, shown.answers is not None, bool(shown.mechanism)) == (
            inputs,
            answers,
            mechanism,
        )
    with pytest.raises(UnknownName, match="no grant 'labels'"):
        narrowed(whole, ("labels",))


def test_early_stopping_stops_and_lessons_follow_each_other(given):
    early = carried_out(StoppedEarly(every=2, level=0.0), sight(), given)
    assert (early.status.stopped_at == 4).all()  # two looks in a row, at steps 2 and 4
    names = [each.name for each in Lessons().plan(narrowed(sight(), ())).sweeps("it", (0,))]
    assert names == ["it.lesson_0", "it.lesson_1"]


def test_what_does_not_apply_says_so():
    bare = replace(sight(), lessons=(), mechanism=())
    assert not Lessons().applies(bare)
    assert not Penalized().applies(bare)
    assert not Disagreeing().applies(bare)  # five answers
    with pytest.raises(UnknownName, match="way to draw answers"):
        RandomLabels(how="shuffled")
    with pytest.raises(DoesNotFit, match="changes nothing"):
        Otherwise()
