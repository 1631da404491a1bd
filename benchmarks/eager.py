"""A plain PyTorch loop: `eager.py CORE WORKLOAD VARIANT FOLDER`.

`kept` keeps what ours keeps, every step's error, terms and loss, and has Adam as it comes. `stripped` keeps nothing and
has Adam fused: the least that an eager loop can cost without being another program.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch_model import Autoencoder, Draws, error_at_the_end, gradients_of


@dataclass(frozen=True)
class Eager:
    """A loop over batches that lie in memory."""

    draws: Draws
    keeps: bool

    def first_step(self) -> dict[str, object]:
        model, parts, _ = self._train(self.draws.first(contest.CHECKED))
        return gradients_of(model, parts)

    def measure(self) -> dict[str, object]:
        model, _, seconds = self._train(self.draws)
        steps = len(self.draws.colors) - contest.WARM_UP
        return {"seconds": seconds, "steps": steps, "error": error_at_the_end(model, self.draws)}

    def _train(self, draws: Draws) -> tuple[Autoencoder, dict[str, Tensor], float]:
        model, batches = draws.model(), draws.batches()
        adam = torch.optim.Adam(model.parameters(), fused=not self.keeps)
        history: list[list[Tensor]] = []
        parts: dict[str, Tensor] = {}
        began = 0.0
        for step, (colors, labels) in enumerate(batches):
            if step == contest.WARM_UP:
                began = contest.cpu_seconds()
            adam.param_groups[0]["lr"] = draws.rates[step]
            adam.zero_grad()
            parts = draws.parts(model, colors, labels, step)
            parts["loss"].backward()
            adam.step()
            if self.keeps:
                history.append([part.detach() for part in parts.values()])
        return model, parts, contest.cpu_seconds() - began


if __name__ == "__main__":
    torch.set_num_threads(1)
    contest.serve(Eager(Draws.read(Path(sys.argv[4]) / f"{sys.argv[2]}.npz"), keeps=sys.argv[3] == "kept"))
