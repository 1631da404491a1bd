"""From trained networks and found directions to plain arrays, and back to a description with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.batch_top_k_code import BatchTopKCode
from tropism.dictionaries.code import Code
from tropism.dictionaries.dictionary import Dictionary
from tropism.dictionaries.gated_code import GatedCode
from tropism.dictionaries.hybrid_code import HybridCode
from tropism.dictionaries.jump_relu_code import JumpReLUCode
from tropism.dictionaries.plain_autoencoder import PlainAutoencoder
from tropism.dictionaries.relu_code import ReLUCode
from tropism.dictionaries.sparse_autoencoder import SparseAutoencoder
from tropism.dictionaries.top_k_code import TopKCode
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

_GATED = {"b_gate": "gate", "b_mag": "magnitude", "r_mag": "scale"}


def plain_member(ensemble: Ensemble, row: int, examples: Float[np.ndarray, "N d"] | None) -> PlainAutoencoder:
    """One member as plain arrays; `examples` as in `PlainAutoencoder.of`."""
    if not 0 <= row < len(ensemble):
        raise BadValue("PlainAutoencoder.of(row)", row, f"a row from 0 to {len(ensemble) - 1}")
    network, member = ensemble.network, ensemble.members[row]
    if not isinstance(network, SparseAutoencoder):
        raise DoesNotFit(f"PlainAutoencoder.of: {type(network).__name__} has no dictionary; SparseAutoencoder has.")
    if ensemble.interventions:
        raise DoesNotFit("PlainAutoencoder.of: the layout has no place for interventions; without_interventions().")
    if ensemble.status.diverged_at[row] >= 0:
        raise DoesNotFit(f"PlainAutoencoder.of: the member with seed {member.seed} diverged; choose another row.")
    about = {"seed": str(member.seed), "dials": dict(member.dials), "member": ensemble.member_keys[row]}
    params = {path: array[row] for path, array in ensemble.params.items() if ":" not in path}
    return plain_of(network, params, examples=examples, about=about)


def plain_of(
    network: SparseAutoencoder,
    params: Mapping[str, np.ndarray],
    *,
    examples: Float[np.ndarray, "N d"] | None = None,
    about: Mapping[str, object] | None = None,
) -> PlainAutoencoder:
    """A description and its parameters by path, as plain arrays."""
    code = _without_dense(network.code)
    weights = {
        "W_enc": np.ascontiguousarray(params["encoder.weight"].T),
        "W_dec": np.ascontiguousarray(params["output.weight"].T),
        "b_dec": np.asarray(params["output.bias"]),
    }
    if isinstance(code, GatedCode):
        weights |= {theirs: np.asarray(params[f"code.{ours}"]) for theirs, ours in _GATED.items()}
    else:
        weights["b_enc"] = np.asarray(params["encoder.bias"])
    kind, k = _kind_of(code), code.k if isinstance(code, TopKCode) else None
    if isinstance(code, JumpReLUCode):
        weights["threshold"] = _thresholds(np.asarray(params["code.threshold"]))
    if isinstance(code, BatchTopKCode):
        weights["threshold"] = _threshold_between(code, weights, network.centered, examples)
    found = PlainAutoencoder(kind, weights, network.centered, k, about=about or {})
    if examples is None:
        return found
    frequencies = (found.encode(examples) != 0).mean(axis=0)
    return PlainAutoencoder(kind, weights, network.centered, k, frequencies=frequencies, about=about or {})


def plain_dictionary(dictionary: Dictionary, active: int) -> PlainAutoencoder:
    """Directions with an encoder that is tied to them."""
    if not dictionary.signed:
        raise DoesNotFit(
            "PlainAutoencoder.of_dictionary: the atoms of this method have no sign, so half of what they explain would "
            "be lost by codes that are never negative, which is all that the layout has; only signed ones are written."
        )
    atoms = dictionary.atoms.astype(np.float32)
    weights = {"W_enc": np.ascontiguousarray(atoms.T), "W_dec": atoms, "b_dec": dictionary.offset.astype(np.float32)}
    return PlainAutoencoder("topk", weights | {"b_enc": np.zeros(len(atoms), np.float32)}, k=active)


def network_of(plain: PlainAutoencoder) -> SparseAutoencoder:
    """The description of the same in this house."""
    codes = {"standard": ReLUCode(), "jumprelu": JumpReLUCode(), "gated": GatedCode()}
    code = codes[plain.architecture] if plain.k is None else TopKCode(k=plain.k)
    return SparseAutoencoder(inputs=plain.width, latents=plain.latents, code=code, centered=plain.centered)


def params_of(plain: PlainAutoencoder) -> dict[str, np.ndarray]:
    """Its parameters by path; lengths that codes were told by go into the encoder."""
    held = plain.weights
    lengths = np.linalg.norm(held["W_dec"], axis=1, keepdims=True) if plain.by_length else None
    if lengths is not None and not lengths.all():
        raise DoesNotFit("PlainAutoencoder.params: a direction of length zero has no units to compare latents in.")
    params = {
        "encoder.weight": held["W_enc"].T if lengths is None else held["W_enc"].T * lengths,
        "output.weight": held["W_dec"].T if lengths is None else (held["W_dec"] / lengths).T,
        "output.bias": held["b_dec"],
    }
    if plain.architecture == "gated":
        params |= {f"code.{ours}": held[theirs] for theirs, ours in _GATED.items()}
    else:
        params["encoder.bias"] = held["b_enc"] if lengths is None else held["b_enc"] * lengths[:, 0]
    if plain.architecture == "jumprelu":
        params["code.threshold"] = np.maximum(held["threshold"], 0)  # below zero all the positive are on, and no others
    return {path: np.ascontiguousarray(array) for path, array in params.items()}


def _without_dense(code: Code) -> Code:
    if not isinstance(code, HybridCode):
        return code
    if code.dense:
        raise DoesNotFit(
            f"PlainAutoencoder: the first {code.dense} latents of this HybridCode are dense and of either sign, and "
            "SAELens has no architecture with such; only one without dense latents is written."
        )
    return code.sparse


def _kind_of(code: Code) -> str:
    kinds = {
        ReLUCode: "standard",
        TopKCode: "topk",
        JumpReLUCode: "jumprelu",
        BatchTopKCode: "jumprelu",
        GatedCode: "gated",
    }
    if type(code) not in kinds:
        known = ", ".join(kind.__name__ for kind in kinds)
        raise DoesNotFit(f"PlainAutoencoder: SAELens has no architecture for a {type(code).__name__}, but for {known}.")
    return kinds[type(code)]


def _thresholds(learned: Float[np.ndarray, "D"]) -> Float[np.ndarray, "D"]:
    if (learned < 0).any():
        raise DoesNotFit(
            f"PlainAutoencoder: {int((learned < 0).sum())} thresholds of this JumpReLUCode are below zero, where its "
            "codes may be negative; SAELens's never are."
        )
    return learned


def _threshold_between(
    code: BatchTopKCode, weights: Mapping[str, np.ndarray], centered: bool, examples: Float[np.ndarray, "N d"] | None
) -> Float[np.ndarray, "D"]:
    """One threshold for all latents, between what is on and what is not when the examples are one batch."""
    if examples is None:
        raise DoesNotFit(
            "PlainAutoencoder.of: a BatchTopKCode counts over a batch, and a jumprelu wants a threshold for each "
            "example alone; give examples, activations [N, d], on which it is found."
        )
    sizes = PlainAutoencoder("standard", dict(weights), centered).encode(examples).ravel()
    least = np.partition(sizes, -code.k * len(examples))[-code.k * len(examples)]
    below = sizes[sizes < least].max(initial=0)
    halfway = (below + least) / 2
    threshold = halfway if halfway < least else below  # below it where the two are neighbors among the numbers
    return np.full(weights["W_enc"].shape[1], threshold, sizes.dtype)
