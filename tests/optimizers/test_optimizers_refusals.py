"""What optimizers, paces and aftermaths refuse, and how they say it."""

from __future__ import annotations

import math

import pytest

from tropism.core import Dial
from tropism.errors import BadValue
from tropism.optimizers import SGD, AdamW, Annealed, BiasDecay, BiasFade, Cosine, Lamb, UnitRows, WarmUp


@pytest.mark.parametrize(
    ("make", "culprit"),
    [
        (lambda: Lamb(lr=-0.1), "Lamb.lr"),
        (lambda: Lamb(lr=math.nan), "Lamb.lr"),
        (lambda: Lamb(b1=1.0), "Lamb.b1"),
        (lambda: Lamb(b2=-0.1), "Lamb.b2"),
        (lambda: Lamb(b2=math.nan), "Lamb.b2"),
        (lambda: Lamb(b1="much"), "Lamb.b1"),
        (lambda: Lamb(eps=0.0), "Lamb.eps"),
        (lambda: Lamb(clamp=0.0), "Lamb.clamp"),
        (lambda: Lamb(clamp=-10.0), "Lamb.clamp"),
        (lambda: Lamb(clamp=math.nan), "Lamb.clamp"),
        (lambda: Lamb(weight_decay=-0.1), "Lamb.weight_decay"),
        (lambda: Lamb(weight_decay=Dial(-0.1)), "Lamb.weight_decay"),
        (lambda: Lamb(weight_decay=None), "Lamb.weight_decay"),
        (lambda: Lamb(pace=0.5), "Lamb.pace"),
        (lambda: Lamb(aftermath=BiasDecay()), "Lamb.aftermath"),
        (lambda: Lamb(aftermath=(Cosine(),)), "Lamb.aftermath"),
        (lambda: AdamW(b1=1.5), "AdamW.b1"),
        (lambda: AdamW(b2=1.0), "AdamW.b2"),
        (lambda: AdamW(eps=-1e-8), "AdamW.eps"),
        (lambda: AdamW(weight_decay=-0.1), "AdamW.weight_decay"),
        (lambda: AdamW(lr=-1.0), "AdamW.lr"),
        (lambda: SGD(momentum=1.0), "SGD.momentum"),
        (lambda: SGD(momentum=-0.5), "SGD.momentum"),
        (lambda: SGD(nesterov=True), "SGD.nesterov"),
        (lambda: SGD(weight_decay=math.inf), "SGD.weight_decay"),
        (lambda: Cosine(period=0), "Cosine.period"),
        (lambda: Cosine(period=-1024), "Cosine.period"),
        (lambda: Cosine(period=1024.0), "Cosine.period"),
        (lambda: Cosine(period=2**31), "Cosine.period"),
        (lambda: Cosine(period="long"), "Cosine.period"),
        (lambda: WarmUp(0), "WarmUp.steps"),
        (lambda: WarmUp(10, then=1.0), "WarmUp.then"),
        (lambda: WarmUp(10, Annealed), "WarmUp.then"),
        (lambda: BiasDecay(rate=-0.03), "BiasDecay.rate"),
        (lambda: BiasDecay(rate=0.03, until=0.0), "BiasDecay.until"),
        (lambda: BiasDecay(rate=0.03, until=1.5), "BiasDecay.until"),
        (lambda: BiasDecay(rate=0.03, until=math.nan), "BiasDecay.until"),
        (lambda: BiasDecay(rate=0.03, patterns=()), "BiasDecay.patterns"),
        (lambda: BiasDecay(rate=0.03, patterns="*bias"), "BiasDecay.patterns"),
        (lambda: BiasDecay(rate=0.03, name="a.b"), "BiasDecay.name"),
        (lambda: BiasDecay(rate=0.03, name=""), "BiasDecay.name"),
        (lambda: BiasFade(efolds=-1.0), "BiasFade.efolds"),
        (lambda: BiasFade(efolds=Dial(-1.0)), "BiasFade.efolds"),
        (lambda: BiasFade(efolds=1.0, until=-0.5), "BiasFade.until"),
        (lambda: BiasFade(efolds=1.0, patterns=("",)), "BiasFade.patterns"),
        (lambda: BiasFade(efolds=1.0, name="a\nb"), "BiasFade.name"),
        (lambda: UnitRows(()), "UnitRows.patterns"),
        (lambda: UnitRows(patterns=(1,)), "UnitRows.patterns"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(make, culprit):
    with pytest.raises(BadValue) as refusal:
        make()
    assert refusal.value.where == culprit
    assert "it must be" in str(refusal.value)


def test_the_edges_of_what_can_be_are_allowed():
    Lamb(lr=0.0, b1=0.0, b2=0.0, clamp=math.inf, weight_decay=Dial())
    SGD(momentum=0.999, nesterov=True)
    Cosine(period=1), WarmUp(1), BiasDecay(rate=0.0, until=1.0), BiasFade(efolds=0, until=1e-6)
