"""SAELens's own trainer: `features_lens.py CORE WIDTH LATENTS K STEPS MANY WHOLE VARIANT FOLDER`.

K is 0 where magnitudes are priced. `plain` and `sparse` tell whether its activations are sparse tensors; `mkl` computes
the step's dense matrix products alone, by PyTorch's mm. Read by the peers' environment, which has no Tropism.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

os.environ["TQDM_DISABLE"] = "1"  # no bar, which costs a little

import numpy as np
import torch
from sae_lens import StandardTrainingSAE, StandardTrainingSAEConfig, TopKTrainingSAE, TopKTrainingSAEConfig
from sae_lens.config import LoggingConfig, SAETrainerConfig
from sae_lens.training.sae_trainer import SAETrainer

RATE, PRICE = 2e-3, 0.15
_OURS = {"W_enc": "encoder.weight", "b_enc": "encoder.bias", "W_dec": "output.weight", "b_dec": "output.bias"}
_TURNED = ("W_enc", "W_dec")


@dataclass
class Trainer:
    """SAELens's trainer, on batches that ours has drawn."""

    width: int
    latents: int
    k: int
    steps: int
    many: int
    whole_steps: int
    sparse: bool
    folder: Path
    held: list[np.lib.npyio.NpzFile] = field(default_factory=list)
    warm: bool = False

    def first_step(self) -> dict[str, object]:
        """The first gradient as it is followed, clipped."""
        sae = self._sae()
        trainer = self._trainer(sae, 1)
        for name, parameter in sae.named_parameters():
            start = torch.as_tensor(self._draws()[f"start/{_OURS[name]}"])
            parameter.data = (start.T if name in _TURNED else start).contiguous()
        gradients, moved = {}, trainer.optimizer.step
        trainer.optimizer.step = lambda: (gradients.update(_gradients(sae)), moved())  # type: ignore[method-assign]
        output = trainer.step(self._batches()[0])
        path = self.folder / f"gradient-{'sparse' if self.sparse else 'plain'}.npz"
        np.savez(path, **gradients)
        return {"gradient": str(path), "loss": float(output.loss.detach())}

    def measure(self) -> dict[str, object]:
        if not self.warm:
            self._trainer(self._sae(), contest.WARM_UP).fit()
            self.warm = True
        trainer = self._trainer(self._sae(), self.steps)
        began = contest.cpu_seconds()
        trainer.fit()
        return {"seconds": contest.cpu_seconds() - began, "steps": self.steps}

    def whole(self) -> dict[str, object]:
        """Many runs, one after the other, and what they fail to rebuild in the end; each has batches of its own, which
        are cut while no clock runs."""
        samples = torch.as_tensor(self._draws()["samples"])
        told: dict = {"wall": 0.0, "seconds": 0.0, "left": []}
        for seed in range(self.many):
            sae = self._sae(seed)
            rows = torch.randint(len(samples), (self.whole_steps, len(self._batches()[0])))
            trainer = self._trainer(sae, self.whole_steps, [samples[each] for each in rows])
            clock, began = time.perf_counter(), contest.cpu_seconds()
            trainer.fit()
            told["wall"] += time.perf_counter() - clock
            told["seconds"] += contest.cpu_seconds() - began
            with torch.no_grad():
                told["left"].append(float((sae(samples) - samples).square().sum(dim=-1).mean()))
        return told

    def _draws(self) -> np.lib.npyio.NpzFile:
        if not self.held:
            self.held.append(np.load(self.folder / "draws.npz"))
        return self.held[0]

    def _batches(self) -> list[torch.Tensor]:
        return list(torch.as_tensor(self._draws()["batches"]))

    def _sae(self, seed: int = 0) -> StandardTrainingSAE | TopKTrainingSAE:
        torch.manual_seed(seed)
        common = {"d_in": self.width, "d_sae": self.latents, "decoder_init_norm": 1.0}
        if not self.k:
            return StandardTrainingSAE(StandardTrainingSAEConfig(l1_coefficient=PRICE, **common))
        sparse = {"use_sparse_activations": self.sparse, "rescale_acts_by_decoder_norm": False}
        return TopKTrainingSAE(TopKTrainingSAEConfig(k=self.k, **sparse, **common))

    def _trainer(
        self, sae: StandardTrainingSAE | TopKTrainingSAE, steps: int, batches: list[torch.Tensor] | None = None
    ) -> SAETrainer:
        batches = batches or self._batches()
        size = len(batches[0])
        config = SAETrainerConfig(
            n_checkpoints=0, checkpoint_path=None, save_final_checkpoint=False, total_training_samples=steps * size,
            device="cpu", autocast=False, lr=RATE, lr_end=RATE, lr_scheduler_name="constant", lr_warm_up_steps=0,
            adam_beta1=0.9, adam_beta2=0.999, lr_decay_steps=0, n_restart_cycles=1, train_batch_size_samples=size,
            dead_feature_window=10**9, feature_sampling_window=2000, n_batches_for_norm_estimate=1000,
            logger=LoggingConfig(log_to_wandb=False, eval_every_n_wandb_logs=2**31 - 1),
        )  # fmt: skip
        return SAETrainer(cfg=config, sae=sae, data_provider=_round(batches))


@dataclass
class Products:
    """The step's dense matrix products by themselves, by PyTorch's mm."""

    width: int
    latents: int
    size: int = 512

    def measure(self) -> dict[str, object]:
        x = torch.randn(self.size, self.width)
        encoder, decoder = torch.randn(self.width, self.latents), torch.randn(self.latents, self.width)
        code, back = torch.empty(self.size, self.latents), torch.empty(self.size, self.latents)
        output, inner, outer = torch.empty_like(x), torch.empty_like(encoder), torch.empty_like(decoder)
        began = contest.cpu_seconds()
        for _ in range(200):
            torch.mm(x, encoder, out=code)
            torch.mm(code, decoder, out=output)
            torch.mm(output, decoder.T, out=back)
            torch.mm(code.T, output, out=outer)
            torch.mm(x.T, back, out=inner)
        return {"seconds": contest.cpu_seconds() - began, "steps": 200}


def _round(batches: list[torch.Tensor]) -> Iterator[torch.Tensor]:
    while True:
        yield from batches


def _gradients(sae: torch.nn.Module) -> dict[str, np.ndarray]:
    found = {name: parameter.grad for name, parameter in sae.named_parameters() if parameter.grad is not None}
    return {_OURS[n]: (g.T if n in _TURNED else g).detach().clone().numpy() for n, g in found.items()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    width, latents, k, steps, many, whole = map(int, sys.argv[2:8])
    variant, folder = sys.argv[8], Path(sys.argv[9])
    plain = Trainer(width, latents, k, steps, many, whole, variant == "sparse", folder)
    contest.serve(Products(width, latents) if variant == "mkl" else plain)
