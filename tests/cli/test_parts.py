"""Parts are replaced by their names; what both have carries over, and nothing that is typed is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism import Experiment
from tropism.changing import changed
from tropism.core.optimizer import Aftermath, Optimizer, Pace, Steady
from tropism.core.places import varied
from tropism.core.task import Task
from tropism.errors import BadValue, UnknownName, UserError
from tropism.networks import TwoLayer
from tropism.optimizers import SGD, Adam, AdamW, Annealed, BiasDecay, BiasFade, Cosine, Lamb, Leash, UnitRows, WarmUp
from tropism.parts import choices, part_of
from tropism.subjects.superposition import SparseFeatures
from tropism.swaps import swapped
from tropism.values import canonical_json, registered

DECAY = BiasDecay(rate=0.5, until=0.25, patterns=("hidden.bias",))


def sparse(**fields: object) -> Experiment:
    return Experiment(
        **{
            "task": SparseFeatures(features=12, width=4),
            "network": TwoLayer(inputs=4, hidden=4, outputs=12),
            "optimizer": Lamb(lr=0.01, pace=Cosine(512), aftermath=(DECAY,)),
            "steps": 16,
        }
        | fields
    )


def optimizer(**values: object) -> Optimizer:
    return changed(sparse(), {name.replace("__", "."): value for name, value in values.items()}).optimizer


@pytest.mark.parametrize("name", choices(Optimizer))
def test_any_optimizer_may_stand_there_and_keeps_rate_pace_and_aftermath(name):
    fields = {
        "AdamWOnRows": {"optimizer__rows": (("hidden.weight", 0, 2),)},
        "LeashedAdam": {"optimizer__leashes": (Leash(pattern="hidden.weight"),)},
    }
    needed = fields.get(name, {})
    made = optimizer(optimizer=name, **needed)
    assert type(made).__name__ == name
    assert (made.lr, made.pace, made.aftermath) == (0.01, Cosine(512), (DECAY,))
    assert made == optimizer(optimizer=name.lower(), **needed) == optimizer(optimizer=name.upper(), **needed)


def test_a_part_by_its_own_name_stays_as_it_is():
    assert changed(sparse(), {"optimizer": "Lamb", "optimizer.pace": "cosine"}) == sparse()
    assert changed(sparse(), {"task": "sparse-features", "network": "TwoLayer"}) == sparse()


def test_what_was_never_said_is_the_new_class_own():
    assert optimizer(optimizer="Adam").eps == Adam().eps != Lamb().eps
    assert optimizer(optimizer="AdamW").weight_decay == AdamW().weight_decay != Lamb().weight_decay
    said = changed(sparse(optimizer=Lamb(lr=0.1, weight_decay=0.2, b1=0.8)), {"optimizer": "AdamW"}).optimizer
    assert said == AdamW(lr=0.1, weight_decay=0.2, b1=0.8)


def test_a_part_and_what_lies_below_it_are_changed_together():
    assert optimizer(optimizer="SGD", optimizer__momentum=0.9, lr=0.1) == SGD(
        lr=0.1, momentum=0.9, pace=Cosine(512), aftermath=(DECAY,)
    )
    made = optimizer(optimizer__pace__then="Annealed", optimizer__pace__steps=8.0, optimizer__pace="WarmUp")
    assert made.pace == WarmUp(8, Annealed())


@pytest.mark.parametrize(
    ("words", "pace"),
    [
        ("Steady", Steady()),
        ("annealed()", Annealed()),
        ("Cosine(2^9)", Cosine(512)),
        ("cosine( period = 7 )", Cosine(7)),
        ("WarmUp(256, Annealed)", WarmUp(256, Annealed())),
        ("warm-up(steps=4, then=WarmUp(2, Cosine(8)))", WarmUp(4, WarmUp(2, Cosine(8)))),
        ("WarmUp(256)", WarmUp(256)),
    ],
)
def test_arguments_are_numbers_and_names(words, pace):
    assert optimizer(optimizer__pace=words).pace == pace


def test_parts_in_a_tuple_are_replaced_by_their_names_or_all_at_once():
    assert optimizer(optimizer__aftermath="UnitRows").aftermath == (UnitRows(),)
    assert optimizer(optimizer__aftermath=()).aftermath == ()
    fade = BiasFade(efolds=3.0, until=0.25, patterns=("hidden.bias",))
    assert optimizer(optimizer__decay="BiasFade", optimizer__decay__efolds=3.0).aftermath == (fade,)


def test_a_decay_is_given_in_efolds_where_it_was_given_by_its_rate_and_back():
    faded = changed(sparse(), {"optimizer.decay.efolds": 12.0})
    assert faded.optimizer.aftermath == (BiasFade(efolds=12.0, until=0.25, patterns=("hidden.bias",)),)
    assert changed(faded, {"optimizer.decay.rate": 0.5}).key() == sparse().key()
    assert changed(faded, {"optimizer.decay.efolds": 12.0}) == faded
    with pytest.raises(UserError, match="two ways to say one decay"):
        changed(sparse(), {"optimizer.decay.efolds": 12.0, "optimizer.decay.rate": 0.5})


def test_every_name_that_is_offered_is_registered_and_of_its_kind():
    for kind in (Optimizer, Pace, Aftermath, Task):
        names = choices(kind)
        assert names
        assert all(issubclass(registered(kind)[name], kind) for name in names)
    assert choices(Pace) == ("Annealed", "CoolDown", "Cosine", "Steady", "WarmUp")


@given(st.text(max_size=40) | st.text(alphabet="WarmUpCosine(),=.1 _\"'", max_size=40))
def test_words_are_a_part_or_are_refused(words):
    try:
        made = part_of(words, Pace, "optimizer.pace").made()
    except UserError:
        return
    assert isinstance(made, Pace)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("Cosin", UnknownName), ("Adam", UnknownName), ("Pace", UnknownName), ("", BadValue), ("8", BadValue),
        ("os.system('true')", BadValue), ("Cosine(8)(9)", UserError), ("Cosine(8", BadValue), ("Cosine(,)", BadValue),
        ("WarmUp(8, 9)", BadValue), ("Cosine(period=8, period=9)", BadValue), ("Cosine(steps=8)", UnknownName),
    ],
)  # fmt: skip
def test_words_that_are_no_pace_are_refused_with_what_would_do(words, error):
    with pytest.raises(error):
        optimizer(optimizer__pace=words)


def test_a_field_that_the_new_part_has_not_is_refused():
    with pytest.raises(UnknownName, match=r"optimizer \(Adam\): there is no field 'clamp'"):
        optimizer(optimizer="Adam", optimizer__clamp=3.0)


def test_a_swap_is_told_with_what_was_kept():
    made = changed(sparse(), {"optimizer": "Adam", "optimizer.pace": "Annealed"})
    assert list(swapped(sparse(), made)) == [
        "optimizer: Adam for Lamb, with its lr 0.01, aftermath BiasDecay",
        "optimizer.pace: Annealed for Cosine, all new",
    ]
    assert list(swapped(sparse(), changed(sparse(), {"lr": 0.1}))) == []


def test_parts_that_differ_are_told_by_name_and_their_defaults_are_not():
    lamb, sgd = sparse(), changed(sparse(), {"optimizer": "SGD", "optimizer.momentum": 0.9})
    assert varied({"lamb": lamb, "sgd": sgd}) == {
        "lamb": {"optimizer": "Lamb"},
        "sgd": {"optimizer": "SGD", "optimizer.momentum": 0.9},
    }
    paces = {name: changed(sparse(), {"optimizer.pace": name}) for name in ("Cosine(7)", "Annealed")}
    assert varied(paces) == {
        "Cosine(7)": {"optimizer.pace": "Cosine", "optimizer.pace.period": 7},
        "Annealed": {"optimizer.pace": "Annealed"},
    }


def test_a_swapped_part_is_described_as_one_written_in_python():
    made = changed(sparse(), {"optimizer": "Adam", "optimizer.pace": "Annealed"})
    assert canonical_json(made) == canonical_json(sparse(optimizer=Adam(lr=0.01, pace=Annealed(), aftermath=(DECAY,))))
