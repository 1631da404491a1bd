"""The folder that SAELens loads: what stands in it, what comes back, and what is refused."""

import dataclasses
import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from coded import ARCHITECTURES, CODES, EXAMPLES, coded
from tropism.dictionaries import (
    BatchTopKCode,
    Dictionary,
    GatedCode,
    HybridCode,
    JumpReLUCode,
    OneShot,
    PlainAutoencoder,
    ReLUCode,
    TopKCode,
)
from tropism.errors import BadValue, DoesNotFit, UnknownName, UserError
from tropism.interventions import ZeroSubspace
from tropism.networks import Autoencoder


def plain(name="top k", row=1, **more):
    return PlainAutoencoder.of(coded(CODES[name], **more), row, examples=EXAMPLES)


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("name", CODES)
def test_plain_arrays_code_and_rebuild_as_the_network_does(name, centered):
    ensemble = coded(CODES[name], centered=centered)
    found = PlainAutoencoder.of(ensemble, 1, examples=EXAMPLES)
    output, sites = ensemble.select([1]).listen(EXAMPLES, ("code",))
    codes = found.encode(EXAMPLES)
    np.testing.assert_allclose(codes, sites["code"][0], atol=1e-5)
    np.testing.assert_allclose(found.decode(codes), output[0], atol=1e-5)
    np.testing.assert_allclose(found.frequencies, (sites["code"][0] != 0).mean(axis=0), atol=1e-9)
    assert (codes != 0).any()
    assert not (codes != 0).all()


@pytest.mark.parametrize("name", CODES)
def test_what_is_written_comes_back_number_for_number(name, tmp_path):
    ensemble = coded(CODES[name], centered=False)
    written = PlainAutoencoder.of(ensemble, 0, examples=EXAMPLES)
    written.write(tmp_path / "deep" / "folder")
    found = PlainAutoencoder.read(tmp_path / "deep" / "folder")
    assert (found.architecture, found.centered, found.k) == (written.architecture, False, written.k)
    assert found.architecture == ARCHITECTURES[name]
    assert found.weights.keys() == written.weights.keys()
    for key, array in written.weights.items():
        np.testing.assert_array_equal(found.weights[key], array)
    np.testing.assert_allclose(found.frequencies, written.frequencies, atol=1e-6)
    assert found.about["seed"] == "0"
    if name != "batch top k":
        params = found.params()
        assert params.keys() == set(ensemble.params)
        for path, array in params.items():
            np.testing.assert_array_equal(array, ensemble.params[path][0])
    if name in ("relu", "top k", "gated"):
        assert found.network() == ensemble.network


def test_the_files_are_those_that_are_described(tmp_path):
    ensemble = coded(TopKCode(k=3))
    PlainAutoencoder.of(ensemble, 1).write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cfg.json", "sae_weights.safetensors"]
    config = json.loads((tmp_path / "cfg.json").read_text())
    about = config.pop("metadata")
    assert config == {
        "architecture": "topk", "d_in": 6, "d_sae": 20, "dtype": "float32", "device": "cpu", "k": 3,
        "apply_b_dec_to_input": True, "normalize_activations": "none", "reshape_activations": "none",
        "rescale_acts_by_decoder_norm": False,
    }  # fmt: skip
    assert about["sae_lens_version"] == "6.0.0"  # without one, settings are read as those of before
    assert about["member"] == ensemble.member_keys[1]
    arrays = load_file(tmp_path / "sae_weights.safetensors")
    shapes = {name: array.shape for name, array in arrays.items()}
    assert shapes == {"W_enc": (6, 20), "W_dec": (20, 6), "b_enc": (20,), "b_dec": (6,)}
    np.testing.assert_array_equal(arrays["W_enc"], ensemble.params["encoder.weight"][1].T)
    np.testing.assert_array_equal(arrays["W_dec"], ensemble.params["output.weight"][1].T)


@pytest.mark.parametrize(
    ("code", "names"),
    [(ReLUCode(), "b_enc"), (JumpReLUCode(), "b_enc threshold"), (GatedCode(), "b_gate b_mag r_mag")],
    ids=["standard", "jumprelu", "gated"],
)
def test_each_architecture_has_its_own_arrays(code, names, tmp_path):
    PlainAutoencoder.of(coded(code), 0, examples=EXAMPLES).write(tmp_path)
    arrays = load_file(tmp_path / "sae_weights.safetensors")
    assert arrays.keys() == {"W_enc", "W_dec", "b_dec", *names.split()}
    assert "k" not in json.loads((tmp_path / "cfg.json").read_text())
    np.testing.assert_allclose(
        load_file(tmp_path / "sparsity.safetensors")["sparsity"],
        np.log10((PlainAutoencoder.read(tmp_path).encode(EXAMPLES) != 0).mean(axis=0) + 1e-10),
        atol=1e-5,
    )


