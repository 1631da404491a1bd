"""Measures of networks themselves are those of their arrays; a penalty does its work in the engine."""

from dataclasses import dataclass

import jax
import numpy as np
import pytest

from tropism import Experiment, train
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import members_of
from tropism.core.paths import flattened
from tropism.errors import DoesNotFit, UnknownName
from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW
from tropism.subjects.generalization import Alternating, IrrepPenalty, Symmetric
from tropism.subjects.generalization.groups import Group, irreps, named_subgroups
from tropism.subjects.generalization.measures import (
    coset_concentration,
    embedding_shares,
    factor_shares,
    frequency_shares,
    hidden_shares,
    key_losses,
    logit_similarity,
    tables_of,
)
from tropism.tasks.listed import Examples, Listed
from tropism.training.streams import streams_of

A4 = Alternating(4)


@dataclass(frozen=True, kw_only=True)
class Products(Listed):
    """Every pair of elements, and their product."""

    group: Group

    def listed(self):
        n = self.group.order
        return Examples(np.argwhere(np.ones((n, n), bool)).astype(np.int32), self.group.table().ravel(), 0, n)

    def num_tokens(self):
        return self.group.order

    def input_width(self):
        return 2

    def output_width(self):
        return self.group.order


def experiment(group, *terms, steps=1, biases=False):
    network = EmbeddedSum(tokens=group.order, outputs=group.order, embedding=24, hidden=32, biases=biases)
    optimizer = AdamW(lr=1e-2, b1=0.9, b2=0.98, weight_decay=1.0)
    return Experiment(
        task=Products(group=group, whole=True),
        network=network,
        optimizer=optimizer,
        steps=steps,
        batch_size=group.order**2,
        terms=terms,
    )


@pytest.fixture(scope="module")
def ensemble():
    """Two networks on A4 as they are before training, with a bias at the output, and one that diverged."""
    wanted = experiment(A4, biases=True)
    members = members_of((0, 1, 2), ((),))
    params = flattened(jax.vmap(wanted.network.build)(streams_of(members).init))
    held = {path: np.asarray(item) for path, item in params.items()}
    held["output.bias"] = np.random.default_rng(0).normal(size=(3, 12)).astype(np.float32)
    nothing = History(np.zeros(0, int), {}, np.zeros(0, int), {}, {})
    status = Status(np.array([-1, -1, 0]), np.full(3, -1), ("", "", "loss"))
    return Ensemble(wanted, members, held, nothing, status, ("0", "1", "2"))


def by_hand(ensemble, row):
    """The left and right tables, the hidden layer over all pairs and the logits of one network."""
    held = {path: item[row].astype(float) for path, item in ensemble.params.items()}
    left = held["left.embedding"] @ held["left.weight"].T
    right = held["right.embedding"] @ held["right.weight"].T
    hidden = np.maximum(left[:, None] + right + held["left.bias"], 0)
    return left, right, hidden, hidden @ held["output.weight"].T + held["output.bias"]


def alike(found, wanted, columns):
    for column in columns:
        np.testing.assert_allclose(found[column], wanted[column], rtol=1e-4, atol=1e-6)


def test_measures_of_networks_are_those_of_their_arrays(ensemble):
    table = A4.table()
    left, right, hidden, logits = (
        np.stack(each) for each in zip(*(by_hand(ensemble, row) for row in (0, 1)), strict=True)
    )
    unembedding, bias = ensemble.params["output.weight"][:2], ensemble.params["output.bias"][:2]
    good = ensemble.select([0, 1])
    arrays = {"left": left, "right": right, "unembedding": unembedding}
    some = {"matrices": ("left", "right", "unembedding")}
    shown = embedding_shares(good, irreps(A4), **some)
    assert shown["seed"].unique().sort().to_list() == ["0", "1"]
    alike(shown, embedding_shares(arrays, irreps(A4)), ["share"])
    alike(frequency_shares(good, **some), frequency_shares(arrays), ["share"])
    alike(factor_shares(good, 3, 4, **some), factor_shares(arrays, 3, 4), ["period_p", "period_q", "full"])
    subgroups = named_subgroups(A4)
    alike(
        coset_concentration(good, table, subgroups, **some),
        coset_concentration(arrays, table, subgroups),
        ["concentration"],
    )
    alike(logit_similarity(good, A4), logit_similarity(logits, A4), ["similarity"])
    alike(hidden_shares(good, A4), hidden_shares(hidden, A4), ["left", "right", "product"])
    wanted = key_losses(hidden, A4, ("3",), unembedding=unembedding, bias=bias)
    alike(key_losses(good, A4, ("3",)), wanted, ["loss", "restricted", "excluded"])


def test_rows_choose_tokens_and_outputs_alike(ensemble):
    good, rows = ensemble.select([0]), np.array([3, 7, 1])
    small, hidden, logits = Alternating(3), *(each[None] for each in by_hand(ensemble, 0)[2:])
    alike(
        logit_similarity(good, small, rows=rows),
        logit_similarity(logits[:, rows][:, :, rows][..., rows], small),
        ["similarity"],
    )
    chosen = hidden[:, rows][:, :, rows]
    alike(hidden_shares(good, small, rows=rows), hidden_shares(chosen, small), ["left", "right", "product"])
    weights, bias = ensemble.params["output.weight"][:1, rows], ensemble.params["output.bias"][:1, rows]
    wanted = key_losses(chosen, small, ("2",), unembedding=weights, bias=bias)
    alike(key_losses(good, small, ("2",), rows=rows), wanted, ["loss", "restricted", "excluded"])


def test_networks_that_diverged_are_nan_everywhere(ensemble):
    failed = ensemble.select([2])
    assert embedding_shares(failed, irreps(A4))["share"].is_nan().all()
    assert logit_similarity(failed, A4)["similarity"].is_nan().all()
    assert hidden_shares(failed, A4)["product"].is_nan().all()
    assert key_losses(failed, A4, ("3",))["loss"].is_nan().all()
    assert coset_concentration(failed, A4.table(), {"1": np.array([0])})["concentration"].is_nan().all()


def test_networks_that_do_not_fit_are_refused(ensemble):
    with pytest.raises(DoesNotFit, match="rows="):
        logit_similarity(ensemble, Symmetric(3))
    with pytest.raises(UnknownName, match="hidden"):
        hidden_shares(ensemble, A4, site="hiden")
    with pytest.raises(UnknownName, match="unembedding"):
        tables_of(ensemble, ("unembeding",))


def test_networks_that_are_trained_against_irreps_do_without_them():
    """In the engine, where the penalty meets mapped members, the optimizer and the loss; compiling takes 5 s."""
    group = Symmetric(3)
    term = IrrepPenalty(group, ("standard",), ("left", "right"), weight=0.0)
    both = train(experiment(group, term, steps=150), [0], settings=[(("irreps.weight", w),) for w in (0.0, 5.0)])
    shares = embedding_shares(both, irreps(group), matrices=("left", "right"))
    standard = shares.filter(shares["irrep"] == "standard")
    assert standard.filter(standard["irreps.weight"] == 0.0)["share"].min() > 0.8
    assert standard.filter(standard["irreps.weight"] == 5.0)["share"].max() < 0.05
    assert both.status.diverged_at.tolist() == [-1, -1]
