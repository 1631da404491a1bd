"""The look of every drawing: one theme in a light and a dark form, and a figure that cannot exist without alt text.

A drawing is a function of a Matplotlib figure and a palette. It is executed once for each form, on a canvas of its own:
pyplot is never touched, and Matplotlib's settings are put back as they were.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from tropism.errors import BadValue, UnknownName

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

Draw: TypeAlias = "Callable[[Canvas, Palette], None]"

FONT_SIZE = 11.5  # points; at 6.4 inches it is still read on a phone
DPI = 200


@dataclass(frozen=True)
class Palette:
    """The colors of one form; each text color and each accent has a contrast of at least 4.5 on the surface."""

    name: str
    surface: str
    ink: str
    muted: str
    """Labels and ticks: less than ink, still read."""
    rule: str
    """Grid and axes; thin, never read."""
    faint: str
    """Fills behind other things."""
    accents: tuple[str, ...]
    """Distinct for color-blind eyes, in this order; a line needs its label beside it anyway."""

    def accent(self, place: int) -> str:
        """The accent of the `place`-th thing; they come round again after the last."""
        return self.accents[place % len(self.accents)]


LIGHT = Palette(
    "light", "#ffffff", "#1b1f24", "#59616b", "#d9dde2", "#eef1f4",
    ("#0067b1", "#bf4a00", "#00785c", "#a5337a", "#866000", "#6448b4"),
)  # fmt: skip
DARK = Palette(
    "dark", "#15191e", "#e8eaed", "#a3abb5", "#343b44", "#232930",
    ("#5cb3f5", "#ff935a", "#3ecb9f", "#f08ac3", "#e6b93f", "#b6a3f7"),
)  # fmt: skip
"""Accents after Okabe and Ito's colors for all eyes (2008), moved until text in them can be read on the surface."""

PALETTES: Mapping[str, Palette] = MappingProxyType({"light": LIGHT, "dark": DARK})


@dataclass(frozen=True)
class Figure:
    """A drawing made from tables only.

    `draw` is called with an empty Matplotlib figure of `size` inches (constrained layout) and a palette, and must give
    the same drawing every time.
    """

    name: str
    """Names the files; lower case, digits and hyphens."""
    title: str
    """Stands above the drawing, in the page; a drawing does not repeat it."""
    alt: str
    """What one should see, for who cannot see it."""
    caption: str
    """What was drawn: n, and what the interval is."""
    draw: Draw
    size: tuple[float, float] = (6.4, 4.0)

    def __post_init__(self) -> None:
        for field in ("name", "title", "alt", "caption"):
            if not str(getattr(self, field)).strip():
                raise BadValue(f"Figure.{field}", getattr(self, field), "words; for `alt`, what one should see")
        if not all(each.isascii() and (each.isalnum() or each in "-_.") for each in self.name):
            raise BadValue("Figure.name", self.name, "a file's name: letters, digits, hyphens")

    def retitled(self, title: str, *, alt: str | None = None, caption: str | None = None) -> Figure:
        """The same drawing under other words."""
        return replace(self, title=title, alt=alt or self.alt, caption=caption or self.caption)


def render(figure: Figure, dpi: int = DPI, *, transparent: bool = False) -> dict[str, bytes]:
    """The drawing as PNG files, `light` and `dark`; the same bytes every time."""
    return {name: _drawn(figure, palette, "png", dpi, transparent) for name, palette in PALETTES.items()}


def as_svg(figure: Figure, form: str = "light", *, transparent: bool = True) -> str:
    """The drawing as SVG text, with its words as text."""
    if form not in PALETTES:
        raise UnknownName("form", form, PALETTES, "as_svg")
    return _drawn(figure, PALETTES[form], "svg", DPI, transparent).decode()


def settings(palette: Palette) -> dict[str, object]:
    """Matplotlib's settings for one form."""
    return {
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],  # comes with Matplotlib, so it is the same everywhere
        "font.size": FONT_SIZE,
        "axes.titlesize": FONT_SIZE,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": FONT_SIZE,
        "xtick.labelsize": FONT_SIZE - 1,
        "ytick.labelsize": FONT_SIZE - 1,
        "legend.fontsize": FONT_SIZE - 1,
        "legend.frameon": False,
        "text.color": palette.ink,
        "axes.titlecolor": palette.ink,
        "axes.labelcolor": palette.muted,
        "axes.edgecolor": palette.muted,
        "axes.linewidth": 0.7,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "grid.color": palette.rule,
        "grid.linewidth": 0.6,
        "xtick.color": palette.muted,
        "ytick.color": palette.muted,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
        "figure.constrained_layout.h_pad": 0.07,
        "figure.constrained_layout.w_pad": 0.07,
        "figure.constrained_layout.wspace": 0.05,
        "figure.facecolor": palette.surface,
        "savefig.facecolor": palette.surface,
        "svg.fonttype": "none",
        "svg.hashsalt": "tropism",
    }


def _drawn(figure: Figure, palette: Palette, kind: str, dpi: int, transparent: bool) -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    defaults = {name: value for name, value in matplotlib.rcParamsDefault.items() if not name.startswith("backend")}
    chosen = cast("Any", {**defaults, **settings(palette)})
    with matplotlib.rc_context(chosen):  # a user's own settings must not change the bytes
        canvas = Canvas(figsize=figure.size, layout="constrained")
        FigureCanvasAgg(canvas)
        figure.draw(canvas, palette)
        file = io.BytesIO()
        if kind == "png":  # `savefig` would draw it twice, the first time for its layout alone, which drawing does too
            canvas.set(dpi=dpi, facecolor="none" if transparent else palette.surface)
            FigureCanvasAgg(canvas).print_png(file, metadata={"Software": "Tropism"})
        else:
            words = {"Date": None, "Creator": "Tropism"}
            canvas.savefig(file, format=kind, dpi=dpi, transparent=transparent, metadata=words)
    return file.getvalue()
