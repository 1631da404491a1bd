"""The same trainings in eager PyTorch: `grokking_torch.py CORE KIND MANNER STEPS FOLDER`.

`published` computes what the publications' loops do: every position of every example, embeddings looked up and laid end
to end, log-softmax in double precision, AdamW as it comes. `best` is the same training as somebody who knows PyTorch
and the problem would write it: only the last position, tables of what there is to look up, single precision, fused
AdamW. Both are written for this benchmark. Neither measures held-out pairs, which the publications do at every step.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

HEADS, WARM_UP, RATE = 4, 10, 1e-3
Params = dict[str, Tensor]
Forward = Callable[[Params, Tensor], Tensor]


def transformer_published(p: Params, pairs: Tensor) -> Tensor:
    """Logits at the last of three positions, all of which are computed."""
    equals = torch.full((len(pairs), 1), len(p["embedding"]) - 1)
    stream = p["embedding"][torch.cat([pairs, equals], dim=1)] + p["position"]

    def split(name: str) -> Tensor:
        return functional.linear(stream, p[f"{name}.weight"]).unflatten(-1, (HEADS, -1)).transpose(1, 2)

    query, key, value = split("query"), split("key"), split("value")
    scores = query @ key.transpose(2, 3) / key.shape[-1] ** 0.5
    later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    taken = (scores.masked_fill(later, -1e10).softmax(dim=-1) @ value).transpose(1, 2).flatten(2)
    return _after_attention(p, stream, taken)[:, -1]


def transformer_best(p: Params, pairs: Tensor) -> Tensor:
    """Logits at "=", whose question is the same for all; what tokens answer stands in tables."""
    tokens, last = p["embedding"][:-1], p["embedding"][-1] + p["position"][-1]
    query = functional.linear(last, p["query.weight"]).unflatten(-1, (HEADS, -1))
    asked = torch.einsum("hk,hkd->hd", query, p["key.weight"].unflatten(0, query.shape)) / query.shape[-1] ** 0.5
    drawn, found = functional.linear(tokens, asked), functional.linear(tokens, p["value.weight"])
    scores, values = [], []
    for place, token in enumerate(pairs.unbind(1)):
        here = p["position"][place]
        scores.append(functional.embedding(token, drawn + functional.linear(here, asked)))
        values.append(functional.embedding(token, found + functional.linear(here, p["value.weight"])))
    scores.append(functional.linear(last, asked).expand_as(scores[0]))
    values.append(functional.linear(last, p["value.weight"]))
    pattern = torch.stack(scores).softmax(dim=0).unsqueeze(-1)
    taken = sum(share * value.unflatten(-1, (HEADS, -1)) for share, value in zip(pattern, values, strict=True))
    return _after_attention(p, last, taken.flatten(1))


def _after_attention(p: Params, stream: Tensor, taken: Tensor) -> Tensor:
    stream = stream + functional.linear(taken, p["attention.weight"])
    hidden = functional.linear(stream, p["hidden.weight"], p["hidden.bias"]).relu()
    stream = stream + functional.linear(hidden, p["back.weight"], p["back.bias"])
    return functional.linear(stream, p["output.weight"])


def sum_published(p: Params, pairs: Tensor) -> Tensor:
    """Two embeddings laid end to end, mixed, read."""
    embedded = torch.cat([p["left.embedding"][pairs[:, 0]], p["right.embedding"][pairs[:, 1]]], dim=1)
    mixing = torch.cat([p["left.weight"], p["right.weight"]], dim=1)
    return functional.linear(functional.linear(embedded, mixing).relu(), p["output.weight"])


def sum_best(p: Params, pairs: Tensor) -> Tensor:
    """Two tables of what each token adds to the hidden layer, looked up."""
    left = functional.linear(p["left.embedding"], p["left.weight"])
    right = functional.linear(p["right.embedding"], p["right.weight"])
    hidden = functional.embedding(pairs[:, 0], left) + functional.embedding(pairs[:, 1], right)
    return functional.linear(hidden.relu(), p["output.weight"])


def double_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross-entropy in double precision."""
    shares = functional.log_softmax(logits.to(torch.float64), dim=-1)
    return -shares.gather(-1, answers[:, None]).mean()


FORWARD: dict[tuple[str, str], Forward] = {
    ("transformer", "published"): transformer_published,
    ("transformer", "best"): transformer_best,
    ("sum", "published"): sum_published,
    ("sum", "best"): sum_best,
}


@dataclass
class Loop:
    """A contestant: a loop over all pairs, or over batches that it draws itself."""

    kind: str
    manner: str
    steps: int
    folder: Path
    held: dict[str, Tensor] = field(default_factory=dict)

    def first_step(self) -> dict[str, object]:
        """The gradient on our first batch, from our start."""
        params = self._start()
        loss = self._loss(params, self.held["first_pairs"], self.held["first_answers"])
        loss.backward()
        path = self.folder / f"gradient-{self.manner}.npz"
        np.savez(path, **{name: p.grad.numpy() for name, p in params.items() if p.grad is not None})
        return {"gradient": str(path), "loss": loss.item()}

    def measure(self) -> dict[str, object]:
        params = self._start()
        adam = torch.optim.AdamW(
            params.values(), lr=RATE, betas=(0.9, 0.98), weight_decay=1.0, fused=self.manner == "best"
        )
        pairs, answers = self.held["pairs"], self.held["answers"]
        whole, size = bool(self.held["whole"]), len(self.held["first_pairs"])
        began = 0.0
        for step in range(self.steps + 3):
            if step == 3:
                began = contest.cpu_seconds()
            adam.param_groups[0]["lr"] = RATE * min((step + 1) / WARM_UP, 1)
            adam.zero_grad()
            if whole:
                loss = self._loss(params, pairs, answers)
            else:
                drawn = torch.randint(len(pairs), (size,))
                loss = self._loss(params, pairs.index_select(0, drawn), answers.index_select(0, drawn))
            loss.backward()
            adam.step()
        return {"seconds": contest.cpu_seconds() - began, "steps": self.steps}

    def _loss(self, params: Params, pairs: Tensor, answers: Tensor) -> Tensor:
        logits = FORWARD[self.kind, self.manner](params, pairs)
        return (double_loss if self.manner == "published" else functional.cross_entropy)(logits, answers)

    def _start(self) -> Params:
        if not self.held:
            with np.load(self.folder / "draws.npz") as file:
                self.held = {name: torch.from_numpy(np.array(file[name])) for name in file.files}
            for name in ("pairs", "first_pairs", "answers", "first_answers"):
                self.held[name] = self.held[name].long()
        start = {name.removeprefix("start/"): item for name, item in self.held.items() if name.startswith("start/")}
        return {name: item.clone().requires_grad_() for name, item in start.items()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    contest.serve(Loop(sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5])))
