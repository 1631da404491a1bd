"""A Lightning loop: `lightning_loop.py CORE WORKLOAD VARIANT FOLDER`.

Always: tensors in memory, no workers, logger, bar, checkpoint or validation. The variants, from the one that its users
write to the least that it can cost:

- `loader`: a DataLoader over a TensorDataset, the error, terms and loss kept by `self.log`, Adam as it comes;
- `batches`: the same, with batches cut beforehand, so that reading them costs nothing;
- `stripped`: batches cut beforehand, nothing kept, Adam fused, `Trainer(barebones=True)`.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

import logging
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from lightning import LightningModule, Trainer
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset
from torch_model import Draws, Labels, error_at_the_end, gradients_of

Colored = tuple[Tensor, Labels]


class Training(LightningModule):
    """Automatic optimization, with the schedule's numbers set at each step; its clock runs from step to step."""

    def __init__(self, draws: Draws, variant: str) -> None:
        super().__init__()
        self.draws, self.variant = draws, variant
        self.model = draws.model()
        self.first: dict[str, Tensor] = {}
        self.began = self.ended = 0.0

    def configure_optimizers(self) -> torch.optim.Optimizer:
        self.adam = torch.optim.Adam(self.model.parameters(), fused=self.variant == "stripped")
        return self.adam

    def training_step(self, batch: Colored | list[Tensor], step: int) -> Tensor:
        if step == contest.WARM_UP:
            self.began = contest.cpu_seconds()
        if step == len(self.draws.colors) - 1:
            self.ended = contest.cpu_seconds()
        colors, labels = self._parted(batch)
        self.adam.param_groups[0]["lr"] = self.draws.rates[step]
        parts = self.draws.parts(self.model, colors, labels, step)
        self.first = self.first or {name: part.detach() for name, part in parts.items()}
        if self.variant != "stripped":
            for name, part in parts.items():
                self.log(name, part)
        return parts["loss"]

    def _parted(self, batch: Colored | list[Tensor]) -> Colored:
        if self.variant == "loader":
            return batch[0], dict(zip(self.draws.labels, batch[1:], strict=True))  # type: ignore[return-value]
        return batch  # type: ignore[return-value]


@dataclass(frozen=True)
class Batches:
    """Batches cut beforehand; Lightning takes a bare list for a list of loaders."""

    cut: list[Colored]

    def __iter__(self) -> Iterator[Colored]:
        return iter(self.cut)

    def __len__(self) -> int:
        return len(self.cut)


@dataclass(frozen=True)
class Loop:
    """Lightning's loop in one of its variants."""

    draws: Draws
    variant: str

    def first_step(self) -> dict[str, object]:
        training = self._train(self.draws.first(contest.CHECKED))
        return gradients_of(training.model, training.first)

    def measure(self) -> dict[str, object]:
        training = self._train(self.draws)
        steps = len(self.draws.colors) - 1 - contest.WARM_UP
        error = error_at_the_end(training.model, self.draws)
        return {"seconds": training.ended - training.began, "steps": steps, "error": error}

    def _train(self, draws: Draws) -> Training:
        training = Training(draws, self.variant)
        trainer = Trainer(max_steps=len(draws.colors), accelerator="cpu", devices=1, **_settings(self.variant))
        trainer.fit(training, _data(draws, self.variant))
        return training


def _settings(variant: str) -> dict[str, object]:
    if variant == "stripped":
        return {"barebones": True}
    off = ("logger", "enable_progress_bar", "enable_checkpointing", "enable_model_summary")
    return dict.fromkeys(off, False) | {"num_sanity_val_steps": 0, "limit_val_batches": 0}


def _data(draws: Draws, variant: str) -> Iterable:
    if variant != "loader":
        return Batches(draws.batches())
    rows = TensorDataset(draws.colors.flatten(0, 1), *(borne.flatten() for borne in draws.labels.values()))
    return DataLoader(rows, batch_size=draws.colors.shape[1], num_workers=0)


if __name__ == "__main__":
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # it recommends workers, which are excluded here
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    contest.serve(Loop(Draws.read(Path(sys.argv[4]) / f"{sys.argv[2]}.npz"), sys.argv[3]))