def test_the_threshold_of_a_batch_lies_between_what_was_on_and_what_was_not():
    found = plain("batch top k")
    (threshold,) = set(found.weights["threshold"].tolist())
    sizes = np.sort(dataclasses.replace(found, architecture="standard", weights={
        name: array for name, array in found.weights.items() if name != "threshold"
    }).encode(EXAMPLES).ravel())  # fmt: skip
    below, least = sizes[-3 * len(EXAMPLES) - 1], sizes[-3 * len(EXAMPLES)]
    assert below < threshold < least
    assert threshold == pytest.approx((below + least) / 2, rel=1e-5)
    few = PlainAutoencoder.of(coded(BatchTopKCode(k=20)), 0, examples=EXAMPLES)
    assert not few.weights["threshold"].any()  # fewer are positive than may be on: all of them are


def test_latents_that_are_told_by_length_are_the_same_with_the_length_in_the_encoder():
    found = dataclasses.replace(plain("top k"), by_length=True)
    params = found.params()
    np.testing.assert_allclose(np.linalg.norm(params["output.weight"], axis=0), 1, rtol=1e-6)
    folded = {
        "W_enc": params["encoder.weight"].T,
        "b_enc": params["encoder.bias"],
        "W_dec": params["output.weight"].T,
        "b_dec": params["output.bias"],
    }
    again = dataclasses.replace(found, weights=folded, by_length=False)
    np.testing.assert_allclose(again.encode(EXAMPLES), found.encode(EXAMPLES), atol=1e-5)
    np.testing.assert_allclose(again.decode(again.encode(EXAMPLES)), found.decode(found.encode(EXAMPLES)), atol=1e-5)
    assert (found.encode(EXAMPLES) != plain("top k").encode(EXAMPLES)).any()


def test_directions_with_signs_are_written_with_an_encoder_tied_to_them():
    luck = np.random.default_rng(0)
    dictionary = Dictionary.of(luck.normal(size=(12, 6)), offset=luck.normal(size=6), signed=True)
    found = PlainAutoencoder.of_dictionary(dictionary, active=2)
    wanted = OneShot(2, non_negative=True).codes(dictionary, EXAMPLES)
    np.testing.assert_allclose(found.encode(EXAMPLES), wanted, atol=1e-5)
    np.testing.assert_allclose(found.decode(found.encode(EXAMPLES)), dictionary.rebuilt(wanted), atol=1e-5)
    np.testing.assert_allclose(found.dictionary().atoms, dictionary.atoms, atol=1e-6)
    with pytest.raises(DoesNotFit, match="have no sign"):
        PlainAutoencoder.of_dictionary(dataclasses.replace(dictionary, signed=False), active=2)


def test_what_the_layout_has_no_place_for_is_refused():
    for ensemble, message in (
        (coded(HybridCode(dense=2, sparse=TopKCode(k=3))), "2 latents of this HybridCode are dense"),
        (coded(BatchTopKCode(k=3)), "give examples"),
        (coded(TopKCode(k=3)).intervene(ZeroSubspace("code", dims=(0,))), "no place for interventions"),
        (dataclasses.replace(coded(ReLUCode()), network=Autoencoder(latent=4)), "Autoencoder has no dictionary"),
    ):
        with pytest.raises(DoesNotFit, match=message):
            PlainAutoencoder.of(ensemble, 0)
    jumping = coded(JumpReLUCode())
    jumping.params["code.threshold"][0, 3] = -0.1
    with pytest.raises(DoesNotFit, match="1 thresholds of this JumpReLUCode are below zero"):
        PlainAutoencoder.of(jumping, 0)
    diverged = dataclasses.replace(jumping.status, diverged_at=np.array([-1, 4]))
    with pytest.raises(DoesNotFit, match="seed 1 diverged"):
        PlainAutoencoder.of(dataclasses.replace(jumping, status=diverged), 1)
    with pytest.raises(BadValue, match="a row from 0 to 1"):
        PlainAutoencoder.of(coded(TopKCode(k=3)), 2)
    with pytest.raises(DoesNotFit, match="5 wide, and 6 is wanted"):
        plain().encode(EXAMPLES[:, :5])


def test_nothing_is_written_over(tmp_path):
    plain().write(tmp_path)
    before = (tmp_path / "cfg.json").read_bytes()
    with pytest.raises(UserError, match="already there"):
        plain("relu").write(tmp_path)
    assert (tmp_path / "cfg.json").read_bytes() == before
    with pytest.raises(UserError, match="cannot be written"):
        plain().write(tmp_path / "cfg.json")


