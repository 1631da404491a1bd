"""LR1 in eager PyTorch: `sparse_torch.py CORE BATCH VARIANT FOLDER`.

`original` computes what the original study's loop does: a coin and a number for each feature, a dense embedding, and
the hidden layer twice, since its regularizer is there even where it weighs nothing. `single` is the same training as
somebody who knows PyTorch would write it. `products` computes the step's necessary matrix products and nothing else.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

import copy
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

_ENOUGH = {128: 64, 256: 32, 8192: 3}
"""Steps of a measurement."""


class Toy(nn.Module):
    """64 dimensions, 1,024 ReLU neurons with a bias, 512 outputs without; PyTorch's own start."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.output = nn.Linear(64, 1024), nn.Linear(1024, 512, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(torch.relu(self.hidden(x)))


class Lamb(torch.optim.Optimizer):
    """LAMB without de-biasing, a trust ratio for each tensor, and the tensor's length clamped at 10.

    Source: You et al. (2020), arXiv 1904.00962, with the defaults that the superposition study used.
    """

    def __init__(self, params: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for p in group["params"]:
                held = self.state[p]
                if not held:
                    held["mean"], held["square"] = torch.zeros_like(p), torch.zeros_like(p)
                mean = held["mean"].mul_(0.9).add_(p.grad, alpha=0.1)
                square = held["square"].mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
                move = mean / square.sqrt().add_(1e-6)
                reach, size = p.norm().clamp(max=10.0), move.norm()
                ratio = 1.0 if reach == 0 or size == 0 else float(reach / size)
                p.add_(move, alpha=-group["lr"] * ratio)


@dataclass
class World:
    """A network, the features' directions `[512, 64]`, and how training goes on."""

    model: Toy
    directions: Tensor
    batch: int
    rate: float
    density: float
    original: bool
    optimizer: Lamb = field(init=False)
    losses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.optimizer = Lamb(self.model.parameters(), self.rate)

    def draw(self) -> Tensor:
        """The features of a batch."""
        if self.original:
            coins = torch.bernoulli(torch.full((self.batch, 512), self.density))
            return torch.rand(self.batch, 512) * coins
        # One number says both whether a feature is on and, below the density, how strongly.
        share = torch.rand(self.batch, 512).mul_(1 / self.density)
        return share.masked_fill_(share >= 1, 0.0)

    def follow(self, features: Tensor) -> Tensor:
        """The gradient of a batch, left at the parameters; its loss."""
        x = features @ self.directions
        self.optimizer.zero_grad()
        loss = (self.model(x) - features).square().sum(dim=1).mean()
        if self.original:
            neurons = torch.relu(self.model.hidden(x))
            (loss + 0.0 * neurons.abs().sum(dim=1).mean()).backward()
        else:
            loss.backward()
        return loss.detach()

    def train(self, steps: Iterable[int], every: int = 16) -> None:
        """Step by step; every sixteenth loss is kept, as in the original."""
        for step in steps:
            loss = self.follow(self.draw())
            self.optimizer.param_groups[0]["lr"] = self.rate * (1 + math.cos(math.pi * step / 512)) / 2
            self.optimizer.step()
            if step % every == 0:
                self.losses.append(loss.item())


@dataclass
class Loop:
    """A contestant: a loop over batches that it draws itself."""

    batch: int
    folder: Path
    original: bool
    empty: float = field(default_factory=contest.peak_memory)

    def first_step(self) -> dict[str, object]:
        """The gradient on our first batch, from our start."""
        world, held = self._ours()
        loss = world.follow(torch.from_numpy(held["features"]))
        path = self.folder / f"gradient-{'original' if self.original else 'single'}-{self.batch}.npz"
        np.savez(path, **{n: p.grad.numpy() for n, p in world.model.named_parameters() if p.grad is not None})
        return {"gradient": str(path), "loss": loss.item()}

    def measure(self) -> dict[str, object]:
        world, _ = self._ours()
        world.train(range(2))
        steps = _ENOUGH[self.batch]
        began = contest.cpu_seconds()
        world.train(range(2, 2 + steps))
        memory = {"empty": self.empty, "peak": contest.peak_memory()}
        return {"seconds": contest.cpu_seconds() - began, "steps": steps, **memory}

    def losses(self) -> dict[str, object]:
        """What eight networks lose on average in steps 192 to 255."""
        found = []
        for seed in range(8):
            world = self._fresh(seed)
            world.train(range(256), every=1)
            found.append(sum(world.losses[192:]) / 64)
        return {"losses": found}

    def whole(self) -> dict[str, object]:
        """A run of 4,096 steps with a copy of the network after each power of two."""
        began = contest.cpu_seconds()
        world, copies, done = self._fresh(0), [], 0
        for power in range(13):
            world.train(range(done, 2**power))
            copies.append(copy.deepcopy(world.model.state_dict()))
            done = 2**power
        return {"seconds": contest.cpu_seconds() - began, "loss": sum(world.losses[-16:]) / 16}

    def _ours(self) -> tuple[World, dict[str, np.ndarray]]:
        with np.load(self.folder / f"draws-{self.batch}.npz") as file:
            held = {name: file[name] for name in file.files}
        model = Toy()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(torch.from_numpy(held[f"start/{name}"]))
        numbers = (self.batch, float(held["rate"]), float(held["density"]), self.original)
        return World(model, torch.from_numpy(held["directions"]), *numbers), held

    def _fresh(self, seed: int) -> World:
        _, held = self._ours()
        torch.manual_seed(seed)
        columns = torch.linalg.svd(torch.randn(512, 64, dtype=torch.float64), full_matrices=False)[0]
        directions = (columns / columns.norm(dim=1, keepdim=True)).float()
        return World(Toy(), directions, self.batch, float(held["rate"]), float(held["density"]), self.original)


@dataclass
class Products:
    """The step's necessary matrix products by themselves, into memory that is there already."""

    batch: int

    def measure(self) -> dict[str, object]:
        steps = max(3, 8192 // self.batch)
        x, first, second = torch.randn(self.batch, 64), torch.randn(1024, 64) / 8, torch.randn(512, 1024) / 32
        hidden, back = torch.empty(self.batch, 1024), torch.empty(self.batch, 1024)
        output, inner, outer = torch.empty(self.batch, 512), torch.empty_like(first), torch.empty_like(second)
        began = 0.0
        for step in range(steps + 1):
            if step == 1:
                began = contest.cpu_seconds()
            torch.mm(x, first.T, out=hidden)
            torch.mm(hidden, second.T, out=output)
            torch.mm(output, second, out=back)
            torch.mm(output.T, hidden, out=outer)
            torch.mm(back.T, x, out=inner)
        return {"seconds": contest.cpu_seconds() - began, "steps": steps}


if __name__ == "__main__":
    torch.set_num_threads(1)
    batch, variant = int(sys.argv[2]), sys.argv[3]
    contest.serve(Products(batch) if variant == "products" else Loop(batch, Path(sys.argv[4]), variant == "original"))
