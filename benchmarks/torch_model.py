"""The peers' half: the same networks, terms and draws in PyTorch, as one would write them there."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

Labels = dict[str, Tensor]
Term = Callable[[Tensor, Labels], Tensor]


class Autoencoder(nn.Module):
    """An encoder, a bottleneck on the unit sphere, a decoder. Source: `CNColorMLP` of z0u/ex-preppy."""

    def __init__(self, latent: int, depth: int) -> None:
        super().__init__()
        self.encoder = _side([3] + [16] * depth + [latent])
        self.decoder = _side([latent] + [16] * depth + [3])

    def forward(self, colors: Tensor) -> tuple[Tensor, Tensor]:
        latent = functional.normalize(self.encoder(colors), dim=-1)
        return self.decoder(latent), latent

    def named(self) -> dict[str, nn.Parameter]:
        """The parameters under our names: `encoder.0.weight` for the first linear map, whatever stands between."""
        found = {}
        for side in ("encoder", "decoder"):
            linear = [layer for layer in getattr(self, side) if isinstance(layer, nn.Linear)]
            for number, layer in enumerate(linear):
                found[f"{side}.{number}.weight"], found[f"{side}.{number}.bias"] = layer.weight, layer.bias
        return found


def separate(latent: Tensor, labels: Labels) -> Tensor:
    """Angular separation with the 100th power, shifted; what equals 1 counts as 0."""
    rows = functional.normalize(latent, dim=-1, eps=1e-8)
    cosines = rows @ rows.T
    cosines = torch.where(torch.isclose(cosines, torch.ones_like(cosines)), torch.zeros_like(cosines), cosines)
    return ((cosines + 1) / 2).pow(100).sum(dim=1).mean()


def anchor_to(axis: Tensor) -> Term:
    """1 − cosine to an axis, where red is borne."""

    def anchor(latent: Tensor, labels: Labels) -> Tensor:
        return _where(labels["red"], 1 - functional.cosine_similarity(latent, axis, dim=-1))

    return anchor


def subspace(latent: Tensor, labels: Labels) -> Tensor:
    """Squares outside dimensions 0 and 1, where vibrant is borne."""
    return _where(labels["vibrant"], latent[:, 2:].square().sum(dim=-1))


def anti_subspace(latent: Tensor, labels: Labels) -> Tensor:
    """The square of dimension 0."""
    return latent[:, 0].square().mean()


def terms_of(workload: str, latent: int) -> dict[str, Term]:
    """A workload's terms, under our names."""
    anchor = anchor_to(torch.eye(latent)[:1])
    return {
        "anchored": {"separate": separate, "anchor": anchor, "subspace": subspace},
        "isolated": {"separate": separate, "anchor": anchor, "anti-subspace": anti_subspace},
    }[workload]


@dataclass(frozen=True)
class Draws:
    """What our first member sees, read from the file that ours wrote, cut into batches beforehand."""

    terms: dict[str, Term]
    shape: dict[str, int]
    start: dict[str, np.ndarray]
    colors: Tensor
    labels: Labels
    rates: list[float]
    weights: list[dict[str, float]]

    @classmethod
    def read(cls, path: Path) -> Draws:
        """The file of a workload; it is named after it."""
        with np.load(path) as held:
            arrays = {name: held[name] for name in held.files}
        below = {part: {n.removeprefix(part): a for n, a in arrays.items() if n.startswith(part)} for part in _PARTS}
        shape = json.loads(str(arrays["shape"]))
        terms = terms_of(path.stem, shape["latent"])
        columns = [below["dial/"][f"{name}.weight"].tolist() for name in terms]
        weights = [dict(zip(terms, row, strict=True)) for row in zip(*columns, strict=True)]
        labels = {name: torch.from_numpy(array) for name, array in below["label/"].items()}
        rates = below["dial/"]["optimizer.lr"].tolist()
        return cls(terms, shape, below["start/"], torch.from_numpy(arrays["colors"]), labels, rates, weights)

    def batches(self) -> list[tuple[Tensor, Labels]]:
        """Every step's colors and labels."""
        return [(colors, {n: all_[t] for n, all_ in self.labels.items()}) for t, colors in enumerate(self.colors)]

    def first(self, step: int) -> Draws:
        """The first batch alone, with the dials' numbers of a later step."""
        labels = {name: borne[:1] for name, borne in self.labels.items()}
        one = {"colors": self.colors[:1], "labels": labels}
        return replace(self, **one, rates=[self.rates[step]], weights=[self.weights[step]])

    def model(self) -> Autoencoder:
        """The network with our start parameters."""
        model = Autoencoder(**self.shape)
        with torch.no_grad():
            for name, parameter in model.named().items():
                parameter.copy_(torch.from_numpy(self.start[name]))
        return model

    def parts(self, model: Autoencoder, colors: Tensor, labels: Labels, step: int) -> dict[str, Tensor]:
        """The error, the terms whose weight is not zero at this step, and the loss."""
        output, latent = model(colors)
        parts = {"error": functional.mse_loss(output, colors)}
        total = parts["error"]
        for name, weight in self.weights[step].items():
            if weight:
                parts[name] = self.terms[name](latent, labels)
                total = total + weight * parts[name]
        return {**parts, "loss": total}


_PARTS = ("start/", "label/", "dial/")


def gradients_of(model: Autoencoder, parts: dict[str, Tensor]) -> dict[str, object]:
    """What a contestant says of its first step."""
    named = model.named().items()
    return {
        "gradients": {name: parameter.grad.tolist() for name, parameter in named if parameter.grad is not None},
        "parts": {name: part.item() for name, part in parts.items()},
    }


def error_at_the_end(model: Autoencoder, draws: Draws) -> float:
    """The error on the last batch."""
    with torch.no_grad():
        return float(functional.mse_loss(model(draws.colors[-1])[0], draws.colors[-1]))


def _side(widths: list[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.GELU()]
    return nn.Sequential(*layers[:-1])


def _where(borne: Tensor, prices: Tensor) -> Tensor:
    return (borne * prices).sum() / (borne.sum() + 1e-8)
