"""Dictionaries to SAELens and back: the same codes, the same reconstructions, the same scores.

Needs SAELens, and fails where it is not installed: `make interop` makes an environment that has it.
"""

import dataclasses
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from coded import ARCHITECTURES, CODES, EXAMPLES, coded
from tropism import train
from tropism.dictionaries import (
    CodeNorm,
    GatedCode,
    GateError,
    GateNorm,
    JumpReLUCode,
    Nested,
    PlainAutoencoder,
    ReLUCode,
    StepL0,
    TopKCode,
)
from tropism.measures import code_scores, cosines, reconstruction, recovery, sparsity
from tropism.subjects.features.presets import data_set
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.truth import sample_of

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]  # what they warn of is theirs to mend
NEAR = 1e-5


@pytest.fixture(scope="module")
def lens():
    """SAELens, with torch beside it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sae_lens
        import torch
        from sae_lens.synthetic import evals, feature_dictionary
    torch.manual_seed(0)
    return SimpleNamespace(sae=sae_lens, torch=torch, evals=evals, features=feature_dictionary.FeatureDictionary)


def loaded(lens, folder):
    sae = lens.sae.SAE.load_from_disk(str(folder))
    sae.eval()
    return sae


def both(lens, sae, x):
    """What an SAE makes of examples: codes, and what they stand for."""
    with lens.torch.no_grad():
        codes = sae.encode(lens.torch.as_tensor(x))
        return codes.numpy(), sae.decode(codes).numpy()


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("name", CODES)
def test_what_we_write_codes_and_rebuilds_there_as_here(lens, name, centered, tmp_path):
    ensemble = coded(CODES[name], centered=centered)
    plain = PlainAutoencoder.of(ensemble, 1, examples=EXAMPLES)
    plain.write(tmp_path)
    sae = loaded(lens, tmp_path)
    assert sae.cfg.architecture() == ARCHITECTURES[name]
    codes, rebuilt = both(lens, sae, EXAMPLES)
    output, sites = ensemble.select([1]).listen(EXAMPLES, ("code",))
    np.testing.assert_allclose(codes, sites["code"][0], atol=NEAR)
    np.testing.assert_allclose(rebuilt, output[0], atol=NEAR)
    np.testing.assert_allclose(codes, plain.encode(EXAMPLES), atol=NEAR)
    assert ((codes != 0) == (sites["code"][0] != 0)).all()


TRAINED = {
    "top k": (TopKCode(k=3), ()),
    "relu": (ReLUCode(), (CodeNorm(weight=0.15),)),
    "jump": (JumpReLUCode(), (StepL0(weight=1.0, target=3),)),
    "gated": (GatedCode(), (GateNorm(weight=0.3), GateError())),
    "nested": (TopKCode(k=3), (Nested(widths=(8, 32)),)),
}


@pytest.mark.parametrize("name", TRAINED)
def test_what_was_trained_codes_and_rebuilds_there_as_here(lens, name, tmp_path):
    code, terms = TRAINED[name]
    grown = train(dictionary(data_set("STB-16"), 64, code, terms=terms, steps=300), (0,))
    x = sample_of(grown, 0, 500).x
    PlainAutoencoder.of(grown, 0).write(tmp_path)
    codes, rebuilt = both(lens, loaded(lens, tmp_path), x)
    output, sites = grown.listen(x, ("code",))
    np.testing.assert_allclose(codes, sites["code"][0], atol=NEAR)
    np.testing.assert_allclose(rebuilt, output[0], atol=NEAR)
    assert reconstruction(x, rebuilt).explained > 0.5


def made(lens, kind):
    """An SAE of theirs with weights by lot."""
    common = {"d_in": 6, "d_sae": 20, "apply_b_dec_to_input": kind != "not centered"}
    sae = {
        "standard": lambda: lens.sae.StandardSAE(lens.sae.StandardSAEConfig(**common)),
        "not centered": lambda: lens.sae.StandardSAE(lens.sae.StandardSAEConfig(**common)),
        "topk": lambda: lens.sae.TopKSAE(lens.sae.TopKSAEConfig(k=3, **common)),
        "topk by length": lambda: lens.sae.TopKSAE(
            lens.sae.TopKSAEConfig(k=3, rescale_acts_by_decoder_norm=True, **common)
        ),
        "jumprelu": lambda: lens.sae.JumpReLUSAE(lens.sae.JumpReLUSAEConfig(**common)),
        "gated": lambda: lens.sae.GatedSAE(lens.sae.GatedSAEConfig(**common)),
        "topk in training": lambda: lens.sae.TopKTrainingSAE(lens.sae.TopKTrainingSAEConfig(k=3, **common)),
        "batchtopk in training": lambda: lens.sae.BatchTopKTrainingSAE(
            lens.sae.BatchTopKTrainingSAEConfig(k=3, **common)
        ),
    }[kind]()
    with lens.torch.no_grad():
        for name, parameter in sorted(sae.named_parameters()):
            parameter.copy_(lens.torch.randn(parameter.shape) / (4 if name == "threshold" else 2))
    return sae


KINDS = ("standard", "not centered", "topk", "topk by length", "jumprelu", "gated", "topk in training",
         "batchtopk in training")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_they_write_codes_and_rebuilds_here_as_there(lens, kind, tmp_path):
    sae = made(lens, kind)
    if kind == "batchtopk in training":
        sae.topk_threshold.fill_(0.7)
    (sae.save_inference_model if "training" in kind else sae.save_model)(str(tmp_path))
    codes, rebuilt = both(lens, loaded(lens, tmp_path), EXAMPLES)
    found = PlainAutoencoder.read(tmp_path)
    ours = found.encode(EXAMPLES)
    np.testing.assert_allclose(ours, codes, atol=NEAR)
    np.testing.assert_allclose(found.decode(ours), rebuilt, atol=NEAR)
    assert ((ours != 0) == (codes != 0)).all()
    assert 0 < (ours != 0).mean() < 1

    ensemble = coded(found.network().code, centered=found.centered, members=1)
    params = {path: array[None] for path, array in found.params().items()}
    network = dataclasses.replace(ensemble, network=found.network(), params=params)
    output, sites = network.listen(EXAMPLES, ("code",))
    np.testing.assert_allclose(sites["code"][0], codes, atol=NEAR)
    np.testing.assert_allclose(output[0], rebuilt, atol=NEAR)


def test_how_often_latents_are_on_is_read_there_as_it_was_counted_here(lens, tmp_path):
    from safetensors.torch import load_file

    plain = PlainAutoencoder.of(coded(CODES["top k"]), 0, examples=EXAMPLES)
    plain.write(tmp_path)
    codes, _ = both(lens, loaded(lens, tmp_path), EXAMPLES)
    wanted = lens.torch.log10(lens.torch.as_tensor((codes != 0).mean(axis=0)) + 1e-10)
    np.testing.assert_allclose(load_file(str(tmp_path / "sparsity.safetensors"))["sparsity"], wanted, atol=NEAR)


@pytest.mark.parametrize("name", ["relu", "top k", "jump"])
def test_our_scores_are_those_of_their_evaluation(lens, name, tmp_path):
    luck = np.random.default_rng(3)
    true = luck.normal(size=(12, 6)).astype(np.float32)
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    features = np.where(luck.random((4000, 12)) < 0.25, np.abs(luck.normal(size=(4000, 12))), 0).astype(np.float32)
    plain = PlainAutoencoder.of(coded(CODES[name]), 0)
    arrays = dict(plain.weights)
    arrays["W_dec"] = np.concatenate([true[:8], plain.weights["W_dec"][8:] / 4])  # some are known
    arrays["W_enc"] = np.ascontiguousarray(arrays["W_dec"].T)
    arrays["b_enc"] = plain.weights["b_enc"] / 4
    plain = dataclasses.replace(plain, weights=arrays)
    plain.write(tmp_path)
    known = lens.features(12, 6, initializer=None)
    known.feature_vectors.data = lens.torch.as_tensor(true)
    given = SimpleNamespace(sample=lambda count: lens.torch.as_tensor(features[:count]))
    theirs = lens.evals.eval_sae_on_synthetic_data(loaded(lens, tmp_path), known, given, num_samples=4000)

    x = features @ true
    codes = plain.encode(x)
    found, near = recovery(arrays["W_dec"], true), cosines(arrays["W_dec"], true)
    rebuilt, counted = reconstruction(x, plain.decode(codes)), sparsity(codes)
    ours = {
        "mcc": found.matched,
        "uniqueness": found.uniqueness,
        "f1": code_scores(codes, features, near).latents,
        "shrinkage": float(rebuilt.shrinkage),
        "explained": float(rebuilt.explained),
        "l0": float(counted.active),
        "dead": float(counted.dead) * 20,
    }
    wanted = {
        "mcc": theirs.mcc,
        "uniqueness": theirs.uniqueness,
        "f1": theirs.classification.f1_score,
        "shrinkage": theirs.shrinkage,
        "explained": theirs.explained_variance,
        "l0": theirs.sae_l0,
        "dead": theirs.dead_latents,
    }
    assert ours == pytest.approx(wanted, abs=NEAR)
