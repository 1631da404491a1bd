"""What latents answer to most: the held-out examples on which each is strongest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.measures import cosines, firing_rates
from tropism.subjects.color import GRAYS, HUES, Colors, RankedColors, rgb_to_hsv
from tropism.subjects.features import Digits
from tropism.subjects.superposition.tasks import SparseFeatures

if TYPE_CHECKING:
    import polars

    from tropism.core.task import Task
    from tropism.studies._decompose_dictionaries import One
    from tropism.studies._decompose_look import Look

Kind = Literal["colors", "tokens", "pictures", "numbers", "rows", "none"]
MOST_LATENTS = 16
MOST_EXAMPLES = 12
MOST_NAMED = 5
MOST_TOKENS = 9
LARGEST = 1024
"""Numbers of an input that are drawn at most."""


def kind_of(task: Task | None, inputs: np.ndarray | None) -> Kind:
    """How examples can be shown; `rows` of activations where nobody knows what the network was asked."""
    if task is None or inputs is None or inputs[0].size > LARGEST:
        return "rows"
    if isinstance(task, (Colors, RankedColors)):
        return "colors"
    if task.num_tokens() is not None:
        return "tokens"
    if isinstance(task, SparseFeatures):
        return "none"  # what it is asked are features from a side that is drawn by lot: nothing to be seen
    return "pictures" if inputs.ndim > 2 or _side(task, inputs[0].size) else "numbers"


def _side(task: Task, width: int) -> int:
    """The side of the picture that a flat input is; zero if it is none."""
    side = 8 if isinstance(task, Digits) else getattr(task, "size", 0)
    return side if isinstance(side, int) and width in (side**2, 3 * side**2) else 0


def answers(look: Look, one: One, true: Float[np.ndarray, "N d"] | None) -> dict[str, polars.DataFrame]:
    """One dictionary's live latents, the most frequent first, and what each answers to most.

    In `latents`, a row a latent; in `drawn-examples`, a row a latent, example and number of the input.
    """
    import polars as pl

    asked = look.inputs(one.network, one.seen)
    ensemble = look.ensemble
    task = None if ensemble is None else ensemble.experiment.task
    kind = kind_of(task, None if asked is None else asked[0])
    inputs, position = (one.seen.held, np.zeros(len(one.seen.held), int)) if asked is None or kind == "rows" else asked
    often, codes = firing_rates(one.found.codes), one.found.codes
    live = [each for each in np.argsort(-often, kind="stable") if one.found.live[each]]
    first = 0 if asked is not None else look.shown()
    told, drawn = [], []
    for latent in live:
        best = _strongest(codes[:, latent], inputs, position)
        told.append(
            {"latent": int(latent), "rate": float(often[latent]), "largest": float(codes[:, latent].max())}
            | _words(kind, inputs[best], codes[best, latent], position[best])
            | (
                {"rows": ", ".join(str(first + each) for each in one.seen.place[best[:MOST_NAMED]])}
                if asked is None
                else {}
            )
            | ({} if true is None else _feature(one, int(latent), true))
        )
        if len(told) <= MOST_LATENTS and kind != "none":
            drawn += _pixels(
                kind, int(latent), _as_drawn(kind, task, inputs[best]), codes[best, latent], position[best]
            )
    empty = {"latent": pl.Int64, "rate": pl.Float64, "largest": pl.Float64}
    return {
        "latents": pl.DataFrame(told) if told else pl.DataFrame(schema=empty),
        **({"drawn-examples": pl.DataFrame(drawn, schema=_COLUMNS, orient="row")} if drawn else {}),
    }


def color_words(rgb: Float[np.ndarray, "3"]) -> str:
    """A color in words: one of twelve hues, pale or dark, or a gray."""
    hue, saturation, value = (float(each) for each in rgb_to_hsv(rgb))
    if saturation < GRAYISH or value < DARKEST:
        return GRAYS[round(value * (len(GRAYS) - 1))]
    shade = "dark " if value < DARK else "pale " if saturation < PALE else ""
    return shade + HUES[round(hue * len(HUES)) % len(HUES)]


def said(tokens: np.ndarray, position: int) -> str:
    """Tokens in a row, that of the position in brackets; of many those about it, or the first ones."""
    words = [f"[{round(token)}]" if place == position else str(round(token)) for place, token in enumerate(tokens)]
    first = min(max(position - MOST_TOKENS // 2, 0), max(len(words) - MOST_TOKENS, 0))
    shown = words[first : first + MOST_TOKENS]
    return " ".join([*(["…"] if first else []), *shown, *(["…"] if first + len(shown) < len(words) else [])])


GRAYISH, DARKEST, DARK, PALE = 0.15, 0.15, 0.6, 0.5
"""A saturation and a value below which a color counts as gray, and those below which it is dark or pale."""

_COLUMNS = ("kind", "latent", "place", "code", "position", "height", "across", "number", "value")


def _strongest(codes: Float[np.ndarray, "B"], inputs: np.ndarray, position: np.ndarray) -> np.ndarray:
    """The examples on which a latent is on and strongest, each once."""
    found: list[int] = []
    known: set[bytes] = set()
    for row in np.argsort(-codes, kind="stable"):
        told = inputs[row].tobytes() + bytes(str(position[row]), "ascii")
        if codes[row] <= 0 or len(found) == MOST_EXAMPLES:
            break
        if told not in known:
            known.add(told)
            found.append(int(row))
    return np.array(found, int)


def _words(kind: Kind, inputs: np.ndarray, codes: np.ndarray, position: np.ndarray) -> dict[str, str]:
    if kind == "colors":
        mean = np.clip((inputs * codes[:, None]).sum(axis=0) / codes.sum(), 0, 1)
        return {"answers_to": color_words(mean), "color": "#" + bytes((mean * 255).round().astype(np.uint8)).hex()}
    if kind == "tokens":
        return {"answers_to": said(inputs[0].ravel(), int(position[0]))}
    return {}


def _feature(one: One, latent: int, true: Float[np.ndarray, "N d"]) -> dict[str, object]:
    near = cosines(one.found.dictionary.atoms[[latent]], true, signed=True)[0]
    return {"feature": int(near.argmax()), "cosine": float(near.max())}


def _as_drawn(kind: Kind, task: Task | None, inputs: np.ndarray) -> Float[np.ndarray, "N height across"]:
    """Examples as small pictures: gray, or one row of numbers each."""
    if kind != "pictures" or task is None:
        return inputs.reshape(len(inputs), 1, -1)
    side = _side(task, inputs[0].size)
    shaped = inputs.reshape(len(inputs), side, side, -1) if side else inputs
    return shaped.reshape(*shaped.shape[:3], -1).mean(axis=3)


def _pixels(kind: Kind, latent: int, shown: np.ndarray, codes: np.ndarray, position: np.ndarray) -> list[tuple]:
    """Every number of the examples that are drawn."""
    rows = []
    for place, (item, code, spot) in enumerate(zip(shown, codes, position, strict=True)):
        about = kind, latent, place, float(code), int(spot), *item.shape
        rows += [(*about, number, float(value)) for number, value in enumerate(item.ravel())]
    return rows
