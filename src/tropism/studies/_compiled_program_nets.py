"""What the study `compiled-program` looks at: a program that was written by hand, as weights of a ReLU network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from tropism.core.member import Seed

FLAGS, AMOUNTS = ("a", "b", "c", "d"), ("r", "s")
MADE = ("a and b", "c or d", "a xor c", "max of r, s", "r above s", "r + s", "count of flags")
VARIABLES = FLAGS + AMOUNTS + MADE
OFTEN, PRESENT, STEEP, NOISE = 0.25, 0.5, 20.0, 0.01
"""How often a flag is set, how often an amount is there, how steep a comparison is, and noise on activations."""


class Program(NamedTuple):
    """A ReLU network that computes the program, and where it writes each variable.

    Attributes:
        read: [d, n] what each neuron reads of the stream.
        bias: [n] and from where on.
        write: [n, d] what it adds to the stream.
        carry: [d, d] what is added to the stream without a neuron.
        rows: [13, d] unit directions of variables, inputs first.
    """

    read: Float[np.ndarray, "d n"]
    bias: Float[np.ndarray, "n"]
    write: Float[np.ndarray, "n d"]
    carry: Float[np.ndarray, "d d"]
    rows: Float[np.ndarray, "V d"]

    def run(self, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N d"]:
        """The stream after the layer."""
        return x + np.maximum(x @ self.read + self.bias, 0) @ self.write + x @ self.carry


def inputs_of(count: int, random: np.random.Generator) -> Float[np.ndarray, "N 6"]:
    """Flags and amounts of some examples; an amount is 0 or anything up to 1."""
    flags = random.random((count, len(FLAGS))) < OFTEN
    amounts = random.random((count, len(AMOUNTS))) * (random.random((count, len(AMOUNTS))) < PRESENT)
    return np.concatenate([flags, amounts], axis=1)


def by_hand(inputs: Float[np.ndarray, "N 6"]) -> Float[np.ndarray, "N 13"]:
    """All variables, as a program would compute them."""
    a, b, c, d, r, s = inputs.T
    more = np.clip(STEEP * (r - s), 0, 1)
    made = (a * b, np.maximum(c, d), np.abs(a - c), np.maximum(r, s), more, r + s, a + b + c + d)
    return np.stack([a, b, c, d, r, s, *made], axis=1)


def compiled(width: int, seed: Seed) -> Program:
    """The program in a stream of at least as many dimensions as variables, each with a direction by lot."""
    rows = directions(width, seed)
    given = len(FLAGS) + len(AMOUNTS)
    reach = np.linalg.pinv(rows[:given])
    both, after, more = rows[given : given + 3], rows[given + 3], rows[given + 4]
    neurons = ("a b", "c d", "a c", "r s", "steep", "steeper")
    terms = np.zeros((given, len(neurons)))
    for place, pair in enumerate(((0, 1), (2, 3), (0, 2))):
        terms[list(pair), place] = 1.0
    terms[4:, 3:] = np.outer((1, -1), (1, STEEP, STEEP))
    bias = np.array([-1.0, -1, -1, 0, 0, -1])
    write = np.stack([both[0], -both[1], -2 * both[2], after, more, -more])
    sums = np.zeros((given, len(VARIABLES)))
    for name, parts in {"c or d": (2, 3), "a xor c": (0, 2), "max of r, s": (5,), "r + s": (4, 5),
                        "count of flags": (0, 1, 2, 3)}.items():  # fmt: skip
        sums[list(parts), VARIABLES.index(name)] = 1.0
    return Program(reach @ terms, bias, write, reach @ sums @ rows, rows)


def directions(width: int, seed: Seed) -> Float[np.ndarray, "V d"]:
    """Unit directions by lot, one a variable."""
    rows = np.random.default_rng((seed.world, width)).normal(size=(len(VARIABLES), width))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def bell_shaped(values: Float[np.ndarray, "N V"], random: np.random.Generator) -> Float[np.ndarray, "N V"]:
    """Gaussian values with the means and covariances of others."""
    spread = np.linalg.eigh(np.cov(values.T))
    roots = spread[1] * np.sqrt(np.maximum(spread[0], 0))
    return values.mean(axis=0) + random.normal(size=values.shape) @ roots.T


def alone(count: int, random: np.random.Generator) -> Float[np.ndarray, "N V"]:
    """Amounts of as many variables that know nothing of each other, each there in one example of eight."""
    return random.random((count, len(VARIABLES))) * (random.random((count, len(VARIABLES))) < 0.125)