CONFIGS = {
    "no JSON": (lambda config: None, UserError, "truncated, or no JSON"),
    "a list": (lambda config: [config], BadValue, "an object with the settings"),
    "no architecture": (lambda config: config.pop("architecture"), UserError, "has no 'architecture'"),
    "no type": (lambda config: config.pop("dtype"), UserError, "has no 'dtype'"),
    "no k": (lambda config: config.pop("k"), UserError, "has no 'k'"),
    "another architecture": (lambda config: config.update(architecture="topq"), UnknownName, "mean 'topk'"),
    "a transcoder": (lambda config: config.update(architecture="transcoder"), UnknownName, "no architecture"),
    "a broken width": (lambda config: config.update(d_in=2.5), BadValue, "d_in is 2.5"),
    "a width of another": (lambda config: config.update(d_sae=21), BadValue, r"W_enc .*of shape \(6, 20\)"),
    "too large a k": (lambda config: config.update(k=21), UserError, "from 1 to the 20 latents"),
    "half precision": (lambda config: config.update(dtype="bfloat16"), BadValue, "float32 or float64"),
    "a scaling": (lambda config: config.update(normalize_activations="layer_norm"), BadValue, "not done here"),
    "heads": (lambda config: config.update(reshape_activations="hook_z"), BadValue, "not done here"),
    "another function": (lambda config: config.update(activation_fn_str="tanh-relu"), BadValue, "not done here"),
    "a word for a switch": (lambda config: config.update(apply_b_dec_to_input="no"), BadValue, "true or false"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_settings_that_are_wrong_are_refused_by_name(name, tmp_path):
    spoil, kind, message = CONFIGS[name]
    plain().write(tmp_path)
    path = tmp_path / "cfg.json"
    config = json.loads(path.read_text())
    spoiled = spoil(config)
    if name == "no JSON":
        path.write_text(path.read_text()[:-9])
    else:
        path.write_text(json.dumps(spoiled if name == "a list" else config))
    with pytest.raises(kind, match=message) as told:
        PlainAutoencoder.read(tmp_path)
    assert str(tmp_path) in str(told.value)


def spoil_arrays(arrays, name):
    if name == "NaN":
        arrays["W_dec"][3, 2] = np.nan
    elif name == "another shape":
        arrays["b_enc"] = arrays["b_enc"][:5]
    elif name == "whole numbers":
        arrays["b_dec"] = arrays["b_dec"].astype(np.int32)
    elif name == "one missing":
        del arrays["b_dec"]
    elif name == "one more":
        arrays["W_skip"] = arrays["W_enc"]
    return arrays


ARRAYS = {
    "NaN": (UserError, r"W_dec.*not finite in 1 places"),
    "another shape": (UserError, r"b_enc.*of shape \(5,\)"),
    "whole numbers": (BadValue, "b_dec.*floating-point numbers"),
    "one missing": (UserError, "has no 'b_dec'"),
    "one more": (UserError, "no array 'W_skip'"),
    "truncated": (UserError, "truncated"),
    "no header": (UserError, "truncated"),
    "gone": (UserError, "is not there"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_are_wrong_are_refused_by_name(name, tmp_path):
    kind, message = ARRAYS[name]
    plain().write(tmp_path)
    path = tmp_path / "sae_weights.safetensors"
    if name == "gone":
        path.unlink()
    elif name in ("truncated", "no header"):
        path.write_bytes(path.read_bytes()[:-7] if name == "truncated" else b"pickle")
    else:
        save_file(spoil_arrays(load_file(path), name), path)
    with pytest.raises(kind, match=message) as told:
        PlainAutoencoder.read(tmp_path)
    assert str(tmp_path) in str(told.value)


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(UserError, match="nor is the folder"):
        PlainAutoencoder.read(tmp_path / "nowhere")


def test_a_folder_of_doubles_is_read_as_doubles_and_without_metadata(tmp_path):
    plain().write(tmp_path)
    config = json.loads((tmp_path / "cfg.json").read_text())
    del config["metadata"]
    (tmp_path / "cfg.json").write_text(json.dumps(config | {"dtype": "torch.float64"}))
    found = PlainAutoencoder.read(tmp_path)
    assert {str(array.dtype) for array in found.weights.values()} == {"float64"}
    np.testing.assert_allclose(found.encode(EXAMPLES), plain().encode(EXAMPLES), atol=1e-5)
    assert found.about == {}
