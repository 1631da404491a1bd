"""Ways to add modulo many numbers, written down as networks: what each needs, and a control for what is measured.

All are `Dense` with two hidden layers that read a, b and the modulus p as digits ±1. A number is linear in its digits,
a = 63/2 + Σ 2^(i−1) dᵢ, and so are s = a + b and s − p. Outputs c = 0, 1, … are all read from r = (a + b) mod p, which
is one number: 2cr − c² is largest where c = r. What is left is r = s − p·[s ≥ p], where [s ≥ p] is
relu(s − p + 1) − relu(s − p), since numbers are whole.

- `one for all`: the first layer has relu(s), relu(p), and the two whose difference is [s ≥ p]; the second relu(s) and
  relu(p − M + M·[s ≥ p]), which is p·[s ≥ p] for M above p. Four neurons and two, for any number of moduli.
- `one sum, reduced apart`: relu(s), and for each modulus the two of [s ≥ p] with −G·(digits in which p differs), so
  that they are silent for others; the second layer has relu(s) and Σ p·[s ≥ p]. 2k + 1 neurons and two.
- `one each`: for each modulus three such neurons, relu(s) too, and a neuron of the second layer of its own, with its r.
  3k neurons and k.
- `a list`: a neuron for each sum that was seen, silent for others, and in the second layer one for each answer.

They are upper bounds: networks that exist and are right, perhaps not the smallest of their kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    import polars

Solution = Literal["one for all", "one sum, reduced apart", "one each"]
SOLUTIONS: tuple[Solution, ...] = ("one for all", "one sum, reduced apart", "one each")
LIST = "a list"

DIGITS, OUTPUTS = 6, 40
SILENCE = 80.0
"""G: more than s − p + 1 and s can be."""


def neurons_of(solution: str, moduli: int, sums: int = 0) -> tuple[int, int]:
    """How many neurons it needs in the first and in the second layer, for so many moduli or sums."""
    counts = {
        "one for all": (4, 2),
        "one sum, reduced apart": (2 * moduli + 1, 2),
        "one each": (3 * moduli, moduli),
        LIST: (sums, OUTPUTS),
    }
    return counts[solution]


def parameters_of(first: int, second: int) -> int:
    """The parameters of a network with such hidden layers, biases included: 19·h₁ + (h₁ + 1)·h₂ + (h₂ + 1)·40."""
    return (3 * DIGITS + 1) * first + (first + 1) * second + (second + 1) * OUTPUTS


def needed(widths: Sequence[int], moduli: int, sums: int) -> polars.DataFrame:
    """What each solution needs, a row each; and by width, the part of a network's parameters, null if it has no room.

    There is room where neither layer needs more neurons than the width.
    """
    import polars as pl

    rows = []
    for solution in (*SOLUTIONS, LIST):
        first, second = neurons_of(solution, moduli, sums)
        count = parameters_of(first, second)
        row = {"solution": solution, "moduli": moduli, "first": first, "second": second, "parameters": count}
        for width in widths:
            fits = max(first, second) <= width
            row[f"of_{width}"] = count / parameters_of(width, width) if fits else None
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def written(solution: Solution, moduli: Sequence[int], width: int) -> dict[str, Float[np.ndarray, "..."]]:
    """The parameters of a `Dense` of 18 inputs, twice `width` neurons and 40 outputs that is the solution.

    Neurons that it does not need are silent.
    """
    made = {"one for all": _one_for_all, "one sum, reduced apart": _reduced_apart, "one each": _one_each}
    first, second, read = made[solution](moduli)
    classes = np.arange(OUTPUTS)
    params = {
        "hidden.0.weight": _padded(first[:, :-1], (width, 3 * DIGITS)),
        "hidden.0.bias": _padded(first[:, -1], (width,)),
        "hidden.1.weight": _padded(second[:, :-1], (width, width)),
        "hidden.1.bias": _padded(second[:, -1], (width,)),
        "output.weight": _padded(2.0 * classes[:, None] * read, (OUTPUTS, width)),
        "output.bias": (-1.0 * classes**2),
    }
    return {path: item.astype(np.float32) for path, item in params.items()}


def _one_for_all(moduli: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    total, modulus = _sum(), _modulus()
    first = np.stack([total, modulus, total - modulus + _constant(1), total - modulus])
    most = float(OUTPUTS)
    second = np.array([[1, 0, 0, 0, 0], [0, 1, most, -most, -most]])
    return first, second, np.array([1.0, -1.0])


def _reduced_apart(moduli: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first = np.stack([_sum(), *(row for p in moduli for row in _beyond(p))])
    second = np.zeros((2, len(first) + 1))
    second[0, 0] = 1
    second[1, 1:-1:2], second[1, 2:-1:2] = moduli, np.negative(moduli)
    return first, second, np.array([1.0, -1.0])


def _one_each(moduli: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first = np.stack([row for p in moduli for row in (_sum() - SILENCE * _different(p), *_beyond(p))])
    second = np.zeros((len(moduli), len(first) + 1))
    for place, p in enumerate(moduli):
        second[place, 3 * place : 3 * place + 3] = 1, -p, p
    return first, second, np.ones(len(moduli))


def _beyond(p: int) -> tuple[np.ndarray, np.ndarray]:
    """The two neurons whose difference is [s ≥ p], silent for other moduli."""
    row = _sum() - _constant(p) - SILENCE * _different(p)
    return row + _constant(1), row


def _sum() -> Float[np.ndarray, "19"]:
    """a + b from the digits and 1."""
    return _number(0) + _number(1)


def _modulus() -> Float[np.ndarray, "19"]:
    return _number(2)


def _number(place: int) -> Float[np.ndarray, "19"]:
    """One of a, b and p from the digits and 1."""
    row = np.zeros(3 * DIGITS + 1)
    row[place * DIGITS : (place + 1) * DIGITS] = 2.0 ** (np.arange(DIGITS) - 1)
    row[-1] = (2**DIGITS - 1) / 2
    return row


def _different(p: int) -> Float[np.ndarray, "19"]:
    """In how many digits the modulus differs from p."""
    row = np.zeros(3 * DIGITS + 1)
    row[2 * DIGITS : 3 * DIGITS] = -((p >> np.arange(DIGITS) & 1) * 2 - 1) / 2
    row[-1] = DIGITS / 2
    return row


def _constant(number: float) -> Float[np.ndarray, "19"]:
    return np.append(np.zeros(3 * DIGITS), number)


def _padded(item: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers, in their corner of a larger array of zeros."""
    made = np.zeros(shape)
    made[tuple(slice(size) for size in item.shape)] = item
    return made


def answers(params: Mapping[str, np.ndarray], inputs: Float[np.ndarray, "B 18"]) -> Float[np.ndarray, "B 40"]:
    """What such a network says."""
    first = np.maximum(inputs @ params["hidden.0.weight"].T + params["hidden.0.bias"], 0)
    second = np.maximum(first @ params["hidden.1.weight"].T + params["hidden.1.bias"], 0)
    return second @ params["output.weight"].T + params["output.bias"]
