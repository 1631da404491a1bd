"""The picture of what latents answer to most: colors, pictures, tokens or rows of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._decompose_examples import said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

WORDS = {
    "colors": "The colors that each latent answers to most",
    "tokens": "The tokens that each latent answers to most",
    "pictures": "The pictures that each latent answers to most",
    "numbers": "The inputs that each latent answers to most",
    "rows": "The activations that each latent answers to most",
}
LONG = 3
"""Tokens beyond which fewer examples are written side by side."""


def examples_figure(drawn: polars.DataFrame, latents: polars.DataFrame, chosen: tuple[int, int]) -> Figure:
    """A row a latent, its strongest examples from left to right."""
    kind = drawn["kind"][0]
    rows = [(int(name), part) for name, part in groups(drawn, "latent")]
    rates = dict(zip(latents["latent"].to_list(), latents["rate"].to_list(), strict=True))
    names = [f"{latent} · {rates[latent]:.0%}".replace("%", " %") for latent, _ in rows]
    bound = float(np.abs(drawn["value"].to_numpy()).max()) or 1.0
    across = int(drawn["place"].to_numpy().max()) + 1
    if kind == "tokens":
        across = 6 if int(drawn["across"][0]) <= LONG else 3

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, (_, part) in enumerate(rows):
            if kind == "tokens":
                _texts(axes, part, place, across, palette)
            else:
                _tiles(axes, part, place, kind, bound)
        axes.set_yticks([place + 0.45 for place in range(len(rows))], names, color=palette.ink)
        axes.set_ylim(len(rows), 0)
        axes.set_xlim(0, across)
        axes.set_xticks([])
        axes.grid(visible=False)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.set_ylabel("latent · how often it is on")
        axes.set_xlabel("strongest example first")

    told = _told(latents, [latent for latent, _ in rows])
    more = latents.height - len(rows)
    placed = bool((drawn["position"] >= 0).any())
    return Figure(
        "examples",
        WORDS[kind],
        f"Rows of {'swatches' if kind == 'colors' else 'small examples'}, a row a latent: the held-out examples on "
        f"which it is strongest, from left to right.{told}",
        f"The first network's first dictionary of {chosen[0]} latents, {chosen[1]} active: its live latents, the most "
        f"frequent first{f'; {more} more are live' if more else ''}. Held-out examples, each once."
        + _way(kind, bound, placed),
        draw,
        (6.4, 1.1 + 0.36 * len(rows)),
    )


def features_figure(table: polars.DataFrame, chosen: tuple[int, int]) -> Figure:
    """The cosines of features with the latents they are matched with: found features are dark on the diagonal."""
    near = table.pivot(on="feature", index="latent", values="cosine").drop("latent").to_numpy()
    diagonal = np.diag(near)
    others = np.abs(near - np.diag(diagonal)).max() if len(near) > 1 else 0.0

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        drawn = axes.imshow(near, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
        axes.grid(visible=False)
        axes.set_xlabel("feature")
        axes.set_ylabel("latent, in the order of its feature")
        canvas.colorbar(drawn, ax=axes, label="cosine", shrink=0.8)

    return Figure(
        "features",
        f"Latents beside the task's features: cosines of {np.mean(diagonal):.2f} on average where they are matched",
        f"A square of colors: features across, the latents they are matched with down. On the diagonal cosines run "
        f"from {diagonal.min():.2f} to {diagonal.max():.2f}; elsewhere their sizes stay below {others:.2f}.",
        f"The first network's first dictionary of {chosen[0]} latents, {chosen[1]} active; {len(near)} features, and "
        "of its live latents the one that each is matched with. A feature is the direction in which turning it on "
        "moves the site.",
        draw,
        (5.4, 4.4),
    )


def _way(kind: str, bound: float, placed: bool) -> str:
    if kind == "tokens" and placed:
        return " In brackets: the token at whose position the activation is."
    if kind in ("numbers", "rows"):
        return f" Numbers from −{bound:.2g} (blue) over 0 (white) to {bound:.2g} (red)."
    return ""


def _tiles(axes: Axes, part: polars.DataFrame, place: int, kind: str, bound: float) -> None:
    """An example a tile, a picture or a color."""
    for spot, one in groups(part, "place"):
        values = one.sort("number")["value"].to_numpy()
        left = int(spot)
        extent = (left + 0.04, left + 0.96, place + 0.88, place + 0.02)
        look: dict[str, Any] = {"extent": extent, "aspect": "auto", "interpolation": "nearest"}
        if kind == "colors":
            axes.imshow(np.clip(values, 0, 1).reshape(1, 1, 3), **look)
            continue
        picture = values.reshape(int(one["height"][0]), int(one["across"][0]))
        if kind == "pictures":
            axes.imshow(picture, cmap="gray", vmin=0, vmax=bound, **look)
        else:
            axes.imshow(picture, cmap="RdBu_r", vmin=-bound, vmax=bound, **look)


def _texts(axes: Axes, part: polars.DataFrame, place: int, across: int, palette: Palette) -> None:
    for spot, one in groups(part, "place"):
        if int(spot) >= across:
            break
        words = said(one.sort("number")["value"].to_numpy(), int(one["position"][0]))
        axes.text(int(spot) + 0.05, place + 0.45, words, va="center", fontsize="small", color=palette.ink)


def _told(latents: polars.DataFrame, shown: list[int]) -> str:
    if "answers_to" not in latents.columns:
        return ""
    told = latents.filter(latents["latent"].is_in(shown)).head(8)
    return (
        " " + "; ".join(f"latent {latent}: {word}" for latent, word in told.select("latent", "answers_to").rows()) + "."
    )
