"""The folder that SAELens loads: `cfg.json` and `sae_weights.safetensors`, perhaps `sparsity.safetensors`.

Weights stand input-major there, [d, D] for the encoder. What is read is data alone: JSON and safetensors.

Source: SAELens 6.54, `SAE.load_from_disk` and what it calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import tropism
from tropism.dictionaries.plain_autoencoder import BIASES, TYPES, PlainAutoencoder
from tropism.errors import BadValue, UnknownName, UserError

CONFIG, WEIGHTS, SPARSITY = "cfg.json", "sae_weights.safetensors", "sparsity.safetensors"
_LAYOUT = "6.0.0"
"""The version of SAELens that has its settings first arranged like this."""
_RAREST = 1e-10
"""What frequencies are raised by before their logarithm is taken."""
_NOTHING = {"normalize_activations": ("none", None, False), "reshape_activations": ("none", None)}
_NOTHING |= {"activation_fn": ("relu", None), "activation_fn_str": ("relu", None)}
_NOTHING |= {"finetuning_scaling_factor": (False, None)}
"""Settings that would change the codes, with what they are where they do not."""


def files_of(plain: PlainAutoencoder) -> dict[str, bytes]:
    """The files of the folder, by name."""
    from safetensors.numpy import save

    found = {WEIGHTS: save({name: np.ascontiguousarray(each) for name, each in plain.weights.items()})}
    if plain.frequencies is not None:
        found[SPARSITY] = save({"sparsity": np.log10(plain.frequencies + _RAREST).astype(np.float32)})
    return found | {CONFIG: json.dumps(_config_of(plain), indent=1, allow_nan=False).encode()}


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Put files into a folder, none over another; the last is `cfg.json`, so that half a folder is none."""
    for name in files:
        if (folder / name).exists():
            raise UserError(f"{folder / name} is already there; choose another folder, or move it away.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda name: name == CONFIG):
            (folder / name).write_bytes(files[name])
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from error


def read(folder: Path) -> PlainAutoencoder:
    """What stands in a folder."""
    config = _config_in(folder / CONFIG)
    kind, dtype = config["architecture"], str(config["dtype"]).removeprefix("torch.")
    weights = {name: _cast(folder / WEIGHTS, name, each, dtype) for name, each in _tensors(folder / WEIGHTS).items()}
    for name in ("W_enc", "W_dec", "b_dec", *BIASES[kind]):
        if name not in weights:
            raise UserError(f"{folder / WEIGHTS} has no {name!r}, which an SAE of architecture {kind!r} has.")
    widths = config["d_in"], config["d_sae"]
    if weights["W_enc"].shape != widths:
        raise BadValue(f"{folder / WEIGHTS}: W_enc", f"of shape {weights['W_enc'].shape}", f"of shape {widths}, d_in "
                       "and d_sae")  # fmt: skip
    try:
        return PlainAutoencoder(
            kind,
            weights,
            centered=config.get("apply_b_dec_to_input", True),
            k=config["k"] if kind == "topk" else None,
            by_length=kind == "topk" and config.get("rescale_acts_by_decoder_norm", False),
            frequencies=_frequencies(folder / SPARSITY, widths[1]),
            about=config.get("metadata") or {},
        )
    except UserError as error:
        raise UserError(f"{folder}: {error}") from None


def _config_of(plain: PlainAutoencoder) -> dict[str, object]:
    about = {"sae_lens_version": _LAYOUT, "sae_lens_training_version": None, "tropism_version": tropism.__version__}
    config: dict[str, object] = {
        "architecture": plain.architecture,
        "d_in": plain.width,
        "d_sae": plain.latents,
        "dtype": str(plain.weights["W_enc"].dtype),
        "device": "cpu",
        "apply_b_dec_to_input": plain.centered,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": dict(plain.about) | about,
    }
    if plain.k is not None:
        config |= {"k": plain.k, "rescale_acts_by_decoder_norm": plain.by_length}
    return config


def _config_in(path: Path) -> dict:
    """The settings, after a look at each that counts."""
    _there(path)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise UserError(f"{path} is truncated, or no JSON file: {error}".rstrip(".") + ".") from None
    if not isinstance(config, dict):
        raise BadValue(str(path), type(config).__name__, "an object with the settings of an SAE")
    kind = config.get("architecture")
    wanted = ("architecture", "d_in", "d_sae", "dtype", *(("k",) if kind == "topk" else ()))
    for name in wanted:
        if name not in config:
            raise UserError(f"{path} has no {name!r}; it wants {', '.join(wanted)}.")
    if kind not in BIASES:
        raise UnknownName("architecture", str(kind), BIASES, str(path))
    for name in ("d_in", "d_sae", *(("k",) if kind == "topk" else ())):
        if isinstance(config[name], bool) or not isinstance(config[name], int) or config[name] < 1:
            raise BadValue(f"{path}: {name}", config[name], "a whole number, at least 1")
    if str(config["dtype"]).removeprefix("torch.") not in TYPES:
        raise BadValue(f"{path}: dtype", config["dtype"], f"{' or '.join(TYPES)}; load it so in SAELens, and save it")
    for name in ("apply_b_dec_to_input", "rescale_acts_by_decoder_norm"):
        if not isinstance(config.get(name, True), bool):
            raise BadValue(f"{path}: {name}", config[name], "true or false")
    for name, harmless in _NOTHING.items():
        if config.get(name) not in harmless:
            raise BadValue(f"{path}: {name}", config[name], f"{harmless[0]!r}, or not there: it is not done here")
    if not isinstance(config.get("metadata") or {}, dict):
        raise BadValue(f"{path}: metadata", type(config["metadata"]).__name__, "an object")
    return config


def _tensors(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    _there(path)
    try:
        return load(path.read_bytes())
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        what = f"{path} is truncated, no safetensors file, or has a type of numbers that NumPy has not"
        raise UserError(f"{what}: {error}".rstrip(".") + ".") from None


def _cast(path: Path, name: str, array: np.ndarray, dtype: str) -> np.ndarray:
    if array.dtype.kind != "f":
        raise BadValue(f"{path}: {name}", f"of type {array.dtype}", "floating-point numbers")
    return array.astype(dtype)


def _frequencies(path: Path, latents: int) -> np.ndarray | None:
    if not path.exists():
        return None
    logarithms = _tensors(path).get("sparsity")
    if logarithms is None or logarithms.shape != (latents,) or not np.isfinite(logarithms).all():
        what = "not there" if logarithms is None else f"of shape {logarithms.shape}, or not finite"
        raise BadValue(f"{path}: sparsity", what, f"{latents} finite numbers, the logarithms of frequencies")
    return np.maximum(10.0 ** logarithms.astype(float) - _RAREST, 0.0)


def _there(path: Path) -> None:
    if not path.is_file():
        what = "is not there" if path.parent.is_dir() else f"is not there, nor is the folder {path.parent}"
        raise UserError(f"{path} {what}; a folder that SAELens loads has {CONFIG} and {WEIGHTS}.")
